import { z } from 'zod';
import { AiguillageError } from '../../domain/errors.ts';
import { actorOf } from '../../store/agents.ts';
import { setMailboxMode } from '../../store/mailbox-mode.ts';
import { mailboxLags } from '../../store/mailboxes.ts';
import { act, enqueueReplies } from '../actions/context.ts';
import type { App } from '../app.ts';
import { agentOf } from '../auth/guard.ts';
import type { ConsoleDeps } from '../deps.ts';
import { OVERSIGHT } from './roles.ts';
import { instant, isoOrNull, name } from './schemas.ts';

const mode = z.enum(['observe', 'live']);
const mailbox = z.object({
  id: z.string(),
  label: z.string(),
  address: z.string(),
  reply_via: z.enum(['smtp', 'account-api', 'portal']),
  mode,
  last_synced_at: instant.nullable(),
  lag_ms: z.number().nullable(),
  /** Starts with an error code; never text from a server. */
  last_error: z.string().nullable(),
});

/** Mailboxes: how far behind they are, and whether anything may leave from them. */
export function mailboxRoutes(app: App, deps: ConsoleDeps): void {
  app.get(
    '/api/mailboxes',
    {
      config: { roles: OVERSIGHT },
      schema: {
        summary: 'Lister les boîtes',
        tags: ['boîtes'],
        response: { 200: z.object({ mailboxes: z.array(mailbox) }) },
      },
    },
    async () => {
      const book = await deps.rulebook();
      const lags = new Map((await mailboxLags(deps.store, deps.clock())).map((lag) => [lag.mailbox, lag]));
      return {
        mailboxes: book.mailboxes.map((profile) => {
          const lag = lags.get(profile.id);
          return {
            id: profile.id,
            label: profile.label,
            address: profile.address,
            reply_via: profile.reply_via,
            mode: lag?.mode ?? ('observe' as const),
            last_synced_at: isoOrNull(lag?.last_synced_at ?? null),
            lag_ms: lag?.lag_ms ?? null,
            last_error: lag?.last_error ?? null,
          };
        }),
      };
    },
  );

  app.post(
    '/api/mailboxes/:id/mode',
    {
      config: { roles: ['administrator', 'supervisor'] },
      schema: {
        summary: 'Mettre une boîte en observation ou en service',
        description: 'release_held : envoyer aussi ce qui était retenu pendant l’observation.',
        tags: ['boîtes'],
        params: z.strictObject({ id: name }),
        body: z.strictObject({ mode, release_held: z.boolean().default(false) }),
        response: { 200: z.object({ mode, released: z.int() }) },
      },
    },
    async (request) => {
      const { id } = request.params;
      const jobs = await act(deps, agentOf(request), async ({ tx, agent, book, now }) => {
        if (!book.mailboxes.some((profile) => profile.id === id)) throw new AiguillageError('NOT_FOUND');
        return setMailboxMode(tx, actorOf(agent), { mailbox: id, ...request.body }, now);
      });
      await enqueueReplies(deps, jobs, 0);
      return { mode: request.body.mode, released: jobs.length };
    },
  );
}
