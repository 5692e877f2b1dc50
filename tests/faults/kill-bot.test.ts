import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { sql } from 'kysely';
import type { RowJob } from '../../queues/contracts.ts';
import { startPortal, type StubPortal } from '../../scripts/tryout/portal.ts';
import { SYSTEM } from '../../store/database.ts';
import { insertDelivery } from '../../store/deliveries.ts';
import { recoverDeliveries } from '../../store/delivery-desk.ts';
import { sweepOnce } from '../../workers/sweep.ts';
import { createTriageWork } from '../../workers/triage.ts';
import { botBook, cardModel } from '../support/bot-book.ts';
import { askTalk, type TalkAsk } from '../support/bot-ask.ts';
import { quiet } from '../support/quiet.ts';
import { freshPostgres, type FreshStore } from '../support/stores.ts';

const CHILD = fileURLToPath(new URL('../support/bot-child.ts', import.meta.url));
const SEND_CHILD = fileURLToPath(new URL('../support/send-child.ts', import.meta.url));
/** Talk held, decided, written and not committed, committed and no job named. */
const POINTS = ['bot.locked', 'bot.decided', 'bot.written', 'bot.committed'] as const;

let fresh: FreshStore;
beforeAll(async () => {
  fresh = await freshPostgres();
}, 30_000);
afterAll(() => fresh.close());

