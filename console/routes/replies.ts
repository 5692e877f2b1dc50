import { z } from 'zod';
import { REPLY_TYPES, type ReplyType } from '../../domain/conversation.ts';
import { actorOf } from '../../store/agents.ts';
import { listUnsettled, resolveDelivery } from '../../store/delivery-desk.ts';
import { appendAudit } from '../../store/events.ts';
import { act, enqueueReplies, undoMs } from '../actions/context.ts';
import { reply as replyTo } from '../actions/reply.ts';
import { cancelReply } from '../actions/undo.ts';
import type { App } from '../app.ts';
import { agentOf } from '../auth/guard.ts';
import type { ConsoleDeps } from '../deps.ts';
import { WORKERS } from './roles.ts';
import { day, finding, id, idParams, instant, iso, name, status, text } from './schemas.ts';

const body = z
  .strictObject({
    type: z.enum(REPLY_TYPES as [ReplyType, ...ReplyType[]]),
    body: text(100_000),
    subject: text(300).optional(),
    template: name.optional(),
    proof: text(500).optional(),
    conclusive: z.boolean().optional(),
    motif_confirmed: name.optional(),
    pieces_due_on: day.optional(),
  })
  .refine((ask) => ask.type !== 'appel' || ask.conclusive !== undefined, { path: ['conclusive'] });

/** Visible ASCII, as a client makes it; long enough not to be chosen twice by chance. */
const headers = z.object({
  'idempotency-key': z
    .string()
    .regex(/^[\x21-\x7e]{8,128}$/)
    .optional(),
});

const answer = z.object({
  conversation: id,
  status,
  /** Null for a reply that waits to be read: nothing is sent yet. */
  message: id.nullable(),
  delivery: id.nullable(),
  /** A newcomer's reply that a référent reads before it is sent. */
  reading: id.nullable(),
  undo_until: instant.nullable(),
  findings: z.array(finding),
});
export { answer as replyAnswer };

/** A proof belongs to « sent » only; of a retry, the sending itself tells. */
const settling = z.discriminatedUnion('as', [
  z.strictObject({ as: z.literal('sent'), proof: text(500) }),
  z.strictObject({ as: z.literal('retry'), proof: text(500).optional() }),
]);

const UNSETTLED_MAX = 20;
const unsettled = z.object({
  /** Of all; the list holds the longest waiting. */
  total: z.int(),
  deliveries: z.array(
    z.object({ id, conversation: id, ref: z.string(), kind: z.string(), status: z.string(), since: instant }),
  ),
});
export type UnsettledAnswer = z.infer<typeof unsettled>;

/** Answering, and what becomes of a sending. */
export function replyRoutes(app: App, deps: ConsoleDeps): void {
  app.post(
    '/api/conversations/:id/reply',
    {
      config: { roles: WORKERS },
      schema: {
        summary: 'Répondre à une conversation que je traite',
        description:
          'Types : definitive, pieces (attend des pièces), renvoi-compte, attente (n’arrête pas le délai), appel (trace d’un appel). ' +
          'Avec un en-tête Idempotency-Key, la même demande envoyée deux fois ne part qu’une fois.',
        tags: ['réponses'],
        params: idParams,
        headers,
        body,
        response: { 201: answer },
      },
    },
    async (request, reply) => {
      const key = request.headers['idempotency-key'];
      const { answer: sent, jobs } = await act(deps, agentOf(request), (context) =>
        replyTo(context, request.params.id, request.body, key),
      );
      await enqueueReplies(deps, jobs, undoMs(deps));
      return reply.code(201).send({ ...sent, findings: [...sent.findings] });
    },
  );

  app.post(
    '/api/deliveries/:id/cancel',
    {
      config: { roles: WORKERS },
      schema: {
        summary: 'Annuler un envoi qui n’est pas encore parti',
        description:
          'La conversation revient à son auteur, et les délais que la réponse avait arrêtés courent de nouveau.',
        tags: ['réponses'],
        params: idParams,
        response: { 200: z.object({ conversation: id, status }) },
      },
    },
    async (request) => act(deps, agentOf(request), (context) => cancelReply(context, request.params.id)),
  );

  app.get(
    '/api/deliveries/unsettled',
    {
      config: { roles: ['supervisor'] },
      schema: {
        summary: 'Lister les réponses et avis qui ne sont pas partis, ou peut-être pas',
        tags: ['réponses'],
        response: { 200: unsettled },
      },
    },
    async (request) => {
      const { total, rows } = await deps.store.read(actorOf(agentOf(request)), (tx) =>
        listUnsettled(tx, UNSETTLED_MAX),
      );
      const deliveries = rows.map(({ conversation_id, since, ...row }) => ({
        ...row,
        conversation: conversation_id,
        since: iso(since),
      }));
      return { total, deliveries };
    },
  );

  app.post(
    '/api/deliveries/:id/resolve',
    {
      config: { roles: ['supervisor'] },
      schema: {
        summary: 'Trancher un envoi dont on ne sait pas s’il est parti',
        description:
          'sent : preuve à l’appui, il est parti. retry : le renvoyer, au risque d’un doublon ; une réponse qui avait échoué arrête ' +
          'alors de nouveau les délais qu’elle avait arrêtés.',
        tags: ['réponses'],
        params: idParams,
        body: settling,
        response: { 200: z.object({ status: z.enum(['sent', 'pending']) }) },
      },
    },
    async (request) => {
      const { body } = request;
      const { as } = body;
      const job = await act(deps, agentOf(request), async ({ tx, agent, now }) => {
        const resolved = await resolveDelivery(
          tx,
          actorOf(agent),
          request.params.id,
          body.as === 'sent' ? body : { as: 'retry' },
          now,
        );
        await appendAudit(tx, actorOf(agent), now, 'delivery.resolved', request.params.id, { as });
        return resolved;
      });
      if (job !== undefined) await enqueueReplies(deps, [job], 0);
      return { status: as === 'sent' ? ('sent' as const) : ('pending' as const) };
    },
  );
}
