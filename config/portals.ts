import { z } from 'zod';
import { AiguillageError } from '../domain/errors.ts';
import { id } from './fields.ts';
import { formatProblems, type Problem } from './problems.ts';
import type { parseYaml } from './yaml.ts';

/**
 * Portals of connections.yaml: who may talk with the bot, with which keys, and where an adviser's answer goes. Secrets
 * are named and read from the environment. A portal may have two keys, so that one can be replaced without a gap.
 */
const SECRET_CHARS_MIN = 32;
const LOOPBACK = ['localhost', '127.0.0.1', '[::1]'];

const variable = z
  .string()
  .regex(/^[A-Z][A-Z0-9_]{0,99}$/, { error: 'le nom d’une variable d’environnement, en majuscules' });

/** Over the wire a member's answer is read by whoever carries it: TLS, except on this machine. */
const url = z.url({ protocol: /^https?$/ }).refine(
  (text) => {
    const { protocol, hostname } = new URL(text);
    return protocol === 'https:' || LOOPBACK.includes(hostname);
  },
  { error: 'une adresse https://' },
);

export const portalSchema = z.strictObject({
  id,
  /** The caisse it belongs to, for reports. */
  caisse: z.string().trim().min(1).max(200).default(''),
  keys: z
    .array(
      z.strictObject({
        id,
        secret_env: variable,
        requests_per_minute: z.number().int().min(1).max(100_000).default(600),
      }),
    )
    .min(1)
    .max(5),
  answers: z
    .strictObject({
      url,
      key: id,
      secret_env: variable,
      timeout_ms: z.number().int().min(100).max(60_000).default(15_000),
    })
    .optional(),
});
type PortalEntry = z.output<typeof portalSchema>;

export interface PortalKey {
  readonly id: string;
  readonly secret: string;
  readonly requests_per_minute: number;
}

/** Where answers of advisers are sent. */
export interface PortalAnswers {
  readonly url: string;
  readonly key: { readonly id: string; readonly secret: string };
  readonly timeout_ms: number;
}

export interface Portal {
  readonly id: string;
  readonly caisse: string;
  readonly keys: readonly PortalKey[];
  /** `read`: the portal fetches answers with GET (the chat page); absent: an agent gives them by hand, with a proof. */
  readonly answers?: PortalAnswers | 'read';
}

/**
 * Fills in the secrets of portals.
 * @param missing gets the names of variables that are not set
 * @throws AiguillageError CONFIG_INVALID for a key or portal named twice
 */
export function resolvePortals(
  entries: readonly PortalEntry[],
  yaml: ReturnType<typeof parseYaml>,
  env: Readonly<Record<string, string | undefined>>,
  missing: Set<string>,
): Map<string, Portal> {
  const found: Problem[] = [];
  const keys = new Set<string>();
  const portals = new Map<string, Portal>();
  const refuse = (path: (string | number)[], what: string, value: string, expected: string): void =>
    void found.push({ ...yaml.at(path), severity: 'error', what, value, expected });
  const secret = (name: string, path: (string | number)[]): string => {
    const value = env[name];
    if (value === undefined || value === '') missing.add(name);
    else if (value.length < SECRET_CHARS_MIN)
      refuse(path, 'secret trop court', name, `${SECRET_CHARS_MIN} caractères ou plus dans cette variable`);
    return value ?? '';
  };
  for (const [index, entry] of entries.entries()) {
    const at = ['portals', index];
    if (portals.has(entry.id) || entry.id === DEMO_PORTAL)
      refuse([...at, 'id'], 'portail déjà nommé', entry.id, 'un autre nom');
    for (const [n, key] of entry.keys.entries()) {
      if (keys.has(key.id)) refuse([...at, 'keys', n, 'id'], 'clé déjà nommée', key.id, 'un autre nom');
      keys.add(key.id);
    }
    const { answers } = entry;
    portals.set(entry.id, {
      id: entry.id,
      caisse: entry.caisse,
      keys: entry.keys.map(({ id: key, secret_env, requests_per_minute }, n) => ({
        id: key,
        secret: secret(secret_env, [...at, 'keys', n, 'secret_env']),
        requests_per_minute,
      })),
      ...(answers === undefined
        ? {}
        : {
            answers: {
              url: answers.url,
              key: { id: answers.key, secret: secret(answers.secret_env, [...at, 'answers', 'secret_env']) },
              timeout_ms: answers.timeout_ms,
            },
          }),
    });
  }
  if (found.length > 0) throw new AiguillageError('CONFIG_INVALID', formatProblems(found));
  return portals;
}

/** The portal of the chat page `/bot/demo`; it has no key, the server speaks for it. */
export const DEMO_PORTAL = 'demo';
