import { z } from 'zod';
import { localDay, PARIS } from '../../domain/calendar.ts';
import { lockInSight } from '../../store/desk.ts';
import { actorOf } from '../../store/agents.ts';
import { finishTask, listTasks, lockOpenTask, openTask } from '../../store/tasks.ts';
import { act, enqueueReplies, undoMs } from '../actions/context.ts';
import { tellMember } from '../actions/notice.ts';
import type { App } from '../app.ts';
import { agentOf } from '../auth/guard.ts';
import type { ConsoleDeps } from '../deps.ts';
import { Refusal } from '../errors.ts';
import { taskView } from '../view/rows.ts';
import { OWN_STAFF } from './roles.ts';
import { day, finding, id, idParams, name, text } from './schemas.ts';
import { task } from './thread-schema.ts';

const TASKS_MAX = 200;

/** Échéances: dated work given to a pôle beside an answer. */
export function taskRoutes(app: App, deps: ConsoleDeps): void {
  app.post(
    '/api/conversations/:id/tasks',
    {
      config: { roles: OWN_STAFF },
      schema: {
        summary: 'Ouvrir une échéance pour un pôle',
        tags: ['échéances'],
        params: idParams,
        body: z.strictObject({ pole: name, action: text(500), due_on: day, owner: id.optional() }),
        response: { 201: z.object({ id }) },
      },
    },
    async (request, reply) => {
      const { pole, action, due_on, owner } = request.body;
      const opened = await act(deps, agentOf(request), async ({ tx, agent, book, now }) => {
        const conversation = await lockInSight(tx, agent, request.params.id);
        const queue = book.queues.find((candidate) => candidate.id === pole);
        if (queue === undefined || queue.kind === 'partner') {
          throw new Refusal('BAD_INPUT', 'Ce pôle n’existe pas dans les règles en vigueur.');
        }
        if (due_on < localDay(now, PARIS)) {
          throw new Refusal('BAD_INPUT', 'L’échéance est déjà passée : choisissez aujourd’hui ou un jour à venir.');
        }
        if (owner !== undefined) {
          const found = await tx
            .selectFrom('agent')
            .select('id')
            .where('id', '=', owner)
            .where('disabled', '=', false)
            .executeTakeFirst();
          if (found === undefined) throw new Refusal('BAD_INPUT', 'La personne désignée n’a pas de compte actif.');
        }
        return openTask(
          tx,
          agent,
          { conversation_id: conversation.id, pole, action, due_on, owner: owner ?? null },
          now,
        );
      });
      return reply.code(201).send({ id: opened });
    },
  );

  app.get(
    '/api/tasks',
    {
      config: { roles: OWN_STAFF },
      schema: {
        summary: 'Lister les échéances, la plus proche d’abord',
        tags: ['échéances'],
        querystring: z.strictObject({ pole: name.optional(), status: z.enum(['open', 'done']).default('open') }),
        response: { 200: z.object({ tasks: z.array(task) }) },
      },
    },
    async (request) => {
      const agent = agentOf(request);
      const rows = await deps.store.read(actorOf(agent), (tx) =>
        listTasks(tx, agent, { ...request.query, limit: TASKS_MAX }),
      );
      return { tasks: rows.map((row) => taskView(row, row.ref, (words) => words)) };
    },
  );

  app.post(
    '/api/tasks/:id/done',
    {
      config: { roles: OWN_STAFF },
      schema: {
        summary: 'Terminer une échéance en avisant la personne',
        tags: ['échéances'],
        params: idParams,
        body: z.strictObject({ notice: z.strictObject({ body: text(20_000), proof: text(500).optional() }) }),
        response: { 200: z.object({ delivery: id, findings: z.array(finding) }) },
      },
    },
    async (request) => {
      const done = await act(deps, agentOf(request), async (context) => {
        const { tx, agent, now } = context;
        const open = await lockOpenTask(tx, request.params.id);
        const conversation = await lockInSight(tx, agent, open.conversation_id);
        const told = await tellMember(context, conversation, request.body.notice);
        await finishTask(tx, agent, open, told.delivery, now);
        return told;
      });
      await enqueueReplies(deps, done.jobs, undoMs(deps));
      return { delivery: done.delivery, findings: [...done.findings] };
    },
  );
}
