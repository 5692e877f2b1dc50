import { createHash } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { sql } from 'kysely';
import { leaseName } from '../../mail/inbox.ts';
import { SYSTEM } from '../../store/database.ts';
import { freshAccount, mail } from '../support/dovecot.ts';
import { runCommand, siteConfig, startProcess, type RunningProcess } from '../support/processes.ts';
import { startSink, type SmtpSink } from '../support/smtp-sink.ts';
import { freshPostgres, freshRedisUrl, type FreshStore } from '../support/stores.ts';
import { until } from '../support/until.ts';

/**
 * The promise of the whole product, on real Dovecot, Redis and PostgreSQL: whatever dies, no mail is lost, none comes
 * twice, and nobody gets a second answer.
 */
const KILLS = 5;
/** Between two kills several batches (BATCH_MAX): whoever dies leaves mails committed and mails still to fetch. */
const MAILS = 2_000;
const MAILBOX = 'pfs-assures';

let fresh: FreshStore;
let sink: SmtpSink;
let site: Awaited<ReturnType<typeof siteConfig>>;
const account = freshAccount();
const processes: RunningProcess[] = [];
let env: Record<string, string>;

beforeAll(async () => {
  fresh = await freshPostgres();
  sink = await startSink();
  site = await siteConfig([{ id: MAILBOX, imap: account.connection(), smtp_port: sink.port }]);
  env = {
    DATABASE_URL: fresh.url,
    QUEUE_URL: await freshRedisUrl(),
    TOKEN_SECRET: 'x'.repeat(40),
    CONFIG_DIR: site.dir,
  };
  expect((await runCommand(['migrate'], env)).exit).toBe(0);
  expect((await runCommand(['mailbox', 'mode', MAILBOX, 'live'], env)).exit).toBe(0);
}, 60_000);

afterAll(async () => {
  await Promise.all(processes.map((running) => running.kill('SIGKILL')));
  await sink.close();
  await fresh.close();
  await site.remove();
}, 60_000);

function run(roles: string): RunningProcess {
  const started = startProcess({ ...env, ROLES: roles });
  processes.push(started);
  return started;
}

/** The process that holds the lease of the mailbox; the others only stand by. */
async function readerOf(ingests: readonly RunningProcess[]): Promise<number> {
  const { rows } = await fresh.store.read(SYSTEM, (tx) =>
    sql<{ holder: string }>`select holder from aiguillage.lease where name = ${leaseName(MAILBOX)}`.execute(tx),
  );
  return ingests.findIndex(({ child }) => rows[0]!.holder.split(':')[1] === String(child.pid));
}

/** As half a minute of silence does. That it does is seen after the last kill, while the mails before it are worked off. */
const lapse = (): Promise<unknown> =>
  fresh.store.write(SYSTEM, (tx) =>
    tx.updateTable('lease').set({ expires_at: new Date() }).where('name', '=', leaseName(MAILBOX)).execute(),
  );

test(`${MAILS} mails while the process that reads is killed ${KILLS} times: none lost, none twice, no second answer`, async () => {
  const worker = run('triage,dispatch,reply,sla,sweep');
  let ingests = [run('ingest'), run('ingest')];
  await Promise.all([worker.ready, ...ingests.map((ingest) => ingest.ready)]);

  const put = Array.from({ length: MAILS }, (_, i) =>
    mail({
      from: `personne${i} <p${i}@assures.example>`,
      subject: `Carte ${i}`,
      body: `Bonjour, ma carte Vitale ${i} est perdue.`,
    }),
  );
  const slice = MAILS / (KILLS + 1);
  const ledgered = async (): Promise<number> => {
    const { rows } = await fresh.store.read(SYSTEM, (tx) =>
      sql<{ n: number }>`select count(*)::int as n from aiguillage.ledger`.execute(tx),
    );
    return rows[0]!.n;
  };
  for (let round = 0; round <= KILLS; round += 1) {
    const from = Math.round(round * slice);
    const before = await ledgered();
    await account.drop(put.slice(from, Math.round((round + 1) * slice)).map((raw) => ({ raw, at: new Date() })));
    if (round === KILLS) break;
    // In the middle of a batch: as soon as the first mails of this slice are in.
    await until(async () => (await ledgered()) > before, 60_000, 5);
    const victim = await readerOf(ingests);
    await ingests[victim]!.kill('SIGKILL');
    if (round < KILLS - 1) await lapse();
    ingests = ingests.map((ingest, i) => (i === victim ? run('ingest') : ingest));
  }

  const settled = async (): Promise<number> => {
    const { rows } = await fresh.store.read(SYSTEM, (tx) =>
      sql<{
        n: number;
      }>`select count(*)::int as n from aiguillage.message where direction = 'incoming' and status = 'dispatched'`.execute(
        tx,
      ),
    );
    return rows[0]!.n;
  };
  await until(async () => (await settled()) >= MAILS, 240_000, 250);
  await until(async () => sink.accepted.length >= MAILS, 120_000, 250);

  const reconciled = await runCommand(['reconcile', '--json'], env);
  expect({ exit: reconciled.exit, stderr: reconciled.stderr }).toEqual({ exit: 0, stderr: '' });

  const { rows: ledger } = await fresh.store.read(SYSTEM, (tx) =>
    sql<{
      sha: string;
      n: number;
    }>`select encode(sha256, 'hex') as sha, count(*)::int as n from aiguillage.ledger where outcome = 'conversation' group by sha256`.execute(
      tx,
    ),
  );
  expect(ledger.every((row) => row.n === 1)).toBe(true);
  expect(new Set(ledger.map((row) => row.sha))).toEqual(
    new Set(put.map((raw) => createHash('sha256').update(raw).digest('hex'))),
  );
  const { rows: counts } = await fresh.store.read(SYSTEM, (tx) =>
    sql<{ conversations: number; messages: number; requests: number }>`select
        (select count(*)::int from aiguillage.conversation) as conversations,
        (select count(*)::int from aiguillage.message where direction = 'incoming') as messages,
        (select count(*)::int from aiguillage.request) as requests`.execute(tx),
  );
  expect(counts[0]).toEqual({ conversations: MAILS, messages: MAILS, requests: MAILS });

  const answered = sink.accepted.map((accepted) => accepted.to[0]);
  expect(new Set(answered).size).toBe(answered.length);
  expect(answered).toHaveLength(MAILS);
}, 600_000);
