import { readFileSync } from 'node:fs';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { readFolder } from '../../server/campaigns/folder.ts';
import type { CampaignContent } from '../../server/domain/campaign.ts';
import { counts, ROOT, startApp, type TestApp, until } from '../support/app.ts';
import { violations } from '../support/axe.ts';
import { openBrowser } from '../support/browser.ts';
import { AOIFE, bees } from '../support/cast.ts';
import { proofIn, startSink } from '../support/sink.ts';

const MINISTER = 'minister@interior-ie.test';

let browser: Browser;
let app: TestApp;
let sink: Awaited<ReturnType<typeof startSink>>;
const contexts: BrowserContext[] = [];
/** Everything that left the browser: address and body of each request. */
let requests: string[] = [];

beforeAll(async () => {
  browser = await openBrowser();
});
afterAll(async () => browser?.close());
beforeEach(async () => {
  const { campaigns } = await readFolder(ROOT);
  sink = await startSink();
  app = await startApp([bees(), campaigns[0]?.content as CampaignContent], { SMTP_URL: sink.url });
});
afterEach(async () => {
  for (const context of contexts.splice(0)) await context.close();
  await app.stop();
  await sink.stop();
});

async function open(
  options: { javaScriptEnabled?: boolean; colorScheme?: 'light' | 'dark'; width?: number; locale?: string } = {},
): Promise<Page> {
  const { width = 1280, locale = 'en-GB', ...rest } = options;
  const context = await browser.newContext({ viewport: { width, height: 900 }, locale, ...rest });
  contexts.push(context);
  const page = await context.newPage();
  requests = [];
  page.on('request', (request) => requests.push(`${request.method()} ${request.url()} ${request.postData() ?? ''}`));
  return page;
}

async function ask(page: Page, country = 'IE', slug = 'save-the-bees'): Promise<void> {
  await page.goto(`${app.url}/c/${slug}`);
  await page.selectOption('#country', country);
  await page.click('form button');
}

async function fillIn(page: Page): Promise<void> {
  for (const [id, value] of Object.entries(AOIFE)) await page.fill(`#${id}`, value);
}

const confirmation = () => until(() => sink.received.find(({ to }) => to[0] === AOIFE.email), 'the confirmation mail');

describe('from the campaign’s page to the minister’s inbox', () => {
  test('with script: what is typed stands in the letter at once', async () => {
    const page = await open();
    await ask(page);
    await fillIn(page);
    await expect.poll(() => page.textContent('.sheet .text')).toContain('I live in Galway, Ireland');
    expect(await page.textContent('.sheet .text')).toContain(AOIFE.ownWords);
    await page.click('text=Send it for me');
    const { token } = proofIn((await confirmation()).mail.text ?? '');
    await page.goto(`${app.url}/confirm/${token}`);
    expect(await page.textContent('.sheet')).toContain('I fled in 2019.');
    expect(await page.locator('.sheet mark').count()).toBeGreaterThanOrEqual(2);
    expect(await counts(app)).toEqual({ pending: 1 });
    await page.click('text=Send my letter to Minister of IE');
    await until(() => sink.received.find(({ to }) => to[0] === MINISTER), 'the letter');
    await until(async () => (await counts(app)).sent === 1, 'sent');
    await page.click('text=See where your letter');
    expect(await page.textContent('main')).toContain('It was sent');
  });

  test('through plain forms alone, with the typed code', async () => {
    const page = await open({ javaScriptEnabled: false });
    await ask(page);
    await page.click('text=Send it for me');
    expect(await page.title()).toMatch(/^Error: /);
    expect(await page.locator('.summary a').allTextContents()).toEqual([
      'Enter your full name',
      'Enter your email address',
    ]);
    await fillIn(page);
    await page.click('text=Send it for me');
    const { code } = proofIn((await confirmation()).mail.text ?? '');
    await page.fill('#code', '12');
    await page.click('text=Show my letter');
    expect(await page.textContent('.fault')).toContain('six digits');
    await page.fill('#code', code);
    await page.click('text=Show my letter');
    await page.click('text=Send my letter to Minister of IE');
    await until(async () => (await counts(app)).sent === 1, 'sent');
    expect(sink.received.filter(({ to }) => to[0] === MINISTER)).toHaveLength(1);
    expect(requests.some((line) => line.includes('/assets/') && line.includes('.js'))).toBe(false);
  });

  test('what was typed is kept when the form comes back, and is never in an address', async () => {
    const page = await open({ javaScriptEnabled: false });
    await ask(page, 'DE');
    await page.check('#also');
    await page.fill('#name', 'Visit evil.com');
    await page.fill('#ownWords', AOIFE.ownWords);
    await page.fill('#email', 'minister@interior-de.test');
    await page.click('text=Send it for me');
    expect(await page.inputValue('#ownWords')).toBe(AOIFE.ownWords);
    expect(await page.isChecked('#also')).toBe(true);
    expect(await page.locator('.summary li').count()).toBe(1);
    await page.fill('#name', AOIFE.name);
    await page.click('text=Send it for me');
    expect(await page.textContent('.summary')).toContain('address of an office');
    expect(requests.every((line) => !line.split(' ')[1]?.includes('fled'))).toBe(true);
  });
});

