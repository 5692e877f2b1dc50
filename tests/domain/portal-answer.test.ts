import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { portalResult } from '../../domain/portal-answer.ts';

describe('what a portal’s status says of an answer', () => {
  test.each([
    [200, 'accepted'],
    [204, 'accepted'],
    [301, 'refused'],
    [400, 'refused'],
    [401, 'refused'],
    [404, 'refused'],
    [409, 'refused'],
    [408, 'deferred'],
    [425, 'deferred'],
    [429, 'deferred'],
    [503, 'deferred'],
    [500, 'ambiguous'],
    [502, 'ambiguous'],
    [504, 'ambiguous'],
    [0, 'ambiguous'],
    [101, 'ambiguous'],
  ])('%i is %s', (status, kind) => {
    expect(portalResult(status)).toMatchObject({ kind, response: `HTTP-${status}` });
  });

  test('only a status that says « not now » is asked again by a machine', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 999 }), (status) => {
        expect(portalResult(status).kind === 'deferred').toBe([408, 425, 429, 503].includes(status));
      }),
    );
  });
});
