/**
 * CPU milliseconds of the cheapest of a few runs. Other people's work on the machine does not count, so two sizes can be
 * compared within one test run.
 */
export function cpuCost(run: () => void, times = 3): number {
  let best = Infinity;
  for (let i = 0; i < times; i += 1) {
    const before = process.cpuUsage();
    run();
    const { user, system } = process.cpuUsage(before);
    best = Math.min(best, (user + system) / 1_000);
  }
  return best;
}
