import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { runCommand } from '../../server/commands/campaign.ts';
import { readConfig } from '../../server/config.ts';
import { emptyFolder, folderOf, riverFiles } from '../campaigns/files.ts';

const ROOT = join(import.meta.dirname, '..', '..');
let home: string;
beforeEach(() => {
  home = emptyFolder();
});

async function campaign(...args: string[]) {
  const ending = { status: null as number | null, stdout: '', stderr: '' };
  const env = { DATABASE_URL: `file:${join(home, 'test.db')}`, INIT_CWD: home };
  ending.status = await runCommand(['campaign', ...args], () => readConfig(env), {
    say: (line) => (ending.stdout += `${line}\n`),
    complain: (line) => (ending.stderr += `${line}\n`),
  });
  return ending;
}

// Nine words and the sender's two at the end, in which alone letters differ; the variant shares no five words with it.
const LETTER = 'Our rivers\n\nplease keep them clean for us all\n\n{{sender.name}}\n';
const VARIANTS = 'please keep them clean for us all\n---\nwould you sweep every one of those\n';

test('likeness says in plain sentences how alike letters are, with variants and without', async () => {
  const files = riverFiles();
  for (const name of ['en', 'de']) files[`templates/letters/clean-rivers/${name}.hbs`] = LETTER;
  files['templates/letters/clean-rivers/en.variants.hbs'] = VARIANTS;
  expect((await campaign('import', folderOf(files))).status).toBe(0);
  const { status, stdout, stderr } = await campaign('likeness', 'clean-rivers');
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  const lines = stdout.trimEnd().split('\n');
  expect(lines).toHaveLength(4);
  // Of eleven words seven shingles, five of them without a name: five of nine are common to two letters. Who shares
  // a first name (9 of 199 others) shares one more: 6 of 8. A last name alone makes none.
  expect(lines[0]).toMatch(
    /^en\.hbs, to fr-waters: two letters share 2\d % on average and 75 % at most, in 2 wordings; without the variants it would be 56 % on average and 75 % at most\.$/,
  );
  expect(lines[1]).toMatch(
    /^en\.eu-waters\.hbs, to eu-waters: .* There are no variants: write templates\/letters\/clean-rivers\/en\.eu-waters\.variants\.hbs$/,
  );
  expect(lines[2]).toMatch(
    /^de\.hbs, to fr-waters: two letters share 56 % on average and 75 % at most\. There are no variants/,
  );
  expect(lines[3]).toMatch(/5 words in a row.*both \(Jaccard\).*200 letters.*add no words of their own/);
});

test('as JSON the same figures, and the same again whenever they are asked for', async () => {
  const files = riverFiles();
  files['templates/letters/clean-rivers/en.hbs'] = LETTER;
  files['templates/letters/clean-rivers/en.variants.hbs'] = VARIANTS;
  await campaign('import', folderOf(files));
  const { stdout } = await campaign('likeness', 'clean-rivers', '--json');
  const figures = JSON.parse(stdout);
  expect(figures).toMatchObject({ campaign: 'clean-rivers', measure: 'jaccard', shingle: 5 });
  const [english] = figures.texts;
  const mean = (190 * (5 / 9) + 9 * (6 / 8)) / 199;
  expect(english).toEqual({
    text: 'en',
    language: 'en',
    recipient: 'fr-waters',
    wordings: 2,
    letters: 200,
    withVariants: { mean: expect.any(Number), highest: 0.75 },
    withoutVariants: { mean: Math.round(mean * 10_000) / 10_000, highest: 0.75 },
  });
  // Half of all pairs are worded alike, and the other half share nothing.
  expect(english.withVariants.mean).toBeGreaterThan(mean * 0.45);
  expect(english.withVariants.mean).toBeLessThan(mean * 0.55);
  expect((await campaign('likeness', 'clean-rivers', '--json')).stdout).toBe(stdout);
});

test('likeness of a campaign that there is not is refused, and a call without one is wrong', async () => {
  expect(await campaign('likeness', 'dry-rivers')).toMatchObject({ status: 1, stdout: '' });
  const wrong = await campaign('likeness');
  expect([wrong.status, wrong.stderr]).toEqual([2, expect.stringContaining('likeness SLUG [--json]')]);
});

test('the bundled letters share half of their words, not nearly all', async () => {
  expect((await campaign('import', ROOT)).status).toBe(0);
  const { texts } = JSON.parse((await campaign('likeness', 'interpol-2021', '--json')).stdout);
  expect(texts.map(({ text }: { text: string }) => text)).toEqual([
    'en',
    'en.eu-home-affairs',
    'de',
    'de.eu-home-affairs',
    'fr',
    'fr.eu-home-affairs',
  ]);
  for (const { text, withVariants, withoutVariants } of texts) {
    expect(withoutVariants.mean, text).toBeGreaterThan(0.95);
    expect(withVariants.mean, text).toBeLessThan(0.55);
  }
});
