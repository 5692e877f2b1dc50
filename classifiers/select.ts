import { beginningOf, rowAt, type EncodedRows } from './encoded-rows.ts';
import type { TrainingRoom } from './training-room.ts';
import { weighInto, type Row } from './weigh.ts';

export interface SelectedFeatures {
  /** From the encoder's number to the fit's, -1 for a feature left out. */
  readonly ids: Int32Array;
  /** From the fit's number to the encoder's. */
  readonly kept: Int32Array;
  readonly idf: Float32Array;
}

/** The features of at least `min_df` of the chosen mails, in the encoder's order, with their inverse document frequencies. */
export function selectFeatures(rows: EncodedRows, chosen: readonly number[], min_df: number): SelectedFeatures {
  const { ids: all, width } = rows;
  const df = new Int32Array(width);
  const seenIn = new Int32Array(width).fill(-1);
  for (const mail of chosen) {
    const end = beginningOf(rows, mail + 1);
    for (let at = beginningOf(rows, mail); at < end; at += 1) {
      const id = all[at]!;
      if (seenIn[id] === mail) continue;
      seenIn[id] = mail;
      df[id]! += 1;
    }
  }
  const ids = new Int32Array(width).fill(-1);
  const kept: number[] = [];
  for (let id = 0; id < width; id += 1) if (df[id]! >= min_df) ids[id] = kept.push(id) - 1;
  const idf = Float32Array.from(kept, (id) => Math.log((1 + chosen.length) / (1 + df[id]!)) + 1);
  return { ids, kept: Int32Array.from(kept), idf };
}

/** How many rows the chosen mails have, and how many features at most. */
export function sizeOf(rows: EncodedRows, chosen: readonly number[]): { rows: number; features: number } {
  const size = { rows: 0, features: 0 };
  for (const mail of chosen) {
    size.rows += rows.first[mail + 1]! - rows.first[mail]!;
    size.features += beginningOf(rows, mail + 1) - beginningOf(rows, mail);
  }
  return size;
}

/** Weighs all rows of the chosen mails into the room, in their order. */
export function weighAll(
  room: TrainingRoom,
  rows: EncodedRows,
  chosen: readonly number[],
  { idf, ids }: SelectedFeatures,
  weights?: readonly number[],
): void {
  const row: Row = { index: new Int32Array(1_024), value: new Float32Array(1_024), length: 0 };
  for (const mail of chosen)
    for (let at = rows.first[mail]!; at < rows.first[mail + 1]!; at += 1) {
      weighInto(row, rowAt(rows, at), idf, ids, weights);
      room.add(row);
    }
}
