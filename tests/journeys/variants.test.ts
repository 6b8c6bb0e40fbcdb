import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { simpleParser } from 'mailparser';
import { afterEach, describe, expect, test } from 'vitest';
import type { CampaignContent } from '../../server/domain/campaign.ts';
import { fillMarks } from '../../server/domain/letter.ts';
import { postForm, postJson, startApp, type TestApp, until } from '../support/app.ts';
import { AOIFE, bees, SAM } from '../support/cast.ts';
import { proofIn, startSink } from '../support/sink.ts';

const SLUG = 'save-the-bees';
const MINISTER = 'minister@interior-ie.test';
const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

const OWN = 'I live in {{sender.place}}, {{sender.country}}, and I ask you to save the bees.';
const said = ['Bees need you', 'A vote for bees', 'What bees ask', 'Think of bees', 'Bees first'];
const asked = ['Save the bees, please', 'Let the bees live', 'The bees are yours to save', 'Do not lose the bees'];
/** Thirty wordings, so that two letters are hardly ever the same by chance. */
const VARIANTS = `The vote on bees\n---\n${said.join('\n---\n')}\n===\n${OWN}\n---\n${asked
  .map((each) => `${each}: I live in {{sender.place}}, {{sender.country}}.`)
  .join('\n---\n')}\n`;

function campaign(facts: Parameters<typeof bees>[0] = {}): CampaignContent {
  const content = bees(facts);
  return { ...content, texts: { ...content.texts, 'en.variants': VARIANTS } };
}

async function start(facts: Parameters<typeof bees>[0] = {}, env: Record<string, string> = {}) {
  const sink = await startSink();
  closers.push(sink.stop);
  const app = await startApp([campaign(facts)], { SMTP_URL: sink.url, ...env });
  closers.push(app.stop);
  return { app, sink };
}
type Sink = Awaited<ReturnType<typeof startSink>>;

async function write(app: TestApp, sink: Sink, person: typeof SAM & { ownWords?: string }, more = {}): Promise<string> {
  const { status } = await postJson(`${app.url}/api/campaigns/${SLUG}/letters`, { country: 'IE', ...person, ...more });
  expect(status).toBe(202);
  const mail = await until(() => sink.received.find(({ to }) => to[0] === person.email), 'the confirmation mail');
  return proofIn(mail.mail.text ?? '').token;
}

/** A page's text as a reader sees it. */
const plain = (html: string) =>
  html
    .replaceAll(/<br>/g, '\n')
    .replaceAll(/<\/p>\s*<p>/g, '\n\n')
    .replaceAll(/<[^>]+>/g, '')
    .replaceAll('&#x27;', "'")
    .replaceAll('&quot;', '"')
    .replaceAll('&amp;', '&');
const page = async (app: TestApp, path: string) => (await fetch(app.url + path)).text();
const sheetOn = (html: string) => {
  const [, subject = '', body = ''] =
    /<dd>([^<]*)<\/dd>\s*<\/dl>\s*<div class="text">([\s\S]*?)<\/div>/.exec(html) ?? [];
  return { subject: plain(subject), body: plain(body) };
};
const main = async (app: TestApp) =>
  (await (await fetch(`${app.url}/api/campaigns/${SLUG}/letter?country=IE`)).json()) as {
    subject: string;
    body: string;
  };
const UNSEEN = /(?![\n\t])[\p{DI}\p{Cf}\p{Cc}]/u;

