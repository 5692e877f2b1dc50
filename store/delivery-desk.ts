import { sql } from 'kysely';
import { afterDeath } from '../domain/delivery.ts';
import { AiguillageError } from '../domain/errors.ts';
import type { RowJob } from '../queues/contracts.ts';
import { SYSTEM, type Actor, type Tx } from './database.ts';
import { messageSent, noteDelivery, type Delivery } from './deliveries.ts';
import type { DeliveryStatus } from './schema.ts';
import { stopAgain, lockConversationOf, reopenUnreached } from './unreached.ts';

/** What people and the sweep do to deliveries; the sending itself is in store/deliveries.ts. */

/**
 * How long a `sending` row may stay silent. Before the dot: the time limit of that part (mail/delivery.ts) and a margin;
 * after it: RFC 5321 §4.5.3.2.6 lets a server take ten minutes.
 */
export const SILENT_MAX_MS = { before_data: 5 * 60_000, after_data: 15 * 60_000 } as const;

const BATCH_MAX = 500;

/**
 * Settles `sending` rows whose process died: back to `pending` when the dot was never written, else `ambiguous`, which no
 * machine ever sends again. With both limits 0 for a process that owns the store alone, at its start.
 * @returns the jobs of the rows that are pending again
 */
export async function recoverDeliveries(
  tx: Tx,
  now: Date,
  silent_ms: { readonly before_data: number; readonly after_data: number } = SILENT_MAX_MS,
): Promise<RowJob[]> {
  const rows = await tx
    .selectFrom('delivery')
    .selectAll()
    .where('status', '=', 'sending')
    .where('updated_at', '<=', new Date(now.getTime() - Math.min(silent_ms.before_data, silent_ms.after_data)))
    .orderBy('updated_at')
    .limit(BATCH_MAX)
    .forUpdate()
    .skipLocked()
    .execute();
  const again: RowJob[] = [];
  for (const row of rows) {
    const limit_ms = row.phase === 'data' ? silent_ms.after_data : silent_ms.before_data;
    if (now.getTime() - row.updated_at.getTime() < limit_ms) continue;
    const status = afterDeath(row.phase, row.attempts);
    const response = status === 'failed' ? 'process-deaths' : row.response;
    await tx.updateTable('delivery').set({ status, response, updated_at: now }).where('id', '=', row.id).execute();
    if (status === 'pending') again.push({ id: row.id, rev: row.rev });
    else
      await noteDelivery(tx, SYSTEM, now, `delivery.${status}`, row, { attempts: row.attempts, code: 'process-died' });
    if (status === 'failed') await reopenUnreached(tx, row.id, 'reply-failed', now);
  }
  return again;
}

/** Rows that should have a job: due and pending. The sweep enqueues them again; a job that exists makes it a no-op. */
export async function dueDeliveries(tx: Tx, now: Date, limit = BATCH_MAX): Promise<RowJob[]> {
  return tx
    .selectFrom('delivery')
    .select(['id', 'rev'])
    .where('status', '=', 'pending')
    .where('via', 'in', ['smtp', 'account-api'])
    .where('not_before', '<=', now)
    .orderBy('not_before')
    .limit(limit)
    .execute();
}

/** Takes a sending back while no attempt is running (« Annuler l’envoi »). @throws AiguillageError DELIVERY_STATE, NOT_FOUND */
export async function cancelDelivery(tx: Tx, actor: Actor, id: string, now: Date): Promise<void> {
  const row = await tx
    .updateTable('delivery')
    .set({ status: 'cancelled', updated_at: now })
    .where('id', '=', id)
    .where('status', 'in', ['pending', 'held'])
    .returning(['id', 'kind', 'conversation_id', 'message_id'])
    .executeTakeFirst();
  if (row === undefined) await refuse(tx, id, 'cancel');
  else await noteDelivery(tx, actor, now, 'delivery.resolved', row, { resolution: 'cancelled' });
}

/** `sent`: a person found proof that it arrived. `retry`: send (again), knowing that it might arrive twice. */
export type Resolution = { readonly as: 'sent'; readonly proof: string } | { readonly as: 'retry' };

const PROOF_CHARS_MAX = 500;

/**
 * A person settles an `ambiguous` delivery, or has a `failed` one sent again: then what it answered is answered as of now.
 * @returns the job to enqueue after a `retry`
 * @throws AiguillageError DELIVERY_STATE, NOT_FOUND; BAD_INPUT without a proof; CONVERSATION_TAKEN when a failed reply would
 *   be sent again while a colleague holds its conversation
 */
