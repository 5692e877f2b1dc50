import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { workingMsBetween } from '../../domain/calendar.ts';
import { computeFigure, type Breakdown, type FigureEvent, type FigureOptions } from '../../domain/figure.ts';

/**
 * The figure against a plain recomputation that looks at one request at a time, over logs with several mails a
 * conversation, several stops a mail, moves, late records and equal instants.
 */
const START = Date.UTC(2026, 9, 22, 22); // Friday 23 October 2026, 00:00 in Paris; the clocks go back on the 25th.
const HOUR = 3_600_000;
const CALENDAR = { zone: 'Europe/Paris', alsace_moselle: 'none' as const };

/** Few distinct hours, so that deadlines, stops and bounds often fall together. */
const hour = fc.integer({ min: -30, max: 300 });
const conversation = fc.integer({ min: 0, max: 4 });
const lateness = fc.constantFrom(0, 0, 0, 5, 60);

const mail = fc.record({
  kind: fc.constant('mail' as const),
  conversation,
  hour,
  lateness,
  hours: fc.constantFrom(24, 48),
  motif: fc.constantFrom('m1', 'm2', null),
});
const stop = fc.record({
  kind: fc.constant('stop' as const),
  conversation,
  hour,
  lateness,
  what: fc.constantFrom(
    'definitive',
    'attente',
    'appel',
    'appel-vain',
    'no_answer_needed',
    'redirected',
    'unannounced',
    'closed_without_answer',
    'unconfirmed',
  ),
});
const move = fc.record({
  kind: fc.constant('move' as const),
  conversation,
  hour,
  lateness,
  to: fc.constantFrom('q1', 'q2'),
});
type Made<A> = A extends fc.Arbitrary<infer Value> ? Value : never;
type Step = Made<typeof mail> | Made<typeof stop> | Made<typeof move>;

/** The log as a database would hold it: stops name every mail of the conversation written before them. */
function logOf(steps: readonly Step[]): FigureEvent[] {
  const mails = steps.flatMap((step, n) => (step.kind === 'mail' ? [{ ...step, id: `mail-${n}` }] : []));
  return steps.map((step, n): FigureEvent => {
    const at = new Date(START + step.hour * HOUR);
    const base = {
      occurred_at: at,
      recorded_at: new Date(at.getTime() + step.lateness * HOUR),
      conversation_id: `c${step.conversation}`,
      message_id: null,
    };
    if (step.kind === 'move') return { ...base, type: 'conversation.transferred', data: { from: 'q0', to: step.to } };
    if (step.kind === 'mail') {
      const due = { elapsed: at.getTime() + step.hours * HOUR, working: at.getTime() + 2 * step.hours * HOUR };
      const dates = {
        due_elapsed_at: new Date(due.elapsed).toISOString(),
        due_working_at: new Date(due.working).toISOString(),
      };
      const rest = {
        policy: 'p',
        hours: step.hours,
        headline: 'elapsed',
        calendar: CALENDAR,
        mailbox: 'b',
        motif: step.motif,
        level: 'n1',
        queue: 'q0',
        origin: 'imap',
      };
      return { ...base, type: 'request.received', message_id: `mail-${n}`, data: { ...dates, ...rest } };
    }
    // One hour of grace: a stop may come just before its mail, as a server's clock can be wrong.
    const message_ids = mails
      .filter((m) => m.conversation === step.conversation && m.hour <= step.hour + 1)
      .map((m) => m.id);
    const data: Record<string, unknown> = { message_ids };
    if (step.what === 'definitive' || step.what === 'attente') data['reply_type'] = step.what;
    else if (step.what === 'appel' || step.what === 'appel-vain')
      Object.assign(data, { reply_type: 'appel', conclusive: step.what === 'appel' });
    else if (step.what === 'redirected' || step.what === 'unannounced')
      Object.assign(data, { code: 'redirected', confirmed: true, notice: step.what === 'redirected' });
    else if (step.what === 'unconfirmed') Object.assign(data, { code: 'no_answer_needed', confirmed: false });
    else Object.assign(data, { code: step.what, confirmed: true });
    return { ...base, type: data['reply_type'] === undefined ? 'request.closed' : 'request.answered', data };
  });
}

