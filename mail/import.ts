import { readdir, readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import type { Logger } from 'pino';
import { AiguillageError } from '../domain/errors.ts';
import type { Queues } from '../queues/queues.ts';
import { SYSTEM, type Store } from '../store/database.ts';
import { recordBatch, type IngestedMail, type TooLargeMail } from '../store/ledger.ts';
import { highestUid, knownContents } from '../store/ledger-queries.ts';
import { lockMailbox } from '../store/mailboxes.ts';
import { packRaw } from '../store/raw.ts';
import { repeatedTooLarge } from '../store/too-large.ts';
import { BATCH_BYTES, BATCH_MAX } from './collect.ts';
import { enqueue } from './commit.ts';
import { readCsv } from './import-csv.ts';
import { headerDate, plausible } from './import-dates.ts';
import { readMbox, withCrlf, type ArchivedMail } from './import-mbox.ts';

export interface ImportOptions {
  readonly store: Store;
  /** Without it the sweep names the work. */
  readonly queues?: Pick<Queues, 'enqueue'>;
  readonly mailbox: string;
  /** An mbox or CSV file, or a folder with .eml files (subfolders and Maildir included). */
  readonly path: string;
  readonly log: Logger;
  readonly clock?: () => Date;
  readonly max_mail_bytes?: number;
}

export interface ImportReport {
  /** Mails found in the archive. */
  readonly read: number;
  readonly imported: number;
  /** Contents that this mailbox already has, from an earlier import or from its server. */
  readonly duplicates: number;
  readonly too_large: number;
  /** Rows of a table without a usable date. */
  readonly unusable: number;
}

const MAX_MAIL_BYTES = 50 * 1024 * 1024;
/** Tables are read whole. */
const TABLE_MAX_BYTES = 256 * 1024 * 1024;
const HEADER_BYTES = 64 * 1024;
const ENQUEUE_TIMEOUT_MS = 5_000;

/**
 * Brings history in: for back-tests and the change from another tool. The messages have origin `import`: they are sorted
 * and can be searched, are never acknowledged, and are worked after everything that arrives now. Importing the same
 * archive again, whole, longer or in another order, adds only what is new.
 * @throws AiguillageError BAD_INPUT, NOT_FOUND
 */
export async function importMail(options: ImportOptions): Promise<ImportReport> {
  const { store, mailbox, log } = options;
  const clock = options.clock ?? ((): Date => new Date());
  const key = { mailbox, folder: `import:${path.basename(path.resolve(options.path))}`, uidvalidity: 1 };
  const max_bytes = options.max_mail_bytes ?? MAX_MAIL_BYTES;
  const again = (await store.read(SYSTEM, (tx) => highestUid(tx, key))) > 0;
  const report = { read: 0, imported: 0, duplicates: 0, too_large: 0, unusable: 0 };
  let batch: { mail: ArchivedMail; position: number }[] = [];
  let bytes = 0;

  async function flush(): Promise<void> {
    if (batch.length === 0) return;
    const now = clock();
    const prepared = await Promise.all(batch.map((each) => prepare(each, now, max_bytes)));
    batch = [];
    bytes = 0;
    const { messages, duplicates, too_large } = await store.write(SYSTEM, async (tx) => {
      await lockMailbox(tx, mailbox);
      let { mails, too_large } = {
        mails: prepared.flatMap((p) => p.mail ?? []),
        too_large: prepared.flatMap((p) => p.too_large ?? []),
      };
      const brought = mails.length + too_large.length;
      if (again) {
        // Positions mean nothing the second time: the archive may have been sorted anew. Contents do.
        const known = await knownContents(
          tx,
          mailbox,
          mails.map((mail) => mail.raw.sha256),
        );
        const repeated = await repeatedTooLarge(tx, mailbox, too_large);
        let next = await highestUid(tx, key);
        mails = mails
          .filter((mail) => !known.has(mail.raw.sha256.toString('hex')))
          .map((mail) => ({ ...mail, uid: (next += 1) }));
        too_large = too_large.filter((mail) => !repeated.has(mail.uid)).map((mail) => ({ ...mail, uid: (next += 1) }));
      }
      const left_out = brought - mails.length - too_large.length;
      const result = await recordBatch(tx, { ...key, origin: 'import', mails, too_large }, now);
      return {
        messages: result.messages,
        duplicates: left_out + result.duplicates,
        too_large: result.quarantined,
      };
    });
    report.imported += messages.length;
    report.duplicates += duplicates;
    report.too_large += too_large;
    if (options.queues !== undefined)
      await enqueue({ queues: options.queues, log }, messages, now, ENQUEUE_TIMEOUT_MS, true);
  }

  for await (const mail of await archive(options.path, max_bytes)) {
    report.read += 1;
    if (mail === 'unusable') {
      report.unusable += 1;
      continue;
    }
    batch.push({ mail, position: report.read });
    bytes += mail.raw.length;
    if (batch.length >= BATCH_MAX || bytes >= BATCH_BYTES) await flush();
  }
  await flush();
  log.info({ mailbox, ...report }, 'imported');
  return report;
}

interface Prepared {
  mail?: IngestedMail;
  too_large?: TooLargeMail;
}

async function prepare(
  item: { mail: ArchivedMail; position: number },
  now: Date,
  max_bytes: number,
): Promise<Prepared> {
  const { raw, size, received_at } = item.mail;
  const head = raw.subarray(0, HEADER_BYTES);
  const internal_date = plausible(received_at, now) ?? headerDate(head.toString('latin1'), now) ?? now;
  if (size <= max_bytes)
    return { mail: { uid: item.position, internal_date, raw: await packRaw(raw), urgent_hint: false } };
  const end = head.indexOf('\r\n\r\n');
  const headers = await packRaw(end < 0 ? head : head.subarray(0, end + 4));
  return { too_large: { uid: item.position, internal_date, size, headers } };
}

async function archive(file: string, max_bytes: number): Promise<AsyncIterable<ArchivedMail | 'unusable'>> {
  const found = await stat(file).catch(() => undefined);
  if (found === undefined)
    throw new AiguillageError('NOT_FOUND', `${path.resolve(file)} : ce fichier n’existe pas ou ne peut être lu.`);
  if (found.isDirectory()) return readFolder(file);
  if (/\.(csv|tsv)$/i.test(file)) {
    if (found.size > TABLE_MAX_BYTES)
      throw new AiguillageError('BAD_INPUT', `Un tableau a au plus ${TABLE_MAX_BYTES} octets ; coupez-le.`);
    return readCsv(file);
  }
  if (/\.eml$/i.test(file)) return readFiles([file]);
  return readMbox(file, max_bytes);
}

async function* readFolder(folder: string): AsyncGenerator<ArchivedMail, void, undefined> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries
    .filter(
      (entry) =>
        entry.isFile() && (/\.eml$/i.test(entry.name) || ['cur', 'new'].includes(path.basename(entry.parentPath))),
    )
    .map((entry) => path.join(entry.parentPath, entry.name));
  yield* readFiles(files.sort());
}

async function* readFiles(files: readonly string[]): AsyncGenerator<ArchivedMail, void, undefined> {
  for (const file of files) {
    const raw = withCrlf(await readFile(file));
    const { mtime } = await stat(file);
    yield {
      raw,
      size: raw.length,
      received_at: headerDate(raw.subarray(0, HEADER_BYTES).toString('latin1'), new Date()) ?? mtime,
    };
  }
}
