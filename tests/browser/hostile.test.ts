import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import type { Page } from 'playwright-core';
import { createParsePool } from '../../mail/parse-pool.ts';
import { openSite, type Site } from '../support/browser.ts';
import { openCountingProxy, proxyArgs, type CountingProxy } from '../support/counting-proxy.ts';
import { makeHostile, readCorpus, type HostileMail } from '../support/hostile-mail.ts';
import { addMessages, FRAGMENTS_EVERYWHERE, FRAGMENTS_SHOWN, shownOf, type Shown } from '../support/hostile-pages.ts';
import { storedRules } from '../support/stand.ts';
import { putSet } from '../support/past-mail.ts';
import { readConfigFolder, SHIPPED_CONFIG } from '../../config/source.ts';

/** Those made to cost a parser time show nothing of their own: tests/mail/hostile.test.ts has them. */
const SHORT_BYTES = 50_000;
/** The public corpus where it lies beside the project; what we made ourselves everywhere. */
const mails: readonly HostileMail[] = [
  ...makeHostile().filter(({ raw }) => raw.length < SHORT_BYTES),
  ...(readCorpus() ?? []),
];
/** A thread shows 500 messages. */
const MESSAGES = 400;

let site: Site;
let proxy: CountingProxy;
let shown: readonly Shown[];
beforeAll(async () => {
  site = await openSite(
    'pglite',
    storedRules(() => site),
    async (url) => proxyArgs((proxy = await openCountingProxy(() => url)).url),
  );
  await putSet(site.world.store, await readConfigFolder(SHIPPED_CONFIG));
  const parser = createParsePool();
  shown = [...FRAGMENTS_SHOWN, ...(await shownOf(mails, parser))];
  await parser.close();
}, 300_000);
afterAll(async () => {
  await site.close();
  await proxy.close();
});
afterEach(() =>
  expect({ problems: site.problems, strangers: proxy.strangers }).toEqual({ problems: [], strangers: [] }),
);

async function openThread(page: Page, id: string, messages: number): Promise<void> {
  await page.goto(`${site.url}/#/conversation/${id}`);
  await page.getByRole('heading', { name: `Le fil (${messages})` }).waitFor();
  await page.evaluate(`document.querySelectorAll('details').forEach((fold) => (fold.open = true))`);
}

/** What markup from a mail would have made. */
const MADE = `({
  script_run: 'pwned' in globalThis,
  elements: document.querySelectorAll('main :is(script,img,iframe,svg,style,link,object,form[action],base,meta,video,audio,a[href^="http"],a[href^="//"],a[href^="javascript"])').length,
  scripts: document.scripts.length,
})`;
/** Marks of controls that turn writing round or hide letters, which must not be in any text themselves. */
const UNMARKED = `[...document.querySelectorAll('main *')].flatMap(({ childNodes }) => [...childNodes])
  .filter(({ nodeType, data }) => nodeType === 3 && /[\\u202A-\\u202E\\u2066-\\u2069\\u200B\\uFEFF]/.test(data)).length`;

test('every mail on the screen is text: no address asked for, no script run, controls shown as marks', async () => {
  const page = await site.page(await site.world.person('supervisor'), '#/files');
  let controls = 0;
  for (let from = 0; from < shown.length; from += MESSAGES) {
    const { id } = await site.world.conversation({ ...FRAGMENTS_EVERYWHERE, queue: 'pole-rct' });
    const some = shown.slice(from, from + MESSAGES);
    await addMessages(site, id, some);
    await openThread(page, id, some.length);
    expect({ from, ...(await page.evaluate<object>(MADE)) }).toEqual({
      ...{ from, script_run: false, elements: 0, scripts: 1 },
    });
    expect({ from, unmarked: await page.evaluate(UNMARKED) }).toEqual({ from, unmarked: 0 });
    controls += await page.locator('.control').count();
  }
  expect(controls).toBeGreaterThan(0);
  // Not a browser that found a way past: what the pages asked of the site came through the proxy.
  expect(proxy.passed).toBeGreaterThan(shown.length / MESSAGES);
  await page.context().close();
}, 600_000);

test('the proxy hears a browser that leaves the site', async () => {
  const page = await site.page(undefined);
  await page.goto('http://ailleurs.example/').catch(() => undefined);
  expect(proxy.strangers.splice(0)).toEqual(['http://ailleurs.example/']);
  expect(site.problems.splice(0)).toEqual(['left: http://ailleurs.example/']);
  await page.context().close();
}, 20_000);
