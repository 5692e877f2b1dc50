import { openSpans } from './calendar.ts';
import { DAY_MS, HOUR_MS, instantMs, type Instant } from './days.ts';
import type { Level, Motif, Rulebook, SiteCalendar } from './rulebook.ts';
import { hashShare } from './overflow-contract.ts';
import type { ReplyReadingPolicy } from './reply-reading.ts';

/**
 * Level 1 first (domain §1.1: « une analyse préalable par les référents techniques ou les superviseurs des transferts de
 * mails aux pôles experts »). A review has a declared capacity and an end: what nobody reviewed in time goes on, counted.
 * The clocks of the mail never stop for it (law 6).
 */

/** A reason people choose from, and its words. */
export interface Reason {
  readonly id: string;
  readonly label: string;
}

/** What may be said with each outcome. */
export interface ReviewReasons {
  readonly approve: readonly Reason[];
  /** Back to level 1, which can answer. */
  readonly return: readonly Reason[];
  readonly remotif: readonly Reason[];
  /** A pôle gives a transfer back. */
  readonly refuse: readonly Reason[];
}

export interface ReviewPolicy {
  /** Motifs whose machine route is reviewed; undefined: all whose pôle is not direct. Transfers of agents always are. */
  readonly motifs?: readonly string[];
  /** An item nobody reviewed within so many open hours goes on to its pôle. */
  readonly timeout_open_hours: number;
  /** For so long it is kept for a level-1 person present who has the skill, before référents are given it. */
  readonly offer_open_hours: number;
  /** Part of the machine routes without a review that is read afterwards, 0–1. */
  readonly sample_share: number;
  /** The queues such routes are drawn from; undefined: every pôle and reserved circuit. */
  readonly sampled_queues?: readonly string[];
  readonly reasons: ReviewReasons;
  /** Replies read by a second person (domain/reply-reading.ts); undefined: its own defaults. */
  readonly reply_reading?: ReplyReadingPolicy;
}

/** Where no reviews.yaml is. */
export const DEFAULT_REVIEWS: ReviewPolicy = {
  timeout_open_hours: 9,
  offer_open_hours: 2,
  sample_share: 0.02,
  reasons: {
    approve: [{ id: 'etude-du-dossier', label: 'Le dossier doit être étudié par le pôle' }],
    return: [{ id: 'reponse-n1', label: 'Le niveau 1 peut répondre' }],
    remotif: [{ id: 'autre-motif', label: 'Le message demande autre chose' }],
    refuse: [{ id: 'autre-pole', label: 'Un autre pôle est compétent' }],
  },
};

/** Is a machine route to this motif's pôle reviewed? The pôle's own `direct` entry is looked at elsewhere. */
export function isReviewed(policy: ReviewPolicy | undefined, motif: string): boolean {
  return policy?.motifs === undefined || policy.motifs.includes(motif);
}

/** The motifs that skills stand for: a motif itself, or all of a pôle. Nothing reserved is a matter of skill (law 9). */
export function motifsOf(motifs: readonly Motif[], skills: readonly string[]): string[] {
  return motifs
    .filter(({ id, pole, restricted }) => !restricted && (skills.includes(id) || skills.includes(pole)))
    .map(({ id }) => id);
}

/** The instant since which the site has been open for `hours`, or the beginning of what is looked at. */
export function openHoursBack(now: Instant, hours: number, calendar: SiteCalendar): Date {
  const now_ms = instantMs(now);
  let left_ms = hours * HOUR_MS;
  const first_ms = now_ms - LOOK_BACK_DAYS * DAY_MS;
  for (const { from_ms, to_ms } of openSpans(first_ms, now_ms, calendar).reverse()) {
    const end_ms = Math.min(to_ms, now_ms);
    if (end_ms <= from_ms) continue;
    if (left_ms <= end_ms - from_ms) return new Date(end_ms - left_ms);
    left_ms -= end_ms - from_ms;
  }
  return new Date(first_ms);
}

/** A review that takes longer than this many days is no review. */
const LOOK_BACK_DAYS = 60;

export type ReviewAction = 'approve' | 'return' | 'remotif';

export interface ReviewAsk {
  readonly action: ReviewAction;
  /** The pôle the transfer asks for. */
  readonly wanted: string;
  /** `remotif`: what the message is about. */
  readonly motif?: string | undefined;
}

export type ReviewPlan =
  | { readonly ok: true; readonly queue: string; readonly level: Level | undefined }
  | { readonly ok: false; readonly why: 'unknown-queue' | 'unknown-motif' | 'same-motif' | 'no-motif' };

/**
 * Where a reviewed conversation goes: on to its pôle, back to level 1, or where another motif leads. A second review
 * would only delay what a référent has just looked at. Pure.
 */
export function planReview(
  book: Pick<Rulebook, 'motifs' | 'queues'>,
  ask: ReviewAsk,
  motif_now: string | null,
): ReviewPlan {
  const level_1 = book.queues.find(({ kind }) => kind === 'n1')?.id ?? 'n1';
  if (ask.action === 'return') return { ok: true, queue: level_1, level: undefined };
  if (ask.action === 'approve') {
    const known = book.queues.some(({ id }) => id === ask.wanted);
    return known ? { ok: true, queue: ask.wanted, level: undefined } : { ok: false, why: 'unknown-queue' };
  }
  if (ask.motif === undefined) return { ok: false, why: 'no-motif' };
  if (ask.motif === motif_now) return { ok: false, why: 'same-motif' };
  const motif = book.motifs.find(({ id }) => id === ask.motif);
  if (motif === undefined) return { ok: false, why: 'unknown-motif' };
  return { ok: true, queue: motif.level === 'n1' ? level_1 : motif.pole, level: motif.level };
}

/** Is this machine route drawn to be read afterwards? By hash: nobody chooses, and a replay finds the same. */
export function isDrawn(
  policy: ReviewPolicy,
  route: { readonly message_id: string; readonly queue: string; readonly kind: string },
): boolean {
  const { sampled_queues, sample_share } = policy;
  const eligible =
    sampled_queues === undefined
      ? route.kind === 'pole' || route.kind === 'sensitive'
      : sampled_queues.includes(route.queue);
  return eligible && hashShare(`direct ${route.message_id}`) < sample_share;
}
