import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { chromium } from 'playwright-core';
import { compileRulebook } from '../../domain/match.ts';
import type { FigureNumbers } from '../../domain/figure.ts';
import type { WeeklyReport } from '../../domain/weekly/data.ts';
import { weeklyHtml } from '../../domain/weekly/html.ts';
import type { CommandContext } from '../../scripts/commands/context.ts';
import { forecast, secondReading, weekly } from '../../scripts/commands/report-more.ts';
import { report } from '../../scripts/commands/report.ts';
import { SYSTEM } from '../../store/database.ts';
import { appendEvents } from '../../store/events.ts';
import { newId } from '../../store/ids.ts';
import { buildReport } from '../../store/report.ts';
import { stopRequests } from '../../store/requests.ts';
import { buildWeekly } from '../../store/weekly.ts';
import { deskBook } from '../support/desk-book.ts';
import { HOUR_MS, MORNING, openWorld, type Person, type World } from '../support/world.ts';

/** What is about to happen, the weekly report and the replies to read again, in one small caisse. */
let world: World;
let supervisor: Person;
const ago = (hours: number): Date => new Date(MORNING.getTime() - hours * HOUR_MS);
const answered: string[] = [];

beforeAll(async () => {
  const book = deskBook();
  const slow = { label: 'Relation attentionnée', capacity_per_open_hour: 0.2 };
  const queues = book.queues.map((queue) => (queue.id === 'rca' ? { ...queue, ...slow } : queue));
  const compiled = compileRulebook({ ...book, queues });
  world = await openWorld('postgres', { rulebook: async () => compiled });
  supervisor = await world.person('supervisor');
  const agent = await world.person('agent', { queues: ['n1'] });
  // Three weeks: answered after 30 and 60 hours in turn; a few are left, one of them never opened.
  for (let i = 0; i < 12; i++) {
    const start = 20 * 24 - i * 36;
    const { id } = await world.conversation({ received_at: ago(start), motif: i % 3 === 0 ? null : 'carte-vitale' });
    answered.push(id);
    const at = ago(start - (i % 2 === 0 ? 30 : 60));
    await world.store.write(SYSTEM, async (tx) => {
      const about = { conversation_id: id, occurred_at: new Date(at.getTime() - (i === 0 ? 20_000 : HOUR_MS)) };
      const actor = { kind: 'agent' as const, id: agent.agent.id, role: 'agent' as const };
      await appendEvents(tx, actor, at, [{ type: 'conversation.claimed', ...about }]);
      await stopRequests(tx, actor, id, at, { kind: 'answered', reply_type: 'definitive' });
      await tx.updateTable('conversation').set({ status: 'answered' }).where('id', '=', id).execute();
      await tx
        .insertInto('message')
        .values({
          id: newId(at.getTime()),
          conversation_id: id,
          direction: 'outgoing',
          origin: 'desk',
          mailbox: 'pfs-assures',
          status: 'sent',
          received_at: at,
          ingested_at: at,
          author: agent.agent.id,
          reply_type: 'definitive',
          body: i === 2 ? 'Oui.' : 'Bonjour, nous avons bien reçu votre demande. '.repeat(10),
        })
        .execute();
    });
  }
  for (const hours of [100, 30, 3]) await world.conversation({ received_at: ago(hours) });
  // Due tomorrow at 10:00, nine open hours from now: a queue that needs five hours for a mail answers one of them.
  for (let i = 0; i < 4; i++) await world.conversation({ queue: 'rca', received_at: ago(24) });
  await world.store.write(SYSTEM, (tx) =>
    tx
      .updateTable('conversation')
      .set({ legal_due_at: new Date(MORNING.getTime() + 2 * 24 * HOUR_MS) })
      .where('id', '=', tx.selectFrom('conversation').select('id').where('queue', '=', 'rca').limit(1))
      .execute(),
  );
});
afterAll(() => world.close());

