import { isAmong } from './provisional.ts';
import type { Level, Rulebook } from './rulebook.ts';

/**
 * The arithmetic of an overflow contract (domain §3.4): numbers in, numbers and reasons out. chooseQueue(), the
 * rebalancing pass, recalls and the load simulation all count with these.
 */

/** Terms under which level-1 work may be handed to a partner pool. */
export interface OverflowContract {
  readonly from: string;
  readonly since: string;
  readonly motifs: readonly string[];
  /** Items per local day. */
  readonly daily_quota: number;
  /** Most of the source queue's arrivals of the day that may leave, 0–1. */
  readonly max_share: number;
  readonly enabled: boolean;
  /**
   * `forecast`: hand over what the source queue will not answer in time. `backlog` (where nothing is said): hand over once
   * the source queue has {@link trigger_hours} of work.
   */
  readonly trigger?: 'forecast' | 'backlog';
  /** `forecast`: begin when a mail would be answered less than this many open hours before its deadline. */
  readonly margin_hours?: number;
  /** `forecast`: stop once there is this much time in hand again; default 1.5 × `margin_hours`. */
  readonly stop_margin_hours?: number;
  /** Open hours of work the source queue must have; with `forecast` a floor beside the margin. */
  readonly trigger_hours?: number;
  /** Stop once the source queue has less than this; default 0.8 × `trigger_hours`. */
  readonly stop_hours?: number;
  /** Unclaimed work comes back when the pool itself needs more open hours than this to reach it. */
  readonly recall_hours?: number;
  /** Unclaimed work comes back when nobody of the pool took anything for this many of its open hours; default 4. */
  readonly silent_hours?: number;
  /** Share of the pool's answers that is read again, 0–1 (domain §3.4: at least 0.02, the default). */
  readonly sample_share?: number;
  /** The pool may uncover the NIR of the one conversation an agent holds; each look is audited (law 9). */
  readonly reveal_nir?: boolean;
}

/** Domain §3.4: « quality sample ≥ 2 % ». */
export const SAMPLE_SHARE_MIN = 0.02;
export const SILENT_HOURS = 4;
const STOP_MARGIN_FACTOR = 1.5;
const STOP_FACTOR = 0.8;
/** A pool is filled up to this part of its recall limit, and taken back to it: no mail goes to and fro at the limit. */
const FILL_PART = 0.8;

/** Why a mail does not go to a pool. */
export type RefusalCode =
  | 'disabled'
  | 'calendar'
  | 'not-begun'
  | 'stopped'
  | 'level'
  | 'urgent'
  | 'restricted'
  | 'unsure'
  | 'motif'
  | 'hops'
  | 'sibling'
  | 'quota'
  | 'share'
  /** The source queue will answer in time. */
  | 'idle'
  /** The pool has as much work as it may hold. */
  | 'full'
  /** Every deadline has passed: a hand-over saves nothing. */
  | 'lost'
  /** The pool would miss the deadline too. */
  | 'late'
  /** The pool would not be quicker. */
  | 'no-gain';

/** A refusal with its sentence for supervisors. */
export interface Refusal {
  readonly code: RefusalCode;
  readonly why: string;
}

/** What a contract asks of an item, whatever the load. */
export interface Item {
  readonly motif: string | null;
  readonly level: Level;
  /** 0 (P0) to 3. */
  readonly urgency: number;
  readonly restricted: boolean;
  /** The motif is not sure and no person gave one. */
  readonly unsure: boolean;
  /** How often it was in a pool already. */
  readonly pool_hops: number;
  /** The same person has another conversation open with us: two teams never answer one person at once. */
  readonly sibling_open: boolean;
}

/** Level 1, no P0 or P1, nothing reserved, a sure motif of the contract, and never a second time. */
export function refuseItem(
  contract: OverflowContract,
  item: Item,
  book: Pick<Rulebook, 'motifs'>,
): Refusal | undefined {
  if (item.level !== 'n1') return { code: 'level', why: 'niveau expert' };
  if (item.urgency <= 1) return { code: 'urgent', why: 'signalement prioritaire' };
  if (item.restricted) return { code: 'restricted', why: 'circuit réservé' };
  if (item.unsure || item.motif === null) return { code: 'unsure', why: 'motif incertain' };
  if (!isAmong(book, contract.motifs, item.motif)) return { code: 'motif', why: `motif ${item.motif} hors contrat` };
  if (item.pool_hops > 0) return { code: 'hops', why: 'déjà confié une fois' };
  if (item.sibling_open) return { code: 'sibling', why: 'la même personne a une autre demande ouverte à la caisse' };
  return undefined;
}

