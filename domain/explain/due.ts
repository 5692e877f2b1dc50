import type { Facts } from '../facts.ts';
import type { Decision } from '../route.ts';
import type { Rulebook } from '../rulebook.ts';
import { dueDates, legalDue, policyFor } from '../sla.ts';

/** Deadlines of a mail on both clocks, and the legal one where its motif has one. ISO instants. */
export interface ExplainedDue {
  readonly policy: string;
  readonly hours: number;
  readonly headline: 'elapsed' | 'working';
  readonly elapsed_at: string;
  readonly working_at: string;
  readonly warn_at: string;
  readonly legal?: {
    readonly at: string;
    readonly source: string;
    readonly silence: 'acceptance' | 'rejection' | 'none';
  };
}

/** The deadlines its clock gets when it starts at the mail's arrival (law 6), as triage computes them. */
export function dueOf(
  facts: Pick<Facts, 'mailbox' | 'received_at'>,
  decision: Pick<Decision, 'motif'>,
  book: Rulebook,
): ExplainedDue {
  const profile = book.mailboxes.find(({ id }) => id === facts.mailbox);
  const { policy, calendar } = policyFor(profile ?? { sla: book.slas[0]?.id ?? '' }, facts.received_at, book);
  const due = dueDates(facts.received_at, policy, calendar);
  const clock = book.motifs.find(({ id }) => id === decision.motif)?.legal_clock;
  return {
    policy: policy.id,
    hours: policy.hours,
    headline: policy.headline,
    elapsed_at: due.due_elapsed_at.toISOString(),
    working_at: due.due_working_at.toISOString(),
    warn_at: due.warn_at.toISOString(),
    ...(clock === undefined
      ? {}
      : {
          legal: {
            at: legalDue(facts.received_at, clock, calendar).toISOString(),
            source: clock.source,
            silence: clock.silence,
          },
        }),
  };
}
