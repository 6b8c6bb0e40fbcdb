import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { checkCampaign } from '../../server/campaigns/check.ts';
import { readWorld } from '../../server/campaigns/countries.ts';
import { readFolder } from '../../server/campaigns/folder.ts';
import { placeholderIn } from '../../server/campaigns/placeholders.ts';
import type { CampaignContent } from '../../server/domain/campaign.ts';
import { folderOf, riverFiles } from './files.ts';

const WORLD = readWorld(join(import.meta.dirname, '..', '..'));
const TODAY = '2026-11-24';
let rivers: CampaignContent;

beforeEach(async () => {
  const content = (await readFolder(folderOf(riverFiles()))).campaigns[0]?.content;
  if (!content) throw new Error('not read');
  rivers = content;
});

const checked = (campaign: CampaignContent, today = TODAY) => checkCampaign(campaign, WORLD, today);
const withFacts = (facts: Partial<CampaignContent['facts']>): CampaignContent => ({
  ...rivers,
  facts: { ...rivers.facts, ...facts },
});
const withOrganiser = (organiser: Partial<CampaignContent['facts']['organiser']>) =>
  withFacts({ organiser: { ...rivers.facts.organiser, ...organiser } });
const withText = (name: string, text: string): CampaignContent => ({
  ...rivers,
  texts: { ...rivers.texts, [name]: text },
});
const withFirst = (changes: Record<string, unknown>): CampaignContent => ({
  ...rivers,
  recipients: rivers.recipients.map((each, i) => (i === 0 ? ({ ...each, ...changes } as typeof each) : each)),
});

/** The same campaign for earnest: its domains are in nobody's hands, and not among the reserved ones. */
function real(): CampaignContent {
  return JSON.parse(
    JSON.stringify(rivers).replaceAll('.test', '.invented').replace('"demonstration":true', '"demonstration":false'),
  );
}

test('a campaign in order has neither faults nor doubts', () => {
  expect(checked(rivers)).toEqual({ faults: [], doubts: [] });
});

test('a real one in order has no fault, and the DNS is left open', () => {
  const { faults, doubts } = checked(real());
  expect(faults).toEqual([]);
  expect(doubts).toEqual([expect.stringContaining('cannot be seen from here')]);
});

test('addresses in reserved domains are placeholders, unless it is a demonstration', () => {
  const campaign = { ...rivers, facts: { ...rivers.facts, demonstration: false } };
  const { faults } = checked(campaign);
  expect(faults).toHaveLength(5);
  expect(faults).toContain('organiser, contact: nobody can be reached at rivers.test. Give a real one.');
  expect(faults).toContain(
    "fr-waters: waters-fr.test is a placeholder that no mail can reach. Give the office's real address.",
  );
  expect(faults).toContain(
    "de-waters: waters-de.test is a placeholder that no mail can reach. Give the office's real address.",
  );
});

test.each(['a@example.com', 'a@mail.example.org', 'a@b.example', 'a@B.INVALID', 'a@x.localhost'])(
  '%s is a placeholder',
  (email) => {
    const campaign = real();
    campaign.recipients[0] = { ...(campaign.recipients[0] as (typeof campaign.recipients)[0]), email };
    expect(checked(campaign).faults).toEqual([expect.stringContaining('fr-waters: ')]);
  },
);

test.each(['a@myexample.com', 'a@example.co', 'a@contest.org', 'a@test.de'])('%s is none', (email) => {
  const campaign = real();
  campaign.recipients[0] = { ...(campaign.recipients[0] as (typeof campaign.recipients)[0]), email };
  expect(checked(campaign).faults).toEqual([]);
});

test('a demonstration may hold no address that could be real, nor a form', () => {
  expect(checked(withFirst({ email: 'minister@interior.invented' })).faults).toEqual([
    expect.stringContaining('interior.invented could be real'),
  ]);
  expect(checked(withFirst({ contactForm: 'https://interior.invented/form' })).faults).toEqual([
    expect.stringContaining('could be real'),
  ]);
});

