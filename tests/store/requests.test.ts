import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { hasCode } from '../../domain/errors.ts';
import { SYSTEM, type Actor, type Store, type Tx } from '../../store/database.ts';
import { newId } from '../../store/ids.ts';
import { openRequest, openRequests, requestsOf, stopRequests, type StopReason } from '../../store/requests.ts';
import { ENGINES, freshStore, type FreshStore } from '../support/stores.ts';
import { addConversation, addMessage, request } from '../support/history.ts';

const AGENT: Actor = { kind: 'agent', id: newId(), role: 'agent' };
const FRIDAY = new Date('2026-03-20T18:00:00+01:00');
const SATURDAY = new Date('2026-03-21T09:00:00+01:00');
const MONDAY = new Date('2026-03-23T09:00:00+01:00');

const eventsOf = (tx: Tx, conversation_id: string) =>
  tx
    .selectFrom('event')
    .selectAll()
    .where('conversation_id', '=', conversation_id)
    .where('type', 'like', 'request.%')
    .orderBy('seq')
    .execute();
const dueOf = (tx: Tx, id: string) =>
  tx
    .selectFrom('conversation')
    .select(['due_elapsed_at', 'due_working_at', 'legal_due_at'])
    .where('id', '=', id)
    .executeTakeFirstOrThrow();

