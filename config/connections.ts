import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { AiguillageError } from '../domain/errors.ts';
import { validate } from './issues.ts';
import { formatProblems, type Problem } from './problems.ts';
import { id, version, yesNo } from './fields.ts';
import { portalSchema, resolvePortals, type Portal } from './portals.ts';
import { CONNECTIONS_FILE } from './source.ts';
import { parseYaml } from './yaml.ts';

/**
 * connections.yaml: where each mailbox lives. It is outside the rulebook and its digest (law 11): moving a server changes
 * no decision. Secrets are named here and read from the environment; they are never written in a file.
 */
const PORT_MAX = 65_535;
const MEGABYTE = 1024 * 1024;

const variable = z
  .string()
  .regex(/^[A-Z][A-Z0-9_]{0,99}$/, { error: 'le nom d’une variable d’environnement, en majuscules' });
const host = z.string().trim().min(1).max(253);
const port = z.number().int().min(1).max(PORT_MAX);
const security = z.enum(['tls', 'starttls', 'insecure']);
const login = z.string().trim().min(1).max(254);
const file = z.string().trim().min(1).max(1_000);
const oauth2 = z.strictObject({
  token_url: z.url({ protocol: /^https?$/ }),
  client_id: z.string().min(1).max(300),
  client_secret_env: variable.optional(),
  refresh_token_env: variable.optional(),
  scope: z.string().max(1_000).optional(),
});
const folder = z.string().trim().min(1).max(300);

const imap = z.strictObject({
  host,
  port,
  security: security.default('tls'),
  login,
  password_env: variable.optional(),
  oauth2: oauth2.optional(),
  folders: z.array(folder).max(50).default([]),
  on_ingested: z
    .union([z.literal('none'), z.strictObject({ flag: folder }), z.strictObject({ move_to: folder })])
    .default('none'),
  max_mail_mb: z.number().positive().max(200).default(50),
  ca_file: file.optional(),
});
const smtp = z.strictObject({
  host,
  port,
  security: security.default('starttls'),
  login: login.optional(),
  password_env: variable.optional(),
  oauth2: oauth2.optional(),
  ca_file: file.optional(),
  ehlo_name: host.optional(),
  ack_sender: z.enum(['null', 'mailbox']).default('null'),
});
const connectionsFile = z.strictObject({
  version,
  /** Names our own mail servers write in Authentication-Results (RFC 8601); results of any other are ignored. */
  trusted_authserv_ids: z.array(host).max(20).default([]),
  mailboxes: z
    .array(z.strictObject({ id, enabled: yesNo.default(true), imap: imap.optional(), smtp: smtp.optional() }))
    .max(200),
  portals: z.array(portalSchema).max(50).default([]),
});

export interface OAuth2Connection {
  readonly token_url: string;
  readonly client_id: string;
  readonly client_secret?: string;
  readonly refresh_token?: string;
  readonly scope?: string;
}

type Auth = { readonly password: string } | { readonly oauth2: OAuth2Connection };

export interface ImapConnection {
  readonly host: string;
  readonly port: number;
  readonly security: 'tls' | 'starttls' | 'insecure';
  readonly login: string;
  readonly auth: Auth;
  readonly folders: readonly string[];
  readonly on_ingested: 'none' | { readonly flag: string } | { readonly move_to: string };
  readonly max_mail_bytes: number;
  readonly tls_ca?: string;
}

export interface SmtpConnection {
  readonly host: string;
  readonly port: number;
  readonly security: 'tls' | 'starttls' | 'insecure';
  readonly login?: string;
  readonly auth?: Auth;
  readonly tls_ca?: string;
  readonly ehlo_name?: string;
  readonly ack_sender: 'null' | 'mailbox';
}

export interface Connections {
  readonly trusted_authserv_ids: readonly string[];
  readonly imap: ReadonlyMap<string, ImapConnection>;
  readonly smtp: ReadonlyMap<string, SmtpConnection>;
  /** Who may talk with the bot (config/portals.ts). */
  readonly portals: ReadonlyMap<string, Portal>;
}

export const NO_CONNECTIONS: Connections = {
  trusted_authserv_ids: [],
  imap: new Map(),
  smtp: new Map(),
  portals: new Map(),
};

