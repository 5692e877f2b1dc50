import { z } from 'zod';
import { AiguillageError } from '../domain/errors.ts';

/**
 * Every environment variable, read once. Neither URL: PGlite for store and queues, one process. DATABASE_URL alone: jobs
 * on that PostgreSQL. Both: production. QUEUE_URL alone is refused (design §1).
 */
export const ROLE_NAMES = ['ingest', 'triage', 'dispatch', 'reply', 'sla', 'bot', 'sweep', 'console'] as const;
export type RoleName = (typeof ROLE_NAMES)[number];

const SECRET_CHARS_MIN = 32;

const roles = z.string().transform((text, context) => {
  const names = text
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
  if (names.includes('all') || names.length === 0) return [...ROLE_NAMES];
  const unknown = names.find((name) => !(ROLE_NAMES as readonly string[]).includes(name));
  if (unknown !== undefined) {
    context.addIssue({ code: 'custom', message: `"${unknown}" is not one of ${ROLE_NAMES.join(', ')}, all` });
    return z.NEVER;
  }
  return names as RoleName[];
});

/** '' counts as unset: that is what `VAR=` in an env file gives. */
const optional = <T extends z.ZodType>(type: T) =>
  z.preprocess((value) => (value === '' ? undefined : value), type.optional());

const switched = optional(z.enum(['on', 'off'], { error: 'expected on or off' }));

const LOOPBACK = ['localhost', '127.0.0.1', '[::1]'];
/** What a provider says is believed: nobody on the way may have written it, except on this machine. */
const secureUrl = z
  .url({ protocol: /^https?$/, error: 'expected https://login.example' })
  .refine((text) => text.startsWith('https:') || LOOPBACK.includes(new URL(text).hostname), {
    error: 'expected https://, http:// only on this machine',
  });

const proxies = z.string().transform((text, context) => {
  const addresses = text.split(/[\s,]+/).filter((address) => address !== '');
  const form = z.union([z.ipv4(), z.ipv6(), z.cidrv4(), z.cidrv6()]);
  if (addresses.every((address) => form.safeParse(address).success)) return addresses;
  context.addIssue({ code: 'custom', message: 'expected addresses or networks with commas between: 10.0.0.0/8' });
  return z.NEVER;
});

