import { writeLetter } from '../acts/write.ts';
import type { CampaignContent, Recipient } from '../domain/campaign.ts';
import { textName } from '../domain/letter.ts';
import { type Likeness, likenessAmong } from '../domain/likeness.ts';
import { variantsName } from '../domain/variants.ts';
import type { CompiledLetter } from '../views/letters.ts';
import { doubt, type Found, inLetters } from './check/found.ts';
import { RESIDENCE } from './fit.ts';
import { asDraft } from './register.ts';
import { groupsOf } from './variants.ts';

/** How alike the letters of one text are: as they go, and as they would go without its variants. */
export type TextLikeness = {
  text: string;
  language: string;
  recipient: string;
  /** How many different wordings its variants make: 1 without any. */
  wordings: number;
  letters: number;
  withVariants: Likeness;
  withoutVariants: Likeness;
};

// Invented, and no two the same: every first name goes with every last name.
const FIRST =
  'Ada Ben Clara Dario Elif Femi Greta Hugo Ines Jonas Kaya Leo Mira Noam Olga Pavel Rosa Samir Tove Uma'.split(' ');
const LAST = 'Ash Birk Castell Dorn Ekberg Fane Gruber Holm Iversen Juhl'.split(' ');
const TOWNS = 'Auen Bergholt Castelnau Drift Elmstead Furt Gravina Holmby'.split(' ');

/** The letters that are compared: one from each invented sender. */
export const LETTERS = FIRST.length * LAST.length;

/** Writes each text of a campaign to one office, from so many invented senders who add no words of their own. */
export function campaignLikeness(
  campaign: CampaignContent,
  letters: ReadonlyMap<string, CompiledLetter>,
  count = LETTERS,
): TextLikeness[] {
  return campaign.facts.languages.flatMap((language) => {
    const offices = new Map<string, Recipient>();
    for (const recipient of campaign.recipients) {
      const text = textName(campaign.texts, language, recipient.id);
      if (text && letters.has(text) && !offices.has(text)) offices.set(text, recipient);
    }
    return [...offices].map(([text, recipient]) =>
      textLikeness({ campaign, letters, language, count }, text, recipient),
    );
  });
}

/** The letters to be compared: of which campaign, in which language, from how many invented senders. */
export type Asked = {
  campaign: CampaignContent;
  letters: ReadonlyMap<string, CompiledLetter>;
  language: string;
  count: number;
};

/** How alike the letters of one text are that reach one office. */
export function textLikeness(asked: Asked, text: string, recipient: Recipient): TextLikeness {
  const { campaign, language, count } = asked;
  const among = (seeded: boolean) =>
    likenessAmong(
      Array.from({ length: count }, (_, i) => letterOf(asked, recipient, i, seeded)),
      language,
    );
  const wordings = groupsOf(campaign.texts, text).reduce(
    (product, { alternatives }) => product * alternatives.length,
    1,
  );
  const withoutVariants = among(false);
  const withVariants = wordings > 1 ? among(true) : withoutVariants;
  return { text, language, recipient: recipient.id, wordings, letters: count, withVariants, withoutVariants };
}

/** Subject and letter of the sender with this number, read as one text; the footer, which is the same for all, aside. */
function letterOf({ campaign, letters, language }: Asked, recipient: Recipient, i: number, seeded: boolean): string {
  const live = asDraft(campaign, letters);
  const country = RESIDENCE[recipient.country] ?? recipient.country;
  const name = `${FIRST[i % FIRST.length]} ${LAST[Math.floor(i / FIRST.length) % LAST.length]}`;
  const sender = { name, place: TOWNS[i % TOWNS.length] ?? '', ownWords: '' };
  const seed = seeded ? `sender ${i} ${recipient.id}` : undefined;
  const day = Date.parse(campaign.facts.opens);
  const { subject, body } = writeLetter({ campaign: live, recipient, country, language }, sender, day, seed);
  return `${subject}\n\n${body}`;
}

// As many as show the share to a hundredth: without variants letters differ by nothing but their senders.
const SAMPLE = 12;
const TOO_ALIKE = 0.9;

/** Texts without variants whose letters are so alike that offices take them for one. */
export function likenessFound(campaign: CampaignContent, letters: ReadonlyMap<string, CompiledLetter>): Found[] {
  return campaignLikeness(campaign, letters, SAMPLE)
    .filter(({ wordings, withoutVariants }) => wordings === 1 && withoutVariants.mean > TOO_ALIKE)
    .map(({ text, withoutVariants: { mean } }) => {
      const share = `${Math.round(mean * 100)} % of their five-word sequences`;
      const variants = variantsName(text);
      const says = `two letters share ${share}, and offices file identical letters unread. Write variants, ${variants}.hbs.`;
      return doubt(`${text}.hbs`, says, inLetters(variants));
    });
}
