import { sql } from 'kysely';
import { AiguillageError } from '../domain/errors.ts';
import { SYSTEM, type Store, type Tx } from './database.ts';

/**
 * A lease says who does a piece of work that only one process may do. It is a row with an expiry and a fencing token:
 * the token grows each time the lease changes hands, so that a holder which was silent too long (a paused container, a
 * long garbage collection) finds its token outdated inside the very transaction in which it would have written.
 */
export interface Lease {
  readonly token: number;
}

/**
 * Takes the lease when it is free or expired. A live lease is refused even to a holder of the same name: two processes
 * that share a name by mistake must not both believe they hold it.
 * @param ttl_ms how long the lease lives without being renewed.
 * @returns the fencing token, or null when somebody else holds the lease.
 */
export async function acquire(
  store: Store,
  name: string,
  holder: string,
  ttl_ms: number,
  now: Date,
): Promise<Lease | null> {
  const expires_at = new Date(now.getTime() + ttl_ms);
  const row = await store.write(SYSTEM, (tx) =>
    tx
      .insertInto('lease')
      .values({ name, holder, token: 1, expires_at })
      .onConflict((conflict) =>
        conflict
          .column('name')
          .doUpdateSet({ holder, token: sql<number>`lease.token + 1`, expires_at })
          .where('lease.expires_at', '<=', now),
      )
      .returning('token')
      .executeTakeFirst(),
  );
  return row === undefined ? null : { token: row.token };
}

/**
 * Prolongs the lease. One that expired but that nobody took is prolonged too: the token proves that nothing happened.
 * @returns false when the lease has changed hands; stop at once.
 */
export async function renew(store: Store, name: string, token: number, ttl_ms: number, now: Date): Promise<boolean> {
  const expires_at = new Date(now.getTime() + ttl_ms);
  const result = await store.write(SYSTEM, (tx) =>
    tx.updateTable('lease').set({ expires_at }).where('name', '=', name).where('token', '=', token).executeTakeFirst(),
  );
  return result.numUpdatedRows > 0n;
}

/** Gives the lease back. The row stays: with it the token would start again at 1 and fence nobody. */
export async function release(store: Store, name: string, token: number, now: Date): Promise<void> {
  await store.write(SYSTEM, (tx) =>
    tx.updateTable('lease').set({ expires_at: now }).where('name', '=', name).where('token', '=', token).execute(),
  );
}

/**
 * The fence: call it first in every transaction that writes under the lease. The row is locked until the transaction
 * ends, so that no other holder can take over between this check and the commit.
 * @throws AiguillageError LEASE_LOST
 */
export async function checkToken(tx: Tx, name: string, token: number): Promise<void> {
  const row = await tx.selectFrom('lease').select('token').where('name', '=', name).forShare().executeTakeFirst();
  if (row === undefined || row.token !== token) throw new AiguillageError('LEASE_LOST');
}
