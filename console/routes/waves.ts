import { z } from 'zod';
import { AiguillageError } from '../../domain/errors.ts';
import { actorOf, type Agent } from '../../store/agents.ts';
import { appendAudit } from '../../store/events.ts';
import { groupById, groupsOf, itemsOf } from '../../store/group-replies.ts';
import { bodiesOf } from '../../store/wave-items.ts';
import { lastScan, listWaves, membersOf, waveById } from '../../store/wave-view.ts';
import { dismissWave, endWave } from '../../store/waves.ts';
import { act } from '../actions/context.ts';
import { approve, preview, sendFirst, stop } from '../actions/group-reply.ts';
import { name } from '../actions/waves.ts';
import type { App } from '../app.ts';
import { agentOf } from '../auth/guard.ts';
import type { ConsoleDeps } from '../deps.ts';
import { groupView, previewView, samplesOf, waveView } from '../view/waves.ts';
import { OWN_STAFF } from './roles.ts';
import { id, idParams, iso } from './schemas.ts';
import {
  approveAsk,
  dismissAsk,
  group,
  groupPreview,
  member,
  nameAnswer,
  nameAsk,
  scan,
  wave,
} from './waves-schema.ts';

const WAVES_MAX = 100;
const MEMBERS_MAX = 200;
/** A full list is some thousand rows, and the first answers leave before the request ends. */
const GROUP_TIMEOUT_MS = 60_000;
const tags = ['vagues'];

/** Waves: many people who write the same, named by a supervisor, answered together by a person. Partners see none of it. */
export function waveRoutes(app: App, deps: ConsoleDeps): void {
  app.get(
    '/api/waves',
    {
      config: { roles: OWN_STAFF },
      schema: {
        summary: 'Lister les vagues : celles en cours, puis les plus récentes',
        tags,
        response: { 200: z.object({ waves: z.array(wave), last_search: scan }) },
      },
    },
    async (request) => {
      const now = deps.clock();
      const { waves, last } = await deps.store.read(actorOf(agentOf(request)), async (tx) => ({
        waves: await listWaves(tx, WAVES_MAX, now),
        last: await lastScan(tx),
      }));
      const last_search = last === undefined ? null : { ...last, scanned_at: iso(last.scanned_at) };
      return { waves: waves.map(waveView), last_search };
    },
  );

  app.get(
    '/api/waves/:id',
    {
      config: { roles: OWN_STAFF },
      schema: {
        summary: 'Voir une vague, ses messages et ses réponses groupées',
        tags,
        params: idParams,
        response: { 200: z.object({ wave, members: z.array(member), groups: z.array(group) }) },
      },
    },
    async (request) => {
      const agent = agentOf(request);
      return deps.store.read(actorOf(agent), async (tx) => {
        const found = await waveById(tx, request.params.id, deps.clock());
        const members = await membersOf(tx, agent, found.id, MEMBERS_MAX);
        return {
          wave: waveView(found),
          members: members.map((row) => ({ ...row, first_received_at: iso(row.first_received_at) })),
          groups: (await groupsOf(tx, agent, found.id)).map(groupView),
        };
      });
    },
  );

  app.post(
    '/api/waves/:id/name',
    {
      config: { roles: ['supervisor'] },
      schema: {
        summary: 'Nommer une vague : son nom, sa fin, et les mots pour tous',
        description:
          'La date de fin est obligatoire. template : le modèle d’une réponse groupée ; sentence : une phrase dans l’accusé de réception ; bot_answer : ce que dit ameliBot. Une vague en cours peut être renommée.',
        tags,
        params: idParams,
        body: nameAsk,
        response: { 200: nameAnswer },
      },
    },
    async (request) => {
      const { ends_at, ...rest } = request.body;
      return act(deps, agentOf(request), async (context) => {
        const findings = await name(context, request.params.id, { ...rest, ends_at: new Date(ends_at) });
        return { wave: waveView(await waveById(context.tx, request.params.id, context.now)), findings };
      });
    },
  );

  app.post(
    '/api/waves/:id/dismiss',
    {
      config: { roles: ['supervisor'] },
      schema: {
        summary: 'Écarter une vague proposée',
        tags,
        params: idParams,
        body: dismissAsk,
        response: { 204: z.undefined() },
      },
    },
    async (request, reply) => {
      await act(deps, agentOf(request), ({ tx, agent, now }) =>
        dismissWave(tx, agent, request.params.id, request.body.reason, now),
      );
      return reply.code(204).send();
    },
  );

  app.post(
    '/api/waves/:id/end',
    {
      config: { roles: ['supervisor'] },
      schema: {
        summary: 'Terminer une vague avant sa date',
        tags,
        params: idParams,
        response: { 204: z.undefined() },
      },
    },
    async (request, reply) => {
      await act(deps, agentOf(request), ({ tx, agent, now }) => endWave(tx, agent, request.params.id, now));
      return reply.code(204).send();
    },
  );

  app.get(
    '/api/waves/:id/group-reply',
    {
      config: { roles: OWN_STAFF },
      handlerTimeout: GROUP_TIMEOUT_MS,
      schema: {
        summary: 'Préparer une réponse groupée : la liste, ce qui en est écarté et pourquoi, des exemples entiers',
        tags,
        params: idParams,
        response: { 200: groupPreview },
      },
    },
    async (request) =>
      act(deps, agentOf(request), async (context) => {
        const { tx, agent, now } = context;
        const seen = await preview(context, request.params.id);
        const messages = samplesOf(seen).flatMap((one) => seen.candidates.get(one)?.row.message ?? []);
        // The list shows what people wrote: whoever reads it is noted, as for a thread (law 13).
        const conversations = seen.list.items.map(({ conversation }) => conversation);
        await appendAudit(tx, actorOf(agent), now, 'group_reply.read', seen.wave.id, {
          digest: seen.digest,
          conversations,
        });
        return previewView(seen, await bodiesOf(tx, messages));
      }),
  );

  app.post(
    '/api/waves/:id/group-reply',
    {
      config: { roles: OWN_STAFF },
      handlerTimeout: GROUP_TIMEOUT_MS,
      schema: {
        summary: 'Approuver la réponse groupée que j’ai vue',
        description:
          'digest : l’empreinte de la liste vue. Si elle a changé, rien ne part (WAVE_LIST_CHANGED). Chaque personne reçoit son propre message, une seule fois.',
        tags,
        params: idParams,
        body: approveAsk,
        response: { 201: group },
      },
    },
    async (request, reply) => {
      const agent = agentOf(request);
      const approved = await act(deps, agent, (context) => approve(context, request.params.id, request.body.digest));
      await sendFirst(deps, approved);
      return reply.code(201).send(await progress(deps, agent, approved));
    },
  );

  app.post(
    '/api/group-replies/:id/stop',
    {
      config: { roles: OWN_STAFF },
      handlerTimeout: GROUP_TIMEOUT_MS,
      schema: {
        summary: 'Arrêter une réponse groupée, et reprendre ce qui n’est pas encore parti',
        tags,
        params: idParams,
        response: { 200: z.object({ id, stopped: z.int(), taken_back: z.int(), gone: z.int() }) },
      },
    },
    async (request) => ({ id: request.params.id, ...(await stop(deps, agentOf(request), request.params.id)) }),
  );
}

async function progress(deps: ConsoleDeps, agent: Agent, approved: string) {
  return deps.store.read(actorOf(agent), async (tx) => {
    const found = await groupById(tx, approved);
    if (found === undefined) throw new AiguillageError('NOT_FOUND');
    return groupView({ group: found, items: await itemsOf(tx, agent, approved) });
  });
}
