import { sql, type Selectable } from 'kysely';
import { loadRulebook } from '../config/load.ts';
import { formatProblems } from '../config/problems.ts';
import { AiguillageError } from '../domain/errors.ts';
import { compileRulebook, type CompiledRulebook } from '../domain/match.ts';
import type { Rulebook } from '../domain/rulebook.ts';
import { type Actor, actorName, type Tx } from './database.ts';
import { appendAudit } from './events.ts';
import { newId } from './ids.ts';
import type { ActivatedHow, RulebookHistoryTable } from './schema-rules.ts';

/** Keeps a validated set under its digest; the same set again changes nothing. */
export async function saveRulebook(
  tx: Tx,
  actor: Actor,
  digest: string,
  files: ReadonlyMap<string, string>,
  now: Date,
): Promise<void> {
  await tx
    .insertInto('rulebook')
    .values({ digest, files: JSON.stringify(Object.fromEntries(files)), created_at: now, created_by: actorName(actor) })
    .onConflict((conflict) => conflict.column('digest').doNothing())
    .execute();
}

/** How a set came to be active, and who asked. */
export interface Activation {
  readonly how: ActivatedHow;
  /** A person at a terminal; else the actor. */
  readonly by?: string | undefined;
  /** The simulation they had been shown. */
  readonly simulation?: string | undefined;
  /** Why without one. Kept in the history; the audit trail holds no free text (law 13). */
  readonly reason?: string | undefined;
}

/**
 * Makes a stored set the active one, for every process at once: each decision reads the pointer inside its own
 * transaction, so that no mail is decided by two sets (law 11). The pointer is locked: of two people who apply at the
 * same moment the second sees what the first did.
 * @throws AiguillageError CONFIG_UNKNOWN_DIGEST
 */
export async function activateRulebook(
  tx: Tx,
  actor: Actor,
  digest: string,
  now: Date,
  { how, by, simulation, reason }: Activation = { how: 'seed' },
): Promise<void> {
  const known = await tx.selectFrom('rulebook').select('digest').where('digest', '=', digest).executeTakeFirst();
  if (known === undefined) throw new AiguillageError('CONFIG_UNKNOWN_DIGEST', digest.slice(0, 12));
  const from_digest = (await lockActive(tx)) ?? null;
  const { rev } = await tx
    .insertInto('rulebook_active')
    .values({ one: true, digest, rev: 1, activated_at: now })
    .onConflict((conflict) =>
      conflict.column('one').doUpdateSet({ digest, rev: sql<number>`rulebook_active.rev + 1`, activated_at: now }),
    )
    .returning('rev')
    .executeTakeFirstOrThrow();
  await tx
    .insertInto('rulebook_history')
    .values({
      id: newId(now.getTime()),
      digest,
      activated_at: now,
      activated_by: by ?? actorName(actor),
      rev,
      how,
      from_digest,
      simulation: simulation ?? null,
      reason: reason ?? '',
    })
    .execute();
  await appendAudit(tx, actor, now, 'rulebook.activated', digest, {
    how,
    from: from_digest,
    ...(by === undefined ? {} : { by }),
    ...(simulation === undefined ? {} : { simulation }),
    ...(reason === undefined ? {} : { unsimulated: true }),
  });
}

/** Digest of the active set, which nobody else changes until this transaction ends. */
export async function lockActive(tx: Tx): Promise<string | undefined> {
  return (await tx.selectFrom('rulebook_active').select('digest').forUpdate().executeTakeFirst())?.digest;
}

/** Digest of the active set; undefined on an empty database. */
export async function activeDigest(tx: Tx): Promise<string | undefined> {
  return (await tx.selectFrom('rulebook_active').select('digest').executeTakeFirst())?.digest;
}

export type HistoryEntry = Omit<Selectable<RulebookHistoryTable>, 'id' | 'rev'>;

/** Newest first. */
export async function rulebookHistory(tx: Tx, limit = 50): Promise<HistoryEntry[]> {
  return tx
    .selectFrom('rulebook_history')
    .select(['digest', 'activated_at', 'activated_by', 'how', 'from_digest', 'simulation', 'reason'])
    .orderBy('rev', 'desc')
    .limit(limit)
    .execute();
}

