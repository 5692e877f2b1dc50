import { isDenied } from './negation.ts';
import { anchorOf, beginningsOf, fileNode, reachOf, type Filed } from './pattern.ts';
import { GAP_WORDS_MAX, type Phrase, type Step } from './phrase.ts';
import type { Word } from './words.ts';

/** Word positions of one match, both included. */
export interface Hit {
  readonly first: number;
  readonly last: number;
}

interface Pattern {
  readonly phrase: number;
  readonly negative: boolean;
  readonly final: boolean;
  readonly nodes: readonly Filed[];
  /** Its rarest word stands at most so many words behind its first. */
  readonly reach: number;
}

/** Enough evidence for a person; a mail that repeats itself a thousand times must not fill the memory. */
const HITS_PER_PHRASE_MAX = 3;
/** Phrases begin with a word of three letters at least where they begin with a prefix. */
const PREFIX_KEY_CHARS = 3;

/**
 * All phrases of a rulebook, looked for in one pass. Patterns are filed under the words they may begin with, so that a
 * word of the mail meets only those, and are tried only where their rarest word follows within their reach (many begin
 * with « je » or « pas »): the cost follows the mail, hardly the number of phrases.
 */
export class Scanner {
  readonly #phrases = new Map<string, number>();
  readonly #byWord = new Map<string, Pattern[]>();
  readonly #byPrefix = new Map<string, Pattern[]>();
  readonly #uses = new Map<string, Use>();
  readonly #anchorWords = new Map<string, number[]>();
  readonly #anchorPrefixes = new Map<string, { readonly text: string; readonly id: number }[]>();
  /** Two sets that are compared read the same words; a text is forgotten with its words. */
  #scanned = new WeakMap<readonly Word[], ReadonlyMap<number, readonly Hit[]>>();
  /** By phrase, while a text is scanned: one more than where its rarest word stands next; all 0 between two texts. */
  #next = new Int32Array(0);

