import { z } from 'zod';
import { actorOf } from '../../store/agents.ts';
import { listQuarantine } from '../../store/quarantine.ts';
import type { App } from '../app.ts';
import { agentOf } from '../auth/guard.ts';
import type { ConsoleDeps } from '../deps.ts';
import { OVERSIGHT } from './roles.ts';
import { id, instant, iso, isoOrNull } from './schemas.ts';

const item = z.object({
  id,
  mailbox: z.string(),
  folder: z.string(),
  uid: z.number(),
  size: z.number().nullable(),
  reason: z.enum(['malware', 'too-large', 'process-deaths']),
  created_at: instant,
  replayed_at: instant.nullable(),
});

/** Mail that was set aside: it counts as received, and somebody must look at it (law 1). */
export function quarantineRoutes(app: App, deps: ConsoleDeps): void {
  app.get(
    '/api/quarantine',
    {
      config: { roles: OVERSIGHT },
      schema: {
        summary: 'Lister la quarantaine',
        tags: ['boîtes'],
        response: { 200: z.object({ items: z.array(item) }) },
      },
    },
    async (request) => {
      const rows = await deps.store.read(actorOf(agentOf(request)), (tx) => listQuarantine(tx));
      return {
        items: rows.map((row) => ({
          ...row,
          created_at: iso(row.created_at),
          replayed_at: isoOrNull(row.replayed_at),
        })),
      };
    },
  );
}
