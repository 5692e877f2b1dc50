import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { SYSTEM } from '../../store/database.ts';
import { appendEvents } from '../../store/events.ts';
import { loadPriorContacts } from '../../store/prior-contacts.ts';
import { setMotif } from '../../store/conversation-changes.ts';
import { newId } from '../../store/ids.ts';
import { ENGINES } from '../support/stores.ts';
import { MORNING, openWorld, type World } from '../support/world.ts';

const DAY_MS = 86_400_000;
const ago = (days: number): Date => new Date(MORNING.getTime() - days * DAY_MS);

describe.each(ENGINES)('what a person wrote before, on %s', (engine) => {
  let world: World;
  beforeAll(async () => {
    world = await openWorld(engine);
  });
  afterAll(() => world.close());
  let n = 0;
  const someone = (): string => `relance-${(n += 1)}@membre.example`;
  const load = (sender: string, over: { days?: number; joins?: string | null } = {}) =>
    world.store.read(SYSTEM, (tx) => loadPriorContacts(tx, sender, MORNING, { days: 14, joins: null, ...over }));

  test('each mail with the motif decided for it, newest first, and no one else’s', async () => {
    const sender = someone();
    await world.conversation({ sender, motif: 'carte-vitale', received_at: ago(9) });
    await world.conversation({ sender, motif: 'ij-calcul-montant', received_at: ago(2) });
    await world.conversation({ motif: 'carte-vitale', received_at: ago(2) });
    const none = { pieces: false, waiting: false, thread: false, open: true };
    expect(await load(sender)).toMatchObject([
      { motif: 'ij-calcul-montant', at: ago(2).toISOString(), ...none },
      { motif: 'carte-vitale', at: ago(9).toISOString(), ...none },
    ]);
  });

  test('a motif that a person gave goes before the machine’s', async () => {
    const sender = someone();
    const { id } = await world.conversation({ sender, received_at: ago(3) });
    const { agent } = await world.person('agent');
    await world.store.write(SYSTEM, (tx) =>
      setMotif(tx, id, { motif: 'ij-calcul-montant', restricted: false, confirmed_by: agent.id }, MORNING),
    );
    expect((await load(sender)).map(({ motif }) => motif)).toEqual(['ij-calcul-montant']);
  });

  test('only what came before, within the days asked for', async () => {
    const sender = someone();
    await world.conversation({ sender, received_at: ago(15) });
    await world.conversation({ sender, received_at: ago(14) });
    await world.conversation({ sender, received_at: MORNING });
    expect(await load(sender)).toHaveLength(1);
    expect(await load(sender, { days: 30 })).toHaveLength(2);
  });

  test('says which mail is in the thread, whether its conversation is open, and waits for pieces', async () => {
    const sender = someone();
    const { id } = await world.conversation({ sender, status: 'waiting', received_at: ago(5) });
    await world.conversation({ sender, status: 'answered', received_at: ago(6) });
    expect(await load(sender, { joins: id })).toMatchObject([
      { thread: true, waiting: true, open: false },
      { thread: false, waiting: false, open: false },
    ]);
  });

  test('knows from the event log which mail brought awaited pieces', async () => {
    const sender = someone();
    const { id } = await world.conversation({ sender, received_at: ago(8) });
    const brought = await world.message(id, { sender, received_at: ago(4) });
    const asked = await world.message(id, { sender, received_at: ago(2) });
    const reopened = (message_id: string, from: string) => ({
      type: 'conversation.reopened' as const,
      occurred_at: MORNING,
      conversation_id: id,
      message_id,
      data: { from },
    });
    await world.store.write(SYSTEM, (tx) =>
      appendEvents(tx, SYSTEM, MORNING, [reopened(brought, 'waiting'), reopened(asked, 'answered')]),
    );
    expect((await load(sender)).map(({ pieces }) => pieces)).toEqual([false, true, false]);
  });

  test('an automaton that wrote ten thousand times costs no more than two hundred', async () => {
    const sender = someone();
    const { id } = await world.conversation({ sender, received_at: ago(9) });
    await world.store.write(SYSTEM, (tx) =>
      tx
        .insertInto('message')
        .values(
          Array.from({ length: 300 }, (_, i) => ({
            id: newId(MORNING.getTime() + i),
            conversation_id: id,
            direction: 'incoming' as const,
            mailbox: 'pfs-assures',
            status: 'dispatched' as const,
            outcome: 'joined' as const,
            received_at: ago(3),
            ingested_at: MORNING,
          })),
        )
        .execute(),
    );
    expect(await load(sender)).toHaveLength(200);
  });
});
