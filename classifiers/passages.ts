import type { Word } from '../domain/match/words.ts';

/**
 * What makes a mail urgent is said in a sentence or two, often in the middle of an ordinary request: flags are looked for
 * passage by passage, so that a long letter does not drown them.
 */
export interface Passage {
  /** Word positions, the last not included. */
  readonly first: number;
  readonly end: number;
}

/** A sentence is cut here at the latest: people who use no full stop still say one thing at a time. */
const SENTENCE_WORDS_MAX = 40;
/** Shorter ones (« Bonjour ») say nothing alone. */
const SENTENCE_WORDS_MIN = 4;
/** A letter of more sentences than this is read to here; its flags stand among them or in its phrases. */
const SENTENCES_MAX = 60;

/** The sentences of a text, and each with the one behind it. */
export function passagesOf(words: readonly Word[]): Passage[] {
  const sentences: Passage[] = [];
  let first = 0;
  for (let i = 1; i <= words.length && sentences.length < SENTENCES_MAX; i += 1) {
    const length = i - first;
    const ends = i === words.length || words[i]!.gap === 'stop' || length >= SENTENCE_WORDS_MAX;
    if (!ends || (length < SENTENCE_WORDS_MIN && i < words.length)) continue;
    sentences.push({ first, end: i });
    first = i;
  }
  const passages = [...sentences];
  for (let i = 1; i < sentences.length; i += 1)
    passages.push({ first: sentences[i - 1]!.first, end: sentences[i]!.end });
  return passages;
}
