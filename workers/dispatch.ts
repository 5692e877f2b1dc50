import type { CompiledRulebook } from '../domain/match.ts';
import { chooseQueue, type Load, type QueueMail, type Routed } from '../domain/overflow.ts';
import type { Decision } from '../domain/route.ts';
import { queueAcknowledgment } from '../mail/acknowledge.ts';
import type { RowJob } from '../queues/contracts.ts';
import type { Queues } from '../queues/queues.ts';
import { SYSTEM, type Store, type Tx } from '../store/database.ts';
import { noteDispatched } from '../store/after-dispatch.ts';
import { loadDecision, recordRouting } from '../store/decisions.ts';
import { appendEvents } from '../store/events.ts';
import { lockConversation, lockSender, type Conversation } from '../store/intake.ts';
import {
  countArrival,
  countHandover,
  lockDay,
  ownersDay,
  poolsOf,
  readLoad,
  readLoadView,
  type LoadView,
} from '../store/load.ts';
import { loadMessage, type Message } from '../store/messages.ts';
import { hasOpenSibling, saveSwitches } from '../store/overflow.ts';
import { joinWave, WaveReaders } from '../store/wave-join.ts';
import { cancel, done, type Work } from './worker.ts';

export interface DispatchDeps {
  store: Store;
  queues: Pick<Queues, 'enqueue'>;
  /** The active rulebook, or the one of a digest. */
  rulebook: (tx: Tx, of?: string) => Promise<CompiledRulebook>;
  /** Secret of our Message-ID tokens. */
  secret: string;
  clock: () => Date;
  /** Capacity an open hour of those present today, by queue, where it is known. */
  present?: (tx: Tx, book: CompiledRulebook, now: Date) => Promise<ReadonlyMap<string, number>>;
  /** Undo time and pacing of acknowledgments. */
  ack_delay_ms?: number;
  at?: (point: string) => void;
}

/** Counting every waiting conversation for each mail would make a Monday quadratic; the count may be this old. */
const BACKLOG_AGE_MS = 2_000;

/** decided → dispatched: chooses the desk queue and queues the acknowledgment. */
export function createDispatchWork(deps: DispatchDeps): Work<'dispatch'> {
  let seen: { view: LoadView; at: number } | undefined;
  const waves = new WaveReaders();
  return async (job) => {
    const result = await deps.store.write(SYSTEM, async (tx) => {
      const message = await loadMessage(tx, job.id);
      if (message === undefined || message.rev !== job.rev || message.status !== 'decided') return undefined;
      const now = deps.clock();
      const look = async (book: CompiledRulebook): Promise<LoadView> => {
        if (seen === undefined || now.getTime() - seen.at > BACKLOG_AGE_MS) {
          const present = await deps.present?.(tx, book, now);
          const view = await readLoadView(tx, book, now);
          seen = { view: { ...view, ...(present === undefined ? {} : { present }) }, at: now.getTime() };
        }
        return seen.view;
      };
      return dispatchOne(deps, waves, tx, message, look, now);
    });
    if (result === undefined) return cancel('moved-on');
    // Between two readings, what this process adds is counted by itself.
    if (result.placed !== undefined && seen !== undefined) count(seen, result.placed);
    deps.at?.('dispatch.committed');
    if (result.delivery !== undefined)
      await deps.queues.enqueue('reply', [result.delivery], { delay_ms: deps.ack_delay_ms ?? 0 });
    return done;
  };
}

interface Dispatched {
  readonly delivery: RowJob | undefined;
  /** A new conversation: where it stood until now, and where it stands. */
  readonly placed: { readonly from: string; readonly queue: string; readonly conversation: Conversation } | undefined;
}

function count({ view, at }: { view: LoadView; at: number }, placed: NonNullable<Dispatched['placed']>): void {
  const { from, queue, conversation } = placed;
  // What was opened before the reading is in it, in the queue it was decided for.
  if (conversation.created_at.getTime() <= at) view.backlog.add(from, conversation, -1);
  view.backlog.add(queue, conversation);
}

