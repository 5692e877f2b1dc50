import { z } from 'zod';
import { ruleEdit } from '../../config/schema-edits.ts';
import { editDraft, fromMail, readDraft } from '../actions/rule-edits.ts';
import type { App } from '../app.ts';
import { agentOf } from '../auth/guard.ts';
import type { ConsoleDeps } from '../deps.ts';
import { checkAnswer, digest } from './rules-schema.ts';
import { id } from './schemas.ts';

const TAGS = ['règles'];
const text = z.string();
const place = z.array(z.union([z.string(), z.int()]));

const draft = z.object({
  base: text,
  candidate: z.boolean(),
  over: text.nullable(),
  lists: z.array(
    z.object({
      file: z.enum(['flags.yaml', 'routing.yaml', 'motifs-provisoires.yaml']),
      id: text,
      label: text,
      path: place,
      count: z.int(),
      first: z.array(text),
      excludes: z.boolean(),
    }),
  ),
  pools: z.array(
    z.object({
      id: text,
      label: text,
      capacity_per_open_hour: z.number(),
      daily_quota: z.number().nullable(),
      max_share: z.number().nullable(),
    }),
  ),
  hours: z.array(z.object({ calendar: text, line: z.int(), days: text, from: text, to: text })),
  rules: z.array(text),
  senders: z.int(),
  templates: z.array(
    z.object({ id: text, subject: text, body: text, owner: text.nullable(), valid_until: text.nullable() }),
  ),
});
export type { RuleEdit } from '../../config/schema-edits.ts';
export type DraftView = z.infer<typeof draft>;

const edited = checkAnswer.extend({ file: text, line: z.int() });
export type EditedView = z.infer<typeof edited>;

const mail = z.object({
  ref: text,
  mailbox: text,
  motif: text.nullable(),
  queue: text,
  level: z.enum(['n1', 'expert']),
  rule: text.nullable(),
  why: text,
  subject: text,
  text,
});
export type FromMailView = z.infer<typeof mail>;

/** Forms that write rules: into the draft, never into force (docs/rules.md). */
export function ruleEditRoutes(app: App, deps: ConsoleDeps): void {
  app.get(
    '/api/rules/draft',
    {
      config: { roles: ['supervisor', 'administrator'] },
      schema: {
        summary: 'Ce que les formulaires peuvent changer : le candidat s’il y en a un, sinon les règles en vigueur',
        tags: TAGS,
        querystring: z.strictObject({ from: digest.optional() }),
        response: { 200: draft },
      },
    },
    async (request) => (await readDraft(deps, request.query.from)) as DraftView,
  );

  app.post(
    '/api/rules/edit',
    {
      config: { roles: ['supervisor', 'administrator'] },
      schema: {
        summary: 'Écrire un changement de formulaire dans le candidat, et le vérifier',
        description:
          'keep : en faire le candidat, à la place de « over » (celui que l’on a vu). Rien n’entre en vigueur ; les commentaires des fichiers restent.',
        tags: TAGS,
        body: z.strictObject({
          base: digest,
          edit: ruleEdit,
          keep: z.boolean().default(false),
          over: digest.nullish(),
        }),
        response: { 200: edited },
      },
    },
    async (request) => {
      const { scenarios, problems, gone, ...rest } = await editDraft(deps, agentOf(request), request.body);
      return {
        ...rest,
        problems: problems.map((problem) => ({ ...problem })),
        scenarios: { run: scenarios.run, failed: [...scenarios.failed] },
        gone: [...gone],
      };
    },
  );

  app.post(
    '/api/rules/from',
    {
      // Words of a mail are in the answer: not for those who never read one.
      config: { roles: ['supervisor'] },
      schema: {
        summary: 'À partir d’un courriel, de quoi préparer une règle (numéros masqués, lecture tracée)',
        tags: TAGS,
        body: z.strictObject({ conversation: id }),
        response: { 200: mail },
      },
    },
    async (request) => ({ ...(await fromMail(deps, agentOf(request), request.body.conversation)) }),
  );
}