/** A process that answers one request after the other, until it is told to die in one. */
function startChild() {
  const child = spawn(process.execPath, [CHILD, fresh.url], {
    env: { ...process.env, NODE_OPTIONS: '' },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const exit = once(child, 'exit') as Promise<[number | null, string | null]>;
  return {
    async ask(ask: TalkAsk & { crash?: string }): Promise<string | undefined> {
      child.stdin.write(`${JSON.stringify(ask)}\n`);
      const line = await lines.next();
      return line.done === true ? undefined : (JSON.parse(line.value) as string);
    },
    async end(): Promise<string | null> {
      child.stdin.end();
      return (await exit)[1];
    },
  };
}

const rows = <T>(query: ReturnType<typeof sql<T>>): Promise<T[]> =>
  fresh.store.read(SYSTEM, async (tx) => (await query.execute(tx)).rows);

/** What the sweep and triage make of a hand-over whose job was lost, twice. @returns the message */
async function triaged(talk: string): Promise<string> {
  const jobs: RowJob[] = [];
  const queues = {
    enqueue: async (queue: string, added: readonly RowJob[]) => void (queue === 'triage' && jobs.push(...added)),
  };
  const clock = (): Date => new Date(Date.now() + 60_000);
  const rulebook = async () => botBook();
  await sweepOnce({ store: fresh.store, queues, rulebook, clock });
  const [row] = await rows(
    sql<{ id: string }>`select handover_message as id from aiguillage.bot_conversation where id = ${talk}`,
  );
  const job = jobs.find((each) => each.id === row!.id)!;
  const work = createTriageWork({
    ...{ store: fresh.store, queues, rulebook, clock, model: async () => cardModel },
    parser: { parse: () => Promise.reject(new Error('nothing to parse')) },
    secret: 'a secret of more than thirty-two characters',
  });
  const context = { log: quiet, signal: new AbortController().signal };
  await work(job, context);
  await work(job, context);
  return row!.id;
}

describe.each(POINTS)('a process killed at %s', (point) => {
  test('loses no turn, offers once, hands over once, and answers a repeat as it would have', async () => {
    const first = startChild();
    const second = startChild();
    const { id } = JSON.parse((await first.ask({ idem: `${point}-0` }))!) as { id: string };
    const turn = (text: string, n: number): TalkAsk => ({ talk: id, text, idem: `${point}-${n}` });
    await first.ask(turn('blorg zimbou tralala', 1));
    expect(await first.ask({ ...turn('zimbou tralala blorg', 2), crash: point })).toBeUndefined();
    expect(await first.end()).toBe('SIGKILL');

    const answer = await second.ask(turn('zimbou tralala blorg', 2));
    expect(JSON.parse(answer!)).toMatchObject({ turn: 2, status: 'offered', offer: true, failed_requests: 2 });
    expect(await second.ask(turn('zimbou tralala blorg', 2))).toBe(answer);
    expect(await second.ask({ ...turn('oui', 3), crash: point })).toBeUndefined();
    expect(await second.end()).toBe('SIGKILL');

    const handed = await askTalk(fresh.store, turn('oui', 3));
    expect(JSON.parse(handed)).toMatchObject({ turn: 3, handed_over: true, reply: { id: 'handover' } });
    expect(await askTalk(fresh.store, turn('oui', 3))).toBe(handed);

    const said = await rows(sql<{ text: string }>`select text from aiguillage.bot_turn
      where bot_conversation_id = ${id} and what = 'turn' order by n`);
    expect(said.map(({ text }) => text)).toEqual(['blorg zimbou tralala', 'zimbou tralala blorg', 'oui']);
    const events = await rows(sql<{ type: string }>`select type from aiguillage.event
      where data ->> 'bot' = ${id} and type in ('bot.offered', 'bot.accepted', 'bot.request-failed') order by seq`);
    expect(events.map(({ type }) => type)).toEqual([
      'bot.request-failed',
      'bot.request-failed',
      'bot.offered',
      'bot.accepted',
    ]);

    // No job was ever added: the sweep finds the hand-over, and triage makes one conversation of it however often it runs.
    const message = await triaged(id);
    const talk = await rows(sql<{ status: string; conversations: string }>`select b.status,
        (select count(*) from aiguillage.conversation c where c.id = b.conversation_id and c.mailbox = 'espace-echanges') as conversations
      from aiguillage.bot_conversation b where b.id = ${id}`);
    expect(talk).toEqual([{ status: 'handed', conversations: 1 }]);
    const clocks = await rows(
      sql<{ n: number }>`select count(*)::int as n from aiguillage.request where message_id = ${message}`,
    );
    expect(clocks).toEqual([{ n: 1 }]);
  }, 60_000);
});

describe('an adviser’s answer, its process killed on the way to the portal', () => {
  const SECRET = 'answers answers answers answers answers';
  let portal: StubPortal;
  let conversation: string;
  beforeAll(async () => {
    portal = await startPortal(SECRET);
    const { id } = JSON.parse(await askTalk(fresh.store, { idem: 'answer-0' })) as { id: string };
    await askTalk(fresh.store, { talk: id, text: 'je veux parler à un conseiller', idem: 'answer-1' });
    await triaged(id);
    const found = await rows(
      sql<{ c: string }>`select conversation_id as c from aiguillage.bot_conversation where id = ${id}`,
    );
    conversation = found[0]!.c;
    await fresh.store.write(SYSTEM, (tx) => tx.updateTable('mailbox').set({ mode: 'live' }).execute());
  }, 30_000);
  afterAll(() => portal.close());

  async function send(job: RowJob, crash?: string): Promise<void> {
    const child = spawn(process.execPath, [SEND_CHILD, fresh.url, '1', job.id, String(job.rev), portal.url, SECRET], {
      env: { ...process.env, NODE_OPTIONS: '', ...(crash === undefined ? {} : { AIGUILLAGE_CRASH_AT: crash }) },
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    await once(child, 'exit');
  }

  test.each([
    // point, shown before the next process, what the row becomes, shown in the end
    ['delivery.claimed', 0, 'sent', 1],
    ['delivery.before-data', 0, 'sent', 1],
    ['delivery.after-data', 0, 'ambiguous', 0],
    ['delivery.accepted', 1, 'ambiguous', 1],
    ['delivery.recorded', 1, 'sent', 1],
  ])('at %s is shown at most once', async (point, before, status, shown) => {
    const job = await fresh.store.write(SYSTEM, (tx) =>
      insertDelivery(tx, SYSTEM, new Date(), {
        ...{ conversation_id: conversation, kind: 'reply', via: 'account-api', mailbox: 'espace-echanges' },
        ...{
          to_name: '',
          to_address: 'compte',
          subject: 'Re:',
          body: point,
          message_id_header: `<${point}@x.example>`,
        },
        ...{ in_reply_to: '', refs: [], in_response_to: null, message_id: null, not_before: new Date() },
      }),
    );
    const seen = (): number => portal.shown.filter(({ body }) => body === point).length;
    await send(job!, point);
    expect(seen()).toBe(before);
    for (let sweeps = 0; sweeps < 2; sweeps += 1) {
      const dead = { before_data: 0, after_data: 0 };
      const again = await fresh.store.write(SYSTEM, (tx) => recoverDeliveries(tx, new Date(), dead));
      if (again.some(({ id }) => id === job!.id)) await send(job!);
      const [row] = await rows(sql<{ status: string }>`select status from aiguillage.delivery where id = ${job!.id}`);
      expect([row!.status, seen()]).toEqual([status, shown]);
    }
  });
});
