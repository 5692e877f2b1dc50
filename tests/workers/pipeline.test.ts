import { afterEach, describe, expect, test } from '@jest/globals';
import { sql } from 'kysely';
import { SYSTEM } from '../../store/database.ts';
import { replayQuarantine } from '../../store/quarantine.ts';
import { createTriageWork } from '../../workers/triage.ts';
import { done } from '../../workers/worker.ts';
import { fixedModel, testBook } from '../support/book.ts';
import { quiet } from '../support/quiet.ts';
import { freshAccount, mail, type Account } from '../support/dovecot.ts';
import { startApp, type TestApp, type TestAppOptions } from '../support/app.ts';
import { startSink, type SmtpSink } from '../support/smtp-sink.ts';
import { until } from '../support/until.ts';

/** The embedded default, and production. The third backing (jobs on PostgreSQL) has the queue suite. */
const BACKINGS = ['pglite', 'redis'] as const;
const MAILBOX = 'pfs-assures';

const ACK = {
  id: 'ack-standard',
  kind: 'ack' as const,
  motifs: [],
  subject: 'Accusé de réception de votre message',
  body: 'Bonjour, votre message est enregistré sous la référence {{reference}}.',
  legal_approved: false,
};

let running: TestApp | undefined;
let sink: SmtpSink | undefined;
afterEach(async () => {
  await running?.close();
  await sink?.close();
  running = sink = undefined;
});

