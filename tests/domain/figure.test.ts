import { describe, expect, test } from '@jest/globals';
import { computeFigure, type FigureEvent, type FigureOptions } from '../../domain/figure.ts';
import { hasCode } from '../../domain/errors.ts';

/** One conversation a letter, messages numbered; the policy is 48 hours. Everything happens in a week of March 2026. */
const NORD = { zone: 'Europe/Paris', alsace_moselle: 'none' };

interface Over {
  readonly recorded_at?: string;
  readonly data?: Record<string, unknown>;
}
function event(
  type: string,
  at: string,
  ids: [conversation: string | null, message: string | null],
  over: Over = {},
): FigureEvent {
  return {
    type,
    occurred_at: at,
    recorded_at: over.recorded_at ?? at,
    conversation_id: ids[0],
    message_id: ids[1],
    data: over.data ?? {},
  };
}
function received(
  message: string,
  at: string,
  over: Over & { due?: string; working?: string; conversation?: string | null } = {},
): FigureEvent {
  const due = over.due ?? new Date(Date.parse(at) + 48 * 3_600_000).toISOString();
  const conversation = over.conversation === undefined ? message.slice(0, 1) : over.conversation;
  return event('request.received', at, [conversation, message], {
    ...over,
    data: {
      policy: 'courriel-48h',
      hours: 48,
      headline: 'elapsed',
      due_elapsed_at: due,
      due_working_at: over.working ?? due,
      calendar: NORD,
      mailbox: 'pfs-assures',
      motif: 'carte-vitale',
      level: 'n1',
      queue: 'n1',
      origin: 'imap',
      ...over.data,
    },
  });
}
function answered(at: string, message_ids: string[], data: Record<string, unknown> = {}, over: Over = {}): FigureEvent {
  const conversation = message_ids[0]!.slice(0, 1);
  return event('request.answered', at, [conversation, null], {
    ...over,
    data: { reply_type: 'definitive', message_ids, ...data },
  });
}
function closed(at: string, message_ids: string[], code: string, data: Record<string, unknown> = {}): FigureEvent {
  return event('request.closed', at, [message_ids[0]!.slice(0, 1), null], {
    data: { code, confirmed: true, message_ids, ...data },
  });
}

const WEEK: FigureOptions = { from: '2026-03-16', to: '2026-03-22', as_of: '2026-03-31T00:00:00Z', clock: 'elapsed' };
const MONDAY = '2026-03-16T09:00:00+01:00';
const TUESDAY = '2026-03-17T09:00:00+01:00';
const WEDNESDAY = '2026-03-18T09:00:00+01:00';
const FRIDAY = '2026-03-20T09:00:00+01:00';

/** In the order the log is read in: by instant, then as written. */
function inOrder(events: readonly FigureEvent[]): FigureEvent[] {
  return events
    .map((event, seq) => ({ event, seq, at_ms: Date.parse(String(event.occurred_at)) }))
    .sort((a, b) => a.at_ms - b.at_ms || a.seq - b.seq)
    .map(({ event }) => event);
}
const figure = async (events: readonly FigureEvent[], options: Partial<FigureOptions> = {}) =>
  computeFigure(inOrder(events), { ...WEEK, ...options });

