import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import type { Page } from 'playwright-core';
import { SYSTEM } from '../../store/database.ts';
import { setNewcomer } from '../../store/reply-desk.ts';
import { axeFindings, openSite, type Site } from '../support/browser.ts';
import { HOUR_MS } from '../support/world.ts';

/** Setting aside, joining, splitting, series, appointments and calls: by keyboard only, each dialog through axe. */

let site: Site;
beforeAll(async () => {
  site = await openSite('postgres');
  await site.world.live('pfs-assures');
}, 60_000);
afterAll(() => site.close());
afterEach(() => expect(site.problems).toEqual([]));

const at = (hours: number): Date => new Date(Date.now() + hours * HOUR_MS);
const heading = (page: Page, name: string) => page.getByRole('heading', { name, level: 1 }).waitFor();
async function press(page: Page, key: string): Promise<void> {
  await page.keyboard.press(key);
  await page.getByRole('dialog').waitFor();
  await page.getByRole('dialog').getByRole('button', { name: 'Fermer' }).waitFor();
  expect(await axeFindings(page)).toEqual([]);
}

test('set aside with a reason, found again on the desk, put back by a supervisor', async () => {
  const { world } = site;
  const ana = await world.person('agent', { queues: ['cis'] });
  const chief = await world.person('supervisor');
  const { id, ref } = await world.conversation({ queue: 'cis', subject: 'Un collègue doit me dire' });
  const page = await site.page(ana);
  await page.getByText('1 conversation en attente').waitFor();
  await page.keyboard.press('n');
  await heading(page, 'Un collègue doit me dire');
  await press(page, 'd');
  await page.keyboard.type('J’attends la réponse');
  await page.keyboard.press('Tab');
  await page.keyboard.type('2 h');
  await page.keyboard.press('Enter');
  await page.getByText('ses délais courent toujours').waitFor();
  expect(await world.row(id)).toMatchObject({ status: 'queued', snoozed_by: ana.agent.id, snooze_reason: 'colleague' });
  await page.goto(`${site.url}/#/bureau`);
  await page.getByRole('heading', { name: 'Mes mises de côté (1)' }).waitFor();
  expect(await axeFindings(page)).toEqual([]);

  const desk = await site.page(chief, '#/de-cote');
  const back = desk.getByRole('button', { name: `Remettre dans la file : ${ref}` });
  await back.waitFor();
  expect(await axeFindings(desk)).toEqual([]);
  await back.focus();
  await desk.keyboard.press('Enter');
  await desk.getByText('est de nouveau dans sa file').waitFor();
  expect(await world.row(id)).toMatchObject({ snoozed_by: null });
  await Promise.all([page, desk].map((one) => one.context().close()));
}, 40_000);

test('join what the same person wrote twice, answer once; take a message out; take the join back', async () => {
  const { world } = site;
  const ana = await world.person('agent', { queues: ['rca'] });
  const sender = 'deux-fois@membre.example';
  const first = await world.conversation({ queue: 'rca', sender, subject: 'Première demande', received_at: at(-20) });
  const second = await world.conversation({ queue: 'rca', sender, subject: 'Toujours rien', received_at: at(-3) });
  const page = await site.page(ana, `#/conversation/${second.id}`);
  await heading(page, 'Toujours rien');
  await page.keyboard.press('p');
  await page.getByText('Vous traitez cette conversation.').waitFor();
  await press(page, 'j');
  // The only other one is proposed already.
  await page.keyboard.press('Enter');
  await page.getByText(`à celle-ci : ${first.ref}`).waitFor();
  expect(await world.row(first.id)).toMatchObject({ joined_to: second.id });

  await press(page, 'x');
  await page.keyboard.type(first.ref);
  await page.keyboard.press('Enter');
  await page.getByText('de nouveau séparées').waitFor();
  expect(await world.row(first.id)).toMatchObject({ joined_to: null, status: 'queued' });

  const other = await world.message(second.id, { sender, subject: 'Une tout autre chose', received_at: at(-1) });
  await page.reload();
  await heading(page, 'Toujours rien');
  await press(page, 'x');
  await page.keyboard.press('End');
  await page.keyboard.press('Enter');
  await page.getByText('Le message est à part').waitFor();
  const moved = await world.store.read(SYSTEM, (tx) =>
    tx.selectFrom('message').select('conversation_id').where('id', '=', other).executeTakeFirstOrThrow(),
  );
  expect(moved.conversation_id).not.toBe(second.id);
  await page.context().close();
}, 40_000);

