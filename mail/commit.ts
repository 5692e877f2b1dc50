import { SYSTEM } from '../store/database.ts';
import { writeCursor, type FolderKey } from '../store/cursors.ts';
import { checkToken } from '../store/leases.ts';
import { recordBatch, type BatchResult, type IngestedMail, type RecordedMessage } from '../store/ledger.ts';
import { packRaw } from '../store/raw.ts';
import type { Priority } from '../queues/contracts.ts';
import { pause } from './bell.ts';
import type { Collected } from './collect.ts';
import type { InboxContext, Session } from './context.ts';
import type { FetchedMail, MailHead } from './fetch.ts';
import { hintText } from './raw.ts';

/** Mail older than this when it is recorded is worked after what arrives now. */
const BACKFILL_MS = 24 * 3_600_000;

/**
 * Records one batch and the cursor in one transaction, under the fence; then, and only then, names the work.
 * @param last_uid the cursor once this batch is in.
 * @throws AiguillageError LEASE_LOST when another process reads this mailbox by now; nothing was written.
 */
export async function commit(
  session: Session,
  key: FolderKey,
  batch: Collected,
  last_uid: number,
): Promise<BatchResult> {
  const { context, fence } = session;
  const { on_ingested } = context.connection;
  const mails = await Promise.all(batch.mails.map((mail) => prepare(context, mail)));
  const too_large = await Promise.all(
    batch.too_large.map(async ({ head, headers }) => ({
      uid: head.uid,
      size: head.size,
      internal_date: received(context, head),
      headers: await packRaw(headers),
    })),
  );
  const now = context.clock();
  const action = session.actions && on_ingested !== 'none' ? ('flag' in on_ingested ? 'flag' : 'move') : undefined;
  const owed =
    action !== undefined && !(on_ingested !== 'none' && 'move_to' in on_ingested && on_ingested.move_to === key.folder);
  const result = await context.store.write(SYSTEM, async (tx) => {
    await checkToken(tx, fence.name, fence.token);
    const recorded = await recordBatch(
      tx,
      { ...key, origin: 'imap', mails, too_large, vanished: batch.gone, ...(owed ? { action } : {}) },
      now,
    );
    await writeCursor(tx, key, last_uid, now);
    return recorded;
  });
  context.attempts.settled(key, [...mails, ...too_large].map((mail) => mail.uid).concat(batch.gone));
  await enqueue(context, result.messages, now, context.timings.enqueue_timeout_ms);
  context.onIngested({
    folder: key.folder,
    messages: result.messages.length,
    duplicates: result.duplicates,
    quarantined: result.quarantined,
    vanished: result.vanished,
  });
  return result;
}

/** Moves the cursor without a batch, under the fence. */
export async function moveCursor(session: Session, key: FolderKey, last_uid: number): Promise<void> {
  const { context, fence } = session;
  await context.store.write(SYSTEM, async (tx) => {
    await checkToken(tx, fence.name, fence.token);
    await writeCursor(tx, key, last_uid, context.clock());
  });
}

async function prepare(context: InboxContext, mail: FetchedMail): Promise<IngestedMail> {
  return {
    uid: mail.uid,
    internal_date: received(context, mail),
    raw: await packRaw(mail.source),
    urgent_hint: urgent(context, mail.source),
    ...(mail.note === undefined ? {} : { note: mail.note }),
  };
}

function urgent(context: InboxContext, source: Buffer): boolean {
  try {
    return context.urgentHint?.(hintText(source)) ?? false;
  } catch {
    // Only the order of work depends on it.
    return false;
  }
}

function received(context: InboxContext, head: MailHead): Date {
  if (head.internal_date !== null) return head.internal_date;
  context.log.warn({ uid: head.uid }, 'no INTERNALDATE, the clock starts now');
  return context.clock();
}

/** The triage jobs of new messages: urgent first, then by the start of their clock. */
export async function enqueue(
  context: Pick<InboxContext, 'queues' | 'log'>,
  messages: readonly RecordedMessage[],
  now: Date,
  timeout_ms: number,
  backfill = false,
): Promise<void> {
  const byPriority: Record<Priority, RecordedMessage[]> = { urgent: [], normal: [], backfill: [] };
  for (const message of messages) {
    const old = backfill || now.getTime() - message.received_at.getTime() > BACKFILL_MS;
    byPriority[message.urgent_hint && !backfill ? 'urgent' : old ? 'backfill' : 'normal'].push(message);
  }
  const done = new AbortController();
  for (const priority of ['urgent', 'normal', 'backfill'] as const) {
    const jobs = byPriority[priority]
      .sort((a, b) => a.received_at.getTime() - b.received_at.getTime())
      .map(({ id, rev }) => ({ id, rev }));
    if (jobs.length === 0) continue;
    const added = context.queues.enqueue('triage', jobs, { priority }).then(
      () => true,
      () => false,
    );
    // The rows are committed and the sweep finds them: reading must not stop because the queue is away (law 2). Redis
    // away does not answer at all.
    const timer = pause(timeout_ms, done.signal).then(() => false);
    if (!(await Promise.race([added, timer]))) {
      context.log.warn({ jobs: jobs.length }, 'queue away, the sweep will name the work');
    }
  }
  done.abort();
}
