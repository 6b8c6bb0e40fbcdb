import { parse } from 'csv-parse/sync';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { z } from 'zod';
import { Problem } from '../../server/api/schemas.ts';
import { TokenAnswers } from '../../server/api/token-schemas.ts';
import { SCOPE_NAMES, type Scope } from '../../server/domain/scopes.ts';
import { EXPORT_NAMES } from '../../server/exports/tables.ts';
import { startApp, type TestApp, until } from '../support/app.ts';
import { bees } from '../support/cast.ts';
import { confirmLetter, person } from '../support/letters.ts';
import { startSink } from '../support/sink.ts';
import { asked, tokenOf } from '../support/token.ts';

const SLUG = 'save-the-bees';
const BASE = `/api/campaigns/${SLUG}`;
const OSDI = '/api/osdi/v1';
let app: TestApp;
let sink: Awaited<ReturnType<typeof startSink>>;
beforeAll(async () => {
  sink = await startSink((to) => (to.includes('interior-fr') ? REFUSED : null));
  app = await startApp([bees(), bees({ slug: 'other-bees', title: { en: 'Other bees' } })], { SMTP_URL: sink.url });
  for (let n = 0; n < 3; n += 1) await confirmLetter(app, sink, person(n));
  await confirmLetter(app, sink, person(3), 'DE');
  await confirmLetter(app, sink, person(4), 'FR');
  await confirmLetter(app, sink, person(5), 'IE', 'other-bees');
  await until(async () => {
    const rows = await app.parts.store.tally.read(SLUG);
    const n = (name: string) => rows.reduce((sum, { counter, n }) => sum + (counter === name ? n : 0), 0);
    return n('sent') === 4 && n('failed') === 1;
  }, 'five letters');
});
afterAll(async () => {
  await app.stop();
  await sink.stop();
});
const REFUSED = Object.assign(new Error('5.1.1 no such mailbox'), { responseCode: 550 });
const all = () => tokenOf(app, SLUG, SCOPE_NAMES).then(({ token }) => token);
const read = async (path: string, token: string) => (await asked(app, path, token)).json();
const fits = (schema: z.ZodObject, answer: unknown) =>
  expect(schema.strict().safeParse(answer).error?.issues ?? []).toEqual([]);

