import { AiguillageError } from '../../domain/errors.ts';

/** Lets few run at once and few wait; whoever comes after that is told to come back. */
export type Gate = <T>(work: () => Promise<T>) => Promise<T>;

/** @returns a function that runs work within the limits, or throws AiguillageError TOO_BUSY */
export function createGate(at_once_max: number, waiting_max: number): Gate {
  let running = 0;
  const waiting: (() => void)[] = [];
  return async (work) => {
    if (running >= at_once_max) {
      if (waiting.length >= waiting_max) throw new AiguillageError('TOO_BUSY');
      // The place is handed over by the one that ends: nobody who comes between can take it.
      await new Promise<void>((resolve) => waiting.push(resolve));
    } else {
      running += 1;
    }
    try {
      return await work();
    } finally {
      const next = waiting.shift();
      if (next === undefined) running -= 1;
      else next();
    }
  };
}
