import { sql, type Selectable } from 'kysely';
import { readModel } from '../classifiers/model-file.ts';
import { AiguillageError } from '../domain/errors.ts';
import type { MotifModel } from '../domain/facts.ts';
import { type Actor, actorName, type Tx } from './database.ts';
import { appendAudit } from './events.ts';
import type { ModelActiveTable, ModelTable } from './schema-rules.ts';

/** Models by digest and the pointer to the one that decides, as store/rulebooks.ts keeps the rules (laws 4 and 11). */

export interface NewModel {
  readonly digest: string;
  readonly bytes: Uint8Array;
  /** Of all the examples it was trained on, corrections included. */
  readonly corpus_digest: string;
  /** How many corrections of people are among them. */
  readonly corrections: number;
  /** Figures on the frozen set; null when it was never judged. */
  readonly figures: unknown;
}

/** Keeps a model under its digest; the same bytes again change nothing. */
export async function saveModel(tx: Tx, model: NewModel, by: string, now: Date): Promise<void> {
  await tx
    .insertInto('model')
    .values({
      digest: model.digest,
      kind: 'linear',
      corpus_digest: model.corpus_digest,
      corrections: model.corrections,
      figures: model.figures === null ? null : JSON.stringify(model.figures),
      created_at: now,
      created_by: by,
      bytes: model.bytes,
    })
    .onConflict((conflict) => conflict.column('digest').doNothing())
    .execute();
}

/** Replaces the figures of a stored model by those of a later look: the frozen set grows, and rules change. */
export async function recordFigures(tx: Tx, digest: string, figures: unknown): Promise<void> {
  await tx
    .updateTable('model')
    .set({ figures: JSON.stringify(figures) })
    .where('digest', '=', digest)
    .execute();
}

/**
 * Makes a stored model the one that decides, for every process at once. It is read first: what this program cannot load
 * never becomes active.
 * @param by who asked, for people who read the list later
 * @throws AiguillageError MODEL_UNKNOWN, MODEL_UNREADABLE
 */
export async function activateModel(tx: Tx, actor: Actor, digest: string, now: Date, by?: string): Promise<void> {
  await loadStored(tx, digest);
  const activated_by = by ?? actorName(actor);
  const from = await activeModelDigest(tx);
  await tx
    .insertInto('model_active')
    .values({ one: true, digest, rev: 1, activated_at: now, activated_by })
    .onConflict((conflict) =>
      conflict
        .column('one')
        .doUpdateSet({ digest, rev: sql<number>`model_active.rev + 1`, activated_at: now, activated_by }),
    )
    .execute();
  await appendAudit(tx, actor, now, 'model.activated', digest, { from: from ?? null, by: activated_by });
}

export type ActiveModel = Omit<Selectable<ModelActiveTable>, 'one'>;

/** The pointer; undefined on an empty database. */
export async function activeModel(tx: Tx): Promise<ActiveModel | undefined> {
  return tx.selectFrom('model_active').select(['digest', 'rev', 'activated_at', 'activated_by']).executeTakeFirst();
}

/** Digest of the model that decides; undefined on an empty database. */
export async function activeModelDigest(tx: Tx): Promise<string | undefined> {
  return (await tx.selectFrom('model_active').select('digest').executeTakeFirst())?.digest;
}

export type ModelEntry = Omit<Selectable<ModelTable>, 'bytes'>;

/** Every stored model without its bytes, newest first. */
export async function listModels(tx: Tx): Promise<ModelEntry[]> {
  return tx
    .selectFrom('model')
    .select(['digest', 'kind', 'corpus_digest', 'corrections', 'figures', 'created_at', 'created_by'])
    .orderBy('created_at', 'desc')
    .orderBy('digest')
    .execute();
}

const PREFIX = /^[0-9a-f]{4,64}$/;
const NAMED_MAX = 5;

/**
 * The whole digest behind its beginning, as people type it.
 * @throws AiguillageError BAD_INPUT, MODEL_UNKNOWN for none or several
 */
export async function findModel(tx: Tx, prefix: string): Promise<string> {
  const wanted = prefix.trim().toLowerCase();
  if (!PREFIX.test(wanted)) throw new AiguillageError('BAD_INPUT', 'DIGEST: 4 to 64 hexadecimal characters.');
  const rows = await tx
    .selectFrom('model')
    .select('digest')
    .where('digest', 'like', `${wanted}%`)
    .orderBy('digest')
    .limit(NAMED_MAX)
    .execute();
  if (rows.length === 0) throw new AiguillageError('MODEL_UNKNOWN', `None begins with ${wanted.slice(0, 12)}.`);
  if (rows.length > 1) {
    const several = rows.map((row) => row.digest.slice(0, Math.max(12, wanted.length + 4))).join(', ');
    throw new AiguillageError('MODEL_UNKNOWN', `Several begin with ${wanted}: ${several}.`);
  }
  return rows[0]!.digest;
}

/** The stored bytes. @throws AiguillageError MODEL_UNKNOWN */
export async function modelBytes(tx: Tx, digest: string): Promise<Buffer> {
  const row = await tx.selectFrom('model').select('bytes').where('digest', '=', digest).executeTakeFirst();
  if (row === undefined) throw new AiguillageError('MODEL_UNKNOWN', digest.slice(0, 12));
  return Buffer.from(row.bytes.buffer, row.bytes.byteOffset, row.bytes.byteLength);
}

async function loadStored(tx: Tx, digest: string): Promise<MotifModel> {
  const bytes = await modelBytes(tx, digest);
  try {
    const read = readModel(bytes);
    if (read.digest === digest) return read.model;
  } catch (error) {
    // Another format: an older program wrote it, or a newer one.
    throw new AiguillageError('MODEL_UNREADABLE', digest.slice(0, 12), { cause: error });
  }
  throw new AiguillageError('MODEL_UNREADABLE', `${digest.slice(0, 12)}: the bytes are not those of this digest.`);
}

/** The active one, and the one before it while a change or a roll-back goes through the processes. */
const KEPT_MAX = 2;

/** The active model of each transaction, loaded once a digest and process: tens of megabytes each. */
export class Models {
  readonly #loaded = new Map<string, MotifModel>();

  /**
   * @param of another than the active one, for a replay
   * @throws AiguillageError MODEL_UNKNOWN when none is active or `of` is not kept, MODEL_UNREADABLE
   */
  active = async (tx: Tx, of?: string): Promise<MotifModel> => {
    const digest = of ?? (await activeModelDigest(tx));
    if (digest === undefined) throw new AiguillageError('MODEL_UNKNOWN', 'None is active.');
    return this.byDigest(tx, digest);
  };

  async byDigest(tx: Tx, digest: string): Promise<MotifModel> {
    let model = this.#loaded.get(digest);
    if (model === undefined) {
      model = await loadStored(tx, digest);
      if (this.#loaded.size >= KEPT_MAX) this.#loaded.delete(this.#loaded.keys().next().value!);
      this.#loaded.set(digest, model);
    }
    return model;
  }
}
