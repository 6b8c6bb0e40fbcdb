import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { buildApp } from '../../server/app.ts';
import { startApp, type TestApp, until } from '../support/app.ts';
import { bees, SAM } from '../support/cast.ts';
import { proofIn, startSink } from '../support/sink.ts';

const SLUG = 'save-the-bees';
const POLICY =
  "default-src 'none';style-src 'self';script-src 'self';img-src 'self' data:;object-src 'none';form-action 'self';base-uri 'none';frame-ancestors 'none'";

let app: TestApp;
let sink: Awaited<ReturnType<typeof startSink>>;
let token: string;
beforeAll(async () => {
  sink = await startSink();
  app = await startApp([bees()], { SMTP_URL: sink.url });
  await rawPost(`/api/campaigns/${SLUG}/letters`, { country: 'IE', ...SAM });
  const { mail } = await until(() => sink.received[0], 'the mail');
  token = proofIn(mail.text ?? '').token;
});
afterAll(async () => {
  await app.stop();
  await sink.stop();
});

/** Sends what no library would send, and gives all that is answered. */
async function raw(request: string): Promise<string> {
  const { hostname, port } = new URL(app.url);
  const socket = connect(Number(port), hostname, () => socket.write(request));
  return text(socket);
}

/** A call by another name than ours; `fetch` would not send it. */
function rawPost(path: string, body: unknown): Promise<string> {
  const json = JSON.stringify(body);
  const head = [
    `POST ${path} HTTP/1.1`,
    'Host: evil.example',
    'X-Forwarded-Host: evil.example',
    'Content-Type: application/json',
    `Content-Length: ${json.length}`,
    'Connection: close',
  ];
  return raw(`${head.join('\r\n')}\r\n\r\n${json}`);
}

async function stylesheet(): Promise<string> {
  return /href="(\/assets\/[^"]+)"/.exec(await (await fetch(app.url)).text())?.[1] ?? '';
}

/** Answers of every kind: what was asked for, and what is refused, before a route is found and after. */
const ANSWERS: [path: string, status: number, type: string, init?: RequestInit][] = [
  ['/', 200, 'text/html; charset=utf-8'],
  [`/c/${SLUG}?country=IE`, 200, 'text/html; charset=utf-8'],
  [`/c/${SLUG}?country=XX`, 422, 'text/html; charset=utf-8'],
  [`/c/${SLUG}/draft.eml?country=IE`, 200, 'message/rfc822'],
  ['/nope', 404, 'text/html; charset=utf-8'],
  ['/c/%FF', 400, 'text/html; charset=utf-8'],
  [`/c/${'w'.repeat(2500)}`, 400, 'text/html; charset=utf-8'],
  ['/assets/nope.css', 404, 'text/html; charset=utf-8'],
  ['/code', 415, 'text/html; charset=utf-8', { method: 'POST', body: '{}' }],
  [`/c/${SLUG}`, 404, 'text/html; charset=utf-8', { method: 'DELETE' }],
  ['/healthz', 200, 'application/json; charset=utf-8'],
  ['/openapi.json', 200, 'application/json; charset=utf-8'],
  ['/api/campaigns', 200, 'application/json; charset=utf-8'],
  ['/api/nope', 404, 'application/problem+json; charset=utf-8'],
  ['/api/confirmations', 415, 'application/problem+json; charset=utf-8', { method: 'POST', body: 'x' }],
  ['/mailbox.json', 404, 'application/problem+json; charset=utf-8'],
];

