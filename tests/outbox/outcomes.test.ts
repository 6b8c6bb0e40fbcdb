import { afterEach, describe, expect, test, vi } from 'vitest';
import { DeliveryRefused } from '../../server/mail/mailer.ts';
import { nameOf } from '../../server/outbox/fault.ts';
import { kept } from '../../server/outbox/kept.ts';
import { openLanes } from '../../server/outbox/lanes.ts';
import { Lost, StoreFault } from '../../server/store/connection.ts';
import { counts, postJson, startApp, type TestApp, until } from '../support/app.ts';
import { bees } from '../support/cast.ts';
import { confirmLetter, heldFor, lettersTo, person, statusOf } from '../support/letters.ts';
import { proofIn, startSink } from '../support/sink.ts';

const SLUG = 'save-the-bees';
const MINUTE = 60_000;
const closers: (() => unknown)[] = [];
afterEach(async () => {
  vi.useRealTimers();
  for (const close of closers.splice(0).reverse()) await close();
});

async function start(facts: Parameters<typeof bees>[0] = { pacePerHour: null }) {
  const sink = await startSink();
  closers.push(sink.stop);
  const app = await startApp([bees(facts)], { SMTP_URL: sink.url });
  closers.push(app.stop);
  return { app, sink };
}

const isLetter = (mail: { envelope: { to: string } }) => mail.envelope.to.includes('interior');
const aMoment = () => new Promise((done) => setTimeout(done, 400));
const notices = async (app: TestApp) =>
  (await app.parts.store.notices.ofCampaign(SLUG)).map(({ kind, recipient, n }) => [kind, recipient, n]);

/** Lets letters fail as `error` says, as often as `times`; what is tried is counted. */
function failing(app: TestApp, error: () => Error, times = Number.POSITIVE_INFINITY) {
  const { mailers } = app.parts;
  const real = mailers.deliver;
  const seen = { tries: 0 };
  mailers.deliver = (campaign, submission, mail, beforeDot) => {
    if (!isLetter(mail) || seen.tries >= times) return real(campaign, submission, mail, beforeDot);
    seen.tries += 1;
    return Promise.reject(error());
  };
  return seen;
}

describe('a letter after which no answer came', () => {
  const doubtful = () => new DeliveryRefused('no answer', { doubtful: true });

  test('goes once more, is counted as doubtful, and then as sent', async () => {
    const { app, sink } = await start();
    failing(app, doubtful, 1);
    const [token] = await confirmLetter(app, sink, person(1));
    await until(async () => (await counts(app)).doubtful === 1, 'the doubt');
    expect(await statusOf(app, token as string)).toMatchObject({ state: 'confirmed' });
    expect(lettersTo(sink, 'ie')).toEqual([]);
    app.clock.now += MINUTE;
    await until(() => lettersTo(sink, 'ie').length === 1, 'the letter');
    await until(async () => (await statusOf(app, token as string)).state === 'sent', 'sent');
    expect(await counts(app)).toEqual({ sent: 1, people: 1, doubtful: 1 });
  });

  test('twice: it is held for a person, and both doubts are counted', async () => {
    const { app, sink } = await start();
    const seen = failing(app, doubtful);
    const [token] = await confirmLetter(app, sink, person(1));
    await until(async () => (await counts(app)).doubtful === 1, 'the first doubt');
    app.clock.now += MINUTE;
    await until(async () => (await statusOf(app, token as string)).state === 'held', 'held');
    expect(seen.tries).toBe(2);
    expect(await counts(app)).toEqual({ confirmed: 1, people: 1, doubtful: 2 });
    expect(await notices(app)).toEqual([['doubtful', 'ie-interior', 1]]);
    const [held] = await app.parts.store.letters.heldSome(heldFor(SLUG, 'ie-interior'), 9);
    expect(held).toMatchObject({ reason: 'doubtful', doubts: 2 });
    app.clock.now += MINUTE;
    await aMoment();
    expect(seen.tries).toBe(2);
  });
});

