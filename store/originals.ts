import { pipeline, Readable } from 'node:stream';
import { createInflate } from 'node:zlib';
import { AiguillageError } from '../domain/errors.ts';
import type { Actor, Store } from './database.ts';
import { rawSize } from './raw.ts';

/**
 * The original of a mail as a stream for a download. Each stored piece is read in a transaction of its own: a slow
 * reader must not hold a connection, still less the one session of the embedded database. Pieces never change, so that
 * reading them one by one gives the same bytes; a partner that loses sight of the mail half-way gets no further piece.
 * @throws AiguillageError NOT_FOUND, MAIL_TOO_LARGE above `max_bytes` octets
 */
export async function streamOriginal(
  store: Store,
  actor: Actor,
  sha256: Uint8Array,
  max_bytes: number,
): Promise<Readable> {
  const size = await store.read(actor, (tx) => rawSize(tx, sha256));
  if (size > max_bytes) throw new AiguillageError('MAIL_TOO_LARGE', `${size} octets, expected at most ${max_bytes}.`);
  const inflate = createInflate();
  // pipeline, not pipe: an error of a query must end the stream instead of leaving it open.
  pipeline(Readable.from(pieces(store, actor, sha256)), inflate, () => {});
  return inflate;
}

/** The whole original in memory, for the parser. */
export async function readOriginal(store: Store, actor: Actor, sha256: Uint8Array, max_bytes: number): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const part of await streamOriginal(store, actor, sha256, max_bytes)) parts.push(part as Buffer);
  return Buffer.concat(parts);
}

async function* pieces(store: Store, actor: Actor, sha256: Uint8Array): AsyncGenerator<Uint8Array, void, undefined> {
  for (let n = 0; ; n += 1) {
    const row = await store.read(actor, (tx) =>
      tx.selectFrom('raw_chunk').select('data').where('sha256', '=', sha256).where('n', '=', n).executeTakeFirst(),
    );
    if (row === undefined) return;
    yield row.data;
  }
}
