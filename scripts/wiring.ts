import { randomBytes, randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import path from 'node:path';
import pino, { type Logger } from 'pino';
import { loadModel } from '../classifiers/train.ts';
import { NO_CONNECTIONS, resolveConnections, type Connections } from '../config/connections.ts';
import type { Env } from '../config/env.ts';
import { DEMO_PORTAL, type Portal } from '../config/portals.ts';
import { loadPages } from '../console/pages.ts';
import { formatProblems } from '../config/problems.ts';
import { proposeRulebook } from '../config/reload.ts';
import { failedScenarios } from '../config/scenarios.ts';
import { CONNECTIONS_FILE, readConfigFolder, SHIPPED_CONFIG } from '../config/source.ts';
import { AiguillageError, hasCode } from '../domain/errors.ts';
import { textFacts } from '../domain/facts.ts';
import type { CompiledRulebook } from '../domain/match.ts';
import { flagRank } from '../domain/rulebook.ts';
import type { ResolvedConnection } from '../mail/connection.ts';
import { openSender, type Sender } from '../mail/delivery.ts';
import { tokenSource } from '../mail/oauth2.ts';
import { createParsePool } from '../mail/parse-pool.ts';
import type { AppDeps } from '../main.ts';
import { signInWays } from './sign-in-ways.ts';
import { pgliteBackend, postgresBackend, redisBackend, type QueueBackend } from '../queues/backend.ts';
import { openQueues, type Queues } from '../queues/queues.ts';
import { openPostgres, SYSTEM, type Store } from '../store/database.ts';
import { openEmbedded } from '../store/embedded.ts';
import { migrate } from '../store/migrate.ts';
import { Models } from '../store/models.ts';
import { keepCandidate, noteSeen } from '../store/rulebook-proposals.ts';
import { activeDigest, Rulebooks } from '../store/rulebooks.ts';
import { followShipped, seedModel } from './seed-model.ts';

/** The configuration that comes with the program; a site mounts its own with CONFIG_DIR. */

const PACKAGE = new URL('../package.json', import.meta.url);

/** Logs go to stderr, synchronously: buffered lines are lost on a kill (design §7). */
export function createLogger(env: Pick<Env, 'log_level'>): Logger {
  return pino(
    { level: env.log_level, base: { pid: process.pid, host: hostname() }, timestamp: pino.stdTimeFunctions.isoTime },
    pino.destination({ dest: 2, sync: true }),
  );
}

export interface Opened {
  readonly store: Store;
  readonly queues: Queues;
  readonly rulebooks: Rulebooks;
  readonly models: Models;
}

/** Opens store and queues as the two URLs say. The embedded database must be owned first (scripts/control.ts). */
export async function openStores(env: Env, log: Logger): Promise<Opened> {
  const onError = (error: Error): void =>
    log.warn({ error: error.name, code: (error as { code?: unknown }).code }, 'connection');
  let store: Store;
  let backend: QueueBackend;
  if (env.database_url === undefined) {
    store = await openEmbedded(env.data);
    backend = pgliteBackend(store);
  } else {
    store = openPostgres({ url: env.database_url, onError });
    await migrate(store, { queueSchema: env.queue_url === undefined });
    backend =
      env.queue_url === undefined ? postgresBackend(env.database_url, onError) : redisBackend(env.queue_url, onError);
  }
  const queues = openQueues(backend, onError);
  const rulebooks = new Rulebooks();
  await seedRules(env, store, rulebooks, log);
  await seedModel(store, log);
  return { store, queues, rulebooks, models: new Models() };
}

/**
 * An empty database takes the folder's rules. Later a folder that says something new is a candidate, which becomes active
 * by itself only where the site says so; one that says what it said before changes nothing, or starting the program would
 * undo a roll-back.
 */
async function seedRules(env: Env, store: Store, rulebooks: Rulebooks, log: Logger): Promise<void> {
  const dir = env.config_dir ?? SHIPPED_CONFIG;
  const digest = await store.read(SYSTEM, activeDigest);
  try {
    const active = digest === undefined ? undefined : await readable(store, rulebooks);
    const proposal = proposeRulebook(await readConfigFolder(dir), active);
    if (proposal.kind === 'same') {
      await store.write(SYSTEM, (tx) => noteSeen(tx, SYSTEM, proposal.digest, new Date()));
      return;
    }
    if (proposal.kind === 'refused')
      throw new AiguillageError('CONFIG_INVALID', `\n${formatProblems(proposal.problems)}`);
    const { candidate } = proposal;
    // What the active set was asked, the next one is asked too; the first has nobody to wait for.
    const failed =
      active === undefined ? [] : failedScenarios(candidate.scenarios, candidate.rulebook, await loadModel());
    const became = await store.write(SYSTEM, (tx) =>
      keepCandidate(tx, SYSTEM, { ...candidate, failed }, env.autoapply, new Date()),
    );
    if (became === 'activated') log.info({ digest: candidate.digest.slice(0, 12) }, 'rules activated');
    else {
      log.warn(
        { active: digest?.slice(0, 12), folder: candidate.digest.slice(0, 12), failed: failed.length },
        'the rules in the folder are not the active ones',
      );
    }
  } catch (error) {
    // The last good set goes on deciding; without one there is nothing to go on with.
    if (digest === undefined) throw error;
    log.error({ error: (error as Error).message }, 'the rules in the folder do not load; the active ones stay');
  }
}

/** The active set; undefined where an older program wrote what this one no longer reads, and the folder may help out. */
async function readable(store: Store, rulebooks: Rulebooks): Promise<CompiledRulebook | undefined> {
  try {
    return await store.read(SYSTEM, rulebooks.active);
  } catch (error) {
    if (hasCode(error, 'CONFIG_INVALID')) return undefined;
    throw error;
  }
}

/** Connections of the configuration folder, with their secrets. A folder without the file reads no mailbox. */
export async function readConnections(env: Env, mailboxes: readonly string[]): Promise<Connections> {
  const file = path.join(env.config_dir ?? SHIPPED_CONFIG, CONNECTIONS_FILE);
  if (!existsSync(file)) return NO_CONNECTIONS;
  return resolveConnections(await readFile(file, 'utf8'), mailboxes, process.env);
}

/** The secret of our Message-IDs; the embedded try-out keeps one in its data folder. */
async function tokenSecret(env: Env): Promise<string> {
  if (env.token_secret !== undefined) return env.token_secret;
  const file = path.join(env.data, 'token.secret');
  if (existsSync(file)) return (await readFile(file, 'utf8')).trim();
  const secret = randomBytes(32).toString('hex');
  await writeFile(file, `${secret}\n`, { mode: 0o600 });
  return secret;
}

/** Everything a process needs, from the environment. */
export async function wire(env: Env, log: Logger, opened: Opened, given?: Connections): Promise<AppDeps> {
  const { store, queues, rulebooks, models } = opened;
  await followShipped(store, models, env.autoapply, log);
  const book = await store.read(SYSTEM, rulebooks.active);
  const ids = book.mailboxes.map((mailbox) => mailbox.id);
  const connections = given ?? (await readConnections(env, ids));
  const senders = new Map<string, Sender>();
  for (const [id, account] of connections.smtp) senders.set(id, openSender(smtpAccount(account)));
  const { version } = JSON.parse(await readFile(PACKAGE, 'utf8')) as { version: string };
  const public_url =
    env.public_url ?? `http://${env.http.host === '0.0.0.0' ? 'localhost' : env.http.host}:${env.http.port}`;
  return {
    roles: env.roles,
    log,
    store,
    queues,
    rulebook: rulebooks.active,
    model: models.active,
    parser: createParsePool({ parse: { trusted_authserv_ids: connections.trusted_authserv_ids } }),
    connections: new Map<string, ResolvedConnection>(connections.imap),
    sender: async (mailbox) => {
      const sender = senders.get(mailbox);
      const profile = (await store.read(SYSTEM, rulebooks.active)).mailboxes.find(
        (candidate) => candidate.id === mailbox,
      );
      if (sender === undefined || profile === undefined) return undefined;
      return { profile, sender, ack_sender: connections.smtp.get(mailbox)?.ack_sender };
    },
    token_secret: await tokenSecret(env),
    metrics_token: env.metrics_token,
    http: { ...env.http, public_url },
    version,
    bot: { portals: portalsOf(env, connections), demo: env.bot_demo },
    ...(env.roles.includes('console') ? { pages: loadPages(), sign_in: await signInWays(env, book, log) } : {}),
    urgentHint: urgentHint(book),
    rules: { dir: env.config_dir ?? SHIPPED_CONFIG, autoapply: env.autoapply },
    holder: `${hostname()}:${process.pid}:${randomUUID().slice(0, 8)}`,
    close: async () => {
      await Promise.all([...senders.values()].map((sender) => sender.close()));
    },
  };
}

/** The declared portals, and the chat page's where it is shown: what advisers answer there is read by the page. */
function portalsOf(env: Env, { portals }: Connections): Map<string, Portal> {
  const demo: Portal = { id: DEMO_PORTAL, caisse: '', keys: [], answers: 'read' };
  return new Map(env.bot_demo ? [...portals, [DEMO_PORTAL, demo]] : portals);
}

function smtpAccount(connection: Connections['smtp'] extends ReadonlyMap<string, infer C> ? C : never) {
  const { auth, ...rest } = connection;
  if (auth === undefined) return rest;
  return { ...rest, auth: 'password' in auth ? auth : { tokens: tokenSource(auth.oauth2) } };
}

/** Does this text look like P0 or P1? Orders the queue; what is decided comes later, from the whole mail. */
function urgentHint(book: CompiledRulebook): (text: string) => boolean {
  const urgent = book.flags
    .filter((flag) => flagRank(flag.level) <= 1)
    .map((flag) => book.compiled.flags.get(flag.id)!);
  return (text) => {
    const now = new Date();
    const facts = textFacts(text, now.toISOString());
    return urgent.some((matches) => matches(facts, { now, motif: null, level: 'n1', flags: [] }).matched);
  };
}
