import { describe, expect, test } from 'vitest';
import { readWorld } from '../../server/campaigns/countries.ts';
import { readFolder } from '../../server/campaigns/folder.ts';
import type { CampaignContent, Recipient } from '../../server/domain/campaign.ts';
import { countryList, countryName } from '../../server/domain/countries.ts';
import { channels, chooseRecipients, coveredCountries } from '../../server/domain/recipients.ts';
import { ROOT } from '../support/app.ts';
import { bees } from '../support/cast.ts';

const world = readWorld(ROOT);
const { campaigns } = await readFolder(ROOT);
const interpol = campaigns[0]?.content as CampaignContent;
const chosen = (country: string, campaign = interpol) => {
  const { reason, recipients, meant, state } = chooseRecipients(campaign, country, world);
  return [reason, recipients.map(({ id }) => id), meant.map(({ id }) => id), state];
};

describe('who answers for whom', () => {
  test.each([
    ['GB', 'national', ['gb-home-office'], 'GB'],
    ['JP', 'national', ['jp-public-safety-commission'], 'JP'],
    ['FR', 'national-and-bloc', ['fr-interior', 'eu-home-affairs'], 'FR'],
    ['RE', 'national-and-bloc', ['fr-interior', 'eu-home-affairs'], 'FR'],
    ['NC', 'national', ['fr-interior'], 'FR'],
    ['FO', 'national', ['dk-interior'], 'DK'],
    ['AW', 'national', ['nl-justice-security'], 'NL'],
    ['PR', 'national', ['us-homeland-security'], 'US'],
    ['JE', 'national', ['gb-home-office'], 'GB'],
    ['GI', 'national', ['gb-home-office'], 'GB'],
    ['ES', 'bloc-only', ['eu-home-affairs'], 'ES'],
    ['AX', 'bloc-only', ['eu-home-affairs'], 'FI'],
    ['BR', 'nobody', [], 'BR'],
    ['HK', 'nobody', [], 'HK'],
    ['TW', 'nobody', [], 'TW'],
    ['ZZ', 'nobody', [], 'ZZ'],
  ])('%s: %s', (country, reason, ids, state) => {
    expect(chosen(country)).toEqual([reason, ids, ids.slice(0, 1), state]);
  });

  test('the bloc’s office only where there is no other, or not at all, as the campaign says', () => {
    expect(chosen('DE', bees({ blocs: { EU: 'fallback' } }))[1]).toEqual(['de-interior']);
    expect(chosen('ES', bees({ blocs: { EU: 'fallback' } }))[1]).toEqual(['eu-bees']);
    expect(chosen('ES', bees({ blocs: {} }))[0]).toBe('nobody');
  });

  test('a list may name an office for a territory itself', () => {
    const content = bees();
    const first = content.recipients[0] as Recipient;
    content.recipients.push({ ...first, id: 'je-home', country: 'JE' });
    expect(chosen('JE', content)).toEqual(['national', ['je-home'], ['je-home'], 'JE']);
  });

  test('channels follow what an office has, and where writing is dangerous nothing is sent', () => {
    const [mail] = bees().recipients;
    if (!mail) throw new Error('no office');
    expect(channels(mail, 'IE', [], false)).toEqual(['send', 'draft']);
    expect(channels(mail, 'CN', ['CN'], false)).toEqual(['draft']);
    const { email: _, ...form } = { ...mail, contactForm: 'https://x.test' };
    expect(channels(form, 'IE', [], false)).toEqual(['form']);
    expect(channels(mail, 'IE', [], true)).toEqual(['draft']);
  });

  test('how many countries the bundled list covers', () => {
    // 17 states, 27 members of the EU (8 of them among the 17), the territories of both.
    const covered = coveredCountries(interpol, world);
    expect(covered).toContain('RE');
    expect(covered).not.toContain('CN');
    expect(covered).toHaveLength(
      17 +
        (27 - 9) +
        [...world.values()].filter(
          ({ answeredBy, bloc }) =>
            answeredBy && (interpol.recipients.some(({ country }) => country === answeredBy) || bloc),
        ).length,
    );
  });
});

describe('countries in words', () => {
  test.each(['en', 'de', 'fr'])('all 249, each once, sorted as readers of %s expect', (language) => {
    const list = countryList(world, language);
    expect(list).toHaveLength(249);
    expect(new Set(list.map(({ name }) => name)).size).toBe(249);
    const { compare } = new Intl.Collator(language);
    expect(list.every(({ name }, i) => i === 0 || compare(list[i - 1]?.name ?? '', name) < 0)).toBe(true);
    expect(list.every(({ code, name }) => name !== code && name.length > 2)).toBe(true);
  });

  test('plain names for Hong Kong, Macao and Taiwan', () => {
    expect(['HK', 'MO', 'TW'].map((code) => countryName(code, 'en'))).toEqual(['Hong Kong', 'Macao', 'Taiwan']);
    expect(['HK', 'MO', 'TW'].map((code) => countryName(code, 'de'))).toEqual(['Hongkong', 'Macau', 'Taiwan']);
    expect(['HK', 'MO', 'TW'].map((code) => countryName(code, 'fr'))).toEqual(['Hong Kong', 'Macao', 'Taïwan']);
  });
});
