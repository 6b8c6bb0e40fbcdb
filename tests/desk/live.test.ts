import { afterEach, expect, test, vi } from 'vitest';
import { signInLink } from '../../server/desk/sign-in.ts';
import { StoreFault } from '../../server/store/connection.ts';
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
  vi.restoreAllMocks();
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
  page.evaluate<string>('document.querySelector(".counters .sent dd").textContent.trim()');

/** Listens as a browser does, with the cookie of somebody who is signed in. */
async function listen(app: TestApp, cookie: string, headers: Record<string, string> = {}) {
  const ending = new AbortController();
  const answer = await fetch(`${app.url}${BASE}/live`, { headers: { cookie, ...headers }, signal: ending.signal });
  const heard = { text: '', isOver: false };
  const reading = (async () => {
    const decoder = new TextDecoder();
    for await (const chunk of answer.body ?? []) heard.text += decoder.decode(chunk);
  })()
    .catch(() => {})
    .finally(() => {
      heard.isOver = true;
    });
  const stop = async () => {
    ending.abort();
    await reading;
  };
  closers.push(stop);
  return { answer, heard, stop };
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
  expect(await page.textContent('#told')).toBe('Now 1 sent.');
  expect(await page.isVisible('#still')).toBe(false);
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
  expect(
    heard.text.replace(/^retry: 5000$|^id: [\w-]{43}$|^event: changed$|^data: $|^: still here$/gm, '').trim(),
  ).toBe('');
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

const idIn = (text: string) => /id: ([\w-]+)/.exec(text)?.[1] ?? '';

test('who was cut off says what they saw last, and is told only where it has changed since', async () => {
  const { app, sink, ada } = await start();
  const first = await listen(app, ada.cookie());
  await until(() => idIn(first.heard.text), 'the first event');
  const again = await listen(app, ada.cookie(), { 'last-event-id': idIn(first.heard.text) });
  await until(() => again.heard.text.includes('retry'), 'the beginning');
  expect(again.heard.text).not.toContain('changed');
  // Nobody watches any more: the server has forgotten what it said.
  for (const each of [first, again]) await each.stop();
  await confirmLetter(app, sink, person(1));
  await until(async () => (await app.parts.store.tally.sums(SLUG)).sent === 1, 'the letter');
  const later = await listen(app, ada.cookie(), { 'last-event-id': idIn(first.heard.text) });
  await until(() => later.heard.text.includes('changed'), 'what was missed');
});

test('all who watch share one look, and who asks for the head alone is not kept waiting', async () => {
  const { app, ada } = await start();
  const head = await fetch(`${app.url}${BASE}/live`, { method: 'HEAD', headers: { cookie: ada.cookie() } });
  expect([head.status, head.headers.get('content-type')]).toEqual([200, 'text/event-stream']);
  for (let i = 0; i < 12; i += 1) await listen(app, ada.cookie());
  const looks = vi.spyOn(app.parts.store.tally, 'sums');
  await until(() => looks.mock.calls.length >= 2, 'two looks', 8000);
  const during = looks.mock.calls.length;
  await new Promise((done) => setTimeout(done, 4100));
  expect(looks.mock.calls.length - during).toBeLessThanOrEqual(3);
}, 20_000);

test('a page that looks by itself does not keep its session from ending', async () => {
  const { app, ada } = await start();
  const [row] = await app.parts.store.campaigners.all();
  const seenAt = async () => (await app.parts.store.sessions.ofCampaigner(row?.id as string))[0]?.seenAt;
  const before = await seenAt();
  app.clock.now += 10 * 60_000;
  const byItself = { cookie: ada.cookie(), 'sec-fetch-dest': 'empty' };
  expect((await fetch(`${app.url}${BASE}`, { headers: byItself })).status).toBe(200);
  expect(await seenAt()).toBe(before);
  await ada.get(BASE);
  expect(await seenAt()).toBe(app.clock.now);
});

test('beyond two hundred who watch, a browser is told not to come again', async () => {
  const { app, ada } = await start();
  const watching = await Promise.all(Array.from({ length: 200 }, () => listen(app, ada.cookie())));
  expect(new Set(watching.map(({ answer }) => answer.status))).toEqual(new Set([200]));
  expect((await listen(app, ada.cookie())).answer.status).toBe(204);
}, 30_000);

test('where the database does not answer, nobody is kept waiting', async () => {
  const { app, ada } = await start();
  vi.spyOn(app.parts.store.holds, 'ofCampaign').mockRejectedValue(new StoreFault('08006'));
  const { answer, heard } = await listen(app, ada.cookie());
  expect(answer.status).toBeGreaterThanOrEqual(500);
  await until(() => heard.isOver, 'the end');
});

test('a page that nobody sees does not listen, and sees what it missed when somebody comes back', async () => {
  const { app, sink } = await start();
  const page = await atOverview(app);
  const see = (isHidden: boolean) =>
    page.evaluate(`Object.defineProperty(document, 'hidden', { value: ${isHidden}, configurable: true });
      document.dispatchEvent(new Event('visibilitychange'))`);
  await see(true);
  await confirmLetter(app, sink, person(1));
  await until(async () => (await app.parts.store.tally.sums(SLUG)).sent === 1, 'the letter');
  await new Promise((done) => setTimeout(done, 4500));
  expect(await sentOn(page)).toBe('0');
  await see(false);
  await until(async () => (await sentOn(page)) === '1', 'the number');
}, 20_000);

test('when the session has ended, the page says that its numbers stand still', async () => {
  const { app } = await start();
  const page = await atOverview(app);
  const [row] = await app.parts.store.campaigners.all();
  for (const { id } of await app.parts.store.sessions.ofCampaigner(row?.id as string))
    await app.parts.store.sessions.end(row?.id as string, id);
  await page.evaluate("dispatchEvent(new Event('pagehide')); dispatchEvent(new Event('pageshow'))");
  await page.waitForSelector('#still:not([hidden])');
  expect(await page.textContent('#still')).toContain('These numbers stand still');
}, 20_000);
