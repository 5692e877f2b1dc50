import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import type { Page } from 'playwright-core';
import type { Role } from '../../store/schema.ts';
import { axeFindings, openSite, type Site } from '../support/browser.ts';
import { fillList, fillSite, storedRules } from '../support/stand.ts';
import type { Person } from '../support/world.ts';

/** scripts/screens sets it: the walk then leaves a picture of each page there. */
const SCREENS = process.env['SCREENS_DIR'];

let site: Site;
let ids: { full: string; reviewed: string };
beforeAll(async () => {
  site = await openSite(
    'pglite',
    storedRules(() => site),
  );
  ids = await fillSite(site);
}, 90_000);
afterAll(() => site.close());
afterEach(() => expect(site.problems).toEqual([]));

async function picture(page: Page, name: string): Promise<void> {
  if (SCREENS === undefined) return;
  mkdirSync(SCREENS, { recursive: true });
  await page.screenshot({ path: path.join(SCREENS, `${name}.png`) });
}

/** Texts outside code and fields that say the id of a queue, a mailbox, a motif or a flag instead of its name. */
const IDS_SHOWN = `[...document.querySelectorAll('body *:not(script, style, code, textarea)')]
  .flatMap(({ childNodes }) => [...childNodes].filter(({ nodeType }) => nodeType === 3).map(({ data }) => data))
  .filter((text) => /(?:^|[^-.@/\\w])(?:n1|pole-[a-z]+|pool\\.[a-z]+|pfs-assures|danger-vital|carte-vitale|analyse-prealable)(?![-@\\w])/.test(text))`;

/** Nothing wrong for axe, names instead of ids, and at 200 % zoom nothing to be scrolled sideways. */
async function sound(page: Page, name: string): Promise<void> {
  expect({ name, axe: await axeFindings(page) }).toEqual({ name, axe: [] });
  expect({ name, ids: await page.evaluate<string[]>(IDS_SHOWN) }).toEqual({ name, ids: [] });
  await picture(page, name);
  await page.setViewportSize({ width: 640, height: 360 });
  const wide = await page.evaluate<number>('document.documentElement.scrollWidth');
  expect({ name, fits: wide <= 640 }).toEqual({ name, fits: true });
  await page.setViewportSize({ width: 1280, height: 720 });
}

const NAMES: Readonly<Record<Role, string>> = {
  agent: 'Élodie Vasseur',
  referent: 'Bruno Lefebvre',
  supervisor: 'Khadija Moreau',
  partner: 'Denis Carpentier',
  administrator: 'Hugo Delattre',
  auditor: 'Inès Nguyen',
};
const WALK: readonly (readonly [
  role: Role,
  queues: string[],
  pages: readonly (readonly [hash: string, shown: string])[],
])[] = [
  [
    'agent',
    ['n1'],
    [
      ['bureau', 'Plateforme de services'],
      ['files', 'Carte Vitale perdue'],
      ['echeances', 'Refaire la photo'],
      ['alertes', 'Aucune alerte'],
      ['modeles', 'n’est plus proposé'],
    ],
  ],
  [
    'referent',
    ['analyse-prealable'],
    [
      ['analyse', 'au lieu de 31'],
      ['relectures', 'Rien à relire.'],
    ],
  ],
  [
    'supervisor',
    ['n1'],
    [
      ['alertes', 'Danger vital'],
      ['direct', 'moins d’un jour'],
      ['stock', 'à ce rythme'],
      ['flux', 'Les mêmes nombres'],
      ['presence', 'Plateforme de services, par heure ouverte'],
      ['vagues', 'Coupure du site'],
      ['modeles', 'n’est plus proposé'],
      ['sujets', 'Rien de nouveau'],
      ['assistant', 'Conseiller proposé'],
      ['debordement', 'Hainaut'],
      ['regles', 'Historique'],
      ['boites', 'Quarantaine'],
      ['chiffres', 'Rien n’est dû encore'],
      ['qualite', 'Attestation de droits'],
    ],
  ],
  [
    'administrator',
    [],
    [
      ['comptes', 'Plateforme de services'],
      ['chiffres', 'Avertissements'],
    ],
  ],
  [
    'auditor',
    [],
    [
      ['traces', 'Conversation lue'],
      ['qualite', 'Motifs corrigés'],
    ],
  ],
  [
    'partner',
    [],
    [
      ['bureau', 'Hainaut'],
      ['files', 'Carte refusée'],
    ],
  ],
];

