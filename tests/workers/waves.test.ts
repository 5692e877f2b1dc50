import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { compileRulebook } from '../../domain/match.ts';
import type { ReplyTemplate } from '../../domain/rulebook.ts';
import { SYSTEM } from '../../store/database.ts';
import { nameWave, proposeWave } from '../../store/waves.ts';
import { createDispatchWork } from '../../workers/dispatch.ts';
import { createSlaWork } from '../../workers/sla.ts';
import { quiet } from '../support/quiet.ts';
import { HOUR_MS, MORNING, openWorld, type NewConversation, type World } from '../support/world.ts';

/** Dispatch with a wave under way: what a mail of it is told, what stands beside its decision, what ends it. */
const SENTENCE = 'Le compte ameli est en panne depuis ce matin, vous n’avez rien à faire.';
const ACK: ReplyTemplate = {
  ...{ id: 'ack-standard', kind: 'ack', motifs: [], subject: 'Bien reçu {{reference}}', legal_approved: false },
  body: 'Bonjour,\n\nReçu le {{received_on}}, {{service_name}}, {{service_contact}}, {{delay}}.',
};

let world: World;
let wave = '';
beforeAll(async () => {
  world = await openWorld('pglite');
  Object.assign(world.book, { templates: [...world.book.templates, ACK] });
  await world.live('pfs-assures');
  const { agent } = await world.person('supervisor');
  wave = await world.store.write(SYSTEM, async (tx) => {
    const signature = { centre: { pann: 0.8, ameli: 0.6 }, weights: { pann: 3, ameli: 2, cart: 2 } };
    const found = { words: ['panne'], people: 40, usual: 1, members: [], signature };
    const id = await proposeWave(tx, found, MORNING, MORNING);
    const name = { label: 'Panne', template: null, sentence: SENTENCE, bot_answer: null, motif: null, phrases: [] };
    await nameWave(tx, agent, id, { ...name, ends_at: new Date(MORNING.getTime() + HOUR_MS) }, MORNING);
    return id;
  });
});
afterAll(() => world.close());

async function dispatched(over: NewConversation) {
  const { id, message } = await world.conversation({ body: 'Bonjour, une panne du site ?', ...over });
  await world.store.write(SYSTEM, (tx) =>
    tx.updateTable('message').set({ status: 'decided' }).where('id', '=', message).execute(),
  );
  const work = createDispatchWork({
    ...{ store: world.store, queues: { enqueue: async () => {} }, rulebook: async () => compileRulebook(world.book) },
    ...{ secret: 'a secret of more than thirty-two characters', clock: () => world.clock.now },
  });
  await work({ id: message, rev: 0 }, { log: quiet, signal: new AbortController().signal });
  return world.store.read(SYSTEM, async (tx) => ({
    id,
    ack: (await tx.selectFrom('delivery').select('body').where('conversation_id', '=', id).executeTakeFirst())?.body,
    routed: (await tx.selectFrom('decision').select('routed').where('message_id', '=', message).executeTakeFirst())
      ?.routed,
    member: await tx.selectFrom('wave_member').selectAll().where('conversation_id', '=', id).executeTakeFirst(),
  }));
}

test('a mail of the wave is told so in its acknowledgment, and it stands beside its decision', async () => {
  const { ack, routed, member } = await dispatched({});
  expect(ack).toMatch(new RegExp(`^Bonjour,\n\n${SENTENCE}\n\nReçu le `));
  expect(routed).toMatchObject({ queue: 'n1', wave: { id: wave, similarity: member!.similarity } });
  expect(member).toMatchObject({ wave_id: wave, how: 'joined' });
});

test('a P1 of the wave is counted in it, and gets the plain acknowledgment', async () => {
  const { ack, member } = await dispatched({ urgency: 1, flags: ['deuil-perinatal'] });
  expect(member?.wave_id).toBe(wave);
  expect(ack).toMatch(/^Bonjour,\n\nReçu le /);
});

test('what is about something else, or reserved, has no part in it', async () => {
  for (const over of [{ body: 'Ma carte est perdue.' }, { restricted: true }]) {
    const { ack, routed, member } = await dispatched(over);
    expect([member, (routed as { wave?: unknown }).wave, ack?.includes(SENTENCE) ?? false]).toEqual([
      undefined,
      undefined,
      false,
    ]);
  }
});

test('the tick of the clock ends it at its date: the next mail is told nothing', async () => {
  world.clock.now = new Date(MORNING.getTime() + HOUR_MS);
  const work = createSlaWork({ store: world.store, now: () => world.clock.now, rulebook: async () => world.book });
  await work({} as never, { log: quiet, signal: new AbortController().signal });
  const row = await world.store.read(SYSTEM, (tx) =>
    tx.selectFrom('wave').select(['status', 'ended_by', 'ended_at']).where('id', '=', wave).executeTakeFirst(),
  );
  expect(row).toEqual({ status: 'ended', ended_by: null, ended_at: world.clock.now });
  const { ack, member } = await dispatched({ received_at: world.clock.now });
  expect([member, ack?.includes(SENTENCE)]).toEqual([undefined, false]);
});
