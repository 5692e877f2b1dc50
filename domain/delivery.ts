/**
 * What becomes of one sending (law 7). SMTP gives the message over at one instant: the answer to the final dot
 * (RFC 5321 §4.1.1.4). Before the dot is written nothing can have been accepted, and trying again is safe; once it is
 * written, only the server's answer tells, and without it nobody may try again but a person.
 */

/** How far the transaction went: connecting, envelope, dot written, answered 2xx. */
export type DeliveryPhase = '' | 'rcpt' | 'data' | 'accepted';

export type SendResult =
  | { readonly kind: 'accepted'; readonly response: string }
  /** The server said no for good, to this mail. */
  | { readonly kind: 'refused'; readonly phase: DeliveryPhase; readonly code: string; readonly response: string }
  /** Nothing was accepted and it may work later: 4xx, no connection, no login, a time limit before the dot. */
  | { readonly kind: 'deferred'; readonly phase: DeliveryPhase; readonly code: string; readonly response: string }
  /** The dot was written and no usable answer came. */
  | { readonly kind: 'ambiguous'; readonly code: string; readonly response: string }
  /** The row was taken from us before the dot: somebody else decides about it now. Nothing was sent. */
  | { readonly kind: 'fenced' };

export type NextStep =
  | { readonly status: 'sent' }
  | { readonly status: 'failed' }
  | { readonly status: 'ambiguous' }
  | { readonly status: 'pending'; readonly delay_ms: number };

/** Pauses after the first, second, … attempt; greylisting usually opens within the second. */
export const RETRY_DELAYS_MS: readonly number[] = [60_000, 5 * 60_000, 30 * 60_000, 2 * 3_600_000];
export const ATTEMPTS_MAX = RETRY_DELAYS_MS.length + 1;

/** @param attempts how many have begun, this one included */
export function nextStep(result: Exclude<SendResult, { kind: 'fenced' }>, attempts: number): NextStep {
  switch (result.kind) {
    case 'accepted':
      return { status: 'sent' };
    case 'ambiguous':
      return { status: 'ambiguous' };
    case 'refused':
      return { status: 'failed' };
    case 'deferred': {
      const delay_ms = RETRY_DELAYS_MS[attempts - 1];
      return delay_ms === undefined ? { status: 'failed' } : { status: 'pending', delay_ms };
    }
  }
}

/**
 * What a `sending` row without a living process becomes. `data` is committed before the dot is written, so anything less
 * was certainly not sent.
 */
export function afterDeath(phase: DeliveryPhase, attempts: number): 'pending' | 'ambiguous' | 'failed' {
  if (phase === 'data' || phase === 'accepted') return 'ambiguous';
  return attempts >= ATTEMPTS_MAX ? 'failed' : 'pending';
}