/** Are the texts of this set kept here? */
export async function isKept(tx: Tx, digest: string): Promise<boolean> {
  return (
    (await tx.selectFrom('rulebook').select('digest').where('digest', '=', digest).executeTakeFirst()) !== undefined
  );
}

/** The texts of a stored set, by file name. @throws AiguillageError CONFIG_UNKNOWN_DIGEST */
export async function rulebookFiles(tx: Tx, digest: string): Promise<Record<string, string>> {
  const row = await tx.selectFrom('rulebook').select('files').where('digest', '=', digest).executeTakeFirst();
  if (row === undefined) throw new AiguillageError('CONFIG_UNKNOWN_DIGEST', digest.slice(0, 12));
  return row.files;
}

/** A stored set, compiled. @throws AiguillageError CONFIG_UNKNOWN_DIGEST, CONFIG_INVALID */
export async function readRulebook(tx: Tx, digest: string): Promise<CompiledRulebook> {
  const loaded = loadRulebook(new Map(Object.entries(await rulebookFiles(tx, digest))));
  // Only a newer program can refuse what an older one validated; it must say so and not decide.
  if (loaded.rulebook === undefined) throw new AiguillageError('CONFIG_INVALID', formatProblems(loaded.problems));
  return compileRulebook(loaded.rulebook);
}

const KEPT_MAX = 8;
const HISTORY_READ_MAX = 1_000;
const WITHDRAWN_READ_MAX = 8;

/** The active rulebook of each transaction, compiled once a digest and process. */
export class Rulebooks {
  readonly #compiled = new Map<string, CompiledRulebook>();

  /**
   * @param of another than the active one: what a mail was decided by, so that no second set routes it
   * @throws AiguillageError CONFIG_UNKNOWN_DIGEST when nothing is active or `of` is not stored
   */
  active = async (tx: Tx, of?: string): Promise<CompiledRulebook> => {
    const digest = of ?? (await activeDigest(tx));
    if (digest === undefined) throw new AiguillageError('CONFIG_UNKNOWN_DIGEST', 'None is active.');
    return this.byDigest(tx, digest);
  };

  async byDigest(tx: Tx, digest: string): Promise<CompiledRulebook> {
    let book = this.#compiled.get(digest);
    if (book === undefined) {
      book = await readRulebook(tx, digest);
      if (this.#compiled.size >= KEPT_MAX) this.#compiled.delete(this.#compiled.keys().next().value!);
      this.#compiled.set(digest, book);
    }
    return book;
  }
}

/**
 * The set to go back to, as « undo » does: each roll-back takes one more set away, so that going back twice never brings
 * back what was just withdrawn. Undefined when nothing is left below.
 */
export async function previousDigest(tx: Tx): Promise<string | undefined> {
  const kept: string[] = [];
  for (const { digest, how } of (await rulebookHistory(tx, HISTORY_READ_MAX)).reverse()) {
    const below = kept.lastIndexOf(digest);
    if (how === 'rollback' && below >= 0) kept.length = below + 1;
    else if (kept.at(-1) !== digest) kept.push(digest);
  }
  return kept.at(-2);
}

/** Sets that a person rolled back from and that nobody put in service since: never applied by themselves. */
export function withdrawnIn(newest_first: readonly HistoryEntry[]): Set<string> {
  const judged = new Set<string>();
  const withdrawn = new Set<string>();
  for (const { digest, how, from_digest } of newest_first) {
    judged.add(digest);
    if (how !== 'rollback' || from_digest === null || judged.has(from_digest)) continue;
    judged.add(from_digest);
    withdrawn.add(from_digest);
  }
  return withdrawn;
}

/** Does this set say the same as one that was withdrawn? A comment more makes another digest and no other rules. */
export async function saysWithdrawn(tx: Tx, book: Rulebook): Promise<boolean> {
  const withdrawn = withdrawnIn(await rulebookHistory(tx, HISTORY_READ_MAX));
  if (withdrawn.has(book.digest)) return true;
  const said = meaning(book);
  for (const digest of [...withdrawn].slice(0, WITHDRAWN_READ_MAX)) {
    const { rulebook } = loadRulebook(new Map(Object.entries(await rulebookFiles(tx, digest))));
    if (rulebook !== undefined && meaning(rulebook) === said) return true;
  }
  return false;
}

function meaning(book: Rulebook): string {
  return JSON.stringify({ ...book, digest: '', compiled: undefined });
}
