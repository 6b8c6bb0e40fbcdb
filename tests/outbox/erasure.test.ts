import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import { afterEach, expect, test } from 'vitest';
import { scrubber } from '../../server/outbox/scrub.ts';
import { sweep } from '../../server/outbox/sweep.ts';
import { counts, postJson, startApp, type TestApp, until } from '../support/app.ts';
import { bees } from '../support/cast.ts';
import { confirmLetter, lettersTo, person, statusOf } from '../support/letters.ts';
import { proofIn, startSink } from '../support/sink.ts';

const SLUG = 'save-the-bees';
const DAY = 24 * 3_600_000;
const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

async function start(facts: Parameters<typeof bees>[0] = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'dear-minister-erasure-'));
  closers.push(() => rmSync(folder, { recursive: true, force: true }));
  const sink = await startSink();
  closers.push(sink.stop);
  const file = join(folder, 'db');
  const app = await startApp([bees(facts)], { SMTP_URL: sink.url, DATABASE_URL: `file:${file}` });
  closers.push(app.stop);
  return { app, sink, file };
}

const keysOf = (app: TestApp) => readdirSync(app.parts.vault.keys.folder).sort();
const letterKeys = (app: TestApp) => keysOf(app).filter((name) => name.startsWith('letters-'));

test('I10: a day’s key goes with the last letter that it sealed, and not before', async () => {
  const { app, sink } = await start({ pacePerHour: 1 });
  app.clock.now = Date.parse('2026-11-24T22:00:00Z');
  const [token] = await confirmLetter(app, sink, person(1));
  expect(letterKeys(app)).toEqual([expect.stringMatching(/^letters-2026-11-24-/)]);
  app.clock.now = Date.parse('2026-11-25T02:00:00Z');
  await sweep(app.parts);
  expect(letterKeys(app)).toHaveLength(1);
  app.clock.now = Date.parse('2026-11-25T12:00:00Z');
  await until(async () => (await statusOf(app, token as string)).state === 'sent', 'the letter');
  await sweep(app.parts);
  expect(letterKeys(app)).toEqual([]);
  expect((await fetch(`${app.url}/letters/${token}`)).status).toBe(200);
});

test('a week after the end nobody’s fingerprint is left, nor the key that made it', async () => {
  const { app, sink } = await start();
  await confirmLetter(app, sink, person(1));
  await app.parts.store.campaigns.setState(SLUG, ['open'], 'closed', app.clock.now);
  await app.parts.campaigns.refresh();
  app.clock.now += 7 * DAY - 1;
  await sweep(app.parts);
  expect(await app.parts.store.erasure.hasMarks(SLUG)).toBe(true);
  expect(keysOf(app)).toContain(`campaign-${SLUG}.key`);
  app.clock.now += 1;
  await sweep(app.parts);
  expect(await app.parts.store.erasure.hasMarks(SLUG)).toBe(false);
  expect(keysOf(app)).not.toContain(`campaign-${SLUG}.key`);
});

test('the last day of a campaign ends it as well', async () => {
  const { app, sink } = await start({ closes: '2026-11-24' });
  await confirmLetter(app, sink, person(1));
  app.clock.now = Date.parse('2026-12-01T23:59:59Z');
  await sweep(app.parts);
  expect(await app.parts.store.erasure.hasMarks(SLUG)).toBe(true);
  app.clock.now = Date.parse('2026-12-02T00:00:00Z');
  await sweep(app.parts);
  expect(await app.parts.store.erasure.hasMarks(SLUG)).toBe(false);
});

test('I7, I11: without the key of the fingerprints nobody is counted, and with it everybody is, once', async () => {
  const { app, sink } = await start();
  await confirmLetter(app, sink, person(1));
  const { keys } = app.parts.vault;
  await postJson(`${app.url}/api/campaigns/${SLUG}/letters`, { country: 'IE', ...person(2) });
  const mail = await until(() => sink.received.find(({ to }) => to[0] === person(2).email), 'the mail');
  const { token } = proofIn(mail.mail.text ?? '');
  const real = keys.ofCampaign;
  keys.ofCampaign = () => null;
  const refused = await postJson(`${app.url}/api/confirmations`, { token });
  expect(refused).toMatchObject({ status: 503, body: { type: 'about:blank#unavailable' } });
  expect(await counts(app)).toMatchObject({ people: 1 });
  keys.ofCampaign = real;
  expect((await postJson(`${app.url}/api/confirmations`, { token })).status).toBe(200);
  expect(await counts(app)).toMatchObject({ people: 2 });
});

test('I9: what is erased leaves the files at the next scrub; a reader in the way is said aloud', async () => {
  const { app, sink, file } = await start();
  await confirmLetter(app, sink, person(1));
  await until(() => lettersTo(sink, 'ie').length === 1, 'the letter');
  const reader = new Sqlite(file);
  closers.push(() => reader.close());
  reader.exec('begin; select * from letters');
  await confirmLetter(app, sink, person(2));
  const scrub = scrubber(app.parts);
  const alarms = () => app.logged.filter((line) => line.includes('still in the files'));
  scrub();
  scrub();
  expect(alarms()).toEqual([]);
  scrub();
  expect(alarms()).toHaveLength(1);
  reader.exec('rollback');
  expect(app.parts.store.erasure.scrub()).toBe(true);
  for (let n = 0; n < 5; n += 1) scrub();
  expect(alarms()).toHaveLength(1);
});
