import { afterEach, describe, expect, test } from 'vitest';
import { holdReplaced } from '../../server/acts/held.ts';
import type { Recipient } from '../../server/domain/campaign.ts';
import { startApp, type TestApp, until } from '../support/app.ts';
import { bees } from '../support/cast.ts';
import { colleague, owner, type Visitor } from '../support/desk.ts';
import { confirmLetter, heldFor, lettersTo, person, statusOf } from '../support/letters.ts';
import { startSink } from '../support/sink.ts';

const SLUG = 'save-the-bees';
const HELD = `/desk/c/${SLUG}/held`;
const IE = 'ie-interior';
const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

const REFUSED = Object.assign(new Error('5.7.1 not from you'), { responseCode: 550 });

async function start(facts: Parameters<typeof bees>[0] = {}) {
  const office = { refuses: false };
  const sink = await startSink((to) => (office.refuses && to.includes('interior') ? REFUSED : null));
  closers.push(sink.stop);
  const app = await startApp([bees({ pacePerHour: null, ...facts })], { SMTP_URL: sink.url });
  closers.push(app.stop);
  return { app, sink, office, ada: await owner(app) };
}

const holds = (app: TestApp) => app.parts.store.holds.ofCampaign(SLUG);
const held = (app: TestApp, n: number) =>
  until(async () => (await app.parts.store.letters.heldCount(heldFor(SLUG, ''))) === n, `${n} held letters`);
const deeds = async (app: TestApp, n: number) =>
  (await app.parts.store.deeds.list(SLUG, n)).map(({ deed, about }) => [deed, about]);

/** Lets people write whose letters are refused and so held; gives the tokens of their status pages. */
async function heldLetters({ app, sink, office }: Awaited<ReturnType<typeof start>>, n: number): Promise<string[]> {
  office.refuses = true;
  const tokens: string[] = [];
  for (let i = 1; i <= n; i += 1) tokens.push(...(await confirmLetter(app, sink, person(i))));
  await held(app, n);
  office.refuses = false;
  await app.parts.campaigns.refresh();
  return tokens;
}

/** What a job said that a form began. */
async function saidBy(who: Visitor, { location }: { location: string | null }): Promise<string> {
  return until(async () => {
    const { html } = await who.get(location as string);
    return html.includes('data-running="false"') ? html : null;
  }, 'the end of the job');
}

describe('held letters', () => {
  test('stand there by office and reason; the count of them moves with each letter', async () => {
    const all = await start();
    await heldLetters(all, 2);
    expect(await holds(all.app)).toEqual([{ recipient: IE, reason: 'policy', n: 2 }]);
    const { html } = await all.ada.get(HELD);
    expect(html).toContain('refused for what they are');
    expect(html).toContain('name="reason" value="policy"');
  });

  test('are looked at by condition, then go to their offices, and the record says so', async () => {
    const all = await start();
    const { app, sink, ada } = all;
    await heldLetters(all, 2);
    const none = await ada.post(HELD, { recipient: IE, reason: 'policy', country: 'FR', act: 'look' });
    expect(none.html).toContain('None is held');
    const seen = await ada.post(HELD, { recipient: IE, reason: 'policy', act: 'look' });
    expect(seen.html).toContain('<strong>2</strong> letters are meant');
    expect(seen.html).not.toMatch(/person-\d|Person Number/);
    const page = await saidBy(ada, await ada.post(HELD, { recipient: IE, reason: 'policy', act: 'go' }));
    expect(page).toContain('Letters that go to the end of their queues: 2.');
    await until(() => lettersTo(sink, 'ie').length === 2, 'the letters');
    expect(await holds(app)).toEqual([]);
    expect(await deeds(app, 1)).toEqual([['released', `recipient=${IE}, reason=policy: 2`]]);
  });

  test('are decided one by one: one is given up and its sender may write anew, the other stays', async () => {
    const all = await start();
    const { app, sink, ada } = all;
    const [first = '', second = ''] = await heldLetters(all, 2);
    const { html } = await ada.post(HELD, { recipient: IE, act: 'look' });
    const [id = ''] = [...html.matchAll(/name="giveUp" value="([^"]+)"/g)].map((match) => match[1]);
    const after = await ada.post(HELD, { recipient: IE, giveUp: id });
    expect(after.html).toContain('It is given up and erased.');
    expect(after.html).toContain('<strong>1</strong> letter is meant');
    const states = [await statusOf(app, first), await statusOf(app, second)].map(({ state }) => state);
    expect(states.toSorted()).toEqual(['expired', 'held']);
    expect(await holds(app)).toEqual([{ recipient: IE, reason: 'policy', n: 1 }]);
    expect(await deeds(app, 1)).toEqual([['given-up', `recipient=${IE}: one letter`]]);
    // The same press again finds it decided.
    expect((await ada.post(HELD, { recipient: IE, go: id })).html).toContain('nothing was changed');
    sink.received.length = 0;
    await confirmLetter(app, sink, person(states[0] === 'expired' ? 1 : 2));
    await until(() => lettersTo(sink, 'ie').length === 1, 'the letter that was written anew');
  });

  test('a letter of another campaign is not decided from here', async () => {
    const all = await start();
    const { app, ada } = all;
    await heldLetters(all, 1);
    const [id = ''] = await app.parts.store.letters.heldIds(heldFor(SLUG, IE));
    const other = bees({ slug: 'other' });
    await app.parts.store.campaigns.save(other, null, app.clock.now);
    await app.parts.campaigns.refresh();
    const { html } = await ada.post('/desk/c/other/held', { giveUp: id });
    expect(html).toContain('nothing was changed');
    expect((await app.parts.store.letters.byId(id))?.state).toBe('held');
  });

  test('are an owner’s to decide; a condition that is none has its sentence', async () => {
    const { app, ada } = await start();
    const bela = await colleague(app, SLUG, 'editor', 'Bela');
    expect((await bela.get(HELD)).status).toBe(200);
    for (const path of [HELD, `${HELD}/aside`, `${HELD}/back`])
      expect((await bela.post(path, { act: 'go' })).status).toBe(403);
    const bad = await ada.post(HELD, { country: 'Ireland', act: 'look' });
    expect([bad.status, bad.html.includes('Write the two letters of a country')]).toEqual([422, true]);
  });
});