const ms = (at: unknown): number => (at as Date).getTime();

function recompute(log: readonly FigureEvent[], options: FigureOptions & { from_ms: number; until_ms: number }) {
  const as_of = ms(options.as_of);
  const visible = log.filter(
    (e) => ms(e.occurred_at) <= as_of && (options.known !== 'then' || ms(e.recorded_at) <= as_of),
  );
  const verdicts = visible.flatMap((event, n) => {
    const started = ms(event.occurred_at);
    if (event.type !== 'request.received' || started < options.from_ms || started >= options.until_ms) return [];
    const due = Date.parse(event.data[`due_${options.clock}_at`] as string);
    const stop_n = visible.findIndex(
      (e) =>
        (e.data['message_ids'] as string[] | undefined)?.includes(event.message_id!) === true &&
        meaning(e) !== 'nothing',
    );
    const last = stop_n === -1 ? visible.length : stop_n;
    const moves = visible
      .slice(n, Math.max(n, last))
      .filter((e) => e.type === 'conversation.transferred' && e.conversation_id === event.conversation_id);
    const queue = (moves.at(-1)?.data['to'] ?? 'q0') as string;
    if (stop_n === -1)
      return [
        {
          queue,
          motif: event.data['motif'] as string | null,
          end: as_of > due ? 'open_late' : 'open_not_due',
          hours: (options.clock === 'elapsed' ? as_of - started : workingMsBetween(started, as_of, CALENDAR)) / HOUR,
          in_time: false,
        },
      ];
    const stopped = ms(visible[stop_n]!.occurred_at);
    const span =
      options.clock === 'elapsed' ? Math.max(0, stopped - started) : workingMsBetween(started, stopped, CALENDAR);
    return [
      {
        queue,
        motif: event.data['motif'] as string | null,
        end: meaning(visible[stop_n]!),
        hours: span / HOUR,
        in_time: stopped <= due,
      },
    ];
  });
  return {
    all: numbers(verdicts),
    of: (by: 'queue' | 'motif', key: string | null) => numbers(verdicts.filter((v) => v[by] === key)),
    keys: (by: 'queue' | 'motif') => new Set(verdicts.map((v) => v[by])),
  };
}

function meaning(event: FigureEvent): string {
  const { reply_type, conclusive, code, confirmed, notice } = event.data;
  if (reply_type === 'definitive') return 'answered';
  if (reply_type === 'appel') return conclusive === true ? 'call_conclusive' : 'nothing';
  if (reply_type === 'attente') return 'nothing';
  if (confirmed !== true || code === 'closed_without_answer' || (code === 'redirected' && notice !== true))
    return 'closed_without_answer';
  return code as string;
}

function numbers(verdicts: readonly { end: string; hours: number; in_time: boolean }[]) {
  const count = (...ends: string[]): number => verdicts.filter((v) => ends.includes(v.end)).length;
  const treated = verdicts.filter((v) => ['answered', 'call_conclusive', 'no_answer_needed'].includes(v.end));
  const in_time = treated.filter((v) => v.in_time).length;
  const base = verdicts.length - count('redirected') - count('open_not_due');
  const hours = treated.map((v) => v.hours).sort((a, b) => a - b);
  const open = verdicts.filter((v) => v.end.startsWith('open_')).map((v) => v.hours);
  return {
    received: verdicts.length,
    handled: treated.length + count('redirected'),
    answered: count('answered'),
    answered_in_time: in_time,
    share: base > 0 ? in_time / base : null,
    replied_in_time: treated.filter((v) => v.in_time && v.end === 'answered').length,
    median_hours: quantile(hours, 0.5),
    p90_hours: quantile(hours, 0.9),
    oldest_open_hours: open.length === 0 ? null : Math.round(Math.max(...open) * 100) / 100,
    open_late: count('open_late'),
    open_not_due: count('open_not_due'),
    no_answer_needed: count('no_answer_needed'),
    call_conclusive: count('call_conclusive'),
    closed_without_answer: count('closed_without_answer'),
    redirected: count('redirected'),
  };
}

