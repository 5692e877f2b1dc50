import type { MotifInput } from '../domain/facts.ts';
import { needsWholeThread } from '../domain/text/quotes.ts';
import { words } from '../domain/text/tokens.ts';

/**
 * What the linear model sees of a mail: blocks of features, each of which weighs the same whatever its length. New text
 * counts most, the subject less (often useless), the quoted thread hardly at all (often about something else).
 */
export const BLOCKS = ['words', 'chars', 'subject', 'quoted', 'context'] as const;
export type Block = (typeof BLOCKS)[number];

/** Relative weight of each block; chosen on held-out voices (docs/corpus.md). */
export const BLOCK_WEIGHT: Readonly<Record<Block, number>> = {
  words: 1,
  chars: 1,
  subject: 0.5,
  quoted: 0.2,
  context: 0.4,
};

/** Words looked at; a hostile mail of a million words costs no more than a long letter. */
const BODY_WORDS_MAX = 1_200;
const SUBJECT_WORDS_MAX = 40;
const QUOTED_WORDS_MAX = 300;
const TEXT_CHARS_MAX = 30_000;
/** A word longer than this is noise (base64, a URL). */
const WORD_CHARS_MAX = 30;
const NOISE = '<long>';

/** The words of a mail by the place they stand in, and what is known beside them. */
export interface MailFeatures {
  /** New text; where there is next to none, the thread; where there is nothing at all, subject and file names. */
  readonly text: readonly string[];
  readonly subject: readonly string[];
  readonly quoted: readonly string[];
  readonly context: readonly string[];
}

export function readFeatures(input: MotifInput): MailFeatures {
  const body = usable(input.body, BODY_WORDS_MAX);
  const subject = usable(input.subject, SUBJECT_WORDS_MAX);
  const quoted = usable(input.quoted, QUOTED_WORDS_MAX);
  // « Merci de votre retour » above a thread says nothing: then the thread is the text.
  const said = quoted.length > 0 && needsWholeThread(input.body) ? [...body, ...quoted] : body;
  const text = said.length > 0 ? said : [...subject, ...usable(input.attachments.join(' '), SUBJECT_WORDS_MAX)];
  return {
    text,
    subject,
    quoted,
    context: [
      `mailbox:${input.mailbox}`,
      `public:${input.public}`,
      `length:${Math.min(8, Math.ceil(Math.log2(1 + text.length)))}`,
      ...(input.attachments.length > 0 ? ['attachments'] : []),
    ],
  };
}

function usable(text: string, max: number): string[] {
  if (text === '') return [];
  const list = words(text.slice(0, TEXT_CHARS_MAX));
  const kept = list.length > max ? list.slice(0, max) : list;
  return kept.map(normalise);
}

const DIGITS = /\d+/g;

/** Numbers say how long, how much, who: their value never decides a motif, their presence may. */
function normalise(word: string): string {
  if (word.length > WORD_CHARS_MAX) return NOISE;
  return word.replace(DIGITS, '0');
}

/** In-word character 2–5-grams with word edges: they replace a stemmer and forgive misspellings. */
export function charGrams(word: string): string[] {
  const padded = `_${word}_`;
  const grams: string[] = [];
  for (let n = 2; n <= 5; n += 1) for (let i = 0; i + n <= padded.length; i += 1) grams.push(padded.slice(i, i + n));
  return grams;
}
