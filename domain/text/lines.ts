import { foldText } from './fold.ts';

/**
 * Counts what a splitter looked at. Tests use it to show that the work grows with the text and not faster: a mail is
 * hostile input, and a wall clock on a shared machine proves nothing.
 */
export interface Work {
  lines: number;
}

/** Markers of quotes and signatures are short; a longer line is prose and no pattern runs over it. */
export const MAX_MARKER_LENGTH = 400;

/** `> ` prefixes of any depth, as mail programs and our own HTML conversion write them. */
const QUOTE_PREFIX = /^[ \t]{0,3}>/;

/** A mail is gone through for quotes, and what is left once more for the signature. */
const remembered = new Map<string, string>();
const REMEMBERED_MAX = 256;

/** A line of at most {@link MAX_MARKER_LENGTH}, folded, without bold marks and leading decoration. */
function foldedLine(line: string): string {
  let folded = remembered.get(line);
  if (folded === undefined) {
    folded = foldText(line.includes('*') ? line.replaceAll('*', ' ') : line).replace(/^[|_" ]+/, '');
    if (remembered.size >= REMEMBERED_MAX) remembered.clear();
    remembered.set(line, folded);
  }
  return folded;
}

/** A text as lines, each folded at most once and only when a marker could stand on it. */
export class Lines {
  readonly all: readonly string[];
  readonly #folded: (string | undefined)[];
  readonly #work: Work | undefined;

  constructor(text: string, work?: Work) {
    this.all = text.split(/\r?\n/);
    this.#folded = new Array<string | undefined>(this.all.length);
    this.#work = work;
  }

  get length(): number {
    return this.all.length;
  }

  /** The line as written, '' beyond the end. */
  at(index: number): string {
    if (this.#work !== undefined) this.#work.lines += 1;
    return this.all[index] ?? '';
  }

  /** The line folded, without bold marks and leading decoration; '' when it is too long to be a marker. */
  folded(index: number): string {
    const line = this.at(index);
    const known = this.#folded[index];
    if (known !== undefined) return known;
    const folded = line.length > MAX_MARKER_LENGTH ? '' : foldedLine(line);
    this.#folded[index] = folded;
    return folded;
  }

  /** The first 400 characters of a line, folded: for paragraphs that are one long line. */
  opening(index: number): string {
    const line = this.at(index);
    return line.length > MAX_MARKER_LENGTH ? foldText(line.slice(0, MAX_MARKER_LENGTH)) : this.folded(index);
  }

  isBlank(index: number): boolean {
    return this.at(index).trim() === '';
  }

  isQuoted(index: number): boolean {
    return QUOTE_PREFIX.test(this.at(index));
  }

  /** The next line with something on it at or after `index`, at most `within` lines away; the length when there is none. */
  nextWritten(index: number, within: number): number {
    for (let i = index; i < Math.min(index + within, this.length); i += 1) if (!this.isBlank(i)) return i;
    return this.length;
  }
}

/** Joins lines, drops white space at the line ends, keeps at most one empty line in a row. */
export function joinLines(lines: readonly string[]): string {
  const out: string[] = [];
  for (const line of lines) {
    const trimmed = line.trimEnd();
    if (trimmed === '' && (out.length === 0 || out.at(-1) === '')) continue;
    out.push(trimmed);
  }
  if (out.at(-1) === '') out.pop();
  return out.join('\n');
}