const week = (): Promise<WeeklyReport> =>
  world.deps.rulebook().then((book) => buildWeekly(world.store, book, '2026-11-24', MORNING));

describe('what is about to happen', () => {
  test('names the breaches to come by queue in a sentence, with warnings, legal delays and duties', async () => {
    const answer = (await supervisor.get('/api/report/forecast')).json();
    expect(answer.sentences[0]).toBe(
      'Relation attentionnée : 3 conversations dépasseront 48 h demain à 10 h 00 à ce rythme.',
    );
    expect(answer.queues[0]).toMatchObject({ queue: 'rca', waiting: 4, late: 0, total: 3 });
    expect(answer.policies).toEqual([
      { policy: '48h', promise: '48 h', open: 7, warned: 0, breached: 1, next_due_at: expect.any(String) },
    ]);
    expect(answer.legal).toEqual([expect.objectContaining({ motif: 'carte-vitale', open: 1, within_3_days: 1 })]);
    expect(answer.duties).toEqual({
      pieces: { waiting: 0, within_3_days: 0, without_date: 0, not_come: 0 },
      redirected: { told: 0, not_told: 0, notices_not_sent: 0 },
      acknowledgment: { missing: expect.any(Number) },
    });
  });
});

test('what a person opened is read, once: the log says so the first time only', async () => {
  const days = { from: '2026-11-24', to: '2026-11-24', as_of: MORNING };
  const { id } = await world.conversation({ queue: 'n1', received_at: ago(1) });
  const never_read = async (): Promise<number> => (await buildReport(world.store, days)).never_read;
  const before = await never_read();
  for (let i = 0; i < 2; i++) expect((await supervisor.get(`/api/conversations/${id}`)).statusCode).toBe(200);
  expect(await never_read()).toBe(before - 1);
  expect((await world.events(id)).filter(({ type }) => type === 'conversation.read')).toHaveLength(1);
});

describe('replies to read again', () => {
  test('are the short, the fast and those the member came back after, and name nobody', async () => {
    await world.message(answered[4]!, { received_at: ago(20 * 24 - 4 * 36 - 30 - 48) });
    const url = '/api/report/second-reading?from=2026-11-01&to=2026-11-24';
    // The second mail of that conversation counts from its event.
    const { replies } = (await supervisor.get(url)).json() as { replies: { why: string; conversation: string }[] };
    expect(replies.map(({ why, conversation }) => [why, conversation])).toEqual([
      ['short', answered[2]],
      ['fast', answered[0]],
      ['reopened', answered[4]],
    ]);
    expect(JSON.stringify(replies)).not.toMatch(/author|agent/);
  });
});

