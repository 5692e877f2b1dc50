import { describe, expect, test } from '@jest/globals';
import { afterDeath, ATTEMPTS_MAX, nextStep, type SendResult } from '../../domain/delivery.ts';

const deferred: SendResult = { kind: 'deferred', phase: 'rcpt', code: 'EENVELOPE-451', response: '451' };

describe('what follows an attempt', () => {
  test('is tried again after 1 min, 5 min, 30 min and 2 h, then failed', () => {
    const steps = Array.from({ length: ATTEMPTS_MAX }, (_, i) => nextStep(deferred, i + 1));
    expect(steps).toEqual([
      { status: 'pending', delay_ms: 60_000 },
      { status: 'pending', delay_ms: 300_000 },
      { status: 'pending', delay_ms: 1_800_000 },
      { status: 'pending', delay_ms: 7_200_000 },
      { status: 'failed' },
    ]);
  });

  test('is nothing more once accepted, refused for good, or unknown', () => {
    expect(nextStep({ kind: 'accepted', response: '' }, 1)).toEqual({ status: 'sent' });
    expect(nextStep({ kind: 'refused', phase: 'rcpt', code: '', response: '' }, 1)).toEqual({ status: 'failed' });
    expect(nextStep({ kind: 'ambiguous', code: '', response: '' }, 1)).toEqual({ status: 'ambiguous' });
  });
});

describe('what becomes of a sending whose process died', () => {
  test.each([
    ['', 1, 'pending'],
    ['rcpt', ATTEMPTS_MAX - 1, 'pending'],
    ['', ATTEMPTS_MAX, 'failed'],
    ['data', 1, 'ambiguous'],
    ['data', ATTEMPTS_MAX, 'ambiguous'],
    ['accepted', 1, 'ambiguous'],
  ] as const)('phase %j, attempt %i: %s', (phase, attempts, wanted) => {
    expect(afterDeath(phase, attempts)).toBe(wanted);
  });
});
