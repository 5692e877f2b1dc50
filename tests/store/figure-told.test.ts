import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { sql } from 'kysely';
import { BREAKDOWNS, computeFigure, type FigureEvent } from '../../domain/figure.ts';
import { FIGURE_EVENT_TYPES } from '../../domain/figure-life.ts';
import { DEFAULT_PRESENCE } from '../../domain/presence.ts';
import type { Rulebook } from '../../domain/rulebook.ts';
import { SYSTEM, type Store } from '../../store/database.ts';
import { declareOrganisation } from '../../store/figure-organisation.ts';
import { retellFigure, tellFigure } from '../../store/figure-told.ts';
import { buildReport } from '../../store/report.ts';
import { openRequest, stopRequests } from '../../store/requests.ts';
import { testBook } from '../support/book.ts';
import { asked, choice, inOrder, logOf, longSteps } from '../support/figure-logs.ts';
import { addConversation, addMessage, request } from '../support/history.ts';
import { ENGINES, freshStore, type Engine, type FreshStore } from '../support/stores.ts';

const open = {} as Record<Engine, FreshStore>;
beforeAll(async () => {
  for (const engine of ENGINES) open[engine] = await freshStore(engine);
});
afterAll(async () => {
  for (const engine of ENGINES) await open[engine].close();
});

async function write(store: Store, log: readonly FigureEvent[]): Promise<void> {
  if (log.length === 0) return;
  await store.write(SYSTEM, (tx) =>
    tx
      .insertInto('event')
      .values(
        log.map((event) => ({
          ...event,
          occurred_at: event.occurred_at as Date,
          recorded_at: event.recorded_at as Date,
          actor: 'system',
          data: JSON.stringify(event.data),
        })),
      )
      .execute(),
  );
}

/** As a test's owner may; the application may not. */
const empty = (store: Store): Promise<unknown> =>
  store.pool.query('truncate aiguillage.event, aiguillage.figure_request, aiguillage.figure_dirty');

/** Logs are sampled, not shrunk: each is written once and asked many questions. Same seed, same logs, every run. */
const LOGS = { pglite: 3, postgres: 7 };
const QUESTIONS = 18;

describe.each(ENGINES)('what is told of a log, on %s', (engine) => {
  test('gives the figure of its definition, for any date, clock, axis and group, however the log grew', async () => {
    const { store } = open[engine];
    const logs = fc.sample(fc.tuple(longSteps, fc.array(choice, { minLength: QUESTIONS, maxLength: QUESTIONS })), {
      numRuns: LOGS[engine],
      seed: 5,
    });
    let received = 0;
    for (const [i, [list, questions]] of logs.entries()) {
      await empty(store);
      const season = i % 2 === 0 ? 'autumn' : 'spring';
      const log = logOf(list, season);
      // In two halves with a telling between them: what is told first must not hide what comes after.
      const half = Math.floor(log.length / 2);
      await write(store, log.slice(0, half));
      await tellFigure(store);
      await write(store, log.slice(half));
      const ordered = inOrder(log);
      for (const [n, question] of questions.entries()) {
        const by = [undefined, ...BREAKDOWNS][n % (BREAKDOWNS.length + 1)];
        const options = asked(season, question, by);
        const wanted = computeFigure(ordered, options);
        const { as_of: _, from: __, to: ___, ...found } = await buildReport(store, options);
        const { clock, known } = question;
        expect(found).toEqual({ clock, known, ...(by === undefined ? {} : { by }), ...wanted });
        received += wanted.received;
      }
    }
    // The logs are worth asking about.
    expect(received).toBeGreaterThan(LOGS[engine] * 20);
  }, 60_000);

  test('is the same when it is thrown away and told again, and nothing stays marked', async () => {
    const { store } = open[engine];
    const told = () =>
      store.read(
        SYSTEM,
        async (tx) =>
          (
            await sql`select * from aiguillage.figure_request
      order by message_id, now_from, then_from, now_until, then_until`.execute(tx)
          ).rows,
      );
    await empty(store);
    await write(store, logOf(fc.sample(longSteps, { numRuns: 2, seed: 7 }).flat()));
    await tellFigure(store);
    const before = await told();
    expect(before.length).toBeGreaterThan(0);
    await retellFigure(store);
    expect(await told()).toEqual(before);
    expect(await tellFigure(store)).toBe(0);
  });
});

test('teams and caisses are those of their day: what is declared later moves no older figure', async () => {
  const { store } = open.postgres;
  await empty(store);
  const at = (day: number, hour = 9): Date => new Date(Date.UTC(2026, 10, day, hour));
  const organised = (team: string, caisse: string): Rulebook => {
    const book = testBook();
    const presence = { ...DEFAULT_PRESENCE, teams: [{ id: team, label: team, queues: ['n1'], usual: [] }] };
    return { ...book, presence, mailboxes: [{ ...book.mailboxes[0]!, caisse }] };
  };
  const answered = (day: number): Promise<void> =>
    store.write(SYSTEM, async (tx) => {
      const id = await addConversation(tx, at(day));
      await openRequest(tx, SYSTEM, at(day), request(await addMessage(tx, id, at(day)), id, at(day)));
      await stopRequests(tx, SYSTEM, id, at(day, 15), { kind: 'answered', reply_type: 'definitive' });
    });
  const groups = async (by: 'team' | 'caisse', as_of: Date): Promise<unknown> =>
    (await buildReport(store, { from: '2026-11-02', to: '2026-11-06', as_of, by })).groups?.map(({ key, received }) => [
      key,
      received,
    ]);
  await answered(2);
  expect(await groups('team', at(3))).toEqual([[null, 1]]);
  expect(await declareOrganisation(store, organised('pfs', 'nord'), at(3))).toBe(true);
  expect(await declareOrganisation(store, organised('pfs', 'nord'), at(4))).toBe(false);
  await answered(4);
  // What is older than the first declaration is counted by it.
  expect(await groups('team', at(5))).toEqual([['pfs', 2]]);
  expect(await declareOrganisation(store, organised('accueil', 'flandres'), at(5))).toBe(true);
  await answered(6);
  expect(await groups('team', at(7))).toEqual([
    ['accueil', 1],
    ['pfs', 2],
  ]);
  expect(await groups('caisse', at(7))).toEqual([
    ['flandres', 1],
    ['nord', 2],
  ]);
});

test('the trigger marks the very events a life follows', () => {
  const migration = readFileSync(new URL('../../store/migrations/0001_core.sql', import.meta.url), 'utf8');
  const listed = /function aiguillage\.figure_touch[^$]*\$\$.*?type in \(([^)]*)\)/s.exec(migration)![1]!;
  expect([...listed.matchAll(/'([\w.]+)'/g)].map(([, type]) => type).sort()).toEqual([...FIGURE_EVENT_TYPES].sort());
});
