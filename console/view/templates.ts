import { isAmong } from '../../domain/provisional.ts';
import { replyValues } from '../../domain/reply-values.ts';
import type { ReplyTemplate, Rulebook } from '../../domain/rulebook.ts';
import {
  fillTemplate,
  TEMPLATE_VARIABLES,
  variablesOf,
  type TemplateValues,
  type TemplateVariable,
} from '../../domain/template.ts';
import { isOffered } from '../../domain/template-life.ts';
import type { Conversation } from '../../store/intake.ts';
import { motifOf } from '../actions/context.ts';

export interface SuggestedTemplate {
  readonly id: string;
  readonly subject: string;
  readonly body: string;
  /** Slots the agent has to fill; a reply with one left is refused. */
  readonly missing: string[];
}

const SUGGESTED_MAX = 10;

/**
 * Reply templates for the conversation's motif (a provisional one has its own, then its parent's), those made for its
 * flags first, never one that its flags forbid (a birth template after a perinatal death) nor one whose last day is over. What is known is filled in; the rest stays as `{{slot}}`. The legal block is left to
 * acknowledgments: here a person writes, and answers for dates.
 */
export function suggestTemplates(
  book: Rulebook,
  conversation: Conversation,
  agent_name: string,
  now: Date,
): SuggestedTemplate[] {
  const motif = motifOf(book, conversation);
  if (motif === undefined) return [];
  const fits = (template: ReplyTemplate): boolean =>
    isOffered(template, now) &&
    isAmong(book, template.motifs, motif.id) &&
    !(template.not_with_flags ?? []).some((flag) => conversation.flags.includes(flag));
  const made_for = (template: ReplyTemplate): number =>
    ((template.flags ?? []).some((flag) => conversation.flags.includes(flag)) ? 0 : 2) +
    (template.motifs.includes(motif.id) ? 0 : 1);
  const values = replyValues(book, conversation, agent_name);
  return book.templates
    .filter(fits)
    .sort((a, b) => made_for(a) - made_for(b))
    .slice(0, SUGGESTED_MAX)
    .map((template) => fill(template, values));
}

function fill(template: ReplyTemplate, known: TemplateValues): SuggestedTemplate {
  const slots = Object.keys(TEMPLATE_VARIABLES) as TemplateVariable[];
  // An unknown value is its own slot again: filling is one pass, so it stays as it was written.
  const values = Object.fromEntries(slots.map((slot) => [slot, known[slot] ?? `{{${slot}}}`])) as TemplateValues;
  const filled = fillTemplate(template, values, { legal: false });
  return { id: template.id, ...filled, missing: variablesOf(`${filled.subject}\n${filled.body}`) };
}
