import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { runCommand } from '../../server/commands/campaign.ts';
import { readConfig } from '../../server/config.ts';
import { isMeant, readCondition } from '../../server/domain/aside.ts';
import { sweep } from '../../server/outbox/sweep.ts';
import { counts, postJson, startApp, until } from '../support/app.ts';
import { bees } from '../support/cast.ts';
import { confirmLetter, lettersTo, person, statusOf } from '../support/letters.ts';
import { proofIn, startSink } from '../support/sink.ts';

const SLUG = 'save-the-bees';
const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

async function start() {
  const folder = mkdtempSync(join(tmpdir(), 'dear-minister-aside-'));
  closers.push(() => rmSync(folder, { recursive: true, force: true }));
  const sink = await startSink();
  closers.push(sink.stop);
  const env = { SMTP_URL: sink.url, DATABASE_URL: `file:${join(folder, 'db')}`, SECRET_KEY: 'k'.repeat(48) };
  const app = await startApp([bees({ pacePerHour: 60 })], env);
  closers.push(app.stop);
  const command = async (...args: string[]) => {
    const said: string[] = [];
    const voice = { say: (line: string) => void said.push(line), complain: (line: string) => void said.push(line) };
    const status = await runCommand(['campaign', ...args], () => readConfig(env), voice);
    return { status, said };
  };
  // What commands are told of time is the machine's own.
  app.clock.now = Date.now();
  return { app, sink, command };
}

test('a flood is counted by a dry run, taken out with a record, held, and put back as it was', async () => {
  const { app, sink, command } = await start();
  const [mine] = await confirmLetter(app, sink, person(1));
  const flood: string[] = [];
  for (const n of [2, 3, 4])
    flood.push(...(await confirmLetter(app, sink, { ...person(n), source: 'newsletter' } as never)));
  const before = await app.parts.store.tally.read(SLUG);
  const sentBefore = lettersTo(sink, 'ie').length;

  const dry = await command('would-set-aside', SLUG, 'source=newsletter,country=IE');
  expect(dry).toMatchObject({
    status: 0,
    said: [expect.stringMatching(/^3 letters of 3 people, and 0 /), expect.anything()],
  });
  expect(await app.parts.store.tally.read(SLUG)).toEqual(before);

  expect(await command('set-aside', SLUG, 'source=newsletter,country=IE', 'one sender, many names')).toMatchObject({
    status: 0,
    said: [expect.stringMatching(/^1: 3 letters of 3 people/), expect.stringContaining(`put-back ${SLUG} 1`)],
  });
  expect((await command('recount', SLUG)).status).toBe(0);
  const left = JSON.parse((await command('tally', SLUG, '--json')).said.join('\n'));
  expect({ people: left.people, letters: left.confirmed + left.sent }).toEqual({ people: 1, letters: 1 });
  expect(left.aside).toMatchObject([{ source: 'aside.1', people: 3 }]);
  expect((await command('asides', SLUG)).said).toEqual([
    expect.stringMatching(/^1: source=newsletter,country=IE at .*: one sender, many names$/),
  ]);
  const waiting = await Promise.all(flood.map((token) => statusOf(app, token)));
  expect(waiting.filter(({ state }) => state === 'held').length).toBe(3 - Math.max(0, sentBefore - 1));
  expect((await command('release', SLUG, 'ie-interior')).said[0]).toContain('0 released');

  expect((await command('put-back', SLUG, '1')).status).toBe(0);
  expect((await command('recount', SLUG)).status).toBe(0);
  const sums = await counts(app);
  expect({ people: sums.people, letters: (sums.confirmed ?? 0) + (sums.sent ?? 0) }).toEqual({ people: 4, letters: 4 });
  const again = JSON.parse((await command('tally', SLUG, '--json')).said.join('\n'));
  expect(again).toMatchObject({ people: 4, bySource: [expect.objectContaining({ source: 'newsletter', people: 3 })] });
  expect(again.aside.every(({ people, sent }: Record<string, number>) => people === 0 && sent === 0)).toBe(true);
  for (let n = 0; n < 200 && lettersTo(sink, 'ie').length < 4; n += 1) {
    app.clock.now += 3_600_000;
    await new Promise((done) => setTimeout(done, 50));
  }
  expect(lettersTo(sink, 'ie')).toHaveLength(4);
  expect(await statusOf(app, mine as string)).toMatchObject({ state: 'sent' });
  expect(await command('put-back', SLUG, '1')).toMatchObject({ status: 1, said: ['Record 1 was put back already.'] });
}, 30_000);

