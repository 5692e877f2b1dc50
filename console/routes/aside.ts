import { z } from 'zod';
import { DEFAULT_DESK, SNOOZE_REASONS } from '../../domain/aside.ts';
import { actorOf, agentNames, type Agent } from '../../store/agents.ts';
import { countAside, listAside, listTurning, type AsideRow } from '../../store/aside.ts';
import type { Tx } from '../../store/database.ts';
import { act } from '../actions/context.ts';
import { endAside, setAside, snoozeBound } from '../actions/aside.ts';
import type { App } from '../app.ts';
import { agentOf } from '../auth/guard.ts';
import type { ConsoleDeps } from '../deps.ts';
import { listedView } from '../view/rows.ts';
import { filterFor } from '../view/thread.ts';
import { OWN_STAFF, REVIEWERS } from './roles.ts';
import { asideRow, idParams, instant, isoOrNull } from './schemas.ts';

const ROWS_MAX = 200;
const reason = z.enum(SNOOZE_REASONS);

/** Setting aside, ending it, and what référents and supervisors watch: set aside, or given back again and again. */
export function asideRoutes(app: App, deps: ConsoleDeps): void {
  app.get(
    '/api/conversations/:id/snooze',
    {
      config: { roles: OWN_STAFF },
      schema: {
        summary: 'Jusqu’à quand je peux mettre cette conversation de côté',
        tags: ['bureau'],
        params: idParams,
        response: { 200: z.object({ latest: instant.nullable(), refused: z.string().nullable() }) },
      },
    },
    async (request) => {
      const bound = await act(deps, agentOf(request), (context) => snoozeBound(context, request.params.id));
      return { ...bound, latest: isoOrNull(bound.latest) };
    },
  );

  app.post(
    '/api/conversations/:id/snooze',
    {
      config: { roles: OWN_STAFF },
      schema: {
        summary: 'Mettre de côté, avec une raison ; les délais courent toujours',
        tags: ['bureau'],
        params: idParams,
        body: z.strictObject({ reason, until: instant }),
        response: { 204: z.undefined() },
      },
    },
    async (request, reply) => {
      const ask = { reason: request.body.reason, until: new Date(request.body.until) };
      await act(deps, agentOf(request), (context) => setAside(context, request.params.id, ask));
      return reply.code(204).send();
    },
  );

  app.post(
    '/api/conversations/:id/wake',
    {
      config: { roles: OWN_STAFF },
      schema: {
        summary: 'Remettre dans sa file une conversation mise de côté',
        tags: ['bureau'],
        params: idParams,
        response: { 204: z.undefined() },
      },
    },
    async (request, reply) => {
      await act(deps, agentOf(request), (context) => endAside(context, request.params.id));
      return reply.code(204).send();
    },
  );

  app.get(
    '/api/desk/aside',
    {
      config: { roles: OWN_STAFF },
      schema: {
        summary: 'Mes mises de côté',
        tags: ['bureau'],
        response: { 200: z.object({ conversations: z.array(asideRow) }) },
      },
    },
    async (request) => {
      const agent = agentOf(request);
      const now = deps.clock();
      return deps.store.read(actorOf(agent), async (tx) => ({
        conversations: await views(tx, agent, await listAside(tx, agent, true, now, ROWS_MAX)),
      }));
    },
  );

  app.get(
    '/api/desk/watch',
    {
      config: { roles: REVIEWERS },
      schema: {
        summary: 'Ce qui est mis de côté, et ce qui a été rendu plusieurs fois',
        tags: ['bureau'],
        response: {
          200: z.object({
            counts: z.array(z.object({ queue: z.string(), n: z.int() })),
            aside: z.array(asideRow),
            turning: z.array(asideRow),
            watched_after: z.int(),
          }),
        },
      },
    },
    async (request) => {
      const agent = agentOf(request);
      const now = deps.clock();
      const { watched_after } = ((await deps.rulebook()).order?.desk ?? DEFAULT_DESK).release;
      return deps.store.read(actorOf(agent), async (tx) => ({
        counts: await countAside(tx, agent, now),
        aside: await views(tx, agent, await listAside(tx, agent, false, now, ROWS_MAX)),
        turning: await views(tx, agent, await listTurning(tx, agent, watched_after, ROWS_MAX)),
        watched_after,
      }));
    },
  );
}

async function views(tx: Tx, agent: Agent, rows: readonly AsideRow[]): Promise<z.infer<typeof asideRow>[]> {
  const names = await agentNames(
    tx,
    rows.flatMap(({ snoozed_by }) => snoozed_by ?? []),
  );
  const filter = filterFor(agent);
  return rows.map((row) => ({
    ...listedView(row, filter),
    snoozed_until: isoOrNull(row.snoozed_until),
    snooze_reason: row.snooze_reason,
    by: row.snoozed_by === null ? null : (names.get(row.snoozed_by) ?? null),
    given_back: row.given_back,
  }));
}
