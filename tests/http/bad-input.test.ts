import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parseForm, parseJson } from '../../server/http/bodies.ts';
import { counts, postForm, postJson, startApp, type TestApp, until } from '../support/app.ts';
import { bees, SAM } from '../support/cast.ts';
import { proofIn, startSink } from '../support/sink.ts';

type Body = string | Blob | Uint8Array<ArrayBuffer>;

let app: TestApp;
let sink: Awaited<ReturnType<typeof startSink>>;
beforeAll(async () => {
  sink = await startSink();
  app = await startApp(
    [
      bees(),
      bees({ slug: 'fixed-letter', editing: 'none' }),
      bees({ slug: 'free-letter', editing: 'full' }),
      bees({ slug: 'over', opens: '2020-01-01', closes: '2020-02-01' }),
    ],
    { SMTP_URL: sink.url },
  );
});
afterAll(async () => {
  await app.stop();
  await sink.stop();
});
const api = (path: string) => `${app.url}/api/campaigns/${path}`;
const raw = async (path: string, body: Body, type: string | null = 'application/json') => {
  const answer = await fetch(api(path), {
    method: 'POST',
    body,
    headers: type === null ? {} : { 'content-type': type },
  });
  return answer.status;
};

describe('what cannot be found is named', () => {
  test.each([
    ['save-the-wasps', 404, 'save-the-wasps'],
    ['w'.repeat(300), 404, 'w'.repeat(64)],
    ['save-the-bees/recipients?country=XX', 422, 'XX'],
    ['save-the-bees/recipients?country=', 422, ''],
    ['save-the-bees/letter?country=IE&recipient=nobody', 422, 'nobody'],
    ['save-the-bees/letter?country=IE&language=tlh', 422, 'tlh'],
    ['save-the-bees/recipients?country=IE&lang=tlh', 422, 'tlh'],
  ])('%s', async (path, status, name) => {
    const answer = await fetch(api(path));
    expect(answer.status).toBe(status);
    expect(answer.headers.get('content-type')).toContain('application/problem+json');
    const problem = (await answer.json()) as { title: string; status: number; errors?: unknown[] };
    expect(problem.title).toContain(name);
    expect(problem.status).toBe(status);
    if (status === 422) expect(problem.errors).toHaveLength(1);
  });

  test('pages say it too, in the reader’s language', async () => {
    const answer = await fetch(`${app.url}/c/save-the-wasps`, { headers: { 'accept-language': 'de-AT,de;q=0.9' } });
    expect(answer.status).toBe(404);
    const html = await answer.text();
    expect(html).toContain('<html lang="de"');
    expect(html).toContain('save-the-wasps');
    for (const path of [
      '/c/save-the-bees?lang=xx',
      '/c/save-the-bees?country=XX',
      '/c/save-the-bees?country=IE&recipient=xx',
      '/c/save-the-bees?country=IE&language=xx',
    ]) {
      const page = await fetch(app.url + path);
      expect([path, page.status, (await page.text()).toLowerCase().includes('xx')]).toEqual([path, 422, true]);
    }
  });
});

