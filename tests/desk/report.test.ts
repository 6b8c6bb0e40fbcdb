import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { firstLink } from '../../server/desk/sign-in.ts';
import type { CampaignContent } from '../../server/domain/campaign.ts';
import type { Move } from '../../server/domain/tally.ts';
import { startApp, type TestApp } from '../support/app.ts';
import { violations } from '../support/axe.ts';
import { openBrowser } from '../support/browser.ts';
import { bees } from '../support/cast.ts';
import { owner } from '../support/desk.ts';

const SLUG = 'save-the-bees';
const REPORT = `/desk/c/${SLUG}/data/report`;
const PICTURES = process.env.PICTURES;
const closers: (() => unknown)[] = [];
let browser: Browser;
beforeAll(async () => {
  browser = await openBrowser();
});
afterAll(async () => browser?.close());
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

async function start(content: CampaignContent = bees({ opens: '2026-09-15', goal: 5000, actBefore: '2026-12-15' })) {
  const app = await startApp([content]);
  closers.push(app.stop);
  return app;
}
const cell = (day: string, n: number, of: Partial<Move> = {}): Move => ({
  ...{ day, country: 'IE', recipient: 'ie-interior', source: '', counter: 'sent', n },
  ...of,
});

describe('the monthly report', () => {
  test('shows its month, the one before and all, in steps only', async () => {
    const app = await start();
    await app.parts.store.tally.move(SLUG, [
      cell('2026-11-23', 57),
      cell('2026-10-02', 23),
      cell('2026-11-23', 7, { country: 'DE', recipient: 'de-interior' }),
      cell('2026-11-23', 13, { counter: 'bounced' }),
    ]);
    const { html } = await (await owner(app)).get(REPORT);
    const article = html.slice(html.indexOf('<article'));
    expect(article).toMatch(
      /<strong>Sent<\/strong>[\s\S]*?"November 2026">60<[\s\S]*?"October 2026">20<[\s\S]*?"Since it began">80</,
    );
    expect(article).toMatch(
      /Minister of the Interior <span class="soft">Ireland<\/span>[\s\S]*?"Sent">50<[\s\S]*?"Month before">20<[\s\S]*?"Came back">10</,
    );
    expect(article).toContain('So far: until November 24, 2026');
    const numbers = [...article.matchAll(/<td class="n"[^>]*>(\d+)</g)].map(([, n]) => Number(n));
    expect(numbers.filter((n) => n % 10 !== 0)).toEqual([]);
    expect(numbers).toHaveLength(10);
    expect(article).not.toContain('Germany');
    expect(article).toContain('To the other 5 on the list');
  });

  test('has one for each month since the campaign opened, and for no other', async () => {
    const app = await start();
    const ada = await owner(app);
    const { html } = await ada.get(`${REPORT}?month=2026-09`);
    expect(html).toContain('<h2>September 2026</h2>');
    expect(html).not.toContain('So far');
    expect([...html.matchAll(/href="\?month=([\d-]+)"(?! rel)/g)].map(([, month]) => month)).toEqual([
      ...['2026-11', '2026-10', '2026-09'],
    ]);
    for (const none of ['2026-08', '2026-12', '2026-13', '', 'now', '2026-11-01', '%27'])
      expect((await ada.get(`${REPORT}?month=${none}`)).status, none).toBe(404);
  });

  test('of a campaign that nobody has written in, or that is yet to open, says so without a fault', async () => {
    const app = await start(bees({ opens: '2027-02-01' }));
    const { status, html } = await (await owner(app)).get(REPORT);
    expect(status).toBe(200);
    expect(html).toContain('under 10');
    expect(html).toContain('No day had 10 letters or more.');
    expect(html).not.toContain('No letters');
    expect(html).toContain('To the 6 on the list');
    expect(html).not.toContain('Where people live');
  });
});

/** A page of a browser in which the first owner has signed in. */
async function signedIn(app: TestApp, options: BrowserContextOptions): Promise<Page> {
  const context = await browser.newContext(options);
  closers.push(() => context.close());
  const page = await context.newPage();
  await page.goto((await firstLink(app.parts)) as string);
  await page.fill('#name', 'Ada Quist');
  await page.fill('#email', 'ada@desk.example');
  await page.getByRole('button', { name: 'Begin' }).click();
  return page;
}

