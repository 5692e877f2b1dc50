/** One run of words: in both texts, only in the first, or only in the second. */
export interface DiffRun {
  readonly kind: 'same' | 'gone' | 'new';
  readonly text: string;
}

/** Beyond so many pairs to compare, changed parts are shown whole. */
const PAIRS_MAX = 1_000_000;

/**
 * What changed between two texts, by words with the space after them: joining `same` and `gone` gives the first text,
 * `same` and `new` the second. Bounded: very long changed parts are shown as one replaced block.
 */
export function diffWords(before: string, after: string): DiffRun[] {
  const a = before.match(/\S+\s*|\s+/g) ?? [];
  const b = after.match(/\S+\s*|\s+/g) ?? [];
  let start = 0;
  while (start < a.length && start < b.length && a[start] === b[start]) start += 1;
  let [end_a, end_b] = [a.length, b.length];
  while (end_a > start && end_b > start && a[end_a - 1] === b[end_b - 1]) {
    end_a -= 1;
    end_b -= 1;
  }
  const runs: DiffRun[] = [];
  const push = (kind: DiffRun['kind'], text: string): void => {
    const last = runs.at(-1);
    if (text === '') return;
    if (last?.kind === kind) runs[runs.length - 1] = { kind, text: last.text + text };
    else runs.push({ kind, text });
  };
  push('same', a.slice(0, start).join(''));
  for (const { kind, text } of middle(a.slice(start, end_a), b.slice(start, end_b))) push(kind, text);
  push('same', a.slice(end_a).join(''));
  return runs;
}

/** Longest common subsequence of two short lists of words. */
function middle(a: readonly string[], b: readonly string[]): DiffRun[] {
  if (a.length * b.length > PAIRS_MAX)
    return [
      { kind: 'gone', text: a.join('') },
      { kind: 'new', text: b.join('') },
    ];
  const width = b.length + 1;
  const common = new Uint32Array((a.length + 1) * width);
  for (let i = a.length - 1; i >= 0; i--) {
    for (let j = b.length - 1; j >= 0; j--) {
      common[i * width + j] =
        a[i] === b[j]
          ? common[(i + 1) * width + j + 1]! + 1
          : Math.max(common[(i + 1) * width + j]!, common[i * width + j + 1]!);
    }
  }
  const runs: DiffRun[] = [];
  let [i, j] = [0, 0];
  while (i < a.length || j < b.length) {
    if (i < a.length && j < b.length && a[i] === b[j]) {
      runs.push({ kind: 'same', text: a[i]! });
      i += 1;
      j += 1;
    } else if (j >= b.length || (i < a.length && common[(i + 1) * width + j]! >= common[i * width + j + 1]!)) {
      runs.push({ kind: 'gone', text: a[i]! });
      i += 1;
    } else {
      runs.push({ kind: 'new', text: b[j]! });
      j += 1;
    }
  }
  return runs;
}
