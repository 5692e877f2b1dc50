import { z } from 'zod';
import { DEFAULT_DESK } from '../../domain/aside.ts';
import { hasCode } from '../../domain/errors.ts';
import { DEFAULT_ORDER, WORK_CLASSES } from '../../domain/order.ts';
import { actorOf } from '../../store/agents.ts';
import { SYSTEM } from '../../store/database.ts';
import { releaseExpired } from '../../store/expiry.ts';
import { deskReach } from '../../store/reach.ts';
import { leaveSeries, nextOfSeries, seriesOf, startSeries, type SeriesStep } from '../../store/series.ts';
import { act, type ActionContext } from '../actions/context.ts';
import type { App } from '../app.ts';
import { agentOf } from '../auth/guard.ts';
import type { ConsoleDeps } from '../deps.ts';
import { Refusal } from '../errors.ts';
import { OWN_STAFF } from './roles.ts';
import { id, name, series } from './schemas.ts';

const EXPIRED_MAX = 100;

const step = z.object({
  /** `first`: something more pressing waited and is given instead; `none`: nothing of that motif, or the end. */
  kind: z.enum(['first', 'series', 'none']),
  conversation: id.nullable(),
  why: z.enum(WORK_CLASSES).nullable(),
});

/** Some conversations of one motif, one after the other. */
export function seriesRoutes(app: App, deps: ConsoleDeps): void {
  app.get(
    '/api/desk/series',
    {
      config: { roles: OWN_STAFF },
      schema: {
        summary: 'Ma série en cours',
        tags: ['bureau'],
        response: { 200: z.object({ series: series.nullable() }) },
      },
    },
    async (request) => {
      const agent = agentOf(request);
      const mine = await deps.store.read(actorOf(agent), (tx) => seriesOf(tx, agent, deps.clock()));
      return { series: mine === undefined ? null : { ...mine, items: [...mine.items] } };
    },
  );

  app.post(
    '/api/desk/series',
    {
      config: { roles: OWN_STAFF },
      schema: {
        summary: 'Commencer une série : plusieurs conversations du même motif et de la même file',
        description:
          'Dans l’ordre du travail. Ce qui est plus pressant est donné d’abord, et la série ne commence pas.',
        tags: ['bureau'],
        body: z.strictObject({ queue: name, motif: name, size: z.int().min(1).max(25).optional() }),
        response: { 200: step },
      },
    },
    async (request) => {
      const now = deps.clock();
      const { queue, motif, size } = request.body;
      await deps.store.write(SYSTEM, (tx) => releaseExpired(tx, now, EXPIRED_MAX));
      try {
        return await act(deps, agentOf(request), async (context) => {
          const most = (context.book.order?.desk ?? DEFAULT_DESK).series.size;
          const ask = { queue, motif, size: Math.min(size ?? most, most) };
          return view(await startSeries(context.tx, context.agent, ask, context.now, await optionsOf(context)));
        });
      } catch (error) {
        if (!hasCode(error, 'DESK_REFUSED')) throw error;
        throw new Refusal('DESK_REFUSED', 'Une série est déjà en cours : terminez-la, ou quittez-la.');
      }
    },
  );

  app.post(
    '/api/desk/series/next',
    {
      config: { roles: OWN_STAFF },
      schema: {
        summary: 'La suivante de ma série',
        tags: ['bureau'],
        body: z.strictObject({ after: id.optional() }),
        response: { 200: step },
      },
    },
    async (request) =>
      act(deps, agentOf(request), async (context) =>
        view(await nextOfSeries(context.tx, context.agent, request.body.after, context.now, await optionsOf(context))),
      ),
  );

  app.post(
    '/api/desk/series/leave',
    {
      config: { roles: OWN_STAFF },
      schema: {
        summary: 'Quitter ma série ; ce qui reste retourne à sa file',
        tags: ['bureau'],
        /** `keep`: the one on the screen stays in my hands. */
        body: z.strictObject({ keep: id.optional() }),
        response: { 200: z.object({ given_back: z.int() }) },
      },
    },
    async (request) =>
      act(deps, agentOf(request), async ({ tx, agent, now }) => ({
        given_back: await leaveSeries(tx, agent, request.body.keep, now),
      })),
  );
}

async function optionsOf({ tx, agent, book, now }: ActionContext) {
  return { order: book.order ?? DEFAULT_ORDER, reach: await deskReach(tx, agent, book, now) };
}

function view(taken: SeriesStep): z.infer<typeof step> {
  if (taken.kind === 'none') return { kind: 'none', conversation: null, why: null };
  if (taken.kind === 'first') return { kind: 'first', conversation: taken.claim.id, why: taken.why };
  return { kind: 'series', conversation: taken.conversation, why: null };
}