describe('bodies', () => {
  const whole = JSON.stringify({ country: 'IE', ...SAM });
  test.each<[string, Body, string | null, number]>([
    ['over 64 KB', JSON.stringify({ country: 'IE', ownWords: 'x'.repeat(65_537) }), 'application/json', 413],
    ['no JSON', '{"country":', 'application/json', 400],
    ['an empty body', '', 'application/json', 400],
    ['bytes that are no UTF-8', new Uint8Array([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d]), 'application/json', 400],
    ['half a surrogate pair', '{"country":"IE","name":"\\ud800"}', 'application/json', 400],
    ['two equal keys', '{"country":"IE","country":"DE"}', 'application/json', 400],
    ['two equal keys, one written with an escape', '{"country":"IE","c\\u006funtry":"DE"}', 'application/json', 400],
    ['a key that reaches prototypes', '{"__proto__":{"x":1},"country":"IE"}', 'application/json', 400],
    ['another kind of content', whole, 'text/plain', 415],
    ['no kind of content', new Blob([whole]), null, 415],
    ['XML', '<a/>', 'application/xml', 415],
    ['a list', '[]', 'application/json', 422],
    ['brackets without end', '['.repeat(30_000) + ']'.repeat(30_000), 'application/json', 400],
    [
      'a form where JSON is wanted',
      'country=IE&name=Sam&email=sam@post.example',
      'application/x-www-form-urlencoded',
      415,
    ],
    ['JSON that says it is Latin-1', whole, 'application/json; charset=iso-8859-1', 415],
    ['numbers for words', '{"country":12,"name":[],"email":{}}', 'application/json', 422],
    ['nothing in it', '{}', 'application/json', 422],
    ['a length that cannot be compared', '{"name":{"length":{"toString":1}}}', 'application/json', 422],
    ['a list with such a length', '{"recipients":{"length":{"toString":1}}}', 'application/json', 422],
    ['a text that is too long', JSON.stringify({ country: 'x'.repeat(41) }), 'application/json', 422],
    ['too many offices', JSON.stringify({ recipients: Array(11).fill('x') }), 'application/json', 422],
  ])('%s', async (_name, body, type, status) => {
    expect(await raw('save-the-bees/letters', body, type)).toBe(status);
  });

  test('forms: an escape that is no UTF-8 is refused, and so is an address', async () => {
    const answer = await fetch(`${app.url}/c/save-the-bees`, {
      method: 'POST',
      body: 'name=%FF',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
    });
    expect(answer.status).toBe(400);
    expect((await fetch(`${app.url}/c/%FF`)).status).toBe(400);
  });

  test('parsers give what was sent', () => {
    expect(parseJson('{"a":[{"b":"🐝"}],"c":null}')).toEqual({ a: [{ b: '🐝' }], c: null });
    expect({ ...parseForm('a=1&b=x+y%26&a=2&=&c') }).toEqual({ a: ['1', '2'], b: 'x y&', '': '', c: '' });
  });
});

