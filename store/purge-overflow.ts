import { sql } from 'kysely';
import { DAY_MS } from '../domain/days.ts';
import type { Tx } from './database.ts';

/**
 * How long what overflow contracts leave behind is kept. No duration is fixed for a caisse's e-mails (domain §2.5, §5-6);
 * these are the shortest that their use needs, and the DPO may shorten them: a pass is replayed while somebody may ask why
 * mail moved; a year of second readings is what the yearly review of a convention looks at, and the month it takes.
 */
export const OVERFLOW_PASS_DAYS = 90;
export const POOL_ANSWER_DAYS = 395;

/** Rows of each kind taken away by one call: short locks. */
const BATCH_ROWS = 1_000;

/**
 * Takes away passes and noted answers that are past their time, oldest first. Answers somebody is still to read go too:
 * after a year nobody will. The messages themselves are not touched.
 * @param limit rows of each kind at most @returns how many went; call again while a count equals `limit`
 */
export async function purgeOverflow(
  tx: Tx,
  now: Date,
  limit = BATCH_ROWS,
): Promise<{ passes: number; answers: number }> {
  const before = (days: number): Date => new Date(now.getTime() - days * DAY_MS);
  const passes = await sql`delete from aiguillage.overflow_pass where id in (
    select id from aiguillage.overflow_pass where at < ${before(OVERFLOW_PASS_DAYS)} order by at limit ${limit})`.execute(
    tx,
  );
  const answers = await sql`delete from aiguillage.pool_answer where message_id in (
    select message_id from aiguillage.pool_answer where answered_at < ${before(POOL_ANSWER_DAYS)}
    order by answered_at limit ${limit})`.execute(tx);
  return { passes: Number(passes.numAffectedRows ?? 0n), answers: Number(answers.numAffectedRows ?? 0n) };
}
