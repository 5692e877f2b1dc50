import { z } from 'zod';
import { NO_ANSWER_REASONS, type NoAnswerReason } from '../../domain/closing.ts';
import { CLOSING_CODES, type ClosingCode } from '../../domain/conversation.ts';
import { TRANSFER_REASONS, type TransferReason } from '../../domain/transfer.ts';
import { lockInSight, requireHeld } from '../../store/desk.ts';
import { close } from '../actions/close.ts';
import { act, enqueueReplies, undoMs } from '../actions/context.ts';
import { changeFlag } from '../actions/flags.ts';
import { confirmMotif } from '../actions/motif.ts';
import { transfer } from '../actions/transfer.ts';
import type { App } from '../app.ts';
import { agentOf } from '../auth/guard.ts';
import type { ConsoleDeps } from '../deps.ts';
import { WORKERS } from './roles.ts';
import { id, idParams, name, status, text } from './schemas.ts';

/** What people decide about a conversation beside answering it. */
export function handlingRoutes(app: App, deps: ConsoleDeps): void {
  app.post(
    '/api/conversations/:id/motif',
    {
      config: { roles: WORKERS },
      schema: {
        summary: 'Confirmer ou corriger le motif',
        tags: ['conversations'],
        params: idParams,
        body: z.strictObject({ motif: name }),
        response: {
          200: z.object({ motif: z.string(), label: z.string(), level: z.enum(['n1', 'expert']), pole: z.string() }),
        },
      },
    },
    async (request) =>
      act(deps, agentOf(request), async (context) => {
        const { tx, agent, book, now } = context;
        const reviews = agent.role === 'referent' || agent.role === 'supervisor';
        const conversation = reviews
          ? await lockInSight(tx, agent, request.params.id)
          : await requireHeld(tx, agent, request.params.id, now);
        await confirmMotif(context, conversation, request.body.motif);
        const motif = book.motifs.find((candidate) => candidate.id === request.body.motif)!;
        return { motif: motif.id, label: motif.label, level: motif.level, pole: motif.pole };
      }),
  );

  app.post(
    '/api/conversations/:id/flags',
    {
      config: { roles: WORKERS },
      schema: {
        summary: 'Ajouter ou retirer un signalement',
        description:
          'Un signalement P0 ou P1 ajouté remet la conversation dans la file qui lui correspond. Un retrait ne baisse l’urgence que s’il vient d’un référent ou d’un superviseur.',
        tags: ['conversations'],
        params: idParams,
        body: z.strictObject({ flag: name, action: z.enum(['add', 'remove']), message: id.optional() }),
        response: {
          200: z.object({ flags: z.array(z.string()), urgency: z.int(), status, queue: z.string() }),
        },
      },
    },
    async (request) => {
      const changed = await changeFlag(deps, agentOf(request), request.params.id, request.body);
      return { ...changed, flags: [...changed.flags] };
    },
  );

  app.post(
    '/api/conversations/:id/transfer',
    {
      config: { roles: WORKERS },
      schema: {
        summary: 'Transférer vers une autre file',
        description:
          'Un transfert du niveau 1 vers un pôle expert passe par l’analyse préalable, sauf circuits directs.',
        tags: ['conversations'],
        params: idParams,
        body: z.strictObject({
          queue: name,
          reason: z.enum(TRANSFER_REASONS as [TransferReason, ...TransferReason[]]),
        }),
        response: { 200: z.object({ queue: z.string(), wanted: z.string(), review: z.boolean() }) },
      },
    },
    async (request) => transfer(deps, agentOf(request), request.params.id, request.body),
  );

  app.post(
    '/api/conversations/:id/close',
    {
      config: { roles: WORKERS },
      schema: {
        summary: 'Clore avec un code',
        tags: ['conversations'],
        params: idParams,
        body: z.strictObject({
          code: z.enum(CLOSING_CODES as [ClosingCode, ...ClosingCode[]]),
          reason: z.enum(NO_ANSWER_REASONS as [NoAnswerReason, ...NoAnswerReason[]]).optional(),
          notice: z.strictObject({ body: text(20_000), proof: text(500).optional() }).optional(),
        }),
        response: { 200: z.object({ status: z.literal('closed'), stopped: z.int(), delivery: id.nullable() }) },
      },
    },
    async (request) => {
      const closed = await act(deps, agentOf(request), (context) => close(context, request.params.id, request.body));
      await enqueueReplies(deps, closed.jobs, undoMs(deps));
      return { status: 'closed' as const, stopped: closed.stopped, delivery: closed.delivery };
    },
  );
}
