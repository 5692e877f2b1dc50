import type { Evidence, Facts, MotifInput, MotifModel, RankedMotif } from './facts.ts';
import type { CompiledRulebook, MatchContext } from './match.ts';
import { flagRank, type FlagLevel, type Level, type MailboxProfile, type Motif, type Public } from './rulebook.ts';

/** Stored with each decision; raised whenever the same inputs may give another outcome (law 4). */
export const ENGINE = '1';

/** One line of the explanation: what was tried, whether it held, what it changed. */
export interface TraceStep {
  readonly step: 'flag' | 'model' | 'rule' | 'level' | 'queue' | 'override';
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

/**
 * Decides one message: motif, level, flags, and from them the queue. Pure: the same facts, rulebook, model and `now`
 * give the same decision, for ever (law 4). `now` is reserved for predicates over dates and is part of the record.
 */
export function decide(facts: Facts, book: CompiledRulebook, model: MotifModel, now: Date): Decision {
  const trace: TraceStep[] = [];
  const profile = book.mailboxes.find((mailbox) => mailbox.id === facts.mailbox);
  const flags = findFlags(facts, book, now, trace);
  const ranked = rank(facts, profile, model, trace);
  const motifs = new Map(book.motifs.map((motif) => [motif.id, motif]));

  const best = ranked[0];
  const guess = best === undefined ? undefined : motifs.get(best.motif);
  const context: MatchContext = {
    now,
    motif: guess?.id ?? null,
    level: guess?.level ?? 'n1',
    flags: flags.map((flag) => flag.id),
  };
  const rule = firstRule(facts, book, context, trace);
  const motif = rule?.then.motif === undefined ? guess : motifs.get(rule.then.motif);
  const level = rule?.then.level ?? motif?.level ?? 'n1';
  trace.push({
    step: 'level',
    id: level,
    matched: true,
    detail: rule?.then.level ? `règle ${rule.id}` : (motif?.id ?? ''),
    evidence: [],
  });

  const natural = naturalQueue(book, motif, level, profile);
  const sure = sureness(book, ranked, motifs, natural.queue, profile);
  const fixed = rule?.then.motif !== undefined || rule?.then.queue !== undefined;
  const abstained = !fixed && (best === undefined || best.score < book.thresholds.motif_min);
  const confidence = rule?.then.motif === undefined ? (best?.score ?? 0) : 1;
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
      ...(motif === undefined ? [] : model.evidence(motifInput(facts), motif.id, EVIDENCE_MAX)),
    ],
    trace,
  };
}

/** What the motif model may look at. */
export function motifInput(facts: Facts): MotifInput {
  const { mailbox, subject, body, quoted, attachments } = facts;
  return { mailbox, subject, body, quoted, attachments, public: facts.public };
}

