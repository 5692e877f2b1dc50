import { createHash } from 'node:crypto';

/**
 * The chain over the audit trail (law 13): each seal carries the digest of one row, the hash of the seal before, and a hash
 * of both. Whoever changes, removes or exchanges a sealed row, or a seal, is found by walking along it.
 */

/** A row of the trail, every field as the database writes it in text: two engines give the same digest. */
export interface AuditRow {
  readonly event: number;
  /** UTC with microseconds. */
  readonly at: string;
  readonly actor: string;
  readonly action: string;
  readonly subject: string;
  readonly data: string;
}

export interface Seal {
  /** 1, 2, 3 … without gaps. */
  readonly seq: number;
  /** The row it seals; rows commit in another order than they are numbered. */
  readonly event: number;
  readonly digest: Uint8Array;
  readonly prev: Uint8Array;
  readonly hash: Uint8Array;
}

/** Where a chain has come to. */
export type Head = Pick<Seal, 'seq' | 'hash'>;

/** Before the first seal. */
export const NO_HEAD: Head = { seq: 0, hash: new Uint8Array(32) };

/**
 * `altered`: the row is not what was sealed; `missing`: it is gone. `seal`: the seal itself was changed; `gap`: seals are
 * missing before it; `head`: at this place the chain is not the one that was noted down before.
 */
export interface ChainProblem {
  readonly kind: 'altered' | 'missing' | 'seal' | 'gap' | 'head';
  /** Place in the chain. */
  readonly seq: number;
  /** The row of the trail. */
  readonly event: number;
}

/** SHA-256 of a row. */
export function auditDigest({ event, at, actor, action, subject, data }: AuditRow): Buffer {
  return createHash('sha256')
    .update(JSON.stringify([event, at, actor, action, subject, data]))
    .digest();
}

/** The seals of some rows, after what is sealed already. */
export function sealRows(head: Head, rows: readonly AuditRow[]): Seal[] {
  const seals: Seal[] = [];
  let { seq, hash } = head;
  for (const row of rows) {
    const digest = auditDigest(row);
    const prev = hash;
    seq += 1;
    hash = sealHash(seq, row.event, digest, prev);
    seals.push({ seq, event: row.event, digest, prev, hash });
  }
  return seals;
}

/** A seal, and the row it speaks of as it stands today; undefined when there is none any more. */
export interface Sealed {
  readonly seal: Seal;
  readonly row: AuditRow | undefined;
}

/**
 * Walks along some seals in their order.
 * @param head where the walk has come to; after a problem it goes on from the seal as it stands, so that each is named once
 */
export function checkChain(head: Head, sealed: readonly Sealed[]): { head: Head; problems: ChainProblem[] } {
  const problems: ChainProblem[] = [];
  let { seq, hash } = head;
  for (const { seal, row } of sealed) {
    const about = { seq: seal.seq, event: seal.event };
    if (seal.seq !== seq + 1) problems.push({ kind: 'gap', ...about });
    if (!same(seal.prev, hash) || !same(seal.hash, sealHash(seal.seq, seal.event, seal.digest, seal.prev)))
      problems.push({ kind: 'seal', ...about });
    if (row === undefined) problems.push({ kind: 'missing', ...about });
    else if (row.event !== seal.event || !same(auditDigest(row), seal.digest))
      problems.push({ kind: 'altered', ...about });
    ({ seq, hash } = seal);
  }
  return { head: { seq, hash }, problems };
}

function sealHash(seq: number, event: number, digest: Uint8Array, prev: Uint8Array): Buffer {
  const numbers = Buffer.alloc(16);
  numbers.writeBigUInt64BE(BigInt(seq), 0);
  numbers.writeBigUInt64BE(BigInt(event), 8);
  return createHash('sha256').update(prev).update(numbers).update(digest).digest();
}

function same(a: Uint8Array, b: Uint8Array): boolean {
  return Buffer.compare(a, b) === 0;
}