describe('what became of a request', () => {
  const start = received('a1', MONDAY);
  const answer = {
    received: 1,
    handled: 1,
    answered: 1,
    answered_in_time: 1,
    replied_in_time: 1,
    share: 1,
    replied_share: 1,
  };
  const treated = {
    received: 1,
    handled: 1,
    answered: 0,
    answered_in_time: 1,
    replied_in_time: 0,
    share: 1,
    replied_share: 0,
  };
  const failed = { received: 1, handled: 0, answered: 0, answered_in_time: 0, share: 0 };
  const bulk = { ...failed, closed_without_answer: 1 };

  test.each<[string, FigureEvent[], Record<string, number | null>]>([
    ['a definitive answer', [answered(TUESDAY, ['a1'])], answer],
    ['a demand for pieces', [answered(TUESDAY, ['a1'], { reply_type: 'pieces' })], answer],
    ['a link to the account', [answered(TUESDAY, ['a1'], { reply_type: 'renvoi-compte' })], answer],
    ['an answer at the very deadline', [answered(WEDNESDAY, ['a1'])], { ...answer, median_hours: 48 }],
    [
      'an answer a millisecond late',
      [answered('2026-03-18T09:00:00.001+01:00', ['a1'])],
      { ...answer, answered_in_time: 0, replied_in_time: 0, share: 0, replied_share: 0 },
    ],
    [
      'a holding reply stops nothing',
      [answered(TUESDAY, ['a1'], { reply_type: 'attente' })],
      { ...failed, open_late: 1 },
    ],
    [
      'a call without result stops nothing',
      [answered(TUESDAY, ['a1'], { reply_type: 'appel', conclusive: false })],
      { ...failed, open_late: 1 },
    ],
    [
      'a conclusive call is handled, not answered',
      [answered(TUESDAY, ['a1'], { reply_type: 'appel', conclusive: true })],
      { ...treated, call_conclusive: 1 },
    ],
    [
      'a conclusive call by closing code',
      [closed(TUESDAY, ['a1'], 'call_conclusive')],
      { ...treated, call_conclusive: 1 },
    ],
    [
      'answered with another mail',
      [closed(TUESDAY, ['a1'], 'answered_with_other')],
      { ...treated, answered_with_other: 1 },
    ],
    [
      'thanks, confirmed by a person',
      [closed(TUESDAY, ['a1'], 'no_answer_needed')],
      { ...treated, no_answer_needed: 1 },
    ],
    [
      'documents passed on to be scanned',
      [closed(TUESDAY, ['a1'], 'versed_to_scan')],
      { ...treated, no_answer_needed: 1 },
    ],
    ['thanks, confirmed by nobody', [closed(TUESDAY, ['a1'], 'no_answer_needed', { confirmed: false })], bulk],
    ['bulk closing', [closed(TUESDAY, ['a1'], 'closed_without_answer')], bulk],
    ['closed as answered without an answer', [closed(TUESDAY, ['a1'], 'answered')], bulk],
    [
      'redirected and told',
      [closed(TUESDAY, ['a1'], 'redirected', { notice: true })],
      { received: 1, handled: 1, answered: 0, redirected: 1, answered_in_time: 0, share: null, median_hours: null },
    ],
    [
      'redirected, the sender not told',
      [closed(TUESDAY, ['a1'], 'redirected', { notice: false })],
      { ...bulk, redirected: 0 },
    ],
    ['redirected, nothing said of a notice', [closed(TUESDAY, ['a1'], 'redirected')], { ...bulk, redirected: 0 }],
    ['left open past its deadline', [], { ...failed, open_late: 1, open_not_due: 0 }],
    ['only the first stop counts', [closed(TUESDAY, ['a1'], 'closed_without_answer'), answered(TUESDAY, ['a1'])], bulk],
    [
      'a transfer and a claim change nothing',
      [
        event('conversation.transferred', TUESDAY, ['a', null], { data: { to: 'pole-pe' } }),
        event('conversation.claimed', TUESDAY, ['a', null]),
      ],
      { ...failed, open_late: 1 },
    ],
  ])('%s', async (_name, events, expected) => {
    expect(await figure([start, ...events])).toMatchObject(expected);
  });
});

