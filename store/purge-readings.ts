import { sql } from 'kysely';
import { DAY_MS } from '../domain/days.ts';
import type { Tx } from './database.ts';
import { POOL_ANSWER_DAYS } from './purge-overflow.ts';

/**
 * How long a reading that ended is kept, with the words that were held: its author sees the changes for a week, and asks
 * about them for a while. No duration is fixed (domain §2.5); the DPO may shorten it.
 */
export const REPLY_READING_DAYS = 90;

/** Takes away readings and samples past their time, oldest first. @returns how many rows went, of the larger kind */
export async function purgeReadings(tx: Tx, now: Date, limit: number): Promise<number> {
  const before = (days: number): Date => new Date(now.getTime() - days * DAY_MS);
  const readings = await sql`delete from aiguillage.reply_reading where id in (
    select id from aiguillage.reply_reading where outcome is not null and held_at < ${before(REPLY_READING_DAYS)}
    order by held_at limit ${limit})`.execute(tx);
  const samples = await sql`delete from aiguillage.reply_sample where message_id in (
    select message_id from aiguillage.reply_sample where answered_at < ${before(POOL_ANSWER_DAYS)}
    order by answered_at limit ${limit})`.execute(tx);
  return Math.max(Number(readings.numAffectedRows ?? 0n), Number(samples.numAffectedRows ?? 0n));
}
