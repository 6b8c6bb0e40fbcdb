import { Webhook } from 'standardwebhooks';
import { afterEach, describe, expect, test } from 'vitest';
import { noteRefusal } from '../../server/acts/settle.ts';
import { EVENT_KINDS } from '../../server/domain/hooks.ts';
import { sweep } from '../../server/outbox/sweep.ts';
import { startApp, type TestApp, until } from '../support/app.ts';
import { bees } from '../support/cast.ts';
import { colleague, owner, type Visitor } from '../support/desk.ts';
import { confirmLetter, person } from '../support/letters.ts';
import { freshPostgres } from '../support/postgres.ts';
import { startReceiver } from '../support/receiver.ts';
import { startSink } from '../support/sink.ts';

const SLUG = 'save-the-bees';
const BASE = `/desk/c/${SLUG}`;
const PAGE = `${BASE}/data/hooks`;
const ADDRESS = 'https://hooks.example/told/s3cr3t-of-a-program';
const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

async function start(env: Record<string, string> = {}) {
  const receiver = await startReceiver();
  closers.push(receiver.stop);
  const app = await startApp([bees()], env, { now: Date.now() });
  closers.push(app.stop);
  app.parts.callOut = receiver.callOut;
  return { app, receiver, ada: await owner(app) };
}

const secretIn = (html: string) => /<code>(whsec_[^<]+)<\/code>/.exec(html)?.[1]?.replaceAll('&#x3D;', '=') ?? '';
const idIn = (html: string) => /name="id" value="(\w{32})"/.exec(html)?.[1] ?? '';
const hooks = (app: TestApp) => app.parts.store.hooks.ofCampaign(SLUG);
/** Adds one as somebody at the page would; `events`, or all. */
async function add(ada: Visitor, address = ADDRESS, events = 'campaign.paused') {
  const { html } = await ada.get(PAGE);
  return ada.post(PAGE, { id: idIn(html), address, events });
}
async function messages(app: TestApp) {
  const all = await Promise.all((await hooks(app)).map(({ id }) => app.parts.store.hooks.deliveries(id, 99)));
  return all.flat();
}

describe.each([
  ['SQLite', async () => ({ env: {}, drop: async () => {} })],
  [
    'PostgreSQL',
    async () => {
      const { url, drop } = await freshPostgres();
      return { env: { DATABASE_URL: url }, drop };
    },
  ],
] as const)('on %s', (_name, fresh) => {
  test('an owner adds a program, tries it, and pauses the campaign: it is told, and the page says so', async () => {
    const { env, drop } = await fresh();
    closers.push(drop);
    const { app, receiver, ada } = await start(env);
    const added = await add(ada, receiver.url);
    expect(added.status).toBe(200);
    const secret = secretIn(added.html);
    const [hook] = await hooks(app);
    expect((await ada.post(PAGE, { test: hook?.id ?? '' })).location).toBe(`${PAGE}?done=tested`);
    const seen = await until(() => receiver.received[0], 'the test');
    expect(new Webhook(secret).verify(seen.body, seen.headers)).toMatchObject({
      type: 'hook.test',
      data: { campaign: SLUG },
    });
    await ada.get(`${BASE}/launch`);
    await ada.post(`${BASE}/launch`, { move: 'pause', revision: '1' });
    const told = await until(() => receiver.received[1], 'the pause');
    expect(JSON.parse(told.body)).toMatchObject({ type: 'campaign.paused', data: { state: 'paused' } });
    await until(async () => (await messages(app)).every(({ doneAt }) => doneAt !== null), 'the notes');
    const { html } = await ada.get(PAGE);
    expect(html.match(/it answered 204/g)).toHaveLength(2);
    expect(html).toContain('campaign.paused');
  });
});