describe('a token', () => {
  const CALLS: [path: string, scope: Scope][] = [
    [`${BASE}/exact-tally`, 'tally:read'],
    [`${BASE}/exports`, 'exports:read'],
    [`${BASE}/exports/tally.csv`, 'exports:read'],
    [OSDI, 'osdi:read'],
    [`${OSDI}/`, 'osdi:read'],
    [`${OSDI}/advocacy_campaigns`, 'osdi:read'],
    [`${OSDI}/advocacy_campaigns/${SLUG}`, 'osdi:read'],
    [`${OSDI}/advocacy_campaigns/${SLUG}/outreaches`, 'osdi:read'],
    [`${OSDI}/advocacy_campaigns/${SLUG}/outreaches/2026-11-24.ie-interior.sent`, 'osdi:read'],
  ];

  test.each(CALLS)('is asked for at %s, and its scope (%s) too', async (path, scope) => {
    const without = await fetch(`${app.url}${path}`);
    expect(without.status).toBe(401);
    expect(without.headers.get('www-authenticate')).toBe('Bearer realm="Dear Minister"');
    expect(without.headers.get('content-type')).toBe('application/problem+json; charset=utf-8');
    fits(Problem, await without.json());

    const others = await tokenOf(
      app,
      SLUG,
      SCOPE_NAMES.filter((each) => each !== scope),
    );
    const lacking = await asked(app, path, others.token);
    expect(lacking.status).toBe(403);
    expect(lacking.headers.get('www-authenticate')).toContain(`error="insufficient_scope", scope="${scope}"`);
    expect(((await lacking.json()) as { detail: string }).detail).toContain(scope);

    const { token } = await tokenOf(app, SLUG, [scope]);
    const right = await asked(app, path, token);
    expect(right.status).toBe(200);
    for (const answer of [without, lacking, right]) {
      expect(answer.headers.get('cache-control')).toBe('no-store');
      expect(answer.headers.get('access-control-allow-origin')).toBeNull();
    }
  });

  test('is taken in OSDI’s header too, and whatever is none is refused', async () => {
    const token = await all();
    expect((await asked(app, OSDI, token, 'osdi-api-token')).status).toBe(200);
    for (const wrong of [
      token.slice(0, -1),
      `${token}x`,
      token.replace('dm_', ''),
      `dm_${'A'.repeat(43)}`,
      '',
      "' or 1=1",
    ]) {
      const answer = await asked(app, OSDI, wrong);
      expect(answer.status, wrong).toBe(401);
      if (wrong) expect(answer.headers.get('www-authenticate')).toContain('error="invalid_token"');
    }
    const basic = await fetch(`${app.url}${OSDI}`, { headers: { authorization: `Basic ${btoa(`x:${token}`)}` } });
    expect(basic.status).toBe(401);
  });

  test('of one campaign never reads another, nor tells that it is there; one of all reads all', async () => {
    const token = await all();
    for (const path of ['/api/campaigns/other-bees/exact-tally', `${OSDI}/advocacy_campaigns/other-bees`]) {
      const answer = await asked(app, path, token);
      expect(answer.status).toBe(404);
      const none = await asked(app, path.replace('other-bees', 'no-bees'), token);
      expect(await answer.text()).toBe((await none.text()).replace('no-bees', 'other-bees'));
    }
    const listed = async (each: string) =>
      ((await read(`${OSDI}/advocacy_campaigns`, each)) as { total_records: number }).total_records;
    expect(await listed(token)).toBe(1);
    const { token: every } = await tokenOf(app, '', SCOPE_NAMES);
    expect(await listed(every)).toBe(2);
    expect((await asked(app, '/api/campaigns/other-bees/exact-tally', every)).status).toBe(200);
  });

  test('ends on its day, by hand, and when its maker is an owner no more', async () => {
    const status = async (token: string) => (await asked(app, OSDI, token)).status;
    const { store } = app.parts;
    const dated = await all();
    const then = app.clock.now;
    app.clock.now += 90 * 24 * 3_600_000 - 1;
    expect(await status(dated)).toBe(200);
    app.clock.now += 1;
    expect(await status(dated)).toBe(401);
    app.clock.now = then;

    const { token: byHand } = await tokenOf(app, SLUG, ['osdi:read']);
    const row = await store.tokens.find(app.parts.vault.lookup(byHand), app.clock.now);
    expect(await store.tokens.end('other-bees', row?.id as string)).toBe(false);
    expect(await store.tokens.end(SLUG, row?.id as string)).toBe(true);
    expect(await status(byHand)).toBe(401);

    const { token, maker } = await tokenOf(app, SLUG, ['osdi:read']);
    await store.campaigners.giveRole(SLUG, maker, 'editor');
    expect(await status(token)).toBe(401);
    const everywhere = await tokenOf(app, '', ['osdi:read']);
    expect(await status(everywhere.token)).toBe(200);
    await store.campaigners.end(everywhere.maker, app.clock.now);
    expect(await status(everywhere.token)).toBe(401);
  });

  test('is kept as a hash; that it was used is noted every five minutes at most', async () => {
    const token = await all();
    const hash = app.parts.vault.lookup(token);
    const usedAt = async () => (await app.parts.store.tokens.find(hash, app.clock.now))?.usedAt;
    const then = app.clock.now;
    expect(await usedAt()).toBeNull();
    await read(OSDI, token);
    expect(await usedAt()).toBe(then);
    app.clock.now += 299_999;
    await read(OSDI, token);
    expect(await usedAt()).toBe(then);
    app.clock.now += 1;
    await read(OSDI, token);
    expect(await usedAt()).toBe(then + 300_000);
    expect(JSON.stringify(await app.parts.store.tokens.ofCampaign(SLUG))).not.toContain(token);
    expect(app.logged.join('\n')).not.toContain(token);
  });
});

