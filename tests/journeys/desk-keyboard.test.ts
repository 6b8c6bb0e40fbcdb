import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { newCampaigner } from '../../server/desk/campaigner.ts';
import { firstLink, signInLink } from '../../server/desk/sign-in.ts';
import { startApp, type TestApp } from '../support/app.ts';
import { openBrowser } from '../support/browser.ts';
import { bees } from '../support/cast.ts';
import { enter, focused, tabTo, typeInto } from '../support/keyboard.ts';

const closers: (() => unknown)[] = [];
let browser: Browser;
beforeAll(async () => {
  browser = await openBrowser();
});
afterAll(async () => browser?.close());
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

async function start(options: Parameters<Browser['newContext']>[0] = {}): Promise<{ app: TestApp; page: Page }> {
  const app = await startApp([bees()]);
  closers.push(app.stop);
  const context = await browser.newContext({ viewport: { width: 1280, height: 700 }, ...options });
  closers.push(() => context.close());
  return { app, page: await context.newPage() };
}

const LIST = `country,name,office,salutation,language,email,source,checked_on
IE,Minister One,Minister for Trains,Dear Minister,en,trains@rail.ministry.gov,https://rail.ministry.gov,2026-11-20
FR,Minister Two,Minister for Rails,Dear Minister,en,rails@rail.ministry.gov,https://rail.ministry.gov,2024-11-20
`;
const LETTER = `Keep the night train

{{recipient.salutation}},

Keep it, for I live in {{sender.country}}.

{{ownWords}}

{{sender.name}}
`;
const words = (page: Page) => page.textContent('main');

test.each([
  ['with script', {}],
  ['without script', { javaScriptEnabled: false }],
])(
  'by keyboard alone, %s, somebody signs in, makes a campaign, is stopped, mends it, launches and pauses it',
  async (_, options) => {
    const { app, page } = await start(options);
    await page.goto((await firstLink(app.parts)) as string);
    await typeInto(page, 'Name', 'Ada Quist');
    await typeInto(page, 'Email address', 'ada@desk.example');
    await enter(page, 'Begin');

    await enter(page, 'Make a campaign');
    await typeInto(page, 'Title', 'Keep the night train');
    await typeInto(page, 'Summary', 'It is to end. Ask your minister to keep it.');
    await typeInto(page, 'Who stands behind it', '[YOUR NAME]');
    await typeInto(page, 'How you can be reached', 'friends@night-trains.org');
    await enter(page, 'Make it');
    await typeInto(page, 'What and why, English (optional)', 'It takes people home while they sleep.');
    await typeInto(page, 'Read over by, English (optional)', 'Ada Quist');
    await enter(page, 'Save');
    expect(await words(page)).toContain('It is saved.');

    await enter(page, 'Recipients');
    await tabTo(page, /paste/i);
    // As somebody pastes: typing would put a line's indent into the next.
    await page.keyboard.insertText(LIST);
    await enter(page, 'Look at it');
    expect(await words(page)).toContain('Nothing is taken in yet');
    await tabTo(page, /^I have looked at what is doubtful/);
    await page.keyboard.press('Space');
    expect(await page.isChecked('#doubtful')).toBe(true);
    await enter(page, 'Take it in');
    expect(await words(page)).toContain('2 on the list');

    await enter(page, 'Letters');
    await enter(page, 'the letter');
    await tabTo(page, /text|letter/i);
    while ((await focused(page))?.role !== 'textbox') await tabTo(page, /.*/);
    await page.keyboard.press('ControlOrMeta+a');
    await page.keyboard.insertText(LETTER);
    await enter(page, 'Show it as it arrives');
    expect(await page.textContent('.sheet')).toContain('Keep it, for I live in');
    await enter(page, 'Save');

    await enter(page, 'Launch');
    expect(await page.locator('.stops li').allTextContents()).not.toEqual([]);
    await enter(page, 'Dates and rules');
    await typeInto(page, 'Name', 'Friends of the Night Train');
    await typeInto(page, 'Postal address (optional)', '1 Station Road, Dublin');
    await typeInto(page, 'Privacy contact (optional)', 'privacy@night-trains.org');
    await enter(page, 'Save');
    await enter(page, 'Launch');
    expect(await page.locator('.stops li').allTextContents()).toEqual([]);
    await enter(page, 'Launch it');
    expect(await words(page)).toContain('The campaign is open.');
    await enter(page, 'Pause it');
    expect(await words(page)).toContain('The campaign is paused.');
    // And back again: what was passed is reached the other way.
    await tabTo(page, 'Sign out', 'Shift+Tab');
    await Promise.all([page.waitForEvent('load'), page.keyboard.press('Space')]);
    expect(await words(page)).toContain('Sign in');
  },
  180_000,
);