test('what seems to follow another conversation is joined by one key, by a référent who says why', async () => {
  const { world } = site;
  const chief = await world.person('referent', { queues: ['pole-pe'] });
  const earlier = await world.conversation({ queue: 'pole-pe', status: 'answered' });
  const { id } = await world.conversation({ queue: 'pole-pe', subject: 'La suite', suggested_link: earlier.id });
  const page = await site.page(chief);
  await page.getByText('1 conversation en attente').waitFor();
  await page.keyboard.press('n');
  await heading(page, 'La suite');
  await press(page, 'j');
  await page.keyboard.press('Enter');
  await page.getByRole('alert').getByText('dites pourquoi c’est la même personne').waitFor();
  await page.getByLabel('Si l’adresse diffère').focus();
  await page.keyboard.type('Même numéro');
  await page.keyboard.press('Enter');
  await page.getByText(`à celle-ci : ${earlier.ref}`).waitFor();
  expect(await world.row(earlier.id)).toMatchObject({ joined_to: id });
  await page.context().close();
}, 40_000);

test('a series: a P1 first, then one after the other by one key, and the rest goes back', async () => {
  const { world } = site;
  const ana = await world.person('agent', { queues: ['pole-fds'] });
  const subjects = ['Série un', 'Série deux', 'Série trois'];
  const ids: string[] = [];
  for (const [i, subject] of subjects.entries())
    ids.push((await world.conversation({ queue: 'pole-fds', subject, received_at: at(-10 + i) })).id);
  await world.conversation({ queue: 'pole-fds', subject: 'Très urgent', urgency: 1, motif: 'attestation-document' });
  const page = await site.page(ana);
  await page.getByText('4 conversations en attente').waitFor();
  await press(page, 's');
  await page.keyboard.press('Tab');
  await page.keyboard.type('carte-vitale');
  await page.keyboard.press('Enter');
  await heading(page, 'Très urgent');
  await page.getByText('Un P1 attend').waitFor();
  await page.goto(`${site.url}/#/bureau`);
  await page.getByText('3 conversations en attente').waitFor();
  await press(page, 's');
  await page.keyboard.press('Tab');
  await page.keyboard.type('carte-vitale');
  await page.keyboard.press('Enter');
  await heading(page, 'Série un');
  await page.getByText('3 conversations sur 3 à traiter').waitFor();
  expect(await axeFindings(page)).toEqual([]);
  await page.keyboard.press('c');
  await page.getByRole('dialog').waitFor();
  await page.keyboard.type('N’appelle pas');
  await page.keyboard.press('Enter');
  await page.getByText('2 conversations sur 3 à traiter').waitFor();
  await page.keyboard.press('s');
  await heading(page, 'Série deux');
  await page.keyboard.press('q');
  await page.getByText('1 conversation est retournée').waitFor();
  expect(await world.row(ids[1]!)).toMatchObject({ status: 'assigned' });
  expect(await world.row(ids[2]!)).toMatchObject({ status: 'queued', given_back: 0 });
  await page.context().close();
}, 40_000);

test('closing acts: an Edoweb appointment with its dated task, pieces with a date, a call that settles it', async () => {
  const { world } = site;
  const ana = await world.person('agent', { queues: ['elsm'] });
  const { id } = await world.conversation({ queue: 'elsm', subject: 'Je ne sais pas faire' });
  const page = await site.page(ana);
  await page.getByText('1 conversation en attente').waitFor();
  await page.keyboard.press('n');
  await heading(page, 'Je ne sais pas faire');
  await press(page, 'v');
  await page.keyboard.type('Accompagnement');
  await page.keyboard.press('Enter');
  await page.getByText('la phrase est dans votre réponse').waitFor();
  expect(await page.locator('#reponse').inputValue()).toContain('un rendez-vous d’accompagnement numérique');
  const tasks = await world.store.read(SYSTEM, (tx) =>
    tx.selectFrom('task').select(['pole', 'action']).where('conversation_id', '=', id).execute(),
  );
  expect(tasks).toEqual([{ pole: 'elsm', action: 'Accompagnement numérique (Edoweb), le matin, entre 9 h et 12 h' }]);
  await page.keyboard.press('Escape');
  await page.keyboard.press('b');
  await page.getByLabel('Pièces attendues jusqu’au').waitFor();
  await page.keyboard.press('Escape');
  await page.keyboard.press('a');
  await page.getByLabel('L’appel a réglé la demande').waitFor();
  expect(await axeFindings(page)).toEqual([]);
  await page.keyboard.press('Control+a');
  await page.keyboard.type('Appelée ce matin : tout est réglé.');
  await page.keyboard.press('Control+Enter');
  await page.getByText('La réponse est enregistrée.').waitFor();
  expect(await world.row(id)).toMatchObject({ status: 'answered' });
  await page.keyboard.press('k');
  await page.getByText('Résumé copié').waitFor();
  await page.context().close();
}, 40_000);

