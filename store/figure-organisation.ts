import { sql } from 'kysely';
import { organisationOf } from '../domain/figure-terms.ts';
import type { Rulebook } from '../domain/rulebook.ts';
import { SYSTEM, type Store, type Tx } from './database.ts';
import { appendEvents } from './events.ts';

/**
 * Writes into the event log which team answers a queue and which caisse a mailbox belongs to, when the active rules say
 * something new: so that figures by team and by caisse need the log alone, and old ones never move. It holds from the
 * moment the rules became active.
 * @returns whether something was written
 */
export async function declareOrganisation(store: Store, book: Rulebook, now: Date): Promise<boolean> {
  const wanted = organisationOf(book);
  const same = (tx: Tx): Promise<boolean> => isDeclared(tx, JSON.stringify(wanted));
  if (await store.read(SYSTEM, same)) return false;
  return store.write(SYSTEM, async (tx) => {
    // Two processes that see the change at once write it once.
    await sql`select one from aiguillage.figure_state for update`.execute(tx);
    if (await same(tx)) return false;
    const active = await tx.selectFrom('rulebook_active').select(['digest', 'activated_at']).executeTakeFirst();
    // Another set became active meanwhile: its own reader declares it.
    if (active !== undefined && active.digest !== book.digest) return false;
    const occurred_at = active?.activated_at ?? now;
    await appendEvents(tx, SYSTEM, now, [{ type: 'organisation.declared', occurred_at, data: { ...wanted } }]);
    return true;
  });
}

async function isDeclared(tx: Tx, wanted: string): Promise<boolean> {
  const { rows } = await sql<{ same: boolean }>`select data = ${wanted}::jsonb as same from aiguillage.event
    where type = 'organisation.declared' order by occurred_at desc, seq desc limit 1`.execute(tx);
  return rows[0]?.same ?? false;
}
