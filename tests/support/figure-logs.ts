import fc from 'fast-check';
import { dayText, parseDay } from '../../domain/days.ts';
import type { Breakdown, FigureEvent, FigureOptions } from '../../domain/figure.ts';

/**
 * Random event logs: several mails a conversation, several stops a mail, stops before their mail, replies taken back,
 * mails out of quarantine, moves, hand-overs, late records, equal instants, both policies of a change at noon on the Saturday.
 */
/** Fridays, 00:00 in Paris, of the two week-ends at which the clocks change. */
export const SEASONS = {
  autumn: {
    start: Date.UTC(2026, 9, 22, 22),
    first: '2026-10-23',
    changes: '2026-10-25',
    before: '+02:00',
    after: '+01:00',
  },
  spring: {
    start: Date.UTC(2026, 2, 26, 23),
    first: '2026-03-27',
    changes: '2026-03-29',
    before: '+01:00',
    after: '+02:00',
  },
} as const;
export type Season = keyof typeof SEASONS;
export const HOUR = 3_600_000;
const CALENDARS = [
  { zone: 'Europe/Paris', alsace_moselle: 'none' as const },
  { zone: 'Europe/Paris', alsace_moselle: 'with-good-friday' as const },
];
/** A valid uuid that says what it is. */
export const uuid = (kind: number, n: number): string =>
  `00000000-0000-7000-8${String(kind).padStart(3, '0')}-${String(n).padStart(12, '0')}`;

const STOPS = [
  'definitive',
  'pieces',
  'renvoi-compte',
  'attente',
  'appel',
  'appel-vain',
  'no_answer_needed',
  'redirected',
  'unannounced',
  'closed_without_answer',
  'unconfirmed',
] as const;
const MOVES = [
  'transfer',
  'rebalance',
  'routed',
  'motif',
  'claim',
  'handed',
  'recalled',
  'approved',
  'repeated',
] as const;
/** Few distinct hours, so that deadlines, stops and bounds often fall together. */
const hour = fc.integer({ min: -30, max: 300 });
const when = { conversation: fc.integer({ min: 0, max: 3 }), hour, lateness: fc.constantFrom(0, 0, 0, 0, 1, 5, 60) };
const mail = fc.record({
  ...when,
  kind: fc.constant('mail' as const),
  motif: fc.constantFrom('m1', 'm2', 'm3', null),
  quarantined: fc.constantFrom(0, 0, 0, 0, 3, 30),
  pieces: fc.boolean(),
  legal: fc.boolean(),
  calendar: fc.constantFrom(...CALENDARS),
  mailbox: fc.constantFrom('b1', 'b2'),
});
const stop = fc.record({
  ...when,
  kind: fc.constant('stop' as const),
  what: fc.constantFrom(...STOPS),
  /** Minutes until it is taken back. */
  taken_back: fc.constantFrom(null, null, null, 5, 11, 3_000),
  /** Why the stop is void; undefined as old logs have it: taken back. */
  unreached: fc.constantFrom(undefined, 'reply-cancelled', 'reply-failed', 'reply-returned'),
});
const move = fc.record({
  ...when,
  kind: fc.constant('move' as const),
  what: fc.constantFrom(...MOVES),
  to: fc.constantFrom('q1', 'q2'),
});
const declare = fc.record({
  ...when,
  kind: fc.constant('declare' as const),
  team: fc.constantFrom('t1', 't2'),
});
type Made<A> = A extends fc.Arbitrary<infer Value> ? Value : never;
export type Step = Made<typeof mail> | Made<typeof stop> | Made<typeof move> | Made<typeof declare>;
const list = (minLength: number, maxLength: number) =>
  fc.array(
    fc.oneof(
      { weight: 6, arbitrary: mail },
      { weight: 5, arbitrary: stop },
      { weight: 5, arbitrary: move },
      { weight: 1, arbitrary: declare },
    ),
    { minLength, maxLength },
  );
export const steps = list(0, 60);
/** For tests that cannot ask ten thousand logs: each has something in it. */
export const longSteps = list(50, 80);
export const choice = fc.record({
  as_of: fc.integer({ min: -40, max: 500 }),
  /** The first day, counted from the season's. */
  from: fc.integer({ min: -2, max: 3 }),
  days: fc.integer({ min: 0, max: 10 }),
  clock: fc.constantFrom('elapsed' as const, 'working' as const),
  known: fc.constantFrom('then' as const, 'now' as const),
});

/** The policy before and after noon on the Saturday: what started under the first keeps it. */
const policyHours = (hour: number): number => (hour < 36 ? 24 : 48);

