import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import type { Page } from 'playwright-core';
import { readConfigFolder, SHIPPED_CONFIG } from '../../config/source.ts';
import { axeFindings, openSite, type Site } from '../support/browser.ts';
import { putSet } from '../support/past-mail.ts';
import { fillSite, storedRules } from '../support/stand.ts';

/** A supervisor's morning, and what somebody else does meanwhile. */
let site: Site;
const ONE_SCENARIO = `version: 1
tests:
  - name: une carte perdue
    at: 2026-03-24T10:00:00+01:00
    input: { mailbox: pfs-assures, body: "Ma carte est perdue." }
    expect: { motif: carte-vitale }
...
`;
beforeAll(async () => {
  site = await openSite(
    'pglite',
    storedRules(() => site),
  );
  await fillSite(site);
  // The model of this site says one thing of every mail: the shipped scenarios would keep any rules from being applied.
  const shipped = await readConfigFolder(SHIPPED_CONFIG);
  const quiet = new Map([...shipped, ['routing.test.yaml', ONE_SCENARIO]]);
  await putSet(site.world.store, quiet);
}, 90_000);
afterAll(() => site.close());
afterEach(() => expect(site.problems).toEqual([]));

const WORDS = 'ma carte verte est perdue';

async function choose(page: Page, words: string): Promise<void> {
  await page.getByLabel(/Le texte de la personne/).evaluate((node, chosen) => {
    const field = node as unknown as { value: string; focus(): void; setSelectionRange(a: number, b: number): void };
    const at = field.value.indexOf(chosen);
    field.focus();
    field.setSelectionRange(at, at + chosen.length);
  }, words);
}

test('Direct, Flux, a band, its conversation, a rule from it, tried, applied, and back', async () => {
  const page = await site.page(await site.world.person('supervisor', { display_name: 'Khadija Moreau' }), '#/direct');
  await page.getByText('Suivi en direct.').waitFor();
  await page
    .getByRole('region', { name: 'Attente par file et ancienneté' })
    .getByText('Plateforme de services')
    .waitFor();
  await page.getByRole('link', { name: 'Le chemin des demandes' }).click();

  await page.getByRole('heading', { name: 'Flux' }).waitFor();
  const band = page.locator('a.ribbon[aria-label*="Carte Vitale vers Plateforme"]');
  await band.waitFor();
  expect(await axeFindings(page)).toEqual([]);
  await band.focus();
  await page.keyboard.press('Enter');
  await page.getByText('Seulement : Carte Vitale').waitFor();
  await page.locator('.rows').getByText('Carte Vitale perdue', { exact: true }).click();
  await page.getByRole('link', { name: 'À partir de ce courriel, faire une règle' }).click();

  await page.getByRole('heading', { name: 'À partir de ce courriel, faire une règle' }).waitFor();
  await choose(page, WORDS);
  await page.getByRole('button', { name: 'Prendre les mots choisis' }).click();
  expect(await page.getByLabel(/Expressions, une par ligne/).inputValue()).toBe(WORDS);
  await page.getByLabel('Envoyer vers').selectOption('pole-gdb');
  await page.getByLabel(/Pourquoi/).fill('Essai du matin.');
  await page.getByLabel(/Place/).selectOption('autre-caisse');
  await page.getByLabel(/voisin à laisser/).fill('Ma carte Vitale est abîmée.');
  expect(await axeFindings(page)).toEqual([]);
  await page.getByRole('button', { name: 'Vérifier le changement' }).click();
  await page.getByText('Écrit dans routing.yaml').waitFor();
  await page.getByRole('button', { name: 'Ajouter au candidat' }).click();

  await page.getByRole('heading', { name: /^Candidat/ }).waitFor();
  await page.getByRole('button', { name: /^Essayer sur/ }).click();
  await page.getByText(/Plateforme de services → Gestion des bénéficiaires : \d/).waitFor();
  await page.getByText(/^Conversations déplacées/).click();
  await page
    .getByRole('row', { name: /rule:ma-carte-verte-est-perdue/ })
    .first()
    .waitFor();
  await page.getByRole('button', { name: 'Mettre en vigueur' }).click();
  await page.getByRole('dialog').waitFor();
  await page.keyboard.press('Enter');
  await page.getByText(/^Règles .* en vigueur\.$/).waitFor();
  await page.getByRole('row', { name: /appliquées/ }).waitFor();
  await page
    .getByRole('button', { name: /^Y revenir/ })
    .first()
    .click();
  await page.getByRole('dialog').waitFor();
  await page.keyboard.press('Enter');
  await page.getByRole('row', { name: /retour en arrière/ }).waitFor();
  await page.context().close();
}, 60_000);

