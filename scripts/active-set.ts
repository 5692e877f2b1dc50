import { existsSync } from 'node:fs';
import path from 'node:path';
import { readEnv } from '../config/env.ts';
import { openEmbedded } from '../store/embedded.ts';
import { openPostgres, SYSTEM, type Store, type Tx } from '../store/database.ts';
import { activeDigest, rulebookFiles } from '../store/rulebooks.ts';
import { askOwner, ownDataFolder } from './control.ts';

/** The active set as it is stored. */
export interface ActiveSet {
  readonly digest: string;
  readonly files: Readonly<Record<string, string>>;
}

export async function activeSetOf(tx: Tx): Promise<ActiveSet | undefined> {
  const digest = await activeDigest(tx);
  return digest === undefined ? undefined : { digest, files: await rulebookFiles(tx, digest) };
}

/**
 * The active set, for commands that also work without a store. It only reads: unlike the store commands it takes nothing
 * from the folder, which on a trial post would come into force.
 * @returns undefined where there is no store, or nothing in it yet
 */
export async function readActiveSet(): Promise<ActiveSet | undefined> {
  const { database_url, data } = readEnv();
  if (database_url !== undefined) return closing(openPostgres({ url: database_url, onError: () => {} }));
  const answer = await askOwner(data, { command: 'rules active', options: {} });
  if (answer !== undefined) return answer.exit === 0 ? (JSON.parse(answer.stdout) as ActiveSet) : undefined;
  if (!existsSync(path.join(data, 'pglite'))) return undefined;
  const control = await ownDataFolder(data);
  try {
    return await closing(await openEmbedded(data));
  } finally {
    await control.close();
  }
}

async function closing(store: Store): Promise<ActiveSet | undefined> {
  try {
    return await store.read(SYSTEM, activeSetOf);
  } finally {
    await store.close();
  }
}
