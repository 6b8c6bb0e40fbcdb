import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { Webhook } from 'standardwebhooks';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { firstLink } from '../../server/desk/sign-in.ts';
import { startApp, type TestApp, until } from '../support/app.ts';
import { violations } from '../support/axe.ts';
import { openBrowser } from '../support/browser.ts';
import { bees } from '../support/cast.ts';
import { startReceiver } from '../support/receiver.ts';

const PATH = '/desk/c/save-the-bees/data';
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

async function start(colorScheme: 'light' | 'dark', width: number) {
  const receiver = await startReceiver();
  closers.push(receiver.stop);
  const app = await startApp([bees()], {}, { now: Date.now() });
  closers.push(app.stop);
  app.parts.callOut = receiver.callOut;
  const context = await browser.newContext({
    colorScheme,
    viewport: { width, height: 900 },
  });
  closers.push(() => context.close());
  const page = await context.newPage();
  await page.goto((await firstLink(app.parts)) as string);
  await page.fill('#name', 'Ada Quist');
  await page.fill('#email', 'ada@desk.example');
  await page.getByRole('button', { name: 'Begin' }).click();
  return { app, receiver, page };
}

const FOCUSED = "document.activeElement.getAttribute('aria-label') ?? document.activeElement.textContent";

/** Goes to what is named by the keyboard alone, and presses it. */
async function reach(page: Page, name: string): Promise<void> {
  for (let n = 0; n < 80; n += 1) {
    await page.keyboard.press('Tab');
    if ((await page.evaluate<string>(FOCUSED)) !== name) continue;
    const answered = page.waitForEvent('load');
    await page.keyboard.press('Enter');
    await answered;
    return;
  }
  throw new Error(`${name} is not reached by the keyboard`);
}

const settled = (app: TestApp, n: number) =>
  until(async () => {
    const hooks = await app.parts.store.hooks.ofCampaign('save-the-bees');
    const all = await Promise.all(hooks.map(({ id }) => app.parts.store.hooks.deliveries(id, 9)));
    return all.flat().filter(({ outcome }) => outcome !== '').length === n;
  }, `${n} messages that are done with`);

test.each([
  ['light', 1440],
  ['dark', 768],
  ['light', 360],
  ['dark', 360],
] as const)(
  'a program is told, fails, and is ended, by keyboard, on pages without script (%s, %i wide)',
  async (colorScheme, width) => {
    const { app, receiver, page } = await start(colorScheme, width);
    const found: string[] = [];
    async function look(name: string): Promise<void> {
      found.push(...(await violations(page)).map((each) => `${name}: ${each}`));
      const [wide, here] = await page.evaluate<[number, number]>(
        '[document.documentElement.scrollWidth, document.documentElement.clientWidth]',
      );
      if (wide > here) found.push(`${name} is ${wide - here} pixels too wide`);
      if (!PICTURES) return;
      mkdirSync(PICTURES, { recursive: true });
      await page.screenshot({ path: join(PICTURES, `hooks-${name}-${width}-${colorScheme}.png`), fullPage: true });
    }

    await page.goto(`${app.url}${PATH}`);
    await reach(page, 'Webhooks');
    await look('empty');
    expect(await page.locator('script').count()).toBe(0);
    await page.fill('#address', 'http://hooks.example/');
    await reach(page, 'Add it');
    await look('refused');
    expect(await page.textContent('.summary')).toContain('begins with https://');
    await page.fill('#address', receiver.url);
    await reach(page, 'Add it');
    await look('secret');
    const secret = (await page.textContent('.secret code')) ?? '';
    const name = `${new URL(receiver.url).host}/…cr3t`;
    await reach(page, `Send a test to ${name}`);
    const seen = await until(() => receiver.received[0], 'the test');
    expect(new Webhook(secret).verify(seen.body, seen.headers)).toMatchObject({ type: 'hook.test' });
    await settled(app, 1);

    receiver.answers({ status: 500 });
    await reach(page, `Send a test to ${name}`);
    await settled(app, 2);
    await page.goto(`${app.url}${PATH}/hooks`);
    await look('failing');
    expect(await page.textContent('.hook')).toContain('it has a fault of its own (500)');
    await reach(page, `Make a new secret for ${name}`);
    await look('renewed');
    receiver.answers({ status: 410 });
    await page.getByRole('button', { name: 'Try again now' }).click();
    await until(async () => (await app.parts.store.hooks.living()).length === 0, 'the end');
    await page.goto(`${app.url}${PATH}/hooks`);
    await look('ended');
    expect(await page.textContent('.hook h3')).toContain('ended');
    await page.goto(`${app.url}/desk/c/save-the-bees`);
    await page.getByText('Look at the webhooks').click();
    expect(page.url()).toContain('/data/hooks');
    expect(found).toEqual([]);
  },
  60_000,
);
