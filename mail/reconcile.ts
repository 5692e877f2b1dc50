import type { ImapFlow } from 'imapflow';
import { SYSTEM, type Store } from '../store/database.ts';
import { ledgerOutcomes } from '../store/ledger-queries.ts';
import { closeClient, connector, type ResolvedConnection } from './connection.ts';
import { timingsFor, type InboxTimings } from './context.ts';
import { searchUids } from './fetch.ts';
import { resolveFolders } from './folders.ts';
import { openFolder, uidWindows } from './open-folder.ts';
import { problemLine } from './problems.ts';

export interface FolderAccount {
  readonly folder: string;
  readonly uidvalidity: number;
  readonly uidnext: number;
  /** Mails on the server below UIDNEXT. */
  readonly server_uids: number;
  /** Those that are not in the ledger, or that the ledger calls vanished; at most {@link MISSING_MAX} are listed. */
  readonly missing: number[];
  readonly missing_count: number;
  /** In the ledger, and still on their way through the pipeline. */
  readonly pending: number;
}

export interface MailboxAccount {
  readonly mailbox: string;
  readonly ok: boolean;
  readonly folders: FolderAccount[];
  /** Why the account is not complete: code and detail of each failure. */
  readonly errors: string[];
}

export interface ReconcileReport {
  readonly ok: boolean;
  readonly mailboxes: MailboxAccount[];
}

export interface ReconcileOptions {
  readonly store: Store;
  readonly connections: ReadonlyMap<string, ResolvedConnection>;
  /** Only this one. */
  readonly mailbox?: string;
  readonly timings?: Partial<InboxTimings>;
}

export const MISSING_MAX = 1_000;
const LOGOUT_MS = 2_000;

/**
 * Compares the servers with the ledger, read-only and beside the running inboxes: every UID below UIDNEXT at the start of
 * each folder must be in the ledger (law 1). Rows whose mail is gone from the server are fine. A folder or server that
 * cannot be read is not fine: nothing is known about it.
 */
export async function reconcile(options: ReconcileOptions): Promise<ReconcileReport> {
  const mailboxes: MailboxAccount[] = [];
  for (const [mailbox, connection] of options.connections) {
    if (options.mailbox !== undefined && options.mailbox !== mailbox) continue;
    mailboxes.push(await accountFor(options, mailbox, connection));
  }
  return { ok: mailboxes.every((account) => account.ok), mailboxes };
}

async function accountFor(
  options: ReconcileOptions,
  mailbox: string,
  connection: ResolvedConnection,
): Promise<MailboxAccount> {
  const timings = timingsFor(options.store, options.timings);
  const folders: FolderAccount[] = [];
  const errors: string[] = [];
  let client: ImapFlow | undefined;
  try {
    client = await connector(connection, timings).open(AbortSignal.timeout(timings.connect_timeout_ms * 2));
    const { watched, others } = await resolveFolders(client, connection.folders);
    for (const folder of [watched, ...others]) {
      try {
        folders.push(await accountOf(options.store, client, mailbox, folder));
      } catch (error) {
        errors.push(problemLine(error));
      }
    }
  } catch (error) {
    errors.push(problemLine(error));
  } finally {
    if (client !== undefined) await closeClient(client, LOGOUT_MS);
  }
  const ok = errors.length === 0 && folders.every((folder) => folder.missing_count === 0);
  return { mailbox, ok, folders, errors };
}

async function accountOf(store: Store, client: ImapFlow, mailbox: string, folder: string): Promise<FolderAccount> {
  const open = await openFolder(client, mailbox, folder, true);
  const missing: number[] = [];
  let server_uids = 0;
  let pending = 0;
  let highest = 0;
  for (const range of uidWindows(open)) {
    const found = await searchUids(client, range.from, range.to);
    const outcomes = await store.read(SYSTEM, (tx) => ledgerOutcomes(tx, open, range));
    for (const uid of found) {
      highest = uid;
      if (uid >= (open.uidnext ?? Infinity)) continue;
      server_uids += 1;
      const outcome = outcomes.get(uid);
      if (outcome === undefined || outcome === 'vanished') missing.push(uid);
      if (outcome === null) pending += 1;
    }
  }
  return {
    folder: open.folder,
    uidvalidity: open.uidvalidity,
    uidnext: open.uidnext ?? highest + 1,
    server_uids,
    missing: missing.slice(0, MISSING_MAX),
    missing_count: missing.length,
    pending,
  };
}