describe('the weekly report', () => {
  test('says the numbers of the report, on both clocks and by motif', async () => {
    const html = weeklyHtml(await week());
    const days = { from: '2026-11-18', to: '2026-11-24', as_of: MORNING };
    for (const clock of ['elapsed', 'working'] as const) {
      const wanted = await buildReport(world.store, { ...days, clock });
      expect(wanted.received).toBeGreaterThan(5);
      for (const name of ['received', 'handled', 'share', 'p90_hours', 'open_late', 'never_read'] as const)
        expect([name, shown(html, 'totals', name, clock)]).toEqual([name, wanted[name]]);
    }
    const { groups } = await buildReport(world.store, { ...days, by: 'motif' });
    for (const group of groups!) expect(shown(html, 'by-motif', group.key ?? '', 'received')).toBe(group.received);
  });

  test('begins with five lines in French and carries nothing that runs or loads', async () => {
    const html = weeklyHtml(await week());
    const lines = [
      ...html
        .split('<ul class="summary">')[1]!
        .split('</ul>')[0]!
        .matchAll(/<li>(.*?)<\/li>/g),
    ];
    expect(lines.map(([, line]) => line)).toHaveLength(5);
    expect(lines[0]![1]).toMatch(
      /^Du 18 au 24 novembre 2026, \d+ demandes sont arrivées, contre \d+ la semaine d’avant\.$/,
    );
    expect(lines[2]![1]).toMatch(/attendent encore/);
    expect(html).not.toMatch(/<script|https?:\/\/|<img|<link|url\(/i);
    expect(html.match(/<svg/g)).toHaveLength(2);
  });

  test('a motif that is HTML stays text', async () => {
    const evil = { ...(await week()), forecast: ['<script>alert(1)</script>'] };
    const motifs = evil.motifs.map((group) => ({ ...group, label: '"><img src=x onerror=alert(1)>' }));
    expect(weeklyHtml({ ...evil, motifs })).not.toMatch(/<script|<img/);
  });

  test('prints as A4 pages in Chromium, without a console error', async () => {
    const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox'] });
    try {
      const page = await browser.newPage();
      const errors: string[] = [];
      page.on('console', (message) => errors.push(message.text()));
      page.on('pageerror', (error) => errors.push(error.message));
      const book = {
        ...(await week()),
        references: [{ label: '71,9 %', share: 0.719, from: '2021-09-01', to: '2021-12-31' }],
      };
      await page.setContent(weeklyHtml({ ...book, regimes: [{ on: '2026-11-10', label: 'Nouvelle organisation' }] }));
      expect(await page.locator('svg line.reference').count()).toBe(1);
      expect(await page.locator('svg line.regime').count()).toBe(1);
      const pdf = await page.pdf({ format: 'A4', preferCSSPageSize: true });
      expect(pdf.subarray(0, 5).toString()).toBe('%PDF-');
      expect(pdf.toString('latin1')).toMatch(/\/MediaBox \[0 0 59[45](\.\d+)? 84[12]/);
      expect(errors).toEqual([]);
    } finally {
      await browser.close();
    }
  });

  test('comes as a file to keep, or as JSON with the same numbers', async () => {
    const html = await supervisor.get('/api/report/weekly?to=2026-11-24');
    expect(html.headers['content-disposition']).toBe('attachment; filename="semaine-2026-11-24.html"');
    const json = (await supervisor.get('/api/report/weekly?to=2026-11-24&format=json')).json() as {
      elapsed: FigureNumbers;
    };
    expect(shown(html.body, 'totals', 'received', 'elapsed')).toBe(json.elapsed.received);
  });
});

test('the command line says the same: sentences, promises, replies without a name, the week as JSON', async () => {
  const { store, deps } = world;
  const context = { store, clock: () => MORNING, rulebook: deps.rulebook } as unknown as CommandContext;
  const days = { from: '2026-11-01', to: '2026-11-24' };
  const said = await forecast(context, {});
  expect(said.stdout).toContain('3 conversations dépasseront 48 h demain à 10 h 00 à ce rythme.');
  expect(said.stdout).toMatch(/48h +48 h +9 +0 +2 /);
  const list = await secondReading(context, days);
  expect(list.stdout).toMatch(/4 caractères/);
  expect(list.stdout).toMatch(/20 s après ouverture/);
  expect(JSON.parse((await weekly(context, { to: days.to, json: true })).stdout)).toEqual(
    JSON.parse(JSON.stringify(await week())),
  );
  const text = (await report(context, { ...days, by: 'motif' })).stdout;
  expect(text).toMatch(/Jamais lus +\d/);
  expect(text).toMatch(/carte-vitale +\d+/);
});

/** The number behind a cell of the page. */
function shown(html: string, table: string, key: string, name: string): number | null {
  const part = html.split(`<table id="${table}">`)[1]!.split('</table>')[0]!;
  const row = part.split('<tr data-key="').find((each) => each.startsWith(`${key}"`))!;
  const value = new RegExp(`data-name="${name}" data-value="([^"]*)"`).exec(row)![1]!;
  return value === '' ? null : Number(value);
}