describe.each(BACKINGS)('from mailbox to desk on %s', (backing) => {
  async function start(options: TestAppOptions = {}): Promise<{ app: TestApp; account: Account; outside: SmtpSink }> {
    sink = await startSink();
    const account = freshAccount();
    running = await startApp(backing, {
      connections: new Map([[MAILBOX, account.connection()]]),
      smtp_port: sink.port,
      live: [MAILBOX],
      book: testBook({ templates: [ACK] }),
      ...options,
    });
    return { app: running, account, outside: sink };
  }

  const conversations = (app: TestApp) =>
    app.store.read(SYSTEM, (tx) => tx.selectFrom('conversation').selectAll().orderBy('created_at').execute());
  const outcomes = async (app: TestApp) =>
    (
      await app.store.read(SYSTEM, (tx) => tx.selectFrom('ledger').select(['uid', 'outcome']).orderBy('uid').execute())
    ).map((row) => row.outcome);
  const settled = (app: TestApp, count: number) =>
    until(async () => {
      const rows = await app.store.read(SYSTEM, (tx) =>
        tx.selectFrom('message').select(['status', 'outcome']).where('direction', '=', 'incoming').execute(),
      );
      const ledger = await outcomes(app);
      return (
        ledger.length === count &&
        ledger.every((outcome) => outcome !== null) &&
        rows.every((row) => row.status === 'dispatched')
      );
    });

  test('a mail becomes a conversation in its queue, with its decision and both clocks', async () => {
    const { app, account } = await start();
    await account.append([
      { raw: mail({ subject: 'Carte', body: 'Ma carte verte est perdue.' }), at: new Date('2026-11-06T17:00:00Z') },
    ]);
    await settled(app, 1);
    const [conversation] = await conversations(app);
    expect(conversation).toMatchObject({ status: 'queued', queue: 'n1', motif: 'carte-vitale', level: 'n1' });
    // Friday 18:00 in Paris: 48 hours later, and on the working clock Tuesday 18:00.
    expect(conversation!.due_elapsed_at).toEqual(new Date('2026-11-08T17:00:00Z'));
    expect(conversation!.due_working_at).toEqual(new Date('2026-11-10T17:00:00Z'));
    const decisions = await app.store.read(SYSTEM, (tx) => tx.selectFrom('decision').selectAll().execute());
    expect(decisions).toHaveLength(1);
    expect(decisions[0]).toMatchObject({ rulebook_digest: 'test', model_digest: 'fixed' });
    expect(decisions[0]!.routed).toMatchObject({ queue: 'n1' });
  });

  test('the acknowledgment leaves once, with the loop protection of RFC 3834', async () => {
    const { app, account, outside } = await start();
    await account.append([mail({ from: 'Camille <camille@assures.example>' })]);
    await until(() => Promise.resolve(outside.accepted.length === 1));
    await settled(app, 1);
    const text = outside.accepted[0]!.raw.toString();
    expect(text).toMatch(/^Auto-Submitted: auto-replied/m);
    expect(text).toMatch(/^In-Reply-To: </m);
    expect(outside.accepted[0]!.to).toEqual(['camille@assures.example']);
  });

  test('a mailbox that observes sends nothing', async () => {
    const { app, account, outside } = await start({ live: [] });
    await account.append([mail()]);
    await settled(app, 1);
    expect(await conversations(app)).toHaveLength(1);
    expect(outside.accepted).toHaveLength(0);
    expect(await app.store.read(SYSTEM, (tx) => tx.selectFrom('delivery').selectAll().execute())).toEqual([]);
  });

  test('machine mail ends in the ledger, opens nothing and gets no answer', async () => {
    const { app, account, outside } = await start();
    await account.append([
      mail({ subject: 'Réponse automatique : absent', headers: { 'Auto-Submitted': 'auto-replied' } }),
      mail({ subject: 'La lettre', headers: { 'List-Id': '<lettre.example>', Precedence: 'bulk' } }),
    ]);
    await settled(app, 2);
    expect(await outcomes(app)).toEqual(['automated', 'automated']);
    expect(await conversations(app)).toEqual([]);
    expect(await app.store.read(SYSTEM, (tx) => tx.selectFrom('request').selectAll().execute())).toEqual([]);
    expect(outside.accepted).toHaveLength(0);
  });

  test('the same mail sent to two of our mailboxes is one conversation', async () => {
    const other = freshAccount();
    const base = testBook({ templates: [ACK] });
    const book = testBook({
      templates: [ACK],
      mailboxes: [
        ...base.mailboxes,
        { ...base.mailboxes[0]!, id: 'reclamations', address: 'reclamations@cpam.example' },
      ],
    });
    const account = freshAccount();
    const { app } = await start({
      book,
      live: [],
      connections: new Map([
        [MAILBOX, account.connection()],
        ['reclamations', other.connection()],
      ]),
    });
    const raw = mail({ subject: 'Deux boîtes' });
    await account.append([raw]);
    await settled(app, 1);
    await other.append([Buffer.from(`Received: from relay.example\r\n${raw.toString()}`)]);
    await settled(app, 2);
    expect(await conversations(app)).toHaveLength(1);
    expect((await outcomes(app)).sort()).toEqual(['conversation', 'duplicate']);
  });

  test('an empty mail and an unreadable one become conversations a person sees, original attached', async () => {
    const { app, account } = await start();
    await account.append([
      mail({ subject: '', body: '' }),
      Buffer.from('Content-Type: multipart/mixed; boundary="x"\r\n\r\n--y\r\n\0\0\xff'),
    ]);
    await settled(app, 2);
    expect(await outcomes(app)).toEqual(['conversation', 'conversation']);
    const messages = await app.store.read(SYSTEM, (tx) =>
      tx.selectFrom('message').select(['sha256', 'conversation_id']).execute(),
    );
    expect(messages.every((message) => message.sha256 !== null && message.conversation_id !== null)).toBe(true);
  });

  test('work whose job was lost is found again by the sweep', async () => {
    const account = freshAccount();
    const { app } = await start({
      roles: ['ingest', 'dispatch', 'reply', 'sla', 'sweep', 'triage'],
      connections: new Map([[MAILBOX, account.connection()]]),
    });
    // Rows as a crash leaves them: committed, and no job.
    await account.append([mail()]);
    await settled(app, 1);
    await app.store.write(SYSTEM, (tx) =>
      sql`update aiguillage.message set status = 'decided', ingested_at = now() - interval '1 hour'`.execute(tx),
    );
    await settled(app, 1);
  });

  test('a mail that killed its process three times is set aside visibly and still counts', async () => {
    const { app, account } = await start({ roles: ['ingest'] });
    await account.append([mail()]);
    const first = () =>
      app.store.read(SYSTEM, (tx) => tx.selectFrom('message').select(['id', 'rev']).executeTakeFirst());
    await until(async () => (await first()) !== undefined);
    const row = (await first())!;
    // Three starts were committed and none of them ended.
    await app.store.write(SYSTEM, (tx) => tx.updateTable('message').set({ starts: 3 }).execute());
    const never = { parse: () => Promise.reject(new Error('must not be parsed again')) };
    const work = createTriageWork({
      store: app.store,
      queues: app.queues,
      parser: never,
      rulebook: () => Promise.resolve(app.book),
      model: () => Promise.resolve(fixedModel([])),
      secret: app.secret,
      clock: () => new Date(),
    });
    expect(await work(row, { log: quiet, signal: new AbortController().signal })).toEqual(done);
    expect(await outcomes(app)).toEqual(['quarantined']);
    const [item] = await app.store.read(SYSTEM, (tx) => tx.selectFrom('quarantine').selectAll().execute());
    expect(item).toMatchObject({ reason: 'process-deaths', message_id: row.id });
    const job = await app.store.write(SYSTEM, (tx) => replayQuarantine(tx, item!.id, 'test', new Date()));
    expect(job).toEqual({ id: row.id, rev: row.rev + 1 });
    expect(await outcomes(app)).toEqual([null]);
  });
});