/**
 * Reads connections.yaml and fills in the secrets.
 * @param known ids of mailboxes.yaml; a connection of another is an error
 * @throws AiguillageError CONFIG_INVALID with every problem as file:line:col; CONFIG_ENV naming the missing variables
 */
export function resolveConnections(
  text: string,
  known: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): Connections {
  const yaml = parseYaml(CONNECTIONS_FILE, text);
  const { data, problems } = validate(connectionsFile, yaml);
  // Places only: whoever wrote the password itself where its name belongs must not find it in the log.
  if (data === undefined)
    throw new AiguillageError(
      'CONFIG_INVALID',
      formatProblems(problems.map(({ value: _hidden, ...problem }) => problem)),
    );
  const found: Problem[] = [];
  const missing = new Set<string>();
  const imapById = new Map<string, ImapConnection>();
  const smtpById = new Map<string, SmtpConnection>();
  for (const [index, mailbox] of data.mailboxes.entries()) {
    if (!known.includes(mailbox.id)) {
      found.push({
        ...yaml.at(['mailboxes', index, 'id']),
        severity: 'error',
        what: 'boîte inconnue',
        value: mailbox.id,
        expected: 'une boîte de mailboxes.yaml',
      });
      continue;
    }
    if (!mailbox.enabled) continue;
    if (mailbox.imap !== undefined) {
      const { password_env, oauth2: token, max_mail_mb, ca_file, ...rest } = mailbox.imap;
      const auth = secrets({ password_env, oauth2: token }, env, missing);
      if (auth === undefined) {
        found.push({
          ...yaml.at(['mailboxes', index, 'imap']),
          severity: 'error',
          what: 'aucun moyen de connexion',
          value: mailbox.id,
          expected: 'password_env ou oauth2',
        });
        continue;
      }
      imapById.set(mailbox.id, {
        ...rest,
        auth,
        max_mail_bytes: Math.round(max_mail_mb * MEGABYTE),
        ...authority(ca_file),
      });
    }
    if (mailbox.smtp !== undefined) {
      const { password_env, oauth2: token, ca_file, login: user, ehlo_name, ...rest } = mailbox.smtp;
      const auth = secrets({ password_env, oauth2: token }, env, missing);
      smtpById.set(mailbox.id, {
        ...rest,
        ...(user === undefined ? {} : { login: user }),
        ...(auth === undefined ? {} : { auth }),
        ...(ehlo_name === undefined ? {} : { ehlo_name }),
        ...authority(ca_file),
      });
    }
  }
  if (found.length > 0) throw new AiguillageError('CONFIG_INVALID', formatProblems(found));
  const portals = resolvePortals(data.portals, yaml, env, missing);
  if (missing.size > 0) {
    throw new AiguillageError(
      'CONFIG_ENV',
      `${CONNECTIONS_FILE} names variables that are not set: ${[...missing].join(', ')}.`,
    );
  }
  return { trusted_authserv_ids: data.trusted_authserv_ids, imap: imapById, smtp: smtpById, portals };
}

function secrets(
  given: { password_env?: string | undefined; oauth2?: z.output<typeof oauth2> | undefined },
  env: Readonly<Record<string, string | undefined>>,
  missing: Set<string>,
): Auth | undefined {
  const read = (name: string): string => {
    const value = env[name];
    if (value === undefined || value === '') missing.add(name);
    return value ?? '';
  };
  if (given.oauth2 !== undefined) {
    const { client_secret_env, refresh_token_env, scope, token_url, client_id } = given.oauth2;
    return {
      oauth2: {
        token_url,
        client_id,
        ...(client_secret_env === undefined ? {} : { client_secret: read(client_secret_env) }),
        ...(refresh_token_env === undefined ? {} : { refresh_token: read(refresh_token_env) }),
        ...(scope === undefined ? {} : { scope }),
      },
    };
  }
  return given.password_env === undefined ? undefined : { password: read(given.password_env) };
}

function authority(ca_file: string | undefined): { tls_ca?: string } {
  if (ca_file === undefined) return {};
  try {
    return { tls_ca: readFileSync(ca_file, 'utf8') };
  } catch {
    throw new AiguillageError('CONFIG_INVALID', `${CONNECTIONS_FILE}: ca_file cannot be read.`);
  }
}
