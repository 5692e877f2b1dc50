import { z } from 'zod';
import { DAY_MS } from '../../domain/days.ts';
import { mayRead, replyReadingOf } from '../../domain/reply-reading.ts';
import { diffWords } from '../../domain/text-diff.ts';
import { actorOf } from '../../store/agents.ts';
import { listOwnReadings, listReadings } from '../../store/reply-desk.ts';
import { act, enqueueReplies, undoMs } from '../actions/context.ts';
import { returnRead, sendRead } from '../actions/reply-reading.ts';
import type { App } from '../app.ts';
import { agentOf } from '../auth/guard.ts';
import type { ConsoleDeps } from '../deps.ts';
import { replyAnswer } from './replies.ts';
import { OWN_STAFF, REVIEWERS } from './roles.ts';
import { id, idParams, instant, iso, isoOrNull, text } from './schemas.ts';

const LIST_MAX = 200;
const OWN_MAX = 20;
/** How long what came of one's replies stays on the desk. */
const OWN_DAYS = 7;
const BODY_CHARS_MAX = 100_000;
const REMARK_CHARS_MAX = 1_000;

const waiting = z.object({
  id,
  conversation: id,
  ref: z.string(),
  motif: z.string().nullable(),
  queue: z.string(),
  urgency: z.int(),
  due_at: instant.nullable(),
  held_at: instant,
  /** Since when it is on the alert list. */
  late_at: instant.nullable(),
  reply_type: z.string(),
});
const own = z.object({
  id,
  conversation: id,
  ref: z.string(),
  held_at: instant,
  outcome: z.enum(['sent', 'edited', 'returned', 'withdrawn', 'overtaken']).nullable(),
  ended_at: instant.nullable(),
  remark: z.string().nullable(),
  /** What its reader changed, by words; empty when it went as it was written. */
  changes: z.array(z.object({ kind: z.enum(['same', 'gone', 'new']), text: z.string() })),
});
export type WaitingReadingView = z.infer<typeof waiting>;
export type OwnReadingView = z.infer<typeof own>;
const TAGS = ['relectures'];

/** Newcomers' replies, read before they are sent. */
export function replyReadingRoutes(app: App, deps: ConsoleDeps): void {
  app.get(
    '/api/reply-readings',
    {
      config: { roles: REVIEWERS },
      schema: {
        summary: 'Lister les réponses qui attendent leur relecture, les plus pressées d’abord',
        tags: TAGS,
        response: { 200: z.object({ readings: z.array(waiting), timeout_open_hours: z.number() }) },
      },
    },
    async (request) => {
      const agent = agentOf(request);
      const policy = replyReadingOf(await deps.rulebook());
      const rows = mayRead(policy, agent.role)
        ? await deps.store.read(actorOf(agent), (tx) => listReadings(tx, agent, LIST_MAX))
        : [];
      return {
        readings: rows.map(({ author: _, due_at, held_at, late_at, ...row }) => ({
          ...row,
          due_at: isoOrNull(due_at),
          held_at: iso(held_at),
          late_at: isoOrNull(late_at),
        })),
        timeout_open_hours: policy.timeout_open_hours,
      };
    },
  );

  app.get(
    '/api/reply-readings/mine',
    {
      config: { roles: OWN_STAFF },
      schema: {
        summary: 'Mes réponses en relecture, et ce que sont devenues celles de la semaine',
        tags: TAGS,
        response: { 200: z.object({ to_read: z.int(), readings: z.array(own) }) },
      },
    },
    async (request) => {
      const agent = agentOf(request);
      const since = new Date(deps.clock().getTime() - OWN_DAYS * DAY_MS);
      const rows = await deps.store.read(actorOf(agent), (tx) => listOwnReadings(tx, agent, since, OWN_MAX));
      return {
        to_read: agent.replies_to_read ?? 0,
        readings: rows.map(({ body, sent_body, held_at, ended_at, ...row }) => ({
          ...row,
          held_at: iso(held_at),
          ended_at: isoOrNull(ended_at),
          changes: sent_body === null ? [] : diffWords(body, sent_body),
        })),
      };
    },
  );

  app.post(
    '/api/conversations/:id/reading',
    {
      config: { roles: REVIEWERS },
      schema: {
        summary:
          'Relire une réponse : l’envoyer, telle quelle ou modifiée, ou la rendre à son auteur avec une remarque',
        description:
          'Elle part au nom de son auteur, et les délais s’arrêtent à ce moment. L’envoi s’annule comme tout autre.',
        tags: TAGS,
        params: idParams,
        body: z.discriminatedUnion('action', [
          z.strictObject({ action: z.literal('send'), body: text(BODY_CHARS_MAX).optional() }),
          z.strictObject({ action: z.literal('return'), remark: text(REMARK_CHARS_MAX) }),
        ]),
        response: { 200: z.object({ answer: replyAnswer.nullable() }) },
      },
    },
    async (request) => {
      const { body, params } = request;
      if (body.action === 'return') {
        await act(deps, agentOf(request), (context) => returnRead(context, params.id, body.remark));
        return { answer: null };
      }
      const { answer, jobs } = await act(deps, agentOf(request), (context) => sendRead(context, params.id, body.body));
      await enqueueReplies(deps, jobs, undoMs(deps));
      return { answer: { ...answer, findings: [...answer.findings] } };
    },
  );
}
