import { setTimeout as pause } from 'node:timers/promises';

/** Waits for a state another process or connection brings about; fails with the time waited when it does not come. */
export async function until(state: () => Promise<boolean>, within_ms = 20_000, every_ms = 25): Promise<void> {
  const end = performance.now() + within_ms;
  while (!(await state())) {
    if (performance.now() > end) throw new Error(`the expected state did not come within ${within_ms} ms`);
    await pause(every_ms);
  }
}
