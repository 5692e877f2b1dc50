import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { DEFAULT_WAVES } from '../../domain/wave/policy.ts';
import type { Rulebook } from '../../domain/rulebook.ts';
import { SYSTEM, type Tx } from '../../store/database.ts';
import { newId } from '../../store/ids.ts';
import { lockConversation } from '../../store/intake.ts';
import { loadMessage } from '../../store/messages.ts';
import { joinWave, WaveReaders } from '../../store/wave-join.ts';
import { gatherMembers, searchWaves, unfinishedWaves } from '../../store/wave-search.ts';
import { lastScan, listWaves, waveOf } from '../../store/wave-view.ts';
import { addMembers, dismissWave, endWave, expireWaves, nameWave, waves, type WaveName } from '../../store/waves.ts';
import { testBook } from '../support/book.ts';
import { BREACH, CHEQUES } from '../support/new-subjects.ts';
import { ENGINES, freshStore, type FreshStore } from '../support/stores.ts';
import { insertMails } from '../support/wave-rows.ts';
import { addAgent } from '../support/work-rows.ts';

const NOW = new Date('2026-11-24T09:00:00Z');
const MINUTE_MS = 60_000;
const at = (minutes: number, weeks = 0): Date => new Date(NOW.getTime() + minutes * MINUTE_MS - weeks * 7 * 86_400_000);
const book = (over: Partial<typeof DEFAULT_WAVES> = {}): Rulebook => testBook({ waves: { ...DEFAULT_WAVES, ...over } });
const NAME: WaveName = {
  ...{ label: 'Chèque énergie', ends_at: at(600), template: null, motif: null, phrases: ['chèque énergie'] },
  ...{ sentence: 'Le chèque énergie n’est pas versé par la caisse.', bot_answer: 'La caisse ne verse pas ce chèque.' },
};

