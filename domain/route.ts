import type { Evidence, Facts, MotifInput, MotifModel, RankedMotif } from './facts.ts';
import type { CompiledRulebook, MatchContext } from './match.ts';
import { heardFlag } from './heard-flag.ts';
import { findProvisional } from './provisional.ts';
import { repeatsOf } from './repeat.ts';
import { chooseOrdinary, isRestricted, levelOf, naturalQueue, overridingFlag, sureness } from './route-queue.ts';
import { recogniseSender } from './sender.ts';
import { flagRank, type Flag, type FlagLevel, type Level, type Public, type Thresholds } from './rulebook.ts';

/** Stored with each decision; raised whenever the same inputs may give another outcome (law 4). */
export const ENGINE = '7';

/** One line of the explanation: what was tried, whether it held, what it changed. */
export interface TraceStep {
  readonly step: 'sender' | 'repeat' | 'flag' | 'model' | 'provisional' | 'rule' | 'level' | 'queue' | 'override';
  readonly id: string;
  readonly matched: boolean;
  readonly detail: string;
  readonly evidence: readonly Evidence[];
}

export interface DecidedFlag {
  readonly id: string;
  readonly level: FlagLevel;
}

/** Motif, level and flags are three independent outputs; a flag overrides the queue, never the motif (law 5). */
export interface Decision {
  readonly engine: string;
  /** Always the best guess, also when `abstained`; null only where there is no text to judge. */
  readonly motif: string | null;
  readonly confidence: number;
  /** The motif is not sure: a person gives it. */
  readonly abstained: boolean;
  readonly ranked: readonly RankedMotif[];
  /** Other needs of the same mail, two at most; an answer should cover them too (domain §3.2). */
  readonly secondary: readonly string[];
  readonly level: Level;
  readonly pole: string;
  /** Where the conversation waits. */
  readonly queue: string;
  /** For `analyse-prealable`: the pôle it is proposed to; else the same as `queue`. */
  readonly target_queue: string;
  readonly queue_confidence: number;
  /** The rule or flag that named the queue. */
  readonly rule: string;
  readonly flags: readonly DecidedFlag[];
  /** 0–3: the strongest flag, P0 first; 3 without any above info. */
  readonly urgency: number;
  /** Never shown to a partner (law 9). */
  readonly restricted: boolean;
  readonly public: Public;
  readonly evidence: readonly Evidence[];
  readonly trace: readonly TraceStep[];
}

/** How many candidates an agent is offered when the motif is unsure. */
const RANKED_MAX = 5;
const EVIDENCE_MAX = 6;
/** Where neither a target nor a threshold is set. */
const MOTIF_MIN = 0.5;
/** Where no model reads flags, their plain phrases alone raise them. */
const NO_FLAGS: ReadonlyMap<string, number> = new Map();

/** Told what the rules of a decision were asked about, by whoever explains it. */
export type Watch = (facts: Facts, context: MatchContext) => void;

/**
 * Decides one message: motif, level, flags, and from them the queue. Pure: the same facts, rulebook, model and `now`
 * give the same decision, for ever (law 4). `now` is reserved for predicates over dates and is part of the record.
 */
export function decide(given: Facts, book: CompiledRulebook, model: MotifModel, now: Date, watch?: Watch): Decision {
  const trace: TraceStep[] = [];
  const profile = book.mailboxes.find((mailbox) => mailbox.id === given.mailbox);
  const input = motifInput(given);
  // Machine deposits (DSN pieces, scanned forms) hold no request to judge: their mailbox says where they go. A sentence that
  // somebody typed into one may still be a cry for help, so flags are read as anywhere (law 5).
  const judged = profile?.classify !== false;
  const read = model.read?.(input);
  const said = judged ? read : undefined;
  const sender = recogniseSender(given, book.senders ?? [], said);
  const facts: Facts = { ...given, public: sender.public };
  trace.push({ step: 'sender', id: sender.public, matched: true, detail: sender.by, evidence: [] });
  const { motifs } = book.compiled.inOrder;
  const reading: TraceStep[] = [];
  const ranked = judged ? rank(input, model, reading) : [];
  const named = findProvisional(facts, book, profile, reading);

  const best = ranked[0];
  const guess = named ?? (best === undefined ? undefined : motifs.get(best.motif));
  // Where nothing is said, a guess from the mailbox alone is no motif a person need not look at.
  const unsure =
    named === undefined &&
    (best === undefined || !saysSomething(input) || best.score < leastConfidence(book.thresholds, model));
  // Flags look at no motif; only how often the person wrote about it is counted by the guess (domain §3.6-7).
  const prior_contacts = repeatsOf(facts, book, profile, { motif: guess, unsure }, trace);
  const flagContext = {
    now,
    motif: null,
    level: 'n1' as const,
    flags: [],
    prior_contacts,
    model_flags: read?.flags ?? NO_FLAGS,
  };
  const flags = findFlags(facts, book, flagContext, (id) => model.evidence(input, `flag:${id}`, 1), trace);
  trace.push(...reading);
  const context: MatchContext = {
    now,
    motif: guess?.id ?? null,
    level: guess?.level ?? 'n1',
    flags: flags.map((flag) => flag.id),
    prior_contacts,
  };
  watch?.(facts, context);
  const rule = firstRule(facts, book, context, trace);
  const motif = named ?? (rule?.then.motif === undefined ? guess : motifs.get(rule.then.motif));
  const told = named !== undefined || rule?.then.motif !== undefined;
  const level = rule?.then.level ?? levelOf(motif, ranked, motifs, told ? undefined : said);
  trace.push({
    step: 'level',
    id: level,
    matched: true,
    detail: rule?.then.level ? `règle ${rule.id}` : (motif?.id ?? ''),
    evidence: [],
  });

  const natural = naturalQueue(book, motif, level, profile);
  const sure = sureness(book, ranked, motifs, natural.queue, profile);
  const fixed = told || rule?.then.queue !== undefined;
  // A rule that names a queue alone says where the mail goes, not what it is about: a person still gives the motif (law 5).
  const abstained = !told && unsure;
  const confidence = told ? 1 : (best?.score ?? 0);
  const ordinary = chooseOrdinary(book, rule, natural, sure, abstained, fixed);
  trace.push({ step: 'queue', id: ordinary.queue, matched: true, detail: ordinary.why, evidence: [] });

  const override = overridingFlag(book, flags);
  const queue = override?.queue ?? ordinary.queue;
  if (override !== undefined) {
    trace.push({
      step: 'override',
      id: override.id,
      matched: true,
      detail: `${ordinary.queue} → ${queue}`,
      evidence: [],
    });
  }
  return {
    engine: ENGINE,
    motif: motif?.id ?? null,
    confidence,
    abstained,
    ranked: ranked.slice(0, RANKED_MAX),
    secondary: (said?.secondary ?? []).filter((id) => id !== motif?.id && motifs.has(id)),
    level,
    pole: motif?.pole ?? natural.target,
    queue,
    target_queue: override === undefined ? ordinary.target : queue,
    queue_confidence: fixed || override !== undefined ? 1 : sure,
    rule: override === undefined ? ordinary.rule : `flag.${override.id}`,
    flags,
    urgency: flags.reduce((least, flag) => Math.min(least, flagRank(flag.level)), 3),
    restricted: motif?.restricted === true || isRestricted(book, queue) || isRestricted(book, ordinary.target),
    public: facts.public,
    evidence: [
      ...trace.filter((step) => step.matched).flatMap((step) => step.evidence),
      ...(motif === undefined ? [] : model.evidence(input, motif.id, EVIDENCE_MAX)),
    ],
    trace,
  };
}