describe('drafts', () => {
  const FORMS = ['mailto', 'gmail', 'outlook', 'outlookWork', 'yahoo', 'proton', 'eml'];
  const hrefs = (page: Page) =>
    page.$$eval('[data-link]', (items) =>
      items.map((item) => [item.getAttribute('data-link'), item.querySelector('a')?.href ?? ''] as const),
    );

  test('with script every kind carries what was typed, and no request does', async () => {
    const page = await open();
    await ask(page);
    await page.click('text=Open it in my own mail');
    await page.fill('#name', 'Canary Zwitscher');
    await page.fill('#ownWords', 'Canary words.');
    await expect
      .poll(async () => decodeURIComponent(decodeURIComponent(Object.fromEntries(await hrefs(page)).mailto ?? '')))
      .toContain('Canary Zwitscher');
    const links = Object.fromEntries(await hrefs(page));
    expect(Object.keys(links)).toEqual(FORMS);
    for (const form of FORMS.filter((each) => each !== 'eml'))
      expect(decodeURIComponent(decodeURIComponent(links[form] ?? '')), form).toContain('Canary Zwitscher');
    const [download] = await Promise.all([page.waitForEvent('download'), page.click('[data-link="eml"] a')]);
    const eml = readFileSync(await download.path(), 'utf8');
    expect(eml).toContain('X-Unsent: 1');
    expect(await page.inputValue('#copy-letter')).toContain('Canary words.');
    expect(await page.inputValue('#copy-letter')).toContain('Canary Zwitscher');
    await page.click('text=Yes, I sent it');
    expect(requests.filter((line) => decodeURIComponent(line).includes('Canary'))).toEqual([]);
    expect(await counts(app)).toEqual({ prepared: 1, said: 1 });
    await page.goBack();
    await page.click('text=Yes, I sent it');
    expect((await counts(app)).said).toBe(1);
  });

  test('without script every kind is a plain link, and the name is left to be typed', async () => {
    const page = await open({ javaScriptEnabled: false });
    await ask(page);
    await page.click('text=Open it in my own mail');
    expect((await hrefs(page)).map(([form]) => form)).toEqual(FORMS);
    expect(await page.inputValue('#copy-letter')).toContain('[your name]');
    expect(await page.isVisible('#name')).toBe(false);
    const eml = await page.request.get(Object.fromEntries(await hrefs(page)).eml ?? '');
    expect([eml.status(), eml.headers()['content-type']]).toEqual([200, 'message/rfc822']);
    expect(await counts(app)).toEqual({ prepared: 1 });
  });

  test('an office that takes only a form gets its link and the text to copy', async () => {
    const page = await open();
    await ask(page, 'NZ');
    expect(await page.locator('text=Send it for me').count()).toBe(0);
    await page.click('text=Copy the letter for the form');
    expect(await page.locator('a[href="https://interior-nz.test/write"]').count()).toBe(1);
    expect(await page.locator('[data-link]').count()).toBe(0);
  });
});

test.each([
  ['light', 1280, 'en-GB'],
  ['dark', 360, 'de-DE'],
  ['light', 360, 'fr-FR'],
] as const)(
  'axe finds nothing on any page, in any state: %s, %i pixels wide, %s',
  { timeout: 90_000 },
  async (colorScheme, width, locale) => {
    const page = await open({ colorScheme, width, locale });
    const found: string[] = [];
    const look = async () => {
      found.push(...(await violations(page)));
      expect(
        await page.evaluate('document.documentElement.scrollWidth <= innerWidth'),
        `${page.url()} at ${width}`,
      ).toBe(true);
    };
    const visit = async (path: string) => {
      await page.goto(app.url + path);
      await look();
    };
    for (const path of [
      '/',
      '/safety',
      '/privacy',
      '/nope',
      '/c/interpol-2021/background',
      '/c/interpol-2021?country=',
      '/c/interpol-2021?country=BR',
      '/c/interpol-2021?country=ZZ',
    ])
      await visit(path);
    for (const path of [
      '/c/interpol-2021?country=ES',
      '/c/interpol-2021?country=JE',
      '/c/save-the-bees?country=CN',
      '/c/save-the-bees?country=NZ',
      '/confirm/nothing',
    ])
      await visit(path);
    await visit('/c/interpol-2021');
    await page.click('summary >> nth=0');
    await look();
    await visit('/c/interpol-2021?country=DE');
    await page.click('form[data-fills] button');
    await look();
    await page.fill('#name', AOIFE.name);
    await page.fill('#email', `${locale.toLowerCase()}@post.example`);
    await page.check('#also');
    await page.click('form[data-fills] button');
    await look();
    await until(async () => (await app.parts.store.mailbox.latest(1)).length > 0, 'the mail');
    await page.click('form[action="/mails"] button');
    await expect.poll(() => page.locator('a[href^="/confirm/"]').count()).toBe(1);
    await look();
    const link = await page.getAttribute('a[href^="/confirm/"]', 'href');
    await page.click('form[action="/code"] button');
    await look();
    await page.goto(app.url + link);
    await look();
    await page.click('form[action^="/confirm/"] button');
    await look();
    await page.click('a[href^="/letters/"]');
    await look();
    await visit('/c/interpol-2021?country=FR');
    await page.click('form[action$="/draft"] button');
    await look();
    await page.click('form[action$="/said"] button');
    await look();
    expect(found).toEqual([]);
  },
);

test('the citizen’s page is light: at most 14 KB and 3 requests, compressed, and whole without script', async () => {
  const page = await open();
  const sizes: number[] = [];
  const client = await page.context().newCDPSession(page);
  await client.send('Network.enable');
  client.on('Network.loadingFinished', ({ encodedDataLength }) => sizes.push(encodedDataLength));
  for (const address of ['/c/interpol-2021', '/c/interpol-2021?country=DE']) {
    await client.send('Network.clearBrowserCache');
    sizes.length = 0;
    requests = [];
    await page.goto(app.url + address, { waitUntil: 'networkidle' });
    expect(requests.filter((line) => !line.includes('data:')).length, requests.join('\n')).toBeLessThanOrEqual(3);
    expect(
      sizes.reduce((sum, size) => sum + size, 0),
      address,
    ).toBeLessThanOrEqual(14 * 1024);
  }
});
