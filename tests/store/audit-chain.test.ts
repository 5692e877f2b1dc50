import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import pg from 'pg';
import { verify } from '../../scripts/commands/audit.ts';
import type { CommandContext } from '../../scripts/commands/context.ts';
import { chainState, sealAudit, UNSEALED_MAX_MS, verifyAudit } from '../../store/audit-chain.ts';
import { SYSTEM, type Actor } from '../../store/database.ts';
import { appendAudit } from '../../store/events.ts';
import { fillGauges } from '../../workers/health.ts';
import { createMetrics } from '../../workers/metrics.ts';
import { createSweepWork } from '../../workers/sweep.ts';
import { testBook } from '../support/book.ts';
import { quiet } from '../support/quiet.ts';
import { ENGINES, freshStore, type FreshStore } from '../support/stores.ts';
import { until } from '../support/until.ts';

const NOW = new Date('2026-11-24T09:00:00.000Z');
const CHILD = fileURLToPath(new URL('../support/seal-child.ts', import.meta.url));
const APP = "set role aiguillage_app; set search_path = ''";

describe.each(ENGINES)('the sealed trail on %s', (engine) => {
  let fresh: FreshStore;
  beforeAll(async () => {
    fresh = await freshStore(engine);
  });
  afterAll(() => fresh.close());

  const note = (n: number, at = NOW): Promise<void> =>
    fresh.store.write(SYSTEM, async (tx) => {
      const row = (_: unknown, i: number) => ({
        ...{ at, actor: 'system', action: 'conversation.read', subject: `row-${i}` },
        data: JSON.stringify({ i, b: 'é' }),
      });
      await tx
        .insertInto('audit')
        .values(Array.from({ length: n }, row))
        .execute();
    });
  const seal = (at = NOW): Promise<number | undefined> => sealAudit(fresh.store, 'test', () => at);
  const check = (at = NOW) => verifyAudit(fresh.store, at);
  /** As the owner of the database, past every wall: what the chain is there to show. */
  const tamper = async (statement: string): Promise<void> => {
    await fresh.store.pool.query("set session_replication_role = 'replica'");
    await fresh.store.pool.query(statement);
    await fresh.store.pool.query("set session_replication_role = 'origin'");
  };

  test('every committed row is sealed once, and a second pass finds nothing to do', async () => {
    await note(1_100);
    expect(await check()).toMatchObject({ ok: true, sealed: 0, unsealed: 1_100, head: null });
    expect(await seal()).toBe(1_100);
    expect(await seal()).toBe(0);
    expect(await check()).toMatchObject({ ok: true, rows: 1_100, sealed: 1_100, unsealed: 0, unsealed_seconds: 0 });
  });

  test('the process that sweeps seals at every tick', async () => {
    const sweep = createSweepWork({
      ...{ store: fresh.store, clock: () => NOW, holder: 'a process' },
      queues: { enqueue: async () => {} },
      rulebook: async () => testBook(),
    });
    await note(3);
    await sweep({ tick: true }, { log: quiet, signal: new AbortController().signal });
    expect(await check()).toMatchObject({ ok: true, sealed: 1_103, unsealed: 0 });
  });

  test('a tail that waits too long is a problem, its age is told and on the metrics', async () => {
    const early = new Date(NOW.getTime() - UNSEALED_MAX_MS - 1_000);
    await note(1, early);
    expect(await check(early)).toMatchObject({ ok: true, unsealed: 1 });
    expect(await check()).toMatchObject({ ok: false, problem_count: 0, unsealed: 1, unsealed_seconds: 901 });
    const metrics = createMetrics();
    await fillGauges(fresh.store, metrics.gauges, NOW);
    expect(await metrics.registry.metrics()).toContain('\naiguillage_audit_unsealed_seconds 901\n');
    await seal();
    await fillGauges(fresh.store, metrics.gauges, NOW);
    expect(await metrics.registry.metrics()).toContain('\naiguillage_audit_unsealed_seconds 0\n');
  });

  test('one seals at a time: who finds the lease taken leaves the rest to its holder', async () => {
    await note(1);
    await fresh.store.write(SYSTEM, (tx) =>
      tx
        .updateTable('lease')
        .set({ expires_at: new Date(NOW.getTime() + 60_000) })
        .where('name', '=', 'audit-seal')
        .execute(),
    );
    expect(await seal()).toBeUndefined();
    expect(await seal(new Date(NOW.getTime() + 61_000))).toBe(1);
  });

  test('a head noted down is passed through; another, or one beyond the end, is told', async () => {
    const { head } = await fresh.store.read(SYSTEM, chainState);
    const [seq, hash] = head!.split(':') as [string, string];
    await note(1);
    await seal(new Date(NOW.getTime() + 120_000));
    const context = { store: fresh.store, clock: () => NOW } as CommandContext;
    const run = async (given: string) => verify(context, { head: given, json: true });
    expect((await run(head!)).exit).toBe(0);
    const other = await run(`${seq}:${hash.replace(/^./, (digit) => (digit === '0' ? '1' : '0'))}`);
    expect([other.exit, JSON.parse(other.stdout).problems]).toMatchObject([1, [{ kind: 'head', seq: Number(seq) }]]);
    expect((await run(`${Number(seq) + 9}:${hash}`)).exit).toBe(1);
    await expect(run('nonsense')).rejects.toMatchObject({ code: 'BAD_INPUT' });
  });

  test.each([
    ['altered', 10, `update aiguillage.audit set actor = 'agent:nobody' where seq = 10`],
    ['altered', 11, `update aiguillage.audit set at = at + interval '1 microsecond' where seq = 11`],
    ['altered', 12, `update aiguillage.audit set data = '{"i": 5}' where seq = 12`],
    ['missing', 13, `delete from aiguillage.audit where seq = 13`],
    ['seal', 14, `update aiguillage.audit_seal set digest = '\\x00' where event = 14`],
    ['gap', 16, `delete from aiguillage.audit_seal where event = 15`],
  ])('%s: row %i is named', async (kind, event, statement) => {
    const before = (await check()).problems;
    await tamper(statement);
    const { ok, problems } = await check();
    expect(ok).toBe(false);
    const fresh_ones = problems.filter((each) => !before.some((old) => JSON.stringify(old) === JSON.stringify(each)));
    expect(fresh_ones).toContainEqual(expect.objectContaining({ kind, event }));
    // A seal that is gone leaves its row unwatched, and breaks the next one; anything else is told of one row.
    expect(new Set(fresh_ones.map((each) => each.event))).toEqual(new Set(kind === 'gap' ? [15, 16] : [event]));
    const { exit, stdout } = await verify({ store: fresh.store, clock: () => NOW } as CommandContext, {});
    expect([exit, stdout]).toEqual([1, expect.stringMatching(new RegExp(`^${event} `, 'm'))]);
  });

  test('a row taken out of the list of those that wait is seen', async () => {
    await note(1);
    const { rows } = await fresh.store.pool.query('select max(event) as event from aiguillage.audit_unsealed');
    const event = Number((rows[0] as { event: unknown }).event);
    await tamper(`delete from aiguillage.audit_unsealed where event = ${event}`);
    expect((await check()).problems).toContainEqual({ kind: 'unwatched', event });
  });
});

