import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { workingMsBetween, type WorkingCalendar } from '../../domain/calendar.ts';
import { dayText, parseDay } from '../../domain/days.ts';
import { computeFigure, type FigureEvent, type FigureOptions } from '../../domain/figure.ts';
import { asked, choice, HOUR, inOrder, logOf, longSteps, SEASONS, steps, type Season } from '../support/figure-logs.ts';

/**
 * The figure against a reckoning that takes one mail at a time and reads the whole log for it, with rules written anew
 * from docs/figure.md: no state is kept between mails, and nothing of domain/figure-life.ts is used.
 */
const ms = (at: unknown): number => (at as Date).getTime();
const DAY = 24 * HOUR;

interface Told {
  end: string | null;
  stopped: number | null;
  reply: string | null;
  started: number;
  data: Record<string, unknown>;
  queue: unknown;
  seen: boolean;
  transferred: boolean;
  handed: boolean;
  recalled: boolean;
  repeated: boolean;
}

function meaning({ type, data }: FigureEvent): string | null {
  const { reply_type, conclusive, code, confirmed, notice } = data;
  if (type === 'request.answered') {
    if (reply_type === 'attente') return null;
    if (reply_type === 'appel') return conclusive === true ? 'call_conclusive' : null;
    return 'answered';
  }
  if (type !== 'request.closed') return null;
  if (confirmed !== true || code === 'closed_without_answer') return 'closed_without_answer';
  if (code === 'redirected') return notice === true ? 'redirected' : 'closed_without_answer';
  return code as string;
}
const names = (event: FigureEvent, id: string): boolean =>
  (event.data['message_ids'] as string[] | undefined)?.includes(id) === true;

function tell(id: string, log: readonly FigureEvent[], home: string | undefined): Told | undefined {
  const arrivals = log.flatMap((e, n) => (e.type === 'request.received' && e.message_id === id ? [n] : []));
  const first = arrivals[0];
  if (first === undefined) return undefined;
  const given = arrivals.find((n) => log[n]!.conversation_id !== null);
  // Where it stops, and the stretches of the log over which it is open.
  let stop: number | null = null;
  let resumed = false;
  const open = log.map(() => false);
  log.forEach((event, n) => {
    const end = meaning(event);
    if (end !== null && names(event, id)) stop ??= n;
    if (event.type === 'request.resumed' && names(event, id) && stop !== null) {
      const early = n < first;
      const chosen = (event.data['reason'] ?? 'reply-cancelled') === 'reply-cancelled';
      if (early || !chosen || ms(event.occurred_at) - ms(log[stop]!.occurred_at) <= 10 * 60_000) {
        stop = null;
        resumed ||= !early;
      }
    }
    open[n] = n >= first && stop === null;
  });
  const last = stop === null ? undefined : log[stop];
  const over = Math.max(stop ?? 0, first);
  const mine = log.flatMap((event, n) => (event.conversation_id === home && home !== undefined ? [{ event, n }] : []));
  const during = mine.filter(({ n }) => open[n]! && given !== undefined && n >= given).map(({ event }) => event);
  const had = (...types: string[]): FigureEvent[] => during.filter(({ type }) => types.includes(type));
  const moves = during.flatMap(({ type, data }) =>
    type === 'conversation.routed' ? [data['queue']] : type === 'conversation.transferred' ? [data['to']] : [],
  );
  const still = given !== undefined && (given === first || open[given] === true || (stop ?? -1) >= given);
  const data = log[still ? given : first]!.data;
  const comes_back = log.some((event, n) => {
    if (last === undefined || n <= over) return false;
    const at = ms(event.occurred_at) - ms(last.occurred_at);
    if (at <= 0 || at > 7 * DAY) return false;
    if (event.type === 'request.repeated') return event.conversation_id === home;
    if (event.type !== 'request.received' || event.message_id === id) return false;
    const before = log.slice(0, n);
    if (before.some((e) => e.type === 'request.received' && e.message_id === event.message_id)) return false;
    if (homeOf.get(event.message_id!) !== home) return false;
    const waited = (e: FigureEvent): boolean =>
      e.type === 'conversation.reopened' && e.message_id === event.message_id && e.data['from'] === 'waiting';
    return !before.some(waited);
  });
  const end = last === undefined ? null : meaning(last);
  const seen_types = ['conversation.claimed', 'conversation.motif_confirmed', 'review.approved'];
  return {
    end,
    stopped: last === undefined ? null : ms(last.occurred_at),
    reply: (last?.data['reply_type'] as string | undefined) ?? null,
    started: ms(log[first]!.occurred_at),
    data,
    queue: moves.at(-1) ?? data['queue'],
    seen: resumed || had(...seen_types).length > 0 || (end !== null && end !== 'closed_without_answer'),
    transferred: had('conversation.transferred').some((e) => e.data['reason'] === 'transfer'),
    handed: had('overflow.handed').length > 0,
    recalled: had('overflow.recalled').length > 0,
    repeated: comes_back,
  };
}

