import type { Selectable } from 'kysely';
import type { Simulation } from '../domain/simulate/tally.ts';
import { type Actor, actorName, type Tx } from './database.ts';
import { appendAudit } from './events.ts';
import { newId } from './ids.ts';
import type { RulebookSimulationTable } from './schema-rules.ts';

export type SimulationRow = Selectable<RulebookSimulationTable>;

/** Keeps that somebody saw what a set changes; `apply` asks for it. Counts and digests only. @returns its id */
export async function recordSimulation(
  tx: Tx,
  actor: Actor,
  simulation: Pick<Simulation, 'candidate' | 'baseline' | 'model' | 'mails' | 'moved'>,
  by: string | undefined,
  now: Date,
): Promise<string> {
  const { candidate, baseline, model, mails, moved } = simulation;
  const id = newId(now.getTime());
  await tx
    .insertInto('rulebook_simulation')
    .values({
      id,
      digest: candidate,
      baseline,
      model_digest: model,
      simulated_at: now,
      simulated_by: by ?? actorName(actor),
      mails,
      moved,
    })
    .execute();
  await appendAudit(tx, actor, now, 'rulebook.simulated', candidate, { id, baseline, mails, moved });
  return id;
}

const READ_MAX = 200;

/** Simulations of a set, or of all, newest first. */
export async function simulationsOf(tx: Tx, digest?: string, limit = READ_MAX): Promise<SimulationRow[]> {
  const all = tx.selectFrom('rulebook_simulation').selectAll();
  return (digest === undefined ? all : all.where('digest', '=', digest))
    .orderBy('simulated_at', 'desc')
    .orderBy('id', 'desc')
    .limit(limit)
    .execute();
}
