import { setImmediate as yieldToOthers } from 'node:timers/promises';
import { hasCode } from '../domain/errors.ts';
import type { MotifModel } from '../domain/facts.ts';
import type { CompiledRulebook } from '../domain/match.ts';
import { replay, type Replay } from '../domain/replay.ts';
import { SYSTEM, type Store, type Tx } from './database.ts';
import { recordedBetween, type RecordedDecision } from './recorded.ts';

/** Sets and models by digest, as they are kept (law 4). */
export interface Kept {
  readonly rulebook: (tx: Tx, of: string) => Promise<CompiledRulebook>;
  readonly model: (tx: Tx, of: string) => Promise<MotifModel>;
}

/** A stored set and a stored model, where this program still reads them. */
export async function readKept(
  tx: Tx,
  kept: Kept,
  row: Pick<RecordedDecision, 'rulebook_digest' | 'model_digest'>,
): Promise<{ book: CompiledRulebook | undefined; model: MotifModel | undefined }> {
  return {
    book: await unless(kept.rulebook(tx, row.rulebook_digest), 'CONFIG_UNKNOWN_DIGEST', 'CONFIG_INVALID'),
    model: await unless(kept.model(tx, row.model_digest), 'MODEL_UNKNOWN', 'MODEL_UNREADABLE'),
  };
}

type KeptPair = Awaited<ReturnType<typeof readKept>>;
type Digests = Pick<RecordedDecision, 'rulebook_digest' | 'model_digest'>;

const pairOf = (row: Digests): string => `${row.rulebook_digest} ${row.model_digest}`;

async function readEachKept(tx: Tx, kept: Kept, rows: readonly Digests[]): Promise<Map<string, KeptPair>> {
  const pairs = new Map<string, KeptPair>();
  for (const row of rows) if (!pairs.has(pairOf(row))) pairs.set(pairOf(row), await readKept(tx, kept, row));
  return pairs;
}

async function unless<T>(made: Promise<T>, ...codes: readonly Parameters<typeof hasCode>[1][]): Promise<T | undefined> {
  try {
    return await made;
  } catch (error) {
    if (codes.some((code) => hasCode(error, code))) return undefined;
    throw error;
  }
}

export interface ReplayReport {
  readonly replayed: number;
  readonly equal: number;
  readonly different: readonly { readonly decision: string; readonly fields: readonly string[] }[];
  /** By reason. */
  readonly not_replayable: Readonly<Record<string, number>>;
}

const BATCH = 100;
const DIFFERENT_MAX = 100;

/** Makes stored decisions again, newest first, each with its own set and model. */
export async function replayStored(
  store: Store,
  kept: Kept,
  range: { readonly since: Date; readonly until: Date; readonly limit: number },
): Promise<ReplayReport> {
  const report = { replayed: 0, equal: 0, different: [] as { decision: string; fields: readonly string[] }[] };
  const not_replayable: Record<string, number> = {};
  let before: RecordedDecision | undefined;
  for (let left = range.limit; left > 0;) {
    const { rows, made_with } = await store.read(SYSTEM, async (tx) => {
      const read = await recordedBetween(tx, range, before, Math.min(BATCH, left));
      return { rows: read, made_with: await readEachKept(tx, kept, read) };
    });
    if (rows.length === 0) break;
    for (const row of rows) {
      const { book, model } = made_with.get(pairOf(row))!;
      const result: Replay = replay(row, book, model);
      report.replayed += 1;
      if (result.kind === 'equal') report.equal += 1;
      else if (result.kind === 'not-replayable') not_replayable[result.why] = (not_replayable[result.why] ?? 0) + 1;
      else if (report.different.length < DIFFERENT_MAX)
        report.different.push({ decision: row.id, fields: result.fields });
      await yieldToOthers();
    }
    left -= rows.length;
    before = rows.at(-1);
  }
  return { ...report, not_replayable };
}
