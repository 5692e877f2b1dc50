import type { ModelReading, RankedMotif } from './facts.ts';
import type { CompiledRulebook } from './match.ts';
import { isReviewed } from './review.ts';
import type { DecidedFlag } from './route.ts';
import { flagRank, type Level, type MailboxProfile, type Motif, type Rule } from './rulebook.ts';

/** Where a decided mail waits (law 5): what is routed is the queue, and its probability is what must be sure. */
/** A queue, the pôle it leads to, and why. */
export interface QueueChoice {
  readonly queue: string;
  readonly target: string;
  readonly rule: string;
  readonly why: string;
}

/**
 * Level 1 first: an expert motif is proposed to its pôle through the review queue, unless the pôle is on the `direct`
 * list (machine routes that a review could only delay), or the motif is not on the list of those to be reviewed.
 */
export function naturalQueue(
  book: CompiledRulebook,
  motif: Motif | undefined,
  level: Level,
  profile: MailboxProfile | undefined,
): QueueChoice {
  if (motif === undefined || profile?.classify === false) {
    const queue = profile?.default_queue ?? 'n1';
    return { queue, target: queue, rule: 'mailbox.default', why: 'file de la boîte' };
  }
  if (level === 'n1') return { queue: 'n1', target: 'n1', rule: `motif.${motif.id}`, why: 'niveau 1' };
  const { pole } = motif;
  const queue = expertQueue(book, motif);
  return queue === pole
    ? { queue, target: pole, rule: `motif.${motif.id}`, why: 'file directe du motif' }
    : { queue, target: pole, rule: `motif.${motif.id}`, why: `analyse préalable avant ${pole}` };
}

/** The pôle's own queue, or the review queue before it. */
function expertQueue(book: CompiledRulebook, { id, pole, provisional }: Motif): string {
  if (pole === 'n1' || book.direct_queues.includes(pole)) return pole;
  if (!isReviewed(book.reviews, provisional?.parent ?? id)) return pole;
  return book.queues.find((queue) => queue.kind === 'review')?.id ?? pole;
}

/** Probability of the queue: the sum over the motifs that lead there (law 5). */
export function sureness(
  book: CompiledRulebook,
  ranked: readonly RankedMotif[],
  motifs: ReadonlyMap<string, Motif>,
  queue: string,
  profile: MailboxProfile | undefined,
): number {
  if (ranked.length === 0) return 1;
  const all = profile?.classify === false ? (profile.default_queue ?? 'n1') : undefined;
  let sum = 0;
  for (const candidate of ranked) {
    const motif = motifs.get(candidate.motif);
    if (motif === undefined) continue;
    const leads = all ?? (motif.level === 'n1' ? 'n1' : expertQueue(book, motif));
    if (leads === queue) sum += candidate.score;
  }
  return Math.min(1, sum);
}

/** A motif this sure gives its own level; below, what the whole text says about the level counts as much. */
const MOTIF_SURE = 0.9;

/**
 * The level of the request, which is not the motif's alone: some motifs are both (domain §3.6-2), and an unsure motif may
 * have rivals of the other level. Half the weight is the ranked motifs', half the model's own view of the level.
 */
export function levelOf(
  motif: Motif | undefined,
  ranked: readonly RankedMotif[],
  motifs: ReadonlyMap<string, Motif>,
  said: ModelReading | undefined,
): Level {
  if (motif === undefined || said === undefined) return motif?.level ?? 'n1';
  const sure = (ranked[0]?.score ?? 0) >= MOTIF_SURE;
  if (sure && motif.level_by_text !== true) return motif.level;
  let weight = 0;
  let expert = 0;
  for (const { motif: id, score } of ranked) {
    const candidate = motifs.get(id);
    if (candidate === undefined) continue;
    weight += score;
    if (candidate.level_by_text === true) expert += score * said.expert;
    else if (candidate.level === 'expert') expert += score;
  }
  const byMotif = weight === 0 ? said.expert : expert / weight;
  return (byMotif + said.expert) / 2 > 0.5 ? 'expert' : 'n1';
}

/** The queue flags aside: a rule's, the natural one, or human triage where the doubt is about a restricted circuit. */
export function chooseOrdinary(
  book: CompiledRulebook,
  rule: Rule | undefined,
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

/** The strongest flag that names a queue. */
export function overridingFlag(
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

/** True for queues that no partner ever sees. */
export function isRestricted(book: CompiledRulebook, queue: string): boolean {
  return book.queues.find((candidate) => candidate.id === queue)?.restricted === true;
}
