import { easterSunday } from '../holidays.ts';
import { build, type Day, type Measured } from './dates.ts';
import { singular, type Word } from './words.ts';

/** Days that have a name and no number: « depuis Noël », « depuis la rentrée », « depuis l'Ascension », « depuis l'été ». */

const FIXED = new Map<string, readonly [month: number, day: number]>(
  (
    [
      ['noel', [12, 25]],
      ['toussaint', [11, 1]],
      ['armistice', [11, 11]],
      ['rentree', [9, 1]],
      // A season: its middle, for want of better.
      ['ete', [8, 1]],
      ['automne', [10, 15]],
      ['hiver', [1, 15]],
      ['printemps', [4, 15]],
    ] as const
  ).map(([name, day]) => [singular(name), day]),
);
/** Days after Easter Sunday. */
const AFTER_EASTER = new Map([
  [singular('paques'), 0],
  ['ascension', 39],
  ['pentecote', 49],
]);
const LEAD_WORDS = new Set(['le', 'la', 'les', 'cet', 'cette', 'fete', 'vacance', 'de', 'apres', 'avant', 'jour']);
const LEAD_WORDS_MAX = 5;

/** The named day at word `from` or a few small words on, and how many days ago it was last; undefined without one. */
export function namedDayAt(words: readonly Word[], from: number, today: Day): Measured | undefined {
  for (let i = from; i < from + LEAD_WORDS_MAX && i < words.length && words[i]!.gap === 'none'; i++) {
    const { text } = words[i]!;
    // « depuis le nouvel an », « depuis le jour de l'an »
    const new_year = text === 'an' && ['nouvel', 'le'].includes(words[i - 1]!.text) && i > from + 1;
    const day = new_year ? ([1, 1] as const) : FIXED.get(text);
    const easter = AFTER_EASTER.get(text);
    if (day !== undefined) return last((year) => build(year, day[0], day[1]), today, i);
    if (easter !== undefined) return last((year) => easterSunday(year) + easter, today, i);
    if (!LEAD_WORDS.has(text) && text !== 'nouvel') return undefined;
  }
  return undefined;
}

function last(dayIn: (year: number) => number | undefined, today: Day, at: number): Measured | undefined {
  const this_year = dayIn(today.year);
  const when = this_year !== undefined && this_year <= today.number ? this_year : dayIn(today.year - 1);
  return when === undefined ? undefined : { days: today.number - when, first: at, last: at };
}
