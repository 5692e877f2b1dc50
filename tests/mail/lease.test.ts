import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { hasCode } from '../../domain/errors.ts';
import { leaseName } from '../../mail/inbox.ts';
import { SYSTEM } from '../../store/database.ts';
import { acquire, checkToken, release, renew } from '../../store/leases.ts';
import { recordBatch } from '../../store/ledger.ts';
import { packRaw } from '../../store/raw.ts';
import { freshAccount, mail } from '../support/dovecot.ts';
import { freshProfile, ledgerOf, messagesOf, probe, type InboxProbe } from '../support/inbox.ts';
import { ENGINES, freshPostgres, freshStore, type FreshStore } from '../support/stores.ts';

const NOW = new Date('2026-11-02T08:00:00Z');
const later = (ms: number): Date => new Date(NOW.getTime() + ms);

describe.each(ENGINES)('a lease on %s', (engine) => {
  let fresh: FreshStore;
  beforeAll(async () => {
    fresh = await freshStore(engine);
  });
  afterAll(() => fresh.close());

  test('is refused while it lives, even to the same name, and its token grows with each holder', async () => {
    const { store } = fresh;
    expect(await acquire(store, 'a', 'one', 1_000, NOW)).toEqual({ token: 1 });
    expect(await acquire(store, 'a', 'two', 1_000, later(999))).toBeNull();
    expect(await acquire(store, 'a', 'one', 1_000, later(999))).toBeNull();
    expect(await acquire(store, 'a', 'two', 1_000, later(1_000))).toEqual({ token: 2 });
  });

  test('can be prolonged by its holder only', async () => {
    const { store } = fresh;
    await acquire(store, 'b', 'one', 1_000, NOW);
    expect(await renew(store, 'b', 1, 1_000, later(900))).toBe(true);
    expect(await acquire(store, 'b', 'two', 1_000, later(1_500))).toBeNull();
    expect(await acquire(store, 'b', 'two', 1_000, later(2_000))).toEqual({ token: 2 });
    expect(await renew(store, 'b', 1, 1_000, later(2_100))).toBe(false);
  });

  test('given back is free at once, and a late give-back of a former holder frees nothing', async () => {
    const { store } = fresh;
    await acquire(store, 'c', 'one', 60_000, NOW);
    await release(store, 'c', 1, later(1));
    expect(await acquire(store, 'c', 'two', 60_000, later(2))).toEqual({ token: 2 });
    await release(store, 'c', 1, later(3));
    expect(await acquire(store, 'c', 'three', 60_000, later(4))).toBeNull();
  });

  test('whose token is outdated lets nothing be committed', async () => {
    const { store } = fresh;
    await acquire(store, 'd', 'one', 1_000, NOW);
    await acquire(store, 'd', 'two', 1_000, later(1_000));
    const raw = await packRaw(mail());
    const batch = {
      mailbox: 'd',
      folder: 'INBOX',
      uidvalidity: 1,
      origin: 'imap' as const,
      mails: [{ uid: 1, raw, internal_date: NOW, urgent_hint: false }],
    };
    const write = (token: number) =>
      store.write(SYSTEM, async (tx) => {
        await checkToken(tx, 'd', token);
        return recordBatch(tx, batch, NOW);
      });
    const error = await write(1).catch((thrown: unknown) => thrown);
    expect(hasCode(error, 'LEASE_LOST')).toBe(true);
    expect(await ledgerOf(store, 'd')).toHaveLength(0);
    await write(2);
    expect(await ledgerOf(store, 'd')).toHaveLength(1);
  });
});

describe('two inboxes on one mailbox', () => {
  let fresh: FreshStore;
  const running: InboxProbe[] = [];
  const start = (...args: Parameters<typeof probe>): InboxProbe => {
    const inbox = probe(...args);
    running.push(inbox);
    return inbox;
  };
  beforeAll(async () => {
    fresh = await freshPostgres();
  });
  afterEach(async () => {
    await Promise.all(running.splice(0).map((inbox) => inbox.stop()));
  });
  afterAll(() => fresh.close());

  test('only one reads; when it stops the other takes over and goes on where it was', async () => {
    const account = freshAccount();
    const profile_id = freshProfile();
    await account.append([mail()]);
    const first = start(fresh.store, account.connection(), { profile_id, holder: 'one' });
    await first.synced();
    const second = start(fresh.store, account.connection(), { profile_id, holder: 'two', timings: { lease_ms: 150 } });
    await second.until('standby');
    await account.append([mail()]);
    await first.synced();
    expect(second.batches).toHaveLength(0);
    expect(second.states).not.toContain('syncing');
    await first.stop();
    await account.append([mail()]);
    await second.synced();
    expect(second.batches.map((batch) => batch.messages)).toEqual([1]);
    expect(await messagesOf(fresh.store, profile_id)).toHaveLength(3);
  });

  test('a reader that fell silent is overtaken when its lease lapses, and what it then fetches is not recorded twice', async () => {
    const account = freshAccount();
    const profile_id = freshProfile();
    // A process that was paused: it neither renews nor gives back.
    const gone = await acquire(fresh.store, leaseName(profile_id), 'paused', 300, new Date());
    expect(gone).toEqual({ token: 1 });
    const next = start(fresh.store, account.connection(), { profile_id, holder: 'next', timings: { lease_ms: 300 } });
    await next.until('standby');
    await account.append([mail()]);
    await next.synced();
    expect(await messagesOf(fresh.store, profile_id)).toHaveLength(1);
    const late = fresh.store.write(SYSTEM, (tx) => checkToken(tx, leaseName(profile_id), gone!.token));
    await expect(late).rejects.toMatchObject({ code: 'LEASE_LOST' });
  });

  test('a reader whose lease was taken stops at once and stands by', async () => {
    const account = freshAccount();
    const profile_id = freshProfile();
    const reader = start(fresh.store, account.connection(), { profile_id, timings: { lease_ms: 200 } });
    await reader.synced();
    await reader.until('idle');
    // As another process would after a pause of this one: its clock is past the expiry.
    const far = new Date(Date.now() + 60_000);
    expect(await acquire(fresh.store, leaseName(profile_id), 'other', 60_000, far)).toEqual({ token: 2 });
    await reader.until('standby');
    await account.append([mail()]);
    expect(await ledgerOf(fresh.store, profile_id)).toHaveLength(0);
    expect(reader.status().problem).toBeNull();
  });

  test('a batch that was fetched under a lost lease is not written', async () => {
    const account = freshAccount();
    const profile_id = freshProfile();
    const lease_ms = 60_000;
    const reader = start(fresh.store, account.connection(), { profile_id, timings: { lease_ms } });
    await reader.synced();
    await reader.until('idle');
    // The lease changes hands, and the reader has not noticed: it would renew only after 20 s.
    const other = await acquire(fresh.store, leaseName(profile_id), 'other', lease_ms, new Date(Date.now() + lease_ms));
    expect(other).not.toBeNull();
    await account.append([mail()]);
    await reader.until('standby');
    expect(await ledgerOf(fresh.store, profile_id)).toHaveLength(0);
    expect(await messagesOf(fresh.store, profile_id)).toHaveLength(0);
    expect(reader.named).toHaveLength(0);
  });
});
