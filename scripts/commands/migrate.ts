import { readEnv } from '../../config/env.ts';
import { createLogger, openStores } from '../wiring.ts';

/** `migrate`: schema and first rules, then exit; the other containers wait for it. */
export async function migrateCommand(): Promise<void> {
  const env = readEnv();
  const log = createLogger(env);
  const { store, queues } = await openStores(env, log);
  await queues.close();
  await store.close();
  log.info('schema is current');
}
