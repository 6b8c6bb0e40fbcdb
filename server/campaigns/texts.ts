import { isVariants, letterOfVariants, variantsName } from '../domain/variants.ts';
import { compileLetter, LetterFault } from '../views/letters.ts';
import { decode, ReadFault } from './encoding.ts';
import { placeholdersIn } from './placeholders.ts';
import { variantFaults } from './variants.ts';
import { type Read, type Remark, show } from './wording.ts';

/** What a letter's file may be named after; null for what could not be read, so that nothing is said about it twice. */
export type Known = { languages: readonly string[] | null; recipients: readonly string[] | null };

/**
 * Reads a letter text: `name` is the file's without `.hbs`, such as `en`, `en.short` or `en.de-interior`. Variants, such
 * as `en.variants`, can be held against their letter only when all are read: {@link variantsRemarks}.
 */
export function readText(bytes: Uint8Array, name: string, known: Known): Read<string> {
  const named = nameFault(name, known);
  const faults: Remark[] = named === null ? [] : [{ line: null, text: named }];
  try {
    const { text, doubt } = decode(bytes);
    const wrong = isVariants(name) ? null : letterFault(text);
    if (wrong) return { value: null, faults: [...faults, wrong], doubts: [] };
    return { value: text, faults, doubts: doubt === null ? [] : [{ line: null, text: doubt }] };
  } catch (error) {
    if (!(error instanceof ReadFault)) throw error;
    return { value: null, faults: [...faults, { line: error.line, text: error.message }], doubts: [] };
  }
}

/** Why a text is no letter, with its line; null where it is one. */
function letterFault(text: string): Remark | null {
  try {
    compileLetter(text);
    return null;
  } catch (error) {
    if (!(error instanceof LetterFault)) throw error;
    return { line: error.line, text: `The letter ${error.message}.` };
  }
}

/** No office reads more, and a text is written many times over while it is looked at. */
const LONGEST = 50_000;

/** Everything that keeps a text from standing among a campaign's `texts` under this name, in the order of its lines. */
export function textFaults(name: string, text: string, texts: Record<string, string>): Remark[] {
  if (text.length > LONGEST)
    return [{ line: null, text: 'This has more than 50,000 characters, and no office reads as much. Shorten it.' }];
  const unfilled = placeholdersIn(text).map(({ line, found }) => ({ line, text: `${found} was never filled in.` }));
  const wrong = isVariants(name)
    ? variantsFaults(text, texts[letterOfVariants(name)])
    : [letterFault(text)].filter((fault) => fault !== null);
  return [...wrong, ...unfilled].sort((a, b) => (a.line ?? 0) - (b.line ?? 0));
}

function variantsFaults(text: string, letter: string | undefined): Remark[] {
  if (letter !== undefined) return variantFaults(text, letter);
  return [{ line: null, text: 'There is no letter yet that these could be variants of. Write it first.' }];
}

const FORMS =
  'Letters are named LANGUAGE.hbs or LANGUAGE.RECIPIENT.hbs; with .short or .variants before .hbs what belongs to them.';

function nameFault(name: string, { languages, recipients }: Known): string | null {
  const [language = '', ...rest] = name.split('.');
  if (['short', 'variants'].includes(rest.at(-1) ?? '')) rest.pop();
  const [recipient] = rest;
  if (rest.length > 1) return `This name is not understood. ${FORMS}`;
  if (languages && !languages.includes(language))
    return `${show(language)} is not among the campaign's languages. ${FORMS}`;
  if (recipient !== undefined && recipients && !recipients.includes(recipient))
    return `No row of recipients.csv has the id ${show(recipient)}. ${FORMS}`;
  return null;
}

/** Of what belongs to a letter that there is not: nothing ever shows it. */
export function strays(names: readonly string[]): { name: string; text: string }[] {
  const without = (ending: string) =>
    names.filter((name) => name.endsWith(ending) && !names.includes(name.slice(0, -ending.length)));
  return [
    ...without('.short').map((name) => ({ name, text: 'There is no letter that this is the short rendition of.' })),
    ...without('.variants').map((name) => ({ name, text: 'There is no letter that these are the variants of.' })),
  ];
}

/** What is wrong with the variants among a campaign's texts, by the name of their file. */
export function variantsRemarks(texts: Record<string, string>): { name: string; remark: Remark }[] {
  return Object.entries(texts).flatMap(([letter, text]) => {
    const name = variantsName(letter);
    const variants = texts[name];
    return variants === undefined ? [] : variantFaults(variants, text).map((remark) => ({ name, remark }));
  });
}
