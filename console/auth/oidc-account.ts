import type { SignInMapping } from '../../config/sign-in.ts';
import type { Rulebook } from '../../domain/rulebook.ts';
import { normaliseLogin, type Agent } from '../../store/agents.ts';
import type { Role } from '../../store/schema.ts';
import { claimAt, type Claims } from './oidc-provider.ts';

const NAME_CHARS_MAX = 100;
const GROUPS_MAX = 1_000;

/** What the site says somebody is here. `undefined` where its file does not speak of it. */
export interface MappedAccount {
  readonly login: string;
  readonly display_name: string;
  readonly role: Role;
  readonly queues: readonly string[] | undefined;
  readonly skills: readonly string[] | undefined;
  readonly pool: string | null;
}

/**
 * From what the provider says to an account. Queues, skills and pools that the active rules do not know are left out.
 * @returns undefined when no line gives a role, or a partner has not exactly one pool: they may not come in
 */
export function accountOf(claims: Claims, mapping: SignInMapping, rules: Rulebook): MappedAccount | undefined {
  const has = groupsOf(claims, mapping.claims.roles);
  const line = mapping.roles.find(({ group }) => group.some((name) => has.has(name)));
  if (line === undefined) return undefined;
  const in_teams = groupsOf(claims, mapping.claims.teams);
  const lines = [line, ...mapping.teams.filter(({ group }) => group.some((name) => in_teams.has(name)))];
  const all = (key: 'queues' | 'skills', known: ReadonlySet<string>): string[] =>
    [...new Set(lines.flatMap((one) => one[key] ?? []))].filter((name) => known.has(name)).sort();
  const partner = line.role === 'partner';
  const pools = new Set(lines.flatMap(({ pool }) => pool ?? []));
  const [pool] = pools;
  const known_pool = rules.queues.some(({ id, kind }) => id === pool && kind === 'partner');
  if (partner && (pools.size !== 1 || !known_pool)) return undefined;
  const own = new Set(rules.queues.filter(({ kind }) => kind !== 'partner').map(({ id }) => id));
  const skilled = new Set([...rules.motifs, ...rules.queues].map(({ id }) => id));
  const login = nameAt(claims, mapping.claims.login) ?? String(claims['sub']);
  return {
    login: normaliseLogin(login.replace(/\s+/g, '.')),
    display_name: nameAt(claims, mapping.claims.name) ?? login,
    role: line.role,
    queues: partner ? [] : mapping.manages.queues ? all('queues', own) : undefined,
    skills: mapping.manages.skills ? all('skills', skilled) : undefined,
    pool: partner ? pool! : null,
  };
}

/** The fields of an account that are no longer what the site says. */
export function changesOf(before: Agent, now: MappedAccount): Partial<Omit<MappedAccount, 'login'>> {
  const same = (a: readonly string[] | undefined, b: readonly string[]): boolean =>
    [...(a ?? [])].sort().join('\n') === [...b].sort().join('\n');
  return {
    ...(now.display_name === before.display_name ? {} : { display_name: now.display_name }),
    ...(now.role === before.role ? {} : { role: now.role }),
    ...(now.pool === before.pool ? {} : { pool: now.pool }),
    ...(now.queues === undefined || same(before.queues, now.queues) ? {} : { queues: now.queues }),
    ...(now.skills === undefined || same(before.skills, now.skills) ? {} : { skills: now.skills }),
  };
}

function groupsOf(claims: Claims, name: string): ReadonlySet<string> {
  const value = claimAt(claims, name);
  const list: unknown[] = Array.isArray(value) ? value.slice(0, GROUPS_MAX) : [value];
  return new Set(list.filter((one) => typeof one === 'string'));
}

function nameAt(claims: Claims, name: string): string | undefined {
  const value = claimAt(claims, name);
  if (typeof value !== 'string') return undefined;
  const text = value
    .replace(/[\p{C}\s]+/gu, ' ')
    .trim()
    .slice(0, NAME_CHARS_MAX);
  return text === '' ? undefined : text;
}
