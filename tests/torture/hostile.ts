import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { FastifyInstance, InjectOptions } from 'fastify';
import { type DefaultTreeAdapterTypes, parse } from 'parse5';
import { buildApp } from '../../server/app.ts';
import { parseAddress } from '../../server/domain/address.ts';
import { openLog } from '../../server/log.ts';
import { startApp, type TestApp } from '../support/app.ts';
import { bees } from '../support/cast.ts';
import { ADDRESSES } from './addresses.ts';
import { NAMES } from './names.ts';
import { type Figure, number, type Outcome, type Say, scenario } from './scenario.ts';
import { seeded } from './seeded.ts';
import { openPostOffice, press, sendConfirmations, sendLetters, write } from './village.ts';
import { SLUG } from './world.ts';

const MODULES = join(import.meta.dirname, '../../node_modules');
const published = <T>(path: string) => JSON.parse(readFileSync(join(MODULES, path), 'utf8')) as T;
/** The Big List of Naughty Strings, as its authors publish it. */
const NAUGHTY = published<string[]>('big-list-of-naughty-strings/blns.json');

type Scale = { every: number; names: number };
type Seen = { asked: number; typed: number; broken: number; foreign: number; strays: number };

const FREE = 'free-letter';
const FIELDS = [
  'name',
  'email',
  'place',
  'ownWords',
  'subject',
  'body',
  'country',
  'language',
  'source',
  'src',
  'lang',
];
const PLAIN: Record<string, string> = { country: 'IE', name: 'Sam Okafor', email: 'sam@post.example', lang: 'en' };

const form = (url: string, fields: Record<string, string>): InjectOptions => ({
  ...{ method: 'POST', url, payload: new URLSearchParams(fields).toString() },
  headers: { 'content-type': 'application/x-www-form-urlencoded' },
});
const json = (url: string, payload: unknown): InjectOptions => ({
  ...{ method: 'POST', url, payload: JSON.stringify(payload) },
  headers: { 'content-type': 'application/json' },
});

/** Every public call with one string in every place that a caller fills. */
function callsWith(text: string): InjectOptions[] {
  const inPath = encodeURIComponent(text).slice(0, 1500);
  const calls: InjectOptions[] = [];
  for (const slug of [SLUG, FREE]) {
    for (const field of FIELDS) {
      calls.push(
        form(`/c/${slug}`, { ...PLAIN, [field]: text }),
        form(`/c/${slug}/draft`, { ...PLAIN, [field]: text }),
      );
      calls.push(json(`/api/campaigns/${slug}/letters`, { ...PLAIN, [field]: text }));
    }
  }
  for (const name of ['country', 'recipient', 'language', 'show', 'src', 'lang'])
    calls.push(
      { url: `/c/${SLUG}?country=IE&${name}=${inPath}` },
      { url: `/api/campaigns/${SLUG}/letter?country=IE&${name}=${inPath}` },
    );
  for (const path of ['c', 'confirm', 'letters', 'api/letters', 'api/campaigns', 'assets', ''])
    calls.push({ url: `/${path}/${inPath}` });
  calls.push(json('/api/confirmations', { token: text }), json('/api/confirmations', { handle: text, code: text }));
  calls.push(form('/code', { handle: text, code: text, lang: 'en' }), form(`/confirm/${inPath}`, { lang: 'en' }));
  calls.push(json(`/api/campaigns/${SLUG}/drafts`, { ...PLAIN, recipients: [text] }), {
    url: '/',
    headers: { 'accept-language': text.replace(/[^ -~]/g, '') },
  });
  return calls;
}

/** Every element of a page with the names of its attributes: what our templates make, and no text can. */
function shapesOf(html: string): Set<string> {
  const shapes = new Set<string>();
  const visit = (node: DefaultTreeAdapterTypes.Node): void => {
    if ('tagName' in node) shapes.add(`${node.tagName}[${node.attrs.map(({ name }) => name).sort()}]`);
    if ('content' in node) visit(node.content);
    for (const child of 'childNodes' in node ? node.childNodes : []) visit(child);
  };
  visit(parse(html));
  return shapes;
}

