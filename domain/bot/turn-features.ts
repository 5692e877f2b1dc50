import { overlap } from './content.ts';
import type { Signals } from './signals.ts';
import type { BotRequest } from './state.ts';
import { classOfWord } from './word-classes.ts';

/**
 * What the turn model looks at (domain/bot/turn-model.ts): the words, their pieces, so that a spelling nobody listed
 * still speaks, the signals of the phrase lists, and what had become of the open request. Names, so that a reading can
 * say why.
 */
export interface TurnView {
  readonly signals: Signals;
  readonly request: BotRequest | null;
  readonly offered: boolean;
  /** Failed requests of the topic that count: who has been failed once is rather failed again than curious. */
  readonly failed: number;
  /** Words of substance of the topic so far. */
  readonly topic: ReadonlySet<string>;
  /** The topic's turns hold this very text. */
  readonly repeated: boolean;
}

/** Weights among the groups: pieces of words are many and each says little. */
const PIECE_WEIGHT = 0.3;
const SIGNAL_WEIGHT = 1.5;
const PLACE_WEIGHT = 2;
const CLASS_WEIGHT = 0.7;
/** Length of every row of features. */
const NORM = 3;
/** Longer turns are read up to here; what matters of a reaction stands at its beginning. */
const TURN_CHARS_MAX = 600;

const FLAGS = [
  ...['person', 'no', 'yes_first', 'but', 'other_topic', 'maybe_other', 'also', 'again', 'still', 'announces'],
  ...['small', 'insults', 'goes_on', 'wants', 'negates', 'relieved', 'about_answer', 'about_robot', 'gives_up'],
  ...['sour', 'objects', 'points_back', 'states', 'did_already', 'ends_in_but', 'bare_no', 'no_thanks', 'because'],
  ...['quotes', 'stresses'],
] as const satisfies readonly (keyof Signals)[];

/** Feature names with their values, of fixed length. */
export function turnFeatures({
  signals,
  request,
  offered,
  failed,
  topic,
  repeated,
}: TurnView): ReadonlyMap<string, number> {
  const found = new Map<string, number>();
  const add = (name: string, value: number): void => {
    found.set(name, (found.get(name) ?? 0) + value);
  };
  const text = signals.text.slice(0, TURN_CHARS_MAX);
  const words = text.trim().split(' ');
  words.forEach((word, i) => {
    add(`word ${word}`, 1);
    if (i > 0) add(`words ${words[i - 1]} ${word}`, 1);
  });
  add(`first ${words[0]}`, 1);
  if (words.length > 1) add(`first ${words[0]} ${words[1]}`, 1);
  add(`last ${words.at(-1)}`, 1);
  for (const length of [3, 4])
    for (let i = 0; i + length <= text.length; i += 1) add(`piece ${text.slice(i, i + length)}`, PIECE_WEIGHT);
  addShapes(words, add);
  const { content } = signals;
  for (const flag of FLAGS) if (signals[flag] === true) add(`signal ${flag}`, SIGNAL_WEIGHT);
  if (signals.yes !== null) add(`signal yes ${signals.yes}`, SIGNAL_WEIGHT);
  if (signals.verdict !== null) add(`signal verdict ${signals.verdict}`, SIGNAL_WEIGHT);
  if (repeated) add('signal repeated', SIGNAL_WEIGHT);
  for (const aspect of content.aspects) add(`asks ${aspect}`, 1);
  const shared = overlap(content.words, topic);
  const place = `${request?.verdict ?? 'opening'}${failed > 0 && request?.verdict === 'none' ? ' once failed' : ''}`;
  add(`place ${place}`, PLACE_WEIGHT);
  add(`offered ${offered}`, PLACE_WEIGHT);
  add(`length ${Math.min(6, Math.floor(Math.log2(1 + signals.word_count)))}`, PLACE_WEIGHT);
  if (content.things.size === 0) add('names nothing', PLACE_WEIGHT);
  if (content.words.size === 0) add('says nothing', PLACE_WEIGHT);
  if (shared > 0) add('shared', shared * PLACE_WEIGHT);
  if (content.asks) add('asks', PLACE_WEIGHT);
  const subject = content.words.size === 0 ? 'nothing' : shared > 0 ? 'same' : 'other';
  add(`place ${place} ${content.asks ? 'asks' : 'tells'} ${subject}`, PLACE_WEIGHT);
  let sum = 0;
  for (const value of found.values()) sum += value * value;
  const scale = NORM / Math.sqrt(sum);
  return new Map([...found].map(([name, value]) => [name, value * scale]));
}

/** What the turn looks like when only the classes of its words are told: runs of three, with what is not classed as « _ ». */
function addShapes(words: readonly string[], add: (name: string, value: number) => void): void {
  const shape: string[] = [];
  for (const word of words) {
    const name = /^[?.,]$/.test(word) ? word : (classOfWord(word) ?? '_');
    if (name !== '_' || shape.at(-1) !== '_') shape.push(name);
  }
  shape.forEach((name, i) => {
    add(`class ${name}`, CLASS_WEIGHT);
    if (i > 0) add(`class ${shape[i - 1]} ${name}`, CLASS_WEIGHT);
    if (i > 1) add(`class ${shape[i - 2]} ${shape[i - 1]} ${name}`, CLASS_WEIGHT);
  });
  add(`class first ${shape.slice(0, 2).join(' ')}`, CLASS_WEIGHT);
  // « Vous me décrivez la commission. Je demande ce que vaut le dépôt. »: a turn is often what its last sentence is.
  const ends = shape
    .map((name, i) => (name === '.' || name === '?' ? i : -1))
    .filter((i) => i >= 0 && i < shape.length - 2);
  const from = ends.at(-1);
  if (from === undefined) return;
  for (const name of new Set(shape.slice(from + 1))) add(`end class ${name}`, CLASS_WEIGHT);
  add(`end first ${shape.slice(from + 1, from + 3).join(' ')}`, CLASS_WEIGHT);
}
