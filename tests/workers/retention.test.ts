import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Registry } from 'prom-client';
import { newBotState, type BotStatus } from '../../domain/bot/state.ts';
import { DAY_MS } from '../../domain/days.ts';
import { appendEntry, insertTalk, saveTalk } from '../../store/bot-talks.ts';
import { SYSTEM, type Tx } from '../../store/database.ts';
import { appendEvents, type EventType } from '../../store/events.ts';
import { newId } from '../../store/ids.ts';
import { OVERFLOW_PASS_DAYS } from '../../store/purge-overflow.ts';
import { BOT_TALK_DAYS } from '../../store/purge-talks.ts';
import { createBotMetrics } from '../../workers/bot-metrics.ts';
import { createRetention } from '../../workers/retention.ts';
import { createSweepWork } from '../../workers/sweep.ts';
import { testBook } from '../support/book.ts';
import { addConversation, addMessage } from '../support/history.ts';
import { quiet } from '../support/quiet.ts';
import { ENGINES, freshStore, type FreshStore } from '../support/stores.ts';

const NOW = new Date('2026-11-24T09:00:00Z');
const HOUR_MS = 3_600_000;
const ago = (days: number): Date => new Date(NOW.getTime() - days * DAY_MS);

describe.each(ENGINES)('what is kept for a time, on %s', (engine) => {
  let fresh: FreshStore;
  beforeAll(async () => {
    fresh = await freshStore(engine);
  }, 60_000);
  afterAll(() => fresh.close());

  /** A talk with one turn, last active then. @returns its id */
  async function talk(tx: Tx, at: Date, status: BotStatus, handover_message?: string): Promise<string> {
    const state = { ...newBotState(at.toISOString()), status, turn: 1 };
    const made = await insertTalk(
      tx,
      { portal: 'nord', account: 'a-1', member: { name: 'Camille Exemple' }, mode: 'embedded', state },
      at,
    );
    await appendEntry(tx, made, {
      ...{ portal: 'nord', idem_key: randomBytes(8).toString('hex'), request_hash: randomBytes(32) },
      ...{ what: 'turn', turn: 1, at, text: 'ma carte est perdue', answer: '{}' },
    });
    const change = { state, events: [{ event: 'turn', turn: 1, kind: 'question' }] } as const;
    await saveTalk(tx, made, handover_message === undefined ? change : { ...change, handover_message }, at, 1);
    return made.id;
  }

  async function pass(tx: Tx, at: Date): Promise<void> {
    await tx
      .insertInto('overflow_pass')
      .values({
        ...{ id: newId(), at, kind: 'recall', queue: 'n1', rulebook_digest: 'x', engine: '3' },
        ...{ given: '{}', moved: '{}' },
      })
      .execute();
  }

  const left = () =>
    fresh.store.read(SYSTEM, async (tx) => ({
      talks: (await tx.selectFrom('bot_conversation').select('id').orderBy('id').execute()).map(({ id }) => id),
      turns: (await tx.selectFrom('bot_turn').select('bot_conversation_id').execute()).map(
        (t) => t.bot_conversation_id,
      ),
      passes: (await tx.selectFrom('overflow_pass').select('at').execute()).length,
    }));

  test('goes with the sweep, once an hour: old talks and passes; not what was handed over, nor what is younger', async () => {
    const { old, kept } = await fresh.store.write(SYSTEM, async (tx) => {
      const conversation = await addConversation(tx, ago(400));
      const message = (at: Date) => addMessage(tx, conversation, at);
      for (const days of [OVERFLOW_PASS_DAYS - 1, OVERFLOW_PASS_DAYS + 1]) await pass(tx, ago(days));
      return {
        old: [await talk(tx, ago(BOT_TALK_DAYS + 1), 'closed'), await talk(tx, ago(300), 'offered')],
        kept: [
          await talk(tx, ago(BOT_TALK_DAYS - 1), 'closed'),
          await talk(tx, ago(300), 'silenced', await message(ago(300))),
          await talk(tx, ago(300), 'closed', await message(ago(300))),
        ].sort(),
      };
    });
    let now = NOW;
    const sweep = createSweepWork({
      store: fresh.store,
      queues: { enqueue: async () => {} },
      rulebook: async () => testBook(),
      clock: () => now,
    });
    const tick = () => sweep({ tick: true }, { log: quiet, signal: new AbortController().signal });
    expect((await left()).talks).toHaveLength(5);
    await tick();
    expect(await left()).toMatchObject({ talks: kept, passes: 1 });
    expect((await left()).turns.sort()).toEqual(kept);
    // The log is what figures are counted from: it forgets nothing.
    const events = await fresh.store.read(SYSTEM, (tx) =>
      tx.selectFrom('event').select('data').where('type', '=', 'bot.turn').execute(),
    );
    expect(events.map(({ data }) => (data as { bot: string }).bot).sort()).toEqual([...old, ...kept].sort());

    await fresh.store.write(SYSTEM, (tx) => talk(tx, ago(300), 'closed'));
    now = new Date(NOW.getTime() + HOUR_MS - 1);
    await tick();
    expect((await left()).talks).toHaveLength(4);
    now = new Date(NOW.getTime() + HOUR_MS);
    await tick();
    expect((await left()).talks).toEqual(kept);
  });

  test('takes so many rows an hour and no more, and stops when the process does', async () => {
    await fresh.store.write(SYSTEM, async (tx) => {
      for (let i = 0; i < 5; i++) await talk(tx, ago(300 + i), 'closed');
    });
    const stopped = AbortSignal.abort();
    expect(await createRetention(fresh.store, 2, 2)(NOW, stopped)).toEqual({
      ...{ talks: 0, passes: 0, answers: 0, readings: 0 },
    });
    const forget = createRetention(fresh.store, 2, 2);
    const { signal } = new AbortController();
    expect(await forget(NOW, signal)).toMatchObject({ talks: 4 });
    expect(await forget(NOW, signal)).toBeUndefined();
    expect(await forget(new Date(NOW.getTime() + HOUR_MS), signal)).toMatchObject({ talks: 1 });
  });

  test('the bot’s gauges count a week by code, without the chat page, and hold nobody’s data', async () => {
    const add = (tx: Tx, type: EventType, data: Record<string, unknown>, days = 1) =>
      appendEvents(tx, SYSTEM, NOW, [
        { type, occurred_at: ago(days), data: { bot: newId(), portal: 'nord', ...data } },
      ]);
    await fresh.store.write(SYSTEM, async (tx) => {
      for (const kind of ['ask-human', 'ask-human', 'menu', 'some-later-kind']) await add(tx, 'bot.turn', { kind });
      await add(tx, 'bot.turn', { kind: 'menu' }, 8);
      await add(tx, 'bot.turn', { kind: 'menu', portal: 'demo' });
      await add(tx, 'bot.request-failed', { cause: 'timeout', motif: 'carte-vitale' });
      await add(tx, 'bot.offered', { turn: 2 });
      await add(tx, 'bot.accepted', { by: 'member' });
      await add(tx, 'bot.handed', {});
      const conversation_id = await addConversation(tx, ago(2));
      const sending = {
        conversation_id,
        kind: 'reply',
        not_before: NOW,
        mailbox: 'm',
        body: 'x',
        subject: 'x',
      } as const;
      for (const [via, status, days] of [
        ['account-api', 'sent', 1],
        ['account-api', 'ambiguous', 1],
        ['account-api', 'sent', 8],
        ['smtp', 'sent', 1],
      ] as const) {
        const id = newId();
        const at = ago(days);
        const rest = { to_address: 'compte:x', message_id_header: id, created_at: at, updated_at: at };
        await tx
          .insertInto('delivery')
          .values({ ...sending, ...rest, id, via, status })
          .execute();
      }
    });
    const registry = new Registry();
    const metrics = createBotMetrics(registry);
    await metrics.fill(fresh.store, NOW);
    const lines = async () => (await registry.metrics()).split('\n').filter((line) => /^aiguillage.* [^0]/.test(line));
    expect(await lines()).toEqual([
      'aiguillage_bot_turns{kind="ask-human"} 2',
      'aiguillage_bot_turns{kind="menu"} 1',
      'aiguillage_bot_failed_requests{cause="timeout"} 1',
      'aiguillage_bot_offers 1',
      'aiguillage_bot_acceptances{by="member"} 1',
      'aiguillage_bot_handovers 1',
      'aiguillage_bot_answers{status="sent"} 1',
      'aiguillage_bot_answers{status="ambiguous"} 1',
    ]);
    await metrics.fill(fresh.store, new Date(NOW.getTime() + 8 * DAY_MS));
    expect(await lines()).toEqual([]);
  });
});