async function dispatchOne(
  deps: DispatchDeps,
  waves: WaveReaders,
  tx: Tx,
  message: Message,
  look: (book: CompiledRulebook) => Promise<LoadView>,
  now: Date,
): Promise<Dispatched | undefined> {
  const stored = await loadDecision(tx, message.id);
  if (stored === undefined || message.conversation_id === null) return undefined;
  // The set that decided this mail also routes it, whatever was applied in between: none is decided by two (law 11).
  const book = await deps.rulebook(tx, stored.rulebook);
  const head = await tx
    .selectFrom('conversation')
    .select('sender_key')
    .where('id', '=', message.conversation_id)
    .executeTakeFirstOrThrow();
  // Same order of locks as triage: sender, conversation, counters.
  await lockSender(tx, head.sender_key, now);
  const conversation = (await lockConversation(tx, message.conversation_id))!;
  const { load, routed, settled } = await route(tx, book, conversation, message, stored.decision, look, now);
  const restricted = conversation.restricted || stored.decision.restricted;
  const wave = await joinWave(tx, book, waves, message, { ...conversation, restricted }, now);
  await recordRouting(tx, stored.id, load, routed, { now, rulebook: book.digest, wave });
  const { decision } = stored;
  const placed_at = { message, conversation_id: conversation.id, decision, queue: routed.queue, settled };
  await noteDispatched(tx, book, placed_at, now);
  await tx.updateTable('message').set({ status: 'dispatched' }).where('id', '=', message.id).execute();
  const delivery = await queueAcknowledgment(tx, {
    message,
    conversation,
    decision: stored.decision,
    queue: routed.queue,
    rulebook: book,
    load,
    wave_sentence: wave?.sentence,
    now,
    secret: deps.secret,
  });
  const placed = settled ? undefined : { from: conversation.queue, queue: routed.queue, conversation };
  return { delivery, placed };
}

/** Chooses and writes the queue. A conversation somebody holds, or that was already placed, keeps its place. */
async function route(
  tx: Tx,
  book: CompiledRulebook,
  conversation: Conversation,
  message: Message,
  decision: Decision,
  look: (book: CompiledRulebook) => Promise<LoadView>,
  now: Date,
): Promise<{ load: Load; routed: Routed; settled: boolean }> {
  const pools = poolsOf(book, decision.queue);
  // An urgent mail that joined meanwhile, or a person, may have placed it before us.
  const settled =
    message.outcome === 'joined' || conversation.status !== 'queued' || conversation.queue !== decision.queue;
  const mail = await mailOf(tx, conversation, message, pools.length > 0 && !settled);
  const view = await look(book);
  const day = ownersDay(book, now);
  const counters = await lockDay(tx, [decision.queue, ...pools], day);
  const { urgency, due_at } = conversation;
  const load = await readLoad(tx, book, decision.queue, view, counters, now, { urgency, due_at, mail });
  const routed: Routed = settled
    ? { queue: conversation.queue, rule: 'conversation.kept', overflow: false, reasons: [] }
    : chooseQueue(decision, load, book, now, mail);
  await saveSwitches(tx, routed.switched, now);
  const legal = book.motifs.find(({ id }) => id === decision.motif)?.legal_clock !== undefined;
  await countArrival(tx, decision.queue, day, !routed.overflow && (decision.urgency <= 1 || legal));
  if (!settled) {
    await tx
      .updateTable('conversation')
      .set({
        queue: routed.queue,
        ...(routed.overflow ? { pool_hops: conversation.pool_hops + 1, handed_at: now } : {}),
        updated_at: now,
      })
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
            data: { pool: routed.queue, from: decision.queue, by: 'arrival', why: whyOf(routed) },
          },
        ]
      : []),
  ]);
  return { load, routed, settled };
}

/** What the promise follows from, and what other mails of the conversation have brought. */
async function mailOf(tx: Tx, conversation: Conversation, message: Message, asked: boolean): Promise<QueueMail> {
  const mail = { mailbox: message.mailbox, started_at: message.received_at.toISOString() };
  if (!asked) return mail;
  const { urgency, restricted, pool_hops } = conversation;
  const request = await tx
    .selectFrom('request')
    .select(['due_elapsed_at', 'due_working_at'])
    .where('message_id', '=', message.id)
    .executeTakeFirst();
  return {
    ...mail,
    ...(request === undefined
      ? {}
      : {
          due_elapsed_at: request.due_elapsed_at.toISOString(),
          due_working_at: request.due_working_at.toISOString(),
        }),
    urgency,
    restricted,
    pool_hops,
    sibling_open: await hasOpenSibling(tx, conversation),
  };
}

function whyOf(routed: Routed): string {
  return routed.reasons.find(({ taken }) => taken)?.why ?? '';
}
