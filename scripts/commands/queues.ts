import { sql } from 'kysely';
import { QUEUE_NAMES } from '../../queues/contracts.ts';
import { SYSTEM } from '../../store/database.ts';
import { json, ok, table, type StoreCommand } from './context.ts';

interface DeskRow {
  queue: string;
  waiting: number;
  held: number;
  late: number;
  oldest: Date | null;
}

/** `queues`: jobs of the pipeline and conversations of the desk, side by side. */
export const queues: StoreCommand = async (context, options) => {
  const now = context.clock();
  const pipeline = Object.fromEntries(
    await Promise.all(QUEUE_NAMES.map(async (name) => [name, await context.queues.counts(name)] as const)),
  );
  const desk = await context.store.read(SYSTEM, async (tx) => {
    const { rows } = await sql<DeskRow>`
      select queue,
        count(*) filter (where status = 'queued')::int as waiting,
        count(*) filter (where status = 'assigned')::int as held,
        count(*) filter (where due_elapsed_at < ${now})::int as late,
        min(first_received_at) as oldest
      from aiguillage.conversation where status in ('queued', 'assigned') group by queue order by queue`.execute(tx);
    return rows;
  });
  const stuck = await context.store.read(SYSTEM, async (tx) => {
    const { rows } = await sql<{ status: string; n: number }>`
      select status, count(*)::int as n from aiguillage.message where status in ('received', 'parsed', 'decided', 'stuck') group by status`.execute(
      tx,
    );
    return Object.fromEntries(rows.map((row) => [row.status, row.n]));
  });
  if (options['json'] === true) return json({ pipeline, messages: stuck, desk });
  return ok(
    [
      table(
        ['file technique', 'en attente', 'en cours', 'différés'],
        QUEUE_NAMES.map((name) => [name, pipeline[name]!.waiting, pipeline[name]!.active, pipeline[name]!.delayed]),
      ),
      table(
        ['file de travail', 'à prendre', 'pris', 'en retard', 'plus ancien'],
        desk.map((row) => [row.queue, row.waiting, row.held, row.late, row.oldest?.toISOString() ?? '']),
      ),
    ].join('\n'),
  );
};