/** The log in the order it was written. */
export function logOf(list: readonly Step[], season: Season = 'autumn'): FigureEvent[] {
  const { start } = SEASONS[season];
  const id = (n: number): string => uuid(1, n);
  const home = (n: number): string => uuid(2, n);
  const mails = list.flatMap((step, n) => (step.kind === 'mail' ? [{ ...step, n }] : []));
  return list.flatMap((step, n): FigureEvent[] => {
    const at = start + step.hour * HOUR;
    const base = {
      occurred_at: new Date(at),
      recorded_at: new Date(at + step.lateness * HOUR),
      conversation_id: home(step.conversation),
      message_id: null as string | null,
    };
    if (step.kind === 'declare') {
      const data = { teams: { q0: step.team, q1: 't1' }, caisses: { b1: `caisse-${step.team}` } };
      return [{ ...base, conversation_id: null, type: 'organisation.declared', data }];
    }
    if (step.kind === 'mail') return received(step, { ...base, message_id: id(n) }, at);
    if (step.kind === 'move') return [moved(step, base)];
    // One hour of grace: a stop may come just before its mail, as a server's clock can be wrong. What is in quarantine has
    // no clock that a stop could name.
    const before = (m: (typeof mails)[number]): boolean =>
      m.quarantined === 0 ? m.hour <= step.hour + 1 : m.hour < step.hour || (m.hour === step.hour && m.n < n);
    const message_ids = mails.filter((m) => m.conversation === step.conversation && before(m)).map((m) => id(m.n));
    const events = [stopped(step.what, base, message_ids)];
    if (step.taken_back !== null) {
      const back = new Date(at + step.taken_back * 60_000);
      const why = step.unreached === undefined ? {} : { reason: step.unreached };
      events.push({
        ...base,
        occurred_at: back,
        recorded_at: back,
        type: 'request.resumed',
        data: { message_ids, ...why },
      });
    }
    return events;
  });
}

type Base = Omit<FigureEvent, 'type' | 'data'>;

function received(step: Made<typeof mail>, base: Base, at: number): FigureEvent[] {
  const hours = policyHours(step.hour);
  const due = (factor: number): string => new Date(at + factor * hours * HOUR).toISOString();
  const data = {
    policy: 'p',
    hours,
    headline: 'elapsed',
    due_elapsed_at: due(1),
    due_working_at: due(2),
    ...(step.legal ? { legal_due_at: due(4) } : {}),
    calendar: step.calendar,
    mailbox: step.mailbox,
    motif: step.motif,
    ...(step.motif === 'm3' ? { motif_parent: 'm1' } : {}),
    level: step.motif === 'm2' ? 'expert' : 'n1',
    queue: 'q0',
    origin: 'imap',
  };
  const event: FigureEvent = { ...base, type: 'request.received', data };
  if (step.quarantined > 0) {
    // Counted when it was set aside; its conversation comes later, with the instant it had.
    const first = { ...event, conversation_id: null, data: { ...data, motif: null, queue: null, level: null } };
    const second = { ...event, recorded_at: new Date((base.recorded_at as Date).getTime() + step.quarantined * HOUR) };
    return [first, second];
  }
  const reopened: FigureEvent = { ...base, type: 'conversation.reopened', data: { from: 'waiting' } };
  return step.pieces ? [reopened, event] : [event];
}

function moved(step: Made<typeof move>, base: Base): FigureEvent {
  switch (step.what) {
    case 'transfer':
    case 'rebalance':
      return { ...base, type: 'conversation.transferred', data: { from: 'q0', to: step.to, reason: step.what } };
    case 'routed':
      return { ...base, type: 'conversation.routed', data: { queue: step.to } };
    case 'motif': {
      const data = step.to === 'q1' ? { to: 'm2' } : { to: 'm3', to_parent: 'm1' };
      return { ...base, type: 'conversation.motif_confirmed', data };
    }
    case 'claim':
      return { ...base, type: 'conversation.claimed', data: {} };
    case 'handed':
    case 'recalled':
      return { ...base, type: `overflow.${step.what}`, data: { pool: `pool.${step.to}` } };
    case 'approved':
      return { ...base, type: 'review.approved', data: {} };
    case 'repeated':
      return { ...base, type: 'request.repeated', data: {} };
  }
}

function stopped(what: (typeof STOPS)[number], base: Base, message_ids: string[]): FigureEvent {
  const answer = (data: Record<string, unknown>): FigureEvent => ({
    ...base,
    type: 'request.answered',
    data: { ...data, message_ids },
  });
  const close = (code: string, confirmed: boolean, more = {}): FigureEvent => ({
    ...base,
    type: 'request.closed',
    data: { code, confirmed, ...more, message_ids },
  });
  switch (what) {
    case 'definitive':
    case 'pieces':
    case 'renvoi-compte':
    case 'attente':
      return answer({ reply_type: what });
    case 'appel':
    case 'appel-vain':
      return answer({ reply_type: 'appel', conclusive: what === 'appel' });
    case 'redirected':
    case 'unannounced':
      return close('redirected', true, { notice: what === 'redirected' });
    case 'unconfirmed':
      return close('no_answer_needed', false);
    default:
      return close(what, true);
  }
}

const ms = (at: unknown): number => (at as Date).getTime();

/** The options of a question about a log of a season. */
export function asked(season: Season, question: Made<typeof choice>, by: Breakdown | undefined): FigureOptions {
  const { start, first } = SEASONS[season];
  const from = parseDay(first) + question.from;
  const { clock, known, days } = question;
  const as_of = new Date(start + question.as_of * HOUR);
  return { from: dayText(from), to: dayText(from + days), as_of, clock, known, by };
}

/** In the order a database gives them: by instant, then as written. */
export function inOrder(log: readonly FigureEvent[]): FigureEvent[] {
  return log
    .map((event, seq) => ({ event, seq }))
    .sort((a, b) => ms(a.event.occurred_at) - ms(b.event.occurred_at) || a.seq - b.seq)
    .map(({ event }) => event);
}
