import { campaignLikeness, LETTERS, type TextLikeness } from '../campaigns/likeness.ts';
import { enliven } from '../campaigns/register.ts';
import { type Likeness, SHINGLE } from '../domain/likeness.ts';
import { variantsName } from '../domain/variants.ts';
import { type Bench, campaignNamed } from './command.ts';

const METHOD =
  `The share of two letters: of the different shingles (${SHINGLE} words in a row) of both, those that stand in both (Jaccard). ` +
  `Measured over every pair of ${LETTERS} letters to one office, subject and letter without the footer, from invented senders who add no words of their own.`;

/** `likeness SLUG`: how alike the letters of a campaign are that reach the same office. */
export async function likeness(bench: Bench, slug: string, asJson: boolean): Promise<void> {
  const campaign = await campaignNamed(bench, slug);
  const texts = campaignLikeness(campaign, enliven(campaign, bench.world).letters);
  if (asJson) {
    const rounded = texts.map((each) => ({
      ...each,
      withVariants: shares(each.withVariants),
      withoutVariants: shares(each.withoutVariants),
    }));
    bench.say(JSON.stringify({ campaign: slug, measure: 'jaccard', shingle: SHINGLE, texts: rounded }, null, 2));
    return;
  }
  for (const each of texts) bench.say(inWords(slug, each));
  bench.say(METHOD);
}

const percent = (share: number): string => `${Math.round(share * 100)} %`;
const shares = ({ mean, highest }: Likeness): Likeness => ({ mean: rounded(mean), highest: rounded(highest) });
const rounded = (share: number): number => Math.round(share * 10_000) / 10_000;

function inWords(slug: string, { text, recipient, wordings, withVariants, withoutVariants }: TextLikeness): string {
  const about = `${text}.hbs, to ${recipient}: two letters share`;
  const without = `${percent(withoutVariants.mean)} on average and ${percent(withoutVariants.highest)} at most`;
  if (wordings === 1)
    return `${about} ${without}. There are no variants: write templates/letters/${slug}/${variantsName(text)}.hbs`;
  const mean = `${percent(withVariants.mean)} on average and ${percent(withVariants.highest)} at most`;
  return `${about} ${mean}, in ${wordings} wordings; without the variants it would be ${without}.`;
}
