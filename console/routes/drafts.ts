import { z } from 'zod';
import { REPLY_TYPES, type ReplyType } from '../../domain/conversation.ts';
import { actorOf, agentNames } from '../../store/agents.ts';
import { SYSTEM } from '../../store/database.ts';
import { countUnsent } from '../../store/delivery-desk.ts';
import { dropDraft, keepDraft, readDraft } from '../../store/drafts.ts';
import { lockInSight, requireInSight } from '../../store/desk.ts';
import { newId } from '../../store/ids.ts';
import { inSight } from '../../store/scope.ts';
import { AiguillageError } from '../../domain/errors.ts';
import { tryDraft } from '../actions/check-reply.ts';
import { contactOf } from '../actions/contact.ts';
import { act } from '../actions/context.ts';
import type { App } from '../app.ts';
import { agentOf } from '../auth/guard.ts';
import type { ConsoleDeps } from '../deps.ts';
import { WORKERS } from './roles.ts';
import { finding, idParams, instant, iso, isoOrNull, name, status } from './schemas.ts';

const BODY_CHARS_MAX = 100_000;
const SUBJECT_CHARS_MAX = 300;

const words = {
  type: z.enum(REPLY_TYPES as [ReplyType, ...ReplyType[]]),
  // Spaces at the end are kept: the cursor stands there.
  body: z.string().max(BODY_CHARS_MAX),
  subject: z.string().max(SUBJECT_CHARS_MAX).nullable().default(null),
  template: name.nullable().default(null),
};
const rev = z.uuid();
const saved = z.object({ ...words, updated_at: instant, rev });

/** What a page keeps on the server while somebody works: the draft, what the linter says of it, who holds the work. */
export function draftRoutes(app: App, deps: ConsoleDeps): void {
  app.get(
    '/api/conversations/:id/draft',
    {
      config: { roles: WORKERS },
      schema: {
        summary: 'Lire mon brouillon de réponse',
        tags: ['réponses'],
        params: idParams,
        response: { 200: z.object({ draft: saved.nullable() }) },
      },
    },
    async (request) => {
      const agent = agentOf(request);
      const draft = await deps.store.read(actorOf(agent), async (tx) => {
        await requireInSight(tx, agent, request.params.id);
        return readDraft(tx, agent.id, request.params.id);
      });
      if (draft === undefined) return { draft: null };
      const { reply_type, updated_at, ...rest } = draft;
      return { draft: { ...rest, type: reply_type as ReplyType, updated_at: iso(updated_at) } };
    },
  );

  app.put(
    '/api/conversations/:id/draft',
    {
      config: { roles: WORKERS },
      schema: {
        summary: 'Garder mon brouillon de réponse',
        description:
          '`rev` est la révision que la page a lue (null : aucun brouillon). S’il y en a une autre, rien n’est écrit : DRAFT_STALE.',
        tags: ['réponses'],
        params: idParams,
        body: z.strictObject({ ...words, rev: rev.nullable().optional() }),
        response: { 200: z.object({ updated_at: instant, rev }) },
      },
    },
    async (request) => {
      const { type, rev: seen, ...rest } = request.body;
      return act(deps, agentOf(request), async ({ tx, agent, now }) => {
        // Locked: a reply that leaves at this moment must not find its draft come back behind it.
        await lockInSight(tx, agent, request.params.id);
        const kept = await readDraft(tx, agent.id, request.params.id);
        // The same words once more are no conflict: the answer to the first try may have been lost.
        if (seen !== undefined && (kept?.rev ?? null) !== seen && kept?.body !== rest.body)
          throw new AiguillageError('DRAFT_STALE');
        const draft = { ...rest, reply_type: type, updated_at: now, rev: newId() };
        await keepDraft(tx, agent.id, request.params.id, draft);
        return { updated_at: iso(now), rev: draft.rev };
      });
    },
  );

  app.delete(
    '/api/conversations/:id/draft',
    {
      config: { roles: WORKERS },
      schema: {
        summary: 'Effacer mon brouillon',
        tags: ['réponses'],
        params: idParams,
        response: { 204: z.undefined() },
      },
    },
    async (request, reply) => {
      await act(deps, agentOf(request), async ({ tx, agent }) => {
        await requireInSight(tx, agent, request.params.id);
        await dropDraft(tx, agent.id, request.params.id);
      });
      return reply.code(204).send();
    },
  );

  app.post(
    '/api/conversations/:id/check-reply',
    {
      config: { roles: WORKERS },
      schema: {
        summary: 'Relire un brouillon sans l’envoyer',
        tags: ['réponses'],
        params: idParams,
        body: z.strictObject({
          body: z.string().max(BODY_CHARS_MAX),
          subject: z.string().max(SUBJECT_CHARS_MAX).optional(),
          template: name.optional(),
        }),
        response: { 200: z.object({ refused: z.string().nullable(), findings: z.array(finding) }) },
      },
    },
    async (request) => {
      const agent = agentOf(request);
      const book = await deps.rulebook();
      return deps.store.read(actorOf(agent), async (tx) => {
        await requireInSight(tx, agent, request.params.id);
        const told = await tryDraft(tx, book, request.params.id, request.body, deps.clock());
        return { ...told, findings: [...told.findings] };
      });
    },
  );

  app.get(
    '/api/conversations/:id/state',
    {
      config: { roles: WORKERS },
      schema: {
        summary: 'Qui traite cette conversation, et où elle en est ; sans son texte',
        description: 'La page ouverte le demande toutes les quelques secondes : rien n’est inscrit au journal.',
        tags: ['conversations'],
        params: idParams,
        response: {
          200: z.object({
            status,
            queue: z.string(),
            mine: z.boolean(),
            held_by: z.string().nullable(),
            held_until: instant.nullable(),
            last_received_at: instant,
            /** Sendings that have not ended: whoever shows them reads again when this changes. */
            unsent: z.int(),
          }),
        },
      },
    },
    async (request) => {
      const agent = agentOf(request);
      const row = await deps.store.read(actorOf(agent), (tx) =>
        tx
          .selectFrom('conversation')
          .select(['status', 'queue', 'holder', 'held_until', 'last_received_at'])
          .where('id', '=', request.params.id)
          .where(inSight(agent))
          .executeTakeFirst(),
      );
      if (row === undefined) throw new AiguillageError('NOT_FOUND');
      const unsent = await deps.store.read(actorOf(agent), (tx) => countUnsent(tx, request.params.id));
      // A partner does not know our people.
      const names =
        row.holder === null || agent.role === 'partner'
          ? new Map<string, string>()
          : await deps.store.read(SYSTEM, (tx) => agentNames(tx, [row.holder!]));
      return {
        status: row.status,
        queue: row.queue,
        mine: row.holder === agent.id,
        held_by: row.holder === null ? null : (names.get(row.holder) ?? 'une autre personne'),
        held_until: isoOrNull(row.held_until),
        last_received_at: iso(row.last_received_at),
        unsent,
      };
    },
  );

  app.post(
    '/api/conversations/:id/contact',
    {
      config: { roles: WORKERS },
      schema: {
        summary: 'NIR et résumé du contact, pour les outils métier (tracé)',
        tags: ['conversations'],
        params: idParams,
        response: { 200: z.object({ nirs: z.array(z.string()), summary: z.string() }) },
      },
    },
    async (request) => act(deps, agentOf(request), (context) => contactOf(context, request.params.id)),
  );
}