describe('on PostgreSQL', () => {
  let fresh: FreshStore;
  beforeAll(async () => {
    fresh = await freshStore('postgres');
  });
  afterAll(() => fresh.close());

  const add = `insert into aiguillage.audit (at, actor, action, subject) values (now(), 'system', 'a', 's')`;
  async function withClient<T>(work: (client: pg.Client) => Promise<T>): Promise<T> {
    const client = new pg.Client({ connectionString: fresh.url });
    await client.connect();
    try {
      return await work(client);
    } finally {
      await client.end();
    }
  }

  test('a row with a lower number that commits after its neighbour was sealed comes next in the chain', async () => {
    await withClient(async (late) => {
      await late.query('begin');
      await late.query(add);
      await fresh.store.write(SYSTEM, (tx) => appendAudit(tx, SYSTEM, NOW, 'b', 's'));
      expect(await sealAudit(fresh.store, 'test', () => new Date())).toBe(1);
      await late.query('commit');
    });
    expect(await sealAudit(fresh.store, 'test', () => new Date())).toBe(1);
    const seals = await fresh.store.read(SYSTEM, (tx) =>
      tx.selectFrom('audit_seal').select(['seq', 'event']).orderBy('seq').execute(),
    );
    expect(seals).toEqual([
      { seq: 1, event: 2 },
      { seq: 2, event: 1 },
    ]);
    expect(await verifyAudit(fresh.store, new Date())).toMatchObject({ ok: true, sealed: 2, unsealed: 0 });
  });

  test('a sealer that is killed while it writes has sealed nothing, and the next one seals all', async () => {
    await fresh.store.write(SYSTEM, async (tx) => {
      for (let i = 0; i < 50; i++) await appendAudit(tx, SYSTEM, NOW, 'c', 's');
    });
    await withClient(async (client) => {
      // It writes its seals and stops at taking the rows out of the list.
      await client.query('begin; lock table aiguillage.audit_unsealed in share mode');
      const child = spawn(process.execPath, [CHILD, fresh.url], { env: { ...process.env, NODE_OPTIONS: '' } });
      const exit = once(child, 'exit');
      await until(async () => {
        // Another connection: within one transaction the view stands still.
        const { rows } = await fresh.store.pool.query(
          `select from pg_stat_activity where application_name = 'seal-child' and wait_event_type = 'Lock'`,
        );
        return rows.length > 0;
      });
      child.kill('SIGKILL');
      expect(await exit).toEqual([null, 'SIGKILL']);
      await client.query('commit');
    });
    const later = (): Date => new Date(Date.now() + 61_000);
    await until(async () => (await sealAudit(fresh.store, 'next', later)) === 50);
    expect(await verifyAudit(fresh.store, new Date())).toMatchObject({ ok: true, sealed: 52, unsealed: 0 });
  });

  test.each([
    `update aiguillage.audit set actor = 'x'`,
    'delete from aiguillage.audit',
    'truncate aiguillage.audit cascade',
    `update aiguillage.audit_seal set seq = seq + 1`,
    'delete from aiguillage.audit_seal',
    'insert into aiguillage.audit_unsealed values (1)',
    'update aiguillage.audit_unsealed set event = 1',
    'alter table aiguillage.audit disable trigger all',
  ])('the application may not: %s', async (statement) => {
    await withClient(async (client) => {
      await client.query(APP);
      await expect(client.query(statement)).rejects.toMatchObject({ code: '42501' });
    });
  });

  test('a partner adds to the trail and reads nothing of it', async () => {
    const partner: Actor = { kind: 'agent', id: '00000000-0000-7000-8000-000000000001', role: 'partner', pool: 'p' };
    await fresh.store.write(partner, (tx) => appendAudit(tx, partner, NOW, 'conversation.read', 's'));
    for (const table of ['audit', 'audit_seal', 'audit_unsealed', 'quality_motif', 'quality_decision'] as const)
      await expect(
        fresh.store.read(partner, (tx) =>
          tx
            .selectFrom(table as 'audit')
            .selectAll()
            .execute(),
        ),
      ).rejects.toMatchObject({ code: '42501' });
  });
});
