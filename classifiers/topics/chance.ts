/**
 * Chance that `now` or more of `now + before` fall into the present period when each does with probability `share`: how
 * surprising a rise is if nothing changed. The exact binomial tail; honest for small counts, where a ratio is not.
 */
export function chanceOfRise(now: number, before: number, share: number): number {
  const n = now + before;
  if (now <= 0 || share >= 1) return 1;
  if (share <= 0) return 0;
  const odds = Math.log(share) - Math.log(1 - share);
  let log = n * Math.log(1 - share);
  let sum = 0;
  for (let k = 0; k <= n; k += 1) {
    if (k > 0) log += Math.log(n - k + 1) - Math.log(k) + odds;
    if (k >= now) sum += Math.exp(log);
  }
  return Math.min(1, sum);
}

/**
 * Log-odds ratio of a word between two periods, in standard deviations, with the earlier periods as its prior (Monroe,
 * Colaresi and Quinn, 2008): a word that was common needs many more mails to stand out, a rare one is not taken at its
 * infinite ratio.
 * @param now,before how many people used it; `of_now`, `of_before` how many people wrote
 */
export function logOddsRise(now: number, of_now: number, before: number, of_before: number): number {
  const prior = HALF + (PRIOR_PEOPLE * before) / Math.max(1, of_before);
  const a = now + prior;
  const b = before + prior;
  const odds = (x: number, of: number): number => Math.log(x / (of + PRIOR_PEOPLE - x));
  return (odds(a, of_now) - odds(b, of_before)) / Math.sqrt(1 / a + 1 / b);
}

const HALF = 0.5;
/** The earlier periods weigh as much as this many people of the present one. */
const PRIOR_PEOPLE = 50;
