import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { planFlag, type FlagAsk, type FlaggedConversation } from '../../domain/flagging.ts';
import { deskBook } from '../support/desk-book.ts';

const book = deskBook();
const at = (changes: Partial<FlaggedConversation> = {}): FlaggedConversation => ({
  status: 'assigned',
  queue: 'n1',
  flags: [],
  urgency: 3,
  restricted: false,
  ...changes,
});
const ask = (flag: string, changes: Partial<FlagAsk> = {}): FlagAsk => ({
  action: 'add',
  flag,
  role: 'agent',
  mine: true,
  queues: ['n1'],
  ...changes,
});

describe('a person puts a mark', () => {
  test.each([
    ['P0 by its holder: handed over', at(), ask('danger-vital'), ['queued', 'urgence-vitale', 0, true]],
    ['P0 by a holder who answers that queue', at(), ask('danger-vital', { queues: ['urgence-vitale'] }), ['assigned', 'urgence-vitale', 0, true]],
    ['P1 while a colleague holds it: they keep it', at(), ask('deuil-perinatal', { mine: false, role: 'supervisor' }), ['assigned', 'n1', 1, false]],
    ['P1 on what a pool holds: taken back', at({ queue: 'pool.hainaut' }), ask('deuil-perinatal', { mine: false, role: 'supervisor' }), ['queued', 'rca', 1, true]],
    ['P1 on what was closed: open again', at({ status: 'closed' }), ask('deuil-perinatal', { mine: false }), ['queued', 'rca', 1, true]],
    ['P1 under a P0 that has placed it: stays there', at({ status: 'queued', queue: 'urgence-vitale', flags: ['danger-vital'], urgency: 0, restricted: true }), ask('deuil-perinatal', { mine: false }), ['queued', 'urgence-vitale', 0, true]],
    ['P2: seen, not moved, not reopened', at({ status: 'closed' }), ask('reiteration', { mine: false }), ['closed', 'n1', 2, false]],
  ] as const)('%s', (_, conversation, asked, [status, queue, urgency, restricted]) => {
    const plan = planFlag(book, conversation, asked);
    expect(plan).toMatchObject({ status, queue, urgency, restricted, flags: [...conversation.flags, asked.flag] });
  }); // prettier-ignore

  test('a pool never keeps an urgent mark that has no queue of its own', () => {
    const plain = { ...book, flags: book.flags.map(({ queue: _, ...flag }) => flag) };
    expect(planFlag(plain, at({ queue: 'pool.hainaut' }), ask('danger-vital'))).toMatchObject({
      queue: 'n1',
      status: 'queued',
      recalled: 'pool.hainaut',
    });
  });

  test('a mark that is there already, or that the rules do not have, changes nothing', () => {
    expect(planFlag(book, at({ flags: ['danger-vital'] }), ask('danger-vital'))).toBeUndefined();
    expect(planFlag(book, at(), ask('inconnu'))).toBeUndefined();
  });
});

describe('a person takes a mark away', () => {
  const urgent = at({ queue: 'urgence-vitale', flags: ['danger-vital', 'reiteration'], urgency: 0, restricted: true });
  const off = (role: FlagAsk['role'], flag = 'danger-vital'): FlagAsk => ask(flag, { action: 'remove', role });

  test('an agent’s removal is kept and lowers nothing that was promised', () => {
    for (const role of ['agent', 'partner'] as const) {
      expect(planFlag(book, urgent, off(role))).toMatchObject({ flags: ['reiteration'], urgency: 0, queue: 'urgence-vitale' });
    }
  }); // prettier-ignore

  test('a référent’s or supervisor’s removal leaves the urgency of the marks that stay', () => {
    for (const role of ['referent', 'supervisor'] as const) {
      expect(planFlag(book, urgent, off(role))).toMatchObject({ urgency: 2, queue: 'urgence-vitale' });
    }
  });

  test('a mark the machine had raised keeps its raised level', () => {
    const levels = new Map([['reiteration', 'P1' as const]]);
    expect(planFlag(book, urgent, off('supervisor'), levels)).toMatchObject({ urgency: 1 });
  });

  test('a supervisor settles what an agent has taken away before; an agent changes nothing by asking again', () => {
    const removed = { ...urgent, flags: ['reiteration'] };
    expect(planFlag(book, removed, off('supervisor'))).toMatchObject({ flags: ['reiteration'], urgency: 2 });
    expect(planFlag(book, removed, off('agent'))).toBeUndefined();
  });
});

test('whatever is asked by whom, only référents and supervisors ever lower an urgency, and nobody lifts a restriction', () => {
  const status = fc.constantFrom('queued', 'assigned', 'waiting', 'answered', 'closed' as const);
  const flags = book.flags.map((flag) => flag.id);
  fc.assert(
    fc.property(
      fc.record({
        status: status as fc.Arbitrary<FlaggedConversation['status']>,
        queue: fc.constantFrom(...book.queues.map((queue) => queue.id)),
        flags: fc.uniqueArray(fc.constantFrom(...flags)),
        urgency: fc.integer({ min: 0, max: 3 }),
        restricted: fc.boolean(),
      }),
      fc.record({
        action: fc.constantFrom('add' as const, 'remove' as const),
        flag: fc.constantFrom(...flags),
        role: fc.constantFrom('agent' as const, 'referent' as const, 'supervisor' as const, 'partner' as const),
        mine: fc.boolean(),
        queues: fc.subarray(book.queues.map((queue) => queue.id)),
      }),
      (conversation, asked) => {
        const plan = planFlag(book, conversation, asked);
        if (plan === undefined) return;
        const lowers = plan.urgency > conversation.urgency;
        expect(lowers && (asked.action === 'add' || ['agent', 'partner'].includes(asked.role))).toBe(false);
        expect(conversation.restricted && !plan.restricted).toBe(false);
        expect(plan.flags.includes(asked.flag)).toBe(asked.action === 'add');
        const pool = book.queues.find((queue) => queue.id === plan.queue)?.kind === 'partner';
        const added = book.flags.find((flag) => flag.id === asked.flag)!.level;
        expect(pool && asked.action === 'add' && (added === 'P0' || added === 'P1')).toBe(false);
      },
    ),
  );
});
