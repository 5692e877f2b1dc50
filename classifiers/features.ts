import type { MotifInput } from '../domain/facts.ts';
import { foldText } from '../domain/text/fold.ts';
import { needsWholeThread } from '../domain/text/quotes.ts';
import { words } from '../domain/text/tokens.ts';
import { concepts } from './concepts.ts';

/**
 * What the linear model sees of a mail: blocks of features, each of which weighs the same whatever its length. New text
 * counts most, the subject less (often useless), the quoted thread hardly at all (often about something else).
 */
export const BLOCKS = ['words', 'chars', 'subject', 'quoted', 'concepts', 'context'] as const;
export type Block = (typeof BLOCKS)[number];

/** Relative weight of each block; chosen on held-out voices (docs/corpus.md). */
export const BLOCK_WEIGHT: Readonly<Record<Block, number>> = {
  words: 1,
  chars: 1,
  subject: 0.5,
  quoted: 0.2,
  concepts: 0.8,
  context: 0.4,
};

/** Words looked at; a hostile mail of a million words costs no more than a long letter. */
const BODY_WORDS_MAX = 1_500;
const SUBJECT_WORDS_MAX = 40;
const QUOTED_WORDS_MAX = 300;
const TEXT_CHARS_MAX = 40_000;
/** A word longer than this is noise (base64, a URL). */
const WORD_CHARS_MAX = 30;

/** Calls `add` for every feature of the mail, once an occurrence. Names carry the block's initial. */
export function eachFeature(input: MotifInput, add: (block: Block, name: string) => void): void {
  const body = usable(input.body, BODY_WORDS_MAX);
  const subject = usable(input.subject, SUBJECT_WORDS_MAX);
  const thread = usable(input.quoted, QUOTED_WORDS_MAX);
  // « Merci de votre retour » above a thread says nothing: then the thread is the text.
  const text = needsWholeThread(input.body) && thread.length > 0 ? [...body, ...thread] : body;
  const spoken = text.length > 0 ? text : [...subject, ...usable(input.attachments.join(' '), SUBJECT_WORDS_MAX)];
  addWords('words', spoken, add);
  for (const word of spoken) for (const gram of charGrams(word)) add('chars', gram);
  addWords('subject', subject, add);
  for (const word of thread) add('quoted', word);
  for (const concept of concepts(input)) add('concepts', concept);
  add('context', `mailbox:${input.mailbox}`);
  add('context', `public:${input.public}`);
  if (input.attachments.length > 0) add('context', 'attachments');
  add('context', `length:${Math.min(6, Math.ceil(Math.log2(1 + spoken.length)))}`);
}

function addWords(block: Block, list: readonly string[], add: (block: Block, name: string) => void): void {
  let before = '^';
  for (const word of list) {
    add(block, word);
    add(block, `${before} ${word}`);
    before = word;
  }
}

function usable(text: string, max: number): string[] {
  return words(foldText(text.slice(0, TEXT_CHARS_MAX)))
    .slice(0, max)
    .map((word) => (word.length > WORD_CHARS_MAX ? '<long>' : word.replace(/\d+/g, '0')));
}

const GRAMS = new Map<string, readonly string[]>();
const GRAMS_MAX = 50_000;

/** In-word character 2–5-grams with word edges: they replace a stemmer and forgive misspellings. */
export function charGrams(word: string): readonly string[] {
  let grams = GRAMS.get(word);
  if (grams === undefined) {
    const padded = `_${word}_`;
    const list: string[] = [];
    for (let n = 2; n <= 5; n += 1) for (let i = 0; i + n <= padded.length; i += 1) list.push(padded.slice(i, i + n));
    grams = list;
    if (GRAMS.size >= GRAMS_MAX) GRAMS.clear();
    GRAMS.set(word, grams);
  }
  return grams;
}
