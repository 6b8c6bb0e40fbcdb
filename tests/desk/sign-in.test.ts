import { afterEach, describe, expect, test } from 'vitest';
import { deskLink } from '../../server/commands/desk-link.ts';
import { firstLink, signInLink } from '../../server/desk/sign-in.ts';
import { startApp, until } from '../support/app.ts';
import { bees } from '../support/cast.ts';
import { colleague, owner, visitor } from '../support/desk.ts';
import { startSink } from '../support/sink.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

async function start(env: Record<string, string> = {}) {
  const sink = await startSink();
  closers.push(sink.stop);
  const app = await startApp([bees()], { SMTP_URL: sink.url, ...env });
  closers.push(app.stop);
  return { app, sink };
}

describe('the first link', () => {
  test('makes one owner, once; looking at it does nothing', async () => {
    const { app } = await start();
    const link = (await firstLink(app.parts)) as string;
    const ada = visitor(app);
    for (let n = 0; n < 3; n += 1) expect((await ada.get(link)).status).toBe(200);
    expect((await ada.head(link)).cookie).toBeNull();
    expect(await app.parts.store.campaigners.all()).toEqual([]);
    const wrong = await ada.post(link, { name: ' ', email: 'ada' });
    expect([wrong.status, wrong.cookie]).toEqual([422, null]);
    expect(wrong.html).toContain('Write a name');
    expect((await ada.post(link, { name: 'Ada Quist', email: 'ada@desk.example' })).location).toBe('/desk');
    expect((await ada.get('/desk')).html).toContain('Save the bees');
    expect((await visitor(app).post(link, { name: 'Eve', email: 'eve@desk.example' })).status).toBe(410);
    expect(await firstLink(app.parts)).toBeNull();
  });

  test('a new start prints another, and the old one ends; after a day it ends by itself', async () => {
    const { app } = await start();
    const first = (await firstLink(app.parts)) as string;
    const second = (await firstLink(app.parts)) as string;
    expect((await visitor(app).get(first)).status).toBe(410);
    expect((await visitor(app).get(second)).status).toBe(200);
    app.clock.now += DAY;
    expect((await visitor(app).get(second)).status).toBe(410);
  });
});

describe('a mailed link', () => {
  test('comes to those who work here only, and nobody is told whether it came', async () => {
    const { app, sink } = await start();
    await owner(app);
    const known = await visitor(app).post('/desk/sign-in', { email: 'Ada@desk.example' });
    const unknown = await visitor(app).post('/desk/sign-in', { email: 'eve@desk.example' });
    expect([known.status, known.html]).toEqual([unknown.status, unknown.html]);
    const mail = await until(() => sink.received[0], 'the mail');
    expect(mail.to).toEqual(['ada@desk.example']);
    expect(mail.mail.headers.get('auto-submitted')).toBe('auto-generated');
    const link = /http\S+\/desk\/sign-in\/\S+/.exec(mail.mail.text ?? '')?.[0] as string;
    const ada = visitor(app);
    expect((await ada.get(link)).cookie).toBeNull();
    expect((await ada.post(link)).location).toBe('/desk');
    expect((await ada.get('/desk')).status).toBe(200);
    expect((await visitor(app).post(link)).status).toBe(410);
    await new Promise((done) => setTimeout(done, 400));
    expect(sink.received).toHaveLength(1);
  });

  test('works for an hour; more than five an hour are not sent', async () => {
    const { app, sink } = await start();
    await owner(app);
    for (let n = 0; n < 8; n += 1) await visitor(app).post('/desk/sign-in', { email: 'ada@desk.example' });
    await until(() => sink.received.length === 5, 'five mails');
    await new Promise((done) => setTimeout(done, 600));
    expect(sink.received).toHaveLength(5);
    const link = /http\S+\/desk\/sign-in\/\S+/.exec(sink.received[0]?.mail.text ?? '')?.[0] as string;
    app.clock.now += HOUR;
    expect((await visitor(app).post(link)).status).toBe(410);
    await visitor(app).post('/desk/sign-in', { email: 'ada@desk.example' });
    await until(() => sink.received.length === 6, 'one more in the next hour');
  });
});

