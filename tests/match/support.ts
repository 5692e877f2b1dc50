import type { Facts } from '../../domain/facts.ts';
import { compileCondition, type MatchContext, type MatchResult } from '../../domain/match.ts';
import type { Condition } from '../../domain/rulebook.ts';

/** A Wednesday. */
export const AT = '2026-03-18T10:00:00+01:00';

export function facts(body: string, more: Partial<Facts> = {}): Facts {
  return {
    channel: 'mail',
    mailbox: 'assures',
    subject: '',
    body,
    quoted: '',
    attachments: [],
    from: '',
    public: 'assure',
    received_at: AT,
    prior_contacts: 0,
    ...more,
  };
}

export const CONTEXT: MatchContext = { now: new Date(AT), motif: null, level: 'n1', flags: [] };

export function match(
  condition: Condition,
  body: string,
  more: Partial<Facts> = {},
  context: Partial<MatchContext> = {},
): MatchResult {
  return compileCondition(condition, 'rule:test')(facts(body, more), { ...CONTEXT, ...context });
}

/** Does one phrase stand in the text? */
export function finds(phrase: string, body: string): boolean {
  return match({ any: [{ any_phrase: [phrase] }] }, body).matched;
}
