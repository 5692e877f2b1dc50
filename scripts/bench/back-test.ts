/**
 * How long `rules simulate` takes on stored conversations: a fresh store, filled with mails of the corpus, back-tested
 * against the shipped rules with one routing rule and one quota changed.
 *   node_modules/.bin/node scripts/bench/back-test.ts [conversations]          PGlite, in memory
 *   . .tmp/servers/env; … scripts/bench/back-test.ts 10000 postgres            the private PostgreSQL
 * Prints one JSON line: wall and processor seconds of the back-test alone, this process only.
 */
import { readCorpus } from '../../classifiers/files.ts';
import { prepareExample } from '../../classifiers/prepare.ts';
import { loadModel } from '../../classifiers/train.ts';
import { loadOrThrow } from '../../config/load.ts';
import { readConfigFolder, SHIPPED_CONFIG } from '../../config/source.ts';
import { SYSTEM, type Store } from '../../store/database.ts';
import { openEmbedded } from '../../store/embedded.ts';
import { newId } from '../../store/ids.ts';
import { simulateStored } from '../../store/simulation.ts';
import { onScratchStore } from './scratch.ts';

const DAYS = 30;
const DAY_MS = 86_400_000;
const UNTIL = new Date('2026-11-20T00:00:00.000Z');
const SINCE = new Date(UNTIL.getTime() - DAYS * DAY_MS);
const BATCH = 500;

const total = Number(process.argv[2] ?? 10_000);
if (process.argv[3] === 'postgres') await onScratchStore(measure);
else {
  const store = await openEmbedded(undefined);
  await measure(store).finally(() => store.close());
}

async function measure(store: Store): Promise<void> {
  await fill(store);
  const files = await readConfigFolder(SHIPPED_CONFIG);
  const baseline = loadOrThrow(files);
  const routing = files.get('routing.yaml')!;
  const candidate = loadOrThrow(
    new Map(files)
      .set('routing.yaml', routing.replace('then: { queue: n1 }', 'then: { queue: pole-fds }'))
      .set('pools.yaml', files.get('pools.yaml')!.replace(/max_share: 0\.\d+/, 'max_share: 0.05')),
  );
  const model = await loadModel();
  const began = performance.now();
  const cpu = process.cpuUsage();
  const { mails, moved } = await simulateStored(store, {
    ...{ baseline, candidate, model },
    since: SINCE,
    until: UNTIL,
    mails_max: total,
    timeout_ms: 600_000,
  });
  const { user, system } = process.cpuUsage(cpu);
  const wall_s = Number(((performance.now() - began) / 1000).toFixed(1));
  const cpu_s = Number(((user + system) / 1e6).toFixed(1));
  console.log(JSON.stringify({ engine: store.engine, mails, moved, wall_s, cpu_s }));
}

/** Conversations as triage leaves them, as far as a back-test looks; the decisions themselves are not asked for. */
async function fill(into: Store): Promise<void> {
  const { examples } = await readCorpus();
  for (let from = 0; from < total; from += BATCH) {
    const rows = Array.from({ length: Math.min(BATCH, total - from) }, (_, k) => {
      const i = from + k;
      const example = examples[(i * 7) % examples.length]!;
      const at = new Date(SINCE.getTime() + Math.floor((i * DAYS * DAY_MS) / total));
      return { id: newId(at.getTime()), at, sender: `membre${i}@courriel.example`, mail: prepareExample(example) };
    });
    await into.write(SYSTEM, async (tx) => {
      await tx
        .insertInto('sender')
        .values(rows.map(({ sender, at }) => ({ key: sender, first_seen_at: at })))
        .execute();
      await tx
        .insertInto('conversation')
        .values(
          rows.map(({ id, at, sender, mail }) => ({
            ...{ id, ref: id, mailbox: mail.mailbox, sender_key: sender, status: 'queued' as const, queue: 'n1' },
            ...{ level: 'n1' as const, first_received_at: at, last_received_at: at, created_at: at, updated_at: at },
          })),
        )
        .execute();
      await tx
        .insertInto('message')
        .values(
          rows.map(({ id, at, sender, mail }) => ({
            ...{ id, conversation_id: id, direction: 'incoming' as const, mailbox: mail.mailbox },
            ...{ status: 'dispatched' as const, outcome: 'conversation' as const, received_at: at, ingested_at: at },
            ...{ from_address: sender, subject: mail.subject, body: mail.body, quoted: mail.quoted },
          })),
        )
        .execute();
    });
  }
}