describe('a letter that is sent', () => {
  test('arrives as the page to confirm it showed it, word for word, and over a restart', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'dear-minister-variants-'));
    closers.push(async () => rmSync(folder, { recursive: true, force: true }));
    const sink = await startSink();
    closers.push(sink.stop);
    const env = { SMTP_URL: sink.url, DATABASE_URL: `file:${join(folder, 'v.db')}` };
    const step = async <T>(act: (app: TestApp) => Promise<T>): Promise<T> => {
      const app = await startApp([campaign()], env);
      try {
        return await act(app);
      } finally {
        await app.stop();
      }
    };
    const token = await step((app) => write(app, sink, AOIFE));
    const shown = await step(async (app) => sheetOn(await page(app, `/confirm/${token}`)));
    expect(await step(async (app) => sheetOn(await page(app, `/confirm/${token}`)))).toEqual(shown);
    expect(shown.body).toContain('Galway, Ireland');
    expect(shown.body).toContain(AOIFE.ownWords);
    await step((app) => postJson(`${app.url}/api/confirmations`, { token }));
    const letter = await step(async () =>
      until(() => sink.received.find(({ to }) => to[0] === MINISTER), 'the letter'),
    );
    expect(letter.mail.subject).toBe(shown.subject);
    expect(letter.mail.text?.trim()).toBe(shown.body.trim());
    expect(letter.mail.text).not.toMatch(UNSEEN);
  });

  test('differs from the next one: twenty people’s letters are worded in many ways', async () => {
    const { app, sink } = await start();
    const wordings: string[] = [];
    for (let i = 0; i < 20; i += 1) {
      const token = await write(app, sink, { name: 'Sam Okafor', email: `sam${i}@post.example` });
      const { subject, body } = sheetOn(await page(app, `/confirm/${token}`));
      wordings.push(`${subject}\n${body}`);
      expect(wordings.at(-1)).not.toMatch(UNSEEN);
    }
    // Of thirty wordings chosen at random, twenty people have about fifteen.
    expect(new Set(wordings).size).toBeGreaterThanOrEqual(8);
    expect(new Set(wordings.map((each) => each.split('\n')[0])).size).toBeGreaterThanOrEqual(3);
  });

  test('both offices of one person: each letter is worded for itself', async () => {
    const content = campaign();
    const sink = await startSink();
    closers.push(sink.stop);
    const app = await startApp([content], { SMTP_URL: sink.url });
    closers.push(app.stop);
    const pairs = new Set<boolean>();
    for (let i = 0; i < 6; i += 1) {
      const person = { name: 'Sam Okafor', email: `both${i}@post.example` };
      const token = await write(app, sink, person, { recipients: ['ie-interior', 'eu-bees'], language: 'en' });
      const sheets = (await page(app, `/confirm/${token}`)).split('<article').slice(1).map(sheetOn);
      expect(sheets).toHaveLength(2);
      pairs.add(sheets[0]?.subject === sheets[1]?.subject && sheets[0]?.body === sheets[1]?.body);
    }
    expect(pairs).toContain(false);
  });

  test('before anything is sent the page and the API show the main text, and say that it may vary', async () => {
    const { app } = await start();
    const letter = await main(app);
    expect(letter).toMatchObject({ subject: 'The vote on bees' });
    expect(letter.body).toContain('and I ask you to save the bees');
    const english = await page(app, `/c/${SLUG}?country=IE`);
    expect(sheetOn(english).subject).toBe('The vote on bees');
    expect(english).toContain('may be worded differently');
    expect(await page(app, `/c/${SLUG}?country=DE`)).not.toContain('may be worded differently');
  });
});

describe('a letter that its sender may rewrite', () => {
  test('begins from the main text, and goes as it was typed', async () => {
    const { app, sink } = await start({ editing: 'full' });
    for (let i = 0; i < 5; i += 1) {
      const form = plain(
        await page(app, `/c/${SLUG}?country=IE`).then((html) => html.replaceAll(/<textarea[^>]*>/g, '')),
      );
      expect(form).toContain('and I ask you to save the bees.');
      for (const other of [...said, ...asked]) expect(form).not.toContain(other);
    }
    expect(await page(app, `/c/${SLUG}?country=IE`)).not.toContain('may be worded differently');
    const typed = { subject: 'The vote on bees', body: 'Dear Minister,\n\nI ask you to save the bees.\n\nSam Okafor' };
    const token = await write(app, sink, SAM, typed);
    const shown = sheetOn(await page(app, `/confirm/${token}`));
    expect(shown.subject).toBe(typed.subject);
    expect(shown.body.startsWith(typed.body)).toBe(true);
  });

  test('untouched it is told to read like the others; changed it is told by how much', async () => {
    const { app, sink } = await start({ editing: 'full' });
    const ours = (await main(app)).body.replace('Yours sincerely', `Yours sincerely\n\n${SAM.name}`);
    const untouched = await write(app, sink, SAM, { subject: 'The vote on bees', body: ours });
    expect(plain(await page(app, `/confirm/${untouched}`))).toContain('This letter reads like the others');
    const person = { ...SAM, email: 'sam2@post.example' };
    const changed = await write(app, sink, person, {
      subject: 'Bees',
      body: 'I keep bees, and this spring none came back.',
    });
    expect(plain(await page(app, `/confirm/${changed}`))).toContain('This letter is mostly in your own words.');
  });
});

