import type { Evidence } from '../../domain/facts.ts';
import type { Decision } from '../../domain/route.ts';
import type { ThreadDecision } from '../../store/thread.ts';
import { iso } from '../routes/schemas.ts';
import type { ThreadView } from '../routes/thread-schema.ts';

type MessageView = ThreadView['messages'][number];

/** Longest slice shown; a span over a whole mail is no evidence anybody can read. */
const SLICE_CHARS_MAX = 300;

/**
 * The decision with its evidence turned into words (law 4): offsets are stored, text is sliced when it is read. The
 * messages given are already filtered; masks keep the length, so the offsets still fit.
 */
export function decisionView(
  row: ThreadDecision | undefined,
  messages: readonly MessageView[],
): ThreadView['decision'] {
  if (row === undefined) return null;
  const outcome = row.outcome as Omit<Decision, 'trace' | 'evidence'>;
  const trace = row.trace as Decision['trace'];
  const message = messages.find((candidate) => candidate.id === row.message_id);
  return {
    id: row.id,
    message: row.message_id,
    made_at: iso(row.made_at),
    rulebook: row.rulebook_digest,
    model: row.model_digest,
    motif: outcome.motif,
    confidence: outcome.confidence,
    abstained: outcome.abstained,
    ranked: outcome.ranked.map(({ motif, score }) => ({ motif, score })),
    level: outcome.level,
    pole: outcome.pole,
    queue: outcome.queue,
    target_queue: outcome.target_queue,
    rule: outcome.rule,
    flags: outcome.flags.map(({ id, level }) => ({ id, level })),
    evidence: (row.evidence as readonly Evidence[]).map((span) => ({
      for: span.for,
      message: row.message_id,
      part: span.part,
      start: span.start,
      end: span.end,
      text: sliceOf(message, span),
    })),
    trace: trace.map(({ step, id, matched, detail }) => ({ step, id, matched, detail })),
  };
}

/** Empty where the text is gone (erased, retention) or is not kept (headers). */
function sliceOf(message: MessageView | undefined, span: Evidence): string {
  if (message === undefined) return '';
  const text = {
    subject: message.subject,
    body: message.body,
    quoted: message.quoted,
    'attachment-name': message.attachments.map((attachment) => attachment.name).join('\n'),
    header: '',
  }[span.part];
  return text.slice(span.start, Math.min(span.end, span.start + SLICE_CHARS_MAX));
}
