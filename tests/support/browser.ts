/**
 * The console in a real browser, on a small caisse:
 *   const site = await openSite('postgres');
 *   const page = await site.page(await site.world.person('agent', { queues: ['n1'] }));
 * One Chromium a test file. A page fails its test on a script error, or on anything the page's policy refused.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { chromium, type Browser, type Page } from 'playwright-core';
import { loadPages } from '../../console/pages.ts';
import type { ConsoleDeps } from '../../console/deps.ts';
import type { Engine } from './stores.ts';
import { openWorld, type Person, type World } from './world.ts';

const AXE = fileURLToPath(new URL('../../node_modules/axe-core/axe.min.js', import.meta.url));
/** What is in memory, and the browser's own PDF viewer. */
const INSIDE = /^(?:blob|data|chrome|chrome-extension):/;
const VIEW = { width: 1280, height: 720 };

export interface Site {
  readonly world: World;
  readonly browser: Browser;
  readonly url: string;
  /** A browser of this person's own, signed in, at `#/…`. */
  page(person: Person | undefined, hash?: string): Promise<Page>;
  /** What went wrong in any page so far: script errors, refusals of the policy, addresses outside the site. */
  readonly problems: string[];
  close(): Promise<void>;
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** @param args more of Chromium's own, made when the site's address is known */
export async function openSite(
  engine: Engine,
  over: Partial<ConsoleDeps> = {},
  args: (url: string) => Promise<string[]> = async () => [],
): Promise<Site> {
  // In its own process: the bundler does not run inside the test's module system.
  execFileSync(process.execPath, [fileURLToPath(new URL('../../scripts/build-console.ts', import.meta.url))]);
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const world = await openWorld(engine, { public_url: url, clock: () => new Date(), pages: loadPages(), ...over });
  world.clock.now = new Date();
  await world.app.listen({ port, host: '127.0.0.1' });
  const browser = await chromium.launch({
    executablePath: existsSync('/usr/bin/chromium') ? '/usr/bin/chromium' : 'chromium',
    args: ['--no-sandbox', '--disable-dev-shm-usage', ...(await args(url))],
  });
  const problems: string[] = [];
  return {
    world,
    browser,
    url,
    problems,
    async page(person, hash = '') {
      const context = await browser.newContext({
        viewport: VIEW,
        locale: 'fr-FR',
        timezoneId: 'Europe/Paris',
        reducedMotion: 'reduce',
        permissions: ['clipboard-read', 'clipboard-write'],
      });
      if (person !== undefined) {
        const [name, value] = person.cookie.split('=') as [string, string];
        await context.addCookies([{ name, value, url, httpOnly: true, sameSite: 'Strict' }]);
      }
      const page = await context.newPage();
      page.setDefaultTimeout(8_000);
      page.on('pageerror', (error) => problems.push(`error: ${error.message}`));
      page.on('console', (line) => {
        if (/Content Security Policy|TrustedHTML|TrustedScript/i.test(line.text())) problems.push(line.text());
      });
      page.on('request', (request) => {
        if (!INSIDE.test(request.url()) && !request.url().startsWith(url)) problems.push(`left: ${request.url()}`);
      });
      await page.goto(`${url}/${hash}`);
      return page;
    },
    async close() {
      await browser.close();
      await world.close();
    },
  };
}

/** What axe finds wrong on the page, as « rule: where ». */
export async function axeFindings(page: Page): Promise<string[]> {
  await page.evaluate(readFileSync(AXE, 'utf8'));
  return page.evaluate(async () => {
    const { axe } = globalThis as unknown as {
      axe: { run(): Promise<{ violations: { id: string; nodes: { target: unknown; html: string }[] }[] }> };
    };
    const { violations } = await axe.run();
    return violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html.slice(0, 160)}`));
  });
}
