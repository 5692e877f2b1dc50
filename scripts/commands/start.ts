import closeWithGrace from 'close-with-grace';
import { readEnv } from '../../config/env.ts';
import { createApp } from '../../main.ts';
import { ownDataFolder, type Control } from '../control.ts';
import { runForOwner } from '../store-runner.ts';
import { createLogger, openStores, wire } from '../wiring.ts';

const DRAIN_MS = 30_000;

/** `start`: runs the roles of ROLES until SIGTERM or SIGINT, then drains within 30 s. */
export async function start(): Promise<void> {
  const env = readEnv();
  const log = createLogger(env);
  // Owned before the database is opened: two openers of one PGlite destroy each other's rows.
  const control: Control | undefined = env.database_url === undefined ? await ownDataFolder(env.data) : undefined;
  const opened = await openStores(env, log);
  const deps = await wire(env, log, opened);
  const app = createApp(deps);
  closeWithGrace({ delay: DRAIN_MS + 5_000, logger: false, skip: ['SIGHUP'] }, async ({ err, signal }) => {
    if (err !== undefined) log.fatal({ error: err.name, code: (err as { code?: unknown }).code }, 'uncaught');
    log.info({ signal }, 'draining');
    await app.drain(DRAIN_MS);
    await control?.close();
  });
  process.on('SIGHUP', () => void app.reload());
  const { url } = await app.start();
  control?.serve((request) => runForOwner(deps, request));
  log.info({ url }, 'ready');
}