describe.each(ENGINES)('requests on %s', (engine) => {
  let fresh: FreshStore;
  let store: Store;
  beforeAll(async () => {
    fresh = await freshStore(engine);
    store = fresh.store;
  });
  afterAll(() => fresh.close());

  /** A conversation with one open request for each instant. */
  async function opened(...starts: Date[]): Promise<{ conversation_id: string; message_ids: string[] }> {
    return store.write(SYSTEM, async (tx) => {
      const conversation_id = await addConversation(tx, starts[0] ?? FRIDAY);
      const message_ids: string[] = [];
      for (const at of starts) {
        const message_id = await addMessage(tx, conversation_id, at);
        await openRequest(tx, SYSTEM, at, request(message_id, conversation_id, at));
        message_ids.push(message_id);
      }
      return { conversation_id, message_ids };
    });
  }
  const stop = (conversation_id: string, at: Date, reason: StopReason, actor: Actor = AGENT): Promise<string[]> =>
    store.write(actor, (tx) => stopRequests(tx, actor, conversation_id, at, reason));

  test('a request has its row, its event and the deadline of its conversation', async () => {
    const { conversation_id, message_ids } = await opened(FRIDAY);
    const { rows, events, due } = await store.read(SYSTEM, async (tx) => ({
      rows: await requestsOf(tx, conversation_id),
      events: await eventsOf(tx, conversation_id),
      due: await dueOf(tx, conversation_id),
    }));
    const due_elapsed_at = new Date('2026-03-22T18:00:00+01:00');
    const due_working_at = new Date('2026-03-24T18:00:00+01:00');
    expect(rows).toMatchObject([
      {
        message_id: message_ids[0],
        headline: 'elapsed',
        due_at: due_elapsed_at,
        warn_at: new Date('2026-03-22T10:00:00+01:00'),
        stopped_at: null,
      },
    ]);
    expect(events).toMatchObject([
      {
        type: 'request.received',
        occurred_at: FRIDAY,
        message_id: message_ids[0],
        actor: 'system',
        data: {
          policy: 'courriel-48h',
          due_elapsed_at: due_elapsed_at.toISOString(),
          due_working_at: due_working_at.toISOString(),
          calendar: { zone: 'Europe/Paris', alsace_moselle: 'none' },
          motif: 'carte-vitale',
        },
      },
    ]);
    expect(due).toEqual({ due_elapsed_at, due_working_at, legal_due_at: null });
  });

  test('the deadline kept for the headline is that of the policy’s clock', async () => {
    const [row] = await store.write(SYSTEM, async (tx) => {
      const conversation_id = await addConversation(tx, FRIDAY);
      const message_id = await addMessage(tx, conversation_id, FRIDAY);
      const base = request(message_id, conversation_id, FRIDAY);
      await openRequest(tx, SYSTEM, FRIDAY, { ...base, policy: { ...base.policy, headline: 'working' } });
      return requestsOf(tx, conversation_id);
    });
    expect(row?.due_at).toEqual(new Date('2026-03-24T18:00:00+01:00'));
  });

  test('opening again changes nothing: a replayed job is a no-op', async () => {
    const { conversation_id, message_ids } = await opened(FRIDAY);
    await stop(conversation_id, SATURDAY, { kind: 'answered', reply_type: 'definitive' });
    const again = await store.write(SYSTEM, (tx) =>
      openRequest(tx, SYSTEM, MONDAY, request(message_ids[0]!, conversation_id, MONDAY)),
    );
    expect(again).toBe(false);
    const { rows, events } = await store.read(SYSTEM, async (tx) => ({
      rows: await requestsOf(tx, conversation_id),
      events: await eventsOf(tx, conversation_id),
    }));
    expect(rows).toMatchObject([{ started_at: FRIDAY, stopped_at: SATURDAY }]);
    expect(events.map((event) => event.type)).toEqual(['request.received', 'request.answered']);
  });

  test('one answer stops every open clock; a new mail starts one and leaves the old ones alone', async () => {
    const { conversation_id, message_ids } = await opened(FRIDAY, SATURDAY);
    expect(await stop(conversation_id, MONDAY, { kind: 'answered', reply_type: 'pieces' })).toEqual(
      [...message_ids].sort(),
    );
    const later = new Date('2026-03-25T10:00:00+01:00');
    const { rows, events, due } = await store.write(SYSTEM, async (tx) => {
      const message_id = await addMessage(tx, conversation_id, later);
      await openRequest(tx, SYSTEM, later, request(message_id, conversation_id, later));
      return {
        rows: await requestsOf(tx, conversation_id),
        events: await eventsOf(tx, conversation_id),
        due: await dueOf(tx, conversation_id),
      };
    });
    expect(rows.map((row) => row.stopped_at)).toEqual([MONDAY, MONDAY, null]);
    expect(rows.map((row) => row.started_at)).toEqual([FRIDAY, SATURDAY, later]);
    expect(rows[0]?.stopped_by).toBe(`agent:${(AGENT as { id: string }).id}`);
    expect(events[2]).toMatchObject({
      type: 'request.answered',
      occurred_at: MONDAY,
      data: { reply_type: 'pieces', message_ids: [...message_ids].sort() },
    });
    expect(due.due_elapsed_at).toEqual(new Date('2026-03-27T10:00:00+01:00'));
  });

  test('the deadline of a conversation is its earliest open one, and none once all are stopped', async () => {
    const { conversation_id } = await opened(SATURDAY, FRIDAY);
    expect((await store.read(SYSTEM, (tx) => dueOf(tx, conversation_id))).due_elapsed_at).toEqual(
      new Date('2026-03-22T18:00:00+01:00'),
    );
    await stop(conversation_id, MONDAY, { kind: 'closed', code: 'no_answer_needed' });
    expect(await store.read(SYSTEM, (tx) => dueOf(tx, conversation_id))).toEqual({
      due_elapsed_at: null,
      due_working_at: null,
      legal_due_at: null,
    });
  });

  test.each<[string, StopReason]>([
    ['a holding reply', { kind: 'answered', reply_type: 'attente' }],
    ['a call without result', { kind: 'answered', reply_type: 'appel', conclusive: false }],
  ])('%s stops nothing and leaves no event', async (_name, reason) => {
    const { conversation_id } = await opened(FRIDAY);
    expect(await stop(conversation_id, SATURDAY, reason)).toEqual([]);
    const { rows, events } = await store.read(SYSTEM, async (tx) => ({
      rows: await requestsOf(tx, conversation_id),
      events: await eventsOf(tx, conversation_id),
    }));
    expect(rows).toMatchObject([{ stopped_at: null }]);
    expect(events).toHaveLength(1);
  });

  test.each<[string, StopReason, Actor, Record<string, unknown>]>([
    ['by an agent', { kind: 'closed', code: 'no_answer_needed' }, AGENT, { confirmed: true }],
    ['by the system', { kind: 'closed', code: 'no_answer_needed' }, SYSTEM, { confirmed: false }],
    [
      'in bulk by a supervisor',
      { kind: 'closed', code: 'no_answer_needed', confirmed: false },
      AGENT,
      { confirmed: false },
    ],
    [
      'redirected with notice',
      { kind: 'closed', code: 'redirected', notice: true },
      AGENT,
      { confirmed: true, notice: true },
    ],
  ])('a closing %s says whether a person confirmed it', async (_name, reason, actor, expected) => {
    const { conversation_id } = await opened(FRIDAY);
    await stop(conversation_id, SATURDAY, reason, actor);
    const events = await store.read(SYSTEM, (tx) => eventsOf(tx, conversation_id));
    expect(events[1]).toMatchObject({
      type: 'request.closed',
      data: { code: (reason as { code: string }).code, ...expected },
    });
  });

  test('closing as answered is refused while a request waits, and harmless once it was answered', async () => {
    const { conversation_id } = await opened(FRIDAY);
    const closing: StopReason = { kind: 'closed', code: 'answered' };
    const error = await stop(conversation_id, SATURDAY, closing).catch((thrown: unknown) => thrown);
    expect(hasCode(error, 'CONVERSATION_TRANSITION')).toBe(true);
    expect(await store.read(SYSTEM, (tx) => requestsOf(tx, conversation_id))).toMatchObject([{ stopped_at: null }]);
    await stop(conversation_id, SATURDAY, { kind: 'answered', reply_type: 'definitive' });
    expect(await stop(conversation_id, MONDAY, closing)).toEqual([]);
  });

  test('a mail in quarantine is received at once and gets its row when it is replayed', async () => {
    const { message_id, conversation_id, before, after } = await store.write(SYSTEM, async (tx) => {
      const message_id = await addMessage(tx, null, FRIDAY);
      await openRequest(
        tx,
        SYSTEM,
        FRIDAY,
        request(message_id, null, FRIDAY, { motif: null, level: null, queue: null }),
      );
      const before = await tx
        .selectFrom('event')
        .select(['type', 'conversation_id'])
        .where('message_id', '=', message_id)
        .execute();
      const conversation_id = await addConversation(tx, FRIDAY);
      await openRequest(tx, SYSTEM, MONDAY, request(message_id, conversation_id, FRIDAY));
      return { message_id, conversation_id, before, after: await requestsOf(tx, conversation_id) };
    });
    expect(before).toEqual([{ type: 'request.received', conversation_id: null }]);
    expect(after).toMatchObject([{ message_id, conversation_id, started_at: FRIDAY }]);
  });

  test('a legal delay of the motif runs from the same start', async () => {
    const { conversation_id } = await store.write(SYSTEM, async (tx) => {
      const conversation_id = await addConversation(tx, FRIDAY);
      const message_id = await addMessage(tx, conversation_id, FRIDAY);
      const legal_clock = { amount: 15, unit: 'days', silence: 'acceptance', source: 'R165-23' } as const;
      await openRequests(tx, SYSTEM, SATURDAY, [request(message_id, conversation_id, FRIDAY, { legal_clock })]);
      return { conversation_id };
    });
    expect((await store.read(SYSTEM, (tx) => dueOf(tx, conversation_id))).legal_due_at).toEqual(
      new Date('2026-04-04T23:59:59.999+02:00'),
    );
  });
});

