import { anchorOf, beginningsOf, reachOf } from './pattern.ts';
import type { Node, Phrase, Step } from './phrase.ts';

/**
 * All phrases of a scanner as numbers in a few arrays. A mail is read against thousands of phrases: what is tried lies
 * close together in memory, and words are compared as numbers.
 */

/** Kinds of nodes in {@link Program.code}. A node: kind; for forms also their count, where the next node is, the forms. */
export const END = 0;
export const GAP = 1;
export const FORMS = 2;
/** Forms of which none need stand. */
export const OPTIONAL = 3;
/** Numbers of a node of forms before its first form; a form is its first step and where its further steps are, or 0. */
export const FORMS_HEAD = 3;
export const FORM_SIZE = 2;

/** Phrases begin with a word of three letters at least where they begin with a prefix. */
const PREFIX_KEY_CHARS = 3;

/** What one word means to all phrases. */
export interface Use {
  /** The number of the word as a step; -1 where no phrase asks for it. */
  readonly term: number;
  /** The prefixes it begins with, as steps. */
  readonly prefixes: readonly number[];
  /** Phrases whose rarest word it is. */
  readonly anchors: readonly number[];
  /** Phrases that may begin here. */
  readonly beginnings: readonly number[];
}

/** A step or phrase under the first letters of a prefix. */
interface Filed {
  readonly prefix: string;
  readonly number: number;
}

/** Plain data, so that it can be kept: reading and compiling thousands of phrases takes longer than reading a mail. */
export interface Program {
  /** Nodes of phrase after phrase. */
  readonly code: Int32Array;
  /** By phrase: its first node. */
  readonly entries: Int32Array;
  /** By phrase: its rarest word stands at most so many words behind its first. */
  readonly reaches: Int32Array;
  /** By phrase: a negation in the text does not turn it round. */
  readonly negative: Uint8Array;
  /** By phrase: it stands at the end of its sentence or clause. */
  readonly final: Uint8Array;
  readonly terms: ReadonlyMap<string, number>;
  readonly prefixes: ReadonlyMap<string, readonly Filed[]>;
  readonly beginWords: ReadonlyMap<string, readonly number[]>;
  readonly beginPrefixes: ReadonlyMap<string, readonly Filed[]>;
  readonly anchorWords: ReadonlyMap<string, readonly number[]>;
  readonly anchorPrefixes: ReadonlyMap<string, readonly Filed[]>;
}

export function compileProgram(phrases: readonly Phrase[]): Program {
  return new Compiler().compile(phrases);
}

const NONE: readonly number[] = [];

/** What a word is to the phrases; undefined for most words. Mails bring two new words each, so this makes little. */
export function useOf(program: Program, text: string): Use | undefined {
  const key = text.length < PREFIX_KEY_CHARS ? text : text.slice(0, PREFIX_KEY_CHARS);
  const term = program.terms.get(text) ?? -1;
  const prefixes = under(program.prefixes.get(key), text);
  const anchors = both(program.anchorWords.get(text), under(program.anchorPrefixes.get(key), text));
  const beginnings = both(program.beginWords.get(text), under(program.beginPrefixes.get(key), text));
  if (term < 0 && prefixes.length + anchors.length + beginnings.length === 0) return undefined;
  // In this order they are tried; what a phrase begins with in two ways is tried once.
  return { term, prefixes, anchors, beginnings: beginnings.length < 2 ? beginnings : [...new Set(beginnings)] };
}

/** What is filed under a prefix that `text` begins with. */
function under(filed: readonly Filed[] | undefined, text: string): readonly number[] {
  if (filed === undefined) return NONE;
  const numbers: number[] = [];
  for (const { prefix, number } of filed) if (text.startsWith(prefix)) numbers.push(number);
  return numbers;
}

function both(first: readonly number[] | undefined, second: readonly number[]): readonly number[] {
  if (first === undefined) return second;
  return second.length === 0 ? first : [...first, ...second];
}

