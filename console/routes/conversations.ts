import { z } from 'zod';
import { AiguillageError } from '../../domain/errors.ts';
import { dayStart, PARIS, parseDay } from '../../domain/days.ts';
import { hasPersonal } from '../../domain/privacy.ts';
import { actorOf, type Agent } from '../../store/agents.ts';
import { listConversations, type ListCursor } from '../../store/conversations.ts';
import { inPile, PILES } from '../../store/piles.ts';
import { lockInSight } from '../../store/desk.ts';
import { noteAsked, wordsDigest } from '../../store/audit-asked.ts';
import { appendAudit } from '../../store/events.ts';
import { noteRead } from '../../store/read-once.ts';
import { act } from '../actions/context.ts';
import type { App } from '../app.ts';
import { agentOf } from '../auth/guard.ts';
import type { ConsoleDeps } from '../deps.ts';
import { Refusal } from '../errors.ts';
import { loadThread } from '../view/load.ts';
import { listedView } from '../view/rows.ts';
import { canReveal, filterFor, threadView } from '../view/thread.ts';
import { readCursor, writeCursor } from './cursor.ts';
import { WORKERS } from './roles.ts';
import { day, idParams, isoOrNull, listed, name, status } from './schemas.ts';
import { thread } from './thread-schema.ts';

const PAGE_MAX = 100;

const filter = z.strictObject({
  queue: name.optional(),
  status: status.optional(),
  motif: name.optional(),
  flag: name.optional(),
  q: z.string().trim().min(2).max(200).optional(),
  /** `me`: what I hold. */
  holder: z.literal('me').optional(),
  /** `next` of the page before. */
  before: z.string().max(200).optional(),
  limit: z.coerce.number().int().min(1).max(PAGE_MAX).default(50),
});
const search = filter.extend({
  mailbox: name.optional(),
  /** Any of these; '' stands for « sans motif ». */
  motifs: z
    .array(z.union([name, z.literal('')]))
    .min(1)
    .max(200)
    .optional(),
  /** Not answered yet. */
  open: z.boolean().optional(),
  /** A pile of the stock (GET /api/stock). */
  pile: z.enum(PILES).optional(),
  /** First and last day of the first mail, both included. */
  received: z.strictObject({ from: day, to: day }).optional(),
  /** Motifs people corrected on some days (GET /api/quality): what the machine thought, null for nothing, and what was given. */
  corrected: z.strictObject({ guessed: name.nullable(), given: name, from: day, to: day }).optional(),
});
const page = z.object({ conversations: z.array(listed), next: z.string().nullable() });

