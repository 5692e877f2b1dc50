import { z } from 'zod';
import { AiguillageError } from '../../domain/errors.ts';
import { actorOf } from '../../store/agents.ts';
import { lockDay, ownersDay } from '../../store/load.ts';
import { resumePool, stopPool, type StopAsk } from '../../store/overflow.ts';
import { ownContract } from '../../store/overflow-mine.ts';
import { overviewPools } from '../../store/overflow-overview.ts';
import { recallPool } from '../../store/overflow-recall.ts';
import { finishSecondReading, listSecondReadings } from '../../store/pool-answers.ts';
import { presentCapacity } from '../../store/presence.ts';
import { SYSTEM } from '../../store/database.ts';
import { act } from '../actions/context.ts';
import type { App } from '../app.ts';
import { agentOf } from '../auth/guard.ts';
import type { ConsoleDeps } from '../deps.ts';
import { Refusal } from '../errors.ts';
import { ownRow, poolRow, reading, RECALL_LABELS, stopReason, verdict } from './overflow-schema.ts';
import { OVERSIGHT } from './roles.ts';
import { id, instant, iso, isoOrNull, name } from './schemas.ts';

const poolParams = z.strictObject({ pool: name });
/** Called back at once; what is over comes with the next tick, half a minute later. */
const PASSES_MAX = 4;
const READINGS_MAX = 200;

