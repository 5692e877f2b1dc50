import type { Store, Tx } from './database.ts';
import { SYSTEM } from './database.ts';

export type MailboxMode = 'observe' | 'live';

/** How far behind a mailbox is, for readiness and the lag metric. */
export interface MailboxLag {
  readonly mailbox: string;
  readonly mode: MailboxMode;
  /** Milliseconds since everything on the server was last known to be in the ledger; null when that never happened. */
  readonly lag_ms: number | null;
  readonly last_synced_at: Date | null;
  readonly last_error: string | null;
}

/** Makes sure that the mailbox has its row. A new one observes: nothing is sent, flagged or moved until it is live. */
export async function ensureMailbox(tx: Tx, id: string): Promise<void> {
  await tx
    .insertInto('mailbox')
    .values({ id })
    .onConflict((conflict) => conflict.column('id').doNothing())
    .execute();
}

export async function mailboxMode(tx: Tx, id: string): Promise<MailboxMode> {
  const row = await tx.selectFrom('mailbox').select('mode').where('id', '=', id).executeTakeFirst();
  return row?.mode ?? 'observe';
}

/**
 * Holds the mailbox until the transaction ends: whoever records mail of it (ingest, import) decides one at a time
 * whether a content is new.
 */
export async function lockMailbox(tx: Tx, id: string): Promise<MailboxMode> {
  await ensureMailbox(tx, id);
  const row = await tx.selectFrom('mailbox').select('mode').where('id', '=', id).forUpdate().executeTakeFirstOrThrow();
  return row.mode;
}

/**
 * Everything that could be read was read. `problem` is what could not: a mailbox with one misspelt folder is in step
 * with the others and says so.
 */
export async function noteSynced(tx: Tx, id: string, now: Date, problem: string | null): Promise<void> {
  await tx
    .updateTable('mailbox')
    .set({ last_synced_at: now, last_error: problem, last_error_at: problem === null ? null : now })
    .where('id', '=', id)
    .execute();
}

/** The mailbox cannot be read at present. `problem` starts with an error code and holds no text from the server. */
export async function noteProblem(tx: Tx, id: string, now: Date, problem: string): Promise<void> {
  await ensureMailbox(tx, id);
  await tx.updateTable('mailbox').set({ last_error: problem, last_error_at: now }).where('id', '=', id).execute();
}

/** One line per mailbox known to the store, whichever process reads it. */
export async function mailboxLags(store: Store, now: Date): Promise<MailboxLag[]> {
  const rows = await store.read(SYSTEM, (tx) =>
    tx.selectFrom('mailbox').select(['id', 'mode', 'last_synced_at', 'last_error']).orderBy('id').execute(),
  );
  return rows.map((row) => ({
    mailbox: row.id,
    mode: row.mode,
    lag_ms: row.last_synced_at === null ? null : Math.max(0, now.getTime() - row.last_synced_at.getTime()),
    last_synced_at: row.last_synced_at,
    last_error: row.last_error,
  }));
}