test('what somebody takes is shown to the other within a second; the pages ask by themselves when the stream is cut', async () => {
  const { id } = await site.world.conversation({ subject: 'À deux', queue: 'n1' });
  const [one, two] = [
    await site.world.person('agent', { queues: ['n1'], display_name: 'Élodie Vasseur' }),
    await site.world.person('agent', { queues: ['n1'], display_name: 'Bruno Lefebvre' }),
  ];
  const page = await site.page(two);
  // The stream first, so that what follows is told and not asked for.
  const hello = page.waitForResponse((answer) => answer.url().endsWith('/api/live'));
  await page.goto(`${site.url}/#/conversation/${id}`);
  await hello;
  await page.getByRole('button', { name: /Prendre cette conversation/ }).waitFor();
  const taken_ms = Date.now();
  await one.post(`/api/conversations/${id}/claim`, undefined, { origin: site.url });
  await page.getByText('Élodie Vasseur traite cette conversation').waitFor({ timeout: 1_000 });
  expect(Date.now() - taken_ms).toBeLessThan(1_500);

  await page.route('**/api/live', (route) => route.abort());
  await page.reload();
  await page.getByText('Élodie Vasseur traite cette conversation').waitFor();
  await one.post(`/api/conversations/${id}/release`, { reason: 'mistake' }, { origin: site.url });
  await page.getByRole('button', { name: /Prendre cette conversation/ }).waitFor({ timeout: 15_000 });
  await page.context().close();
}, 40_000);

test('each form of the rules is sound, and a quota is written where it stands', async () => {
  const page = await site.page(await site.world.person('administrator'), '#/regles');
  const form = page.getByRole('region', { name: 'Modifier par formulaire' }).locator('select').first();
  for (const id of ['expression', 'temporaire', 'expediteur', 'equipe']) {
    await form.selectOption(id);
    await page.getByRole('button', { name: 'Vérifier le changement' }).waitFor();
    expect({ id, axe: await axeFindings(page) }).toEqual({ id, axe: [] });
  }
  await page
    .getByRole('region', { name: 'Modifier par formulaire' })
    .locator('select')
    .nth(2)
    .selectOption('pool.hainaut');
  await page.getByLabel(/confiés par jour/).fill('700');
  await page.getByRole('button', { name: 'Vérifier le changement' }).click();
  await page.getByText('Écrit dans pools.yaml').waitFor();
  expect(await page.getByRole('button', { name: 'Ajouter au candidat' }).isEnabled()).toBe(true);
  await page.context().close();
}, 40_000);

test('a template gets another last day, through the draft of the rules', async () => {
  const chief = await site.world.person('supervisor', { queues: ['n1'] });
  const page = await site.page(chief, '#/modeles');
  await page.getByLabel('Chercher un modèle').fill('c2s-suivi');
  await page.locator('summary').first().click();
  await page.getByRole('button', { name: /Proposer un changement/ }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Valable jusqu’au').fill('2028-03-31');
  expect(await axeFindings(page)).toEqual([]);
  await dialog.getByRole('button', { name: 'Vérifier le changement' }).click();
  await dialog.getByText('Écrit dans replies/c2s-suivi.md').waitFor({ timeout: 30_000 });
  await page.context().close();
}, 60_000);