describe('every answer', () => {
  const named = ANSWERS.map((each) => [each[0].slice(0, 40), each] as const);
  test.each(named)('%s is under the same headers', async (_, [path, status, type, init]) => {
    const answer = await fetch(app.url + path, init);
    const { headers } = answer;
    expect(answer.status).toBe(status);
    expect(headers.get('content-type')).toBe(type);
    expect(headers.get('content-security-policy')).toBe(POLICY);
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('x-frame-options')).toBe('DENY');
    expect(headers.get('referrer-policy')).toBe('no-referrer');
    expect(headers.get('cross-origin-opener-policy')).toBe('same-origin');
    expect(headers.get('cache-control')).toMatch(/^(no-store|private, no-cache)$/);
    expect(headers.get('set-cookie')).toBeNull();
    for (const name of ['server', 'x-powered-by', 'via']) expect(headers.get(name)).toBeNull();
  });

  test('scripts may ask the server for something on the desk alone', async () => {
    const policy = async (path: string) => (await fetch(app.url + path)).headers.get('content-security-policy');
    const asking = POLICY.replace("script-src 'self';", "script-src 'self';connect-src 'self';");
    for (const path of ['/desk/sign-in', '/desk/nope', '/%64esk/sign-in']) expect(await policy(path)).toBe(asking);
    for (const path of ['/deskx', `/c/${SLUG}`, '/c/desk']) expect(await policy(path)).toBe(POLICY);
  });

  test('style sheets and scripts too, which may be kept', async () => {
    const { status, headers } = await fetch(app.url + (await stylesheet()));
    expect([status, headers.get('content-type')]).toEqual([200, 'text/css; charset=utf-8']);
    expect(headers.get('content-security-policy')).toBe(POLICY);
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
  });

  test('where people come by https, browsers are told to insist on it, for a year and for what lies below', async () => {
    const secure = await startApp([bees()], { PUBLIC_URL: 'https://letters.example' });
    for (const path of ['/', '/nope', '/c/%FF', '/api/campaigns', await stylesheet()]) {
      const { headers } = await fetch(secure.url + path);
      expect(headers.get('strict-transport-security')).toBe('max-age=31536000; includeSubDomains');
      expect(headers.get('content-security-policy')).toBe(`${POLICY};upgrade-insecure-requests`);
    }
    await secure.stop();
    expect((await fetch(app.url)).headers.get('strict-transport-security')).toBeNull();
  });

  test('is open to other pages only where everybody may read it', async () => {
    const open = async (path: string, init?: RequestInit) =>
      (await fetch(app.url + path, init)).headers.get('access-control-allow-origin');
    const origin = { origin: 'https://evil.example' };
    for (const path of [`/api/campaigns/${SLUG}`, `/api/campaigns/${SLUG}/tally`])
      expect(await open(path, { headers: origin })).toBe('*');
    for (const path of ['/', `/c/${SLUG}`, `/confirm/${token}`, '/healthz'])
      expect(await open(path, { headers: origin })).toBeNull();
    for (const method of ['POST', 'OPTIONS'])
      expect(await open('/api/confirmations', { method, headers: origin })).toBeNull();
  });
});

describe('an address that is written otherwise is the same address', () => {
  test('a call of the API takes no form', async () => {
    const body = new URLSearchParams({ country: 'IE', ...SAM });
    for (const path of ['/api', '/%61pi', '/a%70i']) {
      const answer = await fetch(`${app.url}${path}/campaigns/${SLUG}/letters`, { method: 'POST', body });
      expect([path, answer.status]).toEqual([path, 415]);
      expect(answer.headers.get('content-type')).toContain('application/problem+json');
    }
  });

  test('what is a person’s own is not kept by the browser', async () => {
    for (const path of ['/confirm/', '/%63onfirm/', '/letters/', '/l%65tters/', '/api/letters/', '/%61pi/letters/']) {
      const answer = await fetch(`${app.url}${path}${token}`);
      expect([path, answer.status, answer.headers.get('cache-control')]).toEqual([path, 200, 'no-store']);
    }
  });
});

