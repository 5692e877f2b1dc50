import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import type { Page } from 'playwright-core';
import { readConfigFolder, SHIPPED_CONFIG } from '../../config/source.ts';
import type { Role } from '../../store/schema.ts';
import { SYSTEM } from '../../store/database.ts';
import { openReview } from '../../store/reviews.ts';
import { axeFindings, openSite, type Site } from '../support/browser.ts';
import { putSet } from '../support/past-mail.ts';
import { storedRules } from '../support/stand.ts';
import type { NewAgent } from '../../store/agents.ts';

/** One morning through everybody's hands, by keyboard, on PostgreSQL: each sees what the one before has done. */
let site: Site;
beforeAll(async () => {
  site = await openSite(
    'postgres',
    storedRules(() => site),
  );
  await putSet(site.world.store, await readConfigFolder(SHIPPED_CONFIG));
  await site.world.live('pfs-assures');
}, 60_000);
afterAll(() => site.close());
afterEach(() => expect(site.problems).toEqual([]));

async function as(role: Role, over: Partial<NewAgent>, hash: string): Promise<Page> {
  return site.page(await site.world.person(role, over), hash);
}

async function answer(page: Page, words: string): Promise<void> {
  await page.keyboard.press('r');
  await page.keyboard.type(words);
  await page.keyboard.press('Control+Enter');
  await page.getByText(/La réponse à .* part\./).waitFor();
}

test('transferred by an agent, approved by a référent, accepted and answered by the pôle, handled in the figures', async () => {
  const { world } = site;
  const { id } = await world.conversation({
    subject: 'Montant de mes indemnités',
    body: 'On m’a payé 22 euros par jour au lieu de 31.',
    motif: 'ij-calcul-montant',
  });
  const agent = await as('agent', { queues: ['n1'] }, '#/bureau');
  await agent.getByText('1 conversation en attente').waitFor();
  await agent.keyboard.press('n');
  await agent.locator('.newest').getByText('22 euros').waitFor();
  await agent.keyboard.press('t');
  await agent.getByRole('dialog').waitFor();
  await agent.keyboard.type('Prestations en');
  await agent.keyboard.press('Tab');
  await agent.keyboard.type('Demande une exp');
  await agent.keyboard.press('Enter');
  await agent.getByText('un référent l’analyse d’abord').waitFor();
  await agent.context().close();

  const referent = await as('referent', { queues: ['analyse-prealable'] }, '#/analyse');
  await referent.getByText('22 euros').first().waitFor();
  await referent.keyboard.press('a');
  await referent.getByText('Accord : raison').waitFor();
  await referent.keyboard.press('1');
  await referent.getByText('la conversation part vers le pôle').waitFor();
  expect(await world.row(id)).toMatchObject({ queue: 'pole-pe', status: 'queued' });
  await referent.context().close();

  const pole = await as('agent', { queues: ['pole-pe'] }, '#/bureau');
  await pole.getByText('1 conversation en attente').waitFor();
  await pole.keyboard.press('n');
  await pole.getByRole('button', { name: 'Oui, juste' }).focus();
  await pole.keyboard.press('Enter');
  await pole.getByText('Transfert accepté.').waitFor();
  await answer(pole, 'Bonjour, le salaire de mars manquait : la différence de 9 euros par jour part demain.');
  expect(await world.row(id)).toMatchObject({ status: 'answered', queue: 'pole-pe' });
  await pole.context().close();

  const partner = await world.conversation({ subject: 'Carte perdue', queue: 'pool.hainaut' });
  const elsewhere = await world.conversation({ subject: 'Mutuelle' });
  const hainaut = await as('partner', { pool: 'pool.hainaut' }, '#/bureau');
  await hainaut.getByText('1 conversation en attente').waitFor();
  await hainaut.keyboard.press('n');
  await hainaut.locator('.newest').getByText('ma carte verte est perdue').waitFor();
  await answer(hainaut, 'Bonjour, votre nouvelle carte est commandée ; elle arrive sous trois semaines.');
  expect(await world.row(partner.id)).toMatchObject({ status: 'answered', queue: 'pool.hainaut' });
  await hainaut.goto(`${site.url}/#/conversation/${elsewhere.id}`);
  await hainaut.getByText('n’existe pas, ou n’est pas visible').waitFor();
  await hainaut.context().close();

  const supervisor = await as('supervisor', {}, '#/chiffres');
  const whole = supervisor.getByRole('row', { name: /^Ensemble/ }).locator('td');
  await whole.first().waitFor();
  expect((await whole.allTextContents()).slice(0, 3)).toEqual(['3', '2', '2']);
  const [file] = await Promise.all([
    supervisor.waitForEvent('download'),
    supervisor.getByRole('link', { name: 'Enregistrer en CSV' }).press('Enter'),
  ]);
  expect(file.suggestedFilename()).toBe('chiffres.csv');
  await supervisor.context().close();
}, 60_000);