describe('the clocks', () => {
  test('one answer stops every open clock of its conversation; a later mail has its own', async () => {
    const events = [
      received('a1', MONDAY),
      received('a2', TUESDAY),
      answered(FRIDAY, ['a1', 'a2']),
      received('a3', '2026-03-20T10:00:00+01:00'),
      answered('2026-03-21T10:00:00+01:00', ['a3']),
    ];
    // a1 after 96 h, a2 after 72 h, a3 after 24 h.
    expect(await figure(events)).toMatchObject({
      received: 3,
      answered: 3,
      answered_in_time: 1,
      median_hours: 72,
      p90_hours: 91.2,
    });
  });

  test('each clock judges by its own deadline and measures in its own hours', async () => {
    // Friday 18:00 to Monday 18:00: 72 h, of which 24 h are worked.
    const events = [
      received('a1', '2026-03-20T18:00:00+01:00', { working: '2026-03-24T18:00:00+01:00' }),
      answered('2026-03-23T18:00:00+01:00', ['a1']),
    ];
    expect(await figure(events, { clock: 'elapsed' })).toMatchObject({ share: 0, median_hours: 72 });
    expect(await figure(events, { clock: 'working' })).toMatchObject({ share: 1, median_hours: 24 });
  });

  test('hours come from the calendar written in the event, not from today’s configuration', async () => {
    const good_friday = { zone: 'Europe/Paris', alsace_moselle: 'with-good-friday' };
    const events = [
      received('a1', '2026-04-02T18:00:00+02:00', { data: { calendar: good_friday } }),
      answered('2026-04-07T18:00:00+02:00', ['a1']),
    ];
    const april = { from: '2026-04-01', to: '2026-04-30', as_of: '2026-05-01T00:00:00Z', clock: 'working' as const };
    expect(await figure(events, april)).toMatchObject({ median_hours: 24 });
  });

  test('an answer dated before its mail by a wrong clock counts zero hours, in time', async () => {
    const events = [received('a1', MONDAY), answered('2026-03-16T08:59:00+01:00', ['a1'])];
    expect(await figure(events)).toMatchObject({ received: 1, answered: 1, answered_in_time: 1, median_hours: 0 });
  });

  test('of two stops dated before their mail the first counts', async () => {
    const events = [
      closed('2026-03-16T08:58:00+01:00', ['a1'], 'closed_without_answer'),
      answered('2026-03-16T08:59:00+01:00', ['a1']),
      received('a1', MONDAY),
    ];
    expect(await figure(events)).toMatchObject({ received: 1, answered: 0, closed_without_answer: 1 });
  });

  test('what was only tried on the chat page is in no figure: neither received nor answered, nor a repeat', async () => {
    const trial = { conversation: 'a', data: { origin: 'bot', trial: true } };
    const real = [received('a1', MONDAY), answered('2026-03-17T10:00:00+01:00', ['a1'])];
    const tried = [received('a2', '2026-03-17T12:00:00+01:00', trial), answered('2026-03-18T12:00:00+01:00', ['a2'])];
    const as_of = '2026-03-29T12:00:00+02:00';
    expect(await figure([...real, ...tried], { as_of })).toEqual(await figure(real, { as_of }));
    expect(await figure(tried)).toMatchObject({ received: 0, handled: 0 });
  });

  test('a mail replayed out of quarantine is received once, at its first instant', async () => {
    const events = [
      received('a1', MONDAY, { conversation: null, data: { motif: null, level: null, queue: null } }),
      { ...received('a1', MONDAY, { recorded_at: FRIDAY }), occurred_at: MONDAY },
      answered(FRIDAY, ['a1']),
    ];
    const all = await figure(events, { by: 'motif' });
    expect(all).toMatchObject({ received: 1, answered: 1, answered_in_time: 0 });
    expect(all.groups).toMatchObject([{ key: 'carte-vitale', received: 1 }]);
    // Known then: not replayed yet, but received all the same.
    const then = await figure(events, { as_of: WEDNESDAY, known: 'then', by: 'motif' });
    expect(then.groups).toMatchObject([{ key: null, received: 1, open_not_due: 1 }]);
  });
});

describe('the days of a figure', () => {
  test.each([
    ['2026-03-15T23:59:59.999+01:00', 0],
    ['2026-03-16T00:00:00+01:00', 1],
    ['2026-03-22T23:59:59.999+01:00', 1],
    ['2026-03-23T00:00:00+01:00', 0],
  ])('a mail of %s counts %i: days are those of Paris, both included', async (at, count) => {
    expect(await figure([received('a1', at)])).toMatchObject({ received: count });
  });

  test('the day the clocks go back has 25 hours', async () => {
    const day = { from: '2026-10-25', to: '2026-10-25', as_of: '2026-12-01T00:00:00Z' };
    const first = received('a1', '2026-10-25T00:00:00+02:00');
    const last = received('b1', '2026-10-25T23:59:59+01:00');
    expect(await figure([first, last, received('c1', '2026-10-26T00:00:00+01:00')], day)).toMatchObject({
      received: 2,
    });
  });

  test('an answer after the last day still counts for a mail of those days', async () => {
    const events = [received('a1', '2026-03-22T12:00:00+01:00'), answered('2026-03-23T12:00:00+01:00', ['a1'])];
    expect(await figure(events)).toMatchObject({ received: 1, answered_in_time: 1 });
  });

  test.each([[{ from: '2026-03-22', to: '2026-03-16' }], [{ from: '16/03/2026' }], [{ as_of: '2026-03-22T12:00:00' }]])(
    '%j is refused',
    async (options) => {
      const error = await figure([], options).catch((thrown: unknown) => thrown);
      expect(hasCode(error, 'BAD_INPUT')).toBe(true);
    },
  );
});