describe('what it reads', () => {
  test('the exact tally, small numbers too', async () => {
    const tally = await read(`${BASE}/exact-tally`, await all());
    fits(TokenAnswers.exactTally, tally);
    expect(tally).toMatchObject({ sent: 4, failed: 1, people: 5, byDay: [{ day: '2026-11-24', sent: 4 }] });
    expect((tally as { byCountry: object[] }).byCountry).toMatchObject([
      { country: 'DE', sent: 1 },
      { country: 'FR', failed: 1 },
      { country: 'IE', sent: 3 },
    ]);
  });

  test('every table, as CSV and as JSON, the same rows', async () => {
    const token = await all();
    const { exports } = (await read(`${BASE}/exports`, token)) as { exports: { table: string; files: string[] }[] };
    fits(TokenAnswers.exports, { exports });
    expect(exports.map(({ table }) => table)).toEqual(EXPORT_NAMES);
    for (const { files } of exports) {
      const [csv, json] = await Promise.all(files.map((file) => asked(app, file, token)));
      expect(csv?.headers.get('content-type')).toBe('text/csv; charset=utf-8; header=present');
      expect(csv?.headers.get('content-disposition')).toMatch(
        /^attachment; filename="save-the-bees-[a-z]+-2026-11-24\.csv"$/,
      );
      const table = await json?.json();
      fits(TokenAnswers.table, table);
      const { rows } = table as { rows: Record<string, unknown>[] };
      const cells = parse((await csv?.text()) as string, { columns: true, record_delimiter: '\r\n' });
      expect(cells).toEqual(
        rows.map((row) => Object.fromEntries(Object.entries(row).map(([k, v]) => [k, String(v ?? '')]))),
      );
    }
    for (const none of ['letters.csv', 'tally.xml', 'tally', 'tally.csv.json', '__proto__.csv', 'contacts.json'])
      expect((await asked(app, `${BASE}/exports/${none}`, token)).status, none).toBe(404);
  });

  test('the tally’s cells add up to the tally', async () => {
    const token = await all();
    const { rows } = (await read(`${BASE}/exports/tally.json`, token)) as { rows: { counter: string; n: number }[] };
    const sent = rows.filter(({ counter }) => counter === 'sent').reduce((sum, { n }) => sum + n, 0);
    expect(sent).toBe(4);
    expect(rows.every(({ n }) => n !== 0)).toBe(true);
  });

  test('OSDI’s shapes: from the entry point on every link leads on', async () => {
    const token = await all();
    const links = (answer: unknown) => (answer as { _links: Record<string, { href: string }> })._links;
    const entry = await asked(app, OSDI, token, 'osdi-api-token');
    expect(entry.headers.get('content-type')).toBe('application/hal+json; charset=utf-8');
    const campaigns = await read(links(await entry.json())['osdi:advocacy_campaigns']?.href as string, token);
    fits(TokenAnswers.halPage, campaigns);
    const [campaign] =
      (campaigns as { _embedded: Record<string, unknown[]> })._embedded['osdi:advocacy_campaigns'] ?? [];
    expect(await read(links(campaign).self?.href as string, token)).toEqual(campaign);
    fits(TokenAnswers.advocacyCampaign, campaign);
    expect(campaign).toMatchObject({
      identifiers: [`dear_minister:${SLUG}`],
      title: 'Save the bees',
      total_outreaches: 4,
    });
    const page = await read(links(campaign)['osdi:outreaches']?.href as string, token);
    fits(TokenAnswers.halPage, page);
    const rows =
      (page as { _embedded: Record<string, { [key: string]: unknown }[]> })._embedded['osdi:outreaches'] ?? [];
    expect(
      rows.map((row) => [row['dear_minister:recipient'], row['dear_minister:status'], row['dear_minister:count']]),
    ).toEqual([
      ['de-interior', 'sent', 1],
      ['fr-interior', 'failed', 1],
      ['ie-interior', 'sent', 3],
    ]);
    for (const row of rows) {
      fits(TokenAnswers.outreach, row);
      expect(await read(links(row).self?.href as string, token)).toEqual(row);
    }
    expect(JSON.stringify([campaign, page])).not.toContain('@');
  });

  test('OSDI’s pages: as many as fit, the next and the one before, none beyond the end', async () => {
    const token = await all();
    const path = `${OSDI}/advocacy_campaigns/${SLUG}/outreaches`;
    type Page = {
      _links: { next?: { href: string }; previous?: { href: string } };
      _embedded: Record<string, unknown[]>;
    };
    const first = (await read(`${path}?per_page=2`, token)) as Page;
    expect(first).toMatchObject({ page: 1, per_page: 2, total_pages: 2, total_records: 3 });
    expect(first._links.previous).toBeUndefined();
    const second = (await read(first._links.next?.href as string, token)) as Page;
    expect(second._embedded['osdi:outreaches']).toHaveLength(1);
    expect(second._links.next).toBeUndefined();
    expect(await read(second._links.previous?.href as string, token)).toEqual(first);
    expect((await asked(app, `${path}?page=3&per_page=2`, token)).status).toBe(404);
    expect(await read(`${path}?per_page=9999`, token)).toMatchObject({ per_page: 100 });
    for (const wrong of ['page=0', 'page=x', 'page=-1', 'page=1e3', 'per_page=', 'per_page=2.5'])
      expect((await asked(app, `${path}?${wrong}`, token)).status, wrong).toBe(400);
    for (const none of ['2026-11-24.ie-interior.people', '2026-11-23.ie-interior.sent', 'x', '2026-11-24.ie-interior'])
      expect((await asked(app, `${path}/${none}`, token)).status, none).toBe(404);
  });

  test('what was taken out of the count is in no outreach', async () => {
    const cell = { day: '2026-11-24', country: 'IE', recipient: 'ie-interior', counter: 'sent' } as const;
    await app.parts.store.tally.move('other-bees', [
      { ...cell, source: '', n: -1 },
      { ...cell, source: 'aside.1', n: 1 },
    ]);
    const { token } = await tokenOf(app, 'other-bees', ['osdi:read']);
    expect(await read(`${OSDI}/advocacy_campaigns/other-bees/outreaches`, token)).toMatchObject({ total_records: 0 });
    expect(await read(`${OSDI}/advocacy_campaigns/other-bees`, token)).toMatchObject({ total_outreaches: 0 });
  });
});
