import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { SYSTEM } from '../../store/database.ts';
import { presentCapacity } from '../../store/presence.ts';
import { ENGINES } from '../support/stores.ts';
import { MORNING, openWorld, type Person, type World } from '../support/world.ts';

const DAY = '2026-11-24';
const WEEK = `from=${DAY}&to=2026-11-28`;

describe.each(ENGINES)('the presence grid, on %s', (engine) => {
  let world: World;
  let boss: Person;
  let ana: Person;
  beforeAll(async () => {
    world = await openWorld(engine);
    boss = await world.person('supervisor');
    ana = await world.person('agent', { queues: ['n1'], login: 'ana@cpam.example' });
    await world.person('agent', { queues: ['n1'], login: 'ben@cpam.example', display_name: '=cmd()' });
  });
  afterAll(() => world.close());
  const grid = async (window = WEEK) => (await boss.get(`/api/presence?${window}`)).json();
  const set = (cells: object[]) => boss.put('/api/presence', { cells });
  const cell = (over: object = {}) => ({ agent: ana.agent.id, day: DAY, half: 'am', channel: 'courriel', ...over });

  test('is changed cell by cell, and shows at once what it comes to', async () => {
    const declared = (await grid()).capacity.find((one: { queue: string }) => one.queue === 'n1');
    expect(declared).toMatchObject({ day: DAY, half: 'am', source: 'declared', per_open_hour: 10 });
    expect((await set([cell({ skills: ['pole-pe'] })])).json()).toEqual({ cells: 1 });
    const { cells, capacity } = await grid();
    expect(cells).toEqual([{ agent: ana.agent.id, day: DAY, half: 'am', channel: 'courriel', skills: ['pole-pe'] }]);
    const present = capacity.find((one: { queue: string }) => one.queue === 'n1');
    expect(present).toMatchObject({ source: 'present', agents: 1 });
    expect(present.per_open_hour).toBeCloseTo(13 * (2 / 3), 6);
    await set([cell({ channel: 'absent' })]);
    expect((await grid()).cells[0]).toMatchObject({ channel: 'absent', skills: null });
    await set([cell({ channel: null })]);
    expect((await grid()).cells).toEqual([]);
  });

  test('one day does not show in another week', async () => {
    await set([cell()]);
    expect((await grid('from=2026-11-30&to=2026-12-04')).cells).toEqual([]);
    await set([cell({ channel: null })]);
  });

  test.each([
    [
      'somebody who is not there',
      [{ agent: '019a0000-0000-7000-8000-000000000000', day: DAY, half: 'am', channel: 'absent' }],
    ],
    ['a skill nobody configured', [{ skills: ['cuisine'] }]],
    ['a half-day twice', [{}, { channel: 'absent' }]],
    ['a channel that is none', [{ channel: 'fax' }]],
    ['a day that does not exist', [{ day: '2026-02-30' }]],
    ['nothing at all', []],
  ])('refuses %s, and writes nothing', async (_, cells) => {
    expect((await set(cells.map(cell))).statusCode).toBe(400);
    expect((await grid()).cells).toEqual([]);
  });

  test.each(['from=2026-11-24&to=2026-11-23', 'from=2026-01-01&to=2026-11-23'])(
    'refuses the window %s',
    async (window) => {
      expect((await boss.get(`/api/presence?${window}`)).statusCode).toBe(400);
      expect((await boss.get(`/api/presence/export?${window}`)).statusCode).toBe(400);
    },
  );

  test('comes from a spreadsheet and goes back to one', async () => {
    const csv = [
      'Identifiant;Jour;Demi-journée;Canal;Compétences',
      'ana@cpam.example;24/11/2026;matin;téléphone;',
      'BEN@cpam.example;2026-11-24;après-midi;courriel;carte-vitale pole-pe',
    ].join('\r\n');
    expect((await boss.post('/api/presence/import', { csv })).json()).toEqual({ written: 2, problems: [] });
    const back = await boss.get(`/api/presence/export?${WEEK}`);
    expect(back.headers['content-type']).toContain('text/csv');
    expect(back.body.split('\r\n')).toEqual([
      'identifiant;jour;demi-journée;canal;compétences',
      'ana@cpam.example;2026-11-24;matin;telephone;',
      'ben@cpam.example;2026-11-24;après-midi;courriel;carte-vitale pole-pe',
      '',
    ]);
    expect((await boss.post('/api/presence/import', { csv: back.body })).json()).toEqual({ written: 2, problems: [] });
  });

  test('a file with faults tells them all and changes nothing', async () => {
    const before = (await grid()).cells;
    const csv = 'identifiant;jour;demi-journée;canal\nana@cpam.example;2026-11-24;matin;absent\nzoe;hier;nuit;fax\n';
    const { written, problems } = (await boss.post('/api/presence/import', { csv })).json();
    expect(written).toBe(0);
    expect(problems.map((one: { line: number; column: string }) => [one.line, one.column])).toEqual([
      [3, 'identifiant'],
      [3, 'jour'],
      [3, 'demi-journée'],
      [3, 'canal'],
    ]);
    expect((await grid()).cells).toEqual(before);
  });

  test('a site that closes today can do less, and not one deadline moves', async () => {
    const { id } = await world.conversation();
    const before = await world.row(id);
    const capacity = () => world.store.read(SYSTEM, (tx) => presentCapacity(tx, world.book, MORNING));
    await boss.put('/api/presence', { cells: [cell({ channel: null })] });
    const close = (closed: boolean, half?: string) =>
      boss.put('/api/presence/closures', {
        calendar: 'site',
        day: DAY,
        closed,
        ...(half === undefined ? {} : { half }),
      });
    expect((await close(true, 'pm')).statusCode).toBe(204);
    // 10:00 to 13:00 of 10:00 to 17:30.
    expect((await capacity()).get('pole-pe')).toBeCloseTo((10 * 3) / 7.5, 6);
    await close(true);
    expect((await capacity()).get('pole-pe')).toBe(0);
    expect((await grid()).closures).toHaveLength(2);
    expect(await world.row(id)).toEqual(before);
    await close(false);
    expect((await grid()).closures).toEqual([]);
    const nowhere = { calendar: 'nulle-part', day: DAY, closed: true };
    expect((await boss.put('/api/presence/closures', nowhere)).statusCode).toBe(400);
  });

  test('who changed it, and which days, is in the audit; no name is', async () => {
    await set([cell({ day: '2026-11-26' }), cell({ day: '2026-11-25' })]);
    const rows = await world.store.read(SYSTEM, (tx) =>
      tx
        .selectFrom('audit')
        .select(['actor', 'data'])
        .where('action', '=', 'presence.set')
        .orderBy('seq', 'desc')
        .execute(),
    );
    expect(rows[0]).toEqual({
      actor: `agent:${boss.agent.id}`,
      data: { cells: 2, from: '2026-11-25', to: '2026-11-26' },
    });
  });
});