test.each<[string, () => CampaignContent, string]>([
  ['no contact', () => withOrganiser({ contact: ' ' }), 'organiser, contact: is missing'],
  [
    'a contact to be filled in',
    () => withOrganiser({ contact: 'TODO' }),
    'organiser, contact: "TODO" is a placeholder',
  ],
  [
    'an organiser to be filled in',
    () => withOrganiser({ name: '[YOUR ORGANISATION]' }),
    'organiser, name: "[YOUR ORGANISATION]" is a placeholder',
  ],
  [
    'an address to be filled in',
    () => withOrganiser({ address: 'Example text' }),
    'organiser, address: "Example text" is a placeholder',
  ],
  ['no offices', () => ({ ...rivers, recipients: [] }), 'there is no office on the list'],
  [
    'an office nobody can write to',
    () => withFirst({ email: undefined }),
    'fr-waters: the office has neither an address nor a web form',
  ],
  [
    'a language without a letter',
    () => ({ ...rivers, texts: { en: rivers.texts.en ?? '' } }),
    'de.hbs: there is no letter in "de" for fr-waters, de-waters, eu-waters. Write it',
  ],
  [
    'a language with a letter for one alone',
    () => ({ ...rivers, texts: { en: rivers.texts.en ?? '', 'de.eu-waters': rivers.texts.de ?? '' } }),
    'for fr-waters, de-waters. Write it',
  ],
  ['no title in a language', () => withFacts({ title: { en: 'Clean rivers' } }), 'title: there is none in "de"'],
  ['no summary in a language', () => withFacts({ summary: { de: 'Sauber' } }), 'summary: there is none in "en"'],
  [
    'an unknown variable',
    () => withText('en', 'Subject\n\n{{sender.age}}\n'),
    'en.hbs, line 3: The letter uses the unknown variable "sender.age"',
  ],
  [
    'a letter to be filled in',
    () => withText('de', 'Subject\n\nI am [YOUR NAME].\n'),
    'de.hbs: "[YOUR NAME]" was never filled in',
  ],
  [
    'a background to be filled in',
    () => withFacts({ background: { en: 'TODO' } }),
    'background, en: "TODO" was never filled in',
  ],
  [
    'a salutation to be filled in',
    () => withFirst({ salutation: 'Dear [NAME]' }),
    'fr-waters: "[NAME]" was never filled in',
  ],
  [
    'a last day before the first',
    () => withFacts({ actBefore: '2026-10-31' }),
    'actBefore: 2026-10-31 does not lie between',
  ],
  [
    'a last day after the end',
    () => withFacts({ actBefore: '2027-02-01' }),
    'actBefore: 2027-02-01 does not lie between',
  ],
])('%s is a fault', (_name, campaign, sentence) => {
  const { faults } = checked(campaign());
  expect(faults).toHaveLength(1);
  expect(faults[0]).toContain(sentence);
});

test('a campaign that is over is a fault, but for a demonstration', () => {
  expect(checked(rivers, '2027-02-01').faults).toEqual([]);
  expect(checked(real(), '2027-01-31').faults).toEqual([]);
  expect(checked(real(), '2027-02-01').faults).toEqual(['closes: 2027-01-31 is past. Give a later day.']);
});

const long = (words: number) =>
  `Our rivers\n\n{{recipient.salutation}},\n\n${'clean water '.repeat(words)}\n\n{{sender.name}}\n`;

test.each<[string, () => CampaignContent, string]>([
  ['no privacy address', () => withOrganiser({ privacy: undefined as never }), 'organiser, privacy: is missing'],
  ['no postal address', () => withOrganiser({ address: undefined as never }), 'organiser, address: is missing'],
  [
    'a language nobody has read over',
    () => withFacts({ reviewedBy: { en: 'Ada' } }),
    'reviewedBy: nobody has read over the "de" texts',
  ],
  ['no source', () => withFirst({ source: undefined }), 'fr-waters: it is not said where its address was found'],
  [
    'no day',
    () => withFirst({ checkedOn: undefined }),
    'fr-waters: it is not said when its address was last looked at',
  ],
  ['an unknown country for drafts only', () => withFacts({ draftOnly: ['UK'] }), 'draftOnly: "UK" is no country'],
  [
    'an office of no country',
    () => withFirst({ country: 'UK' }),
    'fr-waters: nobody is led to this office (no resident of "UK")',
  ],
  [
    'a bloc office without a rule',
    () => withFacts({ blocs: {} }),
    'eu-waters: nobody is led to this office (there is no rule blocs.EU)',
  ],
  [
    'a rule without a bloc office',
    () => ({
      ...rivers,
      recipients: rivers.recipients.slice(0, 2),
      texts: { en: rivers.texts.en ?? '', de: rivers.texts.de ?? '' },
    }),
    'blocs, EU: there is a rule, but no office',
  ],
  [
    'a letter too long for a link',
    () => withText('de', long(120)),
    'de.hbs: the letter is too long for the draft links of mailto',
  ],
  [
    'a short one too long as well',
    () => ({ ...withText('en', long(120)), texts: { ...rivers.texts, en: long(120), 'en.short': long(110) } }),
    'en.short.hbs: for fr-waters even the short rendition does not fit',
  ],
])('%s is a doubt, and no fault', (_name, campaign, sentence) => {
  const { faults, doubts } = checked(campaign());
  expect(faults).toEqual([]);
  expect(doubts).toHaveLength(1);
  expect(doubts[0]).toContain(sentence);
});

test('a long letter with a short rendition that fits is in order', () => {
  expect(checked(withText('en', long(120))).doubts).toEqual([]);
});

test.each([
  'I am [YOUR NAME]',
  'in \\[CITY\\]',
  '[DISTRICT OR CITY]',
  '[YOUR\n EMAIL]',
  '[Your name]',
  '<your name>',
  '[Ihr Name]',
  '[votre nom]',
  'TODO: more',
  'XXX',
  'Name: ____',
  'Lorem ipsum',
])('%j is to be filled in', (text) => {
  expect(placeholderIn(text)).not.toBeNull();
});

test.each([
  'the [EU] and the [PRC]',
  'he said "[the] law"',
  'fled [sic] in 2019',
  'todo lo que',
  '[Demonstration] Our rivers',
  'a note [1]',
  '5 < your 6 > 4?',
  'XX. century',
])('%j is not', (text) => {
  expect(placeholderIn(text)).toBeNull();
});