test('a newcomer’s reply: read, corrected and sent by keyboard; its author sees what changed', async () => {
  const { world } = site;
  const nina = await world.person('agent', { queues: ['elsm'] });
  const chief = await world.person('supervisor', { queues: ['elsm'] });
  await world.store.write(SYSTEM, (tx) => setNewcomer(tx, chief.agent, nina.agent.id, 5, new Date()));
  const { id, ref } = await world.conversation({ queue: 'elsm', subject: 'Une première réponse' });
  const page = await site.page(nina);
  await page.getByText('1 conversation en attente').waitFor();
  await page.keyboard.press('n');
  await heading(page, 'Une première réponse');
  await page.keyboard.press('r');
  await page.keyboard.type('Bonjour, votre carte arrive.');
  await page.keyboard.press('Control+Enter');
  await page.getByRole('heading', { name: 'Votre réponse est en relecture' }).waitFor();
  expect(await axeFindings(page)).toEqual([]);

  const desk = await site.page(chief, '#/relectures');
  await desk.getByRole('link', { name: ref }).focus();
  expect(await axeFindings(desk)).toEqual([]);
  await desk.keyboard.press('Enter');
  await desk.getByRole('heading', { name: 'Réponse à relire avant l’envoi' }).waitFor();
  await press(desk, 'g');
  await desk.keyboard.press('Escape');
  await desk.getByRole('dialog').waitFor({ state: 'detached' });
  await desk.keyboard.press('r');
  await desk.locator('#texte-relu:focus').waitFor();
  await desk.keyboard.press('Control+End');
  await desk.keyboard.type(' Comptez trois jours.');
  await desk.getByRole('button', { name: /Envoyer avec mes corrections/ }).waitFor();
  await desk.keyboard.press('Control+Enter');
  await desk.getByText('Aucune réponse n’attend sa relecture.').waitFor();
  expect(await world.row(id)).toMatchObject({ status: 'answered' });

  await page.goto(`${site.url}/#/bureau`);
  await page.getByText('Ce qui a été corrigé').click();
  await page.locator('ins', { hasText: 'Comptez trois jours.' }).waitFor();
  expect(await axeFindings(page)).toEqual([]);
  await Promise.all([page, desk].map((one) => one.context().close()));
}, 40_000);

test('a reply that perhaps did not arrive: from Direct to its conversation, sent again, then known to have arrived', async () => {
  const { world } = site;
  const ana = await world.person('agent', { queues: ['pole-ri'] });
  const { id, ref } = await world.conversation({ queue: 'pole-ri', subject: 'Est-elle partie ?' });
  const as_page = { origin: site.url };
  await ana.post(`/api/conversations/${id}/claim`, undefined, as_page);
  await ana.post(`/api/conversations/${id}/reply`, { type: 'definitive', body: 'Bonjour.' }, as_page);
  const doubt = () =>
    world.store.write(SYSTEM, (tx) =>
      tx.updateTable('delivery').set({ status: 'ambiguous' }).where('conversation_id', '=', id).execute(),
    );
  await doubt();
  const page = await site.page(await world.person('supervisor'), '#/direct');
  const list = page.getByRole('region', { name: 'Envois à vérifier : 1' });
  await list.getByRole('link', { name: ref }).focus();
  expect(await axeFindings(page)).toEqual([]);
  await page.keyboard.press('Enter');
  await page.getByRole('button', { name: 'Envoyer de nouveau' }).focus();
  await press(page, 'Enter');
  await page.getByText('la personne pourrait le recevoir deux fois').waitFor();
  await page.keyboard.press('Enter');
  await page.getByText('Réponse, va partir').waitFor();

  await doubt();
  await page.reload();
  await page.getByRole('button', { name: 'Elle est bien partie' }).focus();
  await press(page, 'Enter');
  await page.keyboard.type('Journal du relais, 10 h 04');
  await page.keyboard.press('Enter');
  await page.getByText('Réponse, partie').waitFor();
  expect(await axeFindings(page)).toEqual([]);
  const read = page.waitForResponse((answer) => answer.url().endsWith('/api/deliveries/unsettled'));
  await page.goto(`${site.url}/#/direct`);
  expect(await (await read).json()).toEqual({ total: 0, deliveries: [] });
  await page.context().close();
}, 40_000);
