import type { ClosingCode } from './conversation.ts';

/** Who may close with which code (law 8: people close, a prediction never does; domain §2.1 on bulk closing). */

export type Closer = 'agent' | 'referent' | 'supervisor' | 'partner';

/** Why a supervisor closes without answer. Codes: the audit trail keeps them for ever. */
export type NoAnswerReason = 'duplicate' | 'abusive' | 'obsolete' | 'withdrawn' | 'misrouted_machine_mail';
export const NO_ANSWER_REASONS: readonly NoAnswerReason[] = [
  'duplicate',
  'abusive',
  'obsolete',
  'withdrawn',
  'misrouted_machine_mail',
];

const ANYBODY: readonly Closer[] = ['agent', 'referent', 'supervisor', 'partner'];
/** Forwarding to another body, and handing documents to the scanning circuit, are the caisse's own acts. */
const OWN_STAFF: readonly Closer[] = ['agent', 'referent', 'supervisor'];

const CLOSERS: Readonly<Record<ClosingCode, readonly Closer[]>> = {
  answered: ANYBODY,
  answered_with_other: ANYBODY,
  no_answer_needed: ANYBODY,
  call_conclusive: ANYBODY,
  redirected: OWN_STAFF,
  versed_to_scan: OWN_STAFF,
  closed_without_answer: ['supervisor'],
};

export interface ClosingFacts {
  readonly code: ClosingCode;
  readonly closer: Closer;
  readonly reason?: NoAnswerReason | undefined;
  /** Clocks still running. */
  readonly open_requests: number;
  /** A person's reply of ours is on its way or gone since the member's last message. */
  readonly answered: boolean;
  /** A call with a result is on record since then. */
  readonly called: boolean;
  /** The sender was, or is now, told where the mail went (CRPA L114-2). */
  readonly notified: boolean;
}

export type ClosingRefusal = 'role' | 'reason-missing' | 'answer-missing' | 'call-missing' | 'notice-missing';

/** Why this closing is refused, or undefined. Pure. */
export function refuseClosing(facts: ClosingFacts): ClosingRefusal | undefined {
  if (!CLOSERS[facts.code].includes(facts.closer)) return 'role';
  switch (facts.code) {
    case 'closed_without_answer':
      return facts.reason === undefined ? 'reason-missing' : undefined;
    case 'answered':
      // « Répondu » without an answer, or with a question left open, would be a false figure.
      return !facts.answered || facts.open_requests > 0 ? 'answer-missing' : undefined;
    case 'call_conclusive':
      return facts.called ? undefined : 'call-missing';
    case 'redirected':
      return facts.notified ? undefined : 'notice-missing';
    case 'answered_with_other':
    case 'no_answer_needed':
    case 'versed_to_scan':
      return undefined;
  }
}
