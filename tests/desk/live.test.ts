import { afterEach, expect, test } from 'vitest';
import { signInLink } from '../../server/desk/sign-in.ts';
import { startApp, type TestApp, until } from '../support/app.ts';
import { openBrowser } from '../support/browser.ts';
import { bees } from '../support/cast.ts';
import { colleague, owner, visitor } from '../support/desk.ts';
import { confirmLetter, person } from '../support/letters.ts';
import { startSink } from '../support/sink.ts';

const SLUG = 'save-the-bees';
const BASE = `/desk/c/${SLUG}`;
const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

async function start() {
  const sink = await startSink();
  closers.push(sink.stop);
  const app = await startApp([bees()], { SMTP_URL: sink.url });
  let isStopped = false;
  const stop = async () => {
    if (!isStopped) await app.stop();
    isStopped = true;
  };
  closers.push(stop);
  return { app, sink, stop, ada: await owner(app) };
}

/** A browser of the first owner on the overview. */
async function atOverview(app: TestApp, options = {}) {
  const browser = await openBrowser();
  closers.push(() => browser.close());
  const page = await (await browser.newContext(options)).newPage();
  const [ada] = await app.parts.store.campaigners.all();
  await page.goto(await signInLink(app.parts, ada?.id as string));
  await page.getByRole('button', { name: 'Sign me in' }).click();
  await page.goto(`${app.url}${BASE}`);
  return page;
}
const sentOn = (page: Awaited<ReturnType<typeof atOverview>>) =>
  page.evaluate<string>('document.querySelector(".counters .sent dd").firstChild.textContent.trim()');

/** Listens as a browser does, with the cookie of somebody who is signed in. */
async function listen(app: TestApp, cookie: string) {
  const ending = new AbortController();
  const answer = await fetch(`${app.url}${BASE}/live`, { headers: { cookie }, signal: ending.signal });
  const heard = { text: '', isOver: false };
  const reading = (async () => {
    const decoder = new TextDecoder();
    for await (const chunk of answer.body ?? []) heard.text += decoder.decode(chunk);
  })()
    .catch(() => {})
    .finally(() => {
      heard.isOver = true;
    });
  closers.push(async () => {
    ending.abort();
    await reading;
  });
  return { answer, heard };
}

/** The cookie of a new session of somebody. */
async function cookieOf(app: TestApp, id: string): Promise<string> {
  const { cookie } = await visitor(app).post(await signInLink(app.parts, id));
  return cookie?.split(';')[0] as string;
}

test('a letter that goes changes the number on an open page, and the focus stays', async () => {
  const { app, sink } = await start();
  const page = await atOverview(app);
  expect(await sentOn(page)).toBe('0');
  await page.getByText('What each number means').focus();
  await confirmLetter(app, sink, person(1));
  await until(async () => (await sentOn(page)) === '1', 'the number');
  expect(await page.evaluate('document.activeElement.textContent')).toBe('What each number means');
  expect(await page.textContent('#told')).toMatch(/Now 1/);
  expect((await page.locator('[data-part="offices"] tr').first().textContent())?.replace(/\s+/g, ' ')).toContain('IE1');
});

test('without script the number comes with the next page', async () => {
  const { app, sink } = await start();
  const page = await atOverview(app, { javaScriptEnabled: false });
  const sent = async () => ((await page.textContent('.counters .sent dd')) ?? '').trim();
  expect(await sent()).toMatch(/^0/);
  await confirmLetter(app, sink, person(1));
  await until(async () => (await app.parts.store.tally.sums(SLUG)).sent === 1, 'the letter');
  expect(await sent()).toMatch(/^0/);
  await page.reload();
  expect(await sent()).toMatch(/^1/);
});

test('only who may look is told, as long as they may', async () => {
  const { app, sink } = await start();
  expect((await fetch(`${app.url}${BASE}/live`, { redirect: 'manual' })).status).toBe(303);
  await colleague(app, SLUG, 'viewer', 'Bela');
  const everybody = await app.parts.store.campaigners.all();
  const bela = everybody.find(({ role }) => role === '')?.id as string;
  const { answer, heard } = await listen(app, await cookieOf(app, bela));
  expect(answer.headers.get('content-type')).toBe('text/event-stream');
  await confirmLetter(app, sink, person(1));
  await until(() => heard.text.includes('event: changed'), 'the event');
  // What is said is that something changed, and nothing of it.
  expect(heard.text.replace(/^retry: 5000$|^event: changed$|^data: $|^: still here$/gm, '').trim()).toBe('');
  await app.parts.store.campaigners.takeRole(SLUG, bela);
  await until(() => heard.isOver, 'the end', 20_000);
}, 30_000);

test('open pages do not keep the program from ending', async () => {
  const { app, stop, ada } = await start();
  await ada.get(BASE);
  const [row] = await app.parts.store.campaigners.all();
  const { heard, answer } = await listen(app, await cookieOf(app, row?.id as string));
  expect(answer.headers.get('content-type')).toBe('text/event-stream');
  const before = performance.now();
  await stop();
  expect(performance.now() - before).toBeLessThan(3000);
  await until(() => heard.isOver, 'the end');
});
