import { sql } from 'kysely';
import { openMsBetween } from '../domain/calendar.ts';
import { forecastBreaches, summariseBreaches, type Breach, type WaitingGroup } from '../domain/breach-forecast.ts';
import { countText, momentText } from '../domain/french-dates.ts';
import { DAY_MS, dayOf, dayText, HOUR_MS, PARIS } from '../domain/days.ts';
import { DEFAULT_ORDER, stockShare } from '../domain/order.ts';
import { openCapacityBetween, type Staffing } from '../domain/presence.ts';
import type { DeskQueue, Rulebook, SlaPolicy } from '../domain/rulebook.ts';
import { placeColumn } from './backlog.ts';
import type { Tx } from './database.ts';
import { readLoadView } from './load.ts';
import { loadStaffing } from './presence.ts';

/** How far the forecast looks: further on it would speak of mails nobody has written yet. */
const AHEAD_DAYS = 4;

/** What is expected of one queue at the pace of those present. */
export interface QueueForecast {
  readonly queue: string;
  readonly label: string;
  readonly waiting: number;
  readonly late: number;
  /** Mails it can answer until the end of the forecast. */
  readonly capacity: number;
  /** Breaches to come, by the hour. */
  readonly breaches: readonly Breach[];
  readonly total: number;
  /** French, one a promise; none where everybody is answered in time. */
  readonly sentences: readonly string[];
}

/** The breach forecast of every queue that has work, most breaches first. */
export async function forecastQueues(tx: Tx, book: Rulebook, now: Date): Promise<QueueForecast[]> {
  const waiting = await readWaiting(tx, book, now);
  const today = dayOf(now.getTime(), PARIS);
  const staffing = await loadStaffing(tx, book, dayText(today), dayText(today + AHEAD_DAYS));
  const { passing } = await readLoadView(tx, book, now);
  const until_ms = now.getTime() + AHEAD_DAYS * DAY_MS;
  return book.queues
    .flatMap((queue) => {
      const groups = waiting.get(queue.id);
      if (groups === undefined) return [];
      const capacityUntil = capacityOf(staffing, queue, passing.get(queue.id) ?? 0, now);
      const stock_share = stockShare(book.order ?? DEFAULT_ORDER, queue.id);
      const breaches = forecastBreaches(groups, capacityUntil, { now_ms: now.getTime(), until_ms, stock_share });
      const sum = (of: readonly WaitingGroup[]): number => of.reduce((total, { count }) => total + count, 0);
      const late = groups.filter(({ due_hour }) => due_hour !== null && (due_hour + 1) * HOUR_MS <= now.getTime());
      return [
        {
          queue: queue.id,
          label: queue.label,
          waiting: sum(groups),
          late: sum(late),
          capacity: Math.floor(capacityUntil(until_ms)),
          breaches,
          total: breaches.reduce((total, { count }) => total + count, 0),
          sentences: sentencesOf(queue, breaches, book, now),
        },
      ];
    })
    .sort((a, b) => b.total - a.total || (a.queue < b.queue ? -1 : 1));
}

/** « Plateforme de services : 312 conversations dépasseront 48 h demain à 14 h 00 à ce rythme. » */
function sentencesOf(queue: DeskQueue, breaches: readonly Breach[], book: Rulebook, now: Date): string[] {
  return summariseBreaches(breaches).map(({ policy, total, peak_at_ms, peak_count, last_at_ms }) => {
    const many = peak_count > 1;
    const who = `${countText(peak_count)} conversation${many ? 's' : ''} ${many ? 'dépasseront' : 'dépassera'}`;
    const more = total > peak_count ? ` (${countText(total)} d’ici ${momentText(last_at_ms, now)})` : '';
    return `${queue.label} : ${who} ${promiseText(book, policy)} ${momentText(peak_at_ms, now)} à ce rythme${more}.`;
  });
}

/** « 48 h », « 48 h ouvrées »; the id of a policy that is gone. */
export function promiseText(book: Pick<Rulebook, 'slas'>, policy: string): string {
  const found: SlaPolicy | undefined = book.slas.find(({ id }) => id === policy);
  if (found === undefined) return policy;
  return `${found.hours} h${found.headline === 'working' ? ' ouvrées' : ''}`;
}

function capacityOf(staffing: Staffing, queue: DeskQueue, passing: number, now: Date): (at_ms: number) => number {
  const site = staffing.book.calendars.find(({ id }) => id === queue.calendar);
  const known = new Map<number, number>();
  return (at_ms) => {
    const cached = known.get(at_ms);
    if (cached !== undefined) return cached;
    const overtaking = site === undefined ? 0 : (passing * openMsBetween(now, at_ms, site)) / HOUR_MS;
    const capacity = Math.max(0, openCapacityBetween(staffing, queue.id, now, at_ms) - overtaking);
    known.set(at_ms, capacity);
    return capacity;
  };
}

async function readWaiting(tx: Tx, book: Rulebook, now: Date): Promise<Map<string, WaitingGroup[]>> {
  const { rows } = await sql<WaitingGroup & { queue: string }>`
    select c.queue, ${placeColumn(book.order ?? DEFAULT_ORDER, now)} as place, c.urgency,
      (ceil(extract(epoch from c.due_at) / 3600) - 1)::int as due_hour, r.policy, count(*)::int as count
    from aiguillage.conversation c
    left join lateral (select policy from aiguillage.request
      where conversation_id = c.id and stopped_at is null order by due_at limit 1) r on true
    where c.status in ('queued', 'assigned') group by 1, 2, 3, 4, 5`.execute(tx);
  return Map.groupBy(rows, ({ queue }) => queue);
}
