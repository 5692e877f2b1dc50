import type { Evidence, Facts } from '../facts.ts';
import { parsePhrase, Scanner } from '../match.ts';
import { Reading, type Place } from '../match/reading.ts';
import type { Condition, Predicate } from '../rulebook.ts';
import { shownEvidence, type Shown, type textsOf } from './evidence.ts';

/** So much of the text before a phrase is shown, for the negation stands there. */
const BEFORE_CHARS_MAX = 40;

/**
 * Phrases a mail holds and denies, for those who wonder why « prime de noël » does not see « je n'ai pas eu la prime de
 * Noël ». The mail is scanned twice, as production does and as if nothing in it were denied.
 */
export class DeniedPhrases {
  readonly #plain = new Scanner();
  readonly #anyway = new Scanner();
  readonly #facts: Facts;
  #read: { readonly plain: Reading; readonly anyway: Reading } | undefined;

  /** @param predicates all that will be asked about */
  constructor(facts: Facts, predicates: readonly Predicate[]) {
    this.#facts = facts;
    for (const source of predicates.flatMap(phrasesOf)) {
      const phrase = parsePhrase(source);
      this.#plain.add(phrase);
      this.#anyway.add({ ...phrase, negative: true });
    }
  }

  /** Where phrases of a predicate stand, each with the words before it, of which one denies it. Masked. */
  of(predicate: Predicate, texts: ReturnType<typeof textsOf>): readonly Shown[] {
    const read = (this.#read ??= {
      plain: new Reading(this.#facts, this.#plain),
      anyway: new Reading(this.#facts, this.#anyway),
    });
    const denied = phrasesOf(predicate).flatMap((source) => {
      const phrase = parsePhrase(source);
      if (phrase.negative || read.plain.phrase(this.#plain.add(phrase)).length > 0) return [];
      return read.anyway.phrase(this.#anyway.add({ ...phrase, negative: true }));
    });
    return shownEvidence(
      denied.map((place) => widened(place, texts[place.part])),
      texts,
    );
  }
}

/** The place from a few words earlier on, inside its sentence. */
function widened({ part, start, end }: Place, text: string): Evidence {
  const before = text.slice(Math.max(0, start - BEFORE_CHARS_MAX), start);
  const cut = start > BEFORE_CHARS_MAX ? before.replace(/^\S*\s/u, '') : before;
  const sentence = cut.split(/[.!?\n]\s*/u).at(-1)!;
  return { for: '', part, start: start - sentence.length, end };
}

/** Every phrase that could make a predicate true, those of groups included. */
function phrasesOf(predicate: Predicate): readonly string[] {
  if ('any_phrase' in predicate) return predicate.any_phrase;
  if ('all_phrases' in predicate) return predicate.all_phrases;
  const { all, any } = predicate as Condition;
  return [...(all ?? []), ...(any ?? [])].flatMap(phrasesOf);
}
