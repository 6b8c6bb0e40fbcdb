import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { checkCampaign } from '../../server/campaigns/check.ts';
import { readWorld } from '../../server/campaigns/countries.ts';
import { lineInWords, readFolder } from '../../server/campaigns/folder.ts';
import { enliven } from '../../server/campaigns/register.ts';
import { writeFolder } from '../../server/campaigns/write.ts';
import type { CampaignContent } from '../../server/domain/campaign.ts';
import { textName } from '../../server/domain/letter.ts';
import { emptyFolder, folderOf, OFFICES, RECIPIENTS, riverFiles } from './files.ts';

const WORLD = readWorld(join(import.meta.dirname, '..', '..'));
const LETTERS = 'templates/letters/clean-rivers';
const GOOD = 'Our rivers\n---\nThe rivers\n===\nplease clean them.\n---\nplease, make them clean.\n';

async function reading(variants: Record<string, string>) {
  const added = Object.entries(variants).map(([name, text]) => [`${LETTERS}/${name}.hbs`, text]);
  const { campaigns } = await readFolder(folderOf({ ...riverFiles(), ...Object.fromEntries(added) }), {
    today: '2026-11-24',
  });
  const [campaign] = campaigns;
  if (!campaign) throw new Error('no campaign');
  const { content } = campaign;
  return { content, faults: campaign.faults.map(lineInWords), doubts: campaign.doubts.map(lineInWords) };
}

async function rivers(texts: Record<string, string> = {}): Promise<CampaignContent> {
  const { content } = await reading({});
  if (!content) throw new Error('not read');
  return { ...content, texts: { ...content.texts, ...texts } };
}

describe('variants as files', () => {
  test('are texts of the campaign, for all offices or for one, and letters of nobody', async () => {
    const own = GOOD.replace('clean them', 'clean Europe’s');
    const { content, faults, doubts } = await reading({ 'en.variants': GOOD, 'en.eu-waters.variants': own });
    expect({ faults, doubts }).toEqual({ faults: [], doubts: [] });
    expect(content?.texts).toMatchObject({ 'en.variants': GOOD, 'en.eu-waters.variants': own });
    expect(textName(content?.texts ?? {}, 'en', 'fr-waters')).toBe('en');
    const { letters } = enliven(
      { ...(content as CampaignContent), slug: 'clean-rivers', state: 'draft', revision: 1 },
      WORLD,
    );
    expect([...letters].map(([name, { varies }]) => [name, varies])).toEqual([
      ['de', false],
      ['en.eu-waters', true],
      ['en', true],
      ['en.short', false],
    ]);
  });

  test('come out of an export byte for byte as they went in', async () => {
    const odd = `\n${GOOD.replace('---', '-----').replace('===', '=====\n')}\n\n`;
    const { content } = await reading({ 'en.variants': odd });
    const folder = emptyFolder();
    await writeFolder(content as CampaignContent, folder);
    expect(readFileSync(join(folder, LETTERS, 'en.variants.hbs'), 'utf8')).toBe(odd);
    const again = (await readFolder(folder)).campaigns[0]?.content;
    expect(again).toEqual(content);
  });

  test('no office may be called "variants"', async () => {
    const root = folderOf({ ...riverFiles(), [RECIPIENTS]: OFFICES.replace('de-waters', 'variants') });
    const faults = (await readFolder(root)).campaigns[0]?.faults.map(lineInWords);
    expect(faults).toEqual([expect.stringContaining('id: "variants" is a word that letter files use themselves')]);
  });

  test('without their letter nothing ever shows them, which is a doubt', async () => {
    const { content, doubts } = await reading({ 'de.eu-waters.variants': GOOD });
    expect(content).not.toBeNull();
    expect(doubts).toEqual([
      `${LETTERS}/de.eu-waters.variants.hbs: There is no letter that these are the variants of.`,
    ]);
  });

  test.each(['en.short.variants', 'en.variants.short', 'en.us-waters.variants', 'fr.variants'])(
    '%s belongs to no letter that there may be',
    async (name) => {
      const { content, faults } = await reading({ [name]: name.endsWith('variants') ? GOOD : 'A\n\nB\n' });
      expect(content).toBeNull();
      expect(faults).toHaveLength(1);
    },
  );
});