describe.each(WALK)('%s', (role, queues, pages) => {
  test('every page of theirs is sound: axe, policy, 200 %', async () => {
    const page = await site.page(await site.world.person(role, { queues, display_name: NAMES[role] }));
    for (const [hash, shown] of pages) {
      await page.goto(`${site.url}/#/${hash}`);
      await page.locator('main').getByText(shown).first().waitFor();
      await sound(page, `${role}-${hash}`);
    }
    await page.context().close();
  }, 40_000);
});

test('a conversation with everything is sound; its files are seen in a frame, under names that harm nothing', async () => {
  const page = await site.page(
    await site.world.person('agent', { queues: ['n1'], display_name: NAMES.agent }),
    `#/conversation/${ids.full}`,
  );
  await page.getByRole('button', { name: /Prendre cette conversation/ }).click();
  await page.locator('#reponse').waitFor();
  await page.locator('mark').first().waitFor();
  await page.getByText('Coupure du site ameli').waitFor();
  await sound(page, 'conversation');
  await page.getByText('../photo[U+202E]gnp.png').waitFor();
  await page.getByRole('button', { name: /^Voir .*gnp/ }).click();
  const image = page.locator('dialog img');
  await image.waitFor();
  expect(await image.evaluate((node) => (node as { naturalWidth?: number }).naturalWidth)).toBe(1);
  expect(await page.getByRole('dialog').getByRole('heading').textContent()).toBe(
    '.._photo_gnp.png'.replace(/^\.+/, '_'),
  );
  await page.keyboard.press('Escape');
  // It asks to open an address by itself: the policy of the page holds for what is shown in it.
  const viewer = page.waitForEvent('request', (request) => request.url().startsWith('chrome-extension:'));
  await page.getByRole('button', { name: 'Voir identite.pdf' }).click();
  await viewer;
  await page.keyboard.press('Escape');
  await page.context().close();
}, 30_000);

test('a référent decides by single keys', async () => {
  const page = await site.page(await site.world.person('referent', { queues: ['analyse-prealable'] }), '#/analyse');
  await page.getByText('au lieu de 31').first().waitFor();
  await page.keyboard.press('a');
  await page.getByText('Accord : raison').waitFor();
  await page.keyboard.press('1');
  await page.getByText('la conversation part vers le pôle').waitFor();
  expect(await site.world.row(ids.reviewed)).toMatchObject({ queue: 'pole-pe' });
  await page.context().close();
}, 20_000);

test('a partner sees its own work with numbers masked, and no page of the caisse', async () => {
  const person: Person = await site.world.person('partner');
  const page = await site.page(person, '#/files');
  await page.getByText('Carte refusée').waitFor();
  expect(await page.locator('.rows li').count()).toBe(1);
  expect(await page.locator('nav li').allTextContents()).toEqual(['Bureau', 'Files']);
  await page.getByText('Carte refusée').click();
  await page.locator('.newest').getByText('• •• •• ••').waitFor();

  expect(await page.content()).not.toContain('451 089');
  // Its contract lets it see the numbers of what it holds, once, with a trace.
  expect(await page.getByText('Afficher les numéros').count()).toBe(0);
  await page.getByRole('button', { name: /Prendre cette conversation/ }).click();
  await page.getByRole('button', { name: 'Afficher les numéros de sécurité sociale' }).click();
  await page.locator('.newest').getByText('451 089').waitFor();
  await page.goto(`${site.url}/#/regles`);
  await page.getByRole('heading', { name: 'Bureau' }).waitFor();
  await page.context().close();
}, 20_000);