test('who confirms after their flood was taken out is held too, and goes when it is put back', async () => {
  const { app, sink, command } = await start();
  const call = { country: 'IE', ...person(1), source: 'newsletter' };
  await postJson(`${app.url}/api/campaigns/${SLUG}/letters`, call);
  const mail = await until(() => sink.received.find(({ to }) => to[0] === call.email), 'the mail');
  expect((await command('set-aside', SLUG, 'source=newsletter', 'why')).status).toBe(0);
  const { body } = await postJson(`${app.url}/api/confirmations`, proofIn(mail.mail.text ?? ''));
  const token = body.letters[0].statusUrl.split('/').at(-1);
  for (let n = 0; n < 100 && (await statusOf(app, token)).state !== 'held'; n += 1) {
    app.clock.now += 3_600_000;
    await new Promise((done) => setTimeout(done, 50));
  }
  expect(await statusOf(app, token)).toMatchObject({ state: 'held' });
  expect((await command('put-back', SLUG, '1')).status).toBe(0);
  for (let n = 0; n < 100 && lettersTo(sink, 'ie').length === 0; n += 1) {
    app.clock.now += 3_600_000;
    await new Promise((done) => setTimeout(done, 50));
  }
  expect(lettersTo(sink, 'ie')).toHaveLength(1);
  expect((await command('recount', SLUG)).status).toBe(0);
}, 30_000);

test('of letters long gone the numbers are moved', async () => {
  const { app, sink, command } = await start();
  app.clock.now = Date.now() - 30 * 24 * 3_600_000;
  await confirmLetter(app, sink, { ...person(1), source: 'newsletter' } as never);
  for (let n = 0; n < 100 && lettersTo(sink, 'ie').length < 1; n += 1) {
    app.clock.now += 3_600_000;
    await new Promise((done) => setTimeout(done, 50));
  }
  await until(async () => (await counts(app)).sent === 1, 'the letter');
  app.clock.now = Date.now();
  await sweep(app.parts);
  expect((await command('set-aside', SLUG, 'source=newsletter', 'why')).said[0]).toMatch(/^1: 1 letters of 1 people/);
  const left = JSON.parse((await command('tally', SLUG, '--json')).said.join('\n'));
  expect(left).toMatchObject({ sent: 0, people: 0, aside: [{ source: 'aside.1', sent: 1, people: 1 }] });
});

test.each([
  '',
  'country=IE',
  'source=',
  'source=a,source=b',
  'source=a,to=yesterday',
  'source=aside.1',
  'source=a,x=1',
])('%j is no condition', async (text) => expect(readCondition(text)).toBeNull());

test('a condition means what it says', () => {
  const condition = readCondition('source=suspected, country=IE,from=2026-11-02,to=2026-11-03');
  if (!condition) throw new Error('not read');
  const meant = (source: string, country: string, day: string) => isMeant(condition, { source, country, day });
  expect(meant('suspected', 'IE', '2026-11-02')).toBe(true);
  expect(meant('suspected', 'IE', '2026-11-03')).toBe(true);
  expect(meant('suspected', 'IE', '2026-11-01')).toBe(false);
  expect(meant('suspected', 'IE', '2026-11-04')).toBe(false);
  expect(meant('suspected', 'DE', '2026-11-02')).toBe(false);
  expect(meant('', 'IE', '2026-11-02')).toBe(false);
});
