import { generateKeyPairSync } from 'node:crypto';
import { afterEach, describe, expect, test } from 'vitest';
import { newCampaigner } from '../../server/desk/campaigner.ts';
import { signInLink } from '../../server/desk/sign-in.ts';
import { sweep } from '../../server/outbox/sweep.ts';
import type { Passkey } from '../../server/store/passkeys.ts';
import { startApp, type TestApp, until } from '../support/app.ts';
import { type Asked, askedBy, authenticator, type Said } from '../support/authenticator.ts';
import { bees } from '../support/cast.ts';
import { type Answer, owner, type Visitor, visitor } from '../support/desk.ts';
import { freshPostgres } from '../support/postgres.ts';
import { startSink } from '../support/sink.ts';

const MINUTE = 60_000;
const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

const HOME = 'http://localhost:3000';

async function start(env: Record<string, string> = {}) {
  const sink = await startSink();
  closers.push(sink.stop);
  const app = await startApp([bees()], { SMTP_URL: sink.url, PUBLIC_URL: HOME, ...env });
  closers.push(app.stop);
  return { app, sink };
}

/** Links begin with the public address, behind which nobody listens here. */
async function ownerOf(app: TestApp): Promise<{ ada: Visitor; id: string }> {
  const id = await newCampaigner(app.parts, { name: 'Ada Quist', email: 'ada@desk.example' }, 'owner');
  const ada = visitor(app);
  await signInAnew(app, ada, id);
  return { ada, id };
}
async function signInAnew(app: TestApp, somebody: Visitor, id: string): Promise<void> {
  await somebody.post(new URL(await signInLink(app.parts, id)).pathname);
  await somebody.get('/desk');
}

async function asked(somebody: Visitor, path: string): Promise<Asked> {
  return askedBy((await somebody.get(path)).html) as Asked;
}

/** Adds a passkey, and gives its authenticator. */
async function withKey(ada: Visitor, name = 'this laptop') {
  const key = authenticator(HOME);
  const credential = key.create(await asked(ada, '/desk/me'));
  const { location } = await ada.post('/desk/me/passkeys', { name, credential });
  expect(location).toBe('/desk/me?done=key-added');
  return key;
}

async function enter(app: TestApp, credential: string, somebody = visitor(app)): Promise<Answer> {
  return somebody.post('/desk/sign-in/passkey', { credential });
}
const opened = ({ status, location, cookie }: Answer) => [status, location, cookie !== null];
const OPEN = [303, '/desk', true];
const SHUT = [422, null, false];
/** A page without what differs each time. */
const plain = ({ html }: Answer) => html.replace(/data-options="[^"]+"/g, '');
const deeds = async (app: TestApp) => (await app.parts.store.deeds.list('', 100)).map(({ deed }) => deed);

