import type { Decision } from '../domain/route.ts';
import type { Load, Routed } from '../domain/overflow.ts';
import { SYSTEM, type Tx } from './database.ts';
import { appendEvents } from './events.ts';
import { newId } from './ids.ts';

/** Appends a decision with all that is needed to explain and replay it (law 4). */
export async function appendDecision(
  tx: Tx,
  ids: { conversation_id: string; message_id: string },
  decision: Decision,
  digests: { rulebook: string; model: string },
  now: Date,
): Promise<string> {
  const id = newId(now.getTime());
  const { trace, evidence, ...outcome } = decision;
  await tx
    .insertInto('decision')
    .values({
      id,
      ...ids,
      made_at: now,
      rulebook_digest: digests.rulebook,
      model_digest: digests.model,
      engine: decision.engine,
      outcome: JSON.stringify(outcome),
      trace: JSON.stringify(trace),
      evidence: JSON.stringify(evidence),
    })
    .execute();
  await appendEvents(tx, SYSTEM, now, [
    {
      type: 'conversation.decided',
      occurred_at: now,
      ...ids,
      data: {
        motif: decision.motif,
        level: decision.level,
        queue: decision.queue,
        rule: decision.rule,
        abstained: decision.abstained,
      },
    },
  ]);
  return id;
}

export interface StoredDecision extends Omit<Decision, 'trace' | 'evidence'> {
  readonly id: string;
  readonly made_at: Date;
  readonly rulebook_digest: string;
}

/** The newest decision of a message. */
export async function loadDecision(
  tx: Tx,
  message_id: string,
): Promise<{ id: string; decision: Decision } | undefined> {
  const row = await tx
    .selectFrom('decision')
    .select(['id', 'outcome', 'trace', 'evidence'])
    .where('message_id', '=', message_id)
    .orderBy('made_at', 'desc')
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst();
  if (row === undefined) return undefined;
  return {
    id: row.id,
    decision: {
      ...(row.outcome as Decision),
      trace: row.trace as Decision['trace'],
      evidence: row.evidence as Decision['evidence'],
    },
  };
}

/** Completes a decision with what dispatch saw and chose. */
export async function recordRouting(tx: Tx, decision_id: string, load: Load, routed: Routed): Promise<void> {
  await tx
    .updateTable('decision')
    .set({ load: JSON.stringify(load), routed: JSON.stringify(routed) })
    .where('id', '=', decision_id)
    .execute();
}
