import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { computeFigure, type FigureEvent } from '../../domain/figure.ts';
import {
  placeAfter,
  refuseJoin,
  refuseSplit,
  type JoinFacts,
  type JoinSide,
  type SplitFacts,
} from '../../domain/joining.ts';

const side: JoinSide = {
  id: 'a',
  status: 'queued',
  queue: 'n1',
  kind: 'n1',
  reserved: false,
  urgency: 3,
  channel: 'mail',
  way: 'smtp',
  joined: false,
};
const base: JoinFacts = {
  role: 'agent',
  kept: { ...side, status: 'assigned' },
  other: { ...side, id: 'b' },
  same_sender: true,
  held_by_other: false,
  takeable: true,
  sending: false,
};
const elsm = { queue: 'elsm', kind: 'sensitive', reserved: true } as const;

describe('joining two conversations', () => {
  test.each<[string, Partial<JoinFacts>, string | undefined]>([
    ['of one sender', {}, undefined],
    ['an answered one, for its history', { other: { ...base.other, status: 'answered' } }, undefined],
    ['with itself', { other: base.kept }, 'same'],
    ['one that was joined already', { other: { ...base.other, joined: true } }, 'joined'],
    ['into an answered one', { kept: { ...base.kept, status: 'answered' } }, 'not-open'],
    ['one that a colleague holds', { held_by_other: true }, 'held'],
    ['one of a queue one does not answer', { takeable: false }, 'not-yours'],
    ['one of a pool', { other: { ...base.other, kind: 'partner' } }, 'pool'],
    ['into one of a pool', { kept: { ...base.kept, kind: 'partner' } }, 'pool'],
    ['a reserved one into an open queue', { other: { ...base.other, ...elsm } }, 'reserved'],
    [
      'a reserved one into another circuit',
      { kept: { ...base.kept, ...elsm }, other: { ...base.other, ...elsm, queue: 'lcf' } },
      'reserved',
    ],
    ['two of one reserved queue', { kept: { ...base.kept, ...elsm }, other: { ...base.other, ...elsm } }, undefined],
    ['an open one into a reserved one', { kept: { ...base.kept, ...elsm } }, undefined],
    ['a talk of the bot', { other: { ...base.other, channel: 'bot' } }, 'channel'],
    ['one that is answered in a portal', { other: { ...base.other, way: 'portal' } }, 'channel'],
    ['a P1 into an ordinary one', { other: { ...base.other, urgency: 1 } }, 'urgent'],
    ['an answered P1 into an ordinary one', { other: { ...base.other, urgency: 1, status: 'answered' } }, undefined],
    ['one whose answer is leaving', { sending: true }, 'sending'],
    ['two addresses, by an agent', { same_sender: false, reason: 'same_nir' }, 'other-sender'],
    ['two addresses, by a référent without a reason', { same_sender: false, role: 'referent' }, 'reason-missing'],
    [
      'two addresses, by a référent who says why',
      { same_sender: false, role: 'referent', reason: 'same_nir' },
      undefined,
    ],
  ])('%s', (_, change, expected) => {
    expect(refuseJoin({ ...base, ...change })).toBe(expected);
  });

  test('no reserved text ever comes into another queue, and nothing into or out of a pool', () => {
    const some = fc.record({
      id: fc.constantFrom('a', 'b'),
      status: fc.constantFrom(
        'queued' as const,
        'assigned' as const,
        'waiting' as const,
        'answered' as const,
        'closed' as const,
      ),
      queue: fc.constantFrom('n1', 'elsm', 'pool'),
      kind: fc.constantFrom('n1' as const, 'sensitive' as const, 'partner' as const),
      reserved: fc.boolean(),
      urgency: fc.nat(3),
      channel: fc.constantFrom('mail' as const, 'bot' as const),
      way: fc.constantFrom('smtp', 'portal'),
      joined: fc.boolean(),
    });
    fc.assert(
      fc.property(
        some,
        some,
        fc.constantFrom('agent' as const, 'supervisor' as const),
        fc.boolean(),
        (kept, other, role, same_sender) => {
          if (refuseJoin({ ...base, kept, other, role, same_sender, reason: 'same_nir' }) !== undefined) return;
          expect(other.reserved && other.queue !== kept.queue).toBe(false);
          expect([kept.kind, other.kind]).not.toContain('partner');
          expect(role === 'agent' && !same_sender).toBe(false);
        },
      ),
    );
  });
});

test('what comes out of a reserved conversation stays with those who could read it, unless its own place is reserved', () => {
  const rca = { queue: 'rca', restricted: true };
  const n1 = { queue: 'n1', restricted: false };
  const lcf = { queue: 'lcf', restricted: true };
  expect(placeAfter(rca, n1)).toEqual(rca);
  expect(placeAfter(rca, lcf)).toEqual(lcf);
  expect(placeAfter(n1, n1)).toEqual(n1);
  expect(placeAfter(n1, lcf)).toEqual(lcf);
});

const split: SplitFacts = { of_member: true, open: true, mails: 2, channel: 'mail', status: 'assigned', kind: 'n1' };
test.each<[string, Partial<SplitFacts>, string | undefined]>([
  ['one of two mails', {}, undefined],
  ['our own reply', { of_member: false }, 'not-a-mail'],
  ['a mail that has its answer', { open: false }, 'answered'],
  ['the only mail', { mails: 1 }, 'only-one'],
  ['of a talk with the bot', { channel: 'bot' }, 'channel'],
  ['of a pool’s conversation', { kind: 'partner' }, 'pool'],
  ['of a closed conversation', { status: 'closed' }, 'not-open'],
])('taking out %s', (_, change, expected) => {
  expect(refuseSplit({ ...split, ...change })).toBe(expected);
});

test('a request that stands elsewhere is counted there once, with its clock as it was', () => {
  const at = (hours: number): string => new Date(Date.parse('2026-11-24T09:00:00Z') + hours * 3_600_000).toISOString();
  const event = (
    type: string,
    hours: number,
    data: Record<string, unknown>,
    message_id: string | null = null,
  ): FigureEvent => ({
    ...{ type, data, message_id, occurred_at: at(hours), recorded_at: at(hours) },
    conversation_id: 'life',
  });
  const received = (id: string): FigureEvent =>
    event(
      'request.received',
      0,
      {
        ...{ policy: 'p', hours: 48, headline: 'elapsed', due_elapsed_at: at(48), due_working_at: at(48) },
        calendar: { zone: 'Europe/Paris', alsace_moselle: 'none' },
        ...{ mailbox: 'm', motif: 'carte', level: 'n1', queue: 'n1', origin: 'imap' },
      },
      id,
    );
  const place = { queue: 'pole-pe', pool: null, level: 'expert', motif: 'ij', confirmed: true };
  const figure = (events: FigureEvent[]) =>
    computeFigure(events, { from: '2026-11-24', to: '2026-11-24', as_of: at(60), clock: 'elapsed', by: 'queue' });
  const told = figure([
    received('one'),
    received('two'),
    event('request.placed', 1, { ...place, message_ids: ['two'] }),
    event('request.answered', 2, { reply_type: 'definitive', message_ids: ['two'] }),
    // Once answered it stays where it was answered.
    event('request.placed', 3, { ...place, queue: 'cis', message_ids: ['two'] }),
  ]);
  expect(told).toMatchObject({ received: 2, answered_in_time: 1, open_late: 1 });
  expect(told.groups?.map(({ key, received: n }) => [key, n])).toEqual([
    ['n1', 1],
    ['pole-pe', 1],
  ]);
});