test('a référent says one word for the obvious, and reads by itself what was ticked out', async () => {
  const { world } = site;
  const subjects = ['Calcul de mars', 'Calcul d’avril', 'Calcul de mai'];
  const ids: string[] = [];
  for (const subject of subjects) {
    const { id } = await world.conversation({ subject, motif: 'ij-calcul-montant', queue: 'analyse-prealable' });
    const asked = { wanted: 'pole-pe', origin: 'machine' as const, rule: 'motif.ij-calcul-montant' };
    const review = { conversation_id: id, queue: 'analyse-prealable', motif: 'ij-calcul-montant', ...asked };
    await world.store.write(SYSTEM, (tx) => openReview(tx, SYSTEM, review, new Date()));
    ids.push(id);
  }
  const page = await as('referent', { queues: ['analyse-prealable'] }, '#/analyse');
  await page.getByRole('button', { name: 'Les 3 pareils' }).waitFor();
  await page.keyboard.press('l');
  await page.getByRole('dialog').waitFor();
  expect(await axeFindings(page)).toEqual([]);
  await page.getByLabel(/Calcul d’avril/).press('Space');
  await page.getByRole('button', { name: 'Accord pour 2 transferts' }).press('Enter');
  await page.getByText('Accord pour 2 transferts.').waitFor();
  await page.getByRole('heading', { name: /Calcul d’avril/ }).waitFor();
  const queues = await Promise.all(ids.map(async (id) => (await world.row(id))['queue']));
  expect(queues).toEqual(['pole-pe', 'analyse-prealable', 'pole-pe']);
  await page.context().close();
}, 30_000);

test('an administrator makes an account, which signs in, and closes it again', async () => {
  const page = await as('administrator', {}, '#/comptes');
  await page.getByRole('button', { name: 'Nouveau compte' }).press('Enter');
  await page.getByRole('dialog').waitFor();
  await page.getByLabel('Identifiant').fill('nadia@cpam.example');
  await page.getByLabel('Nom affiché').fill('Nadia Carlier');
  await page.getByLabel('Plateforme de services').check();
  await page.getByLabel(/Mot de passe/).fill('un-mot-de-passe-long');
  await page.keyboard.press('Enter');
  await page.getByRole('dialog').waitFor({ state: 'detached' });

  const nadia = await site.page(undefined);
  await nadia.getByLabel('Identifiant').fill('nadia@cpam.example');
  await nadia.getByLabel('Mot de passe').fill('un-mot-de-passe-long');
  await nadia.keyboard.press('Enter');
  await nadia.getByText(/en attente dans vos files/).waitFor();
  await page.getByRole('button', { name: /^Fermer Nadia/ }).press('Enter');
  await page.getByRole('button', { name: /^Rouvrir Nadia/ }).waitFor();
  await nadia.keyboard.press('n');
  await nadia.getByLabel('Mot de passe').waitFor();
  await page.context().close();
  await nadia.context().close();
}, 40_000);
