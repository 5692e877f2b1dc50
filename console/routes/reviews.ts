import { z } from 'zod';
import { DEFAULT_REVIEWS } from '../../domain/review.ts';
import { actorOf } from '../../store/agents.ts';
import { presentCapacity } from '../../store/presence.ts';
import { countReviews, listReviews, reviewFigures } from '../../store/review-desk.ts';
import { judgeSample, listSamples, sampleFigures } from '../../store/samples.ts';
import { SYSTEM } from '../../store/database.ts';
import { act } from '../actions/context.ts';
import { answerAsPole, review } from '../actions/review.ts';
import type { App } from '../app.ts';
import { agentOf } from '../auth/guard.ts';
import type { ConsoleDeps } from '../deps.ts';
import { OVERSIGHT, OWN_STAFF, REVIEWERS } from './roles.ts';
import { day, id, idParams, instant, iso, isoOrNull, name, status, text } from './schemas.ts';
import { windowOf } from './window.ts';

const LIST_MAX = 200;
const METRICS_TIMEOUT_MS = 120_000;
const HINT_CHARS_MAX = 500;

const reasons = z.array(z.object({ id: z.string(), label: z.string() }));
const waiting = z.object({
  conversation: id,
  ref: z.string(),
  subject: z.string(),
  motif: z.string().nullable(),
  wanted: z.string(),
  origin: z.enum(['machine', 'agent', 'refusal']),
  rule: z.string(),
  opened_at: instant,
  urgency: z.int(),
  due_at: instant.nullable(),
  status,
  holder: id.nullable(),
});
const count = z.int().min(0);
const numbers = z.object({
  proposed: count,
  approved: count,
  returned: count,
  remotived: count,
  timed_out: count,
  waiting: count,
  avoided: count,
  replaced_by_task: count,
  refused: count,
  accepted: count,
  avoided_share: z.number().nullable(),
});
const group = numbers.extend({ key: z.string().nullable() });
const sample = z.object({
  message: id,
  conversation: id,
  ref: z.string(),
  queue: z.string(),
  motif: z.string().nullable(),
  rule: z.string(),
  sampled_at: instant,
});

