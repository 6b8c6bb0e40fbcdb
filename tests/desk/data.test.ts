import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { afterEach, describe, expect, test } from 'vitest';
import { writeFolder } from '../../server/campaigns/write.ts';
import { SCOPE_NAMES } from '../../server/domain/scopes.ts';
import type { Move } from '../../server/domain/tally.ts';
import { EXPORT_NAMES } from '../../server/exports/tables.ts';
import { postJson, startApp, type TestApp, until } from '../support/app.ts';
import { AOIFE, bees, LUCA, SAM } from '../support/cast.ts';
import { colleague, owner, type Visitor } from '../support/desk.ts';
import { confirmLetter } from '../support/letters.ts';
import { freshPostgres } from '../support/postgres.ts';
import { startSink } from '../support/sink.ts';
import { asked, tokenOf } from '../support/token.ts';

const SLUG = 'save-the-bees';
const DATA = `/desk/c/${SLUG}/data`;
const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

async function start(env: Record<string, string> = {}, content = bees()) {
  const app = await startApp([content], env);
  closers.push(app.stop);
  return { app, ada: await owner(app) };
}

/** The file that a table's button brings, through its job if it takes one. */
async function take(who: Visitor, table: string, format: string) {
  const { location } = await who.post(`${DATA}/export`, { table, format });
  const file = await until(async () => {
    const answer = await who.get(location as string);
    if (!answer.html.includes('id="job"')) return answer;
    const [, href] = /<a class="button" href="([^"]+)"/.exec(answer.html) ?? [];
    return href ? who.get(href) : null;
  }, `the file of ${table}`);
  return file.html;
}
const deeds = async (app: TestApp) =>
  (await app.parts.store.deeds.list(SLUG, 99)).map(({ deed, about }) => [deed, about]);
const sent = (n: number, of: Partial<Move> = {}): Move => ({
  ...{ day: '2026-11-24', country: 'IE', recipient: 'ie-interior', source: '', counter: 'sent', n },
  ...of,
});

describe('roles', () => {
  test.each([
    ['viewer', 'get', DATA, 200],
    ['viewer', 'get', `${DATA}/report`, 200],
    ['viewer', 'get', `${DATA}/files/recipients.csv`, 200],
    ['viewer', 'get', `${DATA}/tokens`, 403],
    ['viewer', 'post', `${DATA}/tokens`, 403],
    ['editor', 'get', `${DATA}/tokens`, 403],
    ['editor', 'post', `${DATA}/tokens`, 403],
    ['owner', 'get', `${DATA}/tokens`, 200],
    ['owner', 'get', '/desk/tokens', 403],
    ['owner', 'post', '/desk/tokens', 403],
  ] as const)('a %s (%s %s): %i', async (role, method, path, status) => {
    const { app } = await start();
    const bela = await colleague(app, SLUG, role, 'Bela');
    expect((await bela[method](path, { name: 'x', scopes: 'tally:read', ends: '2026-12-01' })).status).toBe(status);
    expect(await app.parts.store.tokens.ofCampaign(SLUG)).toEqual([]);
  });

  test('who has no role in the campaign is not told that it is there', async () => {
    const { app } = await start();
    const bela = await colleague(app, '', 'viewer', 'Bela');
    for (const path of [DATA, `${DATA}/report`, `${DATA}/tokens`, `${DATA}/files/recipients.csv`])
      expect((await bela.get(path)).status, path).toBe(404);
  });
});