describe('the date of a figure', () => {
  const events = [
    received('a1', MONDAY),
    answered(TUESDAY, ['a1']),
    received('b1', TUESDAY),
    received('c1', FRIDAY),
    answered('2026-03-20T12:00:00+01:00', ['b1']),
  ];

  test.each([
    [MONDAY, { received: 1, answered: 0, open_not_due: 1, share: null }],
    [TUESDAY, { received: 2, answered: 1, open_not_due: 1, share: 1 }],
    ['2026-03-19T09:00:00+01:00', { received: 2, open_not_due: 1, open_late: 0, share: 1 }],
    ['2026-03-19T09:00:00.001+01:00', { received: 2, open_not_due: 0, open_late: 1, share: 0.5 }],
    ['2026-03-20T12:00:00+01:00', { received: 3, answered: 2, answered_in_time: 1, open_not_due: 1, share: 0.5 }],
    ['2026-03-31T00:00:00Z', { received: 3, open_late: 1, share: 1 / 3 }],
    ['2026-03-01T00:00:00Z', { received: 0, share: null, median_hours: null, p90_hours: null }],
  ])('as of %s', async (as_of, expected) => {
    expect(await figure(events, { as_of })).toMatchObject(expected);
  });

  test('known then leaves out what was recorded later; known now takes it', async () => {
    // The mail of Monday came in on Wednesday, after an outage; its answer of Tuesday was recorded on Friday.
    const late = [
      received('a1', MONDAY, { recorded_at: WEDNESDAY }),
      answered(TUESDAY, ['a1'], {}, { recorded_at: FRIDAY }),
    ];
    const read = (as_of: string, known: 'then' | 'now') => figure(late, { as_of, known });
    expect(await read('2026-03-17T12:00:00+01:00', 'then')).toMatchObject({ received: 0 });
    expect(await read('2026-03-17T12:00:00+01:00', 'now')).toMatchObject({ received: 1, answered: 1 });
    expect(await read('2026-03-19T12:00:00+01:00', 'then')).toMatchObject({ received: 1, answered: 0, open_late: 1 });
    expect(await read('2026-03-31T00:00:00Z', 'then')).toMatchObject({ received: 1, answered: 1 });
  });
});

describe('breakdowns', () => {
  const events = [
    received('a1', MONDAY, { data: { motif: null } }),
    event('conversation.motif_confirmed', '2026-03-16T10:00:00+01:00', ['a', null], {
      data: { from: null, to: 'naissance-enfant' },
    }),
    event('conversation.routed', '2026-03-16T10:00:00+01:00', ['a', null], {
      data: { queue: 'pool.hainaut', reason: 'overflow' },
    }),
    event('overflow.handed', '2026-03-16T10:00:00+01:00', ['a', null], { data: { pool: 'hainaut' } }),
    answered(TUESDAY, ['a1']),
    // After its answer the conversation moves on: the answered request stays where it was answered.
    event('overflow.recalled', WEDNESDAY, ['a', null], { data: { pool: 'hainaut' } }),
    event('conversation.transferred', WEDNESDAY, ['a', null], { data: { from: 'pool.hainaut', to: 'pole-pe' } }),
    event('conversation.motif_confirmed', WEDNESDAY, ['a', null], {
      data: { from: 'naissance-enfant', to: 'ij-maladie-retard' },
    }),
    received('a2', FRIDAY, { data: { mailbox: 'espace-echanges', queue: 'pole-pe', motif: 'ij-maladie-retard' } }),
    received('b1', MONDAY, { data: { pool: 'flandres' } }),
    event('overflow.recalled', TUESDAY, ['b', null], { data: { pool: 'flandres' } }),
  ];

  test.each([
    [
      'motif',
      [
        ['carte-vitale', 1, 0],
        ['ij-maladie-retard', 1, 0],
        ['naissance-enfant', 1, 1],
      ],
    ],
    [
      'queue',
      [
        ['n1', 1, 0],
        ['pole-pe', 1, 0],
        ['pool.hainaut', 1, 1],
      ],
    ],
    [
      'pool',
      [
        ['hainaut', 1, 1],
        [null, 2, 0],
      ],
    ],
    [
      'mailbox',
      [
        ['espace-echanges', 1, 0],
        ['pfs-assures', 2, 1],
      ],
    ],
  ] as const)('by %s, where the request stood when its clock stopped', async (by, expected) => {
    const { groups, received: sum } = await figure(events, { by });
    expect(groups?.map((group) => [group.key, group.received, group.answered])).toEqual(expected);
    expect(sum).toBe(3);
  });

  test('without a breakdown there are no groups', async () => {
    expect(await figure(events)).not.toHaveProperty('groups');
  });
});

test.each([
  ['request.received', { policy: 'x', mailbox: 'secret' }, 'hours'],
  ['request.answered', { reply_type: 'secret', message_ids: [] }, 'reply_type'],
  ['request.closed', { code: 'redirected', message_ids: ['a1'] }, 'confirmed'],
])('a malformed %s is named by type and field, its contents never quoted', async (type, data, field) => {
  const error = (await figure([event(type, MONDAY, ['a', 'a1'], { data })]).catch(
    (thrown: unknown) => thrown,
  )) as Error;
  expect(hasCode(error, 'BAD_INPUT')).toBe(true);
  expect(error.message).toContain(`Event ${type}, field ${field}.`);
  expect(error.message).not.toContain('secret');
});
