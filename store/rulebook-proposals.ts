import type { Selectable } from 'kysely';
import { formatProblem, type Problem } from '../config/problems.ts';
import type { Candidate } from '../config/reload.ts';
import { type Actor, actorName, type Tx } from './database.ts';
import { appendAudit } from './events.ts';
import { newId } from './ids.ts';
import { activateRulebook, lockActive, saveRulebook, saysWithdrawn } from './rulebooks.ts';
import type { RulebookProposalTable } from './schema-rules.ts';

/** What the watched folder, or a person, proposes. Proposing changes nothing; `apply` and CONFIG_AUTOAPPLY do. */
export type Proposal = Omit<Selectable<RulebookProposalTable>, 'id'>;

const PROBLEMS_MAX = 20;
/** Stands in `rules history`. */
const WITHDRAWN = 'retirées par un retour arrière : n’entrent plus en vigueur toutes seules';

/** What a process found in the folder. */
export interface FolderCandidate extends Pick<Candidate, 'digest' | 'files' | 'gone' | 'rulebook'> {
  /** Scenarios that do not hold, one line each: such a set waits for a person whatever the site says. */
  readonly failed: readonly string[];
}

/**
 * Keeps a candidate of the watched folder, and activates it with `autoapply`. A person's word stands until the folder
 * says something new: a set that was proposed before and is not active now was rolled back or passed over, and starting
 * the program again must not bring it back. What says the same as a set somebody rolled back waits for a person.
 */
export async function keepCandidate(
  tx: Tx,
  actor: Actor,
  candidate: FolderCandidate,
  autoapply: boolean,
  now: Date,
): Promise<'activated' | 'proposed' | 'known'> {
  const { digest, files, gone, failed, rulebook } = candidate;
  if ((await lastOfFolder(tx)) === digest) return 'known';
  await saveRulebook(tx, actor, digest, files, now);
  const active = await lockActive(tx);
  const withdrawn = active !== undefined && digest !== active && (await saysWithdrawn(tx, rulebook));
  const problems = [...failed, ...(withdrawn ? [WITHDRAWN] : [])];
  await note(tx, actor, { digest, gone, source: 'folder', outcome: 'candidate', problems }, undefined, now);
  if (digest === active || (active !== undefined && (!autoapply || problems.length > 0))) return 'proposed';
  await activateRulebook(tx, actor, digest, now, { how: active === undefined ? 'seed' : 'auto' });
  return 'activated';
}

/** The folder holds the active set: a later return to another one is then something new. */
export async function noteSeen(tx: Tx, actor: Actor, digest: string, now: Date): Promise<void> {
  if ((await lastOfFolder(tx)) === digest) return;
  await note(tx, actor, { digest, gone: [], source: 'folder', outcome: 'candidate', problems: [] }, undefined, now);
}

/** A person proposes a set from the console. */
export async function proposeFromConsole(
  tx: Tx,
  actor: Actor,
  { digest, files, gone }: Pick<Candidate, 'digest' | 'files' | 'gone'>,
  now: Date,
): Promise<void> {
  await saveRulebook(tx, actor, digest, files, now);
  await note(tx, actor, { digest, gone, source: 'console', outcome: 'candidate', problems: [] }, undefined, now);
  await appendAudit(tx, actor, now, 'rulebook.proposed', digest);
}

/** Keeps that the folder holds a set that does not load, for those who wonder why nothing changes. */
export async function noteRefused(
  tx: Tx,
  actor: Actor,
  { digest, problems }: { readonly digest: string; readonly problems: readonly Problem[] },
  now: Date,
): Promise<void> {
  const [last] = await proposals(tx, 1);
  // A writer at work may be read many times; one line says it.
  if (last?.digest === digest && last.outcome === 'refused') return;
  const lines = problems.slice(0, PROBLEMS_MAX).map(formatProblem);
  await note(tx, actor, { digest, gone: [], source: 'folder', outcome: 'refused', problems: lines }, undefined, now);
}

async function note(
  tx: Tx,
  actor: Actor,
  proposal: Pick<Proposal, 'digest' | 'source' | 'outcome' | 'problems'> & { readonly gone: readonly string[] },
  by: string | undefined,
  now: Date,
): Promise<void> {
  const { digest, source, outcome, problems, gone } = proposal;
  await tx
    .insertInto('rulebook_proposal')
    .values({
      id: newId(now.getTime()),
      ...{ digest, source, outcome, gone: [...gone], problems: JSON.stringify(problems) },
      proposed_at: now,
      proposed_by: by ?? actorName(actor),
    })
    .execute();
}

/** What was proposed, newest first. */
export async function proposals(tx: Tx, limit = 50): Promise<Proposal[]> {
  return tx
    .selectFrom('rulebook_proposal')
    .select(['digest', 'source', 'outcome', 'problems', 'gone', 'proposed_at', 'proposed_by'])
    .orderBy('proposed_at', 'desc')
    .orderBy('id', 'desc')
    .limit(limit)
    .execute();
}

/** The last set of the folder that loaded. */
async function lastOfFolder(tx: Tx): Promise<string | undefined> {
  const row = await tx
    .selectFrom('rulebook_proposal')
    .select('digest')
    .where('source', '=', 'folder')
    .where('outcome', '=', 'candidate')
    .orderBy('proposed_at', 'desc')
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst();
  return row?.digest;
}