const schema = z.object({
  DATABASE_URL: optional(
    z.url({ protocol: /^postgres(ql)?$/, error: 'expected postgres://user:password@host:port/database' }),
  ),
  QUEUE_URL: optional(z.url({ protocol: /^rediss?$/, error: 'expected redis://host:port or rediss://…' })),
  ROLES: optional(roles),
  AIGUILLAGE_DATA: optional(z.string()),
  CONFIG_DIR: optional(z.string()),
  CONFIG_AUTOAPPLY: optional(z.enum(['0', '1'], { error: 'expected 0 or 1' })),
  HTTP_HOST: optional(z.string()),
  HTTP_PORT: optional(z.coerce.number({ error: 'expected a port number' }).int().min(0).max(65_535)),
  PUBLIC_URL: optional(z.url({ protocol: /^https?$/, error: 'expected https://desk.example' })),
  TOKEN_SECRET: optional(
    z.string().min(SECRET_CHARS_MIN, { error: `expected ${SECRET_CHARS_MIN} characters or more` }),
  ),
  BOT_DEMO: optional(z.enum(['0', '1'], { error: 'expected 0 or 1' })),
  OIDC_ISSUER: optional(secureUrl),
  OIDC_CLIENT_ID: optional(z.string().max(300)),
  OIDC_CLIENT_SECRET: optional(z.string().max(1_000)),
  OIDC_SCOPES: optional(
    z.string().regex(/^[\x21-\x7e]+( [\x21-\x7e]+)*$/, { error: 'expected words with a space between' }),
  ),
  OIDC_LABEL: optional(z.string().trim().min(1).max(60)),
  LOCAL_ACCOUNTS: switched,
  TRUSTED_PROXIES: optional(proxies),
  METRICS_TOKEN: optional(z.string().min(16, { error: 'expected 16 characters or more' })),
  LOG_LEVEL: optional(z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'])),
});

export interface Env {
  readonly database_url: string | undefined;
  readonly queue_url: string | undefined;
  readonly roles: readonly RoleName[];
  readonly data: string;
  readonly config_dir: string | undefined;
  /** A changed file becomes active by itself; the embedded default, else `apply` is needed (law 11). */
  readonly autoapply: boolean;
  readonly http: { readonly host: string; readonly port: number };
  readonly public_url: string | undefined;
  readonly token_secret: string | undefined;
  readonly metrics_token: string | undefined;
  /** The site's OpenID provider; undefined: local accounts only. Who may enter stands in sign-in.yaml. */
  readonly oidc: OidcEnv | undefined;
  /** False: nobody signs in with a password kept here. */
  readonly local_accounts: boolean;
  /** Whose X-Forwarded-For is believed; empty: nobody's. */
  readonly trusted_proxies: readonly string[];
  /** The chat page /bot/demo; the embedded default, else only where it is asked for: its talks reach real advisers. */
  readonly bot_demo: boolean;
  readonly log_level: string;
}

/** How this program is known at the provider. Without a secret it is a public client, which PKCE alone protects. */
export interface OidcEnv {
  readonly issuer: string;
  readonly client_id: string;
  readonly client_secret: string | undefined;
  /** With `openid`, as the provider wants them. */
  readonly scopes: string;
  /** What the button says after « Se connecter avec ». */
  readonly label: string;
}

/**
 * Reads the environment. @throws AiguillageError CONFIG_ENV naming the variable and what is expected, never its value: it
 * may be a secret; QUEUE_WITHOUT_DATABASE
 */
export function readEnv(source: Readonly<Record<string, string | undefined>> = process.env): Env {
  const parsed = schema.safeParse(source);
  if (!parsed.success) {
    const lines = parsed.error.issues.map((issue) => `${String(issue.path[0])}: ${issue.message}`);
    throw new AiguillageError('CONFIG_ENV', lines.join('; '));
  }
  const env = parsed.data;
  if (env.QUEUE_URL !== undefined && env.DATABASE_URL === undefined) {
    throw new AiguillageError('QUEUE_WITHOUT_DATABASE', 'Set DATABASE_URL too, or unset QUEUE_URL for the try-out.');
  }
  const chosen = env.ROLES ?? [...ROLE_NAMES];
  if (env.DATABASE_URL === undefined && chosen.length < ROLE_NAMES.length) {
    throw new AiguillageError('CONFIG_ENV', 'ROLES: without DATABASE_URL there is one process, which runs "all".');
  }
  if (env.DATABASE_URL !== undefined && env.TOKEN_SECRET === undefined) {
    throw new AiguillageError(
      'CONFIG_ENV',
      `TOKEN_SECRET: missing; expected ${SECRET_CHARS_MIN} characters or more, the same in every process.`,
    );
  }
  const oidc = oidcOf(env);
  const local_accounts = env.LOCAL_ACCOUNTS !== 'off';
  if (!local_accounts && oidc === undefined) {
    throw new AiguillageError('CONFIG_ENV', 'LOCAL_ACCOUNTS: off needs OIDC_ISSUER, or nobody could sign in.');
  }
  return {
    database_url: env.DATABASE_URL,
    queue_url: env.QUEUE_URL,
    roles: chosen,
    data: env.AIGUILLAGE_DATA ?? './data',
    config_dir: env.CONFIG_DIR,
    autoapply: env.CONFIG_AUTOAPPLY === undefined ? env.DATABASE_URL === undefined : env.CONFIG_AUTOAPPLY === '1',
    http: { host: env.HTTP_HOST ?? '127.0.0.1', port: env.HTTP_PORT ?? 8080 },
    public_url: env.PUBLIC_URL,
    token_secret: env.TOKEN_SECRET,
    metrics_token: env.METRICS_TOKEN,
    oidc,
    local_accounts,
    trusted_proxies: env.TRUSTED_PROXIES ?? [],
    bot_demo: env.BOT_DEMO === undefined ? env.DATABASE_URL === undefined : env.BOT_DEMO === '1',
    log_level: env.LOG_LEVEL ?? 'info',
  };
}

function oidcOf(env: z.output<typeof schema>): OidcEnv | undefined {
  const { OIDC_ISSUER: issuer, OIDC_CLIENT_ID: client_id, OIDC_CLIENT_SECRET: client_secret } = env;
  if (issuer === undefined && client_id === undefined && client_secret === undefined) return undefined;
  if (issuer === undefined || client_id === undefined) {
    throw new AiguillageError('CONFIG_ENV', 'OIDC_ISSUER and OIDC_CLIENT_ID: both are needed, or neither.');
  }
  if (env.PUBLIC_URL === undefined) {
    throw new AiguillageError(
      'CONFIG_ENV',
      'PUBLIC_URL: needed with OIDC_ISSUER; the provider sends browsers back there.',
    );
  }
  const asked = (env.OIDC_SCOPES ?? 'openid profile').split(' ');
  const scopes = asked.includes('openid') ? asked : ['openid', ...asked];
  return {
    issuer,
    client_id,
    client_secret,
    scopes: scopes.join(' '),
    label: env.OIDC_LABEL ?? 'mon compte professionnel',
  };
}
