import { afterEach, describe, expect, test, vi } from 'vitest';
import { confirm } from '../../server/acts/confirm.ts';
import { readyMarks } from '../../server/acts/marks.ts';
import { noteRefusal } from '../../server/acts/settle.ts';
import { withdraw } from '../../server/acts/withdraw.ts';
import { openMailLimit } from '../../server/outbox/mail-limit.ts';
import { watchRelay } from '../../server/outbox/relay.ts';
import { scrubber } from '../../server/outbox/scrub.ts';
import { sweep } from '../../server/outbox/sweep.ts';
import { Lost, StoreFault } from '../../server/store/connection.ts';
import { counts, postJson, startApp, until } from '../support/app.ts';
import { bees } from '../support/cast.ts';
import { confirmLetter, person, statusOf } from '../support/letters.ts';
import { proofIn, startSink } from '../support/sink.ts';

const SLUG = 'save-the-bees';
const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

async function start(facts: Parameters<typeof bees>[0] = {}) {
  const sink = await startSink();
  closers.push(sink.stop);
  const app = await startApp([bees(facts)], { SMTP_URL: sink.url });
  closers.push(app.stop);
  const { clock } = app;
  // At night nothing leaves by itself.
  clock.now = Date.parse('2026-11-24T23:00:00Z');
  return { app, sink, parts: app.parts };
}
type Started = Awaited<ReturnType<typeof start>>;

async function written({ app, sink }: Started) {
  const { body } = await postJson(`${app.url}/api/campaigns/${SLUG}/letters`, { country: 'IE', ...person(1) });
  const mail = await until(() => sink.received[0], 'the mail');
  await until(
    async () => (await app.parts.store.submissions.byHandle(app.parts.vault.lookup(body.handle)))?.state === 'pending',
    'pending',
  );
  return { handle: body.handle as string, ...proofIn(mail.mail.text ?? '') };
}

/** Mails that never leave, until the test is over. */
function hang(parts: Started['parts']): void {
  let free = () => {};
  const waiting = new Promise<void>((done) => {
    free = done;
  });
  closers.push(() => free());
  parts.mailers.deliver = () =>
    waiting.then(() => {
      throw new Lost();
    });
}

/** Rejects as often as it is called, and counts. */
function always(error: () => Error) {
  return vi.fn(() => Promise.reject(error()));
}

