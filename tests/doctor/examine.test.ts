import { expect, test } from 'vitest';
import { examine } from '../../server/doctor/examine.ts';
import type { Finding, Outside } from '../../server/doctor/finding.ts';
import { startSink } from '../support/sink.ts';
import { DOMAIN, GOOD, KEY, line, visit } from './world.ts';

const all = (found: Finding[]) => found.map((each) => `${each.check} ${line(each)}`);
const DEFAULTS = { SMTP_URL: '', MAIL_DOMAIN: '', DKIM_KEY: '', BOUNCE_LISTEN: '', PUBLIC_URL: '' };
const never = () => new Promise<never>(() => {});

test('where nothing is set, nothing is asked of anybody, and all is well', async () => {
  const alone: Partial<Outside> = {
    resolve: () => Promise.reject(new Error('asked the DNS')),
    reverse: () => Promise.reject(new Error('asked the DNS')),
    fetch: () => Promise.reject(new Error('asked the web')),
  };
  expect(all(await examine(visit({}, DEFAULTS, alone)))).toEqual([
    'mail ok: No mail leaves this machine; set SMTP_URL when it shall.',
    'disk ok: 47683 MB are free where the database lies (50 %).',
    'SECRET_KEY ok: It will be made on the first start.',
    'KEYS_DIR ok: The keys of letters that wait have their folder.',
    'database ok: It will be made on the first start.',
  ]);
});

test('where all is in order, every check is ok', async () => {
  const sink = await startSink();
  const found = await examine(visit(GOOD, { SMTP_URL: sink.url, SECRET_KEY: 'k'.repeat(40) }));
  await sink.stop();
  expect(found.filter(({ verdict }) => verdict !== 'ok')).toEqual([]);
  expect(found.map(({ check }) => check)).toEqual([
    'relay',
    'MAIL_DOMAIN',
    'SPF',
    'DKIM',
    'DMARC',
    'MX',
    'PTR',
    'PUBLIC_URL',
    'clock',
    'disk',
    'SECRET_KEY',
    'KEYS_DIR',
    'database',
  ]);
  expect(sink.received).toEqual([]);
});

test('mail that would come from localhost is a fault, and its DNS is not asked', async () => {
  const found = await examine(visit({}, { MAIL_DOMAIN: 'localhost', SMTP_URL: 'smtp://127.0.0.1:1' }));
  expect(all(found)).toContainEqual(expect.stringMatching(/^MAIL_DOMAIN fault: Mail would come from localhost/));
  expect(found.map(({ check }) => check)).not.toContain('SPF');
});

test('the records can be prepared before mail leaves', async () => {
  const found = await examine(visit(GOOD, { SMTP_URL: '' }));
  expect(found.map(({ check, verdict }) => `${check} ${verdict}`)).toEqual(
    expect.arrayContaining(['mail ok', 'SPF ok', 'DKIM ok', 'DMARC ok', 'MX ok']),
  );
});

test('a network that is not there gives doubts, and no fault', async () => {
  const offline: Partial<Outside> = {
    fetch: () => Promise.reject(Object.assign(new TypeError('fetch failed'), { cause: { code: 'ENOTFOUND' } })),
  };
  const found = await examine(visit({}, { SMTP_URL: 'smtp://nosuch.relay.invalid:587' }, offline));
  const doubts = found.filter(({ verdict }) => verdict === 'doubt').map(({ check }) => check);
  expect(doubts).toEqual(['relay', 'SPF', 'DKIM', 'DMARC', 'MX', 'PTR', 'PUBLIC_URL']);
  expect(found.filter(({ verdict }) => verdict === 'fault')).toEqual([]);
});

test('what never answers is given up, everything at the same time', async () => {
  const deaf: Partial<Outside> = { resolve: never, reverse: never, fetch: never, space: never, patience: 100 };
  const began = performance.now();
  const found = await examine(visit(GOOD, { SMTP_URL: 'smtp://127.0.0.1:1' }, deaf));
  expect(performance.now() - began).toBeLessThan(3000);
  const late = found.filter(({ says }) => says.startsWith('This took longer than'));
  expect(late.map(({ check, verdict }) => `${check} ${verdict}`)).toEqual(
    ['SPF', 'DKIM', 'DMARC', 'MX', 'PTR', 'PUBLIC_URL', 'clock', 'disk'].map((check) => `${check} doubt`),
  );
});

test('a check that breaks is a doubt that repeats no words, and the others go on', async () => {
  const broken: Partial<Outside> = {
    space: () => Promise.reject(new Error('secret-words')),
  };
  const found = await examine(visit(GOOD, { SMTP_URL: '' }, broken));
  expect(all(found)).toContain('disk doubt: The check itself failed (Error). Please report it.');
  expect(all(found)).toContainEqual(expect.stringMatching(/^DKIM ok/));
});

test('I13: nothing secret is ever said', async () => {
  const secrets = ['swordfish-91', 's3cret-key-'.repeat(4), 'mailgun-signing-key-1'];
  const env = {
    SMTP_URL: `smtp://anna.lind:${secrets[0]}@127.0.0.1:1`,
    SECRET_KEY: secrets[1] ?? '',
    BOUNCE_MAILGUN: secrets[2] ?? '',
    DATABASE_URL: 'postgres://letters:swordfish-91@127.0.0.1:1/x',
  };
  const text = JSON.stringify(await examine(visit({ [DOMAIN]: {} }, env)));
  for (const secret of [...secrets, 'anna.lind', ...KEY.split('\n').slice(1, -2)]) expect(text).not.toContain(secret);
});
