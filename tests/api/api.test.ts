import { afterAll, beforeAll, expect, test } from 'vitest';
import type { z } from 'zod';
import { Answers, Problem } from '../../server/api/schemas.ts';
import { readFolder } from '../../server/campaigns/folder.ts';
import type { CampaignContent } from '../../server/domain/campaign.ts';
import { postJson, ROOT, startApp, type TestApp, until } from '../support/app.ts';
import { bees, SAM } from '../support/cast.ts';
import { proofIn, startSink } from '../support/sink.ts';

let app: TestApp;
let sink: Awaited<ReturnType<typeof startSink>>;
beforeAll(async () => {
  const { campaigns } = await readFolder(ROOT);
  sink = await startSink();
  app = await startApp([bees(), campaigns[0]?.content as CampaignContent], { SMTP_URL: sink.url });
});
afterAll(async () => {
  await app.stop();
  await sink.stop();
});
const get = async (path: string) => (await fetch(app.url + path)).json();
/** Holds an answer against its documented shape: nothing is missing, and where the shape is closed nothing is added. */
const fits = (schema: z.ZodObject, answer: unknown) =>
  expect(schema.strict().safeParse(answer).error?.issues ?? []).toEqual([]);

test('public facts, the youngest campaign first, a demonstration last', async () => {
  const { campaigns } = (await get('/api/campaigns')) as { campaigns: { slug: string }[] };
  expect(campaigns.map(({ slug }) => slug)).toEqual(['save-the-bees', 'interpol-2021']);
  const facts = await get('/api/campaigns/interpol-2021');
  expect(Answers.campaign.safeParse(facts).error?.issues ?? []).toEqual([]);
  expect(facts).toMatchObject({
    state: 'open',
    goal: 1000,
    demonstration: true,
    organiser: { name: 'Dear Minister demonstration' },
  });
});

test('offices of a country, without their addresses, with a reason', async () => {
  const answer = (await get('/api/campaigns/interpol-2021/recipients?country=RE')) as {
    recipients: { id: string; channels: string[] }[];
    reason: string;
  };
  fits(Answers.recipients, answer);
  expect(answer.recipients.map(({ id }) => id)).toEqual(['fr-interior', 'eu-home-affairs']);
  expect(JSON.stringify(answer)).not.toContain('@');
  expect(await get('/api/campaigns/interpol-2021/recipients?country=BR')).toMatchObject({
    recipients: [],
    reason: 'nobody',
  });
  expect(
    ((await get('/api/campaigns/save-the-bees/recipients?country=NZ')) as typeof answer).recipients[0]?.channels,
  ).toEqual(['form']);
  expect(
    ((await get('/api/campaigns/save-the-bees/recipients?country=CN')) as typeof answer).recipients[0]?.channels,
  ).toEqual(['draft']);
});

test('the letter, unsigned, in the office’s language or another that there is', async () => {
  const german = (await get('/api/campaigns/interpol-2021/letter?country=DE')) as { subject: string; body: string };
  fits(Answers.letter, german);
  expect(german).toMatchObject({ language: 'de', version: '1' });
  expect(german.body).toContain('Sehr geehrter Herr Minister Seehofer,');
  expect(german.body).toMatch(/15\. November 2021/);
  expect(german.body).not.toMatch(/\{\{|\n{3}/);
  expect(
    await get('/api/campaigns/interpol-2021/letter?country=DE&recipient=eu-home-affairs&language=fr'),
  ).toMatchObject({ language: 'fr' });
  const own = (await get('/api/campaigns/interpol-2021/letter?country=ES')) as { body: string };
  expect(own.body).toContain('Dear Commissioner Johansson');
});

test('drafts: every office that is meant, each link with a whole letter or the short one, nothing stored but a count', async () => {
  const url = `${app.url}/api/campaigns/interpol-2021/drafts`;
  const { body } = await postJson(url, {
    country: 'FR',
    recipients: ['fr-interior', 'eu-home-affairs'],
    name: 'Sam Okafor',
    ownWords: 'I fled.',
  });
  fits(Answers.drafts, body);
  expect(body.drafts).toHaveLength(2);
  const [draft] = body.drafts;
  expect(draft.subject).toMatch(/^\[Demonstration\] /);
  expect(draft.body).toContain('I fled.');
  expect(draft.body).toContain('Sam Okafor');
  for (const link of Object.values(draft.links)) expect(link).toEqual(expect.any(String));
  expect(draft.carries.mailto).toBe('short');
  expect(draft.eml).toMatch(/^(?:[\w-]+: .*\r\n(?: .*\r\n)*)+\r\n/);
  const form = await postJson(`${app.url}/api/campaigns/save-the-bees/drafts`, { country: 'NZ' });
  expect(form.body.drafts[0]).toMatchObject({
    to: null,
    form: 'https://interior-nz.test/write',
    links: { mailto: null },
    eml: null,
  });
  expect(await app.parts.store.submissions.claimDue(9e15, 9e15, 1)).toEqual([]);
});

test('a letter from beginning to end in documented shapes', async () => {
  const submitted = await postJson(`${app.url}/api/campaigns/save-the-bees/letters`, { country: 'IE', ...SAM });
  fits(Answers.pending, submitted.body);
  const mail = await until(() => sink.received.find(({ to }) => to[0] === SAM.email), 'the mail');
  const { code } = proofIn(mail.mail.text ?? '');
  const confirmed = await postJson(`${app.url}/api/confirmations`, { handle: submitted.body.handle, code });
  fits(Answers.confirmed, confirmed.body);
  const path = new URL(confirmed.body.letters[0].statusUrl).pathname.replace('/letters/', '/api/letters/');
  await until(async () => ((await get(path)) as { state: string }).state === 'sent', 'sent');
  fits(Answers.status, await get(path));
  fits(Problem, await get('/api/letters/nothing'));
});

test('the public tally hides small numbers', async () => {
  const tally = (await get('/api/campaigns/save-the-bees/tally')) as Record<string, unknown>;
  expect(Answers.tally.safeParse(tally).error?.issues ?? []).toEqual([]);
  expect([tally.sent, tally.people, tally.byCountry]).toEqual([null, null, []]);
});

test('/openapi.json names every call, and every call answers', async () => {
  const { openapi, paths } = (await get('/openapi.json')) as {
    openapi: string;
    paths: Record<string, Record<string, { responses: object }>>;
  };
  expect(openapi).toBe('3.1.0');
  for (const [path, methods] of Object.entries(paths)) {
    for (const [method, { responses }] of Object.entries(methods)) {
      const url = app.url + path.replace('{slug}', 'save-the-bees').replace(/\{\w+\}/, 'x');
      const { status } = await fetch(url, {
        method: method.toUpperCase(),
        ...(method === 'post' ? { body: '{}', headers: { 'content-type': 'application/json' } } : {}),
      });
      expect(Object.keys(responses), `${method} ${path}: ${status}`).toContain(String(status));
    }
  }
});
