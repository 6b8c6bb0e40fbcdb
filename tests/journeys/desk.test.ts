import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { readWorld } from '../../server/campaigns/countries.ts';
import { firstLink } from '../../server/desk/sign-in.ts';
import { counts, ROOT, startApp, type TestApp, until } from '../support/app.ts';
import { violations } from '../support/axe.ts';
import { openBrowser } from '../support/browser.ts';
import { bees } from '../support/cast.ts';
import { confirmLetter, person } from '../support/letters.ts';
import { look } from '../support/look.ts';
import { startSink } from '../support/sink.ts';

const closers: (() => unknown)[] = [];
let browser: Browser;
beforeAll(async () => {
  browser = await openBrowser();
});
afterAll(async () => browser?.close());
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

async function start() {
  const refusal = Object.assign(new Error('5.7.1 not from you'), { responseCode: 550 });
  const sink = await startSink((to) => (to.endsWith('interior-de.test') ? refusal : null));
  closers.push(sink.stop);
  const app = await startApp([bees()], { SMTP_URL: sink.url });
  closers.push(app.stop);
  return { app, sink };
}

async function open(options: Parameters<Browser['newContext']>[0] = {}): Promise<Page> {
  const context: BrowserContext = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options });
  closers.push(() => context.close());
  return context.newPage();
}

async function signIn(page: Page, app: TestApp): Promise<void> {
  await page.goto((await firstLink(app.parts)) as string);
  await page.fill('#name', 'Ada Quist');
  await page.fill('#email', 'ada@desk.example');
  await page.getByRole('button', { name: 'Begin' }).click();
}

/** Opens a page of the desk by its tab; a field whose id holds a dot needs an attribute selector. */
const tab = (page: Page, name: string) => page.getByRole('navigation', { name: 'Campaign' }).getByText(name).click();
const fill = (page: Page, id: string, value: string) => page.fill(`[id="${id}"]`, value);
const press = (page: Page, name: string) => page.getByRole('button', { name, exact: true }).click();
const stops = (page: Page) => page.locator('.stops li').allTextContents();

const SOURCE = 'https://rail.ministry.gov/offices;2026-11-20';
/** Two hundred offices as a spreadsheet of another country writes them: semicolons, Windows-1252, and some rows wrong. */
function messyList(): Buffer {
  const names = new Intl.DisplayNames('de', { type: 'region' });
  const states = [...readWorld(ROOT).values()].filter(({ answeredBy }) => !answeredBy).map(({ code }) => code);
  const codes = ['IE', ...states.filter((code) => code !== 'IE')].slice(0, 200);
  const rows = codes.map((code, i) => {
    const email =
      { 7: 'no address', 9: 'a@rail.ministry.gov; b@rail.ministry.gov' }[i] ?? `office${i}@rail.ministry.gov`;
    const name = names.of(code) ?? code;
    const country = /^[\x20-\xff]+$/.test(name) ? name : code;
    return [country, `Minister ${i}`, `Büro für Züge ${i}`, 'Sehr geehrte Damen und Herren', 'de', email, SOURCE].join(
      ';',
    );
  });
  return Buffer.from(
    `sep=;\r\nLand;Name;Amt;Anrede;Sprache;E-Mail-Adresse;Quelle;Zuletzt geprüft\r\n${rows.join('\r\n')}\r\n`,
    'latin1',
  );
}

const LETTER = (words: string) =>
  `${words}\n\n{{recipient.salutation}},\n\n${words}, for I live in {{sender.country}}.\n\n{{ownWords}}\n\n{{sender.name}}\n`;

describe.each([
  ['with script', {}],
  ['without script', { javaScriptEnabled: false }],
])('a newcomer, %s', (_, options) => {
  test('makes a campaign in two languages, is stopped three times, mends it, launches, and sees ten letters arrive', async () => {
    const { app, sink } = await start();
    const page = await open(options);
    const screens = new Set<string>();
    page.on('framenavigated', () => screens.add(new URL(page.url()).pathname.replace(/[\w-]{32,}/, ':id')));
    await signIn(page, app);
    await page.getByText('Make a campaign').click();
    for (const [id, value] of Object.entries({
      title: 'Keep the night train',
      summary: 'It is to end. Ask your minister to keep it.',
      organiser: '[YOUR NAME]',
      contact: 'friends@night-trains.org',
    }))
      await fill(page, id, value);
    await press(page, 'Make it');
    await page.selectOption('#addLanguage', 'de');
    await press(page, 'Save');
    await fill(page, 'title.de', 'Rettet den Nachtzug');
    await fill(page, 'summary.de', 'Er soll enden. Bitten Sie Ihren Minister, ihn zu erhalten.');
    for (const tag of ['en', 'de']) await fill(page, `reviewedBy.${tag}`, 'Eva Dam');
    await press(page, 'Save');

    await tab(page, 'Recipients');
    await page.setInputFiles('#file', { name: 'list.csv', mimeType: 'text/csv', buffer: messyList() });
    await press(page, 'Look at it');
    await page.getByText('Which column means what').click();
    await fill(page, 'default.source', 'https://rail.ministry.gov/offices');
    await fill(page, 'default.checkedOn', '2026-11-20');
    await press(page, 'Look again');
    expect(await page.textContent('main')).toContain('2 cannot be taken');
    expect(app.parts.campaigns.find('keep-the-night-train')?.recipients).toEqual([]);
    await press(page, 'Take it in');
    expect(await page.textContent('main')).toContain('198 on the list');
    expect(await page.textContent('main')).toContain('Büro für Züge 1');

    await tab(page, 'Letters');
    await page.getByText('the letter').first().click();
    await fill(page, 'text', LETTER('Keep the night train {{#if x}}'));
    await press(page, 'Save');
    expect(await page.textContent('.summary')).toMatch(/Line \d+/);
    await fill(page, 'text', LETTER('Keep the night train'));
    await press(page, 'Show it as it arrives');
    expect(await page.textContent('.sheet')).toContain('Sehr geehrte Damen und Herren');
    await press(page, 'Save');

    await tab(page, 'Launch');
    expect(await page.getByRole('button', { name: 'Launch it' }).count()).toBe(0);
    const against = (await stops(page)).join('\n');
    expect(against).toContain('[YOUR NAME]');
    expect(against).toContain('Letter de: there is no letter in "de"');
    await tab(page, 'Letters');
    await page.getByText('the letter').nth(1).click();
    await fill(page, 'text', LETTER('Erhalten Sie den Nachtzug'));
    await press(page, 'Save');
    await tab(page, 'Dates and rules');
    await fill(page, 'organiser.name', 'Friends of the Night Train');
    await fill(page, 'organiser.privacy', 'privacy@night-trains.org');
    await fill(page, 'pacePerHour', '');
    await press(page, 'Save');
    await tab(page, 'Launch');
    expect(await stops(page)).toEqual([]);
    await press(page, 'Launch it');
    expect(await page.textContent('main')).toContain('The campaign is open');
    expect(screens.size).toBeLessThanOrEqual(12);

    for (let n = 0; n < 10; n += 1) await confirmLetter(app, sink, person(n), 'IE', 'keep-the-night-train');
    await until(async () => (await counts(app, 'keep-the-night-train')).sent === 10, 'ten letters');
    await tab(page, 'Overview');
    expect(await page.textContent('.counters .sent')).toContain('10');
    expect(await page.textContent('main')).toContain('10 letters');
  }, 90_000);
});

