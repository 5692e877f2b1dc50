import { z } from 'zod';
import { loadPlan, readShippedScenario, type PlanSet } from '../../config/plan-scenario.ts';
import type { Problem } from '../../config/problems.ts';
import type { Lever } from '../../domain/plan-levers.ts';
import type { App } from '../app.ts';
import type { ConsoleDeps } from '../deps.ts';
import { Refusal } from '../errors.ts';
import { PlanRunner } from '../plan-runner.ts';

const PLAN_TIMEOUT_MS = 60_000;
/** Smaller than for the command line: the desk works on the same machine. */
const FIRST_CONTACTS_MAX = 1_000_000;
const DAYS_MAX = 370;
const LEVERS_MAX = 6;
const YAML_CHARS_MAX = 100_000;
/** The lever that stands for `set`. */
const TRIAL = 'essai';

const setting = z.union([z.number(), z.string().max(100), z.boolean()]);
const body = z
  .strictObject({
    scenario: z
      .string()
      .max(64)
      .regex(/^[a-z0-9-]+$/)
      .optional(),
    yaml: z.string().max(YAML_CHARS_MAX).optional(),
    levers: z.array(z.string().max(64)).max(LEVERS_MAX).default([]),
    set: z.record(z.string().max(200), setting).optional(),
  })
  .refine(({ scenario, yaml }) => (scenario === undefined) !== (yaml === undefined), {
    path: ['yaml'],
    error: 'one of scenario and yaml',
  });
const answer = z.union([
  z.object({ ok: z.literal(true), result: z.record(z.string(), z.unknown()) }),
  z.object({ ok: z.literal(false), problems: z.array(z.record(z.string(), z.unknown())) }),
]);

/** Load simulation for supervisors: a shipped scenario or one of their own, some of its levers, and a trial of settings. */
export function planRoutes(app: App, deps: ConsoleDeps): void {
  const runner = new PlanRunner(PLAN_TIMEOUT_MS);
  app.post(
    '/api/plan',
    {
      config: { roles: ['supervisor'] },
      handlerTimeout: PLAN_TIMEOUT_MS * 2,
      schema: {
        summary: 'Simulation de charge : un scénario livré (scenario) ou à vous (yaml), des leviers, un essai (set)',
        tags: ['chiffres'],
        body,
        response: { 200: answer },
      },
    },
    async (request) => {
      const { scenario, yaml, levers, set: changes } = request.body;
      const file = scenario === undefined ? 'scenario.yaml' : `${scenario}.yaml`;
      const text = yaml ?? (await readShippedScenario(scenario ?? ''));
      if (text === undefined) throw new Refusal('NOT_FOUND', 'Ce scénario n’existe pas.');
      const { calendars, motifs } = await deps.rulebook();
      const { set, problems } = loadPlan(file, text, { calendars, motifs: motifs.map(({ id }) => id) });
      if (set === undefined) return refused(problems);
      const chosen = levers.map((id) => leverOf(set, id));
      const trial = changes === undefined ? undefined : set.with(changes);
      if (trial !== undefined && trial.scenario === undefined) return refused(trial.problems);
      if (trial?.scenario !== undefined) chosen.push({ id: TRIAL, label: 'Essai', scenario: trial.scenario });
      keepSmall(set, chosen);
      const base = { scenario: set.scenario, ...(set.target === undefined ? {} : { target: set.target }) };
      const result = await runner.run({ base, levers: chosen, calendars });
      return { ok: true as const, result: { ...result } };
    },
  );
}

function refused(problems: readonly Problem[]) {
  return { ok: false as const, problems: problems.map((problem) => ({ ...problem })) };
}

/** @throws Refusal BAD_INPUT */
function leverOf(set: PlanSet, wanted: string): Lever {
  const found = set.levers.find(({ id }) => id === wanted);
  if (found !== undefined) return found;
  throw new Refusal(
    'BAD_INPUT',
    `Ce levier n’existe pas. Ceux du scénario : ${set.levers.map(({ id }) => id).join(', ')}.`,
  );
}

/** @throws Refusal BAD_INPUT on what would hold the machine too long */
function keepSmall(set: PlanSet, levers: readonly Lever[]): void {
  for (const { arrivals, from, to } of [set.scenario, ...levers.map(({ scenario }) => scenario)]) {
    const days = (Date.parse(to) - Date.parse(from)) / 86_400_000 + 1;
    if (arrivals.first_contacts <= FIRST_CONTACTS_MAX && days <= DAYS_MAX) continue;
    const limit = `au plus ${DAYS_MAX} jours et ${FIRST_CONTACTS_MAX} premiers contacts`;
    throw new Refusal('BAD_INPUT', `Ce scénario est trop grand pour la console : ${limit}. La commande plan le peut.`);
  }
}
