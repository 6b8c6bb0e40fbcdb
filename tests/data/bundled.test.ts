import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { checkCampaign } from '../../server/campaigns/check.ts';
import { readWorld } from '../../server/campaigns/countries.ts';
import { readFolder } from '../../server/campaigns/folder.ts';
import { campaignFiles } from '../../server/campaigns/write.ts';
import { shortTextName, splitLetter } from '../../server/domain/letter.ts';
import { coveredCountries } from '../../server/domain/recipients.ts';
import { readVariants } from '../../server/domain/variants.ts';

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

describe('every letter has variants', () => {
  const letters = content.facts.languages.flatMap((language) => [language, `${language}.eu-home-affairs`]);

  test.each(letters)('%s: of its subject and of two paragraphs, three of each, about as long', (name) => {
    const { subject } = splitLetter(content.texts[name] ?? '') ?? {};
    const groups = readVariants(content.texts[`${name}.variants`] ?? '');
    expect(groups.map(({ alternatives }) => alternatives.length)).toEqual([3, 3, 3]);
    expect(groups[0]?.alternatives[0]?.text).toBe(subject);
    for (const { alternatives } of groups) {
      const [own, ...others] = alternatives.map(({ text }) => text);
      for (const text of others) {
        expect(text.length).toBeLessThan((own?.length ?? 0) * 1.25 + 20);
        expect(text.length).toBeGreaterThan((own?.length ?? 0) * 0.75 - 20);
      }
    }
  });

  test.each(letters)('%s: with nothing that cuts a link short, and nothing that is not seen', (name) => {
    const variants = content.texts[`${name}.variants`] ?? '';
    const texts = readVariants(variants).flatMap(({ alternatives }) => alternatives.map(({ text }) => text));
    expect(texts.filter((text) => /[=&?#’]|https?:|www\./.test(text))).toEqual([]);
    expect(variants).not.toMatch(/(?!\n)[\p{DI}\p{Cf}\p{Cc}\u00a0\u202f]/u);
    expect(variants).toBe(variants.normalize('NFC'));
  });

  // What the letters say is told by names, numbers and years: each alternative has all of them, and no others.
  const told = (text: string) => {
    const names = /Hasan|Isa\b|Law\b|Ted Hui|Safeguard Defenders|Red Notices|notices? rouges?|INTERPOL|2021|2016|89/g;
    return new Set(
      text
        .match(names)
        ?.filter((each) => each !== 'INTERPOL')
        .map((each) => each.toLowerCase()),
    );
  };
  test.each(letters)('%s: each tells the same names and days, and no others', (name) => {
    for (const { alternatives } of readVariants(content.texts[`${name}.variants`] ?? '').slice(1)) {
      const [own, ...others] = alternatives.map(({ text }) => text);
      for (const text of others) {
        expect(told(text)).toEqual(told(own ?? ''));
        expect(new Set(text.match(/\d+/g))).toEqual(new Set(own?.match(/\d+/g)));
      }
    }
  });
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