test.each([
  ['with script', { colorScheme: 'light', viewport: { width: 1440, height: 900 } }],
  ['without script', { colorScheme: 'dark', viewport: { width: 360, height: 900 }, javaScriptEnabled: false }],
] as const)(
  'by keyboard, %s, a table is had and a token made',
  async (_, options) => {
    const app = await start();
    await app.parts.store.tally.move(SLUG, [cell('2026-11-23', 57)]);
    const page = await signedIn(app, options);
    // axe itself is a script.
    const look = async () => ('javaScriptEnabled' in options ? [] : violations(page));
    await page.goto(`${app.url}/desk/c/${SLUG}/data`);
    const file = page.waitForEvent('download');
    await page.getByRole('button', { name: 'The tally as CSV' }).press('Enter');
    expect((await file).suggestedFilename()).toBe(`${SLUG}-tally-2026-11-24.csv`);
    await page.getByRole('link', { name: 'Tokens' }).press('Enter');
    await page.getByRole('button', { name: 'Make it' }).press('Enter');
    expect(await page.title()).toMatch(/^Error: /);
    expect(await look()).toEqual([]);
    await page.getByLabel('What it is for').fill('figures of our web site');
    await page.getByLabel('exact figures').press('Space');
    await page.getByRole('button', { name: 'Make it' }).press('Enter');
    expect(await page.textContent('.secret')).toMatch(/^dm_[\w-]{43}$/);
    expect(await look()).toEqual([]);
    const { scrollWidth, clientWidth } = await page.evaluate<{ scrollWidth: number; clientWidth: number }>(
      '({ scrollWidth: document.documentElement.scrollWidth, clientWidth: document.documentElement.clientWidth })',
    );
    expect(scrollWidth).toBeLessThanOrEqual(clientWidth);
    if (PICTURES) await page.screenshot({ path: join(PICTURES, `token-${clientWidth}.png`), fullPage: true });
  },
  60_000,
);

/** Two hundred offices and half a million letters: several sheets of paper. */
async function large(): Promise<TestApp> {
  const content = bees({ opens: '2026-09-15', goal: 500_000, actBefore: '2026-12-15' });
  const codes = [
    'AT',
    'BE',
    'BG',
    'CY',
    'CZ',
    'DE',
    'DK',
    'EE',
    'ES',
    'FI',
    'FR',
    'GR',
    'HR',
    'HU',
    'IE',
    'IT',
    'LT',
    'LU',
  ];
  const recipients = Array.from({ length: 200 }, (_, i) => {
    const country = codes[i % codes.length] ?? 'IE';
    const [first] = content.recipients;
    return {
      ...(first as (typeof content.recipients)[0]),
      id: `office-${i}`,
      country,
      office: `Ministry of the Interior and of Public Administration, room ${i}`,
    };
  });
  const app = await start({ ...content, recipients });
  const days = Array.from({ length: 54 }, (_, i) =>
    new Date(Date.parse('2026-10-01') + i * 86_400_000).toISOString().slice(0, 10),
  );
  const cells = days.flatMap((day, d) =>
    recipients
      .slice(0, 60)
      .map(({ id, country }, i) => cell(day, 20 + ((d * 7 + i * 13) % 90), { country, recipient: id })),
  );
  await app.parts.store.tally.move(SLUG, [
    ...cells,
    ...codes.map((country) => cell('2026-11-20', 300, { country, recipient: '', counter: 'prepared' })),
    cell('2026-11-20', 40, { recipient: 'office-0', counter: 'bounced' }),
  ]);
  return app;
}

test('it prints on A4 and Letter: no navigation, black on white, page after page', async () => {
  const app = await large();
  const page = await signedIn(app, { colorScheme: 'dark' });
  await page.goto(`${app.url}${REPORT}`);
  expect(await violations(page)).toEqual([]);
  await page.emulateMedia({ media: 'print', colorScheme: 'dark' });
  for (const hidden of ['.desk .top', '.tabs', '.months', 'footer.end', '.skip'])
    expect(await page.locator(hidden).first().isVisible(), hidden).toBe(false);
  const colours = await page.evaluate<string[]>(
    '[...document.querySelectorAll("body, .report, .report td, .report a, .report .soft")].map((each) => getComputedStyle(each).color)',
  );
  expect([...new Set(colours)].sort()).toEqual(['rgb(0, 0, 0)', 'rgb(51, 51, 51)']);
  for (const format of ['A4', 'Letter'] as const) {
    const pdf = await page.pdf({ format });
    const pages = pdf.toString('latin1').match(/\/Type \/Page\b/g)?.length ?? 0;
    expect(pages).toBeGreaterThan(2);
    expect(pages).toBeLessThan(10);
    if (PICTURES) {
      mkdirSync(PICTURES, { recursive: true });
      writeFileSync(join(PICTURES, `report-${format}.pdf`), pdf);
    }
  }
}, 60_000);