describe.each(ENGINES)('waves, on %s', (engine) => {
  let fresh: FreshStore;
  let wave = '';
  let supervisor: Awaited<ReturnType<typeof addAgent>>;
  const write = <T>(fn: (tx: Tx) => Promise<T>): Promise<T> => fresh.store.write(SYSTEM, fn);
  const members = () => write((tx) => tx.selectFrom('wave_member').selectAll().where('wave_id', '=', wave).execute());
  const logged = async (type: string) => ({
    events: await write((tx) => tx.selectFrom('event').select(['actor', 'data']).where('type', '=', type).execute()),
    audit: await write((tx) => tx.selectFrom('audit').select(['actor', 'data']).where('action', '=', type).execute()),
  });

  beforeAll(async () => {
    fresh = await freshStore(engine);
    supervisor = await addAgent(fresh.store, { role: 'supervisor', queues: [] }, NOW);
    for (const weeks of [0, 1, 2, 3, 4]) {
      const usual = BREACH.map((body, i) => ({ body, at: at(-200 + i, weeks) }));
      await insertMails(fresh.store, `usual-${weeks}`, usual);
    }
    // From before the oldest week looked at: so that its silence means something.
    await insertMails(fresh.store, 'old', [{ body: 'Ma carte est perdue.', at: at(-400, 4) }]);
    await insertMails(
      fresh.store,
      'one',
      Array.from({ length: 30 }, () => ({
        body: CHEQUES[0]!,
        at: at(-90),
        sender: 'insistant@membre.example',
        motif: 'carte-vitale',
      })),
    );
    await insertMails(
      fresh.store,
      'no-reply',
      CHEQUES.map((body) => ({ body, at: at(-80), outcome: 'automated' })),
    );
    await insertMails(
      fresh.store,
      'reserved',
      CHEQUES.map((body) => ({ body, at: at(-80), restricted: true })),
    );
  });
  afterAll(() => fresh.close());

  test('one insistent person, automatic mail and reserved circuits make none; the search is told all the same', async () => {
    expect(await searchWaves(fresh.store, book(), NOW)).toEqual([]);
    expect(await write((tx) => lastScan(tx))).toEqual({ scanned_at: NOW, mails: 155, share: 1, found: 0 });
  });

  test('what many people write is proposed once, with its mails, and moves nothing', async () => {
    const ids = await insertMails(
      fresh.store,
      'many',
      CHEQUES.map((body, i) => ({ body, at: at(-60 + i), motif: 'carte-vitale' })),
    );
    const before = await write((tx) => tx.selectFrom('conversation').selectAll().orderBy('id').execute());
    expect(await searchWaves(fresh.store, book(), at(14))).toBeUndefined();
    // Two processes at the same minute: one of them searches.
    const turns = await Promise.all([
      searchWaves(fresh.store, book(), at(15)),
      searchWaves(fresh.store, book(), at(15)),
    ]);
    expect(turns.filter((turn) => turn === undefined)).toHaveLength(1);
    [wave = ''] = turns.flatMap((turn) => turn ?? []);
    expect(turns.flatMap((turn) => turn ?? [])).toHaveLength(1);
    const [row] = await write((tx) => listWaves(tx, 10, at(15)));
    expect(row).toMatchObject({ id: wave, status: 'proposed', label: null, people: expect.any(Number), usual: 0 });
    expect(row!.words).toContain('chèque');
    const found = await members();
    expect(found.filter(({ conversation_id }) => ids.includes(conversation_id)).length).toBeGreaterThanOrEqual(23);
    expect(found.every(({ how, similarity }) => how === 'found' && similarity >= DEFAULT_WAVES.similarity_min)).toBe(
      true,
    );
    expect(await write((tx) => tx.selectFrom('conversation').selectAll().orderBy('id').execute())).toEqual(before);
    const data = { wave, people: row!.people, usual: 0 };
    expect(await logged('wave.proposed')).toEqual({
      events: [{ actor: 'system', data }],
      audit: [{ actor: 'system', data: { people: row!.people, usual: 0 } }],
    });
    expect(await searchWaves(fresh.store, book(), at(30))).toEqual([]);
  });

  const arrives = async (
    body: string,
    over: { restricted?: boolean; origin?: 'import' } = {},
    readers = new WaveReaders(),
  ) => {
    const [id] = await insertMails(fresh.store, newId(), [{ body, at: at(40), ...over }]);
    return write(async (tx) => {
      const message = (await loadMessage(tx, id!))!;
      const place = { id: id!, sender_key: message.from_address, restricted: over.restricted ?? false };
      const joined = await joinWave(tx, book(), readers, { ...message, origin: over.origin ?? 'imap' }, place, at(40));
      return { joined, id: id!, shown: await waveOf(tx, id!) };
    });
  };

  test('a mail that arrives joins the wave it resembles, and nothing is said of a wave nobody has named', async () => {
    const { joined, id, shown } = await arrives(CHEQUES[3]!);
    expect(joined).toEqual({ id: wave, similarity: expect.any(Number), sentence: null });
    expect(shown).toMatchObject({ id: wave, similarity: joined!.similarity });
    expect((await members()).find(({ conversation_id }) => conversation_id === id)).toMatchObject({ how: 'joined' });
    expect((await logged('wave.joined')).events).toEqual([
      { actor: 'system', data: { wave, similarity: joined!.similarity } },
    ]);
    expect((await arrives(BREACH[0]!)).joined).toBeUndefined();
    expect((await arrives(CHEQUES[3]!, { restricted: true })).joined).toBeUndefined();
    expect((await arrives(CHEQUES[3]!, { origin: 'import' })).joined).toBeUndefined();
  });

  test('named, it has its sentence, its answer for the bot, the motif most of its mails have, and an end', async () => {
    await write((tx) => nameWave(tx, supervisor, wave, NAME, at(45)));
    expect(await write((tx) => waves(tx, at(45)))).toEqual([
      {
        ...{ id: wave, label: NAME.label, answer: NAME.bot_answer, motif: 'carte-vitale', phrases: NAME.phrases },
        ends_at: at(600).toISOString(),
      },
    ]);
    expect((await arrives(CHEQUES[4]!)).joined?.sentence).toBe(NAME.sentence);
    expect(await write((tx) => waves(tx, at(600)))).toEqual([]);
    const { events, audit } = await logged('wave.named');
    expect([events, audit].map((rows) => rows.map(({ actor }) => actor))).toEqual([
      [`agent:${supervisor.id}`],
      [`agent:${supervisor.id}`],
    ]);
    // What a supervisor wrote stands in the row alone.
    expect(JSON.stringify([events, audit])).not.toMatch(/caisse/);
  });

  test('mail from before it was found is compared piece by piece, until there is no more', async () => {
    await write((tx) => tx.deleteFrom('wave_member').where('how', '=', 'found').execute());
    expect(await write(unfinishedWaves)).toEqual([wave]);
    while (await write((tx) => gatherMembers(tx, book(), wave, at(60)))) continue;
    expect(await write(unfinishedWaves)).toEqual([]);
    const gathered = (await members()).filter(({ how }) => how === 'gathered');
    expect(gathered.length).toBeGreaterThanOrEqual(24);
    const reserved = await write((tx) =>
      tx.selectFrom('conversation').select('id').where('restricted', '=', true).execute(),
    );
    expect(gathered.some(({ conversation_id }) => reserved.some(({ id }) => id === conversation_id))).toBe(false);
  });

  if (engine === 'postgres') {
    test('a mail that is being dispatched and the look at earlier mail do not wait for each other', async () => {
      const [id] = await insertMails(fresh.store, 'both', [{ body: CHEQUES[6]!, at: at(50) }]);
      await write((tx) =>
        tx
          .updateTable('wave')
          .set({ found_at: at(50), gathered_to: at(49) })
          .where('id', '=', wave)
          .execute(),
      );
      await write(async (tx) => {
        await lockConversation(tx, id!);
        // It neither waits nor passes over the mail: the piece is looked at again.
        expect(await write((other) => gatherMembers(other, book(), wave, at(70)))).toBe(false);
        expect(await write(unfinishedWaves)).toEqual([wave]);
        await addMembers(tx, wave, [{ id: id!, similarity: 0.9 }], 'joined', at(70));
      });
      while (await write((tx) => gatherMembers(tx, book(), wave, at(70)))) continue;
      expect(await write(unfinishedWaves)).toEqual([]);
      expect((await members()).find(({ conversation_id }) => conversation_id === id)).toMatchObject({ how: 'joined' });
    });
  }

  test('at its date it ends by itself, stays readable, and is not proposed again for a while', async () => {
    expect(await write((tx) => expireWaves(tx, 48, at(599)))).toBe(0);
    expect((await write((tx) => listWaves(tx, 10, at(600))))[0]).toMatchObject({ status: 'ended', ended_at: at(600) });
    expect(await write((tx) => expireWaves(tx, 48, at(600)))).toBe(1);
    expect((await arrives(CHEQUES[5]!)).joined).toBeUndefined();
    expect((await members()).length).toBeGreaterThan(20);
    expect((await logged('wave.ended')).events).toEqual([{ actor: 'system', data: { wave, by: 'date' } }]);
    await expect(write((tx) => endWave(tx, supervisor, wave, at(601)))).rejects.toMatchObject({ code: 'WAVE_STATE' });
    await insertMails(
      fresh.store,
      'again',
      CHEQUES.map((body) => ({ body, at: at(700) })),
    );
    expect(await searchWaves(fresh.store, book(), at(720))).toEqual([]);
    const [again] = (await searchWaves(fresh.store, book({ quiet_hours: 1 }), at(740))) ?? [];
    expect(again).toBeDefined();
    await write((tx) => dismissWave(tx, supervisor, again!, 'known', at(741)));
    await expect(write((tx) => nameWave(tx, supervisor, again!, NAME, at(742)))).rejects.toMatchObject({
      code: 'WAVE_STATE',
    });
    expect(await searchWaves(fresh.store, book({ quiet_hours: 1 }), at(756))).toEqual([]);
  });

  test('a proposal nobody looks at lapses; a site with very much mail is read in part, and its counts are carried over', async () => {
    await write((tx) =>
      tx
        .updateTable('wave')
        .set({ decided_at: at(0), ended_at: at(0) })
        .where('status', '<>', 'active')
        .execute(),
    );
    const [sampled] =
      (await searchWaves(fresh.store, book({ quiet_hours: 1, mails_max: 20, people_min: 10 }), at(780))) ?? [];
    const scan = (await write((tx) => lastScan(tx)))!;
    expect(scan.share).toBeLessThan(1);
    expect(scan.mails).toBeLessThan(CHEQUES.length);
    expect(sampled).toBeDefined();
    expect(await write((tx) => expireWaves(tx, 1, at(780 + 60)))).toBe(1);
    expect((await write((tx) => listWaves(tx, 10, at(841)))).find(({ id }) => id === sampled)).toMatchObject({
      ...{ status: 'dismissed', reason: 'lapsed', decided_by: null },
    });
  });
});
