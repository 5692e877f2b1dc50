import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { Rulebook } from '../../domain/rulebook.ts';
import { queueAcknowledgment, tryAcknowledge, type AcknowledgmentRefusal } from '../../mail/acknowledge.ts';
import { verifyMessageId } from '../../mail/message-token.ts';
import { SYSTEM, type Store, type Tx } from '../../store/database.ts';
import type { Delivery } from '../../store/deliveries.ts';
import { lockSender } from '../../store/intake.ts';
import { loadMessage } from '../../store/messages.ts';
import { ackRulebook } from '../support/ack-rulebook.ts';
import { readDelivery, SECRET, seedConversation, seedMailbox, setMode, T0 } from '../support/delivery-rows.ts';
import { ENGINES, freshStore, type FreshStore } from '../support/stores.ts';

/** Friday 27 March 2026, 11:00 in Paris. */
const OPEN = new Date('2026-03-27T10:00:30Z');
/** The same Friday, 22:00. */
const CLOSED = new Date('2026-03-27T21:00:00Z');
const LOAD = { n1: { backlog: 1_850, arrivals_today: 0, handed_today: 0 } };

type Seeded = Awaited<ReturnType<typeof seedConversation>>;

describe.each(ENGINES)('acknowledgments on %s', (engine) => {
  let fresh: FreshStore;
  let store: Store;
  let count = 0;
  let sender = '';
  beforeAll(async () => {
    fresh = await freshStore(engine);
    store = fresh.store;
    await seedMailbox(store);
  });
  beforeEach(() => {
    sender = `member${(count += 1)}@exemple.example`;
  });
  afterAll(() => fresh.close());

  /** As the dispatch transaction does: sender's row first. */
  async function acknowledge(
    seeded: Seeded,
    more: { book?: Rulebook; now?: Date; flags?: string[]; message_id?: string; wave?: string; urgency?: number } = {},
  ): Promise<{ delivery: Delivery } | { reason: AcknowledgmentRefusal }> {
    const now = more.now ?? OPEN;
    const result = await store.write(SYSTEM, async (tx) => {
      const message = (await loadMessage(tx, more.message_id ?? seeded.message_id))!;
      const conversation = await tx
        .selectFrom('conversation')
        .selectAll()
        .where('id', '=', seeded.conversation_id)
        .executeTakeFirstOrThrow();
      await lockSender(tx, conversation.sender_key, now);
      return tryAcknowledge(tx, {
        message,
        conversation,
        decision: { flags: (more.flags ?? []).map((id) => ({ id })), urgency: more.urgency ?? 3 },
        wave_sentence: more.wave,
        queue: 'n1',
        rulebook: more.book ?? ackRulebook(),
        load: LOAD,
        now,
        secret: SECRET,
      });
    });
    return 'job' in result ? { delivery: await readDelivery(store, result.job.id) } : result;
  }

  async function secondMessage(seeded: Seeded): Promise<string> {
    const other = await seedConversation(store, sender);
    await store.write(SYSTEM, (tx) =>
      tx
        .updateTable('message')
        .set({ conversation_id: seeded.conversation_id })
        .where('id', '=', other.message_id)
        .execute(),
    );
    return other.message_id;
  }

  test('says what CRPA R112-11-1 wants, hangs on the mail, and carries our token', async () => {
    const seeded = await seedConversation(store, sender);
    const result = await acknowledge(seeded);
    expect(result).toMatchObject({
      delivery: {
        kind: 'ack',
        status: 'pending',
        to_address: sender,
        to_name: '',
        subject: `Nous avons bien reçu votre message (${seeded.ref})`,
        body: `Reçu le vendredi 27 mars 2026 à 11 h 00.\nPlateforme de services du Nord, assures@caisse.example, 3646.\nRéponse sous 3 jours ouvrés environ. Référence ${seeded.ref}.\n`,
        in_reply_to: `<${seeded.message_id}@exemple.example>`,
        in_response_to: seeded.message_id,
        message_id: null,
      },
    });
    if ('delivery' in result)
      expect(verifyMessageId(result.delivery.message_id_header, seeded.conversation_id, sender, SECRET)).toBe(true);
    const row = await store.read(SYSTEM, (tx) =>
      tx.selectFrom('sender').select('last_ack_at').where('key', '=', sender).executeTakeFirstOrThrow(),
    );
    expect(row.last_ack_at).toEqual(OPEN);
  });

  test.each([
    ['in the acknowledgment of its mails', {}, true],
    ['not beside a P1 of this mail', { urgency: 1 }, false],
    ['not beside a P0 of this mail', { urgency: 0 }, false],
    ['not beside a P1 of an earlier mail', { before: 1 }, false],
    ['not if it asks for what is never asked by mail', { sentence: 'Envoyez votre RIB par courriel.' }, false],
  ])(
    'the sentence of a wave stands %s',
    async (_, given: { urgency?: number; before?: number; sentence?: string }, said) => {
      const sentence = given.sentence ?? 'Le compte ameli est en panne, inutile de nous écrire de nouveau.';
      const seeded = await seedConversation(store, sender, { conversation: { urgency: given.before ?? 3 } });
      const result = await acknowledge(seeded, { wave: sentence, urgency: given.urgency ?? 3 });
      if (!('delivery' in result)) throw new Error(result.reason);
      expect(result.delivery.body.includes(sentence)).toBe(said);
      // The mentions of R112-11-1 stay, whatever is added.
      expect(result.delivery.body).toContain(`Référence ${seeded.ref}.`);
    },
  );

  test('repeats no word of the member: the sender may be forged, and the mail would reach a third', async () => {
    const words = 'ACHETEZ-MOI';
    const seeded = await seedConversation(store, sender, {
      message: { subject: words, from_name: words, body: words },
      conversation: { subject: words, sender_name: words },
    });
    const result = await acknowledge(seeded);
    expect(JSON.stringify(result)).not.toContain(words);
    expect('delivery' in result).toBe(true);
  });

  test('goes to the address used, never to Reply-To', async () => {
    const seeded = await seedConversation(store, sender, { message: { reply_to: 'victim@exemple.example' } });
    expect(await acknowledge(seeded)).toMatchObject({ delivery: { to_address: sender } });
  });

  test('is made once for a message, however often dispatch is replayed', async () => {
    const seeded = await seedConversation(store, sender);
    await acknowledge(seeded);
    expect(await acknowledge(seeded)).toEqual({ reason: 'already-acknowledged' });
    // Even a day later: the index has the last word.
    expect(await acknowledge(seeded, { now: new Date('2026-03-28T10:00:00Z') })).toMatchObject({
      reason: expect.any(String),
    });
    const rows = await store.read(SYSTEM, (tx) =>
      tx.selectFrom('delivery').select('id').where('in_response_to', '=', seeded.message_id).execute(),
    );
    expect(rows).toHaveLength(1);
  });

  test('is made once a day in a thread, and again for another matter of the same sender', async () => {
    const seeded = await seedConversation(store, sender);
    await acknowledge(seeded);
    expect(await acknowledge(seeded, { message_id: await secondMessage(seeded) })).toEqual({
      reason: 'already-acknowledged',
    });
    expect(await acknowledge(await seedConversation(store, sender))).toHaveProperty('delivery');
  });

  test('a robot that answers each one in a new thread gets three a day', async () => {
    for (let i = 0; i < 3; i += 1)
      expect(await acknowledge(await seedConversation(store, sender))).toHaveProperty('delivery');
    expect(await acknowledge(await seedConversation(store, sender))).toEqual({ reason: 'too-many-to-sender' });
    const next_day = new Date(OPEN.getTime() + 24 * 3_600_000 + 1);
    const fresh_mail = await seedConversation(store, sender, {
      message: { received_at: next_day },
      conversation: { last_received_at: next_day },
    });
    expect(await acknowledge(fresh_mail, { now: next_day })).toHaveProperty('delivery');
  });

  test.each<[AcknowledgmentRefusal, Parameters<typeof seedConversation>[2], Parameters<typeof ackRulebook>[0]]>([
    ['automated', { message: { automated_reason: 'automated:vacation' } }, {}],
    ['null-return-path', { message: { headers: JSON.stringify({ 'return-path': '<>' }) } }, {}],
    ['not-received-by-mail', { message: { origin: 'import' } }, {}],
    ['too-old', { message: { received_at: new Date('2026-03-26T10:00:00Z') } }, {}],
    ['own-address', { message: { from_address: 'autre@caisse.example' } }, {}],
    ['own-address', { message: { from_address: 'chef@caisse.example' } }, {}],
    ['no-reply-address', { message: { from_address: 'ne-pas-repondre@exemple.example' } }, {}],
    ['no-address', { message: { from_address: '' } }, {}],
    ['no-address', { message: { from_address: 'a;b@exemple.example' } }, {}],
    ['mailbox-does-not-acknowledge', {}, { acknowledge: false }],
    ['not-by-mail', {}, { reply_via: 'account-api' }],
    ['mailbox-does-not-acknowledge', {}, { id: 'renommee' }],
  ])('is refused as %s', async (reason, rows, profile) => {
    expect(await acknowledge(await seedConversation(store, sender, rows), { book: ackRulebook(profile) })).toEqual({
      reason,
    });
  });

  test('is not even created while the mailbox observes', async () => {
    const seeded = await seedConversation(store, sender);
    const mode = (to: 'live' | 'observe') => store.write(SYSTEM, (tx: Tx) => setMode(tx, to));
    await mode('observe');
    expect(await acknowledge(seeded)).toEqual({ reason: 'mailbox-observes' });
    await mode('live');
  });

  test('gives emergency numbers when a life may be at stake and nobody is there; the usual text when somebody is', async () => {
    const night = await acknowledge(await seedConversation(store, sender), { now: CLOSED, flags: ['danger-vital'] });
    expect(night).toMatchObject({ delivery: { body: expect.stringContaining('3114') } });
    const day = await acknowledge(await seedConversation(store, sender), { flags: ['danger-vital'] });
    expect(day).toMatchObject({ delivery: { body: expect.not.stringContaining('3114') } });
    const other = await acknowledge(await seedConversation(store, sender), { now: CLOSED, flags: ['ij-attente'] });
    expect(other).toMatchObject({ delivery: { body: expect.not.stringContaining('3114') } });
  });

  test('with emergency numbers still obeys the protection against loops', async () => {
    const seeded = await seedConversation(store, sender, { message: { automated_reason: 'automated:vacation' } });
    expect(await acknowledge(seeded, { now: CLOSED, flags: ['danger-vital'] })).toEqual({ reason: 'automated' });
  });

  test('uses the template made for a flag, open or closed', async () => {
    const own = ackRulebook().templates;
    const gentle = {
      ...own[0]!,
      id: 'accuse-deuil',
      body: 'Doux {{received_on}}',
      flags: ['deuil-perinatal'],
      not_with_flags: [],
    };
    const book = ackRulebook({}, [...own, gentle]);
    const flags = ['ij-attente', 'deuil-perinatal'];
    expect(await acknowledge(await seedConversation(store, sender), { book, flags })).toMatchObject({
      delivery: { body: expect.stringContaining('Doux') },
    });
    const both = await acknowledge(await seedConversation(store, sender), {
      book,
      flags: [...flags, 'danger-vital'],
      now: CLOSED,
    });
    expect(both).toMatchObject({ delivery: { body: expect.stringContaining('3114') } });
  });

  test('whose template cannot be filled is left out, and dispatch goes on', async () => {
    const book = ackRulebook({}, [{ ...ackRulebook().templates[0]!, body: 'Bonjour, {{agent}} {{inconnu}}' }]);
    expect(await acknowledge(await seedConversation(store, sender), { book })).toEqual({ reason: 'no-template' });
  });

  test('is left out where its template must not be used', async () => {
    expect(await acknowledge(await seedConversation(store, sender), { flags: ['deuil-perinatal'] })).toEqual({
      reason: 'no-template',
    });
  });

  test('speaks of silence and appeal only once a person has confirmed the motif', async () => {
    const guessed = await seedConversation(store, sender, { conversation: { motif: 'c2s-demande' } });
    expect(await acknowledge(guessed)).toMatchObject({
      delivery: { body: expect.not.stringContaining('Sans réponse') },
    });
    const confirmed = await seedConversation(store, sender, { conversation: { motif_confirmed: 'c2s-demande' } });
    expect(await acknowledge(confirmed)).toMatchObject({
      delivery: { body: expect.stringContaining('acceptée. Décision le mercredi 27 mai 2026.') },
    });
  });

  test('the dispatch transaction gets the job to enqueue, or nothing', async () => {
    const seeded = await seedConversation(store, sender);
    const job = await store.write(SYSTEM, async (tx) => {
      const message = (await loadMessage(tx, seeded.message_id))!;
      const conversation = await tx
        .selectFrom('conversation')
        .selectAll()
        .where('id', '=', seeded.conversation_id)
        .executeTakeFirstOrThrow();
      const input = {
        message,
        conversation,
        decision: { flags: [] },
        queue: 'n1',
        rulebook: ackRulebook(),
        load: {},
        now: T0,
        secret: SECRET,
      };
      const first = await queueAcknowledgment(tx, input);
      return { first, again: await queueAcknowledgment(tx, input) };
    });
    expect(job.again).toBeUndefined();
    expect(await readDelivery(store, job.first!.id)).toMatchObject({
      rev: job.first!.rev,
      body: expect.stringContaining('dans les meilleurs délais'),
    });
  });
});