describe('a worker that ended after the dot may have been sent', () => {
  /** A letter that waits for the morning, and whose dot was noted by a worker that is gone. */
  async function dotted(doubts: number) {
    const { app, sink } = await start({ pacePerHour: 30 });
    app.clock.now = Date.parse('2026-11-24T23:00:00Z');
    const [token] = await confirmLetter(app, sink, person(1));
    const { letters } = app.parts.store;
    const queue = { campaign: SLUG, recipient: 'ie-interior' };
    const [claimed] = await letters.claim(queue, app.clock.now, app.clock.now + MINUTE, 1);
    if (!claimed) throw new Error('nothing was claimed');
    for (let n = 0; n < doubts; n += 1)
      await letters.later(claimed, { dueAt: app.clock.now, doubts: n + 1, firstTriedAt: null }, []);
    const [again] = doubts > 0 ? await letters.claim(queue, app.clock.now, app.clock.now + MINUTE, 1) : [claimed];
    if (!again) throw new Error('nothing was claimed again');
    await letters.dot(again, app.clock.now);
    app.clock.now = Date.parse('2026-11-25T12:00:00Z');
    return { app, sink, token: token as string };
  }

  test('the letter goes once more and is counted as doubtful', async () => {
    const { app, sink, token } = await dotted(0);
    await until(async () => (await statusOf(app, token)).state === 'sent', 'sent');
    expect(lettersTo(sink, 'ie')).toHaveLength(1);
    expect(await counts(app)).toEqual({ sent: 1, people: 1, doubtful: 1 });
  });

  test('a second time: it is held', async () => {
    const { app, sink, token } = await dotted(1);
    await until(async () => (await statusOf(app, token)).state === 'held', 'held');
    await aMoment();
    expect(lettersTo(sink, 'ie')).toEqual([]);
    expect(await notices(app)).toEqual([['doubtful', 'ie-interior', 1]]);
    expect(await counts(app)).toMatchObject({ confirmed: 1, doubtful: 1 });
  });
});

describe('what is no fault of the letter', () => {
  test('the mail server turns us away: nothing is counted, it is noted, and the letter goes when it can', async () => {
    const { app, sink } = await start();
    const seen = failing(app, () => new DeliveryRefused('not now', { about: 'relay' }), 1);
    const [token] = await confirmLetter(app, sink, person(1));
    await until(() => seen.tries === 1, 'the try');
    await until(async () => (await notices(app)).length === 1, 'the notice');
    expect(await notices(app)).toEqual([['relay', '', 1]]);
    await until(async () => {
      app.clock.now += 1000;
      return (await statusOf(app, token as string)).state === 'sent';
    }, 'sent');
    expect(await counts(app)).toEqual({ sent: 1, people: 1 });
  });

  test('refused for good without a code: it is held, and its office is not blamed', async () => {
    const { app, sink } = await start();
    failing(app, () => new DeliveryRefused('it could not be signed', { permanent: true }));
    const [token] = await confirmLetter(app, sink, person(1));
    await until(async () => (await statusOf(app, token as string)).state === 'held', 'held');
    expect(await notices(app)).toEqual([['unsendable', 'ie-interior', 1]]);
    expect((await app.parts.store.queues.of(SLUG, 'ie-interior'))?.refusals).toBe(0);
  });

  test('what nobody foresaw: it is logged without words, and tried again', async () => {
    const { app, sink } = await start();
    failing(app, () => Object.assign(new TypeError('Person Number1 fell'), { code: 'EFELL' }), 1);
    const [token] = await confirmLetter(app, sink, person(1));
    const said = () => app.logged.find((line) => line.includes('could not be handled'));
    await until(said, 'the log');
    expect(JSON.parse(said() as string)).toMatchObject({ fault: 'TypeError EFELL', letter: expect.any(String) });
    expect(said()).not.toContain('Number1');
    app.clock.now += MINUTE + 1;
    await until(async () => (await statusOf(app, token as string)).state === 'sent', 'sent');
  });

  test('a claim that was lost is nobody’s fault, and nothing is logged', async () => {
    const { app, sink } = await start();
    const seen = failing(app, () => new Lost(), 1);
    await confirmLetter(app, sink, person(1));
    await until(() => seen.tries === 1, 'the try');
    await aMoment();
    expect(app.logged.filter((line) => line.includes('could not be handled'))).toEqual([]);
  });

  test('a database that is away for a while is told once', async () => {
    const { app, sink } = await start();
    const { submissions } = app.parts.store;
    const real = submissions.claimDue;
    submissions.claimDue = () => Promise.reject(new StoreFault('SQLITE_BUSY'));
    const said = () => app.logged.filter((line) => line.includes('could not look for work'));
    await until(() => said().length > 0, 'the log');
    await new Promise((done) => setTimeout(done, 700));
    expect(said()).toHaveLength(1);
    expect(JSON.parse(said()[0] as string).fault).toContain('Error');
    submissions.claimDue = real;
    await confirmLetter(app, sink, person(1));
    submissions.claimDue = () => Promise.reject(new StoreFault('SQLITE_BUSY'));
    await until(() => said().length === 2, 'the second time');
    submissions.claimDue = real;
  });
});

