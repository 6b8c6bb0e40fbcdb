import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { checkCampaign } from '../../server/campaigns/check.ts';
import { readWorld } from '../../server/campaigns/countries.ts';
import { readFolder } from '../../server/campaigns/folder.ts';
import { campaignFiles } from '../../server/campaigns/write.ts';
import { shortTextName } from '../../server/domain/letter.ts';
import { coveredCountries } from '../../server/domain/recipients.ts';

const ROOT = join(import.meta.dirname, '..', '..');
const world = readWorld(ROOT);
const { campaigns } = await readFolder(ROOT);
const interpol = campaigns.find(({ slug }) => slug === 'interpol-2021');
const content = interpol?.content;
if (!interpol || !content) throw new Error(JSON.stringify(interpol?.faults));

const LISTED = 'AU BE CA CH CZ DE DK EU FR GB IE IN JP LT NL NZ SE US'.split(' ');

test('the bundled campaign is read without a word', () => {
  expect(interpol.faults).toEqual([]);
  expect(interpol.doubts).toEqual([]);
});

test('it has the 18 offices of the joint letter, and its 49 signatories', () => {
  expect(content.recipients.map(({ country }) => country).sort()).toEqual(LISTED);
  expect(content.signatories).toHaveLength(49);
  const homes = new Set(content.signatories.map(({ country }) => country));
  expect(homes.size).toBe(18);
  expect(homes).toContain('EU');
});

test('it is a demonstration: every address is invented', () => {
  expect(content.facts.demonstration).toBe(true);
  for (const { email, contactForm } of content.recipients) {
    expect(email).toMatch(/^[a-z-]+@[a-z-]+\.example$/);
    expect(contactForm).toBeUndefined();
  }
});

test('every office has a time zone, and is called and greeted in each language of the campaign', () => {
  expect(content.facts.languages).toEqual(['en', 'de', 'fr']);
  for (const { timezone, offices, salutations } of content.recipients) {
    expect(timezone).toMatch(/\//);
    for (const names of [offices, salutations])
      expect(Object.keys(names)).toEqual(expect.arrayContaining(['de', 'fr']));
  }
});

test('each letter has a short rendition, every draft link carries one, and the check finds no fault', () => {
  for (const { id } of content.recipients) {
    for (const language of content.facts.languages) {
      const own = id === 'eu-home-affairs' ? `${language}.eu-home-affairs.short` : `${language}.short`;
      expect(shortTextName(content.texts, language, id)).toBe(own);
    }
  }
  const { faults, doubts } = checkCampaign(content, world);
  expect(faults).toEqual([]);
  // Nobody but its author has read over the bundled letters; that is said, and is all.
  expect(doubts.filter((doubt) => !doubt.startsWith('reviewedBy'))).toEqual([]);
});

test('export gives back the very files', () => {
  const { data, letters } = campaignFiles(content);
  const bytes = (folder: string) =>
    Object.fromEntries(
      readdirSync(join(ROOT, folder)).map((name) => [name, readFileSync(join(ROOT, folder, name), 'utf8')]),
    );
  expect(data).toEqual(bytes('data/campaigns/interpol-2021'));
  expect(letters).toEqual(bytes('templates/letters/interpol-2021'));
});

test('the world has 249 countries, each once and with a name', () => {
  expect(world.size).toBe(249);
  const lines = readFileSync(join(ROOT, 'data/countries.csv'), 'utf8').trimEnd().split('\n').slice(1);
  expect(lines.map((line) => line.slice(0, 2))).toEqual([...world.keys()]);
  const names = new Intl.DisplayNames('en', { type: 'region', fallback: 'none' });
  expect([...world.keys()].filter((code) => !names.of(code))).toEqual([]);
});

test('the bloc is the 27 member states and what belongs to them', () => {
  const inBloc = [...world.values()].filter(({ bloc }) => bloc === 'EU');
  expect(inBloc.filter(({ answeredBy }) => !answeredBy)).toHaveLength(27);
  expect(inBloc.filter(({ answeredBy }) => answeredBy).map(({ code }) => code)).toEqual([
    'AX',
    'GF',
    'GP',
    'MF',
    'MQ',
    'RE',
    'YT',
  ]);
});

test('residents of territories are led to the state that answers for them', () => {
  const covered = coveredCountries(content, world);
  const led = ['RE', 'FO', 'AX', 'AW', 'PR', 'JE', 'GI', 'IT', 'DE'];
  expect(led.filter((code) => !covered.includes(code))).toEqual([]);
  expect(['HK', 'TW', 'BR', 'AQ'].filter((code) => covered.includes(code))).toEqual([]);
});
