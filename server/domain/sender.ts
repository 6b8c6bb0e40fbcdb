import { z } from 'zod';
import { parseAddress } from './address.ts';

/** Longest texts, in characters (Unicode code units, as browsers' `maxlength` counts). */
export const LIMITS = { name: 100, place: 80, ownWords: 1000, subject: 150, body: 10_000 } as const;

// Domain-like words: common endings only, so that "J.R. Smith" or "arrested.In" are not taken for links.
const ENDINGS =
  'com|org|net|info|biz|edu|gov|int|eu|uk|de|fr|ch|cn|ru|io|co|me|ai|cc|tv|ly|app|dev|xyz|pro|online|site|shop|top|link|live|news|world|club|blog|page|click';
const LINK = new RegExp(
  `https?:|www\\.|:\\/\\/|(?:mailto|tel|ftp|javascript):|\\S@\\S|[\\p{L}\\p{N}-]\\.(?:${ENDINGS})(?![\\p{L}\\p{N}])|[\\p{L}\\p{N}-]\\.\\p{L}{2,}\\/\\S`,
  'iu',
);
/** Whether a text holds a link or an address, also one in full-width letters. */
const hasLink = (text: string) => LINK.test(text.normalize('NFKC').replaceAll('。', '.'));

// "P.de Groot", "J.Ch. Weiß": an initial, then what stands before a surname and is an ending of domains too.
const INITIAL = /(?<![\p{L}\p{N}-]|[\p{L}\p{N}-]{2}\.)(\p{Lu})\.(?=(?:de(?: la| las| los)?|Ch\.|Fr\.) ?\p{Lu})/gu;
/** The same of a line that may hold names: some write no space after an initial. */
const lineHasLink = (text: string) => hasLink(text.replace(INITIAL, '$1. '));
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
const CONTROL = /[\u0000-\u001f\u007f-\u009f\u2028\u2029]/;
// Direction overrides and characters without width could make a text read otherwise than it is. ZWJ and ZWNJ stay: scripts need
// them; and so does Mongolian its vowel separator, after a letter of its own.
const INVISIBLE =
  /[\u00ad\u061c\u115f\u1160\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\u3164\ufeff\uffa0]|\u034f|(?<!\p{Script=Mongolian}|[\u180b-\u180d]|\u180f)\u180e/gu;

/** A single line of the sender's: composed (NFC), without invisible characters, spaces at the ends dropped. */
const line = z.string().transform((text) => text.replace(INVISIBLE, '').normalize('NFC').trim());

/** Several lines: line ends become LF, other control characters but tabs go. */
const lines = z.string().transform((text) =>
  text
    .replace(/\r\n?|\u2028|\u2029/g, '\n')
    // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is taken out
    .replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g, '')
    .replace(INVISIBLE, '')
    // Two hyphens on a line of their own begin a signature: the letter has one, its footer.
    .replace(/^--[ \t]*$/gm, '—')
    .normalize('NFC')
    .trim(),
);

function oneLine(field: 'name' | 'place' | 'subject', max: number) {
  return line
    .refine((text) => text.length <= max, `fault.${field}.long`)
    .refine((text) => !CONTROL.test(text), `fault.${field}.breaks`)
    .refine((text) => !text.normalize('NFKC').includes('@') && !lineHasLink(text), `fault.${field}.link`);
}

/** What a citizen types, each fault named by its key in the catalogue. */
export const Sender = z.object({
  name: oneLine('name', LIMITS.name).refine((name) => /[\p{L}\p{N}]/u.test(name), 'fault.name.missing'),
  email: z.string().transform((text, context) => {
    const parsed = parseAddress(text);
    if (parsed.ok) return parsed.address;
    context.addIssue({ code: 'custom', message: `fault.email.${parsed.fault}` });
    return z.NEVER;
  }),
  place: oneLine('place', LIMITS.place).default(''),
  ownWords: lines
    .refine((text) => text.length <= LIMITS.ownWords, 'fault.ownWords.long')
    .refine((text) => !hasLink(text), 'fault.ownWords.link')
    .default(''),
});
export type Sender = z.infer<typeof Sender>;

/** A letter rewritten by its sender, where the campaign's editing is `full`. */
export const Rewritten = z.object({
  subject: oneLine('subject', LIMITS.subject).refine((text) => text !== '', 'fault.subject.missing'),
  body: lines
    .refine((text) => text !== '', 'fault.body.missing')
    .refine((text) => text.length <= LIMITS.body, 'fault.body.long'),
});
export type Rewritten = z.infer<typeof Rewritten>;
