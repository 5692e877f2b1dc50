/**
 * Chance that does not depend on the order of questions: a draw is a function of the seed, of who is asked, and of what is
 * asked. Two runs that differ by one lever therefore see the same mails at the same minutes, and what differs between
 * them is the lever.
 */

/** What a draw decides. */
export const DRAW = {
  slot: 1,
  minute: 2,
  kind: 3,
  expert: 4,
  skill: 5,
  task: 6,
  urgent: 7,
  review: 8,
  returned: 9,
  joined: 10,
  after_answer: 11,
  after_days: 12,
  group: 13,
  child: 14,
  day_a: 15,
  day_b: 16,
  /** One more for each step of waiting. */
  waiting: 32,
} as const;

/** 0 ≤ x < 1, evenly spread. */
export function draw(seed: number, key: number, what: number): number {
  return mix(mix(mix(seed) ^ key) ^ Math.imul(what, 0x9e3779b1)) / 4_294_967_296;
}

/** The key of a mail that follows from another. */
export function childKey(seed: number, key: number, what: number): number {
  return mix(mix(mix(seed) ^ key) ^ Math.imul(what, 0x9e3779b1));
}

/** Around 0 with deviation 1 (Box and Muller). */
export function drawNormal(seed: number, key: number): number {
  const radius = Math.sqrt(-2 * Math.log(1 - draw(seed, key, DRAW.day_a)));
  return radius * Math.cos(2 * Math.PI * draw(seed, key, DRAW.day_b));
}

/** MurmurHash3's last step: every bit of the input moves every bit of the output. */
function mix(input: number): number {
  let h = (input + 0x9e3779b9) | 0;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}