/** What the motif model may look at. */
export function motifInput(facts: Facts): MotifInput {
  const { mailbox, subject, body, quoted, attachments } = facts;
  return { mailbox, from: facts.from, received_at: facts.received_at, subject, body, quoted, attachments };
}

/** A letter anywhere: in the text, the subject, the thread or the name of a file. */
function saysSomething({ subject, body, quoted, attachments }: MotifInput): boolean {
  return [body, subject, quoted, ...attachments].some((text) => /\p{L}/u.test(text));
}

/** Under this the motif is unsure: what the target asks of this model, else what was set by hand. */
export function leastConfidence({ target_accuracy, motif_min }: Thresholds, model: MotifModel): number {
  const asked = target_accuracy === undefined ? undefined : model.thresholdFor?.(target_accuracy);
  return asked ?? motif_min ?? MOTIF_MIN;
}

function rank(input: MotifInput, model: MotifModel, trace: TraceStep[]): readonly RankedMotif[] {
  const ranked = model.rank(input);
  trace.push({
    step: 'model',
    id: model.digest.slice(0, 12),
    matched: ranked.length > 0,
    detail: ranked
      .slice(0, 3)
      .map((r) => `${r.motif} ${r.score.toFixed(3)}`)
      .join(', '),
    evidence: [],
  });
  return ranked;
}

function findFlags(
  facts: Facts,
  book: CompiledRulebook,
  context: MatchContext,
  passageOf: (id: string) => readonly Evidence[],
  trace: TraceStep[],
): DecidedFlag[] {
  const found: DecidedFlag[] = [];
  for (const [flag, test, missed] of book.compiled.inOrder.flags) {
    const read = test(facts, context);
    const result = facts.marks === undefined ? read : withMarks(read, flag, facts.marks);
    if (!result.matched) {
      trace.push(missed);
      continue;
    }
    found.push({ id: flag.id, level: result.level });
    const score = context.model_flags?.get(flag.id);
    trace.push({
      step: 'flag',
      id: flag.id,
      matched: true,
      detail: score === undefined ? result.level : `${result.level}, modèle ${score.toFixed(2)}`,
      // Without words of the list, the passage that convinced the model is what an agent must see.
      evidence: result.evidence.length === 0 ? passageFor(flag, passageOf) : result.evidence,
    });
  }
  return found;
}

/** A flag that only listens to what the model hears of another shows the passage of that one. */
function passageFor(flag: Flag, passageOf: (id: string) => readonly Evidence[]): readonly Evidence[] {
  const heard = heardFlag(flag.when);
  return passageOf(heard ?? flag.id).map((span) => ({ ...span, for: `flag:${flag.id}` }));
}

const REPEATED = 'reiteration';

/** What the bot has seen stands; an urgent mark that the model alone hears in a chat, and the bot did not believe, falls. */
function withMarks(
  read: { matched: boolean; level: FlagLevel; evidence: readonly Evidence[] },
  flag: Pick<Flag, 'id' | 'level'>,
  marks: readonly string[],
): typeof read {
  if (marks.includes(flag.id)) return { ...read, matched: true };
  // Counted contacts are nothing the bot could know, and need no word either.
  const heard = read.matched && read.evidence.length === 0 && flag.id !== REPEATED;
  const unbelieved = heard && flagRank(read.level) <= 1;
  return unbelieved ? { ...read, matched: false } : read;
}

function firstRule(facts: Facts, book: CompiledRulebook, context: MatchContext, trace: TraceStep[]) {
  for (const [rule, test, missed] of book.compiled.inOrder.rules) {
    const { matched, evidence } = test(facts, context);
    if (!matched) trace.push(missed);
    else {
      trace.push({ step: 'rule', id: rule.id, matched, detail: rule.why, evidence });
      return rule;
    }
  }
  return undefined;
}