describe('a session', () => {
  test('is a cookie of the desk only, that no script reads and no other site sends', async () => {
    const { app } = await start();
    const link = (await firstLink(app.parts)) as string;
    const { cookie } = await visitor(app).post(link, { name: 'Ada Quist', email: 'ada@desk.example' });
    expect(cookie).toMatch(/^desk=[\w-]{43}; Max-Age=1209600; Path=\/desk; HttpOnly; SameSite=Strict$/);
    const { app: safe } = await start({ PUBLIC_URL: 'https://letters.example' });
    const path = new URL((await firstLink(safe.parts)) as string).pathname;
    const answer = await visitor(safe).post(path, { name: 'Ada Quist', email: 'ada@desk.example' });
    expect(answer.cookie).toMatch(/^__Secure-desk=.*; Secure;/);
  });

  test.each([
    ['a day without use', (n: number) => n * DAY, 1],
    ['fourteen days of use', (n: number) => n * 0.9 * DAY, 16],
  ])('ends after %s', async (_, at, most) => {
    const { app } = await start();
    const ada = await owner(app);
    const began = app.clock.now;
    for (let n = 1; n <= most; n += 1) {
      app.clock.now = began + at(n);
      const { status } = await ada.get('/desk');
      expect([n, status]).toEqual([n, n === most ? 303 : 200]);
    }
  });

  test('ends by signing out, by another session, and with a person’s access', async () => {
    const { app } = await start();
    const ada = await owner(app);
    await ada.post('/desk/sign-out');
    expect((await ada.get('/desk')).status).toBe(303);
    const [row] = await app.parts.store.campaigners.all();
    const [here, there] = [visitor(app), visitor(app)];
    for (const each of [here, there]) await each.post(await signInLink(app.parts, row?.id as string));
    await here.get('/desk/me');
    const sessions = await app.parts.store.sessions.ofCampaigner(row?.id as string);
    await here.post('/desk/me', { end: sessions[1]?.id as string });
    expect([(await here.get('/desk')).status, (await there.get('/desk')).status]).toEqual([200, 303]);
    const bela = await colleague(app, 'save-the-bees', 'editor', 'Bela');
    const belas = (await app.parts.store.campaigners.all())[1]?.id as string;
    await here.get('/desk/people');
    await here.post('/desk/people', { end: belas });
    expect((await bela.get('/desk')).status).toBe(303);
  });

  test('the last owner cannot be ended', async () => {
    const { app } = await start();
    const ada = await owner(app);
    const [row] = await app.parts.store.campaigners.all();
    await ada.get('/desk/people');
    const { location } = await ada.post('/desk/people', { end: row?.id as string });
    expect(location).toBe('/desk/people?done=needed');
    const lesser = { name: 'Ada Quist', email: 'ada@desk.example', role: 'viewer' };
    expect((await ada.post('/desk/people', lesser)).location).toBe('/desk/people?done=needed');
    expect((await ada.get('/desk/people')).status).toBe(200);
  });

  test('I10: neither token, cookie, name nor address is logged or lies in the database as it is', async () => {
    const { app } = await start();
    const ada = await owner(app);
    await ada.get('/desk/people');
    const logged = app.logged.join('\n');
    for (const word of ['ada', 'Ada', 'Quist', 'sign-in/'])
      expect(logged.replaceAll('sign-in/:token', '')).not.toContain(word);
    const rows = await app.parts.store.campaigners.all();
    expect(JSON.stringify(rows.map(({ box }) => box.toString('latin1')))).not.toContain('Ada');
  });
});

test('the command prints a way in where mail does not arrive', async () => {
  const { app } = await start();
  const { config, store } = app.parts;
  const lines: string[] = [];
  const bench = {
    config,
    store,
    world: app.parts.world,
    now: app.clock.now,
    today: '2026-11-24',
    say: (line: string) => void lines.push(line),
  };
  await deskLink(bench);
  const ada = visitor(app);
  const path = (line = '') => new URL(line).pathname;
  await ada.post(path(lines[0]), { name: 'Ada Quist', email: 'ada@desk.example' });
  await deskLink(bench);
  const again = visitor(app);
  expect((await again.post(path(lines[1]))).location).toBe('/desk');
  expect((await again.get('/desk')).html).toContain('Ada Quist');
});
