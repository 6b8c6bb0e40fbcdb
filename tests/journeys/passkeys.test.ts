import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { firstLink } from '../../server/desk/sign-in.ts';
import { startApp, type TestApp } from '../support/app.ts';
import { violations } from '../support/axe.ts';
import { openBrowser } from '../support/browser.ts';
import { bees } from '../support/cast.ts';
import { look } from '../support/look.ts';

const closers: (() => unknown)[] = [];
let browser: Browser;
beforeAll(async () => {
  browser = await openBrowser();
});
afterAll(async () => browser?.close());
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

/** Passkeys belong to a name, so the app is known by one; who asks for 127.0.0.1 comes from elsewhere. */
async function start(): Promise<{ app: TestApp; home: string }> {
  const app = await startApp([bees()]);
  closers.push(app.stop);
  const home = app.url.replace('127.0.0.1', 'localhost');
  app.parts.publicUrl = () => home;
  return { app, home };
}

async function open(options: Parameters<Browser['newContext']>[0] = {}): Promise<Page> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options });
  closers.push(() => context.close());
  const page = await context.newPage();
  page.on('pageerror', (error) => closers.push(() => expect(error).toBeUndefined()));
  return page;
}

/** Gives the browser an authenticator of Chromium's own, in which a finger is always on. */
async function withAuthenticator(page: Page) {
  const cdp = await page.context().newCDPSession(page);
  await cdp.send('WebAuthn.enable');
  const { authenticatorId } = await cdp.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      ...{ protocol: 'ctap2', transport: 'internal', automaticPresenceSimulation: true },
      ...{ hasResidentKey: true, hasUserVerification: true, isUserVerified: true },
    },
  });
  /** Whether it takes whatever it is asked for, or waits. */
  const touch = (enabled: boolean) => cdp.send('WebAuthn.setAutomaticPresenceSimulation', { authenticatorId, enabled });
  return { cdp, authenticatorId, touch };
}

async function signIn(page: Page, app: TestApp): Promise<void> {
  await page.goto((await firstLink(app.parts)) as string);
  await page.fill('#name', 'Ada Quist');
  await page.fill('#email', 'ada@desk.example');
  await page.getByRole('button', { name: 'Begin' }).click();
}

const press = (page: Page, name: string) => page.getByRole('button', { name, exact: true }).click();

async function addKey(page: Page, home: string): Promise<void> {
  await page.goto(`${home}/desk/me`);
  await page.fill('#name', 'this laptop');
  await press(page, 'Add a passkey');
  await page.getByRole('status').waitFor();
}

test('somebody adds a passkey, signs in with it, and removes it', async () => {
  const { app, home } = await start();
  const page = await open();
  const { cdp, authenticatorId, touch } = await withAuthenticator(page);
  await signIn(page, app);
  await page.goto(`${home}/desk/me`);
  // Without a name the browser asks for one before any passkey is made.
  await press(page, 'Add a passkey');
  expect(await page.evaluate<string>('document.activeElement.id')).toBe('name');
  expect((await cdp.send('WebAuthn.getCredentials', { authenticatorId })).credentials).toEqual([]);
  await addKey(page, home);
  expect(await page.textContent('[role="status"]')).toContain('The passkey is added');
  expect(await page.textContent('#passkeys table')).toMatch(/this laptop.*never/);
  const { credentials } = await cdp.send('WebAuthn.getCredentials', { authenticatorId });
  expect(credentials.map(({ rpId, isResidentCredential }) => [rpId, isResidentCredential])).toEqual([
    ['localhost', true],
  ]);
  expect(JSON.stringify(credentials)).not.toContain('desk.example');

  await page.fill('#name', 'again');
  await press(page, 'Add a passkey');
  await page.getByText('This device has a passkey for you already.').waitFor();

  // The browser offers it at the address field; this authenticator takes what it is offered.
  await press(page, 'Sign out');
  await page.waitForURL(`${home}/desk`);
  await touch(false);
  await press(page, 'Sign out');
  await page.getByRole('button', { name: 'Use a passkey' }).waitFor();
  await touch(true);
  await press(page, 'Use a passkey');
  await page.waitForURL(`${home}/desk`);
  expect(await page.textContent('header')).toContain('Ada Quist');
  await page.goto(`${home}/desk/me`);
  expect(await page.textContent('#passkeys table')).not.toContain('never');
  await press(page, 'Remove it: this laptop');
  expect(await page.textContent('[role="status"]')).toContain('The passkey is removed');

  await press(page, 'Sign out');
  await page.getByRole('alert').filter({ hasText: 'This passkey does not open the desk' }).waitFor();
  expect(await violations(page)).toEqual([]);
}, 60_000);

