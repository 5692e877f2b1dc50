import type { MotifInput } from '../domain/facts.ts';
import { BLOCK_WEIGHT, BLOCKS, eachFeature, type Block } from './features.ts';
import type { SparseRow } from './svm.ts';

/** Feature names with their numbers and inverse document frequencies. */
export interface Dictionary {
  readonly ids: ReadonlyMap<string, number>;
  readonly idf: Float32Array;
}

const prefix = (block: Block, name: string): string => `${block[0]}${block[1]}|${name}`;

/** Builds the dictionary of features seen in at least `min_df` mails. */
export function buildDictionary(inputs: readonly MotifInput[], min_df: number): Dictionary {
  const df = new Map<string, number>();
  for (const input of inputs) {
    const seen = new Set<string>();
    eachFeature(input, (block, name) => seen.add(prefix(block, name)));
    for (const name of seen) df.set(name, (df.get(name) ?? 0) + 1);
  }
  const kept = [...df].filter(([, n]) => n >= min_df).sort(([a], [b]) => (a < b ? -1 : 1));
  const idf = new Float32Array(kept.length);
  const ids = new Map<string, number>();
  for (const [id, [name, n]] of kept.entries()) {
    ids.set(name, id);
    idf[id] = Math.log((1 + inputs.length) / (1 + n)) + 1;
  }
  return { ids, idf };
}

/** Sublinear TF-IDF, each block L2-normed and weighted. */
export function vectorize(input: MotifInput, dictionary: Dictionary): SparseRow {
  const counts: Record<Block, Map<number, number>> = { words: new Map(), chars: new Map(), subject: new Map(), quoted: new Map(), concepts: new Map(), context: new Map() };
  eachFeature(input, (block, name) => {
    const id = dictionary.ids.get(prefix(block, name));
    if (id === undefined) return;
    const map = counts[block];
    map.set(id, (map.get(id) ?? 0) + 1);
  });
  const index: number[] = [];
  const value: number[] = [];
  for (const block of BLOCKS) {
    let norm = 0;
    const from = value.length;
    for (const [id, n] of counts[block]) {
      const x = (1 + Math.log(n)) * dictionary.idf[id]!;
      index.push(id);
      value.push(x);
      norm += x * x;
    }
    const scale = norm === 0 ? 0 : BLOCK_WEIGHT[block] / Math.sqrt(norm);
    for (let k = from; k < value.length; k += 1) value[k]! *= scale;
  }
  return { index: Int32Array.from(index), value: Float32Array.from(value) };
}
