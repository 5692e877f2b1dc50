import { tokenize } from '../text/tokens.ts';

/** A word as rules see it, with its place in the original text (UTF-16 offsets). */
export interface Word {
  /** Folded, singular, elisions and common abbreviations written out. */
  readonly text: string;
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

const STOP = /[.!?;…]|\n\s*\n/;
const PAUSE = /[,:()[\]"«»“”|•\u2013\u2014]|\s-\s/;

function gapBetween(text: string, from: number, to: number): Gap {
  if (to - from <= 1) {
    // A dot glued to its neighbours is an abbreviation or a number (« C.P.A.M », « 12.03 »), not a sentence.
    return from < to && text[from] === ',' ? 'pause' : from < to && ';?!…'.includes(text[from]!) ? 'stop' : 'none';
  }
  const between = text.slice(from, to);
  return STOP.test(between) ? 'stop' : PAUSE.test(between) ? 'pause' : 'none';
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
  let end = 0;
  for (const token of tokenize(read)) {
    let gap = result.length === 0 ? 'stop' : gapBetween(read, end, token.start);
    end = token.end;
    const accented = token.text === 'ne' && /[éÉ]/u.test(read.slice(token.start, token.end).normalize('NFC'));
    for (const written of WRITTEN_OUT.get(token.text) ?? [token.text]) {
      result.push({ text: singular(written), start: token.start, end: token.end, gap, accented });
      gap = 'none';
    }
  }
  return result;
}
