import { codeAt } from '../text/fold.ts';
import { Numbering } from '../text/numbering.ts';
import { readTokens, tokenText } from '../text/tokens.ts';
import { numberOf, WORD_CHARS_MAX, WordNotes, WORDS_MAX } from './lexicon.ts';

/** A word as rules see it, with its place in the original text (UTF-16 offsets). */
export interface Word {
  /** Folded, singular, elisions and common abbreviations written out. */
  readonly text: string;
  /** Of the text, the same for each mention (domain/match/lexicon.ts). */
  readonly number: number;
  readonly start: number;
  readonly end: number;
  /** What stands before it: nothing of note, a pause (comma, colon, bracket), or the end of a sentence. */
  readonly gap: Gap;
  /** True for « né » and the like, which fold to the same letters as « ne » and negate nothing. */
  readonly accented: boolean;
}

export type Gap = 'none' | 'pause' | 'stop';

/** Texts longer than this are read up to here; the splitter has taken quotes off before. */
export const READ_CHARS_MAX = 100_000;

/** Words that a final s or x does not make plural: their short forms are other words (« mois », « moi »). */
const FIXED = new Set(
  'mois mais plus sous tous vous nous dans sans suis fois cours pris corps temps moins puis toujours jamais depuis apres tres prix voix paix trois doux deux acces deces proces refus avis concours recours secours discours pays repas bras dos gros gras bois poids choix croix faux vieux fils lors dessous dessus ailleurs'.split(
    ' ',
  ),
);

/** What members type for what they mean (domain §4). One written word may stand for two. */
const WRITTEN_OUT: ReadonlyMap<string, readonly string[]> = new Map([
  ['j', ['je']],
  ['n', ['ne']],
  ['d', ['de']],
  ['l', ['le']],
  ['s', ['se']],
  ['m', ['me']],
  ['t', ['te']],
  ['c', ['ce']],
  ['qu', ['que']],
  ['quelqu', ['quelque']],
  ['jusqu', ['jusque']],
  ['lorsqu', ['lorsque']],
  ['puisqu', ['puisque']],
  // « aujourd hui » typed in two is one word, as with its apostrophe.
  ['aujourd', ['aujourdhui']],
  ['hui', []],
  ['g', ['je', 'ai']],
  ['jai', ['je', 'ai']],
  ['jaurai', ['je', 'aurai']],
  ['javais', ['je', 'avais']],
  ['jattend', ['je', 'attend']],
  ['jarrive', ['je', 'arrive']],
  ['jpeux', ['je', 'peux']],
  ['jpeu', ['je', 'peux']],
  ['jveux', ['je', 'veux']],
  ['jsuis', ['je', 'suis']],
  ['chui', ['je', 'suis']],
  ['jsais', ['je', 'sais']],
  ['nai', ['ne', 'ai']],
  ['narrive', ['ne', 'arrive']],
  ['cest', ['ce', 'est']],
  ['cetait', ['ce', 'etait']],
  ['quil', ['que', 'il']],
  ['dun', ['de', 'un']],
  ['dune', ['de', 'une']],
  ['davoir', ['de', 'avoir']],
  ['lhopital', ['le', 'hopital']],
  ['ya', ['y', 'a']],
  ['pa', ['pas']],
  ['tjr', ['toujours']],
  ['tjrs', ['toujours']],
  ['tjs', ['toujours']],
  ['tt', ['tout']],
  ['pr', ['pour']],
  ['ds', ['dans']],
  ['qd', ['quand']],
  ['ke', ['que']],
  ['ki', ['qui']],
  ['bcp', ['beaucoup']],
  ['pck', ['parce', 'que']],
  ['pcq', ['parce', 'que']],
  ['mtn', ['maintenant']],
  ['rdv', ['rendez', 'vous']],
]);

/** Plural and singular become one word; both sides of a match go through here, so a rare odd form does no harm. */
export function singular(word: string): string {
  if (word.length < 4 || FIXED.has(word)) return word;
  if (word.endsWith('aux') && !word.endsWith('eaux') && word.length > 5) return `${word.slice(0, -3)}al`;
  const last = word.charCodeAt(word.length - 1);
  // A double s (« stress ») is no plural.
  if (last === 120 || (last === 115 && word.charCodeAt(word.length - 2) !== 115)) return word.slice(0, -1);
  return word;
}

