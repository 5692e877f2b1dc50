import type { EncodedMail } from './encoder.ts';

export interface SelectedFeatures {
  /** From the encoder's number to the model's, -1 for a feature left out. */
  readonly ids: Int32Array;
  readonly names: string[];
  readonly idf: Float32Array;
}

/** The features of at least `min_df` mails, in name order, with their inverse document frequencies. */
export function selectFeatures(
  all_names: readonly string[],
  mails: readonly (EncodedMail | readonly EncodedMail[])[],
  min_df: number,
): SelectedFeatures {
  const df = new Int32Array(all_names.length);
  const seenIn = new Int32Array(all_names.length).fill(-1);
  for (const [i, mail] of mails.entries())
    for (const { ids } of [mail].flat() as EncodedMail[])
      for (const id of ids) {
        if (seenIn[id] === i) continue;
        seenIn[id] = i;
        df[id]! += 1;
      }
  const kept: number[] = [];
  for (let id = 0; id < df.length; id += 1) if (df[id]! >= min_df) kept.push(id);
  kept.sort((a, b) => (all_names[a]! < all_names[b]! ? -1 : 1));
  const ids = new Int32Array(all_names.length).fill(-1);
  const idf = new Float32Array(kept.length);
  for (const [to, id] of kept.entries()) {
    ids[id] = to;
    idf[to] = Math.log((1 + mails.length) / (1 + df[id]!)) + 1;
  }
  return { ids, names: kept.map((id) => all_names[id]!), idf };
}
