import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Motif } from '../../domain/rulebook.ts';
import { SYSTEM } from '../../store/database.ts';
import { newId } from '../../store/ids.ts';
import { buildReport } from '../../store/report.ts';
import { stopRequests } from '../../store/requests.ts';
import { createTriageWork } from '../../workers/triage.ts';
import { fixedModel, flag, motif, testBook } from '../support/book.ts';
import { quiet } from '../support/quiet.ts';
import { freshPglite, type FreshStore } from '../support/stores.ts';

/** Triage with a real store: what the history of a person does to the mail in hand, and what a new subject does. */
const base = testBook();
const provisional: Motif = motif('cartes-en-double', 14, {
  provisional: {
    parent: 'carte-vitale',
    why: 'test',
    from: '2026-11-23',
    when: { any: [{ any_phrase: ['deux cartes'] }] },
    examples: { match: [], no_match: [] },
  },
});
const book = testBook({
  motifs: [...base.motifs, provisional],
  flags: [
    {
      ...flag('reiteration', 'P2', undefined, []),
      when: { any: [{ prior_contacts_min: 1 }] },
      raise: { level: 'P1', when: { any: [{ prior_contacts_min: 2 }] } },
    },
  ],
});

let fresh: FreshStore;
beforeAll(async () => {
  fresh = await freshPglite();
});
afterAll(() => fresh.close());

/** One mail, already parsed, through triage at the moment it arrives. */
async function arrives(from: string, day: number, options: { guess?: string; body?: string } = {}): Promise<string> {
  const id = newId();
  const now = new Date(Date.UTC(2026, 10, day, 9));
  await fresh.store.write(SYSTEM, (tx) =>
    tx
      .insertInto('message')
      .values({
        id,
        direction: 'incoming',
        mailbox: 'pfs-assures',
        status: 'parsed',
        from_address: from,
        subject: 'carte',
        body: options.body ?? 'Bonjour, ma carte verte est perdue.',
        received_at: now,
        ingested_at: now,
      })
      .execute(),
  );
  const work = createTriageWork({
    store: fresh.store,
    queues: { enqueue: async () => {} },
    parser: { parse: () => Promise.reject(new Error('parsed already')) },
    rulebook: async () => book,
    model: async () => fixedModel([{ motif: options.guess ?? 'carte-vitale', score: 0.97 }]),
    secret: 'x'.repeat(32),
    clock: () => now,
  });
  await work({ id, rev: 0 }, { log: quiet, signal: new AbortController().signal });
  return id;
}
const conversationOf = (message: string) =>
  fresh.store.read(SYSTEM, (tx) =>
    tx
      .selectFrom('conversation')
      .innerJoin('message', 'message.conversation_id', 'conversation.id')
      .select(['conversation.id', 'conversation.flags', 'conversation.urgency', 'conversation.motif'])
      .where('message.id', '=', message)
      .executeTakeFirstOrThrow(),
  );

describe('repeat contact', () => {
  test('the third mail on one motif within two weeks is P1; one about something else is nothing', async () => {
    const from = 'troisieme@membre.example';
    expect(await conversationOf(await arrives(from, 2))).toMatchObject({ flags: [], urgency: 3 });
    expect(await conversationOf(await arrives(from, 3, { guess: 'ij-calcul-montant' }))).toMatchObject({ flags: [] });
    expect(await conversationOf(await arrives(from, 6))).toMatchObject({ flags: ['reiteration'], urgency: 2 });
    // The same words within a working day: a copy of the second, not a third.
    expect(await conversationOf(await arrives(from, 7))).toMatchObject({ urgency: 2 });
    expect(await conversationOf(await arrives(from, 12))).toMatchObject({ flags: ['reiteration'], urgency: 1 });
    expect(await conversationOf(await arrives(from, 27))).toMatchObject({ flags: [] });
  });

  test('pieces we had asked for are not a repeat', async () => {
    const from = 'pieces@membre.example';
    const { id } = await conversationOf(await arrives(from, 2));
    await fresh.store.write(SYSTEM, (tx) =>
      tx.updateTable('conversation').set({ status: 'waiting' }).where('id', '=', id).execute(),
    );
    expect(await conversationOf(await arrives(from, 6))).toMatchObject({ flags: [] });
  });
});

test('who comes back in a new mail within a week of the answer is a repeat contact of it; another matter is not', async () => {
  const from = 'revient@membre.example';
  const { id } = await conversationOf(await arrives(from, 2));
  const answered_at = new Date(Date.UTC(2026, 10, 3, 9));
  await fresh.store.write(SYSTEM, async (tx) => {
    await stopRequests(tx, SYSTEM, id, answered_at, { kind: 'answered', reply_type: 'renvoi-compte' });
    await tx.updateTable('conversation').set({ status: 'answered' }).where('id', '=', id).execute();
  });
  const repeated = async () => {
    const days = { from: '2026-11-02', to: '2026-11-02', as_of: '2026-11-20T12:00:00Z', by: 'mailbox' as const };
    const { account_repeat_base, account_repeated_7d } = await buildReport(fresh.store, days);
    return [account_repeat_base, account_repeated_7d];
  };
  await arrives(from, 5, { guess: 'ij-calcul-montant' });
  expect(await repeated()).toEqual([1, 0]);
  await arrives(from, 6);
  expect(await repeated()).toEqual([1, 1]);
});

test('a provisional motif stands on the conversation, and its request counts under its parent', async () => {
  const id = await arrives('double@membre.example', 24, { body: 'J’ai reçu deux cartes.', guess: 'ij-calcul-montant' });
  expect(await conversationOf(id)).toMatchObject({ motif: 'cartes-en-double' });
  const { data } = await fresh.store.read(SYSTEM, (tx) =>
    tx
      .selectFrom('event')
      .select('data')
      .where('message_id', '=', id)
      .where('type', '=', 'request.received')
      .executeTakeFirstOrThrow(),
  );
  expect(data).toMatchObject({ motif: 'cartes-en-double', motif_parent: 'carte-vitale' });
});
