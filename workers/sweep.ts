import type { RowJob } from '../queues/contracts.ts';
import type { Queues } from '../queues/queues.ts';
import type { Rulebook } from '../domain/rulebook.ts';
import { sealAudit } from '../store/audit-chain.ts';
import { SYSTEM, type Store, type Tx } from '../store/database.ts';
import { dueDeliveries, recoverDeliveries } from '../store/delivery-desk.ts';
import { forgetOldDrafts } from '../store/drafts.ts';
import { forgetOldKeys } from '../store/idempotency.ts';
import { findStale } from '../store/messages.ts';
import { countQuarantined } from '../store/quarantine.ts';
import { purgeSessions } from '../store/sessions.ts';
import { createRetention } from './retention.ts';
import { done, type Work } from './worker.ts';

export interface SweepDeps {
  store: Store;
  queues: Pick<Queues, 'enqueue'>;
  rulebook: (tx: Tx) => Promise<Rulebook>;
  clock: () => Date;
  /** A row may wait this long for its job before the sweep asks again. */
  stale_ms?: number;
  /** Names the process in the lease of who seals the audit trail. */
  holder?: string;
}

/** Rows of one kind in one tick; the next tick is seconds away. */
const BATCH_MAX = 2_000;

export interface SweepResult {
  readonly triage: number;
  readonly dispatch: number;
  readonly deliveries: number;
  readonly recovered: number;
}

/**
 * Finds work whose job was lost (a crash between commit and enqueue, a flushed Redis) and asks for it again (law 2). Where
 * the job still exists the same id makes it a no-op.
 */
export async function sweepOnce(deps: SweepDeps): Promise<SweepResult> {
  const { store, queues } = deps;
  const now = deps.clock();
  const before = new Date(now.getTime() - (deps.stale_ms ?? 20_000));
  const stale = await store.read(SYSTEM, (tx) => findStale(tx, ['received', 'parsed', 'decided'], before, BATCH_MAX));
  let triage = 0;
  let dispatch = 0;
  for (const urgent of [true, false]) {
    const rows = stale.filter((row) => row.urgent_hint === urgent);
    const jobs = (decided: boolean): RowJob[] =>
      rows.filter((row) => (row.status === 'decided') === decided).map(({ id, rev }) => ({ id, rev }));
    const options = { priority: urgent ? ('urgent' as const) : ('normal' as const) };
    await queues.enqueue('triage', jobs(false), options);
    await queues.enqueue('dispatch', jobs(true), options);
    triage += jobs(false).length;
    dispatch += jobs(true).length;
  }
  const recovered = await store.write(SYSTEM, (tx) => recoverDeliveries(tx, now));
  const due = await store.read(SYSTEM, (tx) => dueDeliveries(tx, now));
  await queues.enqueue('reply', due);
  await store.write(SYSTEM, async (tx) => countQuarantined(tx, await deps.rulebook(tx), now));
  await store.write(SYSTEM, async (tx) => {
    await purgeSessions(tx, now);
    await forgetOldKeys(tx, now);
    await forgetOldDrafts(tx, now);
  });
  return { triage, dispatch, deliveries: due.length, recovered: recovered.length };
}

/** The work of the `sweep` queue. */
export function createSweepWork(deps: SweepDeps): Work<'sweep'> {
  const forget = createRetention(deps.store);
  return async (_tick, { log, signal }) => {
    const result = await sweepOnce(deps);
    if (result.triage + result.dispatch + result.recovered > 0) log.warn(result, 'rows asked for again');
    await sealAudit(deps.store, deps.holder ?? 'sweep', deps.clock, signal);
    const gone = await forget(deps.clock(), signal);
    if (gone !== undefined && Object.values(gone).some((rows) => rows > 0)) log.info(gone, 'rows past their time');
    return done;
  };
}