/** PostgreSQL's definition of percentile_cont, in its own words: row number 1 + p × (n − 1), interpolated. */
function quantile(sorted: readonly number[], p: number): number | null {
  if (sorted.length === 0) return null;
  const rn = 1 + p * (sorted.length - 1);
  const [frn, crn] = [Math.floor(rn), Math.ceil(rn)];
  const value = frn === crn ? sorted[frn - 1]! : (crn - rn) * sorted[frn - 1]! + (rn - frn) * sorted[crn - 1]!;
  return Math.round(value * 100) / 100;
}

const steps = fc.array(
  fc.oneof({ weight: 3, arbitrary: mail }, { weight: 2, arbitrary: stop }, { weight: 1, arbitrary: move }),
  { maxLength: 40 },
);
const choice = fc.record({
  as_of: fc.integer({ min: -40, max: 400 }),
  from: fc.constantFrom('2026-10-22', '2026-10-23', '2026-10-25', '2026-10-26'),
  days: fc.integer({ min: 0, max: 4 }),
  clock: fc.constantFrom('elapsed' as const, 'working' as const),
  known: fc.constantFrom('then' as const, 'now' as const),
});
/** Midnights in Paris, by hand: +02:00 up to the 25th, +01:00 from the 26th. */
const midnight = (day: number): number => Date.parse(`2026-10-${day}T00:00:00${day <= 25 ? '+02:00' : '+01:00'}`);

describe('the figure of any log', () => {
  test.each(['queue', 'motif'] as const)(
    'is what looking at one request at a time gives, by %s too',
    async (by: Breakdown & ('queue' | 'motif')) => {
      fc.assert(
        fc.property(steps, choice, (list, { as_of, from, days, clock, known }) => {
          const log = logOf(list)
            .map((event, seq) => ({ event, seq }))
            .sort((a, b) => ms(a.event.occurred_at) - ms(b.event.occurred_at) || a.seq - b.seq)
            .map(({ event }) => event);
          const first = Number(from.slice(8));
          const options: FigureOptions = {
            from,
            to: `2026-10-${first + days}`,
            as_of: new Date(START + as_of * HOUR),
            clock,
            known,
            by,
          };
          const found = computeFigure(log, options);
          const wanted = recompute(log, { ...options, from_ms: midnight(first), until_ms: midnight(first + days + 1) });
          expect(found).toMatchObject(wanted.all);
          expect(new Set(found.groups?.map((group) => group.key))).toEqual(wanted.keys(by));
          for (const group of found.groups ?? []) expect(group).toMatchObject(wanted.of(by, group.key));
        }),
        { numRuns: 400 },
      );
    },
  );

  test('every request is in exactly one state, and the groups add up to the whole', async () => {
    fc.assert(
      fc.property(steps, choice, fc.constantFrom<Breakdown>('queue', 'motif', 'pool', 'mailbox'), (list, c, by) => {
        const log = logOf(list).sort((a, b) => ms(a.occurred_at) - ms(b.occurred_at));
        const figure = computeFigure(log, {
          from: '2026-10-20',
          to: '2026-11-30',
          as_of: new Date(START + c.as_of * HOUR),
          clock: c.clock,
          known: c.known,
          by,
        });
        const { received, answered, call_conclusive, answered_with_other, no_answer_needed, redirected } = figure;
        expect(figure.handled).toBe(answered + call_conclusive + answered_with_other + no_answer_needed + redirected);
        expect(received).toBe(figure.handled + figure.closed_without_answer + figure.open_late + figure.open_not_due);
        expect(figure.share ?? 0).toBeLessThanOrEqual(1);
        expect((figure.groups ?? []).reduce((sum, group) => sum + group.received, 0)).toBe(received);
        expect((figure.groups ?? []).reduce((sum, group) => sum + group.answered_in_time, 0)).toBe(
          figure.answered_in_time,
        );
      }),
      { numRuns: 200 },
    );
  });
});
