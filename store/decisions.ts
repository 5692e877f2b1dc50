import type { Decision } from '../domain/route.ts';
import type { Load, Routed } from '../domain/overflow.ts';
import type { DecisionInputs, RecordedRouting, RecordedWave } from '../domain/replay.ts';
import { SYSTEM, type Tx } from './database.ts';
import { appendEvents } from './events.ts';
import { newId } from './ids.ts';

/**
 * Appends a decision with all that is needed to explain and replay it (law 4).
 * @param inputs what it was given beside the mail; without them it can be read but not replayed
 */
export async function appendDecision(
  tx: Tx,
  ids: { conversation_id: string; message_id: string },
  decision: Decision,
  digests: { rulebook: string; model: string },
  now: Date,
  inputs?: DecisionInputs,
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
      inputs: inputs === undefined ? null : JSON.stringify(inputs),
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
        flags: decision.flags.map((flag) => flag.id),
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

/** The newest decision of a message, and the rulebook it was made with. */
export async function loadDecision(
  tx: Tx,
  message_id: string,
): Promise<{ id: string; decision: Decision; rulebook: string } | undefined> {
  const row = await tx
    .selectFrom('decision')
    .select(['id', 'outcome', 'trace', 'evidence', 'rulebook_digest'])
    .where('message_id', '=', message_id)
    .orderBy('made_at', 'desc')
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst();
  if (row === undefined) return undefined;
  return {
    id: row.id,
    rulebook: row.rulebook_digest,
    decision: {
      ...(row.outcome as Decision),
      trace: row.trace as Decision['trace'],
      evidence: row.evidence as Decision['evidence'],
    },
  };
}

/**
 * Completes a decision with what dispatch saw and chose.
 * @param given the instant and the rulebook chooseQueue() was given, for a replay, and the wave the mail joined
 */
export async function recordRouting(
  tx: Tx,
  decision_id: string,
  load: Load,
  routed: Routed,
  given: { now: Date; rulebook: string; wave?: RecordedWave | undefined },
): Promise<void> {
  const { now, rulebook, wave } = given;
  const recorded: RecordedRouting = {
    ...routed,
    at: now.toISOString(),
    rulebook,
    ...(wave === undefined ? {} : { wave: { id: wave.id, similarity: wave.similarity } }),
  };
  await tx
    .updateTable('decision')
    .set({ load: JSON.stringify(load), routed: JSON.stringify(recorded) })
    .where('id', '=', decision_id)
    .execute();
}