describe('adding a passkey', () => {
  test('is written into the record and told by mail, as removing it is; the page says when it was used', async () => {
    const { app, sink } = await start();
    const { ada } = await ownerOf(app);
    const key = await withKey(ada);
    const { html } = await ada.get('/desk/me?done=key-added');
    expect(html).toContain('The passkey is added');
    expect(html).toMatch(/this laptop<\/th>.*Nov 24, 2026, 10:00.*>never</);
    expect(opened(await enter(app, key.get(await asked(visitor(app), '/desk/sign-in'))))).toEqual(OPEN);
    expect((await ada.get('/desk/me')).html).not.toContain('>never<');
    await ada.post('/desk/me/passkeys/remove', { remove: key.id });
    expect((await ada.get('/desk/me')).html).not.toContain('>this laptop<');
    expect(opened(await enter(app, key.get(await asked(visitor(app), '/desk/sign-in'))))).toEqual(SHUT);
    await until(() => sink.received.length === 2, 'two mails');
    expect(sink.received.map(({ to, mail }) => [to[0], mail.subject])).toEqual([
      ['ada@desk.example', 'A passkey was added'],
      ['ada@desk.example', 'A passkey was removed'],
    ]);
    expect(sink.received[0]?.mail.text).toContain(`${HOME}/desk/me`);
    expect(await deeds(app)).toEqual(['passkey-removed', 'signed-in', 'passkey-added', 'signed-in']);
    expect((await ada.get('/desk/people')).html).toContain('added a passkey');
  });

  test('needs a session of fifteen minutes or less', async () => {
    const { app } = await start();
    const { ada } = await ownerOf(app);
    const key = authenticator(HOME);
    app.clock.now += 15 * MINUTE - 1;
    const credential = key.create(await asked(ada, '/desk/me'));
    app.clock.now += 1;
    const late = await ada.post('/desk/me/passkeys', { name: 'this laptop', credential });
    expect([late.status, late.location]).toEqual([409, null]);
    expect(late.html).toContain('sign in anew');
    expect(askedBy(late.html)).toBeNull();
    expect(await app.parts.store.passkeys.byId(key.id)).toBeNull();
  });

  const wrong: [string, Partial<Said>][] = [
    ['another origin', { origin: 'http://localhost:4000' }],
    ['another name', { rpId: 'letters.example' }],
    ['nobody verified', { isVerified: false }],
    ['an answer to something else', { type: 'webauthn.get' }],
    ['a challenge that we did not give out', { challenge: 'A'.repeat(51) }],
    ['a counter beyond what is kept', { counter: 2 ** 31 }],
  ];
  test.each(wrong)('is refused with %s; what was typed stays', async (_, said) => {
    const { app } = await start();
    const { ada } = await ownerOf(app);
    const key = authenticator(HOME);
    const credential = key.create(await asked(ada, '/desk/me'), said);
    const { status, html } = await ada.post('/desk/me/passkeys', { name: 'this laptop', credential });
    expect(status).toBe(422);
    expect(html).toContain('It was not added');
    expect(html).toContain('value="this laptop"');
    expect(await app.parts.store.passkeys.byId(key.id)).toBeNull();
  });

  test('answers the challenge of the same session, in five minutes, once', async () => {
    const { app } = await start();
    const { ada, id } = await ownerOf(app);
    const [first, second] = [authenticator(HOME), authenticator(HOME)];
    const question = await asked(ada, '/desk/me');
    const elsewhere = visitor(app);
    await signInAnew(app, elsewhere, id);
    const add = async (who: Visitor, credential: string) =>
      (await who.post('/desk/me/passkeys', { name: 'a key', credential })).status;
    expect(await add(elsewhere, first.create(question))).toBe(422);
    expect(await add(ada, first.create(await asked(visitor(app), '/desk/sign-in')))).toBe(422);
    expect(await add(ada, first.create(question))).toBe(303);
    expect(await add(ada, second.create(question))).toBe(422);
    expect(await add(ada, first.create(await asked(ada, '/desk/me')))).toBe(422);
    const slow = await asked(ada, '/desk/me');
    app.clock.now += 5 * MINUTE + 1;
    expect(await add(ada, second.create(slow))).toBe(422);
    expect(await app.parts.store.passkeys.ofCampaigner(id)).toHaveLength(1);
  });

  test.each([
    ['', 422],
    [' \n ', 422],
    ['two\nlines', 422],
    ['x'.repeat(61), 422],
    ['x'.repeat(60), 303],
  ])('its name %j gives %i', async (name, status) => {
    const { app } = await start();
    const { ada } = await ownerOf(app);
    const credential = authenticator(HOME).create(await asked(ada, '/desk/me'));
    expect((await ada.post('/desk/me/passkeys', { name, credential })).status).toBe(status);
  });

  test.each([
    ['http://127.0.0.1:3000', null],
    ['http://[::1]:3000', null],
    ['https://192.0.2.7', null],
    ['http://letters.example', null],
    ['https://letters.example:8443', 'letters.example'],
    ['http://localhost:3000', 'localhost'],
  ])('at %s is for %s, whatever a request says', async (url, rpId) => {
    const { app } = await start({ PUBLIC_URL: url });
    const answer = await fetch(`${app.url}/desk/sign-in`, { headers: { 'x-forwarded-host': 'evil.test' } });
    expect(askedBy(await answer.text())?.rpId ?? null).toBe(rpId);
    const { ada } = await ownerOf(app);
    const { html } = await ada.get('/desk/me');
    expect(askedBy(html)?.rpId ?? null).toBe(rpId);
    expect(html.includes('None can be added here')).toBe(rpId === null);
  });

  test('nobody else can remove it', async () => {
    const { app } = await start();
    const { ada } = await ownerOf(app);
    const key = await withKey(ada);
    const bela = visitor(app);
    await signInAnew(app, bela, await newCampaigner(app.parts, { name: 'Bela', email: 'bela@desk.example' }, 'owner'));
    await bela.post('/desk/me/passkeys/remove', { remove: key.id });
    expect(await app.parts.store.passkeys.byId(key.id)).not.toBeNull();
  });
});