/** The Irish office gets another holder. */
async function replaceMinister(app: TestApp, pace: number | null = 1): Promise<void> {
  await app.parts.store.campaigns.save(withOffice('Nora Kelly', pace), 1, app.clock.now);
  await app.parts.campaigns.refresh();
  await holdReplaced(app.parts, SLUG, IE);
}

describe('a minister who is replaced', () => {
  /** Three letters wait at one an hour: the first goes at once. A fourth is not confirmed yet. */
  async function waiting() {
    const all = await start({ pacePerHour: 1 });
    const { app, sink } = all;
    const tokens: string[] = [];
    for (let i = 1; i <= 3; i += 1) tokens.push(...(await confirmLetter(app, sink, person(i))));
    await until(() => lettersTo(sink, 'ie').length === 1, 'the first letter');
    await app.parts.campaigns.refresh();
    return { ...all, tokens };
  }

  test('holds what waits for the old one, says why to campaign and sender, and sends nothing', async () => {
    const { app, sink, ada, tokens } = await waiting();
    await replaceMinister(app);
    expect(await holds(app)).toEqual([{ recipient: IE, reason: 'replaced', n: 2 }]);
    expect((await ada.get(`/desk/c/${SLUG}`)).html).toContain('holds the office no more');
    const { html } = await ada.get(HELD);
    expect(html).toContain('the office-holder was replaced');
    const pages = await Promise.all(tokens.map(async (token) => (await fetch(`${app.url}/letters/${token}`)).text()));
    expect(pages.filter((page) => page.includes('somebody who holds the office no more'))).toHaveLength(2);
    app.clock.now += 24 * 3_600_000;
    app.parts.wake();
    await new Promise((done) => setTimeout(done, 600));
    expect(lettersTo(sink, 'ie')).toHaveLength(1);
  });

  test('a letter that is confirmed later is held when its turn comes; decided once, such letters go', async () => {
    const { app, sink, ada } = await start();
    const body = JSON.stringify({ country: 'IE', ...person(7) });
    const headers = { 'content-type': 'application/json' };
    await fetch(`${app.url}/api/campaigns/${SLUG}/letters`, { method: 'POST', headers, body });
    const mail = await until(() => sink.received.find(({ to }) => to[0] === person(7).email), 'the mail');
    const token = /confirm\/([\w-]{43})/.exec(mail.mail.text ?? '')?.[1];
    await replaceMinister(app, null);
    await fetch(`${app.url}/api/confirmations`, { method: 'POST', headers, body: JSON.stringify({ token }) });
    await held(app, 1);
    expect(await holds(app)).toEqual([{ recipient: IE, reason: 'replaced', n: 1 }]);
    await saidBy(ada, await ada.post(HELD, { recipient: IE, reason: 'replaced', act: 'go' }));
    await until(() => lettersTo(sink, 'ie').length === 1, 'the letter');
    // Another one to the former minister: it was decided with the first.
    await app.parts.store.campaigns.save(withOffice('Minister of IE', null), 2, app.clock.now);
    await app.parts.campaigns.refresh();
    await fetch(`${app.url}/api/campaigns/${SLUG}/letters`, {
      ...{ method: 'POST', headers, body: JSON.stringify({ country: 'IE', ...person(8) }) },
    });
    const next = await until(() => sink.received.find(({ to }) => to[0] === person(8).email), 'the next mail');
    await app.parts.store.campaigns.save(withOffice('Nora Kelly', null), 3, app.clock.now);
    await app.parts.campaigns.refresh();
    const proof = JSON.stringify({ token: /confirm\/([\w-]{43})/.exec(next.mail.text ?? '')?.[1] });
    await fetch(`${app.url}/api/confirmations`, { method: 'POST', headers, body: proof });
    await until(() => lettersTo(sink, 'ie').length === 2, 'the letter that needs no decision more');
  });

  test('letters that are let go are held again when the next minister is replaced too', async () => {
    const { app, ada } = await waiting();
    await replaceMinister(app);
    await saidBy(ada, await ada.post(HELD, { recipient: IE, reason: 'replaced', act: 'go' }));
    expect(await holds(app)).toEqual([]);
    await app.parts.store.campaigns.save(withOffice('Third Person', 1), 2, app.clock.now);
    app.clock.now += 2 * 3_600_000;
    app.parts.wake();
    await held(app, 1);
    expect(await holds(app)).toEqual([{ recipient: IE, reason: 'replaced', n: 1 }]);
  });

  test('a new address, source or date of the same minister holds nothing', async () => {
    const { app, sink } = await waiting();
    const moved = withOffice('Minister of IE', 1, { email: 'office@interior-ie.test', source: 'https://ie.example' });
    await app.parts.store.campaigns.save(moved, 1, app.clock.now);
    app.clock.now += 2 * 3_600_000;
    app.parts.wake();
    await until(() => sink.received.some(({ to }) => to[0] === 'office@interior-ie.test'), 'the letter');
    expect(await holds(app)).toEqual([]);
  });
});