/** Everything on the page that the keyboard should reach, as the browser sees it. */
const REACHABLE = `[...document.querySelectorAll('a[href], button, input:not([type=hidden]), select, textarea, summary')].filter(
  (each) => each.checkVisibility() && !each.disabled && each.tabIndex >= 0).length`;

/** Goes around a page by one key. Gives what is wrong: whatever is not seen, not named, or not reached. */
async function around(page: Page, key: 'Tab' | 'Shift+Tab'): Promise<string[]> {
  await page.evaluate('document.activeElement?.blur(), globalThis.stops = new Set()');
  const reachable = await page.evaluate<number>(REACHABLE);
  const faults = new Set<string>();
  let reached = 0;
  // A date has a stop for each of its parts, and the browser one of its own at the end.
  for (let n = 0; n < 4 * reachable && reached < reachable; n += 1) {
    await page.keyboard.press(key);
    const stop = await focused(page);
    if (!stop) continue;
    for (const fault of stop.faults) faults.add(`${stop.role} “${stop.name}” ${fault}`);
    reached = await page.evaluate<number>('globalThis.stops.add(document.activeElement).size');
  }
  return reached === reachable ? [...faults] : [...faults, `${reached} of ${reachable} reached by ${key}`];
}

test.each([
  [1280, 'Tab'],
  [360, 'Shift+Tab'],
] as const)(
  'no page of the desk holds the focus, hides it or leaves it without a name; the link to the content works (%i wide, by %s)',
  async (width, key) => {
    const { app, page } = await start({ viewport: { width, height: 700 } });
    const id = await newCampaigner(app.parts, { name: 'Ada Quist', email: 'ada@desk.example' }, 'owner');
    await page.goto(`${app.url}/desk/sign-in`);
    const found = await around(page, key);
    await page.goto(await signInLink(app.parts, id));
    await enter(page, 'Sign me in');
    const open = ['/desk'];
    const seen = new Set(open);
    for (const path of open) {
      await page.goto(app.url + path);
      await page.keyboard.press('Tab');
      expect((await focused(page))?.name).toBe('To the content');
      await page.keyboard.press('Enter');
      await page.keyboard.press('Tab');
      const isPast = await page.evaluate<boolean>('!document.activeElement.closest("header")');
      if (!isPast) found.push(`${path}: the link to the content leads back`);
      await page.goto(app.url + path);
      found.push(...(await around(page, key)).map((fault) => `${path}: ${fault}`));
      const links = await page.evaluate<string[]>(
        '[...document.querySelectorAll("a[href]")].map(({ href }) => new URL(href)).filter(({ origin }) => origin === location.origin).map(({ pathname }) => pathname)',
      );
      for (const link of links.filter((each) => /^\/desk(\/|$)/.test(each) && !seen.has(each))) {
        seen.add(link);
        // Files that are handed out are no pages.
        const answer = await page.request.get(app.url + link);
        if (answer.headers()['content-type']?.startsWith('text/html')) open.push(link);
      }
    }
    expect(open.length).toBeGreaterThan(12);
    expect(found).toEqual([]);
  },
  240_000,
);