describe('nothing is given out but what is meant to be', () => {
  test.each([
    '/.git/HEAD',
    '/.env',
    '/package.json',
    '/server/main.ts',
    '/var/secret.key',
    '/assets',
    '/assets/',
    '/assets/../package.json',
    '/assets/..%2f..%2fpackage.json',
    '/assets/%2e%2e/package.json',
    '/assets//etc/passwd',
    '/assets/%00',
  ])('%s', async (path) => {
    const answer = await raw(`GET ${path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`);
    expect(answer).toMatch(/^HTTP\/1\.1 40[04] /);
    expect(answer).not.toMatch(/"dependencies"|root:|ref: refs|Index of/);
  });

  test('a draft comes as a file of our own name, whatever is asked', async () => {
    const { headers } = await fetch(`${app.url}/c/${SLUG}/draft.eml?country=IE&filename=evil.exe&name=a%0d%0ab`);
    expect(headers.get('content-disposition')).toBe('attachment; filename="letter.eml"');
  });

  test('TRACE tells nobody what came', async () => {
    const answer = await raw('TRACE / HTTP/1.1\r\nHost: x\r\nX-Mark: marked\r\nConnection: close\r\n\r\n');
    expect(answer).toMatch(/^HTTP\/1\.1 404 /);
    expect(answer).not.toContain('marked');
  });
});

describe('what a request is', () => {
  const form = 'POST /code HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\n';
  test.each([
    ['two ends of one body', `${form}Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`],
    ['two lengths', `${form}Content-Length: 5\r\nContent-Length: 6\r\n\r\nlang=e`],
    ['an end nobody knows', `${form}Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n`],
    ['a header without a name', 'GET / HTTP/1.1\r\nHo st: x\r\n\r\n'],
    ['a line feed alone in a header', 'GET / HTTP/1.1\r\nHost: x\nX-Y: z\r\n\r\n'],
  ])('%s is refused, and the line is closed', async (_, request) => {
    const answer = await raw(`${request}GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n`);
    expect(answer).toMatch(/^HTTP\/1\.1 400 /);
    expect(answer.match(/HTTP\/1\.1/g)).toHaveLength(1);
  });

  test('who does not come to an end is cut off', async () => {
    const built = await buildApp(app.parts);
    expect(built.server.requestTimeout).toBe(120_000);
    expect(built.server.headersTimeout).toBeGreaterThan(0);
    await built.close();
  });
});

describe('a fault of ours', () => {
  test('tells the caller nothing of us, and the log where it was', async () => {
    const { sums } = app.parts.store.tally;
    app.parts.store.tally.sums = () => {
      throw Object.assign(new TypeError(`sam@post.example, key ${'k'.repeat(48)}`), { code: 'EODD' });
    };
    for (const path of [`/c/${SLUG}`, `/api/campaigns/${SLUG}/tally`]) {
      const answer = await fetch(app.url + path);
      expect(answer.status).toBe(500);
      expect(answer.headers.get('content-security-policy')).toBe(POLICY);
      expect(await answer.text()).not.toMatch(/sam@|kkkk|EODD|TypeError|\.ts\b|node_modules/);
    }
    app.parts.store.tally.sums = sums;
    const lines = app.logged.map((line) => JSON.parse(line) as Record<string, unknown>);
    const found = lines.filter(({ msg }) => msg === 'a request failed');
    expect(found).toHaveLength(2);
    expect(found[0]).toMatchObject({ level: 50, route: '/c/:slug', fault: 'TypeError EODD' });
    expect(JSON.stringify(found[0]?.at)).toContain('/server/pages/campaign.ts');
    expect(JSON.stringify(found)).not.toMatch(/sam@|kkkk/);
  });

  test('and a refusal is a line too, by the pattern of its address', async () => {
    await fetch(`${app.url}/letters/${'x'.repeat(43)}`);
    await fetch(`${app.url}/api/confirmations`, {
      method: 'POST',
      body: JSON.stringify({ handle: 'x'.repeat(43), code: '123456' }),
      headers: { 'content-type': 'application/json' },
    });
    const lines = app.logged.map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(lines).toContainEqual(expect.objectContaining({ route: '/letters/:token', status: 404, method: 'GET' }));
    expect(lines).toContainEqual(expect.objectContaining({ route: '/api/confirmations', status: 404, method: 'POST' }));
  });
});

test('links lead to where we are, not to the name we were asked by', async () => {
  expect(sink.received[0]?.mail.text).toContain(`${app.url}/confirm/${token}`);
  const confirmed = await rawPost('/api/confirmations', { token });
  expect(confirmed).toContain(`"statusUrl":"${app.url}/letters/`);
  expect(confirmed).not.toContain('evil');
});