const clean = (other: string) => `please clean them.\n---\n${other}\n`;
const SALUTATION = '{{recipient.salutation}},';
const FAULTS: [string, string, string[]][] = [
  ['nothing', '\n===\n', [': There is no group in it']],
  [
    'a text that is not the letter’s',
    'please clean it.\n---\nclean it.\n',
    [', line 1: "please clean it." is neither the subject nor a paragraph of the letter. Copy it'],
  ],
  [
    'a part of a paragraph',
    'clean them.\n---\nsweep them.\n',
    [', line 1: "clean them." is neither the subject nor a paragraph'],
  ],
  [
    'a single alternative',
    `${GOOD}===\n{{sender.name}}\n{{sender.place}}\n`,
    [', line 9: There is only one alternative'],
  ],
  [
    'two that are equal',
    clean('Do it.\n---\nDo it.'),
    [', line 5: This alternative reads the same as the one on line 3'],
  ],
  [
    'the letter’s own again',
    clean('please  clean them.'),
    [', line 3: This alternative reads the same as the one on line 1'],
  ],
  ['none after a line', clean(''), [', line 2: This alternative is empty']],
  ['the same text twice', `${GOOD}===\n${clean('Do it.')}`, [', line 9: The group on line 5 varies the same text']],
  ['two paragraphs', clean('Do it.\n\nNow.'), [', line 3: There is a blank line in this alternative']],
  ['a subject of two lines', 'Our rivers\n---\nThe\nrivers\n', [', line 3: The subject is one line']],
  [
    'own words taken away',
    '{{ownWords}}\n---\nI mean it.\n',
    [', line 3: This alternative lacks {{ownWords}}, which the letter has here.'],
  ],
  [
    'the salutation taken away',
    `${SALUTATION}\n---\nHello,\n`,
    [', line 3: This alternative lacks {{recipient.salutation}}'],
  ],
  [
    'the name taken away',
    '{{sender.name}}\n{{sender.place}}\n---\n{{sender.place}}\n',
    [', line 4: This alternative lacks {{sender.name}}'],
  ],
  ['own words twice in a letter', clean('{{ownWords}} Do it.'), [', line 3: This alternative has {{ownWords}}, which']],
  [
    'an unknown variable',
    clean('Do it,\n{{sender.age}}.'),
    [', line 4: The letter uses the unknown variable "sender.age"'],
  ],
  ['a helper', clean('{{#if date}}Do it.{{/if}}'), [', line 3: The letter holds a block such as {{#if}}; only names']],
  ['braces without end', clean('Do it, {{sender.name'), [', line 3: The letter has braces that do not match']],
  [
    'a space of no width',
    clean('Do\u200bit.'),
    [', line 3: This alternative holds a character that is not seen, U+200B'],
  ],
  ['a soft hyphen', clean('Do i\u00adt.'), ['not seen, U+00AD']],
  ['a turner of direction', clean('Do \u202eit.'), ['not seen, U+202E']],
  ['an isolate', clean('Do \u2066it\u2069.'), ['not seen, U+2066']],
  ['a joiner between Latin letters', clean('Do i\u200dt.'), ['not seen, U+200D']],
  ['a selector', clean('Do it\ufe0f.'), ['not seen, U+FE0F']],
  ['a control character', clean('Do\u0001 it.'), ['not seen, U+0001']],
  ['a tag character', clean('Do it\u{e0041}.'), ['not seen, U+E0041']],
  ['a filler', clean('Do\u3164it.'), ['not seen, U+3164']],
  [
    'a difference that nobody sees',
    clean('please clean\u200b them.'),
    ['reads the same as the one on line 1', 'not seen, U+200B'],
  ],
  ['a letter of another alphabet', clean('Pleаse do it.'), [', line 3: "Pleаse" mixes two alphabets']],
];

describe.each(FAULTS)('%s', (_name, variants, sentences) => {
  test('is refused at import, and says where', async () => {
    const { content, faults } = await reading({ 'en.variants': variants });
    expect(content).toBeNull();
    expect(faults).toHaveLength(sentences.length);
    for (const [i, sentence] of sentences.entries()) {
      expect(faults[i]).toContain(`${LETTERS}/en.variants.hbs`);
      expect(faults[i]).toContain(sentence);
    }
  });

  test('is a fault of the check', async () => {
    const { faults } = checkCampaign(await rivers({ 'en.variants': variants }), WORLD, '2026-11-24');
    expect(faults).toHaveLength(sentences.length);
    for (const [i, sentence] of sentences.entries()) {
      expect(faults[i]).toMatch(/^en\.variants\.hbs/);
      expect(faults[i]).toContain(sentence);
    }
  });
});

test.each([
  ['accents, apostrophes and quotation marks', 'Nettoyez-les, s’il vous plaît\u00a0: « c’est l\u2019heure ».'],
  ['a joiner that Persian spells with', 'لطفاً آن\u200cها را پاک کنید.'],
  ['a joiner that Sinhala spells with', 'ශ්\u200dරී ලංකා'],
  ['Tibetan', 'ཆུ་གཙང་མ་བཟོ་རོགས།'],
  ['variables that the original has not', 'Please clean the rivers of {{recipient.country}}, {{sender.name}} asks.'],
])('%s may stand in an alternative', async (_name, text) => {
  expect((await reading({ 'en.variants': clean(text) })).faults).toEqual([]);
});

test('what was never filled in is a fault here as elsewhere', async () => {
  const { faults } = checkCampaign(await rivers({ 'en.variants': clean('Do it, [YOUR NAME].') }), WORLD, '2026-11-24');
  expect(faults).toEqual(['en.variants.hbs: "[YOUR NAME]" was never filled in.']);
});

test('a fault of the letter itself is told once, and not of its variants', async () => {
  const campaign = await rivers({ en: 'Our rivers\n\n{{sender.age}}\n', 'en.variants': GOOD });
  const { faults } = checkCampaign(campaign, WORLD, '2026-11-24');
  expect(faults).toEqual([expect.stringMatching(/^en\.hbs, line 3: /)]);
});

describe('letters that are all alike', () => {
  const sentences = Array.from(
    { length: 40 },
    (_, i) => `River ${i} ran clear ${i * 7} years ago, ${i * 3} miles long.`,
  );
  const body = sentences.join(' ');
  const LONG = `Our rivers\n\n${SALUTATION}\n\n${body}\n\n{{ownWords}}\n\n{{sender.name}}\n`;
  const short = 'Our rivers\n\n{{recipient.salutation}}\n\n{{sender.name}}\n';

  test('are a doubt, but not where there are variants', async () => {
    const texts = { en: LONG, 'en.short': short };
    const before = checkCampaign(await rivers(texts), WORLD, '2026-11-24');
    expect(before.faults).toEqual([]);
    expect(before.doubts).toEqual([
      expect.stringMatching(
        /^en\.hbs: two letters share 9\d % of their five-word .* Write variants, en\.variants\.hbs\.$/,
      ),
    ]);
    const variants = `${body}\n---\n${sentences.toReversed().join(' ')}\n`;
    const after = checkCampaign(await rivers({ ...texts, 'en.variants': variants }), WORLD, '2026-11-24');
    expect(after).toEqual({ faults: [], doubts: [] });
  });
});