function withOffice(name: string, pacePerHour: number | null, more: Partial<Recipient> = {}) {
  const content = bees({ pacePerHour });
  const recipients = content.recipients.map((each) => (each.id === IE ? { ...each, name, ...more } : each));
  return { ...content, recipients };
}

describe('what was taken out of the count', () => {
  test('is counted first, taken with a reason, held, recorded, and put back', async () => {
    const { app, sink, ada } = await start({ pacePerHour: 1 });
    for (let i = 1; i <= 2; i += 1) {
      await confirmLetter(app, sink, { ...person(i), source: 'newsletter' } as ReturnType<typeof person>);
    }
    await until(() => lettersTo(sink, 'ie').length === 1, 'the first letter');
    const form = { 'from-source': 'newsletter', 'from-country': '', from: '', to: '' };
    const mute = await ada.post(`${HELD}/aside`, { ...form, why: '', act: 'take' });
    expect([mute.status, mute.html.includes('Say why')]).toEqual([422, true]);
    const seen = await ada.post(`${HELD}/aside`, { ...form, why: 'a flood', act: 'look' });
    expect(seen.html).toContain('<strong>2</strong> letters of 2 people');
    expect(await holds(app)).toEqual([]);
    await saidBy(ada, await ada.post(`${HELD}/aside`, { ...form, why: 'a flood', act: 'take' }));
    expect(await holds(app)).toEqual([{ recipient: IE, reason: 'set-aside', n: 1 }]);
    // It is not decided with the others.
    expect((await ada.post(HELD, { recipient: IE, act: 'look' })).html).toContain('None is held');
    await saidBy(ada, await ada.post(`${HELD}/back`, { back: '1' }));
    expect(await holds(app)).toEqual([]);
    expect(await deeds(app, 2)).toEqual([
      ['put-back', 'source=newsletter'],
      ['set-aside', 'source=newsletter'],
    ]);
    expect((await ada.post(`${HELD}/back`, { back: '1' })).location).toContain('done=unchanged');
  });
});