describe('signing in with a passkey', () => {
  const other = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
  const wrong: [string, Partial<Said>][] = [
    ['another key', { key: other }],
    ['another origin', { origin: 'https://evil.test' }],
    ['another name', { rpId: 'evil.test' }],
    ['nobody verified', { isVerified: false }],
    ['an answer to something else', { type: 'webauthn.create' }],
    ['somebody else’s name', { userHandle: 'AAAAAAAAAAAAAAAAAAAAAA' }],
    ['a counter beyond what is kept', { counter: 2 ** 31 }],
  ];
  test.each(wrong)('with %s is refused as an unknown one is, and stands in the record', async (_, said) => {
    const { app } = await start();
    const { ada } = await ownerOf(app);
    const key = await withKey(ada);
    const unknown = await enter(
      app,
      authenticator(HOME).get(await asked(visitor(app), '/desk/sign-in'), { userHandle: 'AA' }),
    );
    expect(await deeds(app)).toEqual(['passkey-added', 'signed-in']);
    const refused = await enter(app, key.get(await asked(visitor(app), '/desk/sign-in'), said));
    expect([opened(refused), opened(unknown)]).toEqual([SHUT, SHUT]);
    expect(plain(refused)).toBe(plain(unknown));
    expect((await deeds(app))[0]).toBe('passkey-refused');
    expect((await ada.get('/desk/people')).html).toContain('was not let in: the passkey did not fit');
    expect(opened(await enter(app, key.get(await asked(visitor(app), '/desk/sign-in'))))).toEqual(OPEN);
  });

  test('an answer opens once, even sent twice at the same moment, and the counter must go up', async () => {
    const { app } = await start();
    const { ada } = await ownerOf(app);
    const key = await withKey(ada);
    const credential = key.get(await asked(visitor(app), '/desk/sign-in'), { counter: 7 });
    const both = await Promise.all([enter(app, credential), enter(app, credential)]);
    expect(both.map(({ status }) => status).sort()).toEqual([303, 422]);
    expect(opened(await enter(app, credential))).toEqual(SHUT);
    for (const counter of [7, 6, 0]) {
      const copied = await enter(app, key.get(await asked(visitor(app), '/desk/sign-in'), { counter }));
      expect([counter, ...opened(copied)]).toEqual([counter, ...SHUT]);
      expect((await deeds(app))[0]).toBe('passkey-copied');
    }
    expect(opened(await enter(app, key.get(await asked(visitor(app), '/desk/sign-in'), { counter: 8 })))).toEqual(OPEN);
  });

  test('one that does not count opens each time, but each answer once', async () => {
    const { app } = await start();
    const { ada } = await ownerOf(app);
    const key = await withKey(ada);
    for (let n = 0; n < 2; n += 1) {
      const credential = key.get(await asked(visitor(app), '/desk/sign-in'), { counter: 0 });
      expect(opened(await enter(app, credential))).toEqual(OPEN);
      expect(opened(await enter(app, credential))).toEqual(SHUT);
    }
  });

  test('takes five minutes at most, and answers what was asked for signing in', async () => {
    const { app } = await start();
    const { ada } = await ownerOf(app);
    const key = await withKey(ada);
    const question = await asked(visitor(app), '/desk/sign-in');
    const forAdding = await asked(ada, '/desk/me');
    app.clock.now += 5 * MINUTE;
    expect(opened(await enter(app, key.get(question)))).toEqual(OPEN);
    app.clock.now += 1;
    const late = await enter(app, key.get(question));
    expect(opened(late)).toEqual(SHUT);
    expect(late.html).toContain('longer than five minutes');
    app.clock.now -= 2;
    expect(opened(await enter(app, key.get(forAdding)))).toEqual(SHUT);
    const number = Buffer.from(question.challenge, 'base64url').subarray(0, 16);
    expect(await app.parts.store.passkeys.answer(number, '', app.clock.now)).toBe(false);
    app.clock.now += 10 * MINUTE;
    await sweep(app.parts);
    // Nothing is left of what was answered.
    expect(await app.parts.store.passkeys.answer(number, '', app.clock.now)).toBe(true);
  });

  test('whose access ended is out, and their passkey stays out when they are let in again', async () => {
    const { app } = await start();
    const { ada } = await ownerOf(app);
    const bela = visitor(app);
    const person = { name: 'Bela', email: 'bela@desk.example' };
    const id = await newCampaigner(app.parts, person, 'editor');
    await signInAnew(app, bela, id);
    const key = await withKey(bela);
    const row = (await app.parts.store.passkeys.byId(key.id)) as Passkey;
    await ada.get('/desk/people');
    await ada.post('/desk/people', { end: id });
    expect(await app.parts.store.passkeys.byId(key.id)).toBeNull();
    // One that was being added at this very moment.
    await app.parts.store.passkeys.add(row, Buffer.alloc(16), app.clock.now);
    expect(opened(await enter(app, key.get(await asked(visitor(app), '/desk/sign-in'))))).toEqual(SHUT);
    await app.parts.store.passkeys.remove(id, key.id);
    expect(opened(await enter(app, key.get(await asked(visitor(app), '/desk/sign-in'))))).toEqual(SHUT);
    expect(await newCampaigner(app.parts, person, 'editor')).toBe(id);
    expect(opened(await enter(app, key.get(await asked(visitor(app), '/desk/sign-in'))))).toEqual(SHUT);
  });

  test('a key that was written into somebody else’s name does not open', async () => {
    const { app } = await start();
    const { ada, id } = await ownerOf(app);
    const bela = visitor(app);
    await signInAnew(app, bela, await newCampaigner(app.parts, { name: 'Bela', email: 'bela@desk.example' }, 'viewer'));
    const key = await withKey(bela);
    const row = await app.parts.store.passkeys.byId(key.id);
    await app.parts.store.passkeys.remove(row?.campaigner ?? '', key.id);
    const { box, counter, addedAt } = row as NonNullable<typeof row>;
    const stolen = { id: key.id, campaigner: id, box, counter, addedAt };
    await app.parts.store.passkeys.add(stolen, Buffer.alloc(16), app.clock.now);
    const { user } = await asked(ada, '/desk/me');
    const question = await asked(visitor(app), '/desk/sign-in');
    expect(opened(await enter(app, key.get(question, { userHandle: user })))).toEqual(SHUT);
  });

  test('a stranger’s page cannot sign somebody in', async () => {
    const { app } = await start();
    const { ada } = await ownerOf(app);
    const key = await withKey(ada);
    const send = async (site: string) => {
      const credential = key.get(await asked(visitor(app), '/desk/sign-in'));
      const headers = { 'sec-fetch-site': site };
      const body = new URLSearchParams({ credential });
      const options = { method: 'POST', headers, body, redirect: 'manual' } as const;
      return (await fetch(`${app.url}/desk/sign-in/passkey`, options)).status;
    };
    expect([await send('cross-site'), await send('same-site'), await send('same-origin')]).toEqual([422, 422, 303]);
  });

  test('nothing malformed is more than refused, on either page', async () => {
    const { app } = await start();
    const { ada } = await ownerOf(app);
    const key = await withKey(ada);
    const question = await asked(visitor(app), '/desk/sign-in');
    const good = JSON.parse(key.get(question));
    const made = JSON.parse(authenticator(HOME).create(await asked(ada, '/desk/me')));
    const clientData = (value: string) => Buffer.from(value).toString('base64url');
    const broken = (answer: typeof good) => [
      ...['', '{', '[]', 'null', '0', '"x"', '{}', '[['.repeat(9000), '\u0000', '{"id":1,"id":2}', '{"__proto__":{}}'],
      ...Object.keys(answer).map((name) => JSON.stringify({ ...answer, [name]: undefined })),
      ...Object.keys(answer).map((name) => JSON.stringify({ ...answer, [name]: { a: [] } })),
      ...Object.keys(answer.response).flatMap((name) =>
        ['', 'AA', '%%', 7, null, ['AA'], 'A'.repeat(9000)].map((value) =>
          JSON.stringify({ ...answer, response: { ...answer.response, [name]: value } }),
        ),
      ),
      ...['', '{', '[]', 'null', '{"challenge":7}', '{"challenge":""}', `{"challenge":"${question.challenge}"}`].map(
        (value) => JSON.stringify({ ...answer, response: { ...answer.response, clientDataJSON: clientData(value) } }),
      ),
      JSON.stringify({ ...answer, id: 'A'.repeat(2000), rawId: 'A'.repeat(2000) }),
      JSON.stringify({ ...answer, id: 'unknown', rawId: 'other' }),
    ];
    for (const credential of broken(good).filter((each) => each !== JSON.stringify(good)))
      expect([credential.slice(0, 200), ...opened(await enter(app, credential))]).toEqual([
        credential.slice(0, 200),
        ...SHUT,
      ]);
    // Where the way to the authenticator is not told, the passkey is as good.
    for (const credential of broken(made).filter(
      (each) => !/"transports":(?!\["usb"\])/.test(each) && each.includes('"transports"'),
    )) {
      const { status } = await ada.post('/desk/me/passkeys', { name: 'x', credential });
      expect([credential.slice(0, 200), status]).toEqual([credential.slice(0, 200), 422]);
    }
    for (const body of ['credential=%ff', 'credential=%ED%A0%80', 'credential=a&credential=b', '']) {
      const headers = { 'content-type': 'application/x-www-form-urlencoded' };
      const { status } = await fetch(`${app.url}/desk/sign-in/passkey`, { method: 'POST', headers, body });
      expect([400, 422]).toContain(status);
    }
    expect(opened(await enter(app, JSON.stringify(good)))).toEqual(OPEN);
  });

  test('more than twenty that fail from one network in an hour are not looked at; others and links go on', async () => {
    const { app } = await start({ TRUST_PROXY: 'loopback' });
    const { ada } = await ownerOf(app);
    const key = await withKey(ada);
    const from = async (address: string, credential: string) => {
      const headers = { 'x-forwarded-for': address };
      const body = new URLSearchParams({ credential });
      const options = { method: 'POST', headers, body, redirect: 'manual' } as const;
      const answer = await fetch(`${app.url}/desk/sign-in/passkey`, options);
      return { status: answer.status, html: await answer.text() };
    };
    for (let n = 0; n < 20; n += 1) expect((await from(`203.0.113.${n}`, '{}')).status).toBe(422);
    const good = async () => key.get(await asked(visitor(app), '/desk/sign-in'));
    const held = await from('203.0.113.99', await good());
    expect(held.status).toBe(429);
    expect(held.html).toContain('Have a link sent to you');
    expect((await from('198.51.100.1', await good())).status).toBe(303);
    for (let n = 0; n < 21; n += 1) expect((await from('127.0.0.1', '{}')).status).toBe(422);
    app.clock.now += 60 * MINUTE;
    expect((await from('203.0.113.99', await good())).status).toBe(303);
  });

  test('all of it holds on PostgreSQL', async () => {
    const { url, drop } = await freshPostgres();
    closers.push(drop);
    const { app } = await start({ DATABASE_URL: url });
    const { ada } = await ownerOf(app);
    const key = await withKey(ada);
    const credential = key.get(await asked(visitor(app), '/desk/sign-in'), { counter: 2 ** 31 - 1 });
    const both = await Promise.all([enter(app, credential), enter(app, credential)]);
    expect(both.map(({ status }) => status).sort()).toEqual([303, 422]);
    expect(opened(await enter(app, key.get(await asked(visitor(app), '/desk/sign-in'), { counter: 1 })))).toEqual(SHUT);
    await ada.get('/desk/me');
    await ada.post('/desk/me/passkeys/remove', { remove: key.id });
    expect(opened(await enter(app, key.get(await asked(visitor(app), '/desk/sign-in'))))).toEqual(SHUT);
  });
});