describe('a confirmation', () => {
  test('a code that is none, or the wrong one, is refused at its field', async () => {
    const started = await start();
    const { handle, code } = await written(started);
    const wrong = code === '111 111' ? '222 222' : '111 111';
    const fault = (fault: string) => ({ code: 'wrong-code', faults: [{ field: 'code', fault }] });
    await expect(confirm(started.parts, { handle, code: 'abc' })).rejects.toMatchObject(fault('fault.code.shape'));
    await expect(confirm(started.parts, { handle, code: wrong })).rejects.toMatchObject(fault('fault.code.wrong'));
    expect((await confirm(started.parts, { handle, code })).letters).toMatchObject([{ recipient: 'ie-interior' }]);
  });

  test('before its mail has left: the right code counts, another does not', async () => {
    const started = await start();
    const { app, parts } = started;
    hang(parts);
    const { body } = await postJson(`${app.url}/api/campaigns/${SLUG}/letters`, { country: 'IE', ...person(1) });
    const row = await parts.store.submissions.byHandle(parts.vault.lookup(body.handle));
    if (!row) throw new Error('there is no submission');
    const content = parts.vault.openJson<{ secrets: { code: string } }>(`submission ${row.id}`, row);
    const code = content?.secrets.code ?? '';
    const wrong = code === '111111' ? '222222' : '111111';
    await expect(confirm(parts, { handle: body.handle, code: wrong })).rejects.toMatchObject({ code: 'wrong-code' });
    expect((await confirm(parts, { handle: body.handle, code })).letters).toHaveLength(1);
    // The outbox still holds the mail that never ends.
    await parts.store.submissions.forget(0);
  });

  test('a link whose submission nobody can open any more, and one that is not ours, are unknown', async () => {
    const { app, parts } = await start();
    hang(parts);
    const { body } = await postJson(`${app.url}/api/campaigns/${SLUG}/letters`, { country: 'IE', ...person(1) });
    const row = await parts.store.submissions.byHandle(parts.vault.lookup(body.handle));
    const content = parts.vault.openJson<{ secrets: { token: string } }>(`submission ${row?.id}`, row as never);
    const token = content?.secrets.token ?? '';
    parts.vault.keys.destroy(row?.dayKey as string);
    await expect(confirm(parts, { token })).rejects.toMatchObject({ code: 'unknown-link' });
    await expect(confirm(parts, { token: 'x'.repeat(43) })).rejects.toMatchObject({ code: 'unknown-link' });
  });

  test('after the campaign was closed it is too late, and it says so', async () => {
    const started = await start();
    const { token } = await written(started);
    await started.parts.store.campaigns.setState(SLUG, ['open'], 'closed', started.app.clock.now);
    await started.parts.campaigns.refresh();
    await expect(confirm(started.parts, { token })).rejects.toMatchObject({
      code: 'not-open',
      values: { state: 'closed' },
    });
    expect(await counts(started.app)).toEqual({ pending: 1 });
  });

  test.each([
    ['somebody is always quicker', () => new Lost(), 5],
    ['the database refuses', () => new StoreFault('SQLITE_FULL'), 1],
  ])('where %s, it is tried so often and no more: %#', async (_, error, tries) => {
    const started = await start();
    const { token } = await written(started);
    const refused = always(error);
    started.parts.store.submissions.confirm = refused as never;
    await expect(confirm(started.parts, { token })).rejects.toThrow(error().constructor as never);
    expect(refused).toHaveBeenCalledTimes(tries);
  });

  test('people are counted under no office', async () => {
    const started = await start();
    await confirm(started.parts, await written(started));
    const rows = await started.parts.store.tally.read(SLUG);
    expect(rows.filter(({ counter }) => counter === 'people')).toMatchObject([{ recipient: '', n: 1 }]);
  });

  test('without its key nobody’s fingerprint is compared', async () => {
    const started = await start();
    await confirm(started.parts, await written(started));
    started.parts.vault.keys.destroy({ campaign: SLUG });
    await expect(readyMarks(started.parts, SLUG)).rejects.toMatchObject({ code: 'ENOENT' });
    expect(started.parts.vault.keys.ofCampaign(SLUG)).toBeNull();
  });
});

describe('a withdrawal', () => {
  test.each([
    ['somebody is always quicker', () => new Lost(), 5, 'too-late'],
    ['the database refuses', () => new StoreFault('SQLITE_FULL'), 1, 'SQLITE_FULL'],
  ])('where %s, it is tried so often and no more: %#', async (_, error, tries, code) => {
    const started = await start({ pacePerHour: 1 });
    const [token] = await confirmLetter(started.app, started.sink, person(1));
    const refused = always(error);
    const { letters } = started.parts.store;
    const real = letters.move;
    letters.move = refused as never;
    await expect(withdraw(started.parts, token as string)).rejects.toMatchObject({ code });
    expect(refused).toHaveBeenCalledTimes(tries);
    letters.move = real;
    await withdraw(started.parts, token as string);
    await withdraw(started.parts, token as string);
    expect(await statusOf(started.app, token as string)).toMatchObject({ state: 'withdrawn' });
    expect(await counts(started.app)).toEqual({ people: 1 });
  });

  test('is too late while the final dot may be under way', async () => {
    const started = await start({ pacePerHour: 1 });
    const [token] = await confirmLetter(started.app, started.sink, person(1));
    const { letters } = started.parts.store;
    const { now } = started.app.clock;
    const [row] = await letters.claim({ campaign: SLUG, recipient: 'ie-interior' }, now, now + 60_000, 1);
    await letters.dot(row as never, now);
    await expect(withdraw(started.parts, token as string)).rejects.toMatchObject({ code: 'too-late' });
  });
});