test('the secret is shown once; neither it nor the address stands on a page, in the record, the log or the database', async () => {
  const { app, ada } = await start();
  const added = await add(ada);
  const secret = secretIn(added.html);
  expect(secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
  const [hook] = await hooks(app);
  const pages = [await ada.get(PAGE), await ada.get(`${BASE}/people`), await ada.post(PAGE, { renew: hook?.id ?? '' })];
  const shown = pages.map(({ html }) => html).join();
  const kept = JSON.stringify(await hooks(app), (_key, value) =>
    value?.type === 'Buffer' ? Buffer.from(value.data).toString('latin1') : value,
  );
  const deeds = JSON.stringify(await app.parts.store.deeds.list(SLUG, 99));
  for (const where of [shown, kept, deeds, app.logged.join('\n')]) {
    expect(where).not.toContain(secret);
    expect(where).not.toContain('s3cr3t-of-a');
  }
  expect(shown).toContain('hooks.example/…gram');
  expect(pages[1]?.html).toContain('let another program be told');
});

test('a new secret is shown once too, with the hour until when the old one signs', async () => {
  const { app, ada } = await start();
  const first = secretIn((await add(ada)).html);
  const [hook] = await hooks(app);
  const renewed = await ada.post(PAGE, { renew: hook?.id ?? '' });
  expect(secretIn(renewed.html)).toMatch(/^whsec_/);
  expect(secretIn(renewed.html)).not.toBe(first);
  expect(renewed.html).toContain('the one before it signs too');
  const [after] = await hooks(app);
  expect(after && app.parts.vault.openHook(after)?.secrets).toEqual([
    { secret: secretIn(renewed.html), until: null },
    { secret: first, until: app.clock.now + 24 * 3_600_000 },
  ]);
});

describe('bad input', () => {
  test.each([
    ['', 'Write an address, such as'],
    ['hooks.example', 'Write an address, such as'],
    ['http://hooks.example/', 'begins with https://'],
    ['https://localhost/', 'Write the whole name'],
    ['https://2130706433/', 'and no number'],
    ['https://[::1]/', 'and no number'],
    ['https://a:b@hooks.example/', 'Leave out the user'],
    ['https://hooks.example:25/', 'Leave out the port'],
    ['https://hooks.example/<b>"', null],
    [`https://hooks.example/${'x'.repeat(3000)}`, 'at most 2,000'],
    ['\u0000\ud800', 'Write an address, such as'],
  ])('%j', async (address, words) => {
    const { app, ada } = await start();
    const { status, html } = await add(ada, address);
    expect(status).toBe(words ? 422 : 200);
    if (!words) return;
    expect(html).toContain(words);
    expect(html).toContain('<title>Error: Webhooks');
    expect(await hooks(app)).toEqual([]);
    if (address === 'http://hooks.example/') expect(html).toContain('value="http://hooks.example/"');
    expect(html).toMatch(/value="campaign.paused" checked/);
    expect(html).not.toMatch(/value="campaign.closed" checked/);
  });

  test('no event, or one that nobody knows', async () => {
    const { app, ada } = await start();
    for (const events of ['', 'letter.sent', 'constructor']) {
      const { status, html } = await add(ada, ADDRESS, events);
      expect(status).toBe(422);
      expect(html).toContain('Tick at least one.');
      expect(html).toContain(ADDRESS);
    }
    expect(await hooks(app)).toEqual([]);
  });

  test('an id that is none, or that another campaign has; two presses of one button', async () => {
    const { app, ada } = await start();
    await ada.get(PAGE);
    expect((await ada.post(PAGE, { id: "x' or 1=1", address: ADDRESS, events: 'tally.moved' })).status).toBe(200);
    expect((await hooks(app))[0]?.id).toMatch(/^[0-9a-f]{32}$/);
    const { html } = await ada.get(PAGE);
    const fields = { id: idIn(html), address: ADDRESS, events: 'tally.moved' };
    expect(secretIn((await ada.post(PAGE, fields)).html)).not.toBe('');
    const again = await ada.post(PAGE, fields);
    expect(again.location).toBe(`${PAGE}?done=there`);
    expect(await hooks(app)).toHaveLength(2);
  });

  test.each(['test', 'renew', 'end', 'again'])('%s of what is not there, or is another campaign’s', async (act) => {
    const { app, ada } = await start();
    const box = app.parts.vault.sealHook({ id: 'theirs', campaign: 'another' }, { address: ADDRESS, secrets: [] });
    await app.parts.store.hooks.add({ id: 'theirs', campaign: 'another', box, events: '', addedAt: 1 });
    const theirs = { id: 'm', hook: 'theirs', campaign: 'another', event: 'hook.test', body: '', at: 2e15 };
    await app.parts.store.hooks.addDelivery(theirs);
    await ada.get(PAGE);
    for (const id of ['', 'x', 'theirs', 'm', '\u0000']) {
      const { status, location } = await ada.post(PAGE, { [act]: id });
      expect([status, location]).toEqual([303, `${PAGE}?done=unchanged`]);
    }
    expect(await app.parts.store.hooks.find('another', 'theirs')).toMatchObject({ endedAt: null });
    expect(await app.parts.store.hooks.deliveries('theirs', 9)).toMatchObject([{ id: 'm', dueAt: 2e15 }]);
  });

  test('more than ten: what was typed is not lost', async () => {
    const { app, ada } = await start();
    for (let n = 0; n < 10; n += 1) await add(ada, `${ADDRESS}${n}`);
    const { status, html } = await add(ada, `${ADDRESS}-eleven`);
    expect(status).toBe(409);
    expect(html).toContain('There are 10 already');
    expect(html).toContain(`${ADDRESS}-eleven`);
    const [first] = await hooks(app);
    await ada.post(PAGE, { end: first?.id ?? '' });
    expect((await add(ada, `${ADDRESS}-eleven`)).status).toBe(200);
  });
});

test('only owners see and change it', async () => {
  const { app, ada } = await start();
  await add(ada);
  const [hook] = await hooks(app);
  const bela = await colleague(app, SLUG, 'editor', 'Bela');
  expect((await bela.get(PAGE)).status).toBe(403);
  expect((await bela.post(PAGE, { end: hook?.id ?? '' })).status).toBe(403);
  expect((await bela.get(`${BASE}/data`)).html).not.toContain(`href="${PAGE}"`);
  expect((await ada.get(`${BASE}/data`)).html).toContain(`href="${PAGE}"`);
  expect(await hooks(app)).toMatchObject([{ endedAt: null }]);
});

test('what was not taken says why, and can be tried again; an ended one is told no more', async () => {
  const { app, receiver, ada } = await start();
  receiver.answers({ status: 302 });
  await add(ada, receiver.url, 'tally.moved');
  const [hook] = await hooks(app);
  await ada.post(PAGE, { test: hook?.id ?? '' });
  const failed = await until(async () => (await messages(app)).find(({ outcome }) => outcome !== ''), 'a failure');
  const { html } = await ada.get(PAGE);
  expect(html).toContain('it has moved (302), and redirects are not followed; tried once, again');
  expect(html).toContain('failing since');
  receiver.answers({ status: 200 });
  expect((await ada.post(PAGE, { again: failed.id })).location).toBe(`${PAGE}?done=again`);
  await until(async () => (await messages(app))[0]?.doneAt, 'the second try');
  expect((await ada.post(PAGE, { again: failed.id })).location).toBe(`${PAGE}?done=unchanged`);
  expect(receiver.received.map(({ headers }) => headers['webhook-id'])).toEqual([failed.id, failed.id]);
  expect((await ada.post(PAGE, { end: hook?.id ?? '' })).location).toBe(`${PAGE}?done=ended`);
  expect((await ada.post(PAGE, { test: hook?.id ?? '' })).location).toBe(`${PAGE}?done=unchanged`);
  const after = (await ada.get(PAGE)).html;
  expect(after).toContain('>ended ');
  expect(after).not.toContain('Send a test');
});

test('an office that keeps refusing is told once, when it is found', async () => {
  const sink = await startSink();
  closers.push(sink.stop);
  const { app, ada } = await start({ SMTP_URL: sink.url });
  await add(ada, ADDRESS, 'office.refusing');
  await confirmLetter(app, sink, person(1));
  for (let n = 0; n < 4; n += 1) {
    expect(await messages(app)).toHaveLength(n < 3 ? 0 : 1);
    await noteRefusal(app.parts, SLUG, 'ie-interior');
  }
  const [told, ...more] = await messages(app);
  expect(more).toEqual([]);
  const { type, data } = JSON.parse(told?.body ?? '');
  expect([type, data]).toEqual(['office.refusing', { campaign: SLUG, recipient: 'ie-interior' }]);
});

test('messages are forgotten after thirty days', async () => {
  const { app, ada } = await start();
  await add(ada);
  const [hook] = await hooks(app);
  await ada.post(PAGE, { test: hook?.id ?? '' });
  app.clock.now += 30 * 24 * 3_600_000 - 1;
  await sweep(app.parts);
  expect(await messages(app)).toHaveLength(1);
  app.clock.now += 1;
  await sweep(app.parts);
  expect(await messages(app)).toEqual([]);
  expect(await hooks(app)).toHaveLength(1);
});

test('all events are ticked at first, and each has its words', async () => {
  const { ada } = await start();
  const { html } = await ada.get(PAGE);
  for (const kind of EVENT_KINDS) expect(html).toContain(`value="${kind}" checked`);
});
