import { solveChallenge } from 'altcha-lib';
import { deriveKey } from 'altcha-lib/algorithms/sha';
import { afterEach, describe, expect, test } from 'vitest';
import { networkOf, openCallers } from '../../server/http/callers.ts';
import { openWork } from '../../server/http/work.ts';
import { counts, startApp, type TestApp, until } from '../support/app.ts';
import { openBrowser } from '../support/browser.ts';
import { bees, SAM } from '../support/cast.ts';
import { person } from '../support/letters.ts';

const SLUG = 'save-the-bees';
const SECOND = 1000;
const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

/** An installation behind a proxy, which says where callers come from. */
async function start(env: Record<string, string> = { TRUST_PROXY: 'loopback' }): Promise<TestApp> {
  const app = await startApp([bees()], env);
  closers.push(app.stop);
  return app;
}
const from = (address: string) => ({ 'x-forwarded-for': address });

async function form(app: TestApp, address: string): Promise<Record<string, string>> {
  const answer = await fetch(`${app.url}/c/${SLUG}?country=IE&lang=en`, { headers: from(address) });
  const html = (await answer.text()).split('data-fills').at(-1) ?? '';
  const hidden = [...html.matchAll(/<input type="hidden" name="([^"]+)" value="([^"]*)"/g)];
  return Object.fromEntries(hidden.map(([, name, value]) => [name as string, value as string]));
}

async function send(app: TestApp, address: string, fields: Record<string, string>) {
  const body = new URLSearchParams(fields);
  const answer = await fetch(`${app.url}/c/${SLUG}`, { method: 'POST', headers: from(address), body });
  return { status: answer.status, html: await answer.text() };
}

async function call(app: TestApp, address: string, more: Record<string, unknown>) {
  const headers = { ...from(address), 'content-type': 'application/json' };
  const body = JSON.stringify({ country: 'IE', ...more });
  const answer = await fetch(`${app.url}/api/campaigns/${SLUG}/letters`, { method: 'POST', headers, body });
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers of many shapes
  return { status: answer.status, body: (await answer.json()) as any, retry: answer.headers.get('retry-after') };
}

async function fill(app: TestApp, address: string, n: number): Promise<void> {
  for (let i = 0; i < n; i += 1) expect((await call(app, address, person(i))).status).toBe(202);
}

const solved = async (challenge: Parameters<typeof solveChallenge>[0]['challenge']) =>
  Buffer.from(JSON.stringify({ challenge, solution: await solveChallenge({ challenge, deriveKey }) })).toString(
    'base64',
  );

describe('a form', () => {
  test('that was open long enough is taken; one that comes at once is asked for a second press', async () => {
    const app = await start();
    const fields = { ...(await form(app, '203.0.113.7')), ...SAM };
    const quick = await send(app, '203.0.113.7', fields);
    expect(quick.status).toBe(422);
    expect(quick.html).toContain('That was very quick');
    expect(quick.html).toContain(SAM.email);
    app.clock.now += 3 * SECOND;
    expect((await send(app, '203.0.113.7', fields)).html).toContain('Check your inbox');
    expect(await counts(app)).toMatchObject({ pending: 1 });
  });

  test('without its time, with another’s, or that is a day old comes back with what was typed, and then goes', async () => {
    const app = await start();
    const fields: Record<string, string> = { ...(await form(app, '203.0.113.7')), ...SAM };
    app.clock.now += 10 * SECOND;
    for (const started of ['', 'x', `${fields.started?.slice(0, -2)}AA`]) {
      const old = await send(app, '203.0.113.7', { ...fields, started });
      expect(old).toMatchObject({ status: 422, html: expect.stringContaining('press the button once more') });
    }
    app.clock.now += 24 * 3600 * SECOND;
    const { html } = await send(app, '203.0.113.7', fields);
    const fresh = /name="started" value="([^"]+)"/.exec(html)?.[1] ?? '';
    app.clock.now += 3 * SECOND;
    expect((await send(app, '203.0.113.7', { ...fields, started: fresh })).status).toBe(200);
  });

  test('whose trap is filled is not taken, here on this machine either; who filled it is told', async () => {
    const app = await start({});
    const fields = { country: 'IE', lang: 'en', recipients: 'ie-interior', ...SAM };
    const caught = await send(app, '', { ...fields, homepage: 'https://spam.example' });
    expect(caught.status).toBe(422);
    expect(caught.html).toContain('Empty this field');
    expect(caught.html).not.toContain('class="field trap"');
    expect(await counts(app)).toEqual({});
    expect((await send(app, '', { ...fields, homepage: '' })).status).toBe(200);
  });
});

