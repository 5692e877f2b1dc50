import type { EncodedMail } from './encoder.ts';
import { BLOCKS, normalise, PAIRED_MAX, STEM_CHARS, type MailReading } from './features.ts';
import { passagesOf, type Passage } from './passages.ts';
import { BEGINNING, Vocabulary } from './vocabulary.ts';

interface KnownWord {
  readonly ordinal: number;
  readonly word: number;
  readonly stem: number;
}

export interface EncodedPassage extends EncodedMail {
  readonly passage: Passage;
}

const CACHE_MAX = 20_000;
const CONCEPT_BASE = 65_536;

/**
 * Counts the features of every passage of a mail: `w` word or pair of words, `t` stem, `k` concept, `p` two concepts of
 * the passage together (an operation and a near day, a wait and the allowances). Each word is looked up once, however
 * many passages hold it. Holds scratch space: one mail at a time.
 */
export class PassageEncoder {
  readonly #vocabulary: Vocabulary;
  readonly #cache = new Map<string, KnownWord>();
  readonly #concepts = new Map<string, { ordinal: number; id: number }>();
  readonly #conceptPairs = new Map<number, number>();

  /** @param names of a trained model, in order; without them the encoder grows */
  constructor(names?: readonly string[]) {
    this.#vocabulary = new Vocabulary(names, { w: true });
  }

  get names(): readonly string[] {
    return this.#vocabulary.names;
  }

  encode(mail: MailReading): EncodedPassage[] {
    const { words, hits } = mail;
    const known = words.map(({ text }) => this.#known(text));
    const vocabulary = this.#vocabulary;
    const concepts = hits.map(({ name, first, last }) => ({ ...this.#concept(name), name, first, last }));
    return passagesOf(words).map((passage) => {
      const ids: number[] = [];
      const counts: number[] = [];
      const ends: number[] = [];
      const inside = concepts.filter((hit) => hit.first >= passage.first && hit.last < passage.end);
      for (const block of BLOCKS) {
        if (block === 'words') {
          let before = BEGINNING;
          for (let i = passage.first; i < passage.end; i += 1) {
            const { ordinal, word } = known[i]!;
            vocabulary.count(word);
            const previous = i === passage.first ? '^' : words[i - 1]!.text;
            vocabulary.countPair('w', before, ordinal, previous, words[i]!.text);
            before = ordinal;
          }
        } else if (block === 'stems') {
          for (let i = passage.first; i < passage.end; i += 1) vocabulary.count(known[i]!.stem);
        } else if (block === 'concepts') {
          for (const { id } of inside) vocabulary.count(id);
        } else if (block === 'pairs') this.#pairs(inside);
        vocabulary.take(ids, counts);
        ends.push(ids.length);
      }
      return { passage, ids: new Int32Array(ids), counts: new Uint16Array(counts), ends };
    });
  }

  #pairs(hits: readonly { readonly name: string; readonly ordinal: number }[]): void {
    if (hits.length < 2) return;
    const distinct = new Map(hits.map((hit) => [hit.name, hit]));
    const list = [...distinct.values()].sort((a, b) => (a.name < b.name ? -1 : 1)).slice(0, PAIRED_MAX);
    for (let i = 0; i < list.length; i += 1) {
      for (let j = i + 1; j < list.length; j += 1) {
        const key = list[i]!.ordinal * CONCEPT_BASE + list[j]!.ordinal;
        let id = this.#conceptPairs.get(key);
        if (id === undefined) {
          id = this.#vocabulary.number(`p${list[i]!.name}+${list[j]!.name}`);
          this.#conceptPairs.set(key, id);
        }
        this.#vocabulary.count(id);
      }
    }
  }

  #concept(name: string): { ordinal: number; id: number } {
    let concept = this.#concepts.get(name);
    if (concept === undefined) {
      concept = { ordinal: this.#concepts.size, id: this.#vocabulary.number(`k${name}`) };
      this.#concepts.set(name, concept);
    }
    return concept;
  }

  #known(text: string): KnownWord {
    let known = this.#cache.get(text);
    if (known === undefined) {
      const word = normalise(text);
      known = {
        ordinal: this.#vocabulary.ordinal(word),
        word: this.#vocabulary.number(`w${word}`),
        stem: this.#vocabulary.number(`t${text.slice(0, STEM_CHARS)}`),
      };
      if (this.#cache.size >= CACHE_MAX) this.#cache.clear();
      this.#cache.set(text, known);
    }
    return known;
  }
}
