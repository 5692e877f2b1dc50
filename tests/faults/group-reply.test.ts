import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { sql } from 'kysely';
import { sendGroup } from '../../mail/group-reply.ts';
import { SYSTEM } from '../../store/database.ts';
import { insertGroup } from '../../store/group-replies.ts';
import { addMembers, nameWave, proposeWave } from '../../store/waves.ts';
import { until } from '../support/until.ts';
import { HOUR_MS, MORNING, openWorld, type Person, type World } from '../support/world.ts';

/** A process killed in the middle of a group reply: each item gets exactly one sending, whoever goes on. */
const CHILD = fileURLToPath(new URL('../support/group-child.ts', import.meta.url));

let world: World;
let ana: Person;
let wave = '';
beforeAll(async () => {
  world = await openWorld('postgres');
  await world.live('pfs-assures');
  ana = await world.person('agent', { queues: ['n1'] });
  const { agent } = await world.person('supervisor');
  wave = await world.store.write(SYSTEM, async (tx) => {
    const signature = { centre: { panne: 1 }, weights: { panne: 1 } };
    const id = await proposeWave(
      tx,
      { words: ['panne'], people: 40, usual: 1, members: [], signature },
      MORNING,
      MORNING,
    );
    const name = { label: 'Panne', template: null, sentence: null, bot_answer: null, motif: null, phrases: [] };
    await nameWave(tx, agent, id, { ...name, ends_at: new Date(MORNING.getTime() + HOUR_MS) }, MORNING);
    return id;
  });
});
afterAll(() => world.close());

async function approved(n: number): Promise<{ group: string; conversations: string[] }> {
  const made: { id: string; message: string }[] = [];
  for (let i = 0; i < n; i += 1) made.push(await world.conversation());
  const group = await world.store.write(SYSTEM, async (tx) => {
    await addMembers(
      tx,
      wave,
      made.map(({ message }) => ({ id: message, similarity: 0.9 })),
      'joined',
      MORNING,
    );
    const items = made.map(({ id, message }) => ({ conversation: id, message }));
    const text = { template: 'panne', subject: 'Panne', body: 'Bonjour,\n\nRéférence {{reference}}.', motif: null };
    return insertGroup(
      tx,
      ana.agent,
      { ...text, wave_id: wave, digest: 'x', similarity_min: 0.5, undo_ms: 0, items },
      MORNING,
    );
  });
  return { group, conversations: made.map(({ id }) => id) };
}

/** What was written for these conversations: sendings, outgoing messages, answers of clocks, and where they stand. */
const written = (conversations: readonly string[]) =>
  world.store.read(SYSTEM, async (tx) => {
    const count = async (table: 'delivery' | 'message', where: object) =>
      (
        await tx
          .selectFrom(table)
          .select('id')
          .where('conversation_id', 'in', [...conversations])
          .where((eb) => eb.and(where as never))
          .execute()
      ).length;
    const events = await tx
      .selectFrom('event')
      .select('type')
      .where('conversation_id', 'in', [...conversations])
      .where('type', 'in', ['request.answered', 'conversation.claimed'])
      .execute();
    const rows = await tx
      .selectFrom('conversation')
      .select('status')
      .where('id', 'in', [...conversations])
      .execute();
    return {
      deliveries: await count('delivery', { kind: 'reply' }),
      messages: await count('message', { direction: 'outgoing' }),
      answered_events: events.filter(({ type }) => type === 'request.answered').length,
      claims: events.filter(({ type }) => type === 'conversation.claimed').length,
      answered: rows.filter(({ status }) => status === 'answered').length,
    };
  });
const transactionsOfOthers = () =>
  world.store.read(SYSTEM, async (tx) => {
    const { rows } = await sql<{ open: number }>`select count(*)::int as open from pg_stat_activity
      where datname = current_database() and xact_start is not null and pid <> pg_backend_pid()`.execute(tx);
    return rows[0]!.open;
  });
const all = (n: number) => ({ deliveries: n, messages: n, answered_events: n, claims: n, answered: n });

test.each([
  // point, passes before it, whole items in the database at that moment
  ['group.item', 1, 2],
  ['group.answered', 2, 2],
])(
  'killed at %s after %i passes: %i items are whole, the others untouched, and in the end each has one',
  async (point, after, whole) => {
    const { group, conversations } = await approved(4);
    const url = (world.store.pool as { options: { connectionString: string } }).options.connectionString;
    const child = spawn(process.execPath, [CHILD, url, group], {
      env: { ...process.env, NODE_OPTIONS: '', AIGUILLAGE_CRASH_AT: point, AIGUILLAGE_CRASH_AFTER: String(after) },
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    const [, signal] = (await once(child, 'exit')) as [number | null, string | null];
    expect(signal).toBe('SIGKILL');
    // The server notices a moment later than we do, and holds what the dead had locked until then.
    await until(async () => (await transactionsOfOthers()) === 0, 10_000, 20);
    expect(await written(conversations)).toEqual(all(whole));
    const deps = {
      store: world.store,
      rulebook: async () => world.book,
      secret: 'a secret of more than thirty-two characters',
      clock: () => MORNING,
    };
    expect(await sendGroup(deps, group, 100)).toMatchObject({ sent: 4 - whole, skipped: 0 });
    expect(await written(conversations)).toEqual(all(4));
    // However often the tick comes by.
    expect(await sendGroup(deps, group, 100)).toMatchObject({ sent: 0, skipped: 0 });
    expect(await written(conversations)).toEqual(all(4));
  },
);