/** The shapes of pages whose fields hold nothing unusual, faults and all. */
async function innocent(app: FastifyInstance): Promise<Set<string>> {
  const shapes = new Set<string>();
  for (const text of [
    '',
    'plain words',
    'two\nlines\n\nand more',
    'x'.repeat(12_000),
    'DE',
    'en',
    'sam@post.example',
    'ie-interior',
  ])
    for (const call of callsWith(text)) for (const shape of shapesOf((await app.inject(call)).body)) shapes.add(shape);
  return shapes;
}

async function ask(
  app: FastifyInstance,
  calls: readonly InjectOptions[],
  shapes: Set<string> | null,
  seen: Seen,
): Promise<void> {
  for (const call of calls) {
    const answer = await app.inject(call).catch(() => null);
    seen.asked += 1;
    // What cannot even be put into a request has not been asked.
    if (!answer) continue;
    if (answer.statusCode >= 500) seen.broken += 1;
    if (shapes && String(answer.headers['content-type']).includes('html'))
      seen.foreign += [...shapesOf(answer.body)].filter((shape) => !shapes.has(shape)).length;
  }
}

type Village = { app: FastifyInstance; test: TestApp; post: Awaited<ReturnType<typeof openPostOffice>> };

async function inVillage<T>(
  work: (village: Village) => Promise<T>,
  spoil: (test: TestApp) => void = () => {},
): Promise<T> {
  const post = await openPostOffice();
  const test = await startApp([bees(), bees({ slug: FREE, editing: 'full' })], {
    SMTP_URL: `smtp://127.0.0.1:${post.port}`,
  });
  // A line for each of two million requests would be kept for nobody.
  test.parts.log = openLog('silent');
  // The control spoils what the calls below are answered by.
  spoil(test);
  const app = await buildApp(test.parts);
  try {
    return await work({ app, test, post });
  } finally {
    await app.close();
    await test.stop();
    await post.stop();
  }
}

const nothing = (): Seen => ({ asked: 0, typed: 0, broken: 0, foreign: 0, strays: 0 });

/** Naughty strings in every field, and addresses of every kind; what goes out goes to nobody but whom was typed, or an office. */
async function strings(every: number, spoil?: (test: TestApp) => void, expectsTyped = true): Promise<Seen> {
  return inVillage(async ({ app, test, post }) => {
    const seen = nothing();
    const shapes = spoil ? await inVillage(({ app: good }) => innocent(good)) : await innocent(app);
    for (const [i, text] of NAUGHTY.entries()) if (i % every === 0) await ask(app, callsWith(text), shapes, seen);
    const addresses = ADDRESSES.filter((_, i) => i % every === 0);
    seen.typed = addresses.length;
    const typed = [...addresses, ...NAUGHTY.filter((_, i) => i % every === 0)];
    for (const email of typed)
      await ask(app, [json(`/api/campaigns/${SLUG}/letters`, { ...PLAIN, email })], null, seen);
    await quiet(test);
    const meant = new Set(test.parts.campaigns.get(SLUG)?.recipients.map(({ email }) => email));
    for (const email of expectsTyped ? [...typed, PLAIN.email ?? ''] : []) {
      const parsed = parseAddress(email);
      if (parsed.ok) meant.add(parsed.address);
    }
    // The mail server of the test shows a domain in its own script; on the wire it is in A-labels.
    const plain = (address = '') => {
      const parsed = parseAddress(address);
      return parsed.ok ? parsed.address : address;
    };
    seen.strays = post.received.filter(({ to }) => to.length !== 1 || !meant.has(plain(to[0]))).length;
    return seen;
  }, spoil);
}

async function quiet(test: TestApp): Promise<void> {
  for (;;) {
    const waits = await test.parts.store.submissions.overdue(Number.MAX_SAFE_INTEGER, 100_000);
    if (waits.every(({ state }) => state !== 'new')) return;
    await new Promise((done) => setTimeout(done, 50));
  }
}

