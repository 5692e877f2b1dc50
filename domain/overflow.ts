import { DateTime } from 'luxon';
import type { Item, RefusalCode } from './overflow-contract.ts';
import { promiseOf, type MailTerms } from './overflow-promise.ts';
import {
  EMPTY,
  nextActive,
  placeOf,
  saves,
  text,
  weigh,
  type Load,
  type Place,
  type Saving,
} from './overflow-weigh.ts';
import type { Decision } from './route.ts';
import type { Rulebook } from './rulebook.ts';
import { p1Queue } from './urgent.ts';

export type { MailTerms } from './overflow-promise.ts';
export type { Load, QueueLoad } from './overflow-weigh.ts';

/** One pool that was looked at. */
export interface PoolReason {
  readonly pool: string;
  readonly taken: boolean;
  /** `taken`; `later`: possible, but another pool answers earlier; else why not. */
  readonly code: RefusalCode | 'taken' | 'later';
  /** One line in French, for `explain` and the console. */
  readonly why: string;
}

/** A contract's hysteresis that changed; stored, so that the next choice finds it in its load. */
export interface Switch {
  readonly pool: string;
  /** The promise it is about: a policy of sla.yaml. */
  readonly policy: string;
  readonly active: boolean;
}

/** The mail as its conversation stands: other mails of it may have brought marks that the decision does not know. */
export interface QueueMail extends MailTerms {
  readonly urgency?: number;
  readonly restricted?: boolean;
  readonly pool_hops?: number;
  readonly sibling_open?: boolean;
}

/** The queue a mail goes to, and why. */
export interface Routed {
  readonly queue: string;
  /** `overflow.<pool>` or the rule of the decision. */
  readonly rule: string;
  readonly overflow: boolean;
  /** One a pool that was looked at. */
  readonly reasons: readonly PoolReason[];
  readonly switched?: readonly Switch[];
  /** What chooseQueue() was told of the mail: with load, rulebook and instant, the choice can be made again (law 4). */
  readonly mail?: QueueMail;
}

/**
 * Chooses the desk queue: the decision's own, or a partner pool under contract (domain §3.4). Pure.
 *
 * A pool gets a mail only where that saves a deadline: its own queue would miss it and the pool keeps it, on the promised
 * clock first, on the other clock else. Among the pools that can, the one that answers earliest; the file's order settles
 * ties. Whatever the load: contract running and not stopped, motif allowed and sure, level 1, no P0 or P1, nothing
 * reserved, quota and share left, never a second time. Only a queue named as `from` hands over, and a pool never is.
 * @param mail what the promise follows from; without it the promise of the house is taken from `now` on
 */
export function chooseQueue(decision: Decision, load: Load, book: Rulebook, now: Date, mail?: QueueMail): Routed {
  // Where the Middle Office has no room left today, a P1 waits first where it can be answered; no pool ever gets it.
  const urgent = p1Queue(decision, load, book, now);
  if (urgent.queue !== decision.queue) return { ...urgent, overflow: false, reasons: [] };
  const own: Routed = { queue: decision.queue, rule: decision.rule, overflow: false, reasons: [] };
  const pools = book.queues.filter((queue) => queue.contract?.from === decision.queue);
  if (pools.length === 0) return own;
  const asked = mail === undefined ? {} : { mail };
  const home = book.queues.find((queue) => queue.id === decision.queue);
  const source = home === undefined ? undefined : placeOf(book, home, load, now);
  const reasons: PoolReason[] = [];
  if (source === undefined) {
    for (const { id } of pools) reasons.push(refusal(id, 'calendar', 'calendrier de la file d’origine inconnu'));
    return { ...own, reasons, ...asked };
  }
  const promised = promiseOf(book, source.calendar, mail, now);
  const able: { pool: Place; saving: Saving }[] = [];
  const switched: Switch[] = [];
  for (const queue of pools) {
    const pool = placeOf(book, queue, load, now);
    if (pool === undefined) {
      reasons.push(refusal(queue.id, 'calendar', 'calendrier inconnu'));
      continue;
    }
    const active = nextActive(pool, source, promised, now);
    if (active !== (pool.load.active?.includes(promised.policy) === true))
      switched.push({ pool: queue.id, policy: promised.policy, active });
    const outcome = weigh({
      pool,
      source,
      item: itemOf(decision, mail),
      promised,
      ahead: source.load.ahead ?? source.load.backlog,
      arrivals: (load[decision.queue] ?? EMPTY).arrivals_today + 1,
      active,
      book,
      now,
    });
    if (saves(outcome)) able.push({ pool, saving: outcome });
    else reasons.push(refusal(queue.id, outcome.code, outcome.why));
  }
  const best = earliest(able);
  for (const { pool, saving } of able) reasons.push(sentence(pool, saving, pool === best?.pool));
  const told = { reasons, ...(switched.length === 0 ? {} : { switched }), ...asked };
  if (best === undefined) return { ...own, ...told };
  const { id } = best.pool.queue;
  return { queue: id, rule: overflowRule(id), overflow: true, ...told };
}

/** The rule a hand-over is counted under: `overflow.hainaut` for `pool.hainaut`. */
export function overflowRule(pool: string): string {
  return `overflow.${pool.replace(/^pool\./, '')}`;
}

/** The pool that answers earliest among those that save the promised clock; else among those that save the other. */
export function earliest<T extends { readonly saving: Saving }>(able: readonly T[]): T | undefined {
  return able.reduce<T | undefined>((best, next) => {
    if (best === undefined) return next;
    const [a, b] = [best.saving, next.saving];
    return b.rank < a.rank || (b.rank === a.rank && b.at < a.at) ? next : best;
  }, undefined);
}

/** What a hand-over saves, for supervisors: when the pool answers, and by how much the source queue would be late. */
export function sentence(pool: Place, saving: Saving, taken: boolean): PoolReason {
  const at = DateTime.fromJSDate(saving.at, { zone: pool.calendar.zone }).toFormat("dd/MM à HH'h'mm");
  const here = saving.source_slack_hours;
  const home = here < 0 ? `${text(-here)} h de retard` : `${text(here)} h d’avance seulement`;
  const clock = saving.clock === 'elapsed' ? 'au délai de date à date' : 'au délai en jours ouvrés';
  const why = `répondrait le ${at}, ${text(saving.slack_hours)} h d’avance ${clock} ; sans renfort, ${home}`;
  return { pool: pool.queue.id, taken, code: taken ? 'taken' : 'later', why };
}

function refusal(pool: string, code: RefusalCode, why: string): PoolReason {
  return { pool, taken: false, code, why };
}

function itemOf(decision: Decision, mail: QueueMail | undefined): Item {
  return {
    motif: decision.motif,
    level: decision.level,
    urgency: Math.min(decision.urgency, mail?.urgency ?? 3),
    restricted: decision.restricted || mail?.restricted === true,
    unsure: decision.abstained || decision.motif === null,
    pool_hops: mail?.pool_hops ?? 0,
    sibling_open: mail?.sibling_open ?? false,
  };
}
