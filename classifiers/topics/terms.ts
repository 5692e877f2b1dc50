import { singular } from '../../domain/match/words.ts';
import { foldText } from '../../domain/text/fold.ts';
import { BEFORE_A_NAME, BEFORE_A_PLACE, CLOSINGS, FIRST_NAMES, FIRST_NAMES_OR_WORDS, PLAIN } from './plain-words.ts';

/** What is looked at of one mail. Nothing of it leaves this folder but single words that many people wrote. */
export interface TopicText {
  readonly subject: string;
  readonly body: string;
  /** Name and address of the writer: their words never count in their own mail. */
  readonly from: string;
}

export interface Terms {
  /** Stems of the words that may say the subject, with one way they were written. */
  readonly words: ReadonlyMap<string, string>;
  /** Stems of the words that stood where names and places stand. */
  readonly names: ReadonlySet<string>;
}

const READ_CHARS_MAX = 3_000;
const WORDS_MAX = 400;
const WORD_CHARS_MIN = 3;
const WORD_CHARS_MAX = 24;
const NAME_WORDS = 2;
const PLACE_WORDS = 3;
/** A last line as short as this is a signature. */
const SIGNATURE_WORDS_MAX = 4;

const ADDRESSES = /\S*@\S*|\bhttps?:\S*|\bwww\.\S*/giu;
/** A word, a number, or a code made of both. */
const TOKEN = /[\p{L}\p{M}\p{N}]+/gu;
const NUMBER = /\p{N}/u;
const POSTAL_CODE = /^\d{5}$/;
const LETTERS = /^[a-z]+$/;
const SENTENCE_END = /[.!?;:\n]/;
const DOT = /^\.\s*$/;

interface Word {
  /** Folded, singular. */
  readonly plain: string;
  readonly stem: string;
  /** As written, in lower case. */
  readonly shown: string;
}

/** Words folded before; a language has few. */
const MEMO_MAX = 50_000;
const memo = new Map<string, Word>();

function wordOf(written: string): Word {
  let word = memo.get(written);
  if (word === undefined) {
    const plain = singular(foldText(written));
    word = { plain, stem: stemOf(plain), shown: written.normalize('NFC').toLowerCase() };
    if (memo.size < MEMO_MAX) memo.set(written, word);
  }
  return word;
}

/** « volé », « volée », « voler » and « vol » are one subject. Rough: both sides of a count go through here. */
function stemOf(plain: string): string {
  if (plain.length < 4) return plain;
  return plain.replace(/(?:ee|er|e)$/, '');
}

/** The distinct words of a mail that may be shown once many people wrote them. Linear; never throws. */
export function termsOf(text: TopicText): Terms {
  const own = new Set<string>();
  for (const [word] of text.from.matchAll(TOKEN)) own.add(wordOf(word).stem);
  const words = new Map<string, string>();
  const names = new Set<string>();
  const body = withoutLastLine(text.body.slice(0, READ_CHARS_MAX));
  for (const part of [text.subject, body]) read(part.replace(ADDRESSES, ' '), own, words, names);
  for (const name of names) words.delete(name);
  return { words, names };
}

function read(text: string, own: ReadonlySet<string>, words: Map<string, string>, names: Set<string>): void {
  let end = 0;
  let last: Word | undefined;
  /** So many words still stand where a name or a place would. */
  let hidden = 0;
  let signed = false;
  for (const match of text.matchAll(TOKEN)) {
    const between = text.slice(end, match.index);
    end = match.index + match[0].length;
    // The dot of « M. » and « Dr. » ends no sentence.
    const title = last !== undefined && BEFORE_A_NAME.has(last.plain) && DOT.test(between);
    if (SENTENCE_END.test(between) && !title) hidden = 0;
    if (NUMBER.test(match[0])) {
      // « 59100 Roubaix ».
      if (POSTAL_CODE.test(match[0])) hidden = 1;
      last = undefined;
      continue;
    }
    const found = wordOf(match[0]);
    const { plain: word, stem, shown } = found;
    const capital = /^\p{Lu}/u.test(match[0]);
    const first =
      FIRST_NAMES.has(word) || (capital && FIRST_NAMES_OR_WORDS.has(word) && /^\p{Lu}?\p{Ll}/u.test(match[0]));
    const usable =
      word.length >= WORD_CHARS_MIN && word.length <= WORD_CHARS_MAX && LETTERS.test(word) && !PLAIN.has(word);
    if (first || own.has(stem) || signed || (hidden > 0 && usable)) {
      if (usable) names.add(stem);
      // « Marie Dupont », « DUPONT Marie ».
      if (first && capital) {
        if (last !== undefined && words.has(last.stem) && between.trim() === '') names.add(last.stem);
        hidden = Math.max(hidden, 2);
      }
      hidden = Math.max(0, hidden - 1);
    } else if (usable && words.size < WORDS_MAX) words.set(stem, shown);
    if (BEFORE_A_NAME.has(word)) hidden = NAME_WORDS;
    if (BEFORE_A_PLACE.has(word)) hidden = PLACE_WORDS;
    if (CLOSINGS.has(word)) signed = true;
    last = found;
  }
}

/** « Marie Dupont » under the text is her signature; one line is all there is, and stays. */
function withoutLastLine(body: string): string {
  const trimmed = body.trimEnd();
  const cut = trimmed.lastIndexOf('\n');
  if (cut < 0) return trimmed;
  const count = [...trimmed.slice(cut).matchAll(TOKEN)].length;
  return count <= SIGNATURE_WORDS_MAX ? trimmed.slice(0, cut) : trimmed;
}
