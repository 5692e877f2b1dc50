import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import type { Page } from 'playwright-core';
import { hashPassword } from '../../console/auth/password.ts';
import { SYSTEM } from '../../store/database.ts';
import { noteDelivery } from '../../store/deliveries.ts';
import { axeFindings, openSite, type Site } from '../support/browser.ts';

const PASSWORD = 'un-mot-de-passe-long';
const ANSWER = 'Bonjour, votre carte est commandée. Bien cordialement.';

let site: Site;
beforeAll(async () => {
  site = await openSite('postgres');
  for (const mailbox of ['pfs-assures', 'pfs-observe']) await site.world.live(mailbox);
}, 60_000);
afterAll(() => site.close());
afterEach(() => expect(site.problems).toEqual([]));

const editor = (page: Page) => page.locator('#reponse');
const saved = (page: Page) => page.getByText('Brouillon enregistré.').waitFor();

test('keyboard only: sign in, take, read, correct the motif, answer, take it back, answer, transfer the next', async () => {
  const { world } = site;
  const password_hash = await hashPassword(PASSWORD);
  await world.person('agent', { login: 'camille@cpam.example', queues: ['n1'], password_hash });
  const evidence = { for: 'motif.carte-vitale', part: 'body' as const, start: 12, end: 23 };
  const first = await world.conversation({
    body: 'Bonjour, ma carte verte est perdue.\u202E',
    quoted: 'Le 3 mars, vous écriviez…',
    evidence: [evidence],
    urgency: 1,
  });
  const second = await world.conversation({ subject: 'Calcul de mes indemnités' });

  const page = await site.page(undefined);
  await page.getByLabel('Identifiant').waitFor();
  expect(await axeFindings(page)).toEqual([]);
  await page.keyboard.type('camille@cpam.example');
  await page.keyboard.press('Tab');
  await page.keyboard.type(PASSWORD);
  await page.keyboard.press('Enter');
  await page.getByText('2 conversations en attente dans vos files.').waitFor();

  await page.keyboard.press('n');
  await page.locator('.newest mark', { hasText: 'carte verte' }).waitFor();
  // What turns writing around is shown by its name, and does nothing.
  await page.getByText('[U+202E]').waitFor();
  expect(await page.getByText('Le 3 mars, vous écriviez…').isVisible()).toBe(false);
  await page
    .getByText(/^reste 1 j/)
    .first()
    .waitFor();

  await page.keyboard.press('m');
  await page.getByRole('dialog').waitFor();
  await page.keyboard.type('attestation');
  await page.keyboard.press('Enter');
  await page.getByText('confirmé par une personne').waitFor();
  expect(await world.row(first.id)).toMatchObject({ motif: 'carte-vitale', motif_confirmed: 'attestation-document' });

  await page.keyboard.press('r');
  await page.keyboard.type('Envoyez-nous votre numéro de sécurité sociale par mail.');
  await page.getByText('À corriger').first().waitFor();
  await page.keyboard.press('Control+a');
  await page.keyboard.type(ANSWER);
  await page.getByText('À corriger').waitFor({ state: 'detached' });
  await page.keyboard.press('Control+Enter');
  await page.getByText(/La réponse à .* part\./).waitFor();
  expect(await world.row(first.id)).toMatchObject({ status: 'answered' });

  await page.keyboard.press('u');
  await editor(page).waitFor();
  await saved(page);
  expect(await editor(page).inputValue()).toBe(ANSWER);
  expect(await world.row(first.id)).toMatchObject({ status: 'assigned' });
  await page.keyboard.press('r');
  await page.keyboard.press('Control+End');
  // A draft that is just being saved does not come back behind the reply.
  await page.keyboard.type(' Le service');
  await page.keyboard.press('Control+Enter');
  await page.getByText(/La réponse à .* part\./).waitFor();

  await page.keyboard.press('n');
  await page.getByRole('heading', { name: 'Calcul de mes indemnités' }).waitFor();
  await page.keyboard.press('t');
  await page.getByRole('dialog').waitFor();
  await page.keyboard.type('pole-pe');
  await page.keyboard.press('Tab');
  await page.keyboard.type('Demande une exp');
  await page.keyboard.press('Enter');
  await page.getByText('un référent l’analyse d’abord').waitFor();
  expect(await world.row(second.id)).toMatchObject({ queue: 'analyse-prealable', status: 'queued', holder: null });
  const drafts = await world.store.read(SYSTEM, (tx) => tx.selectFrom('draft').selectAll().execute());
  expect(drafts).toEqual([]);
  await page.context().close();
}, 40_000);

test('two people press at once: one has it, the other is told, and sees who', async () => {
  const { world } = site;
  const [ana, ben] = [
    await world.person('agent', { queues: ['cis'] }),
    await world.person('agent', { queues: ['cis'] }),
  ];
  const { id } = await world.conversation({ queue: 'cis' });
  const pages = [await site.page(ana), await site.page(ben)];
  for (const page of pages) await page.getByText('1 conversation en attente').waitFor();
  await Promise.all(pages.map((page) => page.keyboard.press('n')));
  const ends = await Promise.all(
    pages.map((page) =>
      Promise.race([
        editor(page)
          .waitFor()
          .then(() => 'has it'),
        page
          .getByText('Rien n’attend dans vos files.')
          .waitFor()
          .then(() => 'none left'),
      ]),
    ),
  );
  expect([...ends].sort()).toEqual(['has it', 'none left']);
  const loser = pages[ends.indexOf('none left')]!;
  const winner = ends[0] === 'has it' ? ana : ben;
  await loser.goto(`${site.url}/#/conversation/${id}`);
  await loser.getByText(`${winner.agent.display_name} traite cette conversation`).waitFor();
  expect(await editor(loser).count()).toBe(0);
  await Promise.all(pages.map((page) => page.context().close()));
}, 30_000);