const SHAPES: ((random: () => number) => unknown)[] = [
  () => null,
  (random) => random() * 1e18,
  (random) => random() < 0.5,
  (random) => NAUGHTY[Math.floor(random() * NAUGHTY.length)],
  (random) => String.fromCharCode(...Array.from({ length: 1 + random() * 40 }, () => Math.floor(random() * 0x10000))),
  (random) => 'x'.repeat(random() * 3000),
  (random) => Array.from({ length: random() * 5 }, () => SHAPES[Math.floor(random() * 5)]?.(random)),
  (random) => ({
    [['__proto__', 'constructor', 'name', 'toString', ''][Math.floor(random() * 5)] as string]: random(),
  }),
  // What looks like a text or a list to a library that asks for its length, and falls when it is used.
  (random) => ({
    [['length', 'size', 'then', 'toJSON', 'valueOf'][Math.floor(random() * 5)] as string]: { toString: 1, valueOf: 1 },
  }),
];

/** A request that no page of ours makes: of a wrong kind, in a wrong place, in pieces. */
function oddRequest(random: () => number): InjectOptions {
  const any = () => SHAPES[Math.floor(random() * SHAPES.length)]?.(random);
  const word = () => JSON.stringify(any() ?? '').slice(1, -1);
  const field = () => FIELDS[Math.floor(random() * FIELDS.length)] as string;
  const url = [
    '/api/confirmations',
    `/api/campaigns/${SLUG}/letters`,
    `/api/campaigns/${SLUG}/drafts`,
    `/c/${SLUG}`,
    '/code',
    '/mails',
  ][Math.floor(random() * 6)] as string;
  const kind = random();
  if (kind < 0.5) return json(url, { ...(random() < 0.5 ? PLAIN : {}), [field()]: any(), [field()]: any() });
  if (kind < 0.7) return form(url, { ...(random() < 0.5 ? PLAIN : {}), [field()]: word(), [field()]: word() });
  const bytes = Buffer.from(Array.from({ length: random() * 200 }, () => Math.floor(random() * 256)));
  const types = [
    'application/json',
    'application/x-www-form-urlencoded',
    'text/plain',
    'application/json;charset=utf-16',
    '',
    'a\tb',
  ];
  const headers = { 'content-type': types[Math.floor(random() * types.length)] as string };
  if (kind < 0.85) return { method: 'POST', url, headers, payload: bytes };
  const half = JSON.stringify({ ...PLAIN, [field()]: any() }).slice(0, random() * 120);
  const methods = ['POST', 'PUT', 'GET', 'DELETE', 'PATCH', 'OPTIONS'] as const;
  return {
    method: methods[Math.floor(random() * 6)] as 'POST',
    url: `${url}?${field()}=%${bytes.toString('hex').slice(0, 8)}`,
    headers,
    payload: half,
  };
}

async function machines(count: number, spoil?: (test: TestApp) => void): Promise<Seen & { grown: number }> {
  return inVillage(async ({ app }) => {
    const seen = nothing();
    const random = seeded(11);
    let before = 0;
    for (let i = 0; i < count; i += 1) {
      await ask(app, [oddRequest(random)], null, seen);
      if (i === Math.floor(count / 2)) before = process.memoryUsage().heapUsed;
    }
    return { ...seen, grown: Math.max(0, (process.memoryUsage().heapUsed - before) / 2 ** 20) };
  }, spoil);
}

/** At most so many of the names, from all over the list. */
const chosen = (most: number) => NAMES.filter((_, i) => i % Math.ceil(NAMES.length / most) === 0);

