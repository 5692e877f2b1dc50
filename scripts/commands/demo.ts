import { randomBytes } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import closeWithGrace from 'close-with-grace';
import { hashPassword } from '../../console/auth/password.ts';
import { arePagesBuilt } from '../../console/pages.ts';
import { readEnv } from '../../config/env.ts';
import { AiguillageError } from '../../domain/errors.ts';
import { shareText } from '../../domain/french-dates.ts';
import { createApp, type App, type AppDeps } from '../../main.ts';
import { createAgent, listAgents, updateAgent } from '../../store/agents.ts';
import { SYSTEM, type Store } from '../../store/database.ts';
import { ensureMailbox } from '../../store/mailboxes.ts';
import { ownDataFolder } from '../control.ts';
import { runForOwner } from '../store-runner.ts';
import { signInDemoAgent } from '../tryout/agent.ts';
import { startSampleWorld, type SampleWorld } from '../tryout/environment.ts';
import { liveTable } from '../tryout/live-table.ts';
import { sampleMails } from '../tryout/sample-mails.ts';
import { summarise } from '../tryout/summary.ts';
import { createLogger, openStores, wire } from '../wiring.ts';
import { newPassword } from './agents.ts';

/** Mailboxes of the demo; the configuration holds more. */
const MAILBOXES = ['pfs-assures', 'pfs-employeurs', 'ps-paaps', 'fs-chalon-louhans', 'reclamations'];
/** Fed by the chat page, not by mail. */
const BOT_MAILBOX = 'espace-echanges';
const MAILS_MAX = 20_000;
const DEMO_LOGIN = 'demo';
/** The demo agent answers one conversation in eight. */
const ANSWERED_SHARE = 1 / 8;
const STALL_MS = 120_000;

/** `demo [--once] [--mails N] [--json]`: the embedded default on sample mail through real IMAP and SMTP connections. */
export async function demo(options: Readonly<Record<string, unknown>>): Promise<void> {
  const count = Number(options['mails'] ?? 120);
  if (!Number.isInteger(count) || count < 1 || count > MAILS_MAX)
    throw new AiguillageError('USAGE', `--mails: a number from 1 to ${MAILS_MAX}.`);
  const once = options['once'] === true;
  // The demo is the embedded default whatever else the machine is set up for.
  const env = readEnv({
    ...process.env,
    DATABASE_URL: '',
    QUEUE_URL: '',
    ROLES: '',
    LOG_LEVEL: process.env['LOG_LEVEL'] ?? 'warn',
  });
  const log = createLogger(env);
  const say = (line: string): void =>
    void (options['json'] === true ? process.stderr : process.stdout).write(`${line}\n`);

  if (!arePagesBuilt()) await (await import('../build-console.ts')).buildConsole();
  const control = await ownDataFolder(env.data);
  const world = await startSampleWorld(MAILBOXES);
  const opened = await openStores(env, log);
  const deps: AppDeps = {
    ...(await wire(env, log, opened, world.connections)),
    http: {
      host: env.http.host,
      port: once ? 0 : env.http.port,
      public_url: `http://${env.http.host}:${env.http.port}`,
    },
    // The run that ends by itself waits for nobody to change their mind.
    ...(once ? { undo_ms: 0 } : {}),
  };
  const app = createApp(deps);
  const end = async (): Promise<void> => {
    await app.drain();
    await world.close();
    await control.close();
  };
  closeWithGrace({ delay: 30_000, logger: false, skip: ['SIGHUP'] }, async ({ err }) => {
    if (err !== undefined) log.fatal({ error: err.name, message: err.message }, 'uncaught');
    await end();
  });

  await goLive(opened.store);
  const password = await demoAccount(opened.store, opened.rulebooks.active);
  const began = new Date();
  const { url } = await app.start();
  control.serve((request) => runForOwner(deps, request));
  say(`Aiguillage (essai) : console sur ${url}, documentation de l’API sur ${url}/docs`);
  say(`Assistant du compte : ${url}/bot/demo`);
  say(`Compte d’essai : ${DEMO_LOGIN} / ${password}\n`);

  const put = await putMails(world, count, began);
  const table = liveTable(opened.store, began, say);
  await drained(opened.store, put, began, () => table.print());
  await app.ingest()?.synced();
  const answered = await answerSome(app, deps, password, Math.ceil(put * ANSWERED_SHARE));
  await sent(opened.store);
  const summary = await summarise(opened.store, put, began, new Date());
  if (options['json'] === true) process.stdout.write(`${JSON.stringify(summary)}\n`);
  else {
    say(
      `\n${put} courriels relevés, ${summary.conversations} conversations, ${summary.acks_sent} accusés de réception, ${answered} réponses.`,
    );
    say(
      `Files : ${Object.entries(summary.by_queue)
        .map(([queue, n]) => `${queue} ${n}`)
        .join(', ')}`,
    );
    say(`Part rendue dans le délai : ${shareText(summary.share_in_time)}`);
  }
  if (!once) {
    say(`\nLe service tourne ; Ctrl-C pour arrêter.`);
    return;
  }
  await end();
  // close-with-grace keeps its listeners; everything is closed.
  process.exit(0);
}