/** Items that may still be handed over today. */
export function quotaLeft(contract: Pick<OverflowContract, 'daily_quota'>, handed_today: number): number {
  return Math.max(0, contract.daily_quota - handed_today);
}

/** Items the share of the day still allows; the cap is rounded up to whole mails (« a share of one mail is one mail »). */
export function shareLeft(
  contract: Pick<OverflowContract, 'max_share'>,
  handed_today: number,
  arrivals_today: number,
): number {
  // 0.07 × 100 is a little more than 7 to a computer.
  return Math.max(0, Math.ceil(contract.max_share * arrivals_today - 1e-9) - handed_today);
}

/** What is known of the source queue, against which a contract decides whether to begin, go on or stop. */
export interface Pressure {
  /** Open hours in hand between the forecast answer and the deadline; negative when it comes too late. */
  readonly slack_hours: number;
  /** Open hours of the source queue before the deadline. */
  readonly open_hours: number;
  /** Open hours of work the source queue has before it. */
  readonly wait_hours: number;
}

/**
 * Does the source queue need help? With hysteresis: an active contract goes on until a second, calmer threshold, so that
 * a load that hovers around one number does not switch it at each mail. Of little open time (a Friday at 17:00) a margin
 * takes a quarter at most, else an empty queue would seem late.
 */
export function isPressed(contract: OverflowContract, active: boolean, at: Pressure): boolean {
  const { margin_hours, stop_margin_hours, trigger_hours, stop_hours } = limitsOf(contract);
  if (trigger_hours !== undefined && at.wait_hours < (active ? stop_hours : trigger_hours)) return false;
  if (contract.trigger !== 'forecast') return trigger_hours !== undefined;
  const margin = active ? Math.min(stop_margin_hours, at.open_hours / 2) : Math.min(margin_hours, at.open_hours / 4);
  return at.slack_hours < margin;
}

/** The thresholds of a contract with their defaults. */
export function limitsOf(contract: OverflowContract) {
  const { trigger_hours, margin_hours = 0 } = contract;
  return {
    margin_hours,
    stop_margin_hours: contract.stop_margin_hours ?? margin_hours * STOP_MARGIN_FACTOR,
    trigger_hours,
    stop_hours: contract.stop_hours ?? (trigger_hours ?? 0) * STOP_FACTOR,
    silent_hours: contract.silent_hours ?? SILENT_HOURS,
    sample_share: Math.max(contract.sample_share ?? SAMPLE_SHARE_MIN, SAMPLE_SHARE_MIN),
  };
}

/** The time a pool must have in hand to be given a mail: the margin the source queue no longer has. */
export function poolMargin(contract: OverflowContract, open_hours: number): number {
  return Math.min(limitsOf(contract).margin_hours, open_hours / 4);
}

/** Mails a pool may hold: above `recall` they come back, down to `fill`; hand-overs stop at `fill`. */
export function holdLimits(
  contract: Pick<OverflowContract, 'recall_hours'>,
  capacity_per_open_hour: number,
): { readonly fill: number; readonly recall: number } {
  if (contract.recall_hours === undefined) return { fill: Number.POSITIVE_INFINITY, recall: Number.POSITIVE_INFINITY };
  const recall = contract.recall_hours * capacity_per_open_hour;
  return { fill: Math.floor(recall * FILL_PART), recall };
}

/**
 * Is this answer of a pool read again? By the hash of its conversation, so that nobody chooses and a replay finds the
 * same; and whenever the day's share would otherwise fall below the one agreed, so that it holds each day.
 * @param before answers of the pool on that day before this one, and how many of them were chosen
 */
export function isSampled(
  conversation_id: string,
  share: number,
  before: { readonly answers: number; readonly sampled: number },
): boolean {
  return hashShare(conversation_id) < share || before.sampled < share * (before.answers + 1);
}

/** A text as a number in [0, 1), evenly spread: FNV-1a with the last mixing steps of MurmurHash3. */
export function hashShare(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return ((hash ^ (hash >>> 16)) >>> 0) / 0x1_0000_0000;
}
