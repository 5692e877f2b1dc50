import type { FlowNode } from '../../../domain/flow.ts';
import type { ListAsk } from '../lists/use-pages.ts';
import { PILE_WORDS } from '../supervision/pile-words.ts';
import { dateWords } from '../words/time.ts';
import type { Names } from '../shell/names.ts';

/** What the picture is drawn of: days, or what waits now. */
export type Span = { readonly from: string; readonly to: string } | 'now';

/** The conversations behind some nodes of one path, as the lists ask for them. */
export function conversationsOf(nodes: readonly FlowNode[], span: Span): ListAsk {
  const ask: { -readonly [Key in keyof ListAsk]: ListAsk[Key] } =
    span === 'now' ? { open: true } : { received: { from: span.from, to: span.to } };
  for (const node of nodes) {
    if (node.kind === 'mailbox') ask.mailbox = node.key;
    if (node.kind === 'motif' || node.kind === 'autres') ask.motifs = node.motifs;
    // Work in a pool stands in the pool's own queue.
    if (node.kind === 'queue' && node.key !== '') ask.queue ??= node.key;
    if (node.kind === 'pool') ask.queue = node.key;
  }
  return ask;
}

/** What a node is called. */
export function nodeName(node: FlowNode, names: Names): string {
  switch (node.kind) {
    case 'mailbox':
      return names.mailbox(node.key);
    case 'motif':
      return node.key === '' ? 'sans motif' : names.motif(node.key);
    case 'autres':
      return node.group === ''
        ? 'autres motifs'
        : `autres (${node.group === 'n1' ? 'niveau 1' : names.queue(node.group)})`;
    case 'queue':
      return node.key === '' ? 'sans file' : names.queue(node.key);
    case 'team':
      return node.key === '' ? 'la caisse' : names.team(node.key);
    case 'pool':
      return names.queue(node.key);
  }
}

/** « le 3 novembre 2026 », « du 1er novembre 2026 au 7 novembre 2026 ». */
export function daysWords({ from, to }: { readonly from: string; readonly to: string }): string {
  return from === to ? `le ${dateWords(from)}` : `du ${dateWords(from)} au ${dateWords(to)}`;
}

/** What a list shows, in words. */
export function filterWords(ask: ListAsk, names: Names): string {
  const { mailbox, motifs, open, received, pile, corrected } = ask;
  const some = (motifs ?? []).map((motif) => (motif === '' ? 'sans motif' : names.motif(motif)));
  return [
    ...(pile === undefined ? [] : [PILE_WORDS[pile]?.[0] ?? pile]),
    ...(mailbox === undefined ? [] : [names.mailbox(mailbox)]),
    ...(some.length === 0 ? [] : some.length > 3 ? [`${some.length} motifs`] : [some.join(', ')]),
    ...(open === true ? ['pas encore répondues'] : []),
    ...(corrected === undefined
      ? []
      : [
          `${corrected.guessed === null ? 'sans motif' : names.motif(corrected.guessed)} corrigé en ${names.motif(corrected.given)}, ${daysWords(corrected)}`,
        ]),
    ...(received === undefined ? [] : [`reçues ${daysWords(received)}`]),
  ].join(' ; ');
}
