import { parentPort, workerData } from 'node:worker_threads';
import { AiguillageError, type ErrorCode } from '../domain/errors.ts';
import { planWithLevers, type Lever, type PlanOutput } from '../domain/plan-levers.ts';
import type { PlanScenario } from '../domain/plan.ts';
import type { CalibrationTarget } from '../domain/plan/calibrate.ts';
import type { SiteCalendar } from '../domain/rulebook.ts';

/** One simulation in a thread of its own: seconds of work must not hold up the desk. It answers once and ends. */
export interface PlanWork {
  readonly base: { readonly scenario: PlanScenario; readonly target?: CalibrationTarget };
  readonly levers: readonly Lever[];
  readonly calendars: readonly SiteCalendar[];
}

/** A class does not cross threads: an error of ours goes as its code. */
export type PlanAnswer = { readonly output: PlanOutput } | { readonly code: ErrorCode };

function answer(): PlanAnswer {
  const { base, levers, calendars } = workerData as PlanWork;
  try {
    return { output: planWithLevers(base, levers, calendars) };
  } catch (error) {
    if (error instanceof AiguillageError) return { code: error.code };
    throw error;
  }
}

parentPort?.postMessage(answer());
