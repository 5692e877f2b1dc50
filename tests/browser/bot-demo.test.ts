import { existsSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { chromium, type Browser, type Page } from 'playwright-core';
import { signedIn, type Person } from '../support/api.ts';
import { startApp, type TestApp } from '../support/app.ts';
import { botBook, cardModel } from '../support/bot-book.ts';
import { axeFindings } from '../support/browser.ts';
import { until } from '../support/until.ts';

/** The chat page in a real browser, in a whole process: what a visitor writes reaches an adviser, whose answer comes back. */
let app: TestApp;
let browser: Browser;
let page: Page;
let url: string;
let camille: Person;
const problems: string[] = [];

beforeAll(async () => {
  const port = await freePort();
  url = `http://127.0.0.1:${port}`;
  app = await startApp('pglite', {
    book: botBook({ answers: { 'carte-vitale': 'Une carte perdue se remplace ici : https://ameli.example/carte.' } }),
    model: cardModel,
    live: ['espace-echanges'],
    deps: {
      http: { host: '127.0.0.1', port, public_url: url },
      bot: { portals: new Map([['demo', { id: 'demo', caisse: '', keys: [], answers: 'read' }]]), demo: true },
    },
  });
  camille = await signedIn(
    app.app.http,
    app.store,
    { login: 'camille', queues: ['n1', 'analyse-prealable', 'tri-humain', 'urgence-vitale'] },
    url,
  );
  browser = await chromium.launch({
    executablePath: existsSync('/usr/bin/chromium') ? '/usr/bin/chromium' : 'chromium',
    args: ['--no-sandbox', '--disable-dev-shm-usage'],
  });
}, 60_000);
afterAll(async () => {
  await browser.close();
  await app.close();
}, 60_000);

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

async function open(viewport = { width: 900, height: 700 }): Promise<void> {
  const context = await browser.newContext({ viewport, locale: 'fr-FR', reducedMotion: 'reduce' });
  page = await context.newPage();
  page.setDefaultTimeout(8_000);
  page.on('pageerror', (error) => problems.push(error.message));
  page.on('console', (line) => {
    if (/Content Security Policy|Trusted/i.test(line.text())) problems.push(line.text());
  });
  page.on('request', (request) => {
    if (!request.url().startsWith(url)) problems.push(`left: ${request.url()}`);
  });
  await page.goto(`${url}/bot/demo`);
  await said('hello');
}

/** Waits until the log shows this sentence of the bot. */
const said = (sentence: string) => page.getByRole('log').getByText(`Phrase « ${sentence} ».`).last().waitFor();

async function type(words: string): Promise<void> {
  await page.keyboard.type(words);
  await page.keyboard.press('Enter');
}

/** Presses Tab until the button of this name has the focus. */
async function tabTo(name: string): Promise<void> {
  for (let n = 0; n < 20; n += 1) {
    await page.keyboard.press('Shift+Tab');
    const focused = await page.evaluate('document.activeElement.textContent');
    if (focused === name) return;
  }
  throw new Error(`no way to ${name} by the keyboard`);
}

describe('the chat page', () => {
  test('by the keyboard alone: two failures, the offer, an adviser, whose answer comes back', async () => {
    await open();
    await page.getByLabel('Votre message').focus();
    await type('ma carte est perdue');
    const link = page.getByRole('log').getByRole('link');
    expect(await link.getAttribute('href')).toBe('https://ameli.example/carte');
    expect(
      await page.getByRole('group', { name: 'Cette réponse vous aide-t-elle ?' }).getByRole('button').count(),
    ).toBe(2);
    await tabTo('Non');
    await page.keyboard.press('Enter');
    await said('sorry');
    // The button is gone, and the keyboard is back where one writes.
    expect(await page.evaluate('document.activeElement.id')).toBe('text');
    await type('blorg zimbou tralala');
    await said('offer');
    expect(await page.getByRole('group', { name: 'Souhaitez-vous écrire à un conseiller ?' }).isVisible()).toBe(true);
    expect(await axeFindings(page)).toEqual([]);
    await tabTo('Oui');
    await page.keyboard.press('Enter');
    await said('handover');
    expect(await page.getByRole('status').textContent()).toContain('transmis à un conseiller');
    expect(await page.getByRole('button', { name: 'Parler à un conseiller' }).isVisible()).toBe(false);

    let conversation = '';
    await until(async () => {
      const { body } = await camille.post<{ claim: { conversation: string } | null }>('/api/desk/next');
      conversation = body.claim?.conversation ?? '';
      return conversation !== '';
    });
    const sent = await camille.post(`/api/conversations/${conversation}/reply`, {
      type: 'definitive',
      body: 'Bonjour, votre carte est en route.',
    });
    expect(sent.status).toBe(201);
    await page.getByRole('log').getByText('Bonjour, votre carte est en route.').waitFor({ timeout: 15_000 });
    expect(await axeFindings(page)).toEqual([]);
    // A page loaded again goes on where it was, with what was being typed; the keyboard is in the field.
    await page.getByLabel('Votre message').fill('Merci, et pour ma');
    await page.reload();
    await page.getByRole('log').getByText('Bonjour, votre carte est en route.').waitFor();
    expect(await page.getByLabel('Votre message').inputValue()).toBe('Merci, et pour ma');
    expect(await page.evaluate('document.activeElement.id')).toBe('text');
    expect(await page.getByRole('log').locator('.said.adviser').count()).toBe(1);
  }, 60_000);

  test('a grave sign: the numbers and a person at once; readable on a narrow screen at 200 %', async () => {
    await open({ width: 320, height: 600 });
    await page.getByLabel('Votre message').focus();
    await type('je veux me suicider');
    await said('danger');
    expect(await page.getByRole('status').textContent()).toContain('transmis à un conseiller');
    await page.evaluate("document.documentElement.style.fontSize = '200%'");
    const wide = await page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth');
    expect(wide).toBeLessThanOrEqual(0);
    expect(await axeFindings(page)).toEqual([]);
  }, 30_000);

  test('a message that does not leave stays, and is sent again once', async () => {
    await open();
    await page.getByLabel('Votre message').focus();
    await page.route('**/turns', (route) => route.abort());
    await type('blorg zimbou');
    await page.getByRole('alert').getByText('La connexion est coupée').waitFor();
    await page.unroute('**/turns');
    await page.getByRole('button', { name: 'Réessayer' }).click();
    await said('fallback');
    expect(await page.getByRole('log').getByText('blorg zimbou').count()).toBe(1);
    expect(await page.getByRole('alert').isVisible()).toBe(false);
  }, 30_000);

  test('another visitor sees nothing of a talk, and nothing left the site or broke its policy', async () => {
    const id = await page.evaluate<string>("sessionStorage.getItem('talk')");
    const stranger = await app.app.http.inject({ url: `/bot/demo/conversations/${id}` });
    expect([stranger.statusCode, stranger.json().error.code]).toEqual([404, 'NOT_FOUND']);
    expect(problems).toEqual([]);
    const shown = await app.app.http.inject({ url: '/bot/demo' });
    expect(shown.headers['content-security-policy']).toMatch(/^default-src 'none'; script-src 'self'/);
    expect(shown.body).not.toMatch(/<script(?![^>]*src=)|style=|onclick/);
  });
});
