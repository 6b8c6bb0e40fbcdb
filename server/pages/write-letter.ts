import { varies, writeLetter } from '../acts/write.ts';
import { letterLanguages, markValue } from '../domain/letter.ts';
import type { PageParts } from './page.ts';
import { sheet } from './sheet.ts';
import { type Writing, writeAddress } from './writing.ts';

/**
 * The letter as the page shows it: in the reader's language first, where there is one, with the way to the one that
 * will arrive beside; what the sender adds stands in tinted places.
 */
export function shownLetter(parts: PageParts, writing: Writing): Record<string, unknown> {
  const { campaign, recipient, country, lang, arrives } = writing;
  const languages = letterLanguages(campaign, recipient);
  const shown =
    [writing.shown, lang, arrives].find((each) => each !== undefined && languages.includes(each)) ?? arrives;
  const say = (key: string) => parts.views.say(lang, key);
  const letter = writeLetter({ campaign, recipient, country, language: shown }, marked(parts, writing), parts.now());
  return {
    shownIn: languageName(shown, lang),
    arrivesHere: shown === arrives,
    versions: versions(parts, writing, shown),
    // A rewritten letter goes as it is typed, and begins from the text that is shown.
    varied: campaign.facts.editing !== 'full' && varies({ campaign, recipient, language: arrives }),
    sheet: sheet(parts, lang, {
      language: shown,
      to: recipient.name,
      from: say('sheet.name'),
      fromIsSlot: true,
      subject: letter.subject,
      body: letter.body,
      filling: true,
    }),
  };
}

/** Places for what the sender adds; own words only where the campaign asks for them. */
function marked(parts: PageParts, { campaign, lang }: Writing) {
  const place = (slot: string) => markValue(slot, parts.views.say(lang, `sheet.${slot}`));
  const ownWords = campaign.facts.editing === 'own-words' ? place('ownWords') : '';
  return { name: place('name'), place: place('place'), ownWords };
}

/** Links to the letter in the other languages, each in that language's own words where the pages speak it. */
function versions(parts: PageParts, writing: Writing, shown: string): { href: string; code: string; text: string }[] {
  const { campaign, recipient, arrives, lang } = writing;
  const words = (language: string) => (parts.views.languages.includes(language) ? language : lang);
  const link = (key: string, language: string, change: { language?: string; show?: string }) => {
    const spoken = words(language);
    const text = parts.views.say(spoken, key, { language: languageName(language, spoken) });
    return { code: spoken, text, href: writeAddress(writing, change) };
  };
  const links = [];
  if (shown !== arrives) links.push(link('write.arrives', arrives, { language: arrives, show: arrives }));
  const readable = letterLanguages(campaign, recipient).includes(lang);
  if (shown !== lang && readable) links.push(link('write.reads', lang, { language: arrives, show: lang }));
  const others = letterLanguages(campaign, recipient).filter(
    (each) => each !== arrives && recipient.languages.includes(each),
  );
  for (const each of others) links.push(link('write.instead', each, { language: each, show: each }));
  return links;
}

function languageName(code: string, language: string): string {
  return new Intl.DisplayNames(language, { type: 'language' }).of(code) ?? code;
}