test('a partner stops the clocks of what was handed to its pool, and of nothing else', async () => {
  const fresh = await freshStore('postgres');
  try {
    const partner: Actor = { kind: 'agent', id: newId(), role: 'partner', pool: 'pool.hainaut' };
    const ids = await fresh.store.write(SYSTEM, async (tx) => {
      const ids = [];
      for (const queue of ['pool.hainaut', 'n1']) {
        const id = await addConversation(tx, FRIDAY);
        await tx.updateTable('conversation').set({ queue }).where('id', '=', id).execute();
        await openRequest(tx, SYSTEM, FRIDAY, request(await addMessage(tx, id, FRIDAY), id, FRIDAY));
        ids.push(id);
      }
      return ids;
    });
    const stopped = await fresh.store.write(partner, async (tx) => {
      const counts = [];
      for (const id of ids)
        counts.push(
          (await stopRequests(tx, partner, id, SATURDAY, { kind: 'answered', reply_type: 'definitive' })).length,
        );
      return counts;
    });
    expect(stopped).toEqual([1, 0]);
    const due = await fresh.store.read(SYSTEM, (tx) => Promise.all(ids.map((id) => dueOf(tx, id))));
    expect(due.map((row) => row.due_elapsed_at === null)).toEqual([true, false]);
  } finally {
    await fresh.close();
  }
});
