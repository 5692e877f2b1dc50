import { z } from 'zod';
import { masterOf } from '../../config/folder-note.ts';
import { LIMITS } from '../../config/limits.ts';
import { SYSTEM } from '../../store/database.ts';
import type { Load } from '../../domain/overflow.ts';
import { rulebookFiles, type HistoryEntry } from '../../store/rulebooks.ts';
import type { Proposal } from '../../store/rulebook-proposals.ts';
import { rulesState } from '../../store/rulebook-state.ts';
import { explainNamed, explainPasted } from '../actions/explain.ts';
import { apply, checkTexts, movedConversations, rollback, simulate, SIMULATION_TIMEOUT_MS } from '../actions/rules.ts';
import type { App } from '../app.ts';
import { agentOf } from '../auth/guard.ts';
import type { ConsoleDeps } from '../deps.ts';
import type { Role } from '../../store/schema.ts';
import { iso } from './schemas.ts';
import * as shape from './rules-schema.ts';

/** Those who answer for the rules. */
const RULERS: readonly Role[] = ['supervisor', 'administrator'];
const TAGS = ['règles'];
/** Letters of two bytes, and JSON's escapes. */
const SET_BODY_BYTES = 2 * LIMITS.set_bytes_max;
const MARGIN_MS = 15_000;

/** The rules as code, behind the same functions as the command line (design §6). */
export function rulesRoutes(app: App, deps: ConsoleDeps): void {
  app.get(
    '/api/rules',
    {
      config: { roles: RULERS },
      schema: { summary: 'Règles en vigueur, proposées, essayées', tags: TAGS, response: { 200: shape.state } },
    },
    async () => {
      const { active, candidate, refused, ...rest } = await deps.store.read(SYSTEM, (tx) => rulesState(tx));
      return {
        active: active === null ? null : entryView(active),
        candidate: candidate === null ? null : proposalView(candidate),
        refused: refused === null ? null : proposalView(refused),
        history: rest.history.map(entryView),
        proposals: rest.proposals.map(proposalView),
        master: { ...(await masterOf(deps.rules.folder)) },
        simulations: rest.simulations.map((row) => ({ ...row, simulated_at: iso(row.simulated_at) })),
      };
    },
  );

  app.get(
    '/api/rules/:digest',
    {
      config: { roles: RULERS },
      schema: {
        summary: 'Les fichiers d’un jeu de règles',
        tags: TAGS,
        params: z.strictObject({ digest: shape.digest }),
        response: { 200: shape.texts },
      },
    },
    async ({ params: { digest } }) => ({
      digest,
      files: await deps.store.read(SYSTEM, (tx) => rulebookFiles(tx, digest)),
    }),
  );

  app.post(
    '/api/rules/check',
    {
      config: { roles: RULERS },
      bodyLimit: SET_BODY_BYTES,
      schema: {
        summary: 'Vérifier un jeu de règles, et le garder comme candidat',
        tags: TAGS,
        body: shape.checkAsk,
        response: { 200: shape.checkAnswer },
      },
    },
    async (request) => {
      const { files, keep, over = null } = request.body;
      const texts = new Map(Object.entries(files));
      const checked = await checkTexts(deps, agentOf(request), texts, keep ? { over } : undefined);
      const { scenarios, ...rest } = checked;
      return {
        ...rest,
        problems: checked.problems.map((problem) => ({ ...problem })),
        scenarios: { run: scenarios.run, failed: [...scenarios.failed] },
        gone: [...checked.gone],
      };
    },
  );

  app.post(
    '/api/rules/explain',
    {
      // Words of a mail are in the answer: not for those who never read one.
      config: { roles: ['supervisor'] },
      schema: {
        summary: 'Expliquer une conversation passée, ou un texte collé',
        description: 'with : un jeu de règles candidat à la place de celui en vigueur.',
        tags: TAGS,
        body: shape.explainAsk,
        response: { 200: shape.explanation },
      },
    },
    async (request) => {
      const ask = request.body;
      if ('name' in ask) return { ...(await explainNamed(deps, agentOf(request), ask.name, ask.with)) };
      const { with: digest, load, ...pasted } = ask;
      return { ...(await explainPasted(deps, { ...pasted, load: load as Load }, digest)) };
    },
  );

  app.post(
    '/api/rules/simulate',
    {
      config: { roles: RULERS },
      handlerTimeout: SIMULATION_TIMEOUT_MS + MARGIN_MS,
      schema: {
        summary: 'Ce qu’un candidat aurait changé sur les derniers jours',
        tags: TAGS,
        body: shape.simulateAsk,
        response: { 200: shape.simulation },
      },
    },
    async (request) => {
      const agent = agentOf(request);
      const simulation = await simulate(deps, agent, request.body);
      return { ...simulation, moved_conversations: await movedConversations(deps, agent, simulation) };
    },
  );

  app.post(
    '/api/rules/apply',
    {
      config: { roles: RULERS },
      schema: {
        summary: 'Mettre en vigueur un candidat essayé',
        tags: TAGS,
        body: shape.applyAsk,
        response: { 200: shape.applied },
      },
    },
    async (request) => apply(deps, agentOf(request), request.body),
  );

  app.post(
    '/api/rules/rollback',
    {
      config: { roles: RULERS },
      schema: {
        summary: 'Revenir aux règles d’avant',
        tags: TAGS,
        body: shape.rollbackAsk,
        response: { 200: shape.applied },
      },
    },
    async (request) => rollback(deps, agentOf(request), request.body.to),
  );
}

function entryView(entry: HistoryEntry): shape.State['history'][number] {
  return { ...entry, activated_at: iso(entry.activated_at) };
}

function proposalView(proposal: Proposal): shape.State['proposals'][number] {
  return { ...proposal, proposed_at: iso(proposal.proposed_at) };
}
