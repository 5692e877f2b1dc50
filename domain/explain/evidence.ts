import type { Evidence, Facts, TextPart } from '../facts.ts';
import { maskPersonal } from '../privacy.ts';

/** A piece of evidence with its words, as a person reads it. */
export interface Shown {
  readonly part: TextPart;
  readonly start: number;
  readonly end: number;
  /** Masked: whoever tries rules need not see anybody's number. */
  readonly text: string;
}

const SLICE_CHARS_MAX = 160;
const SHOWN_MAX = 6;

/** The texts of a mail by part, numbers and addresses hidden; masks keep the length, so offsets still fit. */
export function textsOf(facts: Facts): Readonly<Record<TextPart, string>> {
  return {
    subject: maskPersonal(facts.subject),
    body: maskPersonal(facts.body),
    quoted: maskPersonal(facts.quoted),
    'attachment-name': maskPersonal(facts.attachments.join('\n')),
    header: '',
  };
}

/** The words behind offsets: at most six, each on one line and free of control and direction characters. */
export function shownEvidence(spans: readonly Evidence[], texts: ReturnType<typeof textsOf>): Shown[] {
  return spans.slice(0, SHOWN_MAX).map(({ part, start, end }) => {
    const slice = texts[part].slice(start, Math.min(end, start + SLICE_CHARS_MAX));
    // It ends in a terminal, where an escape sequence of a mail must do nothing.
    const text = slice.replace(/[\p{Cc}\p{Cf}\s]+/gu, ' ').trim();
    return { part, start, end, text: end - start > SLICE_CHARS_MAX ? `${text}…` : text };
  });
}
