import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { readWorld } from '../../server/campaigns/countries.ts';
import { signInLink } from '../../server/desk/sign-in.ts';
import type { CampaignContent } from '../../server/domain/campaign.ts';
import { NOTICES, type NoticeKind } from '../../server/domain/notices.ts';
import type { Counter, Move } from '../../server/domain/tally.ts';
import { ROOT, startApp, type TestApp } from '../support/app.ts';
import { openBrowser } from '../support/browser.ts';
import { bees } from '../support/cast.ts';
import { owner } from '../support/desk.ts';
import { look } from '../support/look.ts';

const SLUG = 'save-the-bees';
const BASE = `/desk/c/${SLUG}`;
const closers: (() => unknown)[] = [];
let browser: Browser;
beforeAll(async () => {
  browser = await openBrowser();
});
afterAll(async () => browser?.close());
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

const COUNTRIES = [...readWorld(ROOT).values()].filter(({ answeredBy }) => !answeredBy).map(({ code }) => code);

/** A campaign with many offices whose names are long, as those of ministries are. */
function manyOffices(n: number): CampaignContent {
  const campaign = bees();
  const [first] = campaign.recipients;
  if (!first) throw new Error('the cast has no office');
  const recipients = COUNTRIES.slice(0, n).map((country, i) => ({
    ...{ ...first, id: `${country.toLowerCase()}-interior`, country },
    ...{
      office: `Ministry of the Interior and of Public Administration ${i}`,
      email: `office${i}@interior-${country.toLowerCase()}.test`,
    },
  }));
  return { ...campaign, recipients };
}

/** Letters over fifty days, today among them, to all offices and from as many countries. */
function letters(total: number, { recipients }: CampaignContent): Move[] {
  const each = Math.ceil(total / (50 * recipients.length));
  const moves: Move[] = [];
  let left = total;
  for (let day = 0; left > 0; day += 1) {
    for (const { id } of recipients) {
      const n = Math.min(each, left);
      if (n === 0) break;
      left -= n;
      const at = new Date(Date.parse('2026-11-24') - day * 86_400_000).toISOString().slice(0, 10);
      const country = COUNTRIES[recipients.findIndex((row) => row.id === id)] as string;
      const cell = (counter: Counter, many: number) =>
        ({ ...{ day: at, country, recipient: id }, source: 'poster', counter, n: many }) satisfies Move;
      moves.push(cell('sent', n), cell('prepared', n), cell('people', n), cell('confirmed', 1), cell('bounced', 1));
    }
  }
  return moves;
}

async function start(campaign: CampaignContent, total: number): Promise<TestApp> {
  const app = await startApp([campaign]);
  closers.push(app.stop);
  await owner(app);
  await app.parts.store.tally.move(SLUG, letters(total, campaign));
  return app;
}

async function open(app: TestApp): Promise<Page> {
  const context = await browser.newContext();
  closers.push(() => context.close());
  const page = await context.newPage();
  const [ada] = await app.parts.store.campaigners.all();
  await page.goto(await signInLink(app.parts, ada?.id as string));
  await page.getByRole('button', { name: 'Sign me in' }).click();
  await page.goto(`${app.url}${BASE}`);
  return page;
}

/** Numbers that run over the box they stand in, and so into the next one. */
const spilling = (page: Page) =>
  page.evaluate<string[]>(
    '[...document.querySelectorAll(".counters dd")].filter((each) => each.scrollWidth > each.clientWidth).map((each) => each.textContent)',
  );

test.each([
  ['three letters', 3, 0],
  ['three million letters', 3_000_000, 0],
  ['two hundred recipients', 40_000, 200],
])(
  '%s: nothing runs over, at any width, in light and dark',
  async (name, total, offices) => {
    const campaign = offices > 0 ? manyOffices(offices) : bees();
    const page = await open(await start(campaign, total));
    expect(await page.locator('.counters .sent dd').first().textContent()).toBe(total.toLocaleString('en'));
    const found: unknown[] = [];
    for (const width of [360, 768, 1440])
      for (const colorScheme of ['light', 'dark'] as const) {
        await page.setViewportSize({ width, height: 900 });
        await page.emulateMedia({ colorScheme });
        found.push(...(await look(page, `overview ${name} ${width} ${colorScheme}`)), ...(await spilling(page)));
      }
    await page.emulateMedia({ colorScheme: 'light', forcedColors: 'active' });
    found.push(...(await look(page, `overview ${name} forced colours`)));
    await page.emulateMedia({ forcedColors: 'none', media: 'print' });
    await page.setViewportSize({ width: 794, height: 1123 });
    found.push(...(await look(page, `overview ${name} print`)));
    expect(found).toEqual([]);
  },
  120_000,
);

test('of two hundred offices and countries the busiest twenty are shown, and all where somebody asks', async () => {
  const app = await start(manyOffices(200), 40_000);
  await app.parts.store.tally.move(SLUG, [
    { ...{ day: '2026-11-24', country: 'ZW', recipient: 'zw-interior' }, source: '', counter: 'sent', n: 5000 },
  ]);
  const page = await open(app);
  const rows = (part: string) => page.locator(`[data-part="${part}"] tr`);
  expect([await rows('offices').count(), await rows('countries').count()]).toEqual([20, 20]);
  expect(await rows('countries').first().textContent()).toContain('Zimbabwe');
  await page.getByText('And 180 more offices').click();
  expect(await rows('offices').count()).toBe(200);
  expect(await rows('countries').count()).toBeGreaterThanOrEqual(200);
}, 60_000);

test('today stands beside all of it, but not where a number says how many there are now', async () => {
  const page = await open(await start(bees(), 600));
  const of = async (counter: string) =>
    (await page.locator(`.counters .${counter} dd`).allTextContents()).map((each) => each.trim());
  expect(await of('sent')).toEqual(['600', '12 today']);
  expect(await of('confirmed')).toHaveLength(1);
  await page.getByText('What each number means').click();
  expect(await page.textContent('.means')).toContain('different persons who confirmed a letter');
}, 60_000);

test('each thing that needs a look leads to a page where something can be done about it', async () => {
  const app = await start(bees(), 3);
  const kinds = Object.keys(NOTICES) as NoticeKind[];
  for (const kind of kinds) await app.parts.store.notices.note(SLUG, kind, 'ie-interior', app.clock.now);
  await app.parts.store.notices.note(SLUG, 'no-address', 'off-the-list', app.clock.now);
  const page = await open(app);
  expect(await page.locator('.notices li').count()).toBe(kinds.length + 1);
  const links = await page.locator('.notices a').evaluateAll((all) => all.map((each) => each.getAttribute('href')));
  expect(links).toHaveLength(kinds.length + 1 - 2);
  for (const href of new Set(links))
    expect([href, (await page.goto(`${app.url}${href}`))?.status()]).toEqual([href, 200]);
}, 60_000);
