import { createHash } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { openSender, type Sender } from '../../mail/delivery.ts';
import { attemptDelivery, sendingAllowed, type OutboxDeps } from '../../mail/outbox.ts';
import { SYSTEM, type Store } from '../../store/database.ts';
import { recoverDeliveries } from '../../store/delivery-desk.ts';
import { createReplyWork } from '../../workers/reply.ts';
import { after, deliveryEvents, readDelivery, seedDelivery, seedMailbox, T0 } from '../support/delivery-rows.ts';
import { quiet } from '../support/quiet.ts';
import { startSink, type SmtpSink } from '../support/smtp-sink.ts';
import { ENGINES, freshStore, type FreshStore } from '../support/stores.ts';

describe.each(ENGINES)('the outbox on %s', (engine) => {
  let fresh: FreshStore;
  let store: Store;
  let sink: SmtpSink;
  let sender: Sender;
  let deps: OutboxDeps;
  let now = T0;
  beforeAll(async () => {
    fresh = await freshStore(engine);
    store = fresh.store;
    await seedMailbox(store);
    sink = await startSink();
    sender = openSender({ host: '127.0.0.1', port: sink.port, security: 'insecure' });
    const mailbox = { profile: { address: 'assures@caisse.example', label: 'PFS' }, sender };
    deps = { store, mailbox: async () => mailbox, clock: () => now };
  });
  afterEach(() => {
    now = T0;
    sink.accepted.length = 0;
  });
  afterAll(async () => {
    await sender.close();
    await sink.close();
    await fresh.close();
  });
  const context = { log: quiet, signal: new AbortController().signal };

  test('a reply leaves once, its digest is in the log, and the replayed job does nothing', async () => {
    const job = await seedDelivery(store);
    expect(await attemptDelivery(deps, job)).toEqual({ kind: 'ended', status: 'sent', code: 'accepted' });
    expect(await attemptDelivery(deps, job)).toEqual({ kind: 'not-ours', why: 'moved-on' });
    expect(sink.accepted).toHaveLength(1);
    const sent = (await deliveryEvents(store, job.id)).at(-1)!;
    expect(sent.type).toBe('delivery.sent');
    expect(sent.data).toMatchObject({
      eml_sha256: createHash('sha256').update(sink.accepted[0]!.raw, 'latin1').digest('hex'),
      dated_at: T0.toISOString(),
      attempts: 1,
    });
  });

  test('when the dot is asked for, `data` is already committed', async () => {
    const job = await seedDelivery(store);
    sink.script({ dot: 'accept-silence' });
    const dot = sink.nextDot();
    const attempt = attemptDelivery(deps, job);
    await dot;
    expect(await readDelivery(store, job.id)).toMatchObject({ status: 'sending', phase: 'data' });
    sink.dropAll();
    expect(await attempt).toMatchObject({ kind: 'ended', status: 'ambiguous' });
  });

  test('greylisted, it is snoozed by the minute and sent at the second attempt', async () => {
    const job = await seedDelivery(store);
    sink.script({ rcpt: '450 4.2.0 greylisted' });
    expect(await createReplyWork(deps)(job, context)).toEqual({ kind: 'snooze', ms: 60_000, why: 'EENVELOPE-450' });
    now = after(59_000);
    expect(await createReplyWork(deps)(job, context)).toEqual({ kind: 'snooze', ms: 1_000, why: 'not-before' });
    now = after(60_000);
    expect(await createReplyWork(deps)(job, context)).toEqual({ kind: 'done' });
    expect(sink.accepted).toHaveLength(1);
    expect(await readDelivery(store, job.id)).toMatchObject({ status: 'sent', attempts: 2 });
  });

  test('an unknown recipient fails at once, with the server’s words but not the address', async () => {
    const job = await seedDelivery(store);
    sink.script({ rcpt: '550 5.1.1 <jeanne@exemple.example> unknown' });
    expect(await createReplyWork(deps)(job, context)).toEqual({ kind: 'done' });
    expect(await readDelivery(store, job.id)).toMatchObject({
      status: 'failed',
      phase: 'rcpt',
      response: '550 5.1.1 ••• unknown',
    });
    const events = JSON.stringify(await deliveryEvents(store, job.id));
    expect(events).toContain('EENVELOPE-550');
    expect(events).not.toContain('jeanne');
  });

  test('cut after the dot it is ambiguous, and no machine sends it again', async () => {
    const job = await seedDelivery(store);
    sink.script({ dot: 'accept-drop' });
    expect(await createReplyWork(deps)(job, context)).toEqual({ kind: 'done' });
    expect((await readDelivery(store, job.id)).status).toBe('ambiguous');
    now = after(1e9);
    await store.write(SYSTEM, (tx) => recoverDeliveries(tx, now));
    expect(await createReplyWork(deps)(job, context)).toEqual({ kind: 'cancel', why: 'moved-on' });
    expect(sink.accepted).toHaveLength(1);
  });

  test('a worker that was silent too long does not write the dot: the sweep gave the mail to another', async () => {
    const job = await seedDelivery(store);
    const slow: OutboxDeps = {
      ...deps,
      mailbox: async (id) => {
        // While this worker sleeps here, the sweep comes by and a second worker sends.
        await store.write(SYSTEM, (tx) => recoverDeliveries(tx, T0, { before_data: 0, after_data: 0 }));
        expect(await attemptDelivery(deps, job)).toMatchObject({ kind: 'ended', status: 'sent' });
        return deps.mailbox(id);
      },
    };
    expect(await attemptDelivery(slow, job)).toEqual({ kind: 'not-ours', why: 'fenced' });
    expect(sink.accepted).toHaveLength(1);
    expect(await readDelivery(store, job.id)).toMatchObject({ status: 'sent', attempts: 2 });
  });

  test('without a connection for the mailbox it waits instead of failing', async () => {
    const job = await seedDelivery(store);
    const none: OutboxDeps = { ...deps, mailbox: async () => undefined };
    expect(await attemptDelivery(none, job)).toEqual({ kind: 'later', ms: 60_000, why: 'NO-CONNECTION' });
    expect((await readDelivery(store, job.id)).status).toBe('pending');
  });

  test('an address that cannot stand in a mail fails before any byte leaves', async () => {
    const job = await seedDelivery(store, { to_address: 'a@x.example, b@y.example' });
    const commands = sink.commands.length;
    expect(await attemptDelivery(deps, job)).toEqual({ kind: 'ended', status: 'failed', code: 'COMPOSE' });
    expect(sink.commands).toHaveLength(commands);
  });

  test('twenty mails at once: each accepted once, over at most five connections', async () => {
    const connections = sink.connections();
    const jobs = [];
    for (let i = 0; i < 20; i += 1) jobs.push(await seedDelivery(store));
    const attempts = await Promise.all(jobs.flatMap((job) => [attemptDelivery(deps, job), attemptDelivery(deps, job)]));
    expect(attempts.filter((attempt) => attempt.kind === 'ended' && attempt.status === 'sent')).toHaveLength(20);
    const ids = sink.accepted.map(({ raw }) => /^Message-ID: (\S+)/m.exec(raw)?.[1]);
    expect(new Set(ids).size).toBe(20);
    expect(sink.accepted).toHaveLength(20);
    expect(sink.connections() - connections).toBeLessThanOrEqual(5);
  });
});

test.each([
  [undefined, false],
  [{ mode: 'observe' as const }, false],
  [{ mode: 'live' as const }, true],
])('a mailbox row %j may send: %j', (row, allowed) => {
  expect(sendingAllowed(row)).toBe(allowed);
});
