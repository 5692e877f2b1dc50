import { GAP_WORDS_MAX, type Node, type Step } from './phrase.ts';

/** Where a phrase may begin, what must stand in it, how far it goes. */

/** Words of nearly every mail; a phrase is looked for by its others. */
const FREQUENT = new Set(
  (
    'le la les de du des un une mon ma mes son sa ses je il elle on vous nous ne pas plus et est ai ce que qui pour par avec ' +
    'dans sur mais tout votre vos aux au en y a me se rien jamais sans notre cette'
  ).split(' '),
);

/** One step of each form of the node that is likely the rarest: long words are rare. */
export function anchorOf(nodes: readonly Node[]): Step[] {
  let best: Step[] = [];
  let best_chars = -1;
  for (const node of nodes) {
    if (node.kind === 'gap' || node.forms.some((form) => form.length === 0)) continue;
    const longest = node.forms.map((form) => form.reduce((a, b) => (b.text.length > a.text.length ? b : a)));
    const chars = Math.min(
      ...longest.map((step) => (step.kind === 'word' && FREQUENT.has(step.text) ? 0 : step.text.length)),
    );
    if (chars > best_chars) [best, best_chars] = [longest, chars];
  }
  return best;
}

/** Every step a match may begin with. */
export function beginningsOf(nodes: readonly Node[]): Step[] {
  const steps: Step[] = [];
  for (const node of nodes) {
    if (node.kind === 'gap') return steps;
    for (const form of node.forms) if (form[0] !== undefined) steps.push(form[0]);
    if (!node.forms.some((form) => form.length === 0)) return steps;
  }
  return steps;
}

/** How many words lie at most between the first word of a match and its last. */
export function reachOf(nodes: readonly Node[]): number {
  const words = nodes.map((node) =>
    node.kind === 'gap' ? GAP_WORDS_MAX : Math.max(...node.forms.map((form) => form.length)),
  );
  return words.reduce((sum, length) => sum + length, 0) - 1;
}
