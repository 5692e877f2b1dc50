import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Example } from '../../classifiers/examples.ts';
import { prepareExample } from '../../classifiers/prepare.ts';
import type { Rulebook } from '../../domain/rulebook.ts';
import { readCorrections } from '../../store/corrections.ts';
import { SYSTEM } from '../../store/database.ts';
import { appendEvents } from '../../store/events.ts';
import { ENGINES } from '../support/stores.ts';
import { HOUR_MS, MORNING, openWorld, type NewConversation, type Person, type World } from '../support/world.ts';

const later = (hours: number): Date => new Date(MORNING.getTime() + hours * HOUR_MS);

describe.each(ENGINES)('what people corrected becomes training, on %s', (engine) => {
  let world: World;
  let ana: Person;
  let sup: Person;
  beforeAll(async () => {
    world = await openWorld(engine);
    ana = await world.person('agent', { queues: ['n1', 'rca'] });
    sup = await world.person('supervisor');
  });
  afterAll(() => world.close());

  async function held(over: NewConversation = {}, by = ana): Promise<{ id: string; message: string }> {
    const made = await world.conversation(over);
    expect((await by.post(`/api/conversations/${made.id}/claim`)).statusCode).toBe(200);
    return made;
  }
  const confirm = async (id: string, motif: string, by = ana) =>
    expect((await by.post(`/api/conversations/${id}/motif`, { motif })).statusCode).toBe(200);
  const mark = async (id: string, action: 'add' | 'remove', flag: string, by = sup, message?: string) =>
    expect((await by.post(`/api/conversations/${id}/flags`, { action, flag, message })).statusCode).toBe(200);
  const read = (book: Rulebook = world.book) => world.store.read(SYSTEM, (tx) => readCorrections(tx, book));
  async function taught(message: string, book?: Rulebook): Promise<Example | undefined> {
    return (await read(book)).examples.find((mail) => mail.id === `correction-${message}`);
  }

  test('a motif that was corrected is an example with the person’s motif, one confirmed keeps the machine’s', async () => {
    const wrong = await held({ body: 'Combien vais-je toucher par jour ?', motif: 'carte-vitale' });
    await confirm(wrong.id, 'attestation-document');
    await confirm(wrong.id, 'ij-calcul-montant');
    expect(await taught(wrong.message)).toMatchObject({
      voice: 'corrections',
      body: 'Combien vais-je toucher par jour ?',
      motif: 'ij-calcul-montant',
      level: 'expert',
      public: 'assure',
      mailbox: 'pfs-assures',
      hard: true,
      flags: [],
    });
    const right = await held();
    await confirm(right.id, 'carte-vitale');
    expect(await taught(right.message)).toMatchObject({ motif: 'carte-vitale', hard: false });
    // As every mail of the corpus, it can be given to the trainer.
    expect(prepareExample((await taught(right.message))!).body).toContain('carte verte');
  });

  test('a mail nobody judged is no example', async () => {
    const { message } = await held();
    expect(await taught(message)).toBeUndefined();
  });

  test('nothing that names or reaches a person is in it: numbers, addresses, links, names, the thread, the signature', async () => {
    const { id, message } = await held({
      sender: 'odile.zanetti@famille-zanetti.example',
      sender_name: 'Odile ZANETTI',
      subject: 'Zanetti 2 86 03 13 999 999 13',
      body: `Bonjour, je suis Odile Zanetti, NIR 286031399999913, joignable au 06 98 76 54 32 ou à
odile.zanetti@famille-zanetti.example. Mon RIB : FR76 3000 6000 0112 3456 7890 189. Voir https://partage.example/odile
Ma carte 4970 1012 3456 7890 a servi. Je n'ai pas reçu ma carte verte, dossier 59123456.`,
      quoted: '> Le docteur Ferreol Quinquis écrit : votre opération est prévue',
      attachments: [{ name: 'RIB_ZANETTI_Odile_0698765432.pdf', type: 'application/pdf', size: 9, part: 0 }],
    });
    await world.store.write(SYSTEM, (tx) =>
      tx
        .updateTable('message')
        .set({ signature: 'Cordialement,\nGontran Zanetti\n06 98 76 54 33' })
        .where('id', '=', message)
        .execute(),
    );
    await confirm(id, 'carte-vitale');
    const example = (await taught(message))!;
    const text = JSON.stringify(example);
    expect(text).not.toMatch(/zanetti|odile|gontran|quinquis|famille|partage\.example|docteur/i);
    expect(text.replace(/[^0-9]/g, '')).not.toMatch(/2860313|9876543|30006000|4970101|5912345/);
    expect(example.from).toBe('inconnu@autre.example');
    expect(example.at).toMatch(/T\d\d:00:00\.000Z$/);
    // What the mail is about is still there.
    expect(example.body).toContain("Je n'ai pas reçu ma carte verte");
    expect(example.attachments).toEqual([expect.stringMatching(/^RIB_.*pdf$/)]);
  });

  test('the motif belongs to the mail that asked, not to the « merci » that followed', async () => {
    const { id, message } = await held({ body: 'Ma carte verte est perdue depuis lundi.' });
    const thanks = await world.message(id, { body: 'Bonjour, merci beaucoup à vous.', received_at: later(1) });
    await confirm(id, 'carte-vitale');
    expect(await taught(message)).toMatchObject({ motif: 'carte-vitale' });
    expect(await taught(thanks)).toBeUndefined();
  });

  test('a conversation that was reopened teaches each of its requests its own motif', async () => {
    const { id, message } = await held({ body: 'Ma carte verte est perdue depuis lundi.' });
    await confirm(id, 'carte-vitale');
    const second = await world.message(id, { body: 'Autre chose : combien par jour ?', received_at: later(2) });
    await world.store.write(SYSTEM, (tx) =>
      appendEvents(tx, SYSTEM, later(2), [
        { type: 'conversation.reopened', occurred_at: later(2), conversation_id: id, message_id: second, data: {} },
      ]),
    );
    await confirm(id, 'ij-calcul-montant');
    expect(await taught(message)).toMatchObject({ motif: 'carte-vitale' });
    expect(await taught(second)).toMatchObject({ motif: 'ij-calcul-montant' });
  });

  test('marks are the machine’s with the person’s changes: one put, one taken from every mail that carried it', async () => {
    const { id, message } = await held({ flags: ['reiteration'], body: 'Troisième relance pour ma carte.' });
    const second = await world.message(id, { flags: ['reiteration'], body: 'Toujours rien pour moi.', received_at: later(1) });
    const last = await world.message(id, { body: 'Ma femme a fait une fausse couche.', received_at: later(2) });
    await mark(id, 'add', 'deuil-perinatal', sup, last);
    await mark(id, 'remove', 'reiteration');
    expect(await taught(last)).toMatchObject({ flags: ['deuil-perinatal'], motif: 'carte-vitale' });
    expect(await taught(message)).toMatchObject({ flags: [] });
    expect(await taught(second)).toMatchObject({ flags: [] });
    await mark(id, 'remove', 'deuil-perinatal');
    expect(await taught(last)).toMatchObject({ flags: [] });
  }); // prettier-ignore

  test('a doubt about a danger is no mark: it is settled by putting the danger, or nothing', async () => {
    const flag = world.book.flags.find(({ id }) => id === 'deuil-perinatal')!;
    const doubt = { ...flag, id: 'deuil-possible', when: { all: [{ model_hears: { flag: flag.id, min: 0.1 } }] } };
    const book = { ...world.book, flags: [...world.book.flags, doubt] };
    const doubted = { flags: [doubt.id], body: 'Ma carte est perdue, et il n’y aura pas de faire-part.' };
    const harmless = await held(doubted);
    await confirm(harmless.id, 'carte-vitale');
    expect(await taught(harmless.message, book)).toMatchObject({ flags: [] });
    const meant = await held(doubted);
    await mark(meant.id, 'add', flag.id);
    expect(await taught(meant.message, book)).toMatchObject({ flags: [flag.id] });
  });

  test('what a partner corrected counts like anybody’s', async () => {
    const hainaut = await world.person('partner', { pool: 'pool.hainaut' });
    const { id, message } = await held({ queue: 'pool.hainaut', body: 'Il me faut une attestation de droits.' }, hainaut);
    await confirm(id, 'attestation-document', hainaut);
    expect(await taught(message)).toMatchObject({ motif: 'attestation-document' });
  }); // prettier-ignore

  test('an erased mail is never exported', async () => {
    const { id, message } = await held();
    await confirm(id, 'carte-vitale');
    expect(await taught(message)).toBeDefined();
    const before = (await read()).skipped.no_text;
    await world.store.write(SYSTEM, (tx) =>
      tx.updateTable('message').set({ subject: '', body: '', signature: '', from_name: '' }).where('id', '=', message).execute(),
    );
    expect(await taught(message)).toBeUndefined();
    expect((await read()).skipped.no_text).toBe(before + 1);
  }); // prettier-ignore

  test('what would teach somebody else’s words, a doubt, or a motif that is gone is left out and counted', async () => {
    const before = (await read()).skipped;
    const forwarded = await held({ body: 'Merci.', quoted: 'Bonjour, la demande est ici.' });
    await confirm(forwarded.id, 'carte-vitale');
    const unsure = await held({ motif: null, body: 'Je ne sais pas à qui écrire pour ceci.' });
    await mark(unsure.id, 'add', 'reiteration', ana);
    const gone = await held({ body: 'Une demande d’un sujet qui a disparu.' });
    await confirm(gone.id, 'attestation-document');
    const book = { ...world.book, motifs: world.book.motifs.filter((motif) => motif.id !== 'attestation-document') };
    const { skipped } = await read(book);
    expect(await taught(forwarded.message)).toBeUndefined();
    expect(await taught(unsure.message)).toBeUndefined();
    expect(await taught(gone.message, book)).toBeUndefined();
    expect(skipped).toMatchObject({ quoted_only: before.quoted_only + 1, no_motif: before.no_motif + 1 });
    expect(skipped.unknown_motif).toBeGreaterThan(before.unknown_motif);
  });

  test('a provisional motif teaches its parent: it may go as it came', async () => {
    const { id, message } = await held({ body: 'Ma nouvelle carte de cette année est perdue.' });
    await confirm(id, 'attestation-document');
    const terms = { parent: 'carte-vitale', why: 'essai', from: '2026-01-01', when: {}, examples: { match: [], no_match: [] } };
    const book: Rulebook = {
      ...world.book,
      motifs: world.book.motifs.map((motif) => motif.id === 'attestation-document' ? { ...motif, provisional: terms } : motif),
    };
    expect(await taught(message, book)).toMatchObject({ motif: 'carte-vitale', level: 'n1' });
  }); // prettier-ignore

  test('the newest conversations are read first, and the order is always the same', async () => {
    const all = (await read()).examples.map((mail) => mail.id);
    expect(all).toEqual([...all].sort());
    const { id, message } = await held({ body: 'La dernière demande de la journée.' });
    await confirm(id, 'carte-vitale');
    const one = await world.store.read(SYSTEM, (tx) => readCorrections(tx, world.book, 1));
    expect(one.examples.map((mail) => mail.id)).toEqual([`correction-${message}`]);
  });
});
