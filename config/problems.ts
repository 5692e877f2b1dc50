/**
 * A fault in the configuration, with its place. All faults are reported at once, in French: supervisors read them.
 */
export interface Problem {
  /** Only errors keep a set from loading. */
  readonly severity: 'error' | 'warning';
  /** Path inside the configuration folder, with "/". */
  readonly file: string;
  /** From 1. */
  readonly line: number;
  readonly col: number;
  readonly what: string;
  /** What stands there, shortened. */
  readonly value?: string;
  readonly expected?: string;
  readonly did_you_mean?: string;
  /** The rule, flag or provisional motif whose own example does not hold, as `rule:ceam.commande`. */
  readonly example_of?: string;
}

/** A place in a file. */
export interface Place {
  readonly file: string;
  readonly line: number;
  readonly col: number;
}

export type ProblemText = Pick<Problem, 'what' | 'value' | 'expected' | 'did_you_mean' | 'example_of'>;

const VALUE_CHARS_MAX = 80;

/** Builds an error; empty fields are left out. */
export function problemAt(place: Place, text: ProblemText, severity: Problem['severity'] = 'error'): Problem {
  return { severity, file: place.file, line: place.line, col: place.col, ...text };
}

/** One line: `file:line:col  what ; trouvé … ; attendu … ; vouliez-vous dire … ?` */
export function formatProblem(problem: Problem): string {
  const parts = [problem.severity === 'warning' ? `avertissement : ${problem.what}` : problem.what];
  if (problem.value !== undefined) parts.push(`trouvé : « ${problem.value} »`);
  if (problem.expected !== undefined) parts.push(`attendu : ${problem.expected}`);
  if (problem.did_you_mean !== undefined) parts.push(`vouliez-vous dire « ${problem.did_you_mean} » ?`);
  return `${problem.file}:${problem.line}:${problem.col}  ${parts.join(' ; ')}`;
}

export function formatProblems(problems: readonly Problem[]): string {
  return problems.map(formatProblem).join('\n');
}

/** In reading order, by file, line and column; the same thing is said once. */
export function sortProblems(problems: readonly Problem[]): Problem[] {
  const distinct = new Map(problems.map((problem) => [formatProblem(problem), problem]));
  const order = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
  return [...distinct.values()].sort(
    (a, b) => order(a.file, b.file) || a.line - b.line || a.col - b.col || order(a.what, b.what),
  );
}

/** One line, at most 80 characters: long or many-lined values would drown the message. */
export function shorten(value: unknown): string {
  const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? String(value));
  const line = text.replace(/\s+/g, ' ').trim();
  return line.length > VALUE_CHARS_MAX ? `${line.slice(0, VALUE_CHARS_MAX - 1)}…` : line;
}

/** The nearest known word, when it is near enough to be what was meant. */
export function suggest(value: string, known: Iterable<string>): string | undefined {
  const wanted = value.slice(0, 64).toLowerCase();
  let best: string | undefined;
  // A third of the word may be wrong, as oban's validation does; "n1" must not suggest "pe".
  let best_distance = Math.max(1, Math.floor(wanted.length / 3)) + 1;
  for (const candidate of known) {
    if (candidate.length > 64) continue;
    const distance = editDistance(wanted, candidate.toLowerCase(), best_distance);
    if (distance < best_distance) {
      best = candidate;
      best_distance = distance;
    }
  }
  return best === value ? undefined : best;
}

/** Levenshtein with adjacent swaps counted once; gives up at `limit`. */
function editDistance(a: string, b: string, limit: number): number {
  if (Math.abs(a.length - b.length) >= limit) return limit;
  let before: number[] = [];
  let previous = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1];
      let cost = Math.min(previous[j]! + 1, row[j - 1]! + 1, previous[j - 1]! + (same ? 0 : 1));
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) cost = Math.min(cost, before[j - 2]! + 1);
      row.push(cost);
    }
    if (Math.min(...row) >= limit) return limit;
    before = previous;
    previous = row;
  }
  return previous[b.length]!;
}
