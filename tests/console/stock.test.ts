import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { ageWords } from '../../console/web/supervision/age-words.ts';
import type { StockAnswer } from '../../console/routes/stock.ts';
import { PILES } from '../../store/piles.ts';
import { motif } from '../support/book.ts';
import { deskBook } from '../support/desk-book.ts';
import type { Engine } from '../support/stores.ts';
import { DEFAULT_FIGURE } from '../../domain/figure-terms.ts';
import { SYSTEM } from '../../store/database.ts';
import { newId } from '../../store/ids.ts';
import { HOUR_MS, MORNING, openWorld, type Person, type World } from '../support/world.ts';

const ago = (hours: number): Date => new Date(MORNING.getTime() - hours * HOUR_MS);

describe.each<Engine>(['pglite', 'postgres'])('the stock on %s', (engine) => {
  let world: World;
  let supervisor: Person;
  const made = {} as Record<string, string>;
  beforeAll(async () => {
    const base = deskBook();
    const figure = { ...DEFAULT_FIGURE, target: 0.85 };
    const book = { ...base, figure, motifs: [...base.motifs, motif('sans-suite', 37), motif('hors-competence', 36)] };
    world = await openWorld(engine, { rulebook: async () => book });
    supervisor = await world.person('supervisor');
    const add = async (name: string, over: Parameters<World['conversation']>[0]): Promise<void> => {
      made[name] = (await world.conversation({ received_at: ago(1), ...over })).id;
    };
    await add('p0', { urgency: 0 });
    await add('p1', { urgency: 1, queue: 'rca' });
    await add('late', { received_at: ago(60) });
    await add('today', { received_at: ago(40) });
    await add('thanks', { motif: 'sans-suite' });
    await add('elsewhere', { motif: 'hors-competence' });
    await add('first', { sender: 'deux@membre.example', received_at: ago(5) });
    await add('copies', { sender: 'deux@membre.example', received_at: ago(2) });
    const attachments = [{ name: 'a.pdf', type: 'application/pdf', size: 9, part: 0 }];
    await add('pieces', { body: 'Ci-joint mon RIB.', attachments });
    await add('argued', { body: 'Je conteste. '.repeat(30), attachments });
    await add('waves', {});
    await add('answered', { status: 'answered', urgency: 0, motif: 'sans-suite' });
    await world.store.write(SYSTEM, async (tx) => {
      const at = MORNING;
      const wave = newId(at.getTime());
      const shape = { words: ['panne'], signature: '{}', people: 9, usual: 1, since: at, gathered_id: wave };
      await tx
        .insertInto('wave')
        .values({ id: wave, status: 'proposed', found_at: at, gathered_to: at, ...shape } as never)
        .execute();
      const { id: message_id } = await tx
        .selectFrom('message')
        .select('id')
        .where('conversation_id', '=', made['waves']!)
        .executeTakeFirstOrThrow();
      const member = { wave_id: wave, conversation_id: made['waves']!, message_id, similarity: 1, added_at: at };
      await tx
        .insertInto('wave_member')
        .values({ ...member, how: 'found' })
        .execute();
    });
  });
  afterAll(() => world.close());

  test('each pile holds what it says, and its list the same conversations', async () => {
    const { piles } = (await supervisor.get('/api/stock')).json<StockAnswer>();
    const listed = async (pile: string): Promise<string[]> =>
      (await supervisor.post('/api/conversations/search', { pile }))
        .json()
        .conversations.map((row: { id: string }) => row.id);
    for (const pile of PILES) {
      expect({ pile, ids: await listed(pile) }).toEqual({ pile, ids: [made[pile]] });
      expect({ pile, n: piles?.[pile] }).toEqual({ pile, n: 1 });
    }
  });

  test('what waits is counted by age, in classes without a gap', async () => {
    const { queues, age_days, piles } = (await supervisor.get('/api/stock?piles=false')).json<StockAnswer>();
    expect(piles).toBeNull();
    expect(age_days).toEqual([1, 2, 5, 10, 30]);
    expect(queues.find(({ queue }) => queue === 'n1')?.ages).toEqual([8, 1, 1, 0, 0, 0]);
    expect(queues.find(({ queue }) => queue === 'rca')?.ages).toEqual([1, 0, 0, 0, 0, 0]);
  });

  test('the share the site aims at is told beside the figure', async () => {
    const report = await supervisor.get('/api/report?from=2026-11-24&to=2026-11-24');
    expect(report.json()).toMatchObject({ target: 0.85 });
  });

  test('a list by pile stays in the sight of who asks', async () => {
    const partner = await world.person('partner');
    const answer = await partner.post('/api/conversations/search', { pile: 'late' });
    expect(answer.json().conversations).toEqual([]);
  });
});

test('classes of age in words', () => {
  expect(ageWords([1, 2, 30])).toEqual(['moins d’un jour', '1 à 2 j', '2 à 30 j', 'plus de 30 j']);
});