describe('drafts', () => {
  const fields = { country: 'IE', recipient: 'ie-interior', language: 'en', lang: 'en' };
  const draft = async (app: TestApp, more = {}) => {
    const { html } = await postForm(`${app.url}/c/${SLUG}/draft`, { ...fields, ...more });
    const eml =
      /href="([^"]*draft\.eml[^"]*)"/.exec(html)?.[1]?.replaceAll('&amp;', '&').replaceAll('&#x3D;', '=') ?? '';
    const v = new URL(eml, app.url).searchParams.get('v') ?? '';
    return { html, eml, v, sheet: sheetOn(html) };
  };

  test('two people’s differ, and one page is the same letter in every place', async () => {
    const { app } = await start();
    const wordings = new Set<string>();
    for (let i = 0; i < 10; i += 1) {
      const { html, eml, v, sheet } = await draft(app);
      wordings.add(JSON.stringify(sheet));
      expect(v).toMatch(/^[0-9a-f]{8}$/);
      expect(html).toContain(`name="v" value="${v}"`);
      expect(plain(/id="copy-letter"[^>]*>([\s\S]*?)<\/textarea>/.exec(html)?.[1] ?? '')).toBe(sheet.body);
      const file = await (await fetch(new URL(eml, app.url))).text();
      const parsed = await simpleParser(file);
      expect(parsed.subject).toBe(sheet.subject);
      expect(parsed.text?.trim()).toBe(sheet.body.trim());
      const data = JSON.parse(plain(/data-draft="([^"]*)"/.exec(html)?.[1] ?? '').replaceAll('&#x3D;', '='));
      expect(data.whole.subject).toBe(sheet.subject);
      expect(fillMarks(data.whole.body, { name: data.placeholder })).toBe(sheet.body);
      expect((await draft(app, { v })).sheet).toEqual(sheet);
      expect(sheet.body).not.toMatch(UNSEEN);
    }
    expect(wordings.size).toBeGreaterThanOrEqual(4);
  });

  test('a version that is none is not carried on: a page makes its own, a file has the main text', async () => {
    const { app } = await start();
    for (const v of ['', 'ABCDEF01', '0123456789abcdef', '<script>', '0'.repeat(7)]) {
      expect((await draft(app, { v })).v).toMatch(/^(?!0{7})[0-9a-f]{8}$/);
      const query = new URLSearchParams({ ...fields, v });
      const file = await (await fetch(`${app.url}/c/${SLUG}/draft.eml?${query}`)).text();
      expect(file).toContain('Subject: The vote on bees\r\n');
    }
  });

  test('of the API differ as well, and their links carry the same words', async () => {
    const { app } = await start();
    const wordings = new Set<string>();
    for (let i = 0; i < 10; i += 1) {
      const { body } = await postJson(`${app.url}/api/campaigns/${SLUG}/drafts`, { country: 'IE', name: 'Sam Okafor' });
      const [made] = body.drafts;
      wordings.add(made.subject + made.body);
      expect(decodeURIComponent(made.links.mailto)).toContain(made.subject);
      expect(made.eml).toContain(made.subject);
    }
    expect(wordings.size).toBeGreaterThanOrEqual(4);
  });
});

describe('own words', () => {
  test('are asked for first, with the reason why', async () => {
    const { app } = await start();
    const form = (await page(app, `/c/${SLUG}?country=IE`)).split('data-fills').at(-1) ?? '';
    const shown = form.replace(/<div class="field trap".*?<\/div>/s, '');
    const ids = [...shown.matchAll(/<(?:input|textarea) id="([^"]+)"/g)].map(([, id]) => id);
    expect(ids).toEqual(['ownWords', 'name', 'email', 'place']);
    expect(form).toContain('sort identical letters onto one pile');
    const { html } = await postForm(`${app.url}/c/${SLUG}`, {
      country: 'IE',
      lang: 'en',
      ownWords: 'see www.bees.test',
    });
    const faults = [...html.matchAll(/<li><a href="#([^"]+)"/g)].map(([, id]) => id);
    expect(faults).toEqual(['ownWords', 'name', 'email']);
  });

  test('the page to confirm says how much of the letter they are', async () => {
    const { app, sink } = await start();
    const token = await write(app, sink, {
      ...AOIFE,
      ownWords: 'I keep forty hives, and this spring not one came back.',
    });
    const html = plain(await page(app, `/confirm/${token}`));
    const told = /In this letter about 1 word in (\d+) is your own\./.exec(html)?.[1];
    // Eleven words of forty or so, by the wording.
    expect(Number(told)).toBeGreaterThanOrEqual(3);
    expect(Number(told)).toBeLessThanOrEqual(5);
    expect(html).not.toContain('reads like the others');
  });

  test('without any it says so gently, and how to add some, in each language', async () => {
    const { app, sink } = await start();
    const token = await write(app, sink, SAM);
    const english = await page(app, `/confirm/${token}?lang=en`);
    expect(plain(english)).toContain('This letter reads like the others of this campaign, and can go as it is.');
    const [, href = ''] = /<a href="([^"]+)">write again<\/a>/.exec(english) ?? [];
    const again = await fetch(app.url + href.replaceAll('&amp;', '&').replaceAll('&#x3D;', '='));
    expect([again.status, (await again.text()).includes('id="ownWords"')]).toEqual([200, true]);
    expect(await page(app, `/confirm/${token}?lang=de`)).toContain('Dieser Brief liest sich wie die anderen');
    expect(await page(app, `/confirm/${token}?lang=fr`)).toContain('Cette lettre ressemble aux autres');
  });

  test('where a campaign takes none, nothing is said of them', async () => {
    const { app, sink } = await start({ editing: 'none' });
    const token = await write(app, sink, SAM);
    expect(plain(await page(app, `/confirm/${token}`))).not.toMatch(
      /reads like the others|is your own|your own words\./,
    );
  });
});
