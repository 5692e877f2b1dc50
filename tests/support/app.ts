/**
 * A whole process in the test: real queues, real store, a real mail server, a real SMTP sink. `startApp('redis')` takes
 * Redis + PostgreSQL, `startApp('pglite')` the embedded default.
 */
import { randomBytes, randomUUID } from 'node:crypto';
import type { CompiledRulebook } from '../../domain/match.ts';
import type { MotifModel } from '../../domain/facts.ts';
import type { ResolvedConnection } from '../../mail/connection.ts';
import { openSender, type Sender } from '../../mail/delivery.ts';
import { createParsePool } from '../../mail/parse-pool.ts';
import { createApp, ROLES, type App, type AppDeps, type Role } from '../../main.ts';
import { openQueues, type Queues } from '../../queues/queues.ts';
import { SYSTEM, type Store } from '../../store/database.ts';
import { ensureMailbox } from '../../store/mailboxes.ts';
import { fixedModel, testBook } from './book.ts';
import { quiet } from './quiet.ts';
import { freshBacking, type Backing } from './stores.ts';

export interface TestApp {
  readonly app: App;
  readonly store: Store;
  readonly queues: Queues;
  readonly book: CompiledRulebook;
  readonly url: string;
  readonly secret: string;
  close(): Promise<void>;
}

export interface TestAppOptions {
  readonly roles?: readonly Role[];
  readonly book?: CompiledRulebook;
  readonly model?: MotifModel;
  readonly connections?: ReadonlyMap<string, ResolvedConnection>;
  /** Port of an SMTP sink; nothing can be sent without it. */
  readonly smtp_port?: number;
  /** Mailboxes switched to live. */
  readonly live?: readonly string[];
  readonly deps?: Partial<AppDeps>;
}

export const TEST_SECRET = randomBytes(24).toString('hex');

export async function startApp(backing: Backing, options: TestAppOptions = {}): Promise<TestApp> {
  const fresh = await freshBacking(backing);
  const { store } = fresh;
  const book = options.book ?? testBook();
  await store.write(SYSTEM, async (tx) => {
    for (const id of options.live ?? []) {
      await ensureMailbox(tx, id);
      await tx.updateTable('mailbox').set({ mode: 'live' }).where('id', '=', id).execute();
    }
  });
  const queues = openQueues(fresh.backend, () => {});
  const senders = new Map<string, Sender>();
  const app = createApp({
    roles: options.roles ?? ROLES,
    log: quiet,
    store,
    queues,
    rulebook: () => Promise.resolve(book),
    model: () => Promise.resolve(options.model ?? fixedModel([{ motif: 'carte-vitale', score: 0.97 }])),
    parser: createParsePool(),
    connections: options.connections ?? new Map(),
    sender: (mailbox) => {
      const profile = book.mailboxes.find((candidate) => candidate.id === mailbox);
      if (profile === undefined || options.smtp_port === undefined) return Promise.resolve(undefined);
      let sender = senders.get(mailbox);
      if (sender === undefined) {
        sender = openSender({ host: '127.0.0.1', port: options.smtp_port, security: 'insecure' });
        senders.set(mailbox, sender);
      }
      return Promise.resolve({ profile, sender });
    },
    token_secret: TEST_SECRET,
    http: { host: '127.0.0.1', port: 0, public_url: 'http://127.0.0.1' },
    version: 'test',
    undo_ms: 0,
    holder: randomUUID(),
    timings: { lock_ms: 5_000, stalled_interval_ms: 2_000, sweep_ms: 1_000, stale_ms: 1_000 },
    close: async () => {
      await Promise.all([...senders.values()].map((sender) => sender.close()));
    },
    ...options.deps,
  });
  const { url } = await app.start();
  return {
    app,
    store,
    queues,
    book,
    url: url ?? '',
    secret: TEST_SECRET,
    close: async () => {
      await app.drain(10_000);
      await fresh.close();
    },
  };
}
