import { sql } from 'kysely';
import { AiguillageError } from '../domain/errors.ts';
import type { Tx } from './database.ts';

/** What a key of the bot API may still ask, and the nonces it has used. A refused request leaves no trace here. */

export interface Admission {
  readonly key: string;
  readonly portal: string;
  readonly requests_per_minute: number;
  readonly nonce: string;
  /** The nonce is remembered until then. */
  readonly expires_at: Date;
}

/** Too many requests of one key; `retry_after_s` whole seconds, 1 or more. */
export class TooFast extends AiguillageError {
  readonly retry_after_s: number;

  constructor(retry_after_s: number) {
    super('BOT_TOO_FAST');
    this.retry_after_s = retry_after_s;
  }
}

/**
 * Lets one signed request in: takes a place in the key's bucket (as many as it may ask in a minute, filling evenly) and
 * uses up its nonce. @throws AiguillageError BOT_REPLAY; TooFast. Roll back then: neither place nor nonce is taken.
 */
export async function admit(tx: Tx, ask: Admission, now: Date): Promise<void> {
  const max = ask.requests_per_minute;
  const filled = sql<number>`least(${max}::float8, k.tokens
    + greatest(0, extract(epoch from (${now}::timestamptz - k.refilled_at))) * ${max}::float8 / 60)`;
  const { rows } = await sql`
    insert into aiguillage.bot_key as k (id, portal, tokens, refilled_at) values (${ask.key}, ${ask.portal}, ${max - 1}, ${now})
    on conflict (id) do update set tokens = ${filled} - 1, refilled_at = greatest(k.refilled_at, ${now}), portal = ${ask.portal}
    where ${filled} >= 1
    returning 1`.execute(tx);
  if (rows.length === 0) {
    const wait = await sql<{ seconds: number }>`
      select (1 - ${filled}) * 60 / ${max}::float8 as seconds from aiguillage.bot_key k where id = ${ask.key}`.execute(
      tx,
    );
    throw new TooFast(Math.max(1, Math.ceil(wait.rows[0]?.seconds ?? 1)));
  }
  const used = await tx
    .insertInto('bot_nonce')
    .values({ key_id: ask.key, nonce: ask.nonce, expires_at: ask.expires_at })
    .onConflict((conflict) => conflict.columns(['key_id', 'nonce']).doNothing())
    .returning('nonce')
    .executeTakeFirst();
  if (used === undefined) throw new AiguillageError('BOT_REPLAY');
}

/** Forgets nonces whose requests are refused by their timestamp anyway. @returns how many */
export async function forgetNonces(tx: Tx, now: Date): Promise<number> {
  const result = await tx.deleteFrom('bot_nonce').where('expires_at', '<', now).executeTakeFirst();
  return Number(result.numDeletedRows);
}
