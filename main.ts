import type { AddressInfo } from 'node:net';
import type { FastifyInstance } from 'fastify';
import type { Logger } from 'pino';
import { buildApp } from './console/app.ts';
import type { BotAccess, SignInWays } from './console/deps.ts';
import type { Pages } from './console/pages.ts';
import { AiguillageError } from './domain/errors.ts';
import type { MotifModel } from './domain/facts.ts';
import type { CompiledRulebook } from './domain/match.ts';
import type { ResolvedConnection } from './mail/connection.ts';
import type { MailboxSender } from './mail/outbox.ts';
import type { ParsePool } from './mail/parse-pool.ts';
import type { Queues } from './queues/queues.ts';
import { requireSafeRedis } from './queues/redis-safety.ts';
import { SYSTEM, type Store, type Tx } from './store/database.ts';
import { recoverDeliveries } from './store/delivery-desk.ts';
import { presentCapacity } from './store/presence.ts';
import { createBotWork } from './workers/bot.ts';
import { createBotMetrics } from './workers/bot-metrics.ts';
import { createDispatchWork } from './workers/dispatch.ts';
import { createFigureMetrics } from './workers/figure-metrics.ts';
import { checkHealth, fillGauges } from './workers/health.ts';
import { startReload } from './workers/reload.ts';
import type { Reloader } from './config/reload.ts';
import { startIngest, type Ingest } from './workers/ingest.ts';
import { createMetrics } from './workers/metrics.ts';
import { createReplyWork } from './workers/reply.ts';
import { createSlaWork } from './workers/sla.ts';
import { createSweepWork } from './workers/sweep.ts';
import { createTriageWork } from './workers/triage.ts';
import { startWorker, type RunningWorker, type Work } from './workers/worker.ts';
import type { QueueName } from './queues/contracts.ts';

/** What a process can be told to do (ROLES). `all` is every one of them. */
export const ROLES = ['ingest', 'triage', 'dispatch', 'reply', 'sla', 'bot', 'sweep', 'console'] as const;
export type Role = (typeof ROLES)[number];

/** Everything a process runs on, already open. scripts/wiring.ts makes it from the environment, tests make their own. */
export interface AppDeps {
  readonly roles: readonly Role[];
  readonly log: Logger;
  readonly store: Store;
  readonly queues: Queues;
  /** The active rulebook, read inside the caller's transaction (law 11), or the one of a digest. */
  readonly rulebook: (tx: Tx, of?: string) => Promise<CompiledRulebook>;
  /** The active model, read inside the caller's transaction like the rulebook, or the one of a digest. */
  readonly model: (tx: Tx, of?: string) => Promise<MotifModel>;
  readonly parser: ParsePool;
  /** By mailbox id; only mailboxes that have one are read. */
  readonly connections: ReadonlyMap<string, ResolvedConnection>;
  readonly sender: (mailbox: string) => Promise<MailboxSender | undefined>;
  /** Signs our Message-IDs; 32 characters or more. */
  readonly token_secret: string;
  readonly metrics_token?: string | undefined;
  readonly http: { readonly host: string; readonly port: number; readonly public_url: string };
  readonly clock?: () => Date;
  readonly version: string;
  /** The console's pages; wiring.ts loads them where the role is. */
  readonly pages?: Pages;
  /** Portals of the bot: their keys, and where advisers' answers go. Absent: none may talk with it. */
  readonly bot?: BotAccess;
  /** How people sign in; absent: local accounts. */
  readonly sign_in?: SignInWays;
  /** How long an agent's reply can be taken back. */
  readonly undo_ms?: number;
  /** Names the process in leases. */
  readonly holder: string;
  /** Text that must overtake a burst; orders the queue, decides nothing. */
  readonly urgentHint?: (text: string) => boolean;
  /** The rules' folder to watch; one role of the site does it. */
  readonly rules?: { readonly dir: string; readonly autoapply: boolean; readonly settle_ms?: number };
  /** Closes what the maker of these deps opened besides store, queues and parser. */
  readonly close?: () => Promise<void>;
  /** Shorter waits for tests that kill workers. */
  readonly timings?: {
    readonly lock_ms?: number;
    readonly stalled_interval_ms?: number;
    readonly sweep_ms?: number;
    readonly stale_ms?: number;
  };
  /** Crash points of the fault tests. */
  readonly at?: (point: string) => void;
}

export interface App {
  /** Starts the roles: workers first, then the ingestion, then the console. @returns where the console listens */
  start(): Promise<{ readonly url: string | undefined }>;
  /** Takes no new work, lets the work at hand end, closes everything. Bounded; nothing is lost when time runs out. */
  drain(within_ms?: number): Promise<void>;
  readonly http: FastifyInstance;
  readonly ingest: () => Ingest | undefined;
  /** Reads the rules' folder again, as SIGHUP asks. */
  readonly reload: () => Promise<void>;
}

const DRAIN_MS = 25_000;

