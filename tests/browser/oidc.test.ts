import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { hashPassword } from '../../console/auth/password.ts';
import { createAgent } from '../../store/agents.ts';
import { SYSTEM } from '../../store/database.ts';
import { CALLBACK_PATH } from '../../console/auth/oidc-flow.ts';
import { axeFindings, openSite, type Site } from '../support/browser.ts';
import { CLIENT, startProvider, type TestProvider } from '../support/oidc.ts';
import { MAPPING } from '../support/oidc-site.ts';

/** The provider is on localhost and the console on 127.0.0.1: two sites for a browser, as in production. */
let provider: TestProvider;
let site: Site;
beforeAll(async () => {
  provider = await startProvider();
  const env = { issuer: provider.issuer, ...CLIENT, scopes: 'openid profile', label: 'le compte de la caisse' };
  site = await openSite('pglite', { sign_in: { local: true, oidc: { env, mapping: MAPPING } } });
  provider.register([`${site.url}${CALLBACK_PATH}`]);
  provider.people.set('ana', { name: 'Ana Morel', groups: ['conseillers'] });
  provider.people.set('zoe', { name: 'Zoé Petit', groups: ['comptabilite'] });
}, 60_000);
afterAll(async () => {
  await site?.close();
  await provider?.close();
});

test('sign in by the provider, come back to the page asked for, go on after the session ended, sign out everywhere', async () => {
  const page = await site.page(undefined, '#/files');
  const button = (on = page) => on.getByRole('button', { name: 'Se connecter avec le compte de la caisse' });
  await button().waitFor();
  await page.getByLabel('Mot de passe').waitFor();
  expect(await axeFindings(page)).toEqual([]);

  await button().click();
  await page.getByLabel('Identifiant').fill('ana');
  await page.getByRole('button', { name: 'Entrer' }).click();
  await page.getByRole('heading', { level: 1, name: 'Files' }).waitFor();
  expect(page.url()).toBe(`${site.url}/#/files`);
  const cookies = await page.context().cookies(site.url);
  expect(cookies).toMatchObject([{ name: 'aiguillage_session', httpOnly: true, sameSite: 'Strict' }]);
  await page.reload();
  await page.getByRole('button', { name: /^Ana Morel/ }).click();
  await page.getByText('tenus par le fournisseur d’identité').waitFor();
  expect(await axeFindings(page)).toEqual([]);
  await page.keyboard.press('Escape');

  // Over: what is on this page stays, the sign-in happens in another tab.
  await site.world.store.write(SYSTEM, (tx) => tx.deleteFrom('session').execute());
  await page.evaluate("location.hash = '#/echeances'");
  const link = page.getByRole('link', { name: 'Se connecter dans un nouvel onglet' });
  const [tab] = await Promise.all([page.context().waitForEvent('page'), link.click()]);
  await button(tab).click();
  await tab.getByRole('button', { name: 'Se déconnecter' }).waitFor();
  await tab.close();
  await page.evaluate("dispatchEvent(new Event('focus'))");
  await link.waitFor({ state: 'detached' });
  expect(page.url()).toBe(`${site.url}/#/echeances`);

  await page.getByRole('button', { name: 'Se déconnecter' }).click();
  await page.waitForURL(`${provider.issuer}/**`);
  await page.getByRole('button', { name: 'Quitter' }).click();
  await button().waitFor();
  expect(page.url()).toBe(`${site.url}/`);

  // Nobody here: a page that says so, and the way back.
  await button().click();
  await page.getByLabel('Identifiant').fill('zoe');
  await page.getByRole('button', { name: 'Entrer' }).click();
  await page.getByRole('alert').getByText('aucun rôle ne lui est donné').waitFor();
  expect(await axeFindings(page)).toEqual([]);
  await page.getByRole('link', { name: 'Revenir à la page de connexion' }).click();
  await button().waitFor();

  // Without local accounts there is one button and no form.
  await page.route('**/api/session/ways', (route) =>
    route.fulfill({ json: { local: false, oidc: { label: 'le compte de la caisse' } } }),
  );
  await page.reload();
  await button().waitFor();
  expect(await page.getByLabel('Mot de passe').count()).toBe(0);
  expect(await axeFindings(page)).toEqual([]);

  expect(site.problems.filter((problem) => !problem.startsWith(`left: ${provider.issuer}/`))).toEqual([]);
}, 60_000);

test('one’s own password of a local account is changed from the name above; the page goes on', async () => {
  const login = 'lea@cpam.example';
  const [before, after] = ['un mot de passe de service', 'un autre mot de passe'];
  const password_hash = await hashPassword(before);
  const lea = { login, display_name: 'Léa Roux', role: 'agent', queues: ['n1'], pool: null, password_hash } as const;
  await site.world.store.write(SYSTEM, (tx) => createAgent(tx, SYSTEM, lea, new Date()));
  const page = await site.page(undefined);
  const signIn = async (password: string): Promise<void> => {
    await page.getByLabel('Identifiant').fill(login);
    await page.getByLabel('Mot de passe').fill(password);
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: /^Léa Roux/ }).click();
  };
  await signIn(before);
  expect(await axeFindings(page)).toEqual([]);
  await page.getByLabel('Mot de passe actuel').fill('pas le bon');
  await page.getByLabel('Nouveau mot de passe').fill(after);
  await page.keyboard.press('Enter');
  await page.getByRole('alert').getByText('n’est pas le bon').waitFor();
  await page.getByLabel('Mot de passe actuel').fill(before);
  await page.keyboard.press('Enter');
  await page.getByText('Votre mot de passe est changé').waitFor();
  // A write with the new token, and the way back in.
  await page.getByRole('button', { name: 'Se déconnecter' }).click();
  await signIn(after);
}, 60_000);
