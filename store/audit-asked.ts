import { createHmac } from 'node:crypto';
import { sql } from 'kysely';
import { foldText } from '../domain/text/fold.ts';
import { actorOf, type Agent } from './agents.ts';
import { actorName, SYSTEM, type Store } from './database.ts';
import { appendAudit } from './events.ts';

/** A list that renews itself is one look. */
const ONE_LOOK_MS = 10 * 60_000;
const DIGEST_HEX = 24;

/**
 * Writes on the audit trail that somebody asked for a list, once in ten minutes for the same question. As the system: a
 * partner may add to the trail and not read it.
 * @param data ids, codes and digests; what is undefined is left out
 */
export async function noteAsked(
  store: Store,
  agent: Agent,
  action: string,
  data: Readonly<Record<string, unknown>>,
  now: Date,
): Promise<void> {
  const actor = actorOf(agent);
  await store.write(SYSTEM, async (tx) => {
    const before = await tx
      .selectFrom('audit')
      .select('seq')
      .where('actor', '=', actorName(actor))
      .where('at', '>', new Date(now.getTime() - ONE_LOOK_MS))
      .where('action', '=', action)
      .where('data', '=', sql<never>`${JSON.stringify(data)}::jsonb`)
      .limit(1)
      .executeTakeFirst();
    if (before === undefined) await appendAudit(tx, actor, now, action, agent.id, data);
  });
}

/** Somebody takes figures or rows out of the house. @param what name of the export @param data ids, codes and days */
export async function noteExport(
  store: Store,
  agent: Agent,
  what: string,
  data: Readonly<Record<string, unknown>>,
  now: Date,
): Promise<void> {
  const actor = actorOf(agent);
  await store.write(actor, (tx) => appendAudit(tx, actor, now, 'export.made', what, data));
}

/**
 * Words somebody searched for, as the trail keeps them: the same words give the same digest, and without the site's secret
 * nobody can try addresses or numbers against it.
 */
export function wordsDigest(secret: string, words: string): string {
  const folded = foldText(words).trim().replace(/\s+/g, ' ');
  return createHmac('sha256', `audit ${secret}`).update(folded).digest('hex').slice(0, DIGEST_HEX);
}