function rank(
  facts: Facts,
  profile: MailboxProfile | undefined,
  model: MotifModel,
  trace: TraceStep[],
): readonly RankedMotif[] {
  // Machine deposits (DSN pieces, scanned forms) hold no sentence to judge: their mailbox says where they go.
  if (profile?.classify === false) return [];
  const ranked = model.rank(motifInput(facts));
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

function findFlags(facts: Facts, book: CompiledRulebook, now: Date, trace: TraceStep[]): DecidedFlag[] {
  const found: DecidedFlag[] = [];
  const context: MatchContext = { now, motif: null, level: 'n1', flags: [] };
  for (const flag of book.flags) {
    const result = book.compiled.flags.get(flag.id)!(facts, context);
    if (result.matched) found.push({ id: flag.id, level: result.level });
    trace.push({
      step: 'flag',
      id: flag.id,
      matched: result.matched,
      detail: result.matched ? result.level : '',
      evidence: result.evidence.map((span) => ({ ...span, for: `flag:${flag.id}` })),
    });
  }
  return found;
}

function firstRule(facts: Facts, book: CompiledRulebook, context: MatchContext, trace: TraceStep[]) {
  for (const rule of book.rules) {
    const result = book.compiled.rules.get(rule.id)!(facts, context);
    trace.push({
      step: 'rule',
      id: rule.id,
      matched: result.matched,
      detail: result.matched ? rule.why : '',
      evidence: result.evidence.map((span) => ({ ...span, for: `rule:${rule.id}` })),
    });
    if (result.matched) return rule;
  }
  return undefined;
}

interface QueueChoice {
  readonly queue: string;
  readonly target: string;
  readonly rule: string;
  readonly why: string;
}

/**
 * Level 1 first: an expert motif is proposed to its pôle through the review queue, unless the pôle is on the `direct`
 * list (machine routes that a review could only delay).
 */
function naturalQueue(
  book: CompiledRulebook,
  motif: Motif | undefined,
  level: Level,
  profile: MailboxProfile | undefined,
): QueueChoice {
  const review = book.queues.find((queue) => queue.kind === 'review')?.id;
  if (motif === undefined || profile?.classify === false) {
    const queue = profile?.default_queue ?? 'n1';
    return { queue, target: queue, rule: 'mailbox.default', why: 'file de la boîte' };
  }
  if (level === 'n1') return { queue: 'n1', target: 'n1', rule: `motif.${motif.id}`, why: 'niveau 1' };
  const pole = motif.pole;
  const direct = pole === 'n1' || review === undefined || book.direct_queues.includes(pole);
  return direct
    ? { queue: pole, target: pole, rule: `motif.${motif.id}`, why: 'file directe du motif' }
    : { queue: review, target: pole, rule: `motif.${motif.id}`, why: `analyse préalable avant ${pole}` };
}

/** Probability of the queue: the sum over the motifs that lead there (law 5). */
function sureness(
  book: CompiledRulebook,
  ranked: readonly RankedMotif[],
  motifs: ReadonlyMap<string, Motif>,
  queue: string,
  profile: MailboxProfile | undefined,
): number {
  if (ranked.length === 0) return 1;
  let sum = 0;
  for (const candidate of ranked) {
    const motif = motifs.get(candidate.motif);
    if (motif !== undefined && naturalQueue(book, motif, motif.level, profile).queue === queue) sum += candidate.score;
  }
  return Math.min(1, sum);
}

function chooseOrdinary(
  book: CompiledRulebook,
  rule: ReturnType<typeof firstRule>,
  natural: QueueChoice,
  sure: number,
  abstained: boolean,
  fixed: boolean,
): QueueChoice {
  if (rule?.then.queue !== undefined) {
    return { queue: rule.then.queue, target: rule.then.queue, rule: rule.id, why: rule.why };
  }
  if (fixed || !abstained || sure >= book.thresholds.queue_min) return natural;
  // Human triage only settles doubt between level 1 and a restricted circuit; any other doubt is level 1's daily work.
  const triage = book.queues.find((queue) => queue.kind === 'human-triage')?.id;
  if (triage !== undefined && isRestricted(book, natural.target)) {
    return {
      queue: triage,
      target: natural.target,
      rule: 'triage.doubt',
      why: `doute entre le niveau 1 et ${natural.target}`,
    };
  }
  if (natural.queue === 'n1') return natural;
  return {
    queue: 'n1',
    target: natural.target,
    rule: 'triage.level1',
    why: `motif incertain, ${natural.target} pressenti`,
  };
}

function overridingFlag(
  book: CompiledRulebook,
  flags: readonly DecidedFlag[],
): { id: string; queue: string } | undefined {
  let best: { id: string; queue: string; rank: number } | undefined;
  for (const found of flags) {
    const queue = book.flags.find((flag) => flag.id === found.id)?.queue;
    const rank = flagRank(found.level);
    // The file's order settles ties: supervisors put what must win first.
    if (queue !== undefined && (best === undefined || rank < best.rank)) best = { id: found.id, queue, rank };
  }
  return best;
}

function isRestricted(book: CompiledRulebook, queue: string): boolean {
  return book.queues.find((candidate) => candidate.id === queue)?.restricted === true;
}
