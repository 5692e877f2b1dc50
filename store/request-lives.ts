import type { RequestPlaced } from '../domain/request-events.ts';
import type { Actor, Tx } from './database.ts';
import { appendEvents } from './events.ts';

/**
 * A request is counted in the conversation it came in with, for ever (law 6): its events go there, also when people have
 * joined or split conversations since. `request.life_id` names it; null where it never moved.
 */

/** Messages by the conversation that tells them, sorted. */
export function byLife(
  rows: readonly { readonly message_id: string; readonly life_id: string | null }[],
  conversation_id: string,
): Map<string, string[]> {
  const lives = new Map<string, string[]>();
  for (const { message_id, life_id } of rows) {
    const life = life_id ?? conversation_id;
    lives.set(life, [...(lives.get(life) ?? []), message_id].sort());
  }
  return lives;
}

/**
 * Tells the figure where requests of other lives stand: queue, pool and motif of the conversation they are in. What is of
 * the conversation's own life follows by its events.
 * @param at when it is so; `recorded_at` when it is written
 */
export async function tellPlaces(
  tx: Tx,
  actor: Actor,
  conversation_id: string,
  lives: ReadonlyMap<string, readonly string[]>,
  at: Date,
  recorded_at: Date = at,
): Promise<void> {
  const others = [...lives].filter(([life]) => life !== conversation_id);
  if (others.length === 0) return;
  const row = await tx
    .selectFrom('conversation')
    .select(['queue', 'level', 'motif', 'motif_confirmed', 'handed_at'])
    .where('id', '=', conversation_id)
    .executeTakeFirstOrThrow();
  const place = {
    queue: row.queue,
    pool: row.handed_at === null ? null : row.queue,
    level: row.level,
    motif: row.motif_confirmed ?? row.motif,
    confirmed: row.motif_confirmed !== null,
  };
  await appendEvents(
    tx,
    actor,
    recorded_at,
    others.map(([life, message_ids]) => ({
      type: 'request.placed' as const,
      occurred_at: at,
      conversation_id: life,
      data: { ...place, message_ids: [...message_ids] } satisfies RequestPlaced,
    })),
  );
}
