import type { SendResult } from './delivery.ts';

/**
 * What a portal's HTTP status says of an answer we sent it (law 7). The body was written before, so a status that does not
 * tell whether the answer was kept leaves it to a person: nobody may read the same answer twice.
 */
export function portalResult(status: number): Exclude<SendResult, { kind: 'fenced' }> {
  const code = `HTTP-${status}`;
  if (status >= 200 && status < 300) return { kind: 'accepted', response: code };
  // « Not now »: RFC 9110 §15.5.9, RFC 8470 §5.2, RFC 6585 §4, RFC 9110 §15.6.4.
  if ([408, 425, 429, 503].includes(status)) return { kind: 'deferred', phase: 'data', code, response: code };
  if (status >= 300 && status < 500) return { kind: 'refused', phase: 'data', code, response: code };
  return { kind: 'ambiguous', code, response: code };
}