/** Every page of the desk as an owner sees it. */
const PAGES = [
  '',
  '/new',
  '/people',
  '/me',
  '/tokens',
  ...[
    '',
    '/texts',
    '/facts',
    '/recipients',
    '/recipients/new',
    '/recipients/ie-interior',
    '/letters',
    '/letters/en',
    '/letters/de',
    '/letters/en.short',
    '/letters/en.variants',
    '/launch',
    '/held',
    '/jobs',
    '/data',
    '/data/tokens',
    '/data/hooks',
    '/data/report',
    '/history',
    '/history/1',
    '/people',
  ].map((path) => `/c/save-the-bees${path}`),
];

/** A list with a row of each kind: the same, changed, replaced, new, with a conflict, and some that cannot be taken. */
const SOME_OF_EACH = `country,First name,Last name,office,Anrede,E-Mail-Adresse,checked
IE,Minister,of IE,Minister of the Interior,Dear Minister,minister@interior-ie.test,
Germany,Minister,of DE,Minister of the Interior,Dear Minister,minister@interior.gov.de,2026-11-01
France,Inès,Lefèvre,Minister of the Interior,Madame la Ministre,ines@interieur.gouv.fr,2026-01-02
Sweden,Ada,Lind,Minister of Bees and of all that flies between the flowers,,ada.lind.of.the.ministry.of.bees@government.se,
Norway,Bo,Berg,,Kjære Bo,ada.lind.of.the.ministry.of.bees@government.se,
Finland,Eva,Ek,Minister of Lakes,Hyvä Eva,"eva@lakes.fi, office@lakes.fi",
Atlantis,=SUM(A1),Sea,Minister of Seas,Dear Sea,seа@deep.com,
`;

test.each([
  ['light', 1440],
  ['dark', 768],
  ['light', 360],
  ['dark', 360],
  // For the pictures, which somebody looks at.
  ...(process.env.PICTURES
    ? ([
        ['dark', 1440],
        ['light', 768],
      ] as const)
    : []),
] as const)(
  'axe finds nothing on any page of the desk (%s, %i wide)',
  async (colorScheme, width) => {
    const { app, sink } = await start();
    for (let n = 0; n < 3; n += 1) await confirmLetter(app, sink, person(n));
    await confirmLetter(app, sink, person(4), 'DE');
    await until(async () => (await app.parts.store.holds.ofCampaign('save-the-bees')).length === 1, 'a held letter');
    const page = await open({ colorScheme, viewport: { width, height: 900 } });
    await page.goto(`${app.url}/desk/sign-in`);
    const found = await violations(page);
    await signIn(page, app);
    for (const path of PAGES) {
      await page.goto(`${app.url}/desk${path}`);
      await see(path);
      if (path.endsWith('/recipients')) await seeList(path);
      if (!path.endsWith('/held')) continue;
      await page.getByRole('button', { name: 'Decide:' }).click();
      await see(`${path}/decide`);
      await press(page, 'Let all of them go');
      await see(`${path}/job`);
    }
    async function seeList(path: string): Promise<void> {
      await page.fill('#list', SOME_OF_EACH);
      await press(page, 'Look at it');
      const list = page.url();
      await see(`${path}/list`);
      await page.getByText('Which column means what').click();
      await see(`${path}/list/columns`);
      await page.goto(`${list}?show=gone`);
      await see(`${path}/list/gone`);
    }
    async function see(path: string): Promise<void> {
      found.push(...(await look(page, `${path.replaceAll('/', '_') || 'home'}-${width}-${colorScheme}`)));
    }
    expect(found).toEqual([]);
  },
  60_000,
);