class Compiler {
  readonly #terms = new Map<string, number>();
  readonly #prefixes = new Map<string, Filed[]>();
  #prefixCount = 0;
  readonly #beginWords = new Map<string, number[]>();
  readonly #beginPrefixes = new Map<string, Filed[]>();
  readonly #anchorWords = new Map<string, number[]>();
  readonly #anchorPrefixes = new Map<string, Filed[]>();

  compile(phrases: readonly Phrase[]): Program {
    const code: number[] = [END];
    const entries = Int32Array.from(phrases, ({ nodes }) => this.#write(nodes, code));
    for (const [phrase, { nodes }] of phrases.entries()) this.#file(nodes, phrase);
    return {
      code: Int32Array.from(code),
      entries,
      reaches: Int32Array.from(phrases, ({ nodes }) => reachOf(nodes)),
      negative: Uint8Array.from(phrases, (phrase) => Number(phrase.negative)),
      final: Uint8Array.from(phrases, (phrase) => Number(phrase.final)),
      terms: this.#terms,
      prefixes: this.#prefixes,
      beginWords: this.#beginWords,
      beginPrefixes: this.#beginPrefixes,
      anchorWords: this.#anchorWords,
      anchorPrefixes: this.#anchorPrefixes,
    };
  }

  /** Writes the nodes of a phrase and says where. */
  #write(nodes: readonly Node[], code: number[]): number {
    // Further steps first, so that the nodes lie side by side.
    const written = nodes.map((node) =>
      node.kind === 'gap' ? undefined : inOrder(node.forms).map((form) => this.#writeForm(form, code)),
    );
    const entry = code.length;
    for (const [i, node] of nodes.entries()) {
      const forms = written[i];
      if (node.kind === 'gap' || forms === undefined) {
        code.push(GAP);
        continue;
      }
      const kind = node.forms.some((form) => form.length === 0) ? OPTIONAL : FORMS;
      code.push(kind, forms.length, code.length + FORMS_HEAD + forms.length * FORM_SIZE, ...forms.flat());
    }
    code.push(END);
    return entry;
  }

  #writeForm(form: readonly Step[], code: number[]): [first: number, further: number] {
    const [first, ...further] = form.map((step) => this.#stepOf(step));
    if (further.length === 0) return [first!, 0];
    const at = code.length;
    code.push(further.length, ...further);
    return [first!, at];
  }

  /** The number of a step: words count from 0 up, prefixes from -1 down. */
  #stepOf({ kind, text }: Step): number {
    if (kind === 'word') {
      const step = this.#terms.get(text) ?? this.#terms.size;
      this.#terms.set(text, step);
      return step;
    }
    const known = this.#prefixes.get(text.slice(0, PREFIX_KEY_CHARS))?.find(({ prefix }) => prefix === text);
    if (known !== undefined) return known.number;
    this.#prefixCount += 1;
    filePrefix(this.#prefixes, text, -this.#prefixCount);
    return -this.#prefixCount;
  }

  #file(nodes: readonly Node[], phrase: number): void {
    for (const { kind, text } of beginningsOf(nodes)) {
      if (kind === 'word') push(this.#beginWords, text, phrase);
      else filePrefix(this.#beginPrefixes, text, phrase);
    }
    for (const { kind, text } of anchorOf(nodes)) {
      if (kind === 'word') push(this.#anchorWords, text, phrase);
      else filePrefix(this.#anchorPrefixes, text, phrase);
    }
  }
}

/** The forms that begin with a word before those that begin with a prefix; an empty one is no form to look for. */
function inOrder(forms: readonly (readonly Step[])[]): (readonly Step[])[] {
  const of = (kind: Step['kind']): (readonly Step[])[] => forms.filter((form) => form[0]?.kind === kind);
  return [...of('word'), ...of('prefix')];
}

function filePrefix(map: Map<string, Filed[]>, prefix: string, number: number): void {
  push(map, prefix.slice(0, PREFIX_KEY_CHARS), { prefix, number });
}

function push<V>(map: Map<string, V[]>, key: string, value: V): void {
  const list = map.get(key);
  if (list === undefined) map.set(key, [value]);
  else list.push(value);
}