describe('tables', () => {
  test('each is there as CSV and JSON; that one was taken stands in the record', async () => {
    const { app, ada } = await start();
    await app.parts.store.tally.move(SLUG, [sent(3)]);
    for (const table of EXPORT_NAMES) {
      const csv = await take(ada, table, 'csv');
      const { rows } = JSON.parse(await take(ada, table, 'json')) as { rows: object[] };
      const read = parse(csv, { columns: true, bom: true, record_delimiter: '\r\n' }) as object[];
      // The record grows by taking it.
      expect(rows.length - read.length, table).toBe(table === 'record' ? 1 : 0);
      expect(await deeds(app)).toContainEqual(['export-taken', `${table}, JSON`]);
    }
    const raw = Buffer.from(await (await answerOf(ada, app)).arrayBuffer());
    // A byte order mark, by which spreadsheets know UTF-8; lines end as RFC 4180 has them.
    expect(raw.toString('utf8')).toBe(
      '\ufeffday,country,recipient,source,counter,n\r\n2026-11-24,IE,ie-interior,,sent,3\r\n',
    );
  });

  /** The tally's file as bytes, for `visitor` gives text without its mark. */
  async function answerOf(ada: Visitor, app: TestApp): Promise<Response> {
    const { location } = await ada.post(`${DATA}/export`, { table: 'tally', format: 'csv' });
    const answer = await fetch(`${app.url}${location}`, { headers: { cookie: ada.cookie() } });
    expect(answer.headers.get('content-type')).toBe('text/csv; charset=utf-8');
    expect(answer.headers.get('content-disposition')).toBe(`attachment; filename="${SLUG}-tally-2026-11-24.csv"`);
    return answer;
  }

  test('no cell is a formula, whatever was typed into the campaign; numbers stay numbers', async () => {
    const content = bees();
    const [first, ...rest] = content.recipients;
    const signs = ['=1+1', '+1', '-1', '@x', '＝1', '＠x'];
    const { ada } = await start(
      {},
      {
        ...content,
        recipients: [
          { ...first, office: '=HYPERLINK("https://x.test";"a, b")' } as (typeof content.recipients)[0],
          ...rest,
        ],
        signatories: signs.map((name) => ({ name, role: `${name}\n"x"`, country: 'IE' })),
      },
    );
    const read = async (table: string) =>
      parse(await take(ada, table, 'csv'), { columns: true, bom: true }) as Record<string, string>[];
    expect((await read('recipients'))[0]?.office).toBe('\'=HYPERLINK("https://x.test";"a, b")');
    expect((await read('signatories')).map(({ name }) => name)).toEqual(signs.map((sign) => `'${sign}`));
    const { rows } = JSON.parse(await take(ada, 'signatories', 'json')) as { rows: { name: string }[] };
    expect(rows.map(({ name }) => name)).toEqual(signs);
  });

  test('a large tally comes whole, in pieces', async () => {
    const { app, ada } = await start();
    const cells = Array.from({ length: 4500 }, (_, i) => sent(1, { source: `s${i}` }));
    await app.parts.store.tally.move(SLUG, [...cells, sent(0, { source: 'none' }), sent(-2, { source: 'less' })]);
    const rows = parse(await take(ada, 'tally', 'csv'), { columns: true, bom: true }) as {
      source: string;
      n: string;
    }[];
    expect(new Set(rows.map(({ source }) => source)).size).toBe(4501);
    expect(rows).toHaveLength(4501);
    expect(rows.find(({ source }) => source === 'less')?.n).toBe('-2');
    expect((await ada.get(`/desk/c/${SLUG}/jobs`)).html).toContain('The tally as CSV.');
  });

  test.each([
    ['letters', 'csv'],
    ['contacts', 'json'],
    ['tally', 'xlsx'],
    ['__proto__', 'csv'],
    ['', ''],
  ])('"%s" as "%s" there is not', async (table, format) => {
    const { app, ada } = await start();
    expect((await ada.post(`${DATA}/export`, { table, format })).status).toBe(404);
    expect(await deeds(app)).toEqual([]);
  });
});

