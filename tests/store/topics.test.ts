import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { sql } from 'kysely';
import { readCorpus } from '../../classifiers/files.ts';
import { topics } from '../../scripts/commands/topics.ts';
import type { CommandContext } from '../../scripts/commands/context.ts';
import { SYSTEM, type Store } from '../../store/database.ts';
import { newId } from '../../store/ids.ts';
import { readTopics, type TopicsReport } from '../../store/topics.ts';
import { BREACH } from '../support/new-subjects.ts';
import { testBook } from '../support/book.ts';
import { quiet } from '../support/quiet.ts';
import { ENGINES, freshStore, type FreshStore } from '../support/stores.ts';

const NOW = new Date('2026-11-24T09:00:00Z');
const DAY_MS = 86_400_000;

interface Mail {
  readonly body: string;
  /** Days before NOW. */
  readonly ago: number;
  readonly abstained?: boolean;
  readonly confidence?: number;
  readonly motif?: string | null;
  readonly outcome?: 'conversation' | 'automated';
  readonly ref?: string;
}

/** Rows as triage leaves them, all of a test at once. */
async function insert(store: Store, mails: readonly Mail[], prefix: string): Promise<void> {
  const rows = mails.map((mail, i) => ({
    ...mail,
    id: newId(NOW.getTime() + i),
    sender: `${prefix}-${i}@membre.example`,
    at: new Date(NOW.getTime() - mail.ago * DAY_MS),
    ref: mail.ref ?? `${prefix}-${(i * 7_919) % 10_007}`,
  }));
  await store.write(SYSTEM, async (tx) => {
    await tx
      .insertInto('sender')
      .values(rows.map((row) => ({ key: row.sender, first_seen_at: row.at })))
      .execute();
    await tx
      .insertInto('conversation')
      .values(
        rows.map((row) => ({
          id: row.id,
          ref: row.ref,
          mailbox: 'pfs-assures',
          sender_key: row.sender,
          status: 'queued' as const,
          queue: 'n1',
          level: 'n1' as const,
          first_received_at: row.at,
          last_received_at: row.at,
          created_at: row.at,
          updated_at: row.at,
        })),
      )
      .execute();
    await tx
      .insertInto('message')
      .values(
        rows.map((row) => ({
          id: row.id,
          conversation_id: row.id,
          direction: 'incoming' as const,
          mailbox: 'pfs-assures',
          status: 'dispatched' as const,
          outcome: row.outcome ?? ('conversation' as const),
          received_at: row.at,
          ingested_at: row.at,
          from_name: 'Camille Exemple',
          body: row.body,
        })),
      )
      .execute();
    await tx
      .insertInto('decision')
      .values(
        rows.map((row) => ({
          id: newId(),
          conversation_id: row.id,
          message_id: row.id,
          made_at: row.at,
          rulebook_digest: 'test',
          model_digest: 'fixed',
          engine: '1',
          outcome: JSON.stringify({
            motif: row.motif === undefined ? 'carte-vitale' : row.motif,
            abstained: row.abstained ?? false,
            confidence: row.confidence ?? 0.9,
            ranked: [],
          }),
          trace: '[]',
          evidence: '[]',
        })),
      )
      .execute();
  });
}

describe.each(ENGINES)('emerging topics, on %s', (engine) => {
  let fresh: FreshStore;
  beforeAll(async () => {
    fresh = await freshStore(engine);
    const { examples } = await readCorpus();
    const ordinary = examples
      .filter((_, i) => i % 6 === 0)
      .slice(0, 800)
      .map((example, i): Mail => ({ body: example.body, ago: 1 + ((i * 37) % 270) / 10, abstained: i % 5 === 0 }));
    await insert(fresh.store, ordinary, 'ordinaire');
    await insert(
      fresh.store,
      BREACH.map((body, i): Mail => ({
        body,
        ago: 0.5 + i / 5,
        abstained: i % 2 === 0,
        confidence: 0.4,
        ref: `FUITE-${i}`,
      })),
      'fuite',
    );
    // None of these counts: a machine, a deposit without text, the day after, long ago.
    await insert(
      fresh.store,
      [
        ...BREACH.map((body): Mail => ({ body, ago: 20, outcome: 'automated', abstained: true })),
        ...BREACH.map((body): Mail => ({ body, ago: 20, motif: null, abstained: true })),
        ...BREACH.map((body): Mail => ({ body, ago: -1, abstained: true })),
        ...BREACH.map((body): Mail => ({ body, ago: 200, abstained: true })),
      ],
      'autre',
    );
  });
  afterAll(() => fresh.close());

  test('a new subject comes first, with conversations to read and what it was before', async () => {
    const report = await readTopics(fresh.store, { days: 14, motif_min: 0.5 }, NOW);
    expect(report).toMatchObject({ days: 14, to: NOW.toISOString(), read_share: 1 });
    expect(report.mails + report.mails_before).toBe(825);
    expect(report.topics[0]!.terms).toEqual(expect.arrayContaining(['viaplus', 'données']));
    expect(report.topics[0]!.people).toBeGreaterThanOrEqual(15);
    expect(report.topics[0]!.examples.every((ref) => ref.startsWith('FUITE-'))).toBe(true);
    expect(report.topics.length).toBeLessThanOrEqual(2);
  });

  test('a confidence under the threshold is unsure as an abstention is', async () => {
    const strict = await readTopics(fresh.store, { days: 14, motif_min: 0.5 }, NOW);
    const lax = await readTopics(fresh.store, { days: 14 }, NOW);
    expect(strict.unsure - lax.unsure).toBe(12);
  });

  test('of very many mails a share is read, the same one each time, and the answer says so', async () => {
    const few = (): Promise<TopicsReport> => readTopics(fresh.store, { days: 14, mails_max: 200 }, NOW);
    const report = await few();
    expect(report.read_share).toBeCloseTo(200 / Math.max(report.mails, report.mails_before), 10);
    expect(await few()).toEqual(report);
  });

  test('the command prints words and references, and no word of a name or an address', async () => {
    const context = { store: fresh.store, rulebook: async () => testBook(), clock: () => NOW, log: quiet };
    const run = (options: Record<string, unknown>) => topics(context as unknown as CommandContext, options);
    const { exit, stdout } = await run({ since: '14d' });
    expect(exit).toBe(0);
    expect(stdout).toMatch(/^Sujets émergents sur 14 jours : \d+ messages/);
    expect(stdout).toMatch(/viaplus.* FUITE-\d+/);
    expect(stdout).not.toMatch(/camille|exemple|membre|@/i);
    const json = await run({ since: '14d', json: true });
    expect(JSON.parse(json.stdout).topics[0].terms).toContain('viaplus');
  });

  test.each(['14', '0d', '91d', '2w', ''])('refuses the period %j', async (since) => {
    const context = { store: fresh.store, rulebook: async () => testBook(), clock: () => NOW };
    const run = topics(context as unknown as CommandContext, { since: since === '' ? 'd' : since });
    await expect(run).rejects.toMatchObject({ code: 'BAD_INPUT' });
  });

  test('the days are found by an index, not by reading every mail ever received', async () => {
    const plan = await fresh.store.read(SYSTEM, async (tx) => {
      await sql`set local enable_seqscan = off`.execute(tx);
      return sql<{ 'QUERY PLAN': string }>`explain select id from aiguillage.message
        where direction = 'incoming' and outcome in ('conversation', 'joined') and received_at >= ${NOW}`.execute(tx);
    });
    expect(plan.rows.map((row) => row['QUERY PLAN']).join('\n')).toContain('message_received');
  });
});