describe('an office that refuses', () => {
  test('is noted once, and aloud; where others write at the same moment, again', async () => {
    const started = await start({ pacePerHour: 1 });
    await confirmLetter(started.app, started.sink, person(1));
    const { queues } = started.parts.store;
    const real = queues.refused;
    let lost = 3;
    queues.refused = (...args) => {
      lost -= 1;
      return lost > 0 ? Promise.reject(new Lost()) : real(...args);
    };
    for (let n = 0; n < 20; n += 1) await noteRefusal(started.parts, SLUG, 'ie-interior');
    const warned = started.app.logged.filter((line) => line.includes('keeps refusing'));
    expect(warned.map((line) => JSON.parse(line))).toMatchObject([{ campaign: SLUG, recipient: 'ie-interior' }]);
    expect(await started.parts.store.notices.ofCampaign(SLUG)).toMatchObject([{ kind: 'refusing', n: 1 }]);
    await noteRefusal(started.parts, SLUG, 'nobody');
    queues.refused = () => Promise.reject(new StoreFault('SQLITE_FULL'));
    await expect(noteRefusal(started.parts, SLUG, 'ie-interior')).rejects.toThrow(StoreFault);
    const refused = always(() => new Lost());
    queues.refused = refused as never;
    await noteRefusal(started.parts, SLUG, 'ie-interior');
    expect(refused).toHaveBeenCalledTimes(10);
  });
});

describe('the sweep', () => {
  test('ends all that is over, more than a hundred too; what somebody else ended is no fault', async () => {
    const { app, parts } = await start();
    hang(parts);
    for (let n = 0; n < 103; n += 1)
      await postJson(`${app.url}/api/campaigns/${SLUG}/letters`, { country: 'IE', ...person(n) });
    app.clock.now += 73 * 3_600_000;
    const { submissions } = parts.store;
    const real = submissions.expire;
    let calls = 0;
    submissions.expire = (...args) => {
      calls += 1;
      return calls === 1 ? Promise.reject(new Lost()) : real(...args);
    };
    await sweep(parts);
    expect(await counts(app)).toEqual({});
    submissions.expire = () => Promise.reject(new StoreFault('SQLITE_FULL'));
    await postJson(`${app.url}/api/campaigns/${SLUG}/letters`, { country: 'IE', ...person(999) });
    app.clock.now += 73 * 3_600_000;
    await expect(sweep(parts)).rejects.toThrow(StoreFault);
    submissions.expire = real;
  }, 30_000);
});

test('erased bytes that stay: why is said, at the third time and every third', () => {
  const said: unknown[] = [];
  let answer = (): boolean => false;
  const parts = {
    store: { erasure: { scrub: () => answer() } },
    log: { error: (about: unknown) => void said.push(about) },
  };
  const scrub = scrubber(parts as never);
  for (let n = 0; n < 7; n += 1) scrub();
  expect(said).toEqual(Array(2).fill({ fault: 'somebody reads the database without an end' }));
  answer = () => {
    throw Object.assign(new Error('words'), { code: 'SQLITE_IOERR' });
  };
  scrub();
  scrub();
  expect(said[2]).toEqual({ fault: 'Error SQLITE_IOERR' });
  answer = () => true;
  scrub();
  for (let n = 0; n < 2; n += 1) scrub();
  expect(said).toHaveLength(3);
});

test('three mails a day and no more, and it is known before', () => {
  let now = Date.parse('2026-11-24T10:00:00Z');
  const limit = openMailLimit(() => now);
  const taken = Array.from({ length: 4 }, () => [limit.isReached('sam@post.example'), limit.take('sam@post.example')]);
  expect(taken).toEqual([
    [false, true],
    [false, true],
    [false, true],
    [true, false],
  ]);
  expect(limit.isReached('kim@post.example')).toBe(false);
  now += 24 * 3_600_000;
  expect(limit.isReached('sam@post.example')).toBe(false);
});

test('a mail server that is away: it is asked again at the very moment its rest is over, and each new failure counts', () => {
  let now = 1000;
  const relay = watchRelay({ now: () => now, random: () => 0 });
  expect(relay.room(5)).toBe(5);
  relay.failed();
  now += 499;
  relay.failed();
  expect(relay.room(5)).toBe(0);
  now += 1;
  expect(relay.room(5)).toBe(1);
  relay.failed();
  now += 999;
  expect(relay.room(5)).toBe(0);
  now += 1;
  expect(relay.room(5)).toBe(1);
});
