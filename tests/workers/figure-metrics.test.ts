import { readFileSync } from 'node:fs';
import Fastify from 'fastify';
import { expect, test } from '@jest/globals';
import { Registry } from 'prom-client';
import { observeRequests } from '../../console/observe.ts';
import { createBotMetrics } from '../../workers/bot-metrics.ts';
import { createFigureMetrics } from '../../workers/figure-metrics.ts';
import { createMetrics } from '../../workers/metrics.ts';
import { SYSTEM } from '../../store/database.ts';
import { testBook } from '../support/book.ts';
import { addConversation, addMessage, request } from '../support/history.ts';
import { quiet } from '../support/quiet.ts';
import { openRequest, stopRequests } from '../../store/requests.ts';
import { freshPglite } from '../support/stores.ts';

interface Dashboard {
  panels: { title: string; targets: { expr: string }[] }[];
}
const dashboard = JSON.parse(
  readFileSync(new URL('../../docs/grafana/aiguillage.json', import.meta.url), 'utf8'),
) as Dashboard;

test('every query of the Grafana dashboard names a metric that exists, and every gauge of the figure and the bot is on it', async () => {
  const { registry } = createMetrics();
  createFigureMetrics(registry);
  createBotMetrics(registry);
  observeRequests(Fastify(), quiet, registry);
  const known = new Set(registry.getMetricsAsArray().map(({ name }) => name));
  const exprs = dashboard.panels.flatMap(({ targets }) => targets.map(({ expr }) => expr));
  const asked = new Set(
    exprs.flatMap((expr) => expr.match(/aiguillage_\w+/g)!).map((name) => name.replace(/_bucket$/, '')),
  );
  expect([...asked].filter((name) => !known.has(name))).toEqual([]);
  const figure = new Registry();
  createFigureMetrics(figure);
  createBotMetrics(figure);
  expect(
    figure
      .getMetricsAsArray()
      .map(({ name }) => name)
      .filter((name) => !asked.has(name)),
  ).toEqual([]);
});

test('the gauges say the figure, once a minute, and labels are configured names alone', async () => {
  const { store, close } = await freshPglite();
  try {
    const now = new Date('2026-11-24T09:00:00Z');
    const ago = (hours: number): Date => new Date(now.getTime() - hours * 3_600_000);
    await store.write(SYSTEM, async (tx) => {
      for (const hours of [100, 90, 10]) {
        const id = await addConversation(tx, ago(hours));
        await openRequest(tx, SYSTEM, now, request(await addMessage(tx, id, ago(hours)), id, ago(hours)));
        if (hours === 90) await stopRequests(tx, SYSTEM, id, ago(60), { kind: 'answered', reply_type: 'definitive' });
      }
    });
    const registry = new Registry();
    const metrics = createFigureMetrics(registry);
    await metrics.fill(store, testBook(), now);
    const value = async (name: string, labels: Record<string, string>): Promise<number | undefined> =>
      (await registry.getSingleMetric(name)!.get()).values.find((each) =>
        Object.entries(labels).every(([label, is]) => (each.labels as Record<string, unknown>)[label] === is),
      )?.value;
    expect(await value('aiguillage_figure_share', { clock: 'elapsed' })).toBe(1 / 2);
    expect(await value('aiguillage_figure_requests', { state: 'open_late', clock: 'elapsed' })).toBe(1);
    expect(await value('aiguillage_open_requests', { age: '2 à 5 jours' })).toBe(1);
    expect(await value('aiguillage_promises', { policy: 'courriel-48h', state: 'breached' })).toBe(1);
    const text = await registry.metrics();
    const rows = await store.read(SYSTEM, (tx) => tx.selectFrom('conversation').select('id').execute());
    for (const { id } of rows) expect(text).not.toContain(id);
    expect(text).not.toMatch(/@|membre/);

    await store.write(SYSTEM, async (tx) => {
      const id = await addConversation(tx, ago(5));
      await openRequest(tx, SYSTEM, now, request(await addMessage(tx, id, ago(5)), id, ago(5)));
    });
    const received = { state: 'received', clock: 'elapsed' };
    await metrics.fill(store, testBook(), new Date(now.getTime() + 59_000));
    expect(await value('aiguillage_figure_requests', received)).toBe(3);
    await metrics.fill(store, testBook(), new Date(now.getTime() + 61_000));
    expect(await value('aiguillage_figure_requests', received)).toBe(4);
  } finally {
    await close();
  }
});
