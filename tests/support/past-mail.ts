/**
 * A month of mail from the corpus, brought in through the real import, triage and dispatch: what back-tests replay. The
 * work is called by hand, without queues and child processes: a thousand mails on their way are not what is tested.
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { readCorpus } from '../../classifiers/files.ts';
import type { Example } from '../../classifiers/examples.ts';
import { shippedModel } from '../../classifiers/train.ts';
import { loadOrThrow } from '../../config/load.ts';
import { canonicalFiles, readConfigFolder, SHIPPED_CONFIG } from '../../config/source.ts';
import { importMail } from '../../mail/import.ts';
import { parseMail } from '../../mail/parse.ts';
import { SYSTEM, type Store } from '../../store/database.ts';
import { activateModel, Models, saveModel } from '../../store/models.ts';
import { activateRulebook, Rulebooks, saveRulebook } from '../../store/rulebooks.ts';
import { createDispatchWork } from '../../workers/dispatch.ts';
import { createTriageWork } from '../../workers/triage.ts';
import { quiet } from './quiet.ts';
import { freshStore, type Engine } from './stores.ts';

const MAILBOX = 'pfs-assures';
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

export interface PastMailWorld {
  readonly store: Store;
  readonly rulebooks: Rulebooks;
  readonly models: Models;
  readonly files: Map<string, string>;
  /** Digest of the set the mails were decided by, the first and the second half. */
  readonly digests: readonly [string, string];
  /** The instant of the last arrival, with a little more. */
  readonly now: Date;
  close(): Promise<void>;
}

/** Brings `count` mails in; half-way the rules change, as they do on a working day. */
export async function pastMail(engine: Engine, count: number): Promise<PastMailWorld> {
  const fresh = await freshStore(engine);
  const { store } = fresh;
  const rulebooks = new Rulebooks();
  const models = new Models();
  const files = canonicalFiles(await readConfigFolder(SHIPPED_CONFIG));
  const first = await putSet(store, files);
  const { bytes, digest, corpus } = await shippedModel();
  await store.write(SYSTEM, async (tx) => {
    await saveModel(tx, { digest, bytes, corpus_digest: corpus, corrections: 0, figures: null }, 'test', new Date());
    await activateModel(tx, SYSTEM, digest, new Date());
  });
  const began = Date.now() - 30 * 86_400_000;
  const examples = (await readCorpus()).examples;
  const mails = Array.from({ length: count }, (_, i) => {
    // A stride through the voices; every third sender writes again, half of them in the same thread.
    const at = new Date(began + Math.floor((i * 29 * 86_400_000) / count));
    return mboxMail(examples[(i * 7) % examples.length]!, i, at);
  });
  const folder = await mkdtemp(path.join(tmpdir(), 'aig-past-'));
  let second = first;
  for (const part of [0, 1]) {
    const half = mails.slice(part * Math.ceil(count / 2), (part + 1) * Math.ceil(count / 2));
    const file = path.join(folder, `part${part}.mbox`);
    await writeFile(file, half.join('\n'));
    await importMail({ store, mailbox: MAILBOX, path: file, log: quiet });
    await workOff(store, rulebooks, models);
    if (part === 0) second = await putSet(store, renamed(files));
  }
  await rm(folder, { recursive: true, force: true });
  return {
    ...{ store, rulebooks, models, files },
    digests: [first, second],
    now: new Date(),
    close: () => fresh.close(),
  };
}

/** Triage and dispatch of everything that waits, in the order of arrival. */
async function workOff(store: Store, rulebooks: Rulebooks, models: Models): Promise<void> {
  const shared = {
    ...{ store, rulebook: rulebooks.active, model: models.active, secret: 'x'.repeat(40) },
    queues: { enqueue: async () => {} },
    clock: () => new Date(),
  };
  const triage = createTriageWork({ ...shared, parser: { parse: parseMail } });
  const dispatch = createDispatchWork(shared);
  const given = { log: quiet, signal: new AbortController().signal };
  const waiting = await store.read(SYSTEM, (tx) =>
    tx.selectFrom('message').select(['id', 'rev']).where('status', '=', 'received').orderBy('received_at').execute(),
  );
  for (const job of waiting) {
    await triage(job, given);
    await dispatch(job, given);
  }
}

/** The same rules under another digest. */
function renamed(files: ReadonlyMap<string, string>): Map<string, string> {
  return new Map(files).set('routing.yaml', `# relu\n${files.get('routing.yaml')!}`);
}

/** Stores a set and makes it the active one. @returns its digest */
export async function putSet(store: Store, files: ReadonlyMap<string, string>): Promise<string> {
  const { digest } = loadOrThrow(files);
  await store.write(SYSTEM, async (tx) => {
    await saveRulebook(tx, SYSTEM, digest, files, new Date());
    await activateRulebook(tx, SYSTEM, digest, new Date());
  });
  return digest;
}

function mboxMail({ subject, body }: Example, i: number, at: Date): string {
  const pad = (value: number): string => String(value).padStart(2, '0');
  const time = `${pad(at.getUTCHours())}:${pad(at.getUTCMinutes())}:${pad(at.getUTCSeconds())}`;
  const again = i % 3 === 2;
  const sender = `membre${again ? i - 2 : i}@courriel.example`;
  const thread = again && i % 2 === 0 ? [`In-Reply-To: <m${i - 2}@courriel.example>`] : [];
  return [
    `From ${sender} Mon ${MONTHS[at.getUTCMonth()]} ${pad(at.getUTCDate())} ${time} ${at.getUTCFullYear()}`,
    `From: ${sender}`,
    `To: contact@cpam.example`,
    `Subject: =?utf-8?B?${Buffer.from(subject).toString('base64')}?=`,
    `Message-ID: <m${i}@courriel.example>`,
    ...thread,
    'Content-Type: text/plain; charset=utf-8',
    'Content-Transfer-Encoding: base64',
    '',
    ...(Buffer.from(body)
      .toString('base64')
      .match(/.{1,76}/g) ?? ['']),
    '',
  ].join('\n');
}