async function goLive(store: Store): Promise<void> {
  await store.write(SYSTEM, async (tx) => {
    for (const id of [...MAILBOXES, BOT_MAILBOX]) {
      await ensureMailbox(tx, id);
      await tx.updateTable('mailbox').set({ mode: 'live' }).where('id', '=', id).execute();
    }
  });
}

/** The demo's agent, with a new password at each start: an old one printed somewhere opens nothing. */
async function demoAccount(store: Store, rulebook: AppDeps['rulebook']): Promise<string> {
  const password = newPassword();
  const password_hash = await hashPassword(password);
  await store.write(SYSTEM, async (tx) => {
    const known = (await listAgents(tx)).find((agent) => agent.login === DEMO_LOGIN);
    const queues = (await rulebook(tx)).queues.filter((queue) => queue.kind !== 'partner').map((queue) => queue.id);
    if (known === undefined)
      await createAgent(
        tx,
        SYSTEM,
        { login: DEMO_LOGIN, display_name: 'Camille (essai)', role: 'supervisor', queues, pool: null, password_hash },
        new Date(),
      );
    else await updateAgent(tx, SYSTEM, known.id, { password_hash, queues }, new Date());
  });
  return password;
}

async function putMails(world: SampleWorld, count: number, now: Date): Promise<number> {
  const mails = await sampleMails(count, randomBytes(6).toString('hex'), now, [...world.mailboxes.keys()]);
  for (const mail of mails) world.mailboxes.get(mail.mailbox)!.append(mail.raw, mail.received_at);
  return mails.length;
}

/** Waits until every mail that was put has an end in the ledger and is at its queue. */
async function drained(store: Store, put: number, since: Date, tick: () => Promise<void>): Promise<void> {
  let last = -1;
  let moved = performance.now();
  for (;;) {
    const { done } = await store.read(SYSTEM, async (tx) => {
      const ledger = await tx
        .selectFrom('ledger')
        .select(({ fn }) => fn.countAll<number>().as('n'))
        .where('recorded_at', '>=', since)
        .where('outcome', 'is not', null)
        .executeTakeFirstOrThrow();
      const waiting = await tx
        .selectFrom('message')
        .select(({ fn }) => fn.countAll<number>().as('n'))
        .where('status', 'in', ['received', 'parsed', 'decided'])
        .executeTakeFirstOrThrow();
      return { done: Number(ledger.n) - Number(waiting.n) };
    });
    await tick();
    if (done >= put) return;
    if (done !== last) moved = performance.now();
    else if (performance.now() - moved > STALL_MS)
      throw new AiguillageError(
        'MAIL_CONNECTION',
        `${done} of ${put} mails after ${STALL_MS / 1000} s without progress.`,
      );
    last = done;
    await pause(100);
  }
}

async function answerSome(app: App, deps: AppDeps, password: string, count: number): Promise<number> {
  const agent = await signInDemoAgent(app.http, deps.http.public_url, DEMO_LOGIN, password);
  return agent.answer(count);
}

/** Waits until no sending is on its way. */
async function sent(store: Store): Promise<void> {
  const end = performance.now() + STALL_MS;
  for (;;) {
    const row = await store.read(SYSTEM, (tx) =>
      tx
        .selectFrom('delivery')
        .select(({ fn }) => fn.countAll<number>().as('n'))
        .where('status', 'in', ['pending', 'sending'])
        .executeTakeFirstOrThrow(),
    );
    if (Number(row.n) === 0 || performance.now() > end) return;
    await pause(100);
  }
}
