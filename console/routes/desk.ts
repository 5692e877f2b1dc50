import { z } from 'zod';
import type { App } from '../app.ts';
import { agentOf } from '../auth/guard.ts';
import type { ConsoleDeps } from '../deps.ts';
import { actorOf } from '../../store/agents.ts';
import { SYSTEM } from '../../store/database.ts';
import {
  claimById,
  claimNext,
  release,
  RELEASE_REASONS,
  renew,
  type Claim,
  type ReleaseReason,
} from '../../store/desk.ts';
import { keepSeries } from '../../store/series.ts';
import { releaseExpired } from '../../store/expiry.ts';
import { deskReach } from '../../store/reach.ts';
import { DEFAULT_DESK } from '../../domain/aside.ts';
import { DEFAULT_ORDER } from '../../domain/order.ts';
import { releasesToday } from '../../store/aside.ts';
import { Refusal } from '../errors.ts';
import { id, idParams, instant, iso } from './schemas.ts';
import { WORKERS } from './roles.ts';

const claim = z.object({ conversation: id, siblings: z.array(id), held_until: instant });
/** Leases that ran out are given back before somebody asks for work, so that the desk does not wait for the sweep. */
const EXPIRED_MAX = 100;

/** Taking, keeping and giving back work. */
export function deskRoutes(app: App, deps: ConsoleDeps): void {
  app.post(
    '/api/desk/next',
    {
      config: { roles: WORKERS },
      schema: {
        summary: 'Prendre ce que l’ordre du travail donne ensuite, dans mes files et selon mes compétences',
        tags: ['bureau'],
        // Null when nothing waits.
        response: { 200: z.object({ claim: claim.nullable() }) },
      },
    },
    async (request) => {
      const agent = agentOf(request);
      const now = deps.clock();
      const book = await deps.rulebook();
      await deps.store.write(SYSTEM, (tx) => releaseExpired(tx, now, EXPIRED_MAX));
      const taken = await deps.store.write(actorOf(agent), async (tx) =>
        claimNext(tx, agent, now, { order: book.order ?? DEFAULT_ORDER, reach: await deskReach(tx, agent, book, now) }),
      );
      return { claim: taken === undefined ? null : view(taken) };
    },
  );

  app.post(
    '/api/conversations/:id/claim',
    {
      config: { roles: WORKERS },
      schema: {
        summary: 'Prendre cette conversation',
        tags: ['bureau'],
        params: idParams,
        response: { 200: z.object({ claim }) },
      },
    },
    async (request) => {
      const agent = agentOf(request);
      const now = deps.clock();
      const book = await deps.rulebook();
      const taken = await deps.store.write(actorOf(agent), async (tx) =>
        claimById(tx, agent, request.params.id, now, await deskReach(tx, agent, book, now)),
      );
      return { claim: view(taken) };
    },
  );

  app.post(
    '/api/conversations/:id/renew',
    {
      config: { roles: WORKERS },
      schema: {
        summary: 'Prolonger ma prise en charge',
        tags: ['bureau'],
        params: idParams,
        response: { 200: z.object({ held_until: instant }) },
      },
    },
    async (request) => {
      const agent = agentOf(request);
      const now = deps.clock();
      const until = await deps.store.write(actorOf(agent), async (tx) => {
        const held_until = await renew(tx, agent, request.params.id, now);
        if (agent.role !== 'partner') await keepSeries(tx, agent, request.params.id, now);
        return held_until;
      });
      return { held_until: iso(until) };
    },
  );

  app.post(
    '/api/conversations/:id/release',
    {
      config: { roles: WORKERS },
      schema: {
        summary: 'Rendre cette conversation à sa file',
        tags: ['bureau'],
        params: idParams,
        body: z.strictObject({ reason: z.enum(RELEASE_REASONS as [ReleaseReason, ...ReleaseReason[]]) }),
        response: { 204: z.undefined() },
      },
    },
    async (request, reply) => {
      const agent = agentOf(request);
      const now = deps.clock();
      const { per_day } = ((await deps.rulebook()).order?.desk ?? DEFAULT_DESK).release;
      if ((await deps.store.read(SYSTEM, (tx) => releasesToday(tx, agent, now))) >= per_day) {
        throw new Refusal(
          'DESK_REFUSED',
          `Vous avez déjà rendu ${per_day} conversations aujourd’hui : répondez, transférez, ou demandez à un référent.`,
        );
      }
      await deps.store.write(actorOf(agent), (tx) => release(tx, agent, request.params.id, request.body.reason, now));
      return reply.code(204).send();
    },
  );
}

function view(taken: Claim): z.infer<typeof claim> {
  return { conversation: taken.id, siblings: [...taken.siblings], held_until: iso(taken.held_until) };
}