describe('many letters from one network', () => {
  test('ask for work, and are counted apart; another network is not asked', async () => {
    const app = await start();
    await fill(app, '203.0.113.7', 20);
    const busy = await call(app, '203.0.113.99', SAM);
    expect(busy).toMatchObject({ status: 429, retry: '60', body: { type: 'about:blank#busy', status: 429 } });
    expect((await call(app, '198.51.100.7', person(30))).status).toBe(202);
    expect((await call(app, '203.0.113.7', { ...SAM, proof: await solved(busy.body.challenge) })).status).toBe(202);
    const apart = (await app.parts.store.tally.read(SLUG)).filter(({ source }) => source === 'suspected');
    expect(apart).toMatchObject([{ counter: 'pending', n: 1 }]);
    app.clock.now += 3600 * SECOND;
    expect((await call(app, '203.0.113.7', person(31))).status).toBe(202);
  });

  test('a form waits a minute instead of working, once for each form', async () => {
    const app = await start();
    await fill(app, '203.0.113.7', 20);
    const fields = await form(app, '203.0.113.7');
    app.clock.now += 59 * SECOND;
    const early = await send(app, '203.0.113.7', { ...fields, ...person(40) });
    expect(early).toMatchObject({ status: 422, html: expect.stringContaining('wait a minute') });
    app.clock.now += SECOND;
    expect((await send(app, '203.0.113.7', { ...fields, ...person(40) })).status).toBe(200);
    expect((await send(app, '203.0.113.7', { ...fields, ...person(41) })).status).toBe(422);
  });

  test('never bite on this machine', async () => {
    const app = await start({});
    await fill(app, '', 130);
    expect((await call(app, '203.0.113.7', person(200))).status).toBe(202);
  }, 20_000);

  test('a browser works while the person types, and they see nothing of it', async () => {
    const app = await start();
    await fill(app, '203.0.113.7', 20);
    const browser = await openBrowser();
    closers.push(() => browser.close());
    const page = await browser.newPage({ extraHTTPHeaders: from('203.0.113.7') });
    await page.goto(`${app.url}/c/${SLUG}?country=IE&lang=en`);
    const proof = page.locator('input[name="proof"]');
    await until(async () => (await proof.inputValue()) !== '', 'the work');
    app.clock.now += 10 * SECOND;
    await page.fill('#name', SAM.name);
    await page.fill('#email', SAM.email);
    await page.click('form[data-fills] button');
    await page.waitForURL((url) => url.search === '');
    expect(await page.locator('h1').textContent()).toBe('Check your inbox');
  }, 60_000);
});

test('work is good once, for twenty minutes, and only if it is ours', async () => {
  const clock = { now: Date.now() };
  const work = openWork('s'.repeat(64), () => clock.now);
  const challenge = await work.challenge();
  const proof = await solved(challenge);
  expect(await openWork('t'.repeat(64), () => clock.now).isDone(proof)).toBe(false);
  const easier = { ...challenge, parameters: { ...challenge.parameters, keyPrefix: '0' } };
  expect(await work.isDone(await solved(easier))).toBe(false);
  expect(await work.isDone(proof)).toBe(true);
  expect(await work.isDone(proof)).toBe(false);
  const later = await solved(await work.challenge());
  clock.now += 21 * 60 * SECOND;
  expect(await work.isDone(later)).toBe(false);
  for (const nonsense of [
    '',
    '{}',
    'bnVsbA==',
    'W10=',
    Buffer.from('{"challenge":{},"solution":{}}').toString('base64'),
  ])
    expect(await work.isDone(nonsense)).toBe(false);
});

test('callers are known by their network, for an hour', () => {
  const clock = { now: Date.parse('2026-11-24T10:00:00Z') };
  const callers = openCallers(() => clock.now);
  callers.note('203.0.113.7');
  callers.note('::ffff:203.0.113.200');
  callers.note('2001:db8:1:2::3');
  expect(callers.seen('203.0.113.1')).toEqual({ network: 2, all: 3 });
  expect(callers.seen('2001:db8:1:ffff::').network).toBe(1);
  expect(callers.seen('2001:db8:2::').network).toBe(0);
  clock.now += 60 * SECOND;
  expect(callers.seen('203.0.113.1')).toEqual({ network: 2, all: 0 });
  clock.now = Date.parse('2026-11-24T11:00:00Z');
  expect(callers.seen('203.0.113.1').network).toBe(0);
});

test.each([
  ['203.0.113.7', '203.0.113'],
  ['::ffff:203.0.113.7', '203.0.113'],
  ['2001:db8:1:2::3', '2001:db8:1'],
  ['2001:0db8:0001::', '2001:db8:1'],
  ['::1', '0:0:0'],
  ['fe80::1%eth0', 'fe80:0:0'],
  ['nonsense', 'nonsense'],
])('the network of %s is %s', (address, network) => expect(networkOf(address)).toBe(network));
