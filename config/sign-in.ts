import { z } from 'zod';
import { AiguillageError } from '../domain/errors.ts';
import { id, oneOrMore, version } from './fields.ts';
import { validate } from './issues.ts';
import { formatProblem, formatProblems, problemAt, suggest } from './problems.ts';
import { parseYaml, type Path } from './yaml.ts';

/**
 * sign-in.yaml: what the site's OpenID provider says about a person, and what they may therefore do here. Outside the
 * rulebook and its digest, like connections.yaml: it changes no decision on a mail.
 */
export const SIGN_IN_FILE = 'sign-in.yaml';

/** A claim's name, or the way to it: `realm_access.roles` is `roles` inside `realm_access`. */
const claim = z.string().trim().min(1).max(200);
const group = oneOrMore(z.string().trim().min(1).max(300), 50);
const names = z.array(id).max(100);
const role = z.enum(['agent', 'referent', 'supervisor', 'partner', 'administrator', 'auditor']);

const signInFile = z.strictObject({
  version,
  claims: z
    .strictObject({
      roles: claim.default('groups'),
      teams: claim.optional(),
      name: claim.default('name'),
      login: claim.default('preferred_username'),
    })
    .default({ roles: 'groups', name: 'name', login: 'preferred_username' }),
  roles: z
    .array(
      z
        .strictObject({ group, role, queues: names.optional(), skills: names.optional(), pool: id.optional() })
        .refine(
          ({ role: given, pool, queues }) => (given === 'partner' ? (queues ?? []).length === 0 : pool === undefined),
          { error: 'un partenaire a un « pool » et pas de « queues » ; les autres rôles, l’inverse' },
        ),
    )
    .max(200),
  teams: z
    .array(z.strictObject({ group, queues: names.optional(), skills: names.optional(), pool: id.optional() }))
    .max(500)
    .default([]),
});
type SignInFile = z.output<typeof signInFile>;
type RoleLine = SignInFile['roles'][number];

/** Rights that a group gives; from `teams` they add up, from `roles` the first line that fits decides. */
export interface SignInMapping {
  readonly claims: { readonly roles: string; readonly teams: string; readonly name: string; readonly login: string };
  readonly roles: readonly RoleLine[];
  readonly teams: SignInFile['teams'];
  /** False: the file never speaks of them, and what administrators set on the account stays. */
  readonly manages: { readonly queues: boolean; readonly skills: boolean };
}

/**
 * Reads sign-in.yaml.
 * @param known ids of the active rules; what the file names beyond them is told and left out when somebody signs in, so
 *   that a queue taken out of the rules never keeps the console from starting
 * @returns the mapping, and a line `file:line:col` for each name the rules do not know
 * @throws AiguillageError CONFIG_INVALID with every problem as file:line:col
 */
export function readSignIn(
  text: string,
  known: { readonly queues: readonly string[]; readonly pools: readonly string[]; readonly skills: readonly string[] },
): { mapping: SignInMapping; unknown: string[] } {
  const yaml = parseYaml(SIGN_IN_FILE, text);
  const { data, problems } = validate(signInFile, yaml);
  if (data === undefined) throw new AiguillageError('CONFIG_INVALID', `\n${formatProblems(problems)}`);
  const unknown: string[] = [];
  const look = (path: Path, value: string, among: readonly string[], what: string): void => {
    if (among.includes(value)) return;
    const near = suggest(value, among);
    const said = { what: `${what} inconnue des règles en vigueur`, value, ...(near ? { did_you_mean: near } : {}) };
    unknown.push(formatProblem(problemAt(yaml.at(path), said, 'warning')));
  };
  for (const list of ['roles', 'teams'] as const) {
    for (const [n, line] of data[list].entries()) {
      for (const [i, queue] of (line.queues ?? []).entries()) look([list, n, 'queues', i], queue, known.queues, 'file');
      for (const [i, skill] of (line.skills ?? []).entries())
        look([list, n, 'skills', i], skill, known.skills, 'compétence');
      if (line.pool !== undefined) look([list, n, 'pool'], line.pool, known.pools, 'équipe partenaire');
    }
  }
  const lines = [...data.roles, ...data.teams];
  return {
    mapping: {
      claims: { ...data.claims, teams: data.claims.teams ?? data.claims.roles },
      roles: data.roles,
      teams: data.teams,
      manages: {
        queues: lines.some(({ queues }) => queues !== undefined),
        skills: lines.some(({ skills }) => skills !== undefined),
      },
    },
    unknown,
  };
}