/** Wires a process; starts nothing. */
export function createApp(deps: AppDeps): App {
  const { log, store, queues } = deps;
  const clock = deps.clock ?? ((): Date => new Date());
  const metrics = createMetrics();
  // One process a site counts the figure: the one that keeps the clocks.
  const figure = deps.roles.includes('sla') ? createFigureMetrics(metrics.registry) : undefined;
  const bot = deps.roles.includes('bot') ? createBotMetrics(metrics.registry) : undefined;
  const mailboxes = [...deps.connections.keys()];
  const http = buildApp({
    store,
    queues,
    rulebook: () => store.read(SYSTEM, deps.rulebook),
    rules: { rulebook: deps.rulebook, model: deps.model, ...(deps.rules === undefined ? {} : { folder: deps.rules }) },
    log,
    clock,
    public_url: deps.http.public_url,
    secrets: { message_id: deps.token_secret, metrics: deps.metrics_token },
    metrics: metrics.registry,
    beforeScrape: async () => {
      await fillGauges(store, metrics.gauges, clock());
      await figure?.fill(store, await store.read(SYSTEM, deps.rulebook), clock());
      await bot?.fill(store, clock());
    },
    health: () => checkHealth(store, mailboxes, clock()),
    readPart: (raw, part) => deps.parser.extractAttachment(raw, part),
    version: deps.version,
    ...(deps.pages === undefined ? {} : { pages: deps.pages }),
    ...(deps.bot === undefined ? {} : { bot: deps.bot }),
    ...(deps.sign_in === undefined ? {} : { sign_in: deps.sign_in }),
    ...(deps.undo_ms === undefined ? {} : { undo_ms: deps.undo_ms }),
  });
  const workers: RunningWorker[] = [];
  let ingest: Ingest | undefined;
  let reloader: Reloader | undefined;

  async function work<Name extends QueueName>(role: Role, queue: Name, perform: Work<Name>): Promise<void> {
    if (!deps.roles.includes(role)) return;
    const { lock_ms, stalled_interval_ms } = deps.timings ?? {};
    workers.push(
      await startWorker({
        backend: queues.backend,
        queue,
        work: perform,
        log,
        metrics,
        ...(lock_ms === undefined ? {} : { lock_ms }),
        ...(stalled_interval_ms === undefined ? {} : { stalled_interval_ms }),
      }),
    );
  }

  return {
    http,
    ingest: () => ingest,
    reload: async () => void (await reloader?.propose()),
    async start() {
      if (queues.backend.redis !== undefined) {
        for (const finding of await requireSafeRedis(queues.backend.redis)) log.warn(finding, 'redis setting');
      }
      // The embedded process is alone: whatever is `sending` died with its predecessor.
      if (store.engine === 'pglite') {
        await store.write(SYSTEM, (tx) => recoverDeliveries(tx, clock(), { before_data: 0, after_data: 0 }));
      }
      const shared = {
        store,
        queues,
        rulebook: deps.rulebook,
        clock,
        secret: deps.token_secret,
        ...(deps.at === undefined ? {} : { at: deps.at }),
      };
      await work('triage', 'triage', createTriageWork({ ...shared, parser: deps.parser, model: deps.model }));
      await work('dispatch', 'dispatch', createDispatchWork({ ...shared, present: presentCapacity }));
      await work(
        'reply',
        'reply',
        createReplyWork({
          store,
          mailbox: deps.sender,
          clock,
          ...(deps.bot === undefined ? {} : { portals: deps.bot.portals }),
          ...(deps.at === undefined ? {} : { at: deps.at }),
        }),
      );
      await work(
        'sla',
        'sla',
        createSlaWork({
          store,
          now: clock,
          rulebook: deps.rulebook,
          present: presentCapacity,
          sending: { queues, secret: deps.token_secret },
        }),
      );
      await work('bot', 'bot', createBotWork({ store, now: clock, rulebook: deps.rulebook }));
      await work(
        'sweep',
        'sweep',
        createSweepWork({
          store,
          queues,
          rulebook: deps.rulebook,
          clock,
          holder: deps.holder,
          ...(deps.timings?.stale_ms === undefined ? {} : { stale_ms: deps.timings.stale_ms }),
        }),
      );
      if (deps.roles.includes('sla')) await queues.schedule('sla');
      if (deps.roles.includes('bot')) await queues.schedule('bot');
      if (deps.roles.includes('sweep')) await queues.schedule('sweep', deps.timings?.sweep_ms);
      if (deps.roles.includes('ingest')) {
        ingest = startIngest({
          store,
          queues,
          connections: deps.connections,
          log,
          holder: deps.holder,
          clock,
          ...(deps.urgentHint === undefined ? {} : { urgentHint: deps.urgentHint }),
        });
      }
      // One watcher a site: the process that sweeps.
      if (deps.rules !== undefined && deps.roles.includes('sweep')) {
        reloader = startReload({
          ...deps.rules,
          store,
          rulebook: deps.rulebook,
          model: deps.model,
          log,
          clock,
          count: metrics.reloaded,
        });
      }
      await http.ready();
      let url: string | undefined;
      // Every role answers /healthz and /metrics; only `console` serves people, behind its own port or proxy.
      await http.listen({ host: deps.http.host, port: deps.http.port }).catch((error: unknown) => {
        const { code } = error as { code?: string };
        throw new AiguillageError(
          'CONFIG_ENV',
          `HTTP_PORT: ${deps.http.port} on ${deps.http.host} cannot be used (${code ?? 'unknown'}); expected a free port.`,
        );
      });
      const address = http.server.address() as AddressInfo | null;
      if (address !== null)
        url = `http://${deps.http.host === '0.0.0.0' ? '127.0.0.1' : deps.http.host}:${address.port}`;
      log.info({ roles: deps.roles, engine: store.engine, queue: queues.backend.kind, port: address?.port }, 'started');
      return { url };
    },
    async drain(within_ms = DRAIN_MS) {
      const until = performance.now() + within_ms;
      const left = (): number => Math.max(500, until - performance.now());
      await reloader?.close();
      await ingest?.stop(left() / 2);
      await Promise.all(workers.map((worker) => worker.close(left())));
      await http.close();
      await queues.close();
      await deps.parser.close();
      await deps.close?.();
      await store.close();
      log.info('drained');
    },
  };
}
