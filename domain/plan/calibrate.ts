import { AiguillageError } from '../errors.ts';

/** What a scenario is fitted to. */
export interface CalibrationTarget {
  readonly share: number;
  readonly tolerance: number;
  readonly received: number;
  /** Bounds of the setting that is looked for. */
  readonly between: readonly [number, number];
}

/** One run of the scenario with these two settings. */
export type Attempt = (setting: number, first_contacts: number) => { share: number | null; received: number };

export interface Calibration {
  readonly setting: number;
  readonly first_contacts: number;
  readonly share: number;
  readonly received: number;
  readonly runs: number;
}

/** Beyond these the target is not reached by trying longer. */
const HALVINGS_MAX = 14;
const CORRECTIONS_MAX = 4;
const LAST_MAILS_MAX = 30;
/** Received mails that may lack while the setting is still looked for, 0.05 %. */
const RECEIVED_TOLERANCE = 0.0005;

/**
 * Finds the setting with which the run gives the published share, and the first contacts with which it receives the
 * published number of mails, repeats included: the one by halves, the other by what is missing. The setting keeps two
 * decimals; the number of mails is met exactly where thirty more tries reach it, else nearly.
 * @throws AiguillageError BAD_INPUT when the share lies outside what the two bounds give
 */
export function calibrate(attempt: Attempt, target: CalibrationTarget, first_guess: number): Calibration {
  let first_contacts = first_guess;
  let runs = 0;
  const run = (setting: number): { share: number; received: number } => {
    runs += 1;
    const { share, received } = attempt(setting, first_contacts);
    return { share: share ?? 0, received };
  };
  const fit = (setting: number): number => {
    let result = run(setting);
    for (let i = 0; i < CORRECTIONS_MAX; i++) {
      if (Math.abs(result.received - target.received) <= target.received * RECEIVED_TOLERANCE) break;
      first_contacts = Math.max(1, first_contacts + target.received - result.received);
      result = run(setting);
    }
    return result.share;
  };

  let [low, high] = target.between;
  const at_low = fit(low);
  const at_high = fit(high);
  const rises = at_high >= at_low;
  if (target.share < Math.min(at_low, at_high) || target.share > Math.max(at_low, at_high)) {
    const found = `${(at_low * 100).toFixed(1)} % and ${(at_high * 100).toFixed(1)} %`;
    throw new AiguillageError('BAD_INPUT', `The share looked for is not between those of the two bounds: ${found}.`);
  }
  let setting = low;
  for (let i = 0; i < HALVINGS_MAX && high - low > 0.005; i++) {
    setting = Math.round(((low + high) / 2) * 100) / 100;
    const share = fit(setting);
    if (Math.abs(share - target.share) <= target.tolerance / 20) break;
    if (share < target.share === rises) low = setting;
    else high = setting;
  }

  // A mail more or less shifts by a few what the others provoke: step by what is missing, to the nearest number not tried
  // yet, and keep the best.
  const tried = new Set<number>();
  let best = { first_contacts, ...run(setting) };
  for (let last = best; last.received !== target.received && tried.size < LAST_MAILS_MAX;) {
    tried.add(first_contacts);
    first_contacts = nearestUntried(first_contacts + target.received - last.received, tried);
    last = { first_contacts, ...run(setting) };
    if (Math.abs(last.received - target.received) < Math.abs(best.received - target.received)) best = last;
  }
  return { setting, ...best, runs };
}

function nearestUntried(wanted: number, tried: ReadonlySet<number>): number {
  for (let away = 0; ; away++) {
    for (const number of [wanted + away, wanted - away]) if (number >= 1 && !tried.has(number)) return number;
  }
}
