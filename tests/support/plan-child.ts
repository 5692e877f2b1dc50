import { readFile } from 'node:fs/promises';
import { loadPlan, readPlanContext } from '../../config/plan-scenario.ts';
import { SHIPPED_CONFIG } from '../../config/source.ts';
import { plan } from '../../domain/plan.ts';

/**
 * Runs a scenario outside jest, whose sandbox makes it seven times slower, and prints what the base run cost.
 * plan-child.ts FILE LEVER…
 */
const [file, ...levers] = process.argv.slice(2) as [string, ...string[]];
const { context } = await readPlanContext(SHIPPED_CONFIG);
const { set } = loadPlan(file, await readFile(file, 'utf8'), context!);
const before = process.cpuUsage();
const base = plan(set!.scenario, context!.calendars);
const cpu_ms = process.cpuUsage(before).user / 1_000;
const shares = set!.levers
  .filter(({ id }) => levers.includes(id))
  .map(({ id, scenario }) => [id, plan(scenario, context!.calendars).total.share.elapsed]);
process.stdout.write(JSON.stringify({ base, cpu_ms, shares: Object.fromEntries(shares) as object }));
