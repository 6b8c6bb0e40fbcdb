import { setTimeout as sleep } from 'node:timers/promises';
import { counts, postForm, postJson, startApp, type TestApp, until } from '../support/app.ts';
import { openBrowser } from '../support/browser.ts';
import { bees } from '../support/cast.ts';
import { type Figure, number, type Outcome, type Say, scenario } from './scenario.ts';
import { seeded } from './seeded.ts';
import { openPostOffice } from './village.ts';
import { SLUG } from './world.ts';

type Scale = { links: number; browserMs: number; bombs: number; samples: number };

/** What looks at links before people do: mail filters, previews, browsers that load ahead. Each gets every link. */
const LOOKS: { method: string; headers?: Record<string, string>; tail?: string }[] = [
  { method: 'GET' },
  { method: 'HEAD' },
  { method: 'OPTIONS' },
  { method: 'GET', headers: { purpose: 'prefetch', 'sec-purpose': 'prefetch;prerender' } },
  { method: 'GET', headers: { 'user-agent': 'Mozilla/5.0 (compatible; a mail filter)' } },
  { method: 'GET', tail: '?confirm=yes&lang=en' },
  { method: 'GET', tail: '#button' },
  { method: 'PUT' },
  { method: 'DELETE' },
  { method: 'HEAD', headers: { 'sec-purpose': 'prefetch' } },
];

async function written(app: TestApp, post: Awaited<ReturnType<typeof openPostOffice>>, n: number): Promise<string[]> {
  const addresses = Array.from({ length: n }, (_, i) => `looked${i}@post.example`);
  for (const email of addresses)
    await postJson(`${app.url}/api/campaigns/${SLUG}/letters`, { country: 'IE', name: 'Sam Okafor', email });
  await until(() => post.received.length >= n || null, 'the mails');
  return addresses.map((address) => post.tokenOf(address));
}

/** Links are looked at in every way but the one that counts. Gives how many letters were confirmed by it. */
async function scanned({ links, browserMs }: Scale): Promise<{ looks: number; confirmed: number; pressed: number }> {
  const post = await openPostOffice();
  const app = await startApp([bees()], { SMTP_URL: `smtp://127.0.0.1:${post.port}` });
  try {
    const tokens: string[] = [];
    tokens.push(...(await written(app, post, links)));
    for (const token of tokens)
      await Promise.all(
        LOOKS.map(({ method, headers = {}, tail = '' }) =>
          fetch(`${app.url}/confirm/${token}${tail}`, { method, headers }).then((answer) => answer.arrayBuffer()),
        ),
      );
    const browser = await openBrowser();
    const page = await browser.newPage();
    await page.goto(`${app.url}/confirm/${tokens[0]}`);
    await sleep(browserMs);
    await browser.close();
    const confirmed = (await counts(app)).people ?? 0;
    // The control: who presses the button confirms.
    await postForm(`${app.url}/confirm/${tokens[0]}`, { lang: 'en' });
    return { looks: tokens.length * LOOKS.length + 1, confirmed, pressed: (await counts(app)).people ?? 0 };
  } finally {
    await app.stop();
    await post.stop();
  }
}

/** One address is typed again and again, in all its spellings. Gives how many mails it got. */
async function bombed({ bombs }: Scale, lifted: boolean): Promise<number> {
  const post = await openPostOffice();
  const app = await startApp([bees()], { SMTP_URL: `smtp://127.0.0.1:${post.port}` });
  try {
    const spell = (i: number) =>
      lifted ? `victim${i}@post.example` : `${['victim', 'VICTIM', 'victim+x', `victim+${i}`][i % 4]}@post.example`;
    for (let i = 0; i < bombs; i += 1)
      await postJson(`${app.url}/api/campaigns/${SLUG}/letters`, {
        country: 'IE',
        name: 'Sam Okafor',
        email: spell(i),
      });
    for (;;) {
      const waits = await app.parts.store.submissions.overdue(Number.MAX_SAFE_INTEGER, 10_000);
      if (waits.every(({ state }) => state !== 'new')) break;
      await sleep(50);
    }
    return post.received.length;
  } finally {
    await app.stop();
    await post.stop();
  }
}