describe('what somebody types', () => {
  const faults = async (fields: object, slug = 'save-the-bees') => {
    const { status, body } = await postJson(api(`${slug}/letters`), { country: 'IE', ...SAM, ...fields });
    return [status, (body.errors ?? []).map(({ field }: { field: string }) => field)];
  };
  test.each([
    'plain',
    'a@b',
    'a@b.example, c@d.example',
    'a@b.example;c@d.example',
    '"q"@b.example',
    'a@[127.0.0.1]',
    'a@127.0.0.1',
    'a b@c.example',
    'a@b.example\r\nBcc: x@y.example',
    'a@b.example>',
    '<a@b.example>',
    `${'x'.repeat(65)}@b.example`,
    `a@${'x'.repeat(64)}.example`,
    `a@${'x.'.repeat(125)}example`,
    'ü@b.example',
    'a@-b.example',
    'a@b-.example',
    '.a@b.example',
    'a..b@c.example',
    '',
  ])('no address: %s', async (email) => {
    expect(await faults({ email })).toEqual([422, ['email']]);
  });

  test.each([
    'minister@interior-ie.test',
    'Minister@INTERIOR-ie.test',
    'minister+x@interior-ie.test',
    'minister@interior-de.test',
  ])('an office’s own address: %s', async (email) => {
    expect(await faults({ email })).toEqual([422, ['email']]);
  });

  test.each([
    '',
    '   ',
    '\u00ad',
    '\u3164',
    'a＠b',
    'me@evil.example',
    'Visit https://evil.example',
    'see www.evil',
    'evil.com',
    'X.de sale',
    'my.de Groot',
    'evil.P.de Groot',
    'T.me Groot',
    'a\nb',
    'a\r\nBcc: x',
    'a\u2028b',
    'x'.repeat(101),
  ])('no name: %j', async (name) => {
    expect(await faults({ name })).toEqual([422, ['name']]);
  });

  test.each([
    ['x'.repeat(1001)],
    ['look at https://evil.example'],
    ['go to evil.me now'],
    ['e\u00advil.c\u00adom'],
    ['evil．com'],
    ['me@evil.example'],
    ['call tel:1'],
    ['www.evil.example/x'],
    ['evil.com is good'],
  ])('no own words: %s', async (ownWords) => {
    expect(await faults({ ownWords })).toEqual([422, ['ownWords']]);
  });

  test('every fault at once', async () => {
    expect(await faults({ name: '', email: 'x', ownWords: 'https://x.example', place: 'a@b' })).toEqual([
      422,
      ['name', 'email', 'place', 'ownWords'],
    ]);
  });

  test.each([
    "O'Neil & Söhne",
    'ئالىم سېيتوف',
    'བསྟན་འཛིན་',
    '陳大文',
    'Anne-Marie d’Été',
    'J.R. Smith',
    'P.de Groot',
    'J.Ch. Weiß',
    'می‌خواهم',
    'ᠰᠠᠷ᠎ᠠ',
    'ᠵᠢᠭ᠋᠎ᠠ',
    '{{sender.name}}',
    '{{#each this}}{{this}}{{/each}}',
    '<b>x</b>',
  ])('a name arrives unchanged and is never a template: %s', async (name) => {
    const email = `${Buffer.from(name).toString('hex').slice(0, 30)}@post.example`;
    expect((await postJson(api('save-the-bees/letters'), { country: 'IE', name, email })).status).toBe(202);
    const received = await until(() => sink.received.find(({ to }) => to[0] === email), 'the mail');
    expect(received.mail.text).toContain(`Hello ${name.normalize('NFC')},`);
    const token = /confirm\/([A-Za-z0-9_-]{43})/.exec(received.mail.text ?? '')?.[1];
    const page = await (await fetch(`${app.url}/confirm/${token}`)).text();
    expect(page).not.toContain('<b>x');
  });

  test('what is short is marked where it stands, and not within other words', async () => {
    const [name, email] = ['I', 'short@post.example'];
    expect(await faults({ name, email, ownWords: '2', place: 'D' })).toEqual([202, []]);
    const received = await until(() => sink.received.find(({ to }) => to[0] === email), 'the mail');
    const page = await (await fetch(`${app.url}/confirm/${proofIn(received.mail.text ?? '').token}`)).text();
    const marks = [...page.matchAll(/<(?:p|br)>(<mark [^>]*>[^<]*<\/mark>)(?=<br>|<\/p>)/g)].map(([, mark]) => mark);
    expect(marks).toEqual(['ownWords">2', 'name">I', 'place">D'].map((each) => `<mark data-slot="${each}</mark>`));
    expect(page.match(/<mark/g)).toHaveLength(3);
  });

  test('a letter that may not be changed, and one that may', async () => {
    expect(await faults({ subject: 'Mine', body: 'Mine' })).toEqual([422, ['subject']]);
    expect(await faults({ ownWords: 'Mine' }, 'fixed-letter')).toEqual([422, ['ownWords']]);
    expect(await faults({ subject: '', body: 'Mine' }, 'free-letter')).toEqual([422, ['subject']]);
    expect(await faults({ subject: 'a\nBcc: x@y.example', body: 'Mine' }, 'free-letter')).toEqual([422, ['subject']]);
    expect(await faults({ subject: 'Mine', body: 'Yours, [your name]' }, 'free-letter')).toEqual([422, ['body']]);
    expect(
      await faults({ subject: 'Mine', body: 'Dear Minister, no.\n\nSam', email: 'free@post.example' }, 'free-letter'),
    ).toEqual([202, []]);
  });

  test('a campaign that is over takes no letter; an office that takes only a form gets none; from some countries none is sent', async () => {
    expect((await faults({}, 'over'))[0]).toBe(409);
    expect((await faults({ country: 'NZ' }))[0]).toBe(422);
    expect((await faults({ country: 'CN' }))[0]).toBe(422);
    expect((await faults({ country: 'BR' }))[0]).toBe(422);
    expect((await faults({ recipients: ['de-interior'] }))[0]).toBe(422);
    expect((await postForm(`${app.url}/c/save-the-bees`, { country: 'BR', name: 'x', email: 'y' })).status).toBe(422);
  });

  test('nothing of all this was kept but the good ones, and nothing of it was logged', async () => {
    expect(Object.keys(await counts(app))).toEqual(['pending']);
    const log = app.logged.join('\n');
    for (const typed of ['evil', 'Sam', 'post.example', 'Söhne']) expect(log).not.toContain(typed);
    expect(log).not.toMatch(/confirm\/[A-Za-z0-9_-]{20}/);
    expect(log).not.toContain('"level":50');
    for (const line of app.logged)
      expect(Object.keys(JSON.parse(line)).sort()).toEqual(expect.not.arrayContaining(['err', 'req', 'url', 'ip']));
  });
});

test('every answer is guarded by its headers', async () => {
  for (const path of ['/', '/c/save-the-bees', '/c/save-the-bees?country=IE', '/nope', '/api/campaigns']) {
    const { headers } = await fetch(app.url + path);
    expect(headers.get('content-security-policy')).toBe(
      "default-src 'none';style-src 'self';script-src 'self';img-src 'self' data:;object-src 'none';form-action 'self';base-uri 'none';frame-ancestors 'none'",
    );
    expect(headers.get('referrer-policy')).toBe('no-referrer');
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('set-cookie')).toBeNull();
  }
  expect((await fetch(api('save-the-bees'))).headers.get('access-control-allow-origin')).toBe('*');
});
