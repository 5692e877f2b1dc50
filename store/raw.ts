import { createHash } from 'node:crypto';
import { pipeline, Readable } from 'node:stream';
import { promisify } from 'node:util';
import { createInflate, deflate } from 'node:zlib';
import { AiguillageError } from '../domain/errors.ts';
import type { Tx } from './database.ts';

/**
 * The originals, exactly as the server gave them, compressed and cut in pieces so that a 50 MB mail is never one value
 * in a query. The key is the sha-256 of the original: the same mail stored twice takes the place of one.
 */
export const CHUNK_BYTES = 1024 * 1024;
/** Bytes of pieces sent in one statement. */
const STATEMENT_BYTES = 4 * CHUNK_BYTES;

const deflateAsync = promisify(deflate);

/** A mail made ready for storage. Made outside the transaction: compressing 8 MB takes longer than writing it. */
export interface PackedRaw {
  readonly sha256: Buffer;
  /** Octets before compression. */
  readonly size: number;
  readonly chunks: readonly Buffer[];
}

/** Hashes and compresses a mail. */
export async function packRaw(raw: Buffer): Promise<PackedRaw> {
  const sha256 = createHash('sha256').update(raw).digest();
  const packed = await deflateAsync(raw);
  const chunks: Buffer[] = [];
  for (let from = 0; from < packed.length; from += CHUNK_BYTES) chunks.push(packed.subarray(from, from + CHUNK_BYTES));
  return { sha256, size: raw.length, chunks };
}

/** Stores packed mails; those already stored change nothing. */
export async function putPacked(tx: Tx, mails: readonly PackedRaw[], now: Date): Promise<void> {
  // Always in the order of the keys: two mailboxes that receive the same mails would otherwise wait for each other.
  const unique = [...new Map(mails.map((mail) => [mail.sha256.toString('hex'), mail])).entries()]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, mail]) => mail);
  if (unique.length === 0) return;
  await tx
    .insertInto('raw_mail')
    .values(unique.map((mail) => ({ sha256: mail.sha256, size: mail.size, created_at: now })))
    .onConflict((conflict) => conflict.column('sha256').doNothing())
    .execute();
  const rows = unique.flatMap((mail) => mail.chunks.map((data, n) => ({ sha256: mail.sha256, n, data })));
  for (const slice of slices(rows)) {
    await tx
      .insertInto('raw_chunk')
      .values(slice)
      .onConflict((conflict) => conflict.columns(['sha256', 'n']).doNothing())
      .execute();
  }
}

/** Stores one mail and returns its key. */
export async function putRaw(tx: Tx, raw: Buffer, now: Date): Promise<Buffer> {
  const packed = await packRaw(raw);
  await putPacked(tx, [packed], now);
  return packed.sha256;
}

function* slices<T extends { data: Buffer }>(rows: readonly T[]): Generator<T[]> {
  let slice: T[] = [];
  let bytes = 0;
  for (const row of rows) {
    if (slice.length > 0 && bytes + row.data.length > STATEMENT_BYTES) {
      yield slice;
      slice = [];
      bytes = 0;
    }
    slice.push(row);
    bytes += row.data.length;
  }
  if (slice.length > 0) yield slice;
}

/**
 * Streams the original, one stored piece in memory at a time. Read it to its end inside the transaction.
 * @throws AiguillageError NOT_FOUND when nothing is stored under this key, or the actor may not see it.
 */
export async function* getRaw(tx: Tx, sha256: Uint8Array): AsyncGenerator<Buffer, void, undefined> {
  await rawSize(tx, sha256);
  const inflate = createInflate();
  // pipeline, not pipe: an error of the query must reach the reader instead of leaving it waiting.
  pipeline(Readable.from(storedChunks(tx, sha256)), inflate, () => {});
  for await (const part of inflate) yield part as Buffer;
}

/**
 * The whole original in memory.
 * @throws AiguillageError NOT_FOUND, or MAIL_TOO_LARGE when it has more than `max_bytes` octets.
 */
export async function getRawBuffer(tx: Tx, sha256: Uint8Array, max_bytes: number): Promise<Buffer> {
  const size = await rawSize(tx, sha256);
  if (size > max_bytes) throw new AiguillageError('MAIL_TOO_LARGE', `${size} octets, expected at most ${max_bytes}.`);
  const parts: Buffer[] = [];
  for await (const part of getRaw(tx, sha256)) parts.push(part);
  return Buffer.concat(parts);
}

/** Octets of the original. @throws AiguillageError NOT_FOUND */
export async function rawSize(tx: Tx, sha256: Uint8Array): Promise<number> {
  const row = await tx.selectFrom('raw_mail').select('size').where('sha256', '=', sha256).executeTakeFirst();
  if (row === undefined) throw new AiguillageError('NOT_FOUND');
  return row.size;
}

async function* storedChunks(tx: Tx, sha256: Uint8Array): AsyncGenerator<Uint8Array, void, undefined> {
  for (let n = 0; ; n += 1) {
    const row = await tx
      .selectFrom('raw_chunk')
      .select('data')
      .where('sha256', '=', sha256)
      .where('n', '=', n)
      .executeTakeFirst();
    if (row === undefined) return;
    yield row.data;
  }
}