describe('the order of work, as supervisors see it', () => {
  test('share, p90 and oldest age stand together, beside what waits by class and what was given out', async () => {
    const world = await openWorld('pglite');
    try {
      const boss = await world.person('supervisor');
      const ana = await world.person('agent', { queues: ['n1'] });
      const ago = (hours: number): Date => new Date(MORNING.getTime() - hours * 3_600_000);
      for (const hours of [60, 70, 1, 2]) await world.conversation({ received_at: ago(hours) });
      await world.conversation({ urgency: 1, received_at: ago(3) });
      const first = (await boss.get('/api/order')).json();
      expect(first).toMatchObject({ stock_share: 0.4, age_max_hours: 240, from: '2026-11-18', to: '2026-11-24' });
      const n1 = (answer: typeof first) => answer.queues.find((one: { queue: string }) => one.queue === 'n1');
      expect(n1(first)).toMatchObject({
        waiting: { p0: 0, p1: 1, legal: 0, aged: 0, stock: 2, flux: 2, unclocked: 0 },
        taken: { stock: 0, flux: 0 },
        share: 0,
        p90_hours: null,
        oldest_hours: 70,
      });
      // The P1 is no matter of the split; then two of five are late ones.
      for (let i = 0; i < 4; i += 1) await ana.post('/api/desk/next');
      expect(n1((await boss.get('/api/order')).json())).toMatchObject({
        waiting: { p1: 0, stock: 1, flux: 0 },
        taken: { stock: 0, flux: 2 },
        oldest_hours: 60,
      });
      expect((await boss.get('/api/order')).json().p1).toMatchObject({ backlog: 0, full: false });
    } finally {
      await world.close();
    }
  });
});
