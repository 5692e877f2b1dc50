import type { Logger } from 'pino';
import type { Store } from '../store/database.ts';
import { renew } from '../store/leases.ts';

export interface LeaseKeeper {
  /** Aborted when the lease may be somebody else's by now. */
  readonly lost: AbortSignal;
  stop(): void;
}

/**
 * Keeps a lease alive until stopped. It counts as lost when the database says so, and also when the database did not
 * answer for the length of the lease: another process may have taken over without our knowing.
 */
export function keepLease(
  store: Store,
  name: string,
  token: number,
  ttl_ms: number,
  clock: () => Date,
  log: Logger,
): LeaseKeeper {
  const lost = new AbortController();
  let until_ms = performance.now() + ttl_ms;
  let busy = false;
  const beat = async (): Promise<void> => {
    if (performance.now() >= until_ms) lost.abort();
    if (busy || lost.signal.aborted) return;
    busy = true;
    const asked_ms = performance.now();
    try {
      if (await renew(store, name, token, ttl_ms, clock())) until_ms = asked_ms + ttl_ms;
      else lost.abort();
    } catch (error) {
      log.warn({ lease: name, error: (error as Error).name }, 'lease not renewed');
    } finally {
      busy = false;
    }
  };
  const timer = setInterval(() => void beat(), Math.max(1, Math.floor(ttl_ms / 3)));
  return {
    lost: lost.signal,
    stop: () => clearInterval(timer),
  };
}
