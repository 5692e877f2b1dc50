import { SYSTEM, type Store, type Tx } from '../store/database.ts';
import { releaseExpired, wakeWaiting } from '../store/expiry.ts';
import { declareOrganisation } from '../store/figure-organisation.ts';
import { tellFigure } from '../store/figure-told.ts';
import { takeBreaches, takeDueWarnings } from '../store/due.ts';
import { deskTick } from './desk.ts';
import { overflowTick, type OverflowDeps } from './overflow.ts';
import { waveTick, type WaveDeps } from './waves.ts';
import { done, type Work } from './worker.ts';

export interface SlaDeps {
  readonly store: Store;
  /** The clock; tests give their own. */
  readonly now?: () => Date;
  /** Most rows in one transaction: short locks, so that agents are not held up. */
  readonly batch_rows?: number;
  /** Most transactions of one kind in one tick; the rest waits for the next, 30 s later. */
  readonly batches_max?: number;
}

/** What one tick did, in rows. */
export interface SlaTick {
  readonly breached: number;
  readonly warned: number;
  readonly released: number;
  readonly woken: number;
}

/** One pass over what time has made due. Every step marks its rows in its own transaction, so that a replay is a no-op. */
export async function slaTick(deps: SlaDeps, signal: AbortSignal): Promise<SlaTick> {
  const now = (deps.now ?? (() => new Date()))();
  const limit = deps.batch_rows ?? 500;
  const drain = async (take: (tx: Tx, now: Date, limit: number) => Promise<readonly unknown[]>): Promise<number> => {
    let sum = 0;
    for (let batch = 0; batch < (deps.batches_max ?? 20) && !signal.aborted; batch++) {
      const taken = (await deps.store.write(SYSTEM, (tx) => take(tx, now, limit))).length;
      sum += taken;
      if (taken < limit) break;
    }
    return sum;
  };
  // Work goes back to its queue first: a mail nobody holds any more is worth more than its warning.
  const released = await drain(releaseExpired);
  const woken = await drain(wakeWaiting);
  const breached = await drain(takeBreaches);
  const warned = await drain(takeDueWarnings);
  return { breached, warned, released, woken };
}

/**
 * The work of the `sla` queue: what rings and waits at the desk, the clocks, the overflow contracts, whose deadlines these
 * are, and waves. One that fails does not keep the others from their turn: an alert must ring whatever else is broken.
 */
export function createSlaWork(
  deps: SlaDeps & Partial<Pick<OverflowDeps, 'rulebook' | 'present'>> & Pick<WaveDeps, 'sending'>,
): Work<'sla'> {
  return async (_tick, { log, signal }) => {
    const { rulebook } = deps;
    const steps: (() => Promise<void>)[] = [
      async () => {
        if (rulebook === undefined) return;
        const desk = await deskTick({ ...deps, rulebook }, log, signal);
        if (desk.rung + desk.timed_out + desk.adopted + desk.given_back > 0) log.info(desk, 'desk tick');
      },
      async () => {
        const tick = await slaTick(deps, signal);
        if (tick.breached + tick.warned + tick.released + tick.woken > 0) log.info(tick, 'sla tick');
      },
      async () => {
        if (rulebook === undefined) return;
        const overflow = await overflowTick({ ...deps, rulebook }, signal);
        if (overflow.recalled + overflow.handed + overflow.noted > 0) log.info(overflow, 'overflow tick');
      },
      async () => {
        if (rulebook === undefined) return;
        const waves = await waveTick({ ...deps, rulebook }, signal);
        if (waves.ended + waves.proposed + waves.answered + waves.skipped > 0) log.info(waves, 'waves tick');
      },
      // Figures are told as the log grows, so that a report finds little left to do.
      async () => {
        if (rulebook === undefined) return;
        await declareOrganisation(
          deps.store,
          await deps.store.read(SYSTEM, rulebook),
          (deps.now ?? (() => new Date()))(),
        );
        await tellFigure(deps.store, signal);
      },
    ];
    const failed: unknown[] = [];
    for (const step of steps) await step().catch((error: unknown) => failed.push(error));
    if (failed.length > 0) throw failed[0];
    return done;
  };
}