  /** Files a phrase and returns its number; the same source gives the same number. */
  add(phrase: Phrase): number {
    const known = this.#phrases.get(phrase.source);
    if (known !== undefined) return known;
    const number = this.#phrases.size;
    this.#phrases.set(phrase.source, number);
    this.#uses.clear();
    this.#scanned = new WeakMap();
    const pattern: Pattern = {
      phrase: number,
      negative: phrase.negative,
      final: phrase.final,
      nodes: phrase.nodes.map(fileNode),
      reach: reachOf(phrase.nodes),
    };
    for (const step of beginningsOf(phrase.nodes)) {
      if (step.kind === 'word') file(this.#byWord, step.text, pattern);
      else file(this.#byPrefix, step.text.slice(0, PREFIX_KEY_CHARS), pattern);
    }
    for (const step of anchorOf(phrase.nodes)) {
      if (step.kind === 'word') push(this.#anchorWords, step.text, number);
      else push(this.#anchorPrefixes, step.text.slice(0, PREFIX_KEY_CHARS), { text: step.text, id: number });
    }
    return number;
  }

  /** What stands in `words`: phrase number → places, in order. */
  scan(words: readonly Word[]): ReadonlyMap<number, readonly Hit[]> {
    let hits = this.#scanned.get(words);
    if (hits === undefined) {
      hits = this.#scan(words);
      this.#scanned.set(words, hits);
    }
    return hits;
  }

  #scan(words: readonly Word[]): ReadonlyMap<number, readonly Hit[]> {
    const hits = new Map<number, Hit[]>();
    const uses: Use[] = [];
    for (let i = 0; i < words.length; i++) uses.push(this.#useOf(words[i]!.text));
    const { patterns, places } = this.#candidates(uses);
    for (let k = patterns.length - 1; k >= 0; k--) tryOne(patterns[k]!, words, places[k]!, hits);
    return hits;
  }

  /** From the end of the text to its beginning: the patterns that may stand at a word, and the word's position. */
  #candidates(uses: readonly Use[]): { patterns: Pattern[]; places: number[] } {
    if (this.#next.length < this.#phrases.size) this.#next = new Int32Array(this.#phrases.size);
    const next = this.#next;
    const found: Pattern[] = [];
    const places: number[] = [];
    for (let i = uses.length - 1; i >= 0; i--) {
      const { anchors, patterns } = uses[i]!;
      for (let k = 0; k < anchors.length; k++) next[anchors[k]!] = i + 1;
      for (let p = patterns.length - 1; p >= 0; p--) {
        const pattern = patterns[p]!;
        const at = next[pattern.phrase]!;
        if (at === 0 || at - 1 - i > pattern.reach) continue;
        found.push(pattern);
        places.push(i);
      }
    }
    for (const { anchors } of uses) for (let k = 0; k < anchors.length; k++) next[anchors[k]!] = 0;
    return { patterns: found, places };
  }

  /** What a word may begin and what it makes possible; the same words come again in every mail. */
  #useOf(text: string): Use {
    let use = this.#uses.get(text);
    if (use === undefined) {
      const prefix = text.slice(0, PREFIX_KEY_CHARS);
      const long = text.length >= PREFIX_KEY_CHARS;
      use = {
        patterns: [...(this.#byWord.get(text) ?? []), ...((long ? this.#byPrefix.get(prefix) : undefined) ?? [])],
        anchors: [
          ...(this.#anchorWords.get(text) ?? []),
          ...((long ? this.#anchorPrefixes.get(prefix) : undefined) ?? [])
            .filter((anchor) => text.startsWith(anchor.text))
            .map((anchor) => anchor.id),
        ],
      };
      if (use.patterns.length === 0 && use.anchors.length === 0) use = UNUSED;
      if (this.#uses.size >= USES_MAX) this.#uses.clear();
      this.#uses.set(text, use);
    }
    return use;
  }
}

/** What one word means to all phrases. */
interface Use {
  readonly patterns: readonly Pattern[];
  /** Phrases whose rarest word it is. */
  readonly anchors: readonly number[];
}

const UNUSED: Use = { patterns: [], anchors: [] };
/** Hostile mail brings words without end; real mail repeats itself. */
const USES_MAX = 20_000;

function push<V>(map: Map<string, V[]>, key: string, value: V): void {
  const list = map.get(key);
  if (list === undefined) map.set(key, [value]);
  else list.push(value);
}

function file(map: Map<string, Pattern[]>, key: string, pattern: Pattern): void {
  const list = map.get(key);
  if (list === undefined) map.set(key, [pattern]);
  // One word may begin two forms of the same phrase.
  else if (list.at(-1) !== pattern) list.push(pattern);
}

function tryOne(pattern: Pattern, words: readonly Word[], at: number, hits: Map<number, Hit[]>): void {
  const { phrase, nodes, negative, final } = pattern;
  const found = hits.get(phrase);
  // Found here already by way of another beginning, or often enough.
  if (found !== undefined && (found.length >= HITS_PER_PHRASE_MAX || found.at(-1)!.last >= at)) return;
  const end = follow(nodes, 0, words, at, at);
  if (end <= at || (final && end < words.length && words[end]!.gap === 'none')) return;
  if (!negative && isDenied(words, at, end - 1)) return;
  const hit = { first: at, last: end - 1 };
  if (found === undefined) hits.set(phrase, [hit]);
  else found.push(hit);
}

/** Position behind a match of `nodes` from `node` on at word `at`; -1 when there is none. `start` is where it began. */
function follow(nodes: readonly Filed[], node: number, words: readonly Word[], at: number, start: number): number {
  const wanted = nodes[node];
  if (wanted === undefined) return at;
  if (wanted.kind === 'gap') {
    for (let i = at; i <= at + GAP_WORDS_MAX && i < words.length && words[i]!.gap !== 'stop'; i++) {
      const end = follow(nodes, node + 1, words, i, start);
      if (end >= 0) return end;
    }
    return -1;
  }
  const word = words[at];
  // A phrase never runs on into the next sentence.
  if (word !== undefined && (at === start || word.gap !== 'stop')) {
    for (const form of wanted.words.get(word.text) ?? []) {
      const end = fits(form, words, at) ? follow(nodes, node + 1, words, at + form.length, start) : -1;
      if (end >= 0) return end;
    }
    for (const form of wanted.prefixes) {
      const end = fits(form, words, at) ? follow(nodes, node + 1, words, at + form.length, start) : -1;
      if (end >= 0) return end;
    }
  }
  return wanted.optional ? follow(nodes, node + 1, words, at, start) : -1;
}

function fits(form: readonly Step[], words: readonly Word[], at: number): boolean {
  for (let i = 0; i < form.length; i++) {
    const word = words[at + i];
    const step = form[i]!;
    if (word === undefined || (i > 0 && word.gap === 'stop')) return false;
    if (step.kind === 'word' ? word.text !== step.text : !word.text.startsWith(step.text)) return false;
  }
  return true;
}
