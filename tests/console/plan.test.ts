import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { PlanRunner } from '../../console/plan-runner.ts';
import { SHIPPED } from '../config/support.ts';
import { CALENDARS, scenario } from '../support/plan.ts';
import { openWorld, type Person, type World } from '../support/world.ts';

/** The small scenario in the words of the test desk. */
const SMALL = readFileSync(`${SHIPPED}scenarios/lundi-de-pointe.yaml`, 'utf8')
  .replaceAll('calendar: roubaix-tourcoing', 'calendar: site')
  .replaceAll('calendar: accueil', 'calendar: site')
  .replaceAll('compte-ameli-acces', 'attestation-document')
  .replaceAll('remboursement-soins', 'ij-calcul-montant');
let world: World;
let sup: Person;
beforeAll(async () => {
  world = await openWorld('pglite');
  sup = await world.person('supervisor');
});
afterAll(() => world.close());

interface Answer {
  ok: boolean;
  problems?: { line: number; what: string }[];
  result?: {
    total: { received: number; share: { working: number } };
    levers: { id: string; total: { moved: number } }[];
  };
}
const ask = async (payload: object): Promise<{ status: number; body: Answer }> => {
  const answer = await sup.post('/api/plan', payload);
  return { status: answer.statusCode, body: answer.json() as Answer };
};

test('a supervisor simulates a scenario, a lever of it and a trial of settings beside it', async () => {
  const payload = { yaml: SMALL, levers: ['sans-accueil'], set: { 'pools.accueil.daily_quota': 5 } };
  const { status, body } = await ask(payload);
  expect([status, body.ok]).toEqual([200, true]);
  expect(body.result!.total.received).toBeGreaterThan(15_000);
  expect(body.result!.levers.map(({ id }) => id)).toEqual(['sans-accueil', 'essai']);
  expect(body.result!.levers[0]!.total.moved).toBe(0);
  expect(body.result!.levers[1]!.total.moved).toBeGreaterThan(0);
  expect(body.result!.levers[1]!.total.moved).toBeLessThanOrEqual(5 * 20);
}, 60_000);

test('a shipped scenario is found by its name and read against the calendars and motifs in force', async () => {
  const { status, body } = await ask({ scenario: 'lundi-de-pointe' });
  expect([status, body.ok]).toEqual([200, false]);
  expect(body.problems!.map(({ what }) => what)).toContain('calendrier inconnu');
});

test('problems of a text come back with their lines', async () => {
  const { status, body } = await ask({ yaml: SMALL.replace('policy: fifo', 'policy: fifa') });
  expect([status, body.ok, body.problems!.length]).toEqual([200, false, 1]);
  expect(body.problems![0]!.line).toBe(SMALL.split('\n').findIndex((line) => line.includes('policy: fifo')) + 1);
  expect((await ask({ yaml: SMALL, set: { 'n1.agent': 3 } })).body.problems![0]!.what).toContain('réglage inconnu');
});

test.each([
  ['neither a scenario nor a text', {}, 400],
  ['both', { scenario: 'lundi-de-pointe', yaml: SMALL }, 400],
  ['a name that leaves the folder', { scenario: '../motifs' }, 400],
  ['an unknown scenario', { scenario: 'inconnu' }, 404],
  ['an unknown lever', { yaml: SMALL, levers: ['rien'] }, 400],
  ['seven levers', { yaml: SMALL, levers: Array.from({ length: 7 }, () => 'un-agent') }, 400],
  ['too many mails', { yaml: SMALL.replace('first_contacts: 16000', 'first_contacts: 1000001') }, 400],
  ['a trial of too many mails', { yaml: SMALL, set: { 'arrivals.first_contacts': 1_000_001 } }, 400],
  ['too many days', { yaml: SMALL.replace('to: 2026-03-29', 'to: 2027-06-29') }, 400],
  ['a text of 100,001 characters', { yaml: ' '.repeat(100_001) }, 400],
])('refuses %s', async (_, payload, status) => {
  expect((await ask(payload)).status).toBe(status);
});

describe('the runner', () => {
  const work = { base: { scenario: scenario() }, levers: [], calendars: CALENDARS };

  test('runs one at a time, and is free again afterwards', async () => {
    const runner = new PlanRunner(30_000);
    const first = runner.run(work);
    await expect(runner.run(work)).rejects.toMatchObject({ code: 'TOO_BUSY' });
    expect((await first).total.received).toBe(500);
    expect((await runner.run(work)).total.received).toBe(500);
  }, 60_000);

  test('ends what takes too long, and passes on why a scenario cannot run', async () => {
    await expect(new PlanRunner(1).run(work)).rejects.toMatchObject({ code: 'TOO_BUSY' });
    const lost = { ...work, calendars: [] };
    await expect(new PlanRunner(30_000).run(lost)).rejects.toMatchObject({ code: 'BAD_INPUT' });
  }, 60_000);
});
