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

const SUBJECT_CHARS_MAX = 60;

/** A subject as a list shows it: masked, on one line, free of control and direction characters. */
export function shownSubject(subject: string): string {
  const text = oneLine(maskPersonal(subject));
  const letters = [...text];
  if (text === '') return '(sans objet)';
  return `« ${letters.length > SUBJECT_CHARS_MAX ? `${letters.slice(0, SUBJECT_CHARS_MAX - 1).join('')}…` : text} »`;
}

/** It ends in a terminal, where an escape sequence of a mail must do nothing. */
function oneLine(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\s]+/gu, ' ').trim();
}

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
    const text = oneLine(slice);
    return { part, start, end, text: end - start > SLICE_CHARS_MAX ? `${text}…` : text };
  });
}