test('whoever stops it, comes under another address, or has no passkey is told what to do', async () => {
  const { app, home } = await start();
  const page = await open();
  const { cdp, authenticatorId } = await withAuthenticator(page);
  await signIn(page, app);
  await cdp.send('WebAuthn.setUserVerified', { authenticatorId, isUserVerified: false });
  await page.goto(`${home}/desk/me`);
  await page.fill('#name', 'this laptop');
  await press(page, 'Add a passkey');
  await page.getByText('It was stopped, or took too long.').waitFor();
  expect(await page.inputValue('#name')).toBe('this laptop');
  await cdp.send('WebAuthn.setUserVerified', { authenticatorId, isUserVerified: true });
  await press(page, 'Add a passkey');
  await page.getByText('The passkey is added').waitFor();

  await page.goto(`${app.url}/desk/sign-in`);
  await press(page, 'Use a passkey');
  await page.getByText('This page is open under another address').waitFor();
  expect(await violations(page)).toEqual([]);
}, 60_000);

test('without script, or where the browser knows no passkeys, nothing is offered, and the page says so', async () => {
  const { app, home } = await start();
  const page = await open();
  await page.addInitScript('delete globalThis.PublicKeyCredential');
  await signIn(page, app);
  await page.goto(`${home}/desk/me`);
  expect(await page.getByRole('button', { name: 'Add a passkey' }).isVisible()).toBe(false);
  expect(await page.getByText('Passkeys are added by a script').isVisible()).toBe(true);
  const plain = await open({ javaScriptEnabled: false });
  await plain.goto(`${home}/desk/sign-in`);
  expect(await plain.getByRole('button', { name: 'Use a passkey' }).isVisible()).toBe(false);
  expect(await plain.getByRole('button', { name: 'Send me a link' }).isVisible()).toBe(true);
  await plain.context().addCookies(await page.context().cookies());
  await plain.goto(`${home}/desk/me`);
  expect(await plain.getByText('Mailed links always work as well.').isVisible()).toBe(true);
  expect(await plain.getByText('Passkeys are added by a script').isVisible()).toBe(true);
  expect(await plain.getByRole('button', { name: 'Add a passkey' }).isVisible()).toBe(false);
}, 60_000);

test.each([
  ['light', 1440],
  ['dark', 768],
  ['light', 360],
  ['dark', 360],
] as const)(
  'axe finds nothing where there is a passkey (%s, %i wide)',
  async (colorScheme, width) => {
    const { app, home } = await start();
    const page = await open({ colorScheme, viewport: { width, height: 900 } });
    const { touch } = await withAuthenticator(page);
    await signIn(page, app);
    await addKey(page, home);
    await touch(false);
    const at = `${width}-${colorScheme}`;
    const found = await look(page, `keys-me-${at}`);
    app.clock.now += 20 * 60_000;
    await page.goto(`${home}/desk/me`);
    found.push(...(await look(page, `keys-me-later-${at}`)));
    await press(page, 'Sign out, to sign in anew');
    found.push(...(await look(page, `keys-sign-in-${at}`)));
    await page.goto(`${home}/desk/sign-in/${'x'.repeat(43)}`);
    found.push(...(await look(page, `keys-over-${at}`)));
    expect(found).toEqual([]);
  },
  60_000,
);
