import { sql } from 'kysely';
import {
  checkChain,
  NO_HEAD,
  sealRows,
  type AuditRow,
  type ChainProblem,
  type Head,
  type Seal,
} from '../domain/audit-chain.ts';
import { SYSTEM, type Store, type Tx } from './database.ts';
import { acquire, checkToken, release } from './leases.ts';

/** Seals the audit trail and checks it (docs/audit.md). */

const LEASE = 'audit-seal';
const LEASE_MS = 60_000;
/** Rows sealed in one transaction; and transactions in one pass, so that a long backlog does not hold up a sweep. */
const BATCH_ROWS = 1_000;
const BATCHES_MAX = 50;
/** Rows of the trail looked at in one go. */
const CHECK_ROWS = 5_000;
const PROBLEMS_MAX = 100;
/** A row that waits longer for its seal says that nobody seals. */
export const UNSEALED_MAX_MS = 15 * 60_000;

/** Every field in text, the same on both engines whatever the time zone of a session. */
const ROW = sql`a.seq as event, to_char(a.at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US') as at, a.actor, a.action,
  a.subject, a.data::text as data`;

/**
 * Seals what is committed and waits. One process does it at a time: a lease with a fencing token, and the number of a seal
 * is its key, so that even two could not both add the next one. A process killed half-way has sealed whole batches only.
 * @param signal stops between two batches
 * @returns how many rows were sealed; undefined when somebody else is sealing
 */
export async function sealAudit(
  store: Store,
  holder: string,
  clock: () => Date,
  signal?: AbortSignal,
): Promise<number | undefined> {
  if ((await store.read(SYSTEM, unsealed)).rows === 0) return 0;
  const lease = await acquire(store, LEASE, holder, LEASE_MS, clock());
  if (lease === null) return undefined;
  let sum = 0;
  try {
    for (let batch = 0; batch < BATCHES_MAX && signal?.aborted !== true; batch++) {
      const sealed = await store.write(SYSTEM, async (tx) => {
        await checkToken(tx, LEASE, lease.token);
        return sealBatch(tx);
      });
      sum += sealed;
      if (sealed < BATCH_ROWS) break;
    }
  } finally {
    await release(store, LEASE, lease.token, clock());
  }
  return sum;
}

async function sealBatch(tx: Tx): Promise<number> {
  const { rows } =
    await sql<AuditRow>`select ${ROW} from aiguillage.audit_unsealed u join aiguillage.audit a on a.seq = u.event
    order by a.seq limit ${BATCH_ROWS}`.execute(tx);
  if (rows.length === 0) return 0;
  const seals = sealRows(await headOf(tx), rows);
  await tx.insertInto('audit_seal').values(seals.map(bytesOf)).execute();
  const events = rows.map(({ event }) => event);
  await sql`delete from aiguillage.audit_unsealed where event = any(${events}::bigint[])`.execute(tx);
  return rows.length;
}

const bytesOf = ({ digest, prev, hash, ...seal }: Seal) => ({
  ...seal,
  digest: Buffer.from(digest),
  prev: Buffer.from(prev),
  hash: Buffer.from(hash),
});

async function headOf(tx: Tx): Promise<Head> {
  const last = await tx
    .selectFrom('audit_seal')
    .select(['seq', 'hash'])
    .orderBy('seq', 'desc')
    .limit(1)
    .executeTakeFirst();
  return last ?? NO_HEAD;
}

/** Rows that wait for their seal, and since when the oldest does. */
export async function unsealed(tx: Tx): Promise<{ rows: number; oldest_at: Date | null }> {
  const { rows } = await sql<{
    rows: number;
    oldest_at: Date | null;
  }>`select count(*)::int as rows, min(a.at) as oldest_at
    from aiguillage.audit_unsealed u join aiguillage.audit a on a.seq = u.event`.execute(tx);
  return rows[0]!;
}

/** How the chain stands, without walking along it. */
export interface ChainState {
  readonly sealed: number;
  readonly head: string | null;
  readonly unsealed: number;
  readonly oldest_unsealed_at: Date | null;
}

export async function chainState(tx: Tx): Promise<ChainState> {
  const head = await headOf(tx);
  const { rows, oldest_at } = await unsealed(tx);
  return {
    sealed: head.seq,
    head: head.seq === 0 ? null : headText(head),
    unsealed: rows,
    oldest_unsealed_at: oldest_at,
  };
}