/** Lists, search, and the thread itself. */
export function conversationRoutes(app: App, deps: ConsoleDeps): void {
  async function list(agent: Agent, asked: z.output<typeof search>): Promise<z.infer<typeof page>> {
    const { before, limit, holder, received, pile, corrected, ...rest } = asked;
    // Judgements of the caisse's own people; the database would refuse a partner as well.
    if (corrected !== undefined && agent.role === 'partner') throw new AiguillageError('AUTH_FORBIDDEN');
    // Who looks for whom, in words nobody can read back; and lists of whole groups, from the flow picture or « Qualité ».
    const { queue, mailbox, motifs, q } = rest;
    const group = { mailbox, motifs, received, pile, corrected };
    if (q !== undefined || Object.values(group).some((each) => each !== undefined)) {
      const words = q === undefined ? undefined : wordsDigest(deps.secrets.message_id, q);
      const kind = q === undefined ? 'conversations.listed' : 'conversations.searched';
      await noteAsked(deps.store, agent, kind, { queue, words, ...group }, deps.clock());
    }
    const cursor = before === undefined ? undefined : cursorOf(before);
    const book = pile === undefined ? undefined : await deps.rulebook();
    const rows = await deps.store.read(actorOf(agent), (tx) =>
      listConversations(tx, agent, {
        ...{ ...rest, cursor, limit },
        ...(holder === 'me' ? { holder: agent.id } : {}),
        ...(book === undefined || pile === undefined ? {} : { pile: inPile(pile, book, deps.clock()) }),
        ...(received === undefined ? {} : { received: spanOf(received) }),
        ...(corrected === undefined ? {} : { corrected: { ...corrected, at: spanOf(corrected) } }),
      }),
    );
    const last = rows.at(-1);
    const text = filterFor(agent);
    return {
      conversations: rows.map((row) => listedView(row, text)),
      next:
        rows.length < limit || last === undefined
          ? null
          : writeCursor([last.urgency, isoOrNull(last.due_elapsed_at), last.id]),
    };
  }

  app.get(
    '/api/conversations',
    {
      config: { roles: WORKERS },
      schema: {
        summary: 'Lister des conversations, la plus pressante d’abord',
        description:
          'Pour chercher une adresse ou un numéro, utilisez POST /api/conversations/search : une URL finit dans des journaux.',
        tags: ['conversations'],
        querystring: filter,
        response: { 200: page },
      },
    },
    async (request) => {
      const { q } = request.query;
      // Law 3: no personal data in URLs; proxies and browsers keep them.
      if (q !== undefined && (q.includes('@') || hasPersonal(q))) {
        throw new Refusal(
          'BAD_INPUT',
          'Une adresse ou un numéro se cherche par POST /api/conversations/search, jamais dans une URL.',
        );
      }
      return list(agentOf(request), request.query);
    },
  );

  app.post(
    '/api/conversations/search',
    {
      config: { roles: WORKERS },
      schema: {
        summary: 'Chercher par référence, adresse exacte ou mots de l’objet',
        tags: ['conversations'],
        body: search,
        response: { 200: page },
      },
    },
    async (request) => list(agentOf(request), request.body),
  );

  app.get(
    '/api/conversations/:id',
    {
      config: { roles: WORKERS },
      schema: {
        summary: 'Lire une conversation',
        tags: ['conversations'],
        params: idParams,
        response: { 200: thread },
      },
    },
    async (request) => {
      const agent = agentOf(request);
      return act(deps, agent, async ({ tx, book, now }) => {
        // Locked: what is shown is what the audit says was read, even if a transfer takes it out of sight just now.
        const conversation = await lockInSight(tx, agent, request.params.id);
        await appendAudit(tx, actorOf(agent), now, 'conversation.read', conversation.id);
        await noteRead(tx, actorOf(agent), conversation, now);
        return threadView(await loadThread(tx, agent, conversation), { agent, book, now });
      });
    },
  );

  app.post(
    '/api/conversations/:id/reveal',
    {
      config: { roles: ['partner'] },
      schema: {
        summary: 'Découvrir les numéros de sécurité sociale de la conversation que je traite (tracé)',
        tags: ['conversations'],
        params: idParams,
        response: { 200: thread },
      },
    },
    async (request) => {
      const agent = agentOf(request);
      return act(deps, agent, async ({ tx, book, now }) => {
        const conversation = await lockInSight(tx, agent, request.params.id);
        if (!canReveal({ agent, book, now }, conversation)) throw new AiguillageError('AUTH_FORBIDDEN');
        await appendAudit(tx, actorOf(agent), now, 'nir.revealed', conversation.id);
        return threadView(await loadThread(tx, agent, conversation), { agent, book, now, revealed: true });
      });
    },
  );
}

function spanOf({ from, to }: { from: string; to: string }): readonly [Date, Date] {
  return [new Date(dayStart(parseDay(from), PARIS)), new Date(dayStart(parseDay(to) + 1, PARIS))];
}

const cursorForm = z.tuple([z.int().min(0).max(9), z.iso.datetime().nullable(), z.uuid()]);

function cursorOf(given: string): ListCursor {
  const [urgency, due, id] = readCursor(cursorForm, given);
  return { urgency, due, id };
}