test('a supervisor stops a contract, and is led to the line of a broken rule', async () => {
  const page = await site.page(await site.world.person('supervisor'), '#/debordement');
  await page.getByRole('button', { name: /Arrêter .*Flandres/ }).click();
  await page.getByLabel('Raison').selectOption('quality');
  await page.keyboard.press('Enter');
  await page.getByText('Le contrat est arrêté').waitFor();
  await page.getByRole('button', { name: /Reprendre .*Flandres/ }).waitFor();

  await page.goto(`${site.url}/#/regles`);
  const field = page.getByLabel('Contenu de routing.yaml');
  await field.focus();
  await page.keyboard.press('Control+Home');
  await page.keyboard.type('rulez: 1\n');
  await page.getByRole('button', { name: 'Vérifier' }).click();
  await page.getByText('Les règles ne se chargent pas.').waitFor();
  await page
    .getByRole('button', { name: /^routing\.yaml:\d+:1$/ })
    .first()
    .click();
  const chosen = await field.evaluate((node) => {
    const { value, selectionStart, selectionEnd } = node as unknown as Record<string, number> & { value: string };
    return value.slice(selectionStart, selectionEnd);
  });
  expect(chosen).toBe('rulez: 1');
  expect(await page.getByRole('button', { name: 'Garder comme candidat' }).isEnabled()).toBe(false);
  await page.context().close();
}, 30_000);

test('500 rows: few are drawn, all are reached by keys, in order', async () => {
  await fillList(site, 500);
  const page = await site.page(await site.world.person('supervisor'), '#/files/pole-ri');
  await page.getByText('Demande 000').waitFor();
  for (let i = 0; i < 30; i += 1) await page.keyboard.press('j');
  await page.locator(':focus', { hasText: 'Demande 029' }).waitFor();
  await page.keyboard.press('k');
  await page.locator(':focus', { hasText: 'Demande 028' }).waitFor();
  // Five pages follow one another as the end comes near: at each frame the hand is at the bottom again.
  const list = page.locator('.virtual');
  while (!(await page.getByText('Demande 499').isVisible())) {
    await list.evaluate((node) => void (node.scrollTop = node.scrollHeight));
    await page.evaluate('new Promise(requestAnimationFrame)');
  }
  expect(await page.locator('.rows li').count()).toBeLessThan(60);
  await page.getByText('500 conversations').waitFor();
  await page.context().close();
}, 30_000);

test('on a small screen the menu folds and the mail is in the first screen; the back button asks before it takes what was typed', async () => {
  const { id } = await site.world.conversation({ subject: 'Petit écran', queue: 'n1', urgency: 1 });
  const page = await site.page(await site.world.person('supervisor'), '#/files');
  await page.setViewportSize({ width: 640, height: 360 });
  await page.getByRole('heading', { name: 'Files', level: 1 }).waitFor();
  await page.getByRole('button', { name: 'Menu', exact: true }).click();
  await page.getByRole('link', { name: 'Règles' }).waitFor();
  expect(await axeFindings(page)).toEqual([]);
  await page.evaluate((there) => void (location.hash = there), `#/conversation/${id}`);
  await page.locator('.newest .words').waitFor();
  expect(await page.getByRole('link', { name: 'Règles' }).isVisible()).toBe(false);
  const words = (await page.locator('.newest .words').boundingBox())!;
  expect(words.y + words.height).toBeLessThan(360);

  await page.keyboard.press('e');
  const typed = page.getByLabel('Ce qui est à faire');
  await typed.fill('Rappeler la personne');
  const asked = page.waitForEvent('dialog');
  await page.evaluate(() => setTimeout(() => history.back()));
  await (await asked).dismiss();
  expect(await typed.inputValue()).toBe('Rappeler la personne');
  expect(await page.evaluate(() => location.hash)).toBe(`#/conversation/${id}`);
  const again = page.waitForEvent('dialog');
  await page.evaluate(() => setTimeout(() => history.back()));
  await (await again).accept();
  await page.getByRole('heading', { name: 'Files', level: 1 }).waitFor();
  await page.context().close();
}, 40_000);