describe('a confirmation mail after which no answer came', () => {
  test('goes once more, and then counts as arrived', async () => {
    const { app } = await start();
    let tries = 0;
    app.parts.mailers.deliver = () => {
      tries += 1;
      return Promise.reject(new DeliveryRefused('no answer', { doubtful: true }));
    };
    await postJson(`${app.url}/api/campaigns/${SLUG}/letters`, { country: 'IE', ...person(1) });
    await until(() => tries === 1, 'the first try');
    await aMoment();
    expect(tries).toBe(1);
    app.clock.now += 2 * MINUTE;
    await until(() => tries === 2, 'the second try');
    app.clock.now += 10 * MINUTE;
    await aMoment();
    expect(tries).toBe(2);
    expect(await counts(app)).toEqual({ pending: 1 });
  });
});

test('a mail that asks names the offices it is about, and only those', async () => {
  const { app, sink } = await start({ pacePerHour: null, blocs: { EU: 'also' } });
  const ask = { country: 'IE', ...person(1) };
  await postJson(`${app.url}/api/campaigns/${SLUG}/letters`, { ...ask, recipients: ['ie-interior'] });
  const mails = () => sink.received.filter(({ to }) => to[0] === person(1).email).map(({ mail }) => mail.text ?? '');
  const [first] = await until(() => mails().length === 1 && mails(), 'the mail');
  const names = app.parts.campaigns.get(SLUG)?.recipients ?? [];
  const [ie, eu, de] = ['IE', 'EU', 'DE'].map((code) => names.find(({ country }) => country === code)?.name as string);
  expect(first).toContain(ie);
  expect(first).not.toContain(eu);
  expect(first).not.toContain(de);
  const { body } = await postJson(`${app.url}/api/confirmations`, { token: proofIn(first as string).token });
  expect(body.letters).toHaveLength(1);
  await postJson(`${app.url}/api/campaigns/${SLUG}/letters`, {
    ...ask,
    recipients: ['ie-interior'],
  });
  const [, second] = await until(() => mails().length === 2 && mails(), 'the second mail');
  expect(second).toContain(ie);
  expect(second).not.toContain(eu);
});

describe('what has happened is written', () => {
  test('again while the database refuses for a moment; other faults are told at once', async () => {
    let tries = 0;
    await kept(async () => {
      tries += 1;
      if (tries < 3) throw new StoreFault('SQLITE_BUSY');
    });
    expect(tries).toBe(3);
    tries = 0;
    const lost = kept(async () => {
      tries += 1;
      throw new Lost();
    });
    await expect(lost).rejects.toThrow(Lost);
    expect(tries).toBe(1);
  });

  test('but not for ever', async () => {
    let tries = 0;
    const began = performance.now();
    const given = kept(async () => {
      tries += 1;
      throw new StoreFault('SQLITE_FULL');
    });
    await expect(given).rejects.toThrow(StoreFault);
    expect(tries).toBe(6);
    expect(performance.now() - began).toBeGreaterThan(3000);
  });
});

test('a fault is named by its kind and code, never by its words', () => {
  expect(nameOf(new TypeError('secret'))).toBe('TypeError');
  expect(nameOf(Object.assign(new Error('secret'), { code: 'EX' }))).toBe('Error EX');
  expect(nameOf('secret')).toBe('string');
});

test('lanes: three for one office, one for each that was slow, and half of all lines for all of those', () => {
  vi.useFakeTimers();
  const lanes = openLanes(4);
  const queue = (recipient: string) => ({ campaign: SLUG, recipient }) as Parameters<typeof lanes.room>[0];
  const leaves = ['a', 'a', 'b', 'c'].map((name) => lanes.enter(queue(name), Date.now));
  expect(['a', 'b', 'd'].map((name) => lanes.room(queue(name)))).toEqual([1, 2, 3]);
  leaves[0]?.();
  expect(lanes.room(queue('a'))).toBe(2);
  vi.advanceTimersByTime(10_000);
  for (const leave of leaves.slice(1)) leave();
  expect(lanes.waiting()).toBe(3);
  expect(['a', 'b', 'c'].map((name) => lanes.room(queue(name)))).toEqual([1, 1, 1]);
  const leaveA = lanes.enter(queue('a'), Date.now);
  expect([lanes.room(queue('a')), lanes.room(queue('b'))]).toEqual([0, 1]);
  lanes.enter(queue('b'), Date.now);
  expect(lanes.room(queue('c'))).toBe(0);
  leaveA();
  expect([lanes.room(queue('a')), lanes.room(queue('c'))]).toEqual([3, 1]);
});
