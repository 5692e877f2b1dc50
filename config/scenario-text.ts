import type { Rulebook } from '../domain/rulebook.ts';
import type { Miss, ScenarioOutcome, ScenarioResult } from './scenarios.ts';

/** A failed scenario for the person who will mend it: what was expected, what came, and who decided. French. */
export function scenarioText(result: ScenarioResult, book: Rulebook): string {
  const { name, misses, decided, place } = result;
  const where = place === undefined ? '' : `${place.file}:${place.line}:${place.col}  `;
  const lines = misses.map((miss) => `    ${missText(miss, book)}`);
  if (decided !== undefined) {
    lines.push(`    décidé par ${decider(decided, book)}`);
    const said = [`motif ${decided.motif ?? 'aucun'}`, `niveau ${decided.level}`, `file ${decided.queue}`];
    lines.push(`    en tout : ${[...said, `signalements ${decided.flags.join(', ') || 'aucun'}`].join(' ; ')}`);
  }
  return `${where}scénario en échec : « ${name} »\n${lines.join('\n')}`;
}

const NAMES: Readonly<Record<string, string>> = {
  motif: 'motif',
  level: 'niveau',
  queue: 'file',
  target_queue: 'pôle visé',
  rule: 'règle',
  abstained: 'motif incertain',
  flags: 'signalement',
  no_flags: 'signalement de trop',
};

function missText({ what, expected, found }: Miss, book: Rulebook): string {
  const [key, of] = what.split(/\.(.*)/s);
  const name =
    key === 'pools' ? `équipe ${of}` : key === 'flags' && of !== undefined ? `urgence de ${of}` : (NAMES[what] ?? what);
  const queue = what === 'queue' || what === 'target_queue';
  const say = (id: string): string => {
    const label = queue ? book.queues.find((each) => each.id === id)?.label : undefined;
    return label === undefined ? id : `${id} (${label})`;
  };
  if (what === 'no_flags') return `${name} : ${found}`;
  return `${name} : attendu ${say(expected)}, obtenu ${found === 'null' ? 'rien' : say(found)}`;
}

const OTHERS: Readonly<Record<string, string>> = {
  'mailbox.default': 'la boîte : rien d’autre ne disait où aller',
  'triage.doubt': 'le doute : motif incertain et circuit réservé',
  'triage.level1': 'le doute : motif incertain, gardé au niveau 1',
  'p1.middle-office-plein': 'le Middle Office, plein pour la journée : l’urgence reste en tête de son pôle',
};

/** Who named the queue, and which rule had its say. */
export function decider({ rule, fired }: ScenarioOutcome, book: Rulebook): string {
  const applied = book.rules.find(({ id }) => id === fired);
  const said = applied === undefined ? undefined : `la règle « ${applied.id} » : ${applied.why}`;
  if (said !== undefined && rule === fired) return said;
  const [kind, id] = rule.split(/\.(.*)/s);
  if (kind === 'flag') return `le signalement « ${id} » (flags.yaml)`;
  if (kind === 'overflow') return `le contrat de l’équipe « pool.${id} » (pools.yaml)`;
  if (kind === 'motif')
    return `le motif « ${id} » (motifs.yaml), ${said === undefined ? 'aucune règle ne s’appliquant' : `après ${said}`}`;
  return OTHERS[rule] ?? `« ${rule} »`;
}
