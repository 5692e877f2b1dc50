import type { MotifInput, TextPart } from '../domain/facts.ts';
import { readWords, type Word } from '../domain/match/words.ts';
import { MIN_NEW_WORDS } from '../domain/text/quotes.ts';
import { findConcepts, PASSAGE_ONLY, type NamedHit } from './concepts.ts';
import { senderMarks } from './marks.ts';
import { requestWords } from './requests.ts';
import { findTimes } from './times.ts';

/**
 * What the linear model sees of a mail: blocks of features, each of which weighs the same whatever its length. New text
 * counts most, the sentences that ask something once more, the subject less (often useless), the quoted thread hardly at
 * all (often about something else).
 */
export const BLOCKS = ['words', 'chars', 'stems', 'asks', 'concepts', 'pairs', 'subject', 'quoted', 'context'] as const;
export type Block = (typeof BLOCKS)[number];

/** Relative weight of each block; chosen by trying, on voices held out of training. */
export const BLOCK_WEIGHT: Readonly<Record<Block, number>> = {
  words: 1.2,
  chars: 1,
  stems: 0.4,
  asks: 0.6,
  concepts: 0.2,
  pairs: 0.3,
  subject: 0.5,
  quoted: 0.2,
  context: 0.4,
};

/** The same for a passage: in a sentence or two, classes of words say more than the words, which may be new ones. */
export const PASSAGE_BLOCK_WEIGHT: Readonly<Record<Block, number>> = {
  ...BLOCK_WEIGHT,
  concepts: 0.5,
  pairs: 1.1,
  context: 0.3,
};

/** Words looked at; a hostile mail of a million words costs no more than a long letter. */
const BODY_WORDS_MAX = 1_200;
const SUBJECT_WORDS_MAX = 40;
const QUOTED_WORDS_MAX = 300;
const TEXT_CHARS_MAX = 30_000;
/** Of new text and thread together. */
export const TEXT_WORDS_MAX = BODY_WORDS_MAX + QUOTED_WORDS_MAX;
/** A word longer than this is noise (base64, a URL). */
const WORD_CHARS_MAX = 30;
/** Runs of so many letters are features. With two and five as well the model is larger and no better. */
export const GRAM_LENGTHS = [3, 4] as const;
/** Runs of letters of such a word and its two edges. */
export const WORD_GRAMS_MAX = GRAM_LENGTHS.length * (WORD_CHARS_MAX + 2);
const NOISE = '<long>';
/** Letters that stand for a word's family: « renonce », « renoncer », « renoncé ». */
export const STEM_CHARS = 5;
/** More concepts than this in one passage are a list, and their pairs chance. */
export const PAIRED_MAX = 24;
/** A Wednesday without meaning, for a text that came on no day. */
const NO_DAY = '2026-03-18T10:00:00+01:00';

/** The words of a mail by the place they stand in, and what is known beside them. */
export interface MailFeatures {
  /** New text; where there is next to none, the thread; where there is nothing at all, subject and file names. */
  readonly text: readonly Word[];
  /** Where `text` begins, for evidence. */
  readonly textPart: TextPart;
  /** The words of the sentences that ask. */
  readonly asks: readonly Word[];
  readonly subject: readonly Word[];
  readonly quoted: readonly Word[];
  /** Names of the concepts in the text, once a mention. */
  readonly concepts: readonly string[];
  readonly context: readonly string[];
}

export function readFeatures(input: MotifInput): MailReading {
  const body = usable(input.body, BODY_WORDS_MAX);
  const subject = usable(input.subject, SUBJECT_WORDS_MAX);
  const quoted = usable(input.quoted, QUOTED_WORDS_MAX);
  // « Merci de votre retour » above a thread says nothing: then the thread is the text.
  const said = quoted.length > 0 && body.length < MIN_NEW_WORDS ? [...body, ...quoted] : body;
  const text = said.length > 0 ? said : [...subject, ...usable(input.attachments.join(' '), SUBJECT_WORDS_MAX)];
  // Part by part: the flags read the same words, and what was found there is remembered.
  const received_at = input.received_at ?? NO_DAY;
  const hits: NamedHit[] = [];
  if (subject.length > 0) {
    findConcepts(subject, 0, hits);
    findTimes(subject, received_at, 0, hits);
  }
  const inText = hits.length;
  findConcepts(text, subject.length, hits);
  findTimes(text, received_at, subject.length, hits);
  const concepts: string[] = [];
  for (let i = inText; i < hits.length; i += 1)
    if (!hits[i]!.name.startsWith(PASSAGE_ONLY)) concepts.push(hits[i]!.name);
  return {
    words: subject.length === 0 ? text : [...subject, ...text],
    text,
    textPart: said.length === 0 ? 'subject' : body.length > 0 ? 'body' : 'quoted',
    asks: requestWords(body, input.body),
    subject,
    quoted,
    concepts,
    hits,
    context: [
      `mailbox:${input.mailbox}`,
      `length:${Math.min(8, Math.ceil(Math.log2(1 + text.length)))}`,
      ...(input.attachments.length > 0 ? ['attachments'] : []),
      ...senderMarks(input),
    ],
  };
}

/** What is read of a whole mail: its features, and where the concepts stand in `words`. */
export interface MailReading extends MailFeatures {
  /** Subject and text: where flags are looked for. */
  readonly words: readonly Word[];
  readonly hits: readonly NamedHit[];
}

/** Of one kind inside with lists of words: code that reads these is not compiled once more for it. */
const NO_WORDS = readWords('a').slice(1);

function usable(text: string, max: number): readonly Word[] {
  if (text === '') return NO_WORDS;
  const list = readWords(text.length > TEXT_CHARS_MAX ? text.slice(0, TEXT_CHARS_MAX) : text);
  return list.length > max ? list.slice(0, max) : list;
}

const DIGITS = /\d+/g;

/** Numbers say how long, how much, who: their value never decides a motif, their presence may. */
export function normalise(word: string): string {
  if (word.length > WORD_CHARS_MAX) return NOISE;
  return word.replace(DIGITS, '0');
}