/** Which conversation each mail of the log at hand belongs to. */
let homeOf = new Map<string, string>();

function reckon(log: readonly FigureEvent[], options: FigureOptions, from: number, until: number) {
  const as_of = ms(options.as_of);
  homeOf = new Map(
    log.flatMap((e) =>
      e.type === 'request.received' && e.conversation_id !== null ? [[e.message_id!, e.conversation_id]] : [],
    ),
  );
  const known = log.filter(
    (e) => ms(e.occurred_at) <= as_of && (options.known !== 'then' || ms(e.recorded_at) <= as_of),
  );
  const mails = [...new Set(known.flatMap((e) => (e.type === 'request.received' ? [e.message_id!] : [])))]
    .map((id) => tell(id, known, homeOf.get(id))!)
    .filter(({ started }) => started >= from && started < until);
  const count = (is: (mail: Told) => boolean): number => mails.filter(is).length;
  const handled = ({ end }: Told): boolean => !['redirected', 'closed_without_answer', null].includes(end);
  const judged = (mail: Told): boolean => handled(mail) && mail.stopped! + 7 * DAY <= as_of;
  const due = ({ data }: Told): number => Date.parse(data[`due_${options.clock}_at`] as string);
  const legal = ({ data }: Told): number => Date.parse((data['legal_due_at'] as string | undefined) ?? '');
  const spent = ({ started, stopped, data }: Told): number =>
    options.clock === 'elapsed'
      ? Math.max(0, (stopped ?? as_of) - started)
      : workingMsBetween(started, stopped ?? as_of, data['calendar'] as WorkingCalendar);
  const open = mails.filter(({ end }) => end === null);
  const kind = (name: string, reply: string): Record<string, number> => {
    const is = (mail: Told): boolean => mail.reply === reply && mail.end === 'answered';
    return {
      [name]: count(is),
      [`${name}_in_time`]: count((mail) => is(mail) && mail.stopped! <= due(mail)),
      [`${name}_repeat_base`]: count((mail) => is(mail) && judged(mail)),
      [`${name}_repeated_7d`]: count((mail) => is(mail) && judged(mail) && mail.repeated),
    };
  };
  return {
    received: mails.length,
    answered: count(({ end }) => end === 'answered'),
    answered_in_time: count((mail) => handled(mail) && mail.stopped! <= due(mail)),
    handled_late: count((mail) => handled(mail) && mail.stopped! > due(mail)),
    redirected: count(({ end }) => end === 'redirected'),
    closed_without_answer: count(({ end }) => end === 'closed_without_answer'),
    open_late: count((mail) => mail.end === null && as_of > due(mail)),
    open_not_due: count((mail) => mail.end === null && as_of <= due(mail)),
    oldest_open_hours: open.length === 0 ? null : Math.round(Math.max(...open.map(spent)) / (HOUR / 100)) / 100,
    never_read: count(({ end, seen }) => !seen && (end === null || end === 'closed_without_answer')),
    transferred: count((mail) => mail.transferred),
    handed: count((mail) => mail.handed),
    recalled: count((mail) => mail.recalled),
    repeat_base: count(judged),
    repeated_7d: count((mail) => judged(mail) && mail.repeated),
    ...kind('pieces', 'pieces'),
    ...kind('account', 'renvoi-compte'),
    legal: count((mail) => !Number.isNaN(legal(mail))),
    legal_passed: count((mail) => (mail.stopped ?? as_of) > legal(mail)),
    legal_running: count((mail) => mail.end === null && as_of <= legal(mail)),
    queues: Object.fromEntries(
      [...new Set(mails.map(({ queue }) => String(queue)))].map((queue) => [
        queue,
        count((mail) => String(mail.queue) === queue),
      ]),
    ),
  };
}

/** Midnights in Paris, by the offsets people know. */
function midnight(day: string, season: Season): number {
  const { changes, before, after } = SEASONS[season];
  return Date.parse(`${day}T00:00:00${day <= changes ? before : after}`);
}

describe('the figure of any log, with replies taken back, quarantine, late records and a change of policy', () => {
  test.each(['autumn', 'spring'] as const)(
    'is what reading the whole log for each mail gives, when the clocks change in %s',
    (season) => {
      fc.assert(
        fc.property(fc.oneof(steps, longSteps), choice, (list, question) => {
          const log = inOrder(logOf(list, season));
          const options = asked(season, question, 'queue');
          const until = dayText(parseDay(options.to) + 1);
          const { queues, ...wanted } = reckon(log, options, midnight(options.from, season), midnight(until, season));
          const found = computeFigure(log, options);
          expect(found).toMatchObject(wanted);
          expect(Object.fromEntries((found.groups ?? []).map(({ key, received }) => [String(key), received]))).toEqual(
            queues,
          );
        }),
        { numRuns: 800 },
      );
    },
  );
});
