import type { MotifModel } from '../domain/facts.ts';
import type { Condition, Flag, Motif, Predicate, Rule, Rulebook } from '../domain/rulebook.ts';
import type { ConfigFiles } from './source.ts';
import { problemAt, type Problem, type ProblemText } from './problems.ts';
import { orderDoubts } from './rule-order.ts';
import { parseYaml, type Path } from './yaml.ts';

type Warn = (file: string, path: Path, text: ProblemText) => void;

/**
 * What loads but is probably not meant, as warnings at their places.
 * @param model the one that will read the mails; without it nothing is said about what only a model can raise
 */
export function adviseOn(book: Rulebook, files: ConfigFiles, model?: MotifModel): Problem[] {
  const found: Problem[] = [];
  const places = new Map<string, ReturnType<typeof parseYaml>>();
  const warn: Warn = (file, path, text) => {
    const yaml = places.get(file) ?? parseYaml(file, files.get(file) ?? '');
    places.set(file, yaml);
    found.push(problemAt(yaml.at(path), text, 'warning'));
  };
  for (const { path, ...text } of orderDoubts(book.rules)) warn('routing.yaml', path, text);
  book.rules.forEach((rule, i) => adviseOnRule(book, rule, i, warn));
  book.flags.forEach((flag, i) => adviseOnFlag(flag, i, model, warn));
  adviseOnQueues(book, warn);
  adviseOnMotifs(book, warn);
  return found;
}

function adviseOnRule(book: Rulebook, rule: Rule, i: number, warn: Warn): void {
  const { motif: motif_id, level, queue: queue_id } = rule.then;
  const queue = book.queues.find(({ id }) => id === queue_id);
  const motif = book.motifs.find(({ id }) => id === motif_id);
  const at = (...path: (string | number)[]): Path => ['rules', i, ...path];
  const say = (path: Path, what: string, expected: string): void =>
    warn('routing.yaml', path, { what, value: rule.id, expected });
  if (level === 'expert' && queue?.kind === 'n1')
    say(at('then'), 'niveau expert envoyé dans la file n1', 'level: n1, ou la file d’un pôle');
  if (level === 'n1' && queue !== undefined && queue.kind !== 'n1')
    say(at('then'), `niveau 1 envoyé dans « ${queue.id} »`, 'queue: n1, ou level: expert');
  if (motif !== undefined && level !== undefined && level !== motif.level && motif.level_by_text !== true)
    say(
      at('then', 'level'),
      `le motif « ${motif.id} » est de niveau ${motif.level}`,
      'sans level ; pour une réponse au niveau 1, queue: n1 suffit',
    );
  const machines = new Set(book.mailboxes.filter((box) => box.classify === false).map(({ id }) => id));
  const boxes = required(rule.when).flatMap((part) => ('mailbox' in part ? [part.mailbox].flat() : []));
  if (boxes.length > 0 && boxes.every((box) => machines.has(box)) && required(rule.when).some(asksMotif))
    say(at('when'), 'règle jamais vraie : cette boîte n’est pas lue, ses messages n’ont pas de motif', 'sans motif');
  const sent = required(rule.when).flatMap((part) => ('flag' in part ? [[part.flag].flat()] : []));
  const flags = sent.find((ids) => ids.every((id) => elsewhere(book, id, queue_id)));
  if (flags !== undefined && queue_id !== undefined && motif_id === undefined && level === undefined)
    say(
      at('then', 'queue'),
      `file sans effet : le signalement « ${flags[0]} » envoie déjà le message ailleurs`,
      'la file du signalement (flags.yaml), ou une règle sans lui',
    );
}

function elsewhere(book: Rulebook, flag_id: string, queue: string | undefined): boolean {
  const flag = book.flags.find(({ id }) => id === flag_id);
  return flag?.queue !== undefined && flag.queue !== queue;
}

function required(condition: Condition): Predicate[] {
  return (condition.all ?? []).flatMap((part) => (isGroup(part) ? required(part) : [part]));
}

function isGroup(part: Predicate): part is Condition {
  return 'all' in part || 'any' in part || 'none' in part;
}

function asksMotif(part: Predicate): boolean {
  return 'motif' in part || 'level' in part;
}

const NOTHING = { mailbox: '', subject: '', body: '', quoted: '', attachments: [] };

function adviseOnFlag(flag: Flag, i: number, model: MotifModel | undefined, warn: Warn): void {
  if ((flag.level === 'P0' || flag.level === 'P1') && flag.queue === undefined) {
    const what = 'signalement urgent sans file : il ne change pas la destination';
    warn('flags.yaml', ['flags', i, 'id'], { what, value: flag.id, expected: 'la clé queue' });
  }
  if (model === undefined) return;
  const asked = askedOfModel(flag.when, flag.id);
  const known = model.read?.(NOTHING).flags;
  if (asked.length === 0 || asked.some((id) => known?.has(id) === true)) return;
  warn('flags.yaml', ['flags', i, 'when'], {
    what: 'rien ne lève ce signalement : le modèle ne le connaît pas, et aucune expression ne suffit',
    value: flag.id,
    expected: 'une ligne sans model_min ni model_hears',
  });
}

/** The flags of which a condition asks the model, where it cannot hold without its answer; else none. */
function askedOfModel({ all, any }: Condition, own: string): readonly string[] {
  const asked = (part: Predicate): readonly string[] => {
    if ('model_min' in part) return [own];
    if ('model_hears' in part) return [part.model_hears.flag];
    return isGroup(part) ? askedOfModel(part, own) : [];
  };
  const needed = all?.map(asked).find((ids) => ids.length > 0);
  if (needed !== undefined) return needed;
  const ways = any?.map(asked) ?? [];
  return ways.every((ids) => ids.length > 0) ? ways.flat() : [];
}

/** Work reaches these by their kind, by a contract or by hand. */
const REACHED = ['partner', 'review', 'human-triage', 'supervisor'];

function adviseOnQueues(book: Rulebook, warn: Warn): void {
  const used = new Set<string | undefined>([
    ...book.motifs.map((motif) => motif.pole),
    ...book.rules.map((rule) => rule.then.queue),
    ...book.flags.map((flag) => flag.queue),
    ...book.mailboxes.map((box) => box.default_queue),
  ]);
  book.queues.forEach((queue, i) => {
    if (!REACHED.includes(queue.kind) && !used.has(queue.id)) {
      const expected = 'un motif, une règle, un signalement ou une boîte qui la nomme';
      warn('pools.yaml', ['queues', i, 'id'], { what: 'file où rien n’arrive', value: queue.id, expected });
    }
    if (queue.capacity_per_open_hour === 0) {
      const what = 'capacité nulle : la prévision la croit à l’arrêt';
      warn('pools.yaml', ['queues', i, 'capacity_per_open_hour'], { what, value: queue.id });
    }
  });
  const slas = new Set(book.mailboxes.map((box) => box.sla));
  book.slas.forEach((sla, i) => {
    if (!slas.has(sla.id))
      warn('sla.yaml', ['slas', i, 'id'], { what: 'délai qu’aucune boîte ne nomme', value: sla.id });
  });
}

function adviseOnMotifs(book: Rulebook, warn: Warn): void {
  const served = (motif: Motif): boolean =>
    book.templates.some(({ kind, motifs }) => kind !== 'ack' && motifs.includes(motif.id));
  book.motifs.forEach((motif, i) => {
    if (motif.provisional === undefined && motif.level === 'n1' && motif.is_request && !served(motif))
      warn('motifs.yaml', ['motifs', i, 'id'], { what: 'motif de niveau 1 sans modèle de réponse', value: motif.id });
  });
}