/** How many names came to the office otherwise than they were typed: in the header, in the address for answers, or in the text. */
async function changed(count: number, typed: (name: string) => string = (name) => name): Promise<number> {
  return inVillage(async ({ test, post }) => {
    const names = chosen(count);
    const people = names.map((name, i) => ({ country: 'IE', name: typed(name), email: `name${i}@post.example` }));
    await write(test.parts, SLUG, people);
    await sendConfirmations(test.parts);
    await quiet(test);
    await press(
      test.parts,
      people.map(({ email }) => post.tokenOf(email)),
    );
    await sendLetters(test.parts, SLUG);
    const came = (i: number) =>
      post.received.find(({ mail }) => mail.replyTo?.value[0]?.address === `name${i}@post.example`)?.mail;
    const isSame = (name: string, i: number) => {
      const mail = came(i);
      const via = mail?.from?.value[0]?.name ?? '';
      return (
        via.startsWith(`${name} via `) &&
        mail?.replyTo?.value[0]?.name === name &&
        mail.text?.includes(`\n${name}\n`) === true
      );
    };
    for (let tries = 0; tries < 100 && !names.every((_, i) => came(i)); tries += 1)
      await new Promise((done) => setTimeout(done, 100));
    return names.filter((name, i) => !isSame(name.normalize('NFC'), i)).length;
  });
}

const none = (what: string, value: number): Figure => ({ what, value, bound: { exactly: 0 } });
const broken = (value: number) => none('answers that say it is our fault (5xx)', value);
const foreign = (value: number) => none('elements or attributes in pages that no template of ours has', value);
const strays = (value: number) => none('mails to somebody else than the typed address or an office', value);

export const hostile = scenario<Scale>({
  name: 'hostile-input',
  sample: { every: 150, names: 20 },
  full: { every: 1, names: NAMES.length },
  did: ({ every, names }) =>
    `The Big List of Naughty Strings (${number(Math.ceil(NAUGHTY.length / every))} of ${NAUGHTY.length}) in every field of every public call, ` +
    `${number(Math.ceil(ADDRESSES.length / every))} published test addresses (of six libraries) beside them, put in where the network ends; and ` +
    `${number(chosen(names).length)} names as people have them all over the world, from the form to the office by SMTP.`,
  async run({ every, names }, say: Say): Promise<Outcome> {
    const seen = await strings(every);
    say(JSON.stringify(seen));
    const wrong = await changed(names);
    const few = Math.max(every, 40);
    const lazy = await strings(few, ({ parts }) => {
      const { page } = parts.views;
      parts.views.page = (name, model) =>
        page(name, model).replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&quot;', '"');
    });
    const fallen = await strings(few, fallOnKeeping);
    const unmeant = await strings(few, undefined, false);
    const stripped = await changed(30, (name) => name.normalize('NFD').replace(/\p{M}|\u200c|\u200d/gu, ''));
    return {
      figures: [
        { what: 'requests with naughty strings and addresses', value: seen.asked, bound: { least: 300 } },
        { what: 'published test addresses typed', value: seen.typed, bound: { least: Math.floor(400 / every) } },
        broken(seen.broken),
        foreign(seen.foreign),
        strays(seen.strays),
        none('names that came to the office otherwise than they were typed', wrong),
      ],
      controls: [
        { broken: 'pages show what was typed without escaping it', figure: foreign(lazy.foreign) },
        { broken: 'a fault of ours where letters are kept', figure: broken(fallen.broken) },
        { broken: 'no typed address is expected', figure: strays(unmeant.strays) },
        { broken: 'accents and joiners are taken out of names', figure: none('names changed', stripped) },
      ],
    };
  },
});

function fallOnKeeping({ parts }: TestApp): void {
  parts.store.submissions.add = () => {
    throw new TypeError('fell');
  };
}

export const generated = scenario<number>({
  name: 'generated-input',
  sample: 500,
  full: 2_000_000,
  did: (count) =>
    `${number(count)} requests that no page of ours makes, put in where the network ends: wrong kinds, deep and broken bodies, odd types ` +
    'and methods, names that mean something to the language, things that look like texts to a library and are none.',
  async run(count): Promise<Outcome> {
    const seen = await machines(count);
    const fallen = await machines(500, fallOnKeeping);
    return {
      figures: [
        { what: 'generated requests', value: seen.asked, bound: { exactly: count } },
        broken(seen.broken),
        { what: 'megabytes by which the heap grew in the second half', value: seen.grown, bound: { most: 200 } },
      ],
      controls: [{ broken: 'a fault of ours where letters are kept', figure: broken(fallen.broken) }],
    };
  },
});
