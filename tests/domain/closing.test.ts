import { describe, expect, test } from '@jest/globals';
import { refuseClosing, type Closer, type ClosingFacts } from '../../domain/closing.ts';
import { CLOSING_CODES } from '../../domain/conversation.ts';

const NOTHING: Omit<ClosingFacts, 'code' | 'closer'> = {
  open_requests: 1,
  answered: false,
  called: false,
  notified: false,
};
const EVERYTHING: Omit<ClosingFacts, 'code' | 'closer'> = {
  open_requests: 0,
  answered: true,
  called: true,
  notified: true,
  reason: 'obsolete',
};
const CLOSERS: Closer[] = ['agent', 'referent', 'supervisor', 'partner'];

describe('closing', () => {
  test('roles: who may use which code when all else is there', () => {
    const allowed = Object.fromEntries(
      CLOSING_CODES.map((code) => [
        code,
        CLOSERS.filter((closer) => refuseClosing({ ...EVERYTHING, code, closer }) === undefined),
      ]),
    );
    const own = ['agent', 'referent', 'supervisor'];
    expect(allowed).toEqual({
      answered: CLOSERS,
      answered_with_other: CLOSERS,
      no_answer_needed: CLOSERS,
      call_conclusive: CLOSERS,
      redirected: own,
      versed_to_scan: own,
      closed_without_answer: ['supervisor'],
    });
  });

  test.each([
    ['answered', { answered: false, open_requests: 0 }, 'answer-missing'],
    ['answered', { answered: true, open_requests: 1 }, 'answer-missing'],
    ['call_conclusive', {}, 'call-missing'],
    ['redirected', {}, 'notice-missing'],
    ['closed_without_answer', {}, 'reason-missing'],
    ['no_answer_needed', {}, undefined],
    ['answered_with_other', {}, undefined],
    ['versed_to_scan', {}, undefined],
  ] as const)('%s with %j: %s', (code, facts, refusal) => {
    expect(refuseClosing({ ...NOTHING, ...facts, code, closer: 'supervisor' })).toBe(refusal);
  });
});
