import { z } from 'zod';
import { HOUR_MS } from '../../domain/days.ts';
import { acknowledge, listAlerts, oldestAlert } from '../../store/alerts.ts';
import { actorOf, agentNames } from '../../store/agents.ts';
import { act } from '../actions/context.ts';
import type { App } from '../app.ts';
import { agentOf } from '../auth/guard.ts';
import type { ConsoleDeps } from '../deps.ts';
import { OWN_STAFF } from './roles.ts';
import { id, idParams, instant, iso, isoOrNull } from './schemas.ts';

const LIST_MAX = 100;
/** How long an alert that ended stays in the list. */
const SHOWN_MS = 24 * HOUR_MS;

const person = z.object({ id, name: z.string().nullable() });
const alert = z.object({
  id,
  conversation: id,
  ref: z.string(),
  flag: z.string(),
  raised_at: instant,
  /** From 0; `steps` is how many there are in the line. */
  step: z.int(),
  steps: z.int(),
  rung_at: instant,
  /** When the next in line is called; null when everybody was, or somebody answered. */
  next_at: instant.nullable(),
  called: z.array(person),
  mine: z.boolean(),
  acked_at: instant.nullable(),
  acked_by: person.nullable(),
  how: z.enum(['acknowledged', 'taken', 'answered']).nullable(),
});

/** P0 alerts: who is called, who is on it. The console asks every few seconds; nothing of a message is in them. */
export function alertRoutes(app: App, deps: ConsoleDeps): void {
  app.get(
    '/api/alerts',
    {
      config: { roles: OWN_STAFF },
      schema: {
        summary: 'Lister les alertes P0 : celles qui sonnent, et celles des dernières 24 heures',
        tags: ['alertes'],
        response: { 200: z.object({ alerts: z.array(alert), oldest_unacknowledged_at: instant.nullable() }) },
      },
    },
    async (request) => {
      const agent = agentOf(request);
      return deps.store.read(actorOf(agent), async (tx) => {
        const rows = await listAlerts(tx, agent, new Date(deps.clock().getTime() - SHOWN_MS), LIST_MAX);
        const people = rows.flatMap(({ called, acked_by }) => [...called, ...(acked_by === null ? [] : [acked_by])]);
        const names = await agentNames(tx, people);
        const nameOf = (who: string) => ({ id: who, name: names.get(who) ?? null });
        return {
          alerts: rows.map((row) => ({
            ...{ id: row.id, conversation: row.conversation_id, ref: row.ref, flag: row.flag },
            ...{ step: row.step, steps: row.steps, mine: row.mine, how: row.how },
            raised_at: iso(row.raised_at),
            rung_at: iso(row.rung_at),
            next_at: isoOrNull(row.next_at),
            called: row.called.map(nameOf),
            acked_at: isoOrNull(row.acked_at),
            acked_by: row.acked_by === null ? null : nameOf(row.acked_by),
          })),
          oldest_unacknowledged_at: isoOrNull(await oldestAlert(tx)),
        };
      });
    },
  );

  app.post(
    '/api/alerts/:id/ack',
    {
      config: { roles: OWN_STAFF },
      schema: {
        summary: 'Accuser réception d’une alerte : je m’en occupe',
        tags: ['alertes'],
        params: idParams,
        response: { 200: z.object({ again: z.boolean() }) },
      },
    },
    async (request) =>
      act(deps, agentOf(request), ({ tx, agent, now }) => acknowledge(tx, agent, request.params.id, now)),
  );
}
