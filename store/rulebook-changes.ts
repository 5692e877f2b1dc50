import { AiguillageError } from '../domain/errors.ts';
import type { Actor, Tx } from './database.ts';
import { activateRulebook, lockActive, previousDigest, readRulebook, saveRulebook } from './rulebooks.ts';
import { simulationsOf } from './rulebook-simulations.ts';

/** Who asks, by name where they sit at a terminal. */
export interface Asked {
  readonly by?: string | undefined;
}

export interface Apply extends Asked {
  readonly digest: string;
  /** Canonical texts, to be stored. */
  readonly files: ReadonlyMap<string, string>;
  /** Applies without a simulation; the reason stands in the history. */
  readonly unsimulated?: string | undefined;
}

/**
 * Makes a validated set the active one, if somebody saw what it changes: a simulation of this set against the very set
 * that is active now. Against an older one it would have hidden what a colleague applied since.
 * @returns the digest it takes the place of; the same when it was active already
 * @throws AiguillageError RULES_NOT_SIMULATED
 */
export async function applyRulebook(tx: Tx, actor: Actor, apply: Apply, now: Date): Promise<string | undefined> {
  const { digest, files, by, unsimulated } = apply;
  const active = await lockActive(tx);
  if (active === digest) return digest;
  const simulations = await simulationsOf(tx, digest);
  const shown = simulations.find((each) => each.baseline === active && each.mails > 0);
  if (shown === undefined && unsimulated === undefined && active !== undefined) {
    const other = simulations.find((each) => each.mails > 0);
    throw new AiguillageError(
      'RULES_NOT_SIMULATED',
      other === undefined
        ? `${digest.slice(0, 12)} contre ${active.slice(0, 12)} : aucun essai sur au moins un courriel.`
        : `${digest.slice(0, 12)} a été essayé contre ${other.baseline.slice(0, 12)} ; ${active.slice(0, 12)} est en vigueur à présent.`,
    );
  }
  await saveRulebook(tx, actor, digest, files, now);
  await activateRulebook(tx, actor, digest, now, {
    how: 'apply',
    by,
    ...(shown === undefined ? { reason: unsimulated ?? '' } : { simulation: shown.id }),
  });
  return active;
}

/**
 * Goes back to a set that was active before; without `to`, one step further back each time, as « undo » does. It is
 * compiled first: a set this program no longer reads never becomes active.
 * @returns the digest that is active now
 * @throws AiguillageError RULES_NO_PREVIOUS, CONFIG_UNKNOWN_DIGEST, CONFIG_INVALID
 */
export async function rollbackRulebook(
  tx: Tx,
  actor: Actor,
  { to, by }: Asked & { readonly to?: string | undefined },
  now: Date,
): Promise<{ readonly from: string | undefined; readonly digest: string }> {
  const from = await lockActive(tx);
  const digest = to === undefined ? await previousDigest(tx) : await findActivated(tx, to);
  if (digest === undefined) throw new AiguillageError('RULES_NO_PREVIOUS');
  await readRulebook(tx, digest);
  if (digest !== from) await activateRulebook(tx, actor, digest, now, { how: 'rollback', by });
  return { from, digest };
}

/** The beginning of a digest, as people copy it. */
export const DIGEST_START = /^[0-9a-f]{8,64}$/;

/** The whole digest of a set that was active once, from its beginning as people type it. */
async function findActivated(tx: Tx, prefix: string): Promise<string> {
  const wanted = startOf(prefix);
  const rows = await tx
    .selectFrom('rulebook_history')
    .select('digest')
    .distinct()
    .where('digest', 'like', `${wanted}%`)
    .limit(2)
    .execute();
  return onlyOne(rows, wanted, async () =>
    (await isKnown(tx, wanted))
      ? 'ce jeu n’a jamais été en service ; `rules apply` le met en service'
      : 'aucun jeu de règles n’a cette empreinte',
  );
}

/**
 * The whole digest of a set whose texts are kept, active once or not, from its beginning.
 * @throws AiguillageError BAD_INPUT, CONFIG_UNKNOWN_DIGEST
 */
export async function keptDigest(tx: Tx, prefix: string): Promise<string> {
  const wanted = startOf(prefix);
  const rows = await tx
    .selectFrom('rulebook')
    .select('digest')
    .where('digest', 'like', `${wanted}%`)
    .limit(2)
    .execute();
  return onlyOne(rows, wanted, async () => 'aucun jeu de règles n’est gardé sous cette empreinte');
}

function startOf(prefix: string): string {
  const wanted = prefix.trim().toLowerCase();
  if (DIGEST_START.test(wanted)) return wanted;
  throw new AiguillageError('BAD_INPUT', 'L’empreinte a de 8 à 64 signes, chiffres et lettres de a à f.');
}

async function onlyOne(
  rows: readonly { readonly digest: string }[],
  wanted: string,
  none: () => Promise<string>,
): Promise<string> {
  if (rows.length === 1) return rows[0]!.digest;
  const why = rows.length > 1 ? 'plusieurs jeux commencent ainsi ; donnez plus de signes' : await none();
  throw new AiguillageError('CONFIG_UNKNOWN_DIGEST', `${wanted.slice(0, 12)} : ${why}.`);
}

/** Was a set that begins so ever tried or proposed? */
async function isKnown(tx: Tx, prefix: string): Promise<boolean> {
  for (const table of ['rulebook', 'rulebook_simulation', 'rulebook_proposal'] as const) {
    const row = await tx.selectFrom(table).select('digest').where('digest', 'like', `${prefix}%`).executeTakeFirst();
    if (row !== undefined) return true;
  }
  return false;
}