test('a lost connection, a session that ends and a reload lose nothing of what was typed', async () => {
  const { world } = site;
  const password_hash = await hashPassword(PASSWORD);
  const ana = await world.person('agent', { login: 'ana@cpam.example', queues: ['pole-fds'], password_hash });
  const { id } = await world.conversation({ queue: 'pole-fds' });
  const page = await site.page(ana);
  await page.getByText('1 conversation en attente').waitFor();
  await page.keyboard.press('n');
  await editor(page).waitFor();
  await page.keyboard.press('r');
  await page.keyboard.type('Un début');
  await saved(page);

  await page.context().setOffline(true);
  await page.keyboard.type(', une suite');
  await page.getByText('Connexion perdue.').waitFor();
  await page.getByText('Brouillon non enregistré').waitFor();
  await page.context().setOffline(false);
  await saved(page);

  await world.store.write(SYSTEM, (tx) => tx.deleteFrom('session').where('agent_id', '=', ana.agent.id).execute());
  await page.keyboard.type(', une fin');
  await page.getByRole('heading', { name: 'Votre session est terminée' }).waitFor();
  // The dialog stands before its form does, which asks the server how one signs in.
  await page.locator('dialog [name=password]:focus').waitFor();
  await page.keyboard.type(PASSWORD);
  await page.keyboard.press('Enter');
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  await saved(page);

  await page.reload();
  await page.getByText('Votre brouillon est repris.').waitFor();
  expect(await editor(page).inputValue()).toBe('Un début, une suite, une fin');
  const left = await page.evaluate(() =>
    JSON.stringify([Object.entries(localStorage), Object.entries(sessionStorage)]),
  );
  expect(left).not.toContain('début');
  expect(await world.row(id)).toMatchObject({ status: 'assigned' });
  await page.context().close();
}, 40_000);

test('given back and taken again, left while offline, written in two tabs, sent: the page follows by itself', async () => {
  const { world } = site;
  const ana = await world.person('agent', { queues: ['pole-gdb'] });
  const { id } = await world.conversation({ queue: 'pole-gdb', urgency: 1 });
  const page = await site.page(ana);
  await page.getByText('1 conversation en attente').waitFor();
  await page.keyboard.press('n');
  await editor(page).waitFor();
  await page.keyboard.press('l');
  await page.getByRole('dialog').waitFor();
  await page.keyboard.type('Prise par erreur');
  await page.keyboard.press('Enter');
  await editor(page).waitFor({ state: 'detached' });
  await page.keyboard.press('n');
  await editor(page).waitFor();

  await page.keyboard.press('r');
  await page.keyboard.type('Un début');
  await saved(page);
  await page.context().setOffline(true);
  await page.keyboard.type(', une suite');
  await page.getByText('Brouillon non enregistré').waitFor();
  await page.evaluate(() => void (location.hash = '#/files'));
  await page.getByRole('heading', { name: 'Files', level: 1 }).waitFor();
  await page.getByText('Le serveur est injoignable').first().waitFor();
  const arrived = page.waitForResponse((answer) => answer.request().method() === 'PUT' && answer.ok());
  await page.context().setOffline(false);
  await arrived;
  await page.getByText('Le serveur est injoignable').first().waitFor({ state: 'detached' });
  await page.goto(`${site.url}/#/conversation/${id}`);
  await editor(page).waitFor();
  expect(await editor(page).inputValue()).toBe('Un début, une suite');

  const other = await page.context().newPage();
  await other.goto(`${site.url}/#/conversation/${id}`);
  await other.getByText('Votre brouillon est repris.').waitFor();
  await other.locator('#reponse').pressSequentially(' B');
  await saved(other);
  await page.locator('#reponse').pressSequentially(' A');
  await page.getByText('Ce brouillon a changé dans une autre fenêtre').waitFor();
  expect(await page.getByLabel('L’autre texte').inputValue()).toContain(' B');
  expect(await axeFindings(page)).toEqual([]);
  await page.getByRole('button', { name: 'Garder mon texte' }).click();
  await saved(page);

  await page.locator('#reponse').press('Control+Enter');
  await page.getByText('Réponse, va partir').waitFor();
  await other.bringToFront();
  await other.getByRole('heading', { name: 'Votre texte, resté sur cette page' }).waitFor({ timeout: 15_000 });
  await other.close();
  await page.bringToFront();
  await world.store.write(SYSTEM, async (tx) => {
    const sent = { status: 'sent' as const, sent_at: new Date() };
    const row = await tx
      .updateTable('delivery')
      .set(sent)
      .where('conversation_id', '=', id)
      .returningAll()
      .executeTakeFirstOrThrow();
    await noteDelivery(tx, SYSTEM, new Date(), 'delivery.sent', row);
  });
  await page.getByText('Réponse, partie').waitFor({ timeout: 15_000 });
  await page.context().close();
}, 60_000);
