/**
 * How long « suivant » takes in a queue of many: a fresh database on the private PostgreSQL, filled, asked, dropped.
 *   scripts/servers start; . .tmp/servers/env
 *   node_modules/.bin/node scripts/bench/order.ts [conversations] [claims]
 * Prints one JSON line a shape of the queue: time of a claim, of its one statement, and whether that read a table whole.
 */
import { sql } from 'kysely';
import { cutsAt, DEFAULT_ORDER } from '../../domain/order.ts';
import { createAgent } from '../../store/agents.ts';
import { SYSTEM, type Store } from '../../store/database.ts';
import { claimNext } from '../../store/desk.ts';
import { headsStatement } from '../../store/work-order.ts';
import { onScratchStore } from './scratch.ts';

const NOW = new Date('2026-11-24T09:00:00.000Z');
/** Age of the n-th conversation: all in time, all late, or three weeks of everything. */
const SHAPES = {
  in_time: `(g % 1400) * interval '1 minute'`,
  late: `(interval '50 hours' + (g % 8000) * interval '1 minute')`,
  mixed: `(g % 28800) * interval '1 minute'`,
} as const;

const total = Number(process.argv[2] ?? 100_000);
const claims = Number(process.argv[3] ?? 200);

for (const [shape, age] of Object.entries(SHAPES)) {
  await onScratchStore(async (store) => {
    await fill(store, age);
    console.log(JSON.stringify({ shape, conversations: total, ...(await measure(store)) }));
  });
}

async function fill(store: Store, age: string): Promise<void> {
  await store.pool.query(
    `insert into aiguillage.sender (key, first_seen_at) select 's' || g || '@membre.example', $1 from generate_series(1, ${total}) g`,
    [NOW],
  );
  await store.pool.query(
    `insert into aiguillage.conversation (id, ref, mailbox, sender_key, status, queue, level, motif, urgency, due_at,
       legal_due_at, open_since, first_received_at, last_received_at, created_at, updated_at)
     select gen_random_uuid(), 'R' || g, 'pfs-assures', 's' || g || '@membre.example', 'queued',
       case when g % 10 = 0 then 'pole-pe' when g % 100 = 1 then 'analyse-prealable' else 'n1' end, 'n1', 'carte-vitale',
       case when g % 5000 = 0 then 0 when g % 200 = 0 then 1 when g % 10 = 7 then 2 else 3 end,
       case when g % 97 = 0 then null else $1::timestamptz - ${age} + interval '48 hours' end,
       case when g % 50 = 0 then $1::timestamptz - ${age} + interval '15 days' end,
       $1::timestamptz - ${age}, $1::timestamptz - ${age}, $1::timestamptz - ${age}, $1, $1
     from generate_series(1, ${total}) g`,
    [NOW],
  );
  await store.pool.query('analyze');
}

async function measure(store: Store) {
  const account = { login: 'a', display_name: 'A', role: 'agent' as const, queues: ['n1'], pool: null };
  const id = await store.write(SYSTEM, (tx) => createAgent(tx, SYSTEM, { ...account, password_hash: 'x' }, NOW));
  const agent = { ...account, id, disabled: false };
  // A ceiling above the oldest, so that the split is what is measured.
  const order = { ...DEFAULT_ORDER, age_max_hours: 600 };
  const reach = {
    agent_id: id,
    queues: ['n1'],
    partner: false,
    offered: { queue: 'analyse-prealable', motifs: ['x'] },
  };
  const { rows } = await store.read(SYSTEM, (tx) =>
    sql<{ 'QUERY PLAN': string }>`explain (analyze) ${headsStatement(reach, cutsAt(order, NOW), [])!}`.execute(tx),
  );
  const plan = rows.map((row) => row['QUERY PLAN']).join('\n');
  const times: number[] = [];
  for (let i = 0; i < claims; i += 1) {
    const started = performance.now();
    await store.write({ kind: 'agent', id, role: 'agent' }, (tx) => claimNext(tx, agent, NOW, { order, reach }));
    times.push(performance.now() - started);
  }
  times.sort((a, b) => a - b);
  const at = (share: number): number => Math.round(times[Math.floor(share * (claims - 1))]! * 10) / 10;
  const [side] = (await store.pool.query('select stock, flux from aiguillage.order_day')).rows as {
    stock: number;
    flux: number;
  }[];
  return {
    claim_ms: { median: at(0.5), p95: at(0.95) },
    statement_ms: Number(/Execution Time: ([\d.]+)/.exec(plan)?.[1]),
    seq_scans: plan.match(/Seq Scan on conversation/g)?.length ?? 0,
    given: side ?? null,
  };
}
