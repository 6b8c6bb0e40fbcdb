import type { SubmissionContent } from '../acts/submit.ts';
import { type LetterFor, type SenderWords, withFooter, writeLetter } from '../acts/write.ts';
import { RESIDENCE } from '../campaigns/fit.ts';
import { asDraft, type LiveCampaign } from '../campaigns/register.ts';
import { groupsOf, variantFaults } from '../campaigns/variants.ts';
import type { Recipient } from '../domain/campaign.ts';
import type { LetterText } from '../domain/letter.ts';
import { variantsName } from '../domain/variants.ts';
import { readMail } from '../mail/mailbox.ts';
import { letterMail } from '../outbox/letter-mail.ts';
import { compileLetter } from '../views/letters.ts';
import type { DeskParts } from './frame.ts';
import { nameOf, type TextName } from './letter-name.ts';
import { contentOf } from './save.ts';

/** An invented sender, with a name as long as most are, from whom letters are shown. */
export const SENDER: SenderWords & Pick<SubmissionContent, 'email'> = {
  name: 'Maximiliane Oberhofer-Gut',
  email: 'maximiliane@post.example',
  place: 'Utrecht',
  ownWords: 'These are the words of the person who writes.',
};

/** Stands where an office takes no mail. */
export const NO_ADDRESS = 'office@ministry.example';
/** Stands in while there is no office on the list. */
export const NOBODY: Recipient = {
  id: 'nobody',
  country: 'IE',
  name: 'Minister of the Interior',
  office: 'Ministry of the Interior',
  salutation: 'Dear Minister',
  languages: ['en'],
  offices: {},
  salutations: {},
};

/** So many wordings are shown of a letter with variants. */
const WORDINGS = 6;
const SEEDS = 60;

/** A text as it stands in the editor; `wording`: 0 is the letter's own, others are numbered from 1. */
export type Typed = { named: TextName; text: string; recipient: Recipient; wording: number };

/** The campaign with what is typed in place of what is kept, so that the one text goes to every office. */
export function withTyped(campaign: LiveCampaign, { named, text }: Pick<Typed, 'named' | 'text'>): LiveCampaign {
  const { language } = named;
  const texts = { ...campaign.texts, [nameOf(named)]: text };
  const own = nameOf({ ...named, kind: 'letter' });
  const [letter, short, variants] = [texts[own], texts[`${own}.short`], texts[variantsName(own)]];
  const letters = new Map(campaign.letters);
  if (letter !== undefined) {
    const isSound = variants !== undefined && variantFaults(variants, letter).length === 0;
    letters.set(language, compileLetter(letter, isSound ? groupsOf(texts, own) : []));
  }
  if (short !== undefined) letters.set(`${language}.short`, compileLetter(short));
  const only = Object.entries({ '': letter, '.short': short, '.variants': variants }).filter(
    (pair): pair is [string, string] => pair[1] !== undefined,
  );
  const content = contentOf(campaign);
  return asDraft(
    { ...content, texts: Object.fromEntries(only.map(([ending, each]) => [`${language}${ending}`, each])) },
    letters,
  );
}

/** A letter as it lies in an office's inbox, or a short rendition as a draft holds it. */
export type Arrival = LetterText & {
  language: string;
  isDraft: boolean;
  from: string;
  to: string;
  replyTo: string;
  hasAddress: boolean;
  isInvented: boolean;
  /** How many wordings there are to leaf through; none where nothing varies. */
  wordings: number;
};

/**
 * What becomes of a text that is typed, made by the code that makes what is sent. Variants need their letter.
 * @throws LetterFault where the text is none
 */
export async function arrival(parts: DeskParts, campaign: LiveCampaign, typed: Typed): Promise<Arrival> {
  const { language, kind } = typed.named;
  // A short rendition is filled as a letter is, but goes from people's own mail.
  const live = withTyped(campaign, { ...typed, named: { ...typed.named, kind: kind === 'short' ? 'letter' : kind } });
  const { recipient } = typed;
  const letter = { campaign: live, recipient, language, country: RESIDENCE[recipient.country] ?? recipient.country };
  const now = parts.now();
  const common = { language, hasAddress: Boolean(recipient.email), isInvented: recipient === NOBODY };
  if (kind === 'short') {
    const short = writeLetter(letter, SENDER, now);
    return { ...short, ...common, isDraft: true, from: '', to: recipient.name, replyTo: '', wordings: 0 };
  }
  const seeds = seedsOf(letter, now);
  const seed = typed.wording === 0 ? undefined : seeds[(typed.wording - 1) % Math.max(1, seeds.length)];
  const sender = campaign.facts.editing === 'none' ? { ...SENDER, ownWords: '' } : SENDER;
  const { subject, body } = writeLetter(letter, sender, now, seed);
  const sent = { ...sender, language, subject, body: withFooter(parts.views, letter, sender.name, body) };
  const office = { name: recipient.name, email: recipient.email ?? NO_ADDRESS };
  const { headers, text } = readMail((await letterMail(parts, 'x', sent, campaign, office)).raw);
  return {
    ...common,
    isDraft: false,
    // Each letter has a number of its own.
    from: (headers.From ?? '').replace('<letter+x@', '<letter+…@'),
    to: recipient.email ? (headers.To ?? '') : recipient.name,
    replyTo: headers['Reply-To'] ?? '',
    subject: headers.Subject ?? '',
    body: text,
    wordings: seeds.length,
  };
}

/** Seeds of wordings that differ; none where nothing varies. */
function seedsOf(letter: LetterFor, now: number): string[] {
  if (!letter.campaign.letters.get(letter.language)?.varies) return [];
  const seeds = new Map<string, string>();
  for (let i = 1; i <= SEEDS && seeds.size < WORDINGS; i += 1) {
    const { subject, body } = writeLetter(letter, SENDER, now, `wording ${i}`);
    seeds.set(`${subject}\n\n${body}`, `wording ${i}`);
  }
  return [...seeds.values()];
}
