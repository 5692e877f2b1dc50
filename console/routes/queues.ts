import { z } from 'zod';
import { actorOf, ROLES } from '../../store/agents.ts';
import { countQueues } from '../../store/conversations.ts';
import type { App } from '../app.ts';
import { agentOf } from '../auth/guard.ts';
import type { ConsoleDeps } from '../deps.ts';
import { instant, isoOrNull } from './schemas.ts';

const row = z.object({
  queue: z.string(),
  label: z.string(),
  kind: z.string(),
  queued: z.int(),
  assigned: z.int(),
  waiting: z.int(),
  oldest_at: instant.nullable(),
  late: z.int(),
  /** True for the queues this person is given work from. */
  mine: z.boolean(),
});

/** What waits where: figures, no names. */
export function queueRoutes(app: App, deps: ConsoleDeps): void {
  app.get(
    '/api/queues',
    {
      config: { roles: ROLES },
      schema: {
        summary: 'Compter le travail par file',
        tags: ['files'],
        response: { 200: z.object({ queues: z.array(row) }) },
      },
    },
    async (request) => {
      const agent = agentOf(request);
      const book = await deps.rulebook();
      const counts = await deps.store.read(actorOf(agent), (tx) => countQueues(tx, agent, deps.clock()));
      const counted = new Map(counts.map((count) => [count.queue, count]));
      const mine = (queue: string): boolean =>
        agent.role === 'partner' ? agent.pool === queue : agent.queues.includes(queue);
      // A queue that left the configuration with work in it must stay visible.
      const known = new Set(book.queues.map((queue) => queue.id));
      const gone = counts
        .filter((count) => !known.has(count.queue))
        .map((count) => ({ id: count.queue, label: count.queue, kind: 'unknown' }));
      return {
        queues: [...book.queues, ...gone]
          .filter((queue) => agent.role !== 'partner' || queue.id === agent.pool)
          .map((queue) => {
            const count = counted.get(queue.id);
            return {
              queue: queue.id,
              label: queue.label,
              kind: queue.kind,
              queued: count?.queued ?? 0,
              assigned: count?.assigned ?? 0,
              waiting: count?.waiting ?? 0,
              oldest_at: isoOrNull(count?.oldest_at ?? null),
              late: count?.late ?? 0,
              mine: mine(queue.id),
            };
          }),
      };
    },
  );
}
