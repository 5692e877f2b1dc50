import { createHash } from 'node:crypto';
import { AiguillageError } from '../domain/errors.ts';
import type { Tx } from './database.ts';

/** Answers remembered under an Idempotency-Key, so that a double click or a retry after a lost answer does nothing twice. */

export interface IdempotentRequest {
  readonly agent_id: string;
  readonly key: string;
  readonly conversation_id: string;
  /** sha-256 of what was asked. */
  readonly request_hash: Buffer;
}

/** Kept so long; a retry later than that is a new request. */
export const IDEMPOTENCY_MAX_MS = 48 * 3_600_000;

export function hashRequest(request: unknown): Buffer {
  return createHash('sha256').update(JSON.stringify(request)).digest();
}

/**
 * The answer given before, if any. Ask while holding the conversation's lock: a twin request then waits for the first.
 * @throws AiguillageError IDEMPOTENCY_REUSED when the key came with something else
 */
export async function recall<T>(tx: Tx, request: IdempotentRequest): Promise<T | undefined> {
  const row = await tx
    .selectFrom('idempotency')
    .select(['conversation_id', 'request_hash', 'answer'])
    .where('agent_id', '=', request.agent_id)
    .where('key', '=', request.key)
    .executeTakeFirst();
  if (row === undefined) return undefined;
  if (row.conversation_id !== request.conversation_id || !request.request_hash.equals(Buffer.from(row.request_hash))) {
    throw new AiguillageError('IDEMPOTENCY_REUSED');
  }
  return row.answer as T;
}

/** Remembers the answer (ids and statuses only). @throws AiguillageError IDEMPOTENCY_REUSED when a twin elsewhere was first */
export async function remember(tx: Tx, request: IdempotentRequest, answer: unknown, now: Date): Promise<void> {
  const result = await tx
    .insertInto('idempotency')
    .values({ ...request, answer: JSON.stringify(answer), created_at: now })
    .onConflict((conflict) => conflict.columns(['agent_id', 'key']).doNothing())
    .executeTakeFirst();
  if (result.numInsertedOrUpdatedRows === 0n) throw new AiguillageError('IDEMPOTENCY_REUSED');
}

/** @returns how many were forgotten */
export async function forgetOldKeys(tx: Tx, now: Date): Promise<number> {
  const result = await tx
    .deleteFrom('idempotency')
    .where('created_at', '<', new Date(now.getTime() - IDEMPOTENCY_MAX_MS))
    .executeTakeFirst();
  return Number(result.numDeletedRows);
}
