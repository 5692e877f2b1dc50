/**
 * How fast the desk is in front of a full house: Chromium, the console and a database of the private PostgreSQL with N
 * conversations (100,000 unless an argument says otherwise), each with its mail, decision and clock.
 *   scripts/servers start; . .tmp/servers/env
 *   node_modules/.bin/node tests/bench/desk.ts [conversations] [takes]
 * Prints one JSON line: `take_ms` from the key to the first frame with the mail's text, `paint_ms` from the address typed
 * to the first contents, nothing kept in the browser.
 */
import type { Page } from 'playwright-core';
import { SHIPPED_CONFIG, readConfigFolder } from '../../config/source.ts';
import { openSite } from '../support/browser.ts';
import { putSet } from '../support/past-mail.ts';
import { storedRules } from '../support/stand.ts';

const total = Number(process.argv[2] ?? 100_000);
const takes = Number(process.argv[3] ?? 60);
/** The first ones meet cold caches, of the program and of the database. */
const WARM_UP = 5;
const VISITS = 9;

const site = await openSite(
  'postgres',
  storedRules(() => site),
);
const { world } = site;
try {
  await putSet(world.store, await readConfigFolder(SHIPPED_CONFIG));
  await fill();
  const person = await world.person('agent', { queues: ['n1'] });
  const page = await site.page(person);
  const taken: number[] = [];
  for (let i = 0; i < WARM_UP + takes; i += 1) {
    const { id, ms } = await takeOne(page);
    if (i >= WARM_UP) taken.push(ms);
    await world.store.pool.query(
      `update aiguillage.conversation set status = 'answered', holder = null, held_until = null where id = $1`,
      [id],
    );
  }
  await page.context().close();
  const painted: number[] = [];
  for (let i = 0; i < VISITS; i += 1) {
    const fresh = await site.page(person);
    await fresh.getByRole('heading', { name: 'Bureau' }).waitFor();
    painted.push(await fresh.evaluate<number>(`performance.getEntriesByName('first-contentful-paint')[0].startTime`));
    await fresh.context().close();
  }
  console.log(
    JSON.stringify({
      conversations: total,
      take_ms: { median: at(taken, 0.5), p95: at(taken, 0.95) },
      paint_ms: { median: at(painted, 0.5), worst: at(painted, 1) },
      problems: site.problems,
    }),
  );
} finally {
  await site.close();
}

/** One press of « n » on the first page, watched from inside the browser. */
async function takeOne(page: Page): Promise<{ id: string; ms: number }> {
  await page.goto(`${site.url}/#/bureau`);
  await page.getByText(/en attente dans vos files/).waitFor();
  await page.evaluate(`void (globalThis.taken = new Promise((resolve) => {
    let from = 0;
    addEventListener('keydown', () => (from = performance.now()), { capture: true, once: true });
    const seen = new MutationObserver(() => {
      if (document.querySelector('.newest .words') === null) return;
      seen.disconnect();
      // Two frames: the one that draws the text has begun, then it is on the screen.
      requestAnimationFrame(() => requestAnimationFrame(() => resolve(performance.now() - from)));
    });
    seen.observe(document.body, { childList: true, subtree: true });
  }))`);
  await page.keyboard.press('n');
  const ms = await page.evaluate<number>('globalThis.taken');
  return { id: new URL(page.url()).hash.split('/')[2]!, ms };
}

/** One conversation as the pipeline leaves it, then as many like it, of other people, over three weeks. */
async function fill(): Promise<void> {
  const { id } = await world.conversation({
    body: `Bonjour,\n\n${'Ma carte verte est perdue depuis mardi et la pharmacie refuse. '.repeat(10)}\nMerci.`,
    quoted: 'Le 8 novembre, vous écriviez :\n> Votre demande est enregistrée.',
    evidence: [{ for: 'motif.carte-vitale', part: 'body', start: 10, end: 26 }],
  });
  const { pool } = world.store;
  await pool.query(`create table made as select gen_random_uuid() as c, gen_random_uuid() as m, g,
    'p' || (g % ${Math.ceil(total / 2)}) || '@membre.example' as sender, now() - (g % 28800) * interval '1 minute' as at
    from generate_series(1, ${total}) g`);
  await pool.query('insert into aiguillage.sender (key, first_seen_at) select distinct sender, now() from made');
  const like = async (table: string, changed: Readonly<Record<string, string>>, where: string): Promise<void> => {
    const { rows } = await pool.query(
      `select column_name as name from information_schema.columns where table_schema = 'aiguillage' and table_name = $1
         and is_generated = 'NEVER' and is_identity = 'NO' order by ordinal_position`,
      [table],
    );
    const names = (rows as { name: string }[]).map(({ name }) => name);
    await pool.query(
      `insert into aiguillage.${table} (${names.join(', ')})
       select ${names.map((name) => changed[name] ?? `t.${name}`).join(', ')} from aiguillage.${table} t, made where ${where}`,
      [id],
    );
  };
  const queue = `case when g % 10 = 0 then 'pole-pe' else 'n1' end`;
  const due = `made.at + interval '48 hours'`;
  await like(
    'conversation',
    {
      ...{ id: 'made.c', ref: `'R' || g`, sender_key: 'made.sender', queue, due_at: due, due_elapsed_at: due },
      ...{ due_working_at: due, open_since: 'made.at', first_received_at: 'made.at', last_received_at: 'made.at' },
      urgency: 'case when g % 5000 = 0 then 0 when g % 200 = 0 then 1 when g % 10 = 7 then 2 else 3 end',
    },
    't.id = $1',
  );
  await like(
    'message',
    {
      id: 'made.m',
      conversation_id: 'made.c',
      from_address: 'made.sender',
      received_at: 'made.at',
      ingested_at: 'made.at',
    },
    't.conversation_id = $1',
  );
  await like(
    'decision',
    { id: 'gen_random_uuid()', conversation_id: 'made.c', message_id: 'made.m', made_at: 'made.at' },
    't.conversation_id = $1',
  );
  await like(
    'request',
    {
      ...{ message_id: 'made.m', conversation_id: 'made.c', started_at: 'made.at', due_elapsed_at: due },
      ...{ due_working_at: due, warn_at: `made.at + interval '36 hours'` },
    },
    't.conversation_id = $1',
  );
  await like(
    'event',
    { conversation_id: 'made.c', message_id: 'made.m', occurred_at: 'made.at' },
    't.conversation_id = $1',
  );
  await pool.query('analyze');
}

function at(times: readonly number[], share: number): number {
  const sorted = [...times].sort((a, b) => a - b);
  return Math.round(sorted[Math.floor(share * (sorted.length - 1))]!);
}