/** The review of transfers, what pôles answer to it, and the direct routes that are read afterwards. */
export function reviewRoutes(app: App, deps: ConsoleDeps): void {
  app.get(
    '/api/reviews',
    {
      config: { roles: REVIEWERS },
      schema: {
        summary: 'Lister les transferts à analyser, et la charge de l’analyse préalable',
        tags: ['analyse préalable'],
        response: {
          200: z.object({
            reviews: z.array(waiting),
            waiting: count,
            capacity_per_open_hour: z.number(),
            /** What waits, in open hours of work; null at a standstill. */
            wait_open_hours: z.number().nullable(),
            timeout_open_hours: z.number(),
            reasons: z.object({ approve: reasons, return: reasons, remotif: reasons }),
          }),
        },
      },
    },
    async (request) => {
      const agent = agentOf(request);
      const book = await deps.rulebook();
      const policy = book.reviews ?? DEFAULT_REVIEWS;
      const queue = book.queues.find(({ kind }) => kind === 'review');
      return deps.store.read(actorOf(agent), async (tx) => {
        const rows = await listReviews(tx, agent, LIST_MAX);
        const total = await countReviews(tx);
        const present = await presentCapacity(tx, book, deps.clock());
        const rate = present.get(queue?.id ?? '') ?? queue?.capacity_per_open_hour ?? 0;
        return {
          reviews: rows.map(({ id: conversation, motif_confirmed, motif, ...row }) => ({
            ...row,
            conversation,
            motif: motif_confirmed ?? motif,
            opened_at: iso(row.opened_at),
            due_at: isoOrNull(row.due_at),
          })),
          waiting: total,
          capacity_per_open_hour: rate,
          wait_open_hours: total === 0 ? 0 : rate > 0 ? total / rate : null,
          timeout_open_hours: policy.timeout_open_hours,
          reasons: {
            approve: [...policy.reasons.approve],
            return: [...policy.reasons.return],
            remotif: [...policy.reasons.remotif],
          },
        };
      });
    },
  );

  app.post(
    '/api/conversations/:id/review',
    {
      config: { roles: REVIEWERS },
      schema: {
        summary: 'Analyser un transfert : approuver, rendre au niveau 1, ou changer le motif',
        tags: ['analyse préalable'],
        params: idParams,
        body: z.strictObject({
          action: z.enum(['approve', 'return', 'remotif']),
          reason: name,
          hint: text(HINT_CHARS_MAX).optional(),
          motif: name.optional(),
        }),
        response: { 200: z.object({ queue: z.string(), outcome: z.enum(['approved', 'returned', 'remotived']) }) },
      },
    },
    async (request) => act(deps, agentOf(request), (context) => review(context, request.params.id, request.body)),
  );

  app.post(
    '/api/conversations/:id/review/answer',
    {
      config: { roles: OWN_STAFF },
      schema: {
        summary: 'Dire, pour le pôle, si le transfert était juste, ou le rendre avec une raison',
        tags: ['analyse préalable'],
        params: idParams,
        body: z.strictObject({ as: z.enum(['accept', 'refuse']), reason: name.optional() }),
        response: { 200: z.object({ queue: z.string() }) },
      },
    },
    async (request) => act(deps, agentOf(request), (context) => answerAsPole(context, request.params.id, request.body)),
  );

  app.get(
    '/api/reviews/metrics',
    {
      config: { roles: OVERSIGHT },
      handlerTimeout: METRICS_TIMEOUT_MS,
      schema: {
        summary: 'Transferts proposés, évités, remplacés par une échéance, refusés, échus : par motif et par règle',
        tags: ['analyse préalable'],
        querystring: z.strictObject({ from: day, to: day }),
        response: {
          200: numbers.extend({
            by_motif: z.array(group),
            by_rule: z.array(group),
            /** Direct routes drawn and read afterwards. */
            samples: z.array(z.object({ queue: z.string(), drawn: count, read: count, right: count })),
          }),
        },
      },
    },
    async (request) => {
      const { from, until } = windowOf(request.query);
      const figures = await reviewFigures(deps.store, await deps.rulebook(), from, until);
      const samples = await deps.store.read(SYSTEM, (tx) => sampleFigures(tx, from, until));
      return { ...figures, by_motif: [...figures.by_motif], by_rule: [...figures.by_rule], samples };
    },
  );

  app.get(
    '/api/reviews/samples',
    {
      config: { roles: REVIEWERS },
      schema: {
        summary: 'Lister les envois directs tirés au sort, à relire',
        tags: ['analyse préalable'],
        response: { 200: z.object({ samples: z.array(sample) }) },
      },
    },
    async (request) => {
      const agent = agentOf(request);
      const rows = await deps.store.read(actorOf(agent), (tx) => listSamples(tx, agent, LIST_MAX));
      return {
        samples: rows.map(({ message_id, conversation_id, ref, queue, motif, rule, sampled_at }) => ({
          ...{ message: message_id, conversation: conversation_id, ref, queue, motif, rule },
          sampled_at: iso(sampled_at),
        })),
      };
    },
  );

  app.post(
    '/api/reviews/samples/:id',
    {
      config: { roles: REVIEWERS },
      schema: {
        summary: 'Dire si un envoi direct était juste',
        tags: ['analyse préalable'],
        params: idParams,
        body: z.strictObject({ verdict: z.enum(['right', 'wrong_queue', 'wrong_motif']) }),
        response: { 204: z.undefined() },
      },
    },
    async (request, reply) => {
      await act(deps, agentOf(request), ({ tx, agent, now }) =>
        judgeSample(tx, agent, request.params.id, request.body.verdict, now),
      );
      return reply.code(204).send();
    },
  );
}
