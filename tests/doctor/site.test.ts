import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { Outside } from '../../server/doctor/finding.ts';
import { askSite, clock, site } from '../../server/doctor/site.ts';
import { startApp } from '../support/app.ts';
import { bees } from '../support/cast.ts';
import { GOOD, line, visit, type Zone } from './world.ts';

const answering = (body: string, status = 200, headers: Record<string, string> = {}): Partial<Outside> => ({
  fetch: async () => new Response(status >= 300 && status < 400 ? null : body, { status, headers }),
});
const failing = (code: string): Partial<Outside> => ({
  fetch: async () => {
    throw Object.assign(new TypeError('fetch failed'), { cause: Object.assign(new Error(code), { code }) });
  },
});

async function found(env: Record<string, string>, outside: Partial<Outside> = {}, zone: Zone = GOOD) {
  const at = visit(zone, env, outside);
  return site(at, await askSite(at))
    .map(line)
    .join(' | ');
}
const LOCAL = { SMTP_URL: '' };

describe('PUBLIC_URL', () => {
  test('answers with ours', async () => {
    expect(await found({})).toBe('ok: https://letters.example answers.');
  });

  test('is this very program, asked over HTTP', async () => {
    const app = await startApp([bees()]);
    onTestFinished(() => app.stop());
    expect(await found({ ...LOCAL, PUBLIC_URL: app.url }, { fetch })).toBe(`ok: ${app.url} answers.`);
  });

  test('another program stands there, over HTTP', async () => {
    const server = createServer((_request, response) => response.end('<h1>Welcome</h1>'));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void server.close());
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    expect(await found({ ...LOCAL, PUBLIC_URL: url }, { fetch })).toMatch(
      /^fault: At .* something else answers \(200 /,
    );
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    expect(await found({ ...LOCAL, PUBLIC_URL: url }, { fetch })).toMatch(/^fault: Nobody answers at /);
  });

  test('is not missed while no mail leaves, and is a fault when it does, or in production', async () => {
    expect(await found({ ...LOCAL, PUBLIC_URL: '' })).toBe('');
    expect(await found({ PUBLIC_URL: '' })).toMatch(/^fault: It is not set/);
    const production = { ...LOCAL, PUBLIC_URL: '', NODE_ENV: 'production', SECRET_KEY: 'k'.repeat(40) };
    expect(await found(production)).toMatch(/^fault: It is not set/);
  });

  test('must not be this machine itself when mail goes out, nor be without https', async () => {
    expect(await found({ PUBLIC_URL: 'http://localhost:3000' })).toMatch(/^fault: .* leads nobody here but yourself/);
    expect(await found({ PUBLIC_URL: 'http://letters.example' })).toMatch(/^fault: .* is not encrypted/);
    expect(await found({ ...LOCAL, PUBLIC_URL: 'http://localhost:3000' })).toMatch(/^ok/);
  });

  test.each([
    ['is elsewhere', answering('', 301, { location: 'https://www.letters.example/' }), /^doubt: .* sends people on/],
    ['is down', answering('Bad gateway', 502), /^fault: .* something else answers \(502/],
    ['another JSON', answering('null'), /^fault: .* something else answers/],
    ['refused', failing('ECONNREFUSED'), /^fault: Nobody answers/],
    ['no such name', failing('ENOTFOUND'), /^fault: The name of .* does not exist/],
    [
      'an old certificate',
      failing('CERT_HAS_EXPIRED'),
      /^fault: The certificate of .* does not hold \(CERT_HAS_EXPIRED\)/,
    ],
    ['another’s certificate', failing('ERR_TLS_CERT_ALTNAME_INVALID'), /^fault: The certificate/],
    ['no way there', failing('ENETUNREACH'), /^doubt: It could not be looked up from here/],
    ['not from here', failing('UND_ERR_CONNECT_TIMEOUT'), /^doubt: .* does not answer from here/],
  ])('%s', async (_, outside, expected) => {
    expect(await found({}, outside)).toMatch(expected);
  });

  test('a name that no DNS knows is no fault where no name can be looked up', async () => {
    await expect(found({}, failing('ENOTFOUND'), {})).rejects.toMatchObject({ code: 'ENONETWORK' });
  });

  test('is given up in time', async () => {
    const asleep: Outside['fetch'] = (_url, { signal }) =>
      new Promise((_, reject) => signal?.addEventListener('abort', () => reject(signal.reason)));
    expect(await found({}, { fetch: asleep, patience: 50 })).toMatch(
      /^doubt: .* does not answer from here \(TimeoutError\)/,
    );
  });
});

describe('the clock', () => {
  const HERE = '2026-11-24T10:00:00Z';
  const greeting = (text: string) => ({ secure: true, until: null, signedIn: true, greeting: text });
  const told = (date: string | null, relay = '') =>
    clock(visit(), { status: 200, ours: true, date }, relay ? greeting(relay) : null)
      .map(line)
      .join(' | ');
  const at = (minutes: number) => new Date(Date.parse(HERE) + minutes * 60_000).toUTCString();

  test('agrees within five minutes', () => {
    expect(told(at(0))).toBe('ok: The clock agrees with that of PUBLIC_URL.');
    expect(told(at(5))).toMatch(/^ok/);
    expect(told(at(-5))).toMatch(/^ok/);
  });
  test('is off', () => {
    expect(told(at(6))).toMatch(/^fault: The clock is 6 minutes behind that of PUBLIC_URL\. .*NTP/);
    expect(told(at(-90))).toMatch(/^fault: The clock is 90 minutes ahead of that of PUBLIC_URL/);
  });
  test('is compared with a relay that tells the time', () => {
    const exim = (time: string) => `220 relay.example ESMTP Exim 4.96 ${time}`;
    expect(told(null, exim('Tue, 24 Nov 2026 11:00:30 +0100'))).toBe('ok: The clock agrees with that of the relay.');
    expect(told(at(0), exim('Tue, 24 Nov 2026 11:30:00 +0100'))).toMatch(
      /^fault: The clock is 30 minutes behind that of the relay/,
    );
    expect(told(null, '220 relay.example ESMTP Postfix')).toBe('');
  });
});