export async function resolveDelivery(
  tx: Tx,
  actor: Actor,
  id: string,
  resolution: Resolution,
  now: Date,
): Promise<RowJob | undefined> {
  await lockConversationOf(tx, id);
  const from: DeliveryStatus[] = resolution.as === 'sent' ? ['ambiguous'] : ['ambiguous', 'failed'];
  const row = await tx
    .updateTable('delivery')
    .set(
      resolution.as === 'sent'
        ? { status: 'sent', proof: proofOf(resolution.proof), sent_at: now, updated_at: now }
        : // rev + 1: a late answer of the old attempt no longer fits its fence.
          { status: 'pending', phase: '', attempts: 0, rev: sql<number>`rev + 1`, not_before: now, updated_at: now },
    )
    .where('id', '=', id)
    .where('status', 'in', from)
    .returning(['id', 'rev', 'kind', 'conversation_id', 'message_id'])
    .executeTakeFirst();
  if (row === undefined) return refuse(tx, id, resolution.as);
  if (resolution.as === 'sent') await messageSent(tx, row.message_id);
  else await stopAgain(tx, actor, id, now);
  await noteDelivery(tx, actor, now, 'delivery.resolved', row, { resolution: resolution.as });
  return resolution.as === 'retry' ? { id: row.id, rev: row.rev } : undefined;
}

/** What a person recorded as evidence, trimmed. @throws AiguillageError BAD_INPUT when empty or too long */
export function proofOf(proof: string): string {
  const trimmed = proof.trim();
  if (trimmed === '' || trimmed.length > PROOF_CHARS_MAX) {
    throw new AiguillageError('BAD_INPUT', `A proof has 1 to ${PROOF_CHARS_MAX} characters.`);
  }
  return trimmed;
}

async function refuse(tx: Tx, id: string, wanted: string): Promise<never> {
  const row = await tx.selectFrom('delivery').select('status').where('id', '=', id).executeTakeFirst();
  if (row === undefined) throw new AiguillageError('NOT_FOUND');
  throw new AiguillageError('DELIVERY_STATE', `Status ${row.status}, wanted ${wanted}.`);
}

/** A supervisor switched the mailbox to live and lets go what was held. @returns the jobs to enqueue */
export async function releaseHeld(tx: Tx, actor: Actor, mailbox: string, now: Date): Promise<RowJob[]> {
  const rows = await tx
    .updateTable('delivery')
    .set({ status: 'pending', rev: sql<number>`rev + 1`, not_before: now, updated_at: now })
    .where('mailbox', '=', mailbox)
    .where('status', '=', 'held')
    .returning(['id', 'rev', 'kind', 'conversation_id', 'message_id'])
    .execute();
  for (const row of rows) await noteDelivery(tx, actor, now, 'delivery.resolved', row, { resolution: 'released' });
  return rows.map((row) => ({ id: row.id, rev: row.rev }));
}

/** @returns how many sendings of a conversation have not ended yet */
export async function countUnsent(tx: Tx, conversation_id: string): Promise<number> {
  const { unsent } = await tx
    .selectFrom('delivery')
    .select((eb) => eb.fn.countAll<string>().as('unsent'))
    .where('conversation_id', '=', conversation_id)
    .where('status', 'in', ['pending', 'sending'])
    .executeTakeFirstOrThrow();
  return Number(unsent);
}

/** Deliveries of one conversation, oldest first, or those that wait for a person, longest waiting first. */
export async function listDeliveries(
  tx: Tx,
  filter:
    { readonly conversation_id: string } | { readonly status: readonly DeliveryStatus[]; readonly limit?: number },
): Promise<Delivery[]> {
  const query = tx.selectFrom('delivery').selectAll();
  if ('conversation_id' in filter) {
    return query.where('conversation_id', '=', filter.conversation_id).orderBy('created_at').orderBy('id').execute();
  }
  return query
    .where('status', 'in', [...filter.status])
    .orderBy('updated_at')
    .limit(Math.min(filter.limit ?? BATCH_MAX, BATCH_MAX))
    .execute();
}

export interface UnsettledDelivery extends Pick<Delivery, 'id' | 'conversation_id' | 'kind' | 'status'> {
  readonly ref: string;
  /** When the last attempt ended. */
  readonly since: Date;
}

/**
 * Replies and notices that did not arrive, or perhaps did not, longest waiting first, and how many there are in all. A
 * failed one is left out once nothing is open any more, since a person wrote again or settled what it had opened again.
 */
export async function listUnsettled(
  tx: Tx,
  limit: number,
): Promise<{ readonly total: number; readonly rows: readonly UnsettledDelivery[] }> {
  const { rows } = await sql<UnsettledDelivery & { total: number }>`
    select d.id, d.conversation_id, c.ref, d.kind, d.status, d.updated_at as since, (count(*) over ())::int as total
    from aiguillage.delivery d join aiguillage.conversation c on c.id = d.conversation_id
    where d.status in ('failed', 'ambiguous') and d.kind in ('reply', 'notice')
      and not (d.status = 'failed' and c.status in ('waiting', 'answered', 'closed') and (exists (
          select 1 from aiguillage.message m
          where m.conversation_id = c.id and m.direction = 'outgoing' and m.received_at > d.created_at
            and not exists (select 1 from aiguillage.delivery n where n.message_id = m.id and n.status <> 'sent'))
        or exists (select 1 from aiguillage.event e
          where e.conversation_id = c.id and e.type = 'request.resumed' and e.data ->> 'delivery' = d.id::text)))
    order by d.updated_at, d.id limit ${sql.lit(limit)}`.execute(tx);
  return { total: rows[0]?.total ?? 0, rows };
}