/** Overflow contracts at work: how they stand, the stop button, and the answers to be read again. */
export function overflowRoutes(app: App, deps: ConsoleDeps): void {
  app.get(
    '/api/overflow',
    {
      config: { roles: OVERSIGHT },
      schema: {
        summary: 'Voir où en est chaque contrat de débordement',
        tags: ['débordement'],
        response: { 200: z.object({ as_of: instant, pools: z.array(poolRow) }) },
      },
    },
    async (request) => {
      const agent = agentOf(request);
      const book = await deps.rulebook();
      const now = deps.clock();
      const pools = await deps.store.read(actorOf(agent), async (tx) =>
        overviewPools(tx, book, now, await presentCapacity(tx, book, now)),
      );
      return {
        as_of: iso(now),
        pools: pools.map(({ stopped, oldest_at, recent, ...rest }) => ({
          ...rest,
          oldest_at: isoOrNull(oldest_at),
          stopped:
            stopped === null
              ? null
              : { ...stopped, stopped_at: iso(stopped.stopped_at), until: isoOrNull(stopped.until) },
          recent: recent.map(({ at, ...one }) => ({ ...one, at: iso(at) })),
        })),
      };
    },
  );

  app.get(
    '/api/overflow/mine',
    {
      config: { roles: ['partner'] },
      schema: {
        summary: 'Voir où en est le contrat de mon équipe',
        description: 'Rien d’une autre équipe, ni de la file d’origine, ni d’une personne.',
        tags: ['débordement'],
        response: { 200: ownRow.extend({ as_of: instant }) },
      },
    },
    async (request) => {
      const agent = agentOf(request);
      const book = await deps.rulebook();
      const now = deps.clock();
      const mine = await deps.store.read(actorOf(agent), (tx) => ownContract(tx, book, agent.pool ?? '', now));
      return {
        ...mine,
        as_of: iso(now),
        oldest_at: isoOrNull(mine.oldest_at),
        stopped: mine.stopped === null ? null : { until: isoOrNull(mine.stopped.until) },
        hours: mine.hours.map(({ from, to }) => ({ from: iso(from), to: iso(to) })),
        recalled: mine.recalled.map(({ reason, count }) => ({ reason, count, label: RECALL_LABELS[reason] })),
      };
    },
  );

  app.post(
    '/api/overflow/:pool/stop',
    {
      config: { roles: ['supervisor'] },
      schema: {
        summary: 'Arrêter un contrat de débordement, tout de suite',
        description:
          'Plus rien ne part vers cette équipe. Avec recall, ce que personne n’y a pris revient ; le délai dû à l’assuré ne change jamais.',
        tags: ['débordement'],
        params: poolParams,
        body: z.strictObject({ reason: stopReason, until: instant.optional(), recall: z.boolean().default(false) }),
        response: { 200: z.object({ pool: z.string(), stopped: z.literal(true), recalled: z.int() }) },
      },
    },
    async (request) => {
      const agent = agentOf(request);
      const { pool } = request.params;
      const { reason, until, recall } = request.body;
      const ask: StopAsk = { reason, until: until === undefined ? null : new Date(until), call_back: recall };
      await act(deps, agent, async ({ tx, book, now }) => {
        requirePool(book.queues, pool);
        if (ask.until !== null && ask.until <= now)
          throw new Refusal('BAD_INPUT', 'La fin de l’arrêt est déjà passée.');
        // Those who are choosing at this moment end first; the next ones see the stop.
        await lockDay(tx, [pool], ownersDay(book, now));
        await stopPool(tx, agent, pool, ask, now);
      });
      let recalled = 0;
      for (let n = 0; recall && n < PASSES_MAX; n++) {
        const back = await act(
          deps,
          agent,
          async ({ tx, book, now }) => recallPool(tx, book, pool, now, await presentCapacity(tx, book, now)),
          SYSTEM,
        );
        recalled += back.length;
        if (back.length === 0) break;
      }
      return { pool, stopped: true as const, recalled };
    },
  );

  app.post(
    '/api/overflow/:pool/resume',
    {
      config: { roles: ['supervisor'] },
      schema: {
        summary: 'Reprendre un contrat de débordement arrêté',
        tags: ['débordement'],
        params: poolParams,
        response: { 200: z.object({ pool: z.string(), resumed: z.boolean() }) },
      },
    },
    async (request) => {
      const { pool } = request.params;
      return act(deps, agentOf(request), async ({ tx, agent, book, now }) => {
        requirePool(book.queues, pool);
        return { pool, resumed: await resumePool(tx, agent, pool, now) };
      });
    },
  );

  app.get(
    '/api/second-readings',
    {
      config: { roles: ['referent', 'supervisor'] },
      schema: {
        summary: 'Lister les réponses des équipes partenaires à relire',
        description: 'Tirées au sort de façon reproductible ; jamais classées ni nommées par personne.',
        tags: ['débordement'],
        querystring: z.strictObject({
          pool: name.optional(),
          status: z.enum(['open', 'done']).default('open'),
          limit: z.coerce.number().int().min(1).max(READINGS_MAX).default(50),
        }),
        response: { 200: z.object({ readings: z.array(reading) }) },
      },
    },
    async (request) => {
      const agent = agentOf(request);
      const rows = await deps.store.read(actorOf(agent), (tx) => listSecondReadings(tx, agent, request.query));
      return {
        readings: rows.map(({ answered_at, read_at, ...row }) => ({
          ...row,
          answered_at: iso(answered_at),
          read_at: isoOrNull(read_at),
        })),
      };
    },
  );

  app.post(
    '/api/second-readings/:id',
    {
      config: { roles: ['referent', 'supervisor'] },
      schema: {
        summary: 'Noter ce que la relecture a trouvé',
        tags: ['débordement'],
        params: z.strictObject({ id }),
        body: z.strictObject({ verdict }),
        response: { 204: z.undefined() },
      },
    },
    async (request, reply) => {
      await act(deps, agentOf(request), ({ tx, agent, now }) =>
        finishSecondReading(tx, agent, request.params.id, request.body.verdict, now),
      );
      return reply.code(204).send();
    },
  );
}

function requirePool(queues: readonly { id: string; contract?: unknown }[], pool: string): void {
  if (!queues.some(({ id: known, contract }) => known === pool && contract !== undefined)) {
    throw new AiguillageError('NOT_FOUND');
  }
}
