import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { firstLink } from '../../server/desk/sign-in.ts';
import { startApp, type TestApp } from '../support/app.ts';
import { violations } from '../support/axe.ts';
import { openBrowser } from '../support/browser.ts';
import { bees } from '../support/cast.ts';

const SLUG = 'save-the-bees';
const closers: (() => unknown)[] = [];
let browser: Browser;
beforeAll(async () => {
  browser = await openBrowser();
});
afterAll(async () => browser?.close());
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

async function start(path: string): Promise<{ app: TestApp; page: Page }> {
  const app = await startApp([bees()]);
  closers.push(app.stop);
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 } });
  closers.push(() => context.close());
  const page = await context.newPage();
  await page.goto((await firstLink(app.parts)) as string);
  await page.fill('#name', 'Ada Quist');
  await page.fill('#email', 'ada@desk.example');
  await page.getByRole('button', { name: 'Begin' }).click();
  await page.goto(`${app.url}/desk/c/${SLUG}${path}`);
  return { app, page };
}

const told = (page: Page, words: string | RegExp) =>
  page.locator('[data-told]').filter({ hasText: words }).waitFor({ timeout: 5000 });
const focused = (page: Page) => page.evaluate<string>('document.activeElement.id');

test('a letter is shown as it is typed; focus stays, faults are said, and the last letter stays while a name is half typed', async () => {
  const { app, page } = await start('/letters/en');
  await page.focus('#text');
  await page.keyboard.press('Control+A');
  await page.keyboard.type('Hello\n\nTo you, {{sender.name}}\n\n<i>now</i>');
  await told(page, 'The preview shows what you typed.');
  expect(await page.textContent('.sheet .text')).toMatch(/^To you, Maximiliane Oberhofer-Gut\n\n<i>now<\/i>\n\n-- \n/);
  expect(await page.textContent('.sheet dl')).toContain('Hello');
  await page.keyboard.type('\n\n{{sender.na');
  await told(page, /braces that do not match/);
  expect(await page.locator('.sheet.stale').count()).toBe(1);
  expect(await focused(page)).toBe('text');
  await page.keyboard.type('me}}');
  await told(page, 'The preview shows what you typed.');
  expect(await page.locator('.stale').count()).toBe(0);
  await page.selectOption('#recipient', 'fr-interior');
  await page.locator('.sheet dd', { hasText: 'Minister of FR' }).waitFor();
  expect(await violations(page)).toEqual([]);
  expect(app.parts.campaigns.find(SLUG)?.revision).toBe(1);
  // Whoever goes away is asked first, for nothing is saved yet.
  const asked = page.waitForEvent('dialog');
  const leaving = page.click('text=All letters').catch(() => {});
  await (await asked).dismiss();
  await leaving;
  expect(await page.inputValue('#text')).toContain('To you');
});

test('when the session has ended the typed text stays, and it is said', async () => {
  const { app, page } = await start('/letters/en');
  app.clock.now += 25 * 3_600_000;
  await page.fill('#text', 'An hour’s work\n\nthat stays\n');
  await told(page, /You are signed out/);
  expect(await page.inputValue('#text')).toContain('that stays');
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  expect(await page.textContent('main')).toContain('What you typed is kept on this page');
});

test('Markdown is shown beside, in each language, as it is typed', async () => {
  const { page } = await start('/texts');
  await page.fill('[id="background.de"]', '## Warum\n\nWeil **jede** zählt. <b>roh</b>');
  await page.locator('#preview strong', { hasText: 'jede' }).waitFor();
  expect(await page.locator('#preview article[lang="de"] h2').textContent()).toBe('Warum');
  expect(await page.textContent('#preview')).toContain('<b>roh</b>');
  expect(await focused(page)).toBe('background.de');
});