/** `12345:9f3c…`: what somebody notes down, to see later that the chain is still the same. */
function headText({ seq, hash }: Head): string {
  return `${seq}:${Buffer.from(hash).toString('hex')}`;
}

export interface AuditCheck {
  readonly ok: boolean;
  readonly rows: number;
  readonly sealed: number;
  readonly head: string | null;
  /** The first hundred; `problem_count` counts all. */
  readonly problems: readonly (ChainProblem | { readonly kind: 'unwatched'; readonly event: number })[];
  readonly problem_count: number;
  readonly unsealed: number;
  /** Age of the oldest row without a seal. */
  readonly unsealed_seconds: number;
}

/**
 * Walks along the whole chain, and looks for rows beside it: `unwatched` is a row that has no seal and waits for none, as
 * if somebody had taken it out of the list. A tail that waits longer than {@link UNSEALED_MAX_MS} is a problem too (`ok`).
 * @param noted a head noted down earlier, `seq:hash`: the chain must still pass through it
 */
export async function verifyAudit(store: Store, now: Date, noted?: { seq: number; hash: string }): Promise<AuditCheck> {
  const problems: AuditCheck['problems'][number][] = [];
  let problem_count = 0;
  const found = (more: readonly AuditCheck['problems'][number][]): void => {
    problem_count += more.length;
    problems.push(...more.slice(0, Math.max(0, PROBLEMS_MAX - problems.length)));
  };
  let head = NO_HEAD;
  let passed = noted === undefined;
  // Each page is a transaction of its own: the trail is long, and what is sealed never changes.
  for (;;) {
    const page = await store.read(SYSTEM, (tx) => readSealed(tx, head.seq));
    if (page.length === 0) break;
    for (const { seal } of page) {
      if (seal.seq !== noted?.seq) continue;
      passed = Buffer.from(seal.hash).toString('hex') === noted.hash;
      if (!passed) found([{ kind: 'head', seq: seal.seq, event: seal.event }]);
      passed = true;
    }
    const step = checkChain(head, page);
    found(step.problems);
    head = step.head;
  }
  // The chain was cut off before the place somebody had seen.
  if (!passed) found([{ kind: 'head', seq: noted!.seq, event: 0 }]);
  const rest = await store.read(SYSTEM, async (tx) => ({
    ...(await unsealed(tx)),
    total: Number(
      (
        await tx
          .selectFrom('audit')
          .select(({ fn }) => fn.countAll().as('n'))
          .executeTakeFirstOrThrow()
      ).n,
    ),
    unwatched: (
      await sql<{ event: number }>`select a.seq as event from aiguillage.audit a
        left join aiguillage.audit_seal s on s.event = a.seq left join aiguillage.audit_unsealed u on u.event = a.seq
        where s.seq is null and u.event is null order by a.seq limit ${PROBLEMS_MAX}`.execute(tx)
    ).rows,
  }));
  found(rest.unwatched.map(({ event }) => ({ kind: 'unwatched', event })));
  const waits_ms = rest.oldest_at === null ? 0 : Math.max(0, now.getTime() - rest.oldest_at.getTime());
  return {
    ok: problem_count === 0 && waits_ms <= UNSEALED_MAX_MS,
    rows: rest.total,
    sealed: head.seq,
    head: head.seq === 0 ? null : headText(head),
    problems,
    problem_count,
    unsealed: rest.rows,
    unsealed_seconds: Math.round(waits_ms / 1000),
  };
}

type SealedText = Seal & { -readonly [Key in keyof Omit<AuditRow, 'event'>]: string | null } & { row: number | null };

async function readSealed(tx: Tx, after: number) {
  const { rows } = await sql<SealedText>`select s.seq, s.event, s.digest, s.prev, s.hash, a.seq as row,
      to_char(a.at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US') as at, a.actor, a.action, a.subject, a.data::text as data
    from aiguillage.audit_seal s left join aiguillage.audit a on a.seq = s.event
    where s.seq > ${after} order by s.seq limit ${CHECK_ROWS}`.execute(tx);
  return rows.map(({ seq, event, digest, prev, hash, row, at, actor, action, subject, data }) => ({
    seal: { seq, event, digest, prev, hash },
    row: row === null ? undefined : ({ event: row, at, actor, action, subject, data } as AuditRow),
  }));
}