const NEWLINE = 10;
const SPACE = 32;
const COMMA = 44;
const HYPHEN = 45;
const STOPS = '.!?;…';
const PAUSES = ',:()[]"«»“”|•\u2013\u2014';

function gapBetween(text: string, from: number, to: number): Gap {
  if (to - from <= 1) {
    const code = from < to ? codeAt(text, from) : SPACE;
    if (code === SPACE) return 'none';
    // A dot glued to its neighbours is an abbreviation or a number (« C.P.A.M », « 12.03 »), not a sentence.
    return code === COMMA ? 'pause' : ';?!…'.includes(String.fromCharCode(code)) ? 'stop' : 'none';
  }
  let gap: Gap = 'none';
  let line_ended = false;
  for (let i = from; i < to; i += 1) {
    const code = codeAt(text, i);
    if (code === NEWLINE) {
      // An empty line.
      if (line_ended) return 'stop';
      line_ended = true;
    } else if (!isSpace(code)) {
      if (STOPS.includes(text[i]!)) return 'stop';
      line_ended = false;
      const dash = code === HYPHEN && i > from && i + 1 < to;
      if (dash ? isSpace(text.charCodeAt(i - 1)) && isSpace(text.charCodeAt(i + 1)) : PAUSES.includes(text[i]!))
        gap = 'pause';
    }
  }
  return gap;
}

/** What `\s` matches. */
function isSpace(code: number): boolean {
  return (
    code === 32 || (code >= 9 && code <= 13) || code === 160 || (code > 5_000 && /\s/.test(String.fromCharCode(code)))
  );
}

/** The model, the flags and the rules read the same few texts of one mail one after the other. */
const REMEMBERED_MAX = 6;
const remembered: { readonly text: string; readonly words: readonly Word[] }[] = [];

/** The words of a text, in order; never throws, linear in the length of the text. */
export function readWords(text: string): readonly Word[] {
  const known = remembered.find((each) => each.text === text);
  if (known !== undefined) return known.words;
  const words = wordsOf(text);
  if (remembered.length === REMEMBERED_MAX) remembered.shift();
  remembered.push({ text, words });
  return words;
}

function wordsOf(text: string): Word[] {
  const read = text.length > READ_CHARS_MAX ? text.slice(0, READ_CHARS_MAX) : text;
  const result: Word[] = [];
  let before = 0;
  if (lexicon.begin()) forget();
  readTokens(read, {
    word: spelt,
    joined: writtenOut,
    take: (written, start, end) => {
      let gap = result.length === 0 ? 'stop' : gapBetween(read, before, start);
      before = end;
      for (let i = 0; i < written.length; i += 1) {
        const { text, number } = written[i]!;
        const accented = text === 'ne' && written.length === 1 && isAccented(read, start, end);
        result.push({ text, number, start, end, gap, accented });
        gap = 'none';
      }
    },
  });
  return result;
}

type Written = readonly Pick<Word, 'text' | 'number'>[];

/** The spellings met lately, and the words each stands for: real mail repeats itself. */
const spellings = new Numbering();
const meanings: Written[] = [];
const lexicon = new WordNotes();
const LETTERS_MAX = 1_000_000;
/** Spellings in the way of another in a table half full: a dozen by chance. More were made to be slow to find. */
const WAY_MAX = 64;

function forget(): void {
  spellings.clear();
  meanings.length = 0;
}

function spelt(codes: Uint16Array, from: number, to: number, elided: boolean): Written {
  if (to - from > WORD_CHARS_MAX) return writtenOut(tokenText(codes, from, to, elided));
  const first = elided ? 1 : 0;
  let spelling = spellings.find(first, codes, from, to);
  if (spelling < 0) {
    const { size, letters, longestWay } = spellings;
    if (size >= WORDS_MAX || letters >= LETTERS_MAX || longestWay >= WAY_MAX) forget();
    spelling = spellings.add(first, codes, from, to);
    meanings[spelling] = writtenOut(tokenText(codes, from, to, elided));
  }
  return meanings[spelling]!;
}

/** The words a spelling stands for, in the singular. */
function writtenOut(token: string): Written {
  return (WRITTEN_OUT.get(token) ?? [token]).map((each) => {
    const text = singular(each);
    return { text, number: numberOf(text) };
  });
}

function isAccented(text: string, start: number, end: number): boolean {
  return /[éÉ]/u.test(text.slice(start, end).normalize('NFC'));
}