describe('the campaign’s files', () => {
  test('are byte for byte those that the command writes', async () => {
    const { app, ada } = await start();
    const folder = mkdtempSync(join(tmpdir(), 'dear-minister-data-'));
    closers.push(() => rmSync(folder, { recursive: true }));
    const campaign = await app.parts.store.campaigns.load(SLUG);
    await writeFolder(campaign as NonNullable<typeof campaign>, folder);
    const { html } = await ada.get(DATA);
    const names = [...html.matchAll(/\/data\/files\/([^"]+)"/g)].map(([, name]) => name as string);
    expect(names).toEqual([
      'campaign.json',
      'recipients.csv',
      'signatories.csv',
      ...['de', 'de.short', 'en', 'en.short'].map((n) => `${n}.hbs`),
    ]);
    for (const name of names) {
      const place = name.endsWith('.hbs') ? 'templates/letters' : 'data/campaigns';
      const { html: got } = await ada.get(`${DATA}/files/${name}`);
      expect(got, name).toBe(readFileSync(join(folder, place, SLUG, name), 'utf8'));
    }
  });

  test('others are not there', async () => {
    const { ada } = await start();
    for (const name of ['contacts.csv', '..%2f..%2fpackage.json', '__proto__', 'toString', 'fr.hbs'])
      expect((await ada.get(`${DATA}/files/${name}`)).status, name).toBe(404);
  });
});

describe('tokens', () => {
  const FORM = { name: 'the weekly letter', scopes: 'tally:read', ends: '2027-02-22' };
  const shownIn = (html: string) => /<code>(dm_[\w-]{43})<\/code>/.exec(html)?.[1] ?? null;

  test('one is shown once, reads what was ticked until its day is over, is listed, and can be ended', async () => {
    const { app, ada } = await start();
    await ada.get(`${DATA}/tokens`);
    const made = await ada.post(`${DATA}/tokens`, FORM);
    const token = shownIn(made.html) as string;
    expect(token).not.toBeNull();
    const tally = `/api/campaigns/${SLUG}/exact-tally`;
    expect((await asked(app, tally, token)).status).toBe(200);
    expect((await asked(app, `/api/campaigns/${SLUG}/exports`, token)).status).toBe(403);
    const { html } = await ada.get(`${DATA}/tokens`);
    expect(html).not.toContain(token);
    expect(html).toContain('the weekly letter');
    expect(html).toContain('by Ada Quist');
    expect(html).toMatch(/Last used">Nov 24, 2026/);
    const [row] = await app.parts.store.tokens.ofCampaign(SLUG);
    expect(row?.expiresAt).toBe(Date.parse('2027-02-23T00:00:00Z'));
    const ended = await ada.post(`${DATA}/tokens`, { end: row?.id as string });
    expect(ended.location).toBe(`${DATA}/tokens?done=ended`);
    expect((await asked(app, tally, token)).status).toBe(401);
    expect(await deeds(app)).toEqual([
      ['token-ended', ''],
      ['token-made', 'tally:read'],
    ]);
    expect((await ada.post(`${DATA}/tokens`, { end: row?.id as string })).location).toContain('done=unchanged');
  });

  test('one for all campaigns is an installation owner’s, and listed there only', async () => {
    const { app, ada } = await start();
    await ada.get('/desk/tokens');
    const token = shownIn((await ada.post('/desk/tokens', { ...FORM, scopes: 'osdi:read' })).html) as string;
    expect((await asked(app, `/api/osdi/v1/advocacy_campaigns/${SLUG}`, token)).status).toBe(200);
    expect((await ada.get(`${DATA}/tokens`)).html).not.toContain('the weekly letter');
    expect((await ada.get('/desk/tokens')).html).toContain('the weekly letter');
  });

  test.each([
    ['name', '', 'Write what it is for'],
    ['name', 'x'.repeat(61), 'at most 60 characters'],
    ['scopes', '', 'Tick at least one'],
    ['scopes', 'letters:read', 'Tick at least one'],
    ['ends', '', 'Choose a day'],
    ['ends', '2026-11-23', 'within a year'],
    ['ends', '2027-11-25', 'within a year'],
    ['ends', '2027-02-30', 'Choose a day'],
    ['ends', 'tomorrow', 'Choose a day'],
  ])('%s "%s" is refused at its field; nothing is made, and nothing typed is lost', async (name, value, says) => {
    const { app, ada } = await start();
    const { status, html } = await ada.post(`${DATA}/tokens`, { ...FORM, name: 'kept <b>', [name]: value });
    expect(status).toBe(422);
    expect(html).toContain(says);
    expect(html).toContain(`href="#${name}"`);
    expect(html).toContain(`id="${name}"`);
    if (name !== 'name') expect(html).toContain('value="kept &lt;b&gt;"');
    if (name !== 'scopes') expect(html).toMatch(/value="tally:read" checked/);
    expect(await app.parts.store.tokens.ofCampaign(SLUG)).toEqual([]);
  });

  test('today and a year from today are the first and the last day', async () => {
    const { app, ada } = await start();
    for (const ends of ['2026-11-24', '2027-11-24']) {
      const { html } = await ada.post(`${DATA}/tokens`, { ...FORM, ends });
      expect(shownIn(html), ends).not.toBeNull();
    }
    app.clock.now += 13 * 3_600_000;
    expect((await ada.get(`${DATA}/tokens`)).html).not.toContain('>over<');
    app.clock.now += 3_600_000;
    expect((await ada.get(`${DATA}/tokens`)).html).toContain('<span class="state no">over</span>');
  });

  test('whose maker is an owner no more is said to work no more', async () => {
    const { app, ada } = await start();
    const { maker } = await tokenOf(app, SLUG, SCOPE_NAMES);
    expect((await ada.get(`${DATA}/tokens`)).html).not.toContain('its maker is no owner');
    await app.parts.store.campaigners.takeRole(SLUG, maker);
    expect((await ada.get(`${DATA}/tokens`)).html).toContain('its maker is no owner');
  });
});

describe.each([
  ['SQLite', null],
  ['PostgreSQL', freshPostgres],
])('nothing of any person goes out (%s)', (_, fresh) => {
  test('of those who wrote, or who work here', async () => {
    const database = fresh ? await fresh() : null;
    if (database) closers.push(database.drop);
    const sink = await startSink((to) => (to.includes('interior-fr') ? REFUSED : null));
    closers.push(sink.stop);
    const { app, ada } = await start({
      SMTP_URL: sink.url,
      ...(database ? { DATABASE_URL: database.url } : {}),
    });
    await colleague(app, SLUG, 'editor', 'Belinda');
    const tokens = await confirmLetter(app, sink, AOIFE);
    await confirmLetter(app, sink, { ...LUCA, ownWords: 'They took my sister.' }, 'FR');
    await postJson(`${app.url}/api/campaigns/${SLUG}/letters`, { country: 'DE', ...SAM });
    await until(
      async () => (await app.parts.store.letters.byStatus(app.parts.vault.lookup(tokens[0] ?? '')))?.state === 'sent',
      'sent',
    );
    await until(async () => (await app.parts.store.holds.ofCampaign(SLUG)).length === 1, 'a held letter');
    const { token } = await tokenOf(app, SLUG, SCOPE_NAMES);

    const out: string[] = [];
    for (const table of EXPORT_NAMES)
      for (const format of ['csv', 'json']) {
        out.push(await take(ada, table, format));
        out.push(await (await asked(app, `/api/campaigns/${SLUG}/exports/${table}.${format}`, token)).text());
      }
    const osdi = '/api/osdi/v1/advocacy_campaigns';
    for (const path of ['', `/${SLUG}`, `/${SLUG}/outreaches`, `/${SLUG}/outreaches/2026-11-24.ie-interior.sent`]) {
      const answer = await asked(app, `${osdi}${path}`, token);
      expect(answer.status, path).toBe(200);
      out.push(await answer.text());
    }
    out.push(await (await asked(app, `/api/campaigns/${SLUG}/exact-tally`, token)).text());
    for (const file of ['campaign.json', 'recipients.csv', 'signatories.csv', 'en.hbs'])
      out.push((await ada.get(`${DATA}/files/${file}`)).html);
    const report = (await ada.get(`${DATA}/report`)).html;
    out.push(report.slice(report.indexOf('<article'), report.indexOf('</article>')));

    const words = [
      AOIFE.name,
      AOIFE.email,
      'Aoife',
      'Bhriain',
      'Galway',
      AOIFE.ownWords,
      LUCA.name,
      LUCA.email,
      'Ferri',
    ];
    words.push(
      'my sister',
      SAM.name,
      SAM.email,
      'Okafor',
      'post.example',
      'Ada',
      'Quist',
      'Belinda',
      'desk.example',
      'Mona',
    );
    words.push(...tokens, ...(await app.parts.store.campaigners.all()).map(({ id }) => id));
    const found = words.filter((word) => out.some((text) => text.includes(word)));
    expect(found).toEqual([]);
    // The same search finds them where they are.
    const mails = sink.received.map(({ mail }) => mail.text).join('\n');
    expect(['Galway', AOIFE.ownWords].filter((word) => mails.includes(word))).toHaveLength(2);
    expect(out.join('').length).toBeGreaterThan(20_000);
  });
});
const REFUSED = Object.assign(new Error('5.7.1 not from you'), { responseCode: 550 });