describe('sign-ins that fail', () => {
  test('by a used or old link are told in the record of whom it was meant for, five times an hour; by an unknown one in the log', async () => {
    const { app } = await start();
    const { ada, id } = await ownerOf(app);
    const path = new URL(await signInLink(app.parts, id)).pathname;
    expect((await visitor(app).post(path)).status).toBe(303);
    const before = await deeds(app);
    const used = await visitor(app).post(path);
    expect(used.status).toBe(410);
    expect(used.html).toContain('This link was used before, or its hour is over');
    const old = new URL(await signInLink(app.parts, id)).pathname;
    app.clock.now += 60 * MINUTE;
    expect((await visitor(app).get(old)).status).toBe(410);
    expect((await deeds(app)).slice(0, -before.length)).toEqual(['link-refused', 'link-refused']);
    for (let n = 0; n < 9; n += 1) await visitor(app).get(old);
    expect((await deeds(app)).filter((deed) => deed === 'link-refused')).toHaveLength(6);
    expect((await ada.get('/desk/people')).html).toContain('was not let in: the link was used before, or over');
    await visitor(app).get(`/desk/sign-in/${'x'.repeat(43)}`);
    await enter(app, '{}');
    const told = app.logged.map((line) => JSON.parse(line)).filter(({ msg }) => msg === 'a sign-in was refused');
    expect(told.map(({ kind }) => kind).slice(-3)).toEqual(['link that is over', 'unknown link', 'unknown passkey']);
    expect(Object.keys(told[0]).sort()).toEqual(['kind', 'level', 'msg', 'time']);
    const rows = JSON.stringify(await app.parts.store.deeds.list('', 100));
    for (const word of ['Ada', 'ada@', path.split('/').at(-1) ?? '']) {
      expect(rows).not.toContain(word);
      expect(app.logged.join()).not.toContain(word);
    }
  });

  test('a link is used once, even at the same moment', async () => {
    const { app } = await start();
    const { id } = await ownerOf(app);
    const hash = app.parts.vault.lookup((await signInLink(app.parts, id)).split('/').at(-1) ?? '');
    const use = () => app.parts.store.sessions.useLink(hash, app.clock.now);
    expect((await Promise.all([use(), use()])).sort()).toEqual([false, true]);
  });

  test('a link is forgotten a week after it is over', async () => {
    const { app } = await start();
    const { id } = await ownerOf(app);
    const link = await signInLink(app.parts, id);
    const hash = app.parts.vault.lookup(link.split('/').at(-1) ?? '');
    app.clock.now += 60 * MINUTE + 7 * 24 * 60 * MINUTE - 1;
    await sweep(app.parts);
    expect(await app.parts.store.sessions.link(hash, app.clock.now)).toEqual({ campaigner: id, isOver: true });
    app.clock.now += 1;
    await sweep(app.parts);
    expect(await app.parts.store.sessions.link(hash, app.clock.now)).toBeNull();
  });

  test('all sessions but this one can be ended at once', async () => {
    const { app } = await start({ PUBLIC_URL: '' });
    const ada = await owner(app);
    const [row] = await app.parts.store.campaigners.all();
    const others = [visitor(app), visitor(app)];
    for (const each of others) await each.post(await signInLink(app.parts, row?.id ?? ''));
    expect((await ada.get('/desk/me')).html).toContain('(here)');
    await ada.post('/desk/me', { end: 'others' });
    for (const each of others) expect((await each.get('/desk')).status).toBe(303);
    expect((await ada.get('/desk/me')).html).not.toContain('End all but this one');
  });
});
