import { DateTime } from 'luxon';
import type { CompiledRulebook } from '../domain/match.ts';
import { chooseQueue, type Load, type Routed } from '../domain/overflow.ts';
import type { Decision } from '../domain/route.ts';
import { queueAcknowledgment } from '../mail/acknowledge.ts';
import type { RowJob } from '../queues/contracts.ts';
import type { Queues } from '../queues/queues.ts';
import { SYSTEM, type Store, type Tx } from '../store/database.ts';
import { loadDecision, recordRouting } from '../store/decisions.ts';
import { appendEvents } from '../store/events.ts';
import { lockConversation, lockSender, type Conversation } from '../store/intake.ts';
import { countArrival, countBacklog, countHandover, lockDay, toLoad } from '../store/load.ts';
import { loadMessage, type Message } from '../store/messages.ts';
import { cancel, done, type Work } from './worker.ts';

export interface DispatchDeps {
  store: Store;
  queues: Pick<Queues, 'enqueue'>;
  rulebook: (tx: Tx) => Promise<CompiledRulebook>;
  /** Secret of our Message-ID tokens. */
  secret: string;
  clock: () => Date;
  /** Undo time and pacing of acknowledgments. */
  ack_delay_ms?: number;
  at?: (point: string) => void;
}

/** Counting every waiting conversation for each mail would make a Monday quadratic; the count may be this old. */
const BACKLOG_AGE_MS = 2_000;

/** decided → dispatched: chooses the desk queue and queues the acknowledgment. */
export function createDispatchWork(deps: DispatchDeps): Work<'dispatch'> {
  let backlog: { counts: ReadonlyMap<string, number>; at: number } | undefined;
  return async (job) => {
    const result = await deps.store.write(SYSTEM, async (tx) => {
      const message = await loadMessage(tx, job.id);
      if (message === undefined || message.rev !== job.rev || message.status !== 'decided') return undefined;
      const now = deps.clock();
      if (backlog === undefined || now.getTime() - backlog.at > BACKLOG_AGE_MS) {
        backlog = { counts: await countBacklog(tx), at: now.getTime() };
      }
      return dispatchOne(deps, tx, message, backlog.counts, now);
    });
    if (result === undefined) return cancel('moved-on');
    deps.at?.('dispatch.committed');
    if (result.delivery !== undefined)
      await deps.queues.enqueue('reply', [result.delivery], { delay_ms: deps.ack_delay_ms ?? 0 });
    return done;
  };
}

async function dispatchOne(
  deps: DispatchDeps,
  tx: Tx,
  message: Message,
  backlog: ReadonlyMap<string, number>,
  now: Date,
): Promise<{ delivery: RowJob | undefined } | undefined> {
  const stored = await loadDecision(tx, message.id);
  if (stored === undefined || message.conversation_id === null) return undefined;
  const book = await deps.rulebook(tx);
  const head = await tx
    .selectFrom('conversation')
    .select('sender_key')
    .where('id', '=', message.conversation_id)
    .executeTakeFirstOrThrow();
  // Same order of locks as triage: sender, conversation, counters.
  await lockSender(tx, head.sender_key, now);
  const conversation = (await lockConversation(tx, message.conversation_id))!;
  const { load, routed } = await route(tx, book, conversation, message, stored.decision, backlog, now);
  await recordRouting(tx, stored.id, load, routed);
  await tx.updateTable('message').set({ status: 'dispatched' }).where('id', '=', message.id).execute();
  const delivery = await queueAcknowledgment(tx, {
    message,
    conversation,
    decision: stored.decision,
    queue: routed.queue,
    rulebook: book,
    load,
    now,
    secret: deps.secret,
  });
  return { delivery };
}

/** Chooses and writes the queue. A conversation somebody holds, or that was already placed, keeps its place. */
async function route(
  tx: Tx,
  book: CompiledRulebook,
  conversation: Conversation,
  message: Message,
  decision: Decision,
  backlog: ReadonlyMap<string, number>,
  now: Date,
): Promise<{ load: Load; routed: Routed }> {
  const day = localDay(book, now);
  const pools = book.queues.filter((queue) => queue.contract?.from === decision.queue).map((queue) => queue.id);
  const involved = [decision.queue, ...pools];
  const load = toLoad(involved, backlog, await lockDay(tx, involved, day));
  const settled = message.outcome === 'joined' || conversation.status !== 'queued';
  const routed: Routed = settled
    ? { queue: conversation.queue, rule: 'conversation.kept', overflow: false, reasons: [] }
    : chooseQueue(decision, load, book, now);
  await countArrival(tx, decision.queue, day);
  if (!settled) {
    await tx
      .updateTable('conversation')
      .set({ queue: routed.queue, ...(routed.overflow ? { pool_hops: 1, handed_at: now } : {}), updated_at: now })
      .where('id', '=', conversation.id)
      .execute();
  }
  if (routed.overflow) await countHandover(tx, routed.queue, day);
  await appendEvents(tx, SYSTEM, now, [
    {
      type: 'conversation.routed',
      occurred_at: now,
      conversation_id: conversation.id,
      message_id: message.id,
      data: { queue: routed.queue, rule: routed.rule, target: decision.target_queue },
    },
    ...(routed.overflow
      ? [
          {
            type: 'overflow.handed' as const,
            occurred_at: now,
            conversation_id: conversation.id,
            message_id: message.id,
            data: { pool: routed.queue, from: decision.queue },
          },
        ]
      : []),
  ]);
  return { load, routed };
}

/** Quotas run by the owner's local day. */
function localDay(book: CompiledRulebook, now: Date): string {
  const zone = book.calendars[0]?.zone ?? 'Europe/Paris';
  return DateTime.fromJSDate(now, { zone }).toISODate() ?? now.toISOString().slice(0, 10);
}
