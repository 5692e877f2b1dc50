import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { calibrate } from '../../domain/plan/calibrate.ts';

/** A run as a formula: the share rises with the setting, a tenth of the mails come back. */
const world = (setting: number, first_contacts: number) => ({
  share: 1 / (1 + Math.exp((first_contacts / 10_000 - setting) / 2)),
  received: first_contacts + Math.floor(first_contacts / 10),
});

test('finds the setting and the first contacts of any reachable target', () => {
  fc.assert(
    fc.property(
      fc.double({ min: 0.2, max: 0.9, noNaN: true }),
      fc.integer({ min: 50_000, max: 200_000 }),
      (share, first) => {
        const received = first + Math.floor(first / 10);
        const target = { share, tolerance: 0.005, received, between: [0, 40] as const };
        const found = calibrate(world, target, 100_000);
        expect(found.received).toBe(received);
        expect(Math.abs(found.share - share)).toBeLessThanOrEqual(0.005);
        expect(world(found.setting, found.first_contacts).share).toBe(found.share);
      },
    ),
  );
});

test('a share that falls with the setting is found as well', () => {
  const found = calibrate(
    (setting, first) => world(40 - setting, first),
    { share: 0.5, tolerance: 0.01, received: 110_000, between: [5, 39] },
    90_000,
  );
  expect(found.setting).toBeCloseTo(30, 0);
});

test('a share that lies outside the two bounds is refused with what they give', () => {
  expect(() =>
    calibrate(world, { share: 0.999, tolerance: 0.005, received: 110_000, between: [0, 11] }, 100_000),
  ).toThrow(/0\.7 % and 62\.\d %/);
});