/** How long answers take for addresses that are new and for one that has written: whether the two can be told apart. */
async function timed({ samples }: Scale, slower: number): Promise<number> {
  const post = await openPostOffice();
  const app = await startApp([bees()], { SMTP_URL: `smtp://127.0.0.1:${post.port}` });
  const random = seeded(5);
  const ask = async (email: string) => {
    const began = process.hrtime.bigint();
    await postJson(`${app.url}/api/campaigns/${SLUG}/letters`, { country: 'IE', name: 'Sam Okafor', email });
    if (email.startsWith('known') && slower > 0) await sleep(slower);
    return Number(process.hrtime.bigint() - began);
  };
  try {
    await ask('known@post.example');
    const token = await until(() => post.tokenOf('known@post.example'), 'the mail');
    await postJson(`${app.url}/api/confirmations`, { token });
    for (let i = 0; i < 50; i += 1) await ask(`warm${i}@post.example`);
    const [fresh, known]: [number[], number[]] = [[], []];
    while (fresh.length < samples || known.length < samples) {
      const isKnown = known.length < samples && (fresh.length >= samples || random() < 0.5);
      const took = await ask(isKnown ? 'known@post.example' : `fresh${fresh.length}@post.example`);
      (isKnown ? known : fresh).push(took);
    }
    return likelihood(fresh, known);
  } finally {
    await app.stop();
    await post.stop();
  }
}

/** Mann and Whitney's test (1947), two-sided, by the normal distribution: how likely such ranks are if both are of one kind. */
export function likelihood(a: readonly number[], b: readonly number[]): number {
  const ranked = [...a.map((value) => ({ value, of: 0 })), ...b.map((value) => ({ value, of: 1 }))].sort(
    (x, y) => x.value - y.value,
  );
  let sum = 0;
  for (let i = 0; i < ranked.length; ) {
    let end = i;
    while (end < ranked.length && ranked[end]?.value === ranked[i]?.value) end += 1;
    for (let k = i; k < end; k += 1) if (ranked[k]?.of === 0) sum += (i + 1 + end) / 2;
    i = end;
  }
  const u = sum - (a.length * (a.length + 1)) / 2;
  const spread = Math.sqrt((a.length * b.length * (a.length + b.length + 1)) / 12);
  return 2 * upperTail(Math.abs(u - (a.length * b.length) / 2) / spread);
}

/** The upper tail of the normal distribution (Abramowitz and Stegun, 26.2.17). */
function upperTail(z: number): number {
  const t = 1 / (1 + 0.2316419 * z);
  const series = t * (0.31938153 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))));
  return (Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI)) * series;
}

const none = (what: string, value: number): Figure => ({ what, value, bound: { exactly: 0 } });
const mails = (bombs: number, value: number): Figure => ({
  what: `mails of ${number(bombs)} requests for one address`,
  value,
  bound: { exactly: 3 },
});
const alike = (samples: number, value: number): Figure => ({
  what: `how likely the times of new and known addresses are of one kind (2 × ${number(samples)} answers, Mann-Whitney)`,
  value: Math.round(value * 10_000) / 10_000,
  bound: { least: 0.01 },
});

export const onlookers = scenario<Scale>({
  name: 'onlookers',
  sample: { links: 20, browserMs: 500, bombs: 60, samples: 0 },
  full: { links: 1000, browserMs: 60_000, bombs: 1000, samples: 2000 },
  did: ({ links, browserMs, bombs, samples }) =>
    `${number(links)} links to confirm are looked at in ${LOOKS.length} ways (GET, HEAD, prefetch, mail filters), one by a real browser ` +
    `that stays ${browserMs / 1000} s. One address in many spellings is typed ${number(bombs)} times. ` +
    (samples
      ? `Then ${number(samples)} answers each for new addresses and for one that has written are timed, mixed.`
      : ''),
  async run(scale, say: Say): Promise<Outcome> {
    const scan = await scanned(scale);
    say(`${number(scan.looks)} looks`);
    const bomb = await bombed(scale, false);
    const lifted = await bombed({ ...scale, bombs: 20 }, true);
    const figures = [
      none(`letters confirmed by ${number(scan.looks)} looks`, scan.confirmed),
      mails(scale.bombs, bomb),
    ];
    const controls = [
      { broken: 'somebody presses the button', figure: none('letters confirmed', scan.pressed) },
      { broken: 'each request is for another mailbox', figure: mails(20, lifted) },
    ];
    if (scale.samples > 0) {
      figures.push(alike(scale.samples, await timed(scale, 0)));
      controls.push({
        broken: 'a known address takes a millisecond longer',
        figure: alike(300, await timed({ ...scale, samples: 300 }, 1)),
      });
    }
    return { figures, controls };
  },
});
