import { z } from 'zod';
import { listAccounts } from '../../store/accounts.ts';
import { actorOf, createAgent, findAgent, updateAgent, type Agent, type AgentChanges } from '../../store/agents.ts';
import type { Rulebook } from '../../domain/rulebook.ts';
import { appendAudit } from '../../store/events.ts';
import type { Role } from '../../store/schema.ts';
import { closeSessionsOf } from '../../store/sessions.ts';
import { AiguillageError } from '../../domain/errors.ts';
import { act } from '../actions/context.ts';
import type { App } from '../app.ts';
import { agentOf } from '../auth/guard.ts';
import { checkLinked } from '../auth/linked.ts';
import { hashPassword, PASSWORD_CHARS_MAX, PASSWORD_CHARS_MIN } from '../auth/password.ts';
import type { ConsoleDeps } from '../deps.ts';
import { Refusal } from '../errors.ts';
import { id, idParams, name, role, text } from './schemas.ts';

const agent = z.object({
  id,
  login: z.string(),
  display_name: z.string(),
  role,
  queues: z.array(z.string()),
  pool: z.string().nullable(),
  disabled: z.boolean(),
  /** Motifs or pôles whose expert mail this level-1 person may answer. */
  skills: z.array(z.string()),
});
const account = agent.extend({
  /** Name, role and pool come from the site's provider at each sign-in. */
  linked: z.boolean(),
  /** Open now, and when the latest of them was last used. */
  sessions: z.int(),
  last_seen_at: z.iso.datetime().nullable(),
});
const password = z.string().min(PASSWORD_CHARS_MIN).max(PASSWORD_CHARS_MAX);
const queues = z.array(name).max(100);
const skills = z.array(name).max(50);

/** Local accounts. A change ends the sessions of the account, so that a right taken away is gone at once. */
export function agentRoutes(app: App, deps: ConsoleDeps): void {
  app.get(
    '/api/agents',
    {
      config: { roles: ['administrator'] },
      schema: {
        summary: 'Lister les comptes',
        tags: ['comptes'],
        response: { 200: z.object({ agents: z.array(account) }) },
      },
    },
    async (request) => {
      const rows = await deps.store.read(actorOf(agentOf(request)), (tx) => listAccounts(tx, deps.clock()));
      return {
        agents: rows.map((row) => ({ ...row, ...view(row), last_seen_at: row.last_seen_at?.toISOString() ?? null })),
      };
    },
  );

  app.post(
    '/api/agents',
    {
      config: { roles: ['administrator'] },
      schema: {
        summary: 'Créer un compte',
        tags: ['comptes'],
        body: z.strictObject({
          login: text(100).regex(/^[^\s]+$/),
          display_name: text(100),
          role,
          queues: queues.default([]),
          pool: name.nullable().default(null),
          skills: skills.default([]),
          password,
        }),
        response: { 201: z.object({ id }) },
      },
    },
    async (request, reply) => {
      if (deps.sign_in?.local === false) throw new AiguillageError('AUTH_LOCAL_OFF');
      const { password: secret, ...account } = request.body;
      // Outside the transaction: a hash takes 80 ms.
      const password_hash = await hashPassword(secret);
      const created = await act(deps, agentOf(request), async ({ tx, agent: by, book, now }) => {
        checkQueues(book, account);
        return createAgent(tx, actorOf(by), { ...account, role: account.role as Role, password_hash }, now);
      });
      return reply.code(201).send({ id: created });
    },
  );

  app.post(
    '/api/agents/:id',
    {
      config: { roles: ['administrator'] },
      schema: {
        summary: 'Modifier ou désactiver un compte',
        tags: ['comptes'],
        params: idParams,
        body: z
          .strictObject({
            display_name: text(100),
            role,
            queues,
            pool: name.nullable(),
            skills,
            password,
            disabled: z.boolean(),
          })
          .partial(),
        response: { 200: agent },
      },
    },
    async (request) => {
      const { password: secret, role: new_role, ...rest } = request.body;
      const password_hash = secret === undefined ? undefined : await hashPassword(secret);
      return act(deps, agentOf(request), async ({ tx, agent: by, book, now }) => {
        if (
          by.id === request.params.id &&
          (rest.disabled === true || (new_role !== undefined && new_role !== 'administrator'))
        ) {
          throw new Refusal(
            'BAD_INPUT',
            'On ne retire pas ses propres droits : demandez-le à un autre administrateur.',
          );
        }
        checkQueues(book, rest);
        await checkLinked(tx, deps, request.params.id, request.body);
        const changes = {
          ...rest,
          ...(new_role === undefined ? {} : { role: new_role as Role }),
          ...(password_hash === undefined ? {} : { password_hash }),
        } as AgentChanges;
        return view(await updateAgent(tx, actorOf(by), request.params.id, changes, now));
      });
    },
  );

  app.delete(
    '/api/agents/:id/sessions',
    {
      config: { roles: ['administrator'] },
      schema: {
        summary: 'Terminer les sessions d’un compte',
        tags: ['comptes'],
        params: idParams,
        response: { 200: z.object({ ended: z.int() }) },
      },
    },
    async (request) =>
      act(deps, agentOf(request), async ({ tx, agent: by, now }) => {
        const { id: of } = request.params;
        if ((await findAgent(tx, of)) === undefined) throw new AiguillageError('NOT_FOUND');
        const ended = await closeSessionsOf(tx, of);
        await appendAudit(tx, actorOf(by), now, 'session.ended', of, { sessions: ended });
        return { ended };
      }),
  );
}

/** A misspelt queue would leave somebody without work, and a misspelt pool a partner without sight, without a word. */
function checkQueues(
  book: Rulebook,
  account: {
    queues?: readonly string[] | undefined;
    pool?: string | null | undefined;
    skills?: readonly string[] | undefined;
  },
): void {
  const unknown = (account.queues ?? []).find(
    (queue) => !book.queues.some((known) => known.id === queue && known.kind !== 'partner'),
  );
  if (unknown !== undefined) throw new Refusal('BAD_INPUT', 'Une des files n’existe pas dans les règles en vigueur.');
  const skilled = new Set([...book.motifs, ...book.queues].map(({ id: known }) => known));
  if (account.skills?.some((skill) => !skilled.has(skill)) === true)
    throw new Refusal('BAD_INPUT', 'Une compétence n’est ni un motif ni un pôle des règles en vigueur.');
  const { pool } = account;
  if (pool != null && !book.queues.some((known) => known.id === pool && known.kind === 'partner')) {
    throw new Refusal('BAD_INPUT', 'Ce pôle d’appui n’existe pas dans les règles en vigueur.');
  }
}

function view(row: Agent): z.infer<typeof agent> {
  return { ...row, queues: [...row.queues], skills: [...(row.skills ?? [])] };
}
