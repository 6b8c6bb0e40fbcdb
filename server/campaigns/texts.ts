import { compileLetter, LetterFault } from '../views/letters.ts';
import { decode, ReadFault } from './encoding.ts';
import { type Read, type Remark, show } from './wording.ts';

/** What a letter's file may be named after; null for what could not be read, so that nothing is said about it twice. */
export type Known = { languages: readonly string[] | null; recipients: readonly string[] | null };

/** Reads a letter text: `name` is the file's without `.hbs`, such as `en`, `en.short` or `en.de-interior`. */
export function readText(bytes: Uint8Array, name: string, known: Known): Read<string> {
  const named = nameFault(name, known);
  const faults: Remark[] = named === null ? [] : [{ line: null, text: named }];
  try {
    const { text, doubt } = decode(bytes);
    compileLetter(text);
    return { value: text, faults, doubts: doubt === null ? [] : [{ line: null, text: doubt }] };
  } catch (error) {
    if (error instanceof ReadFault) faults.push({ line: error.line, text: error.message });
    else if (error instanceof LetterFault) faults.push({ line: error.line, text: `The letter ${error.message}.` });
    else throw error;
    return { value: null, faults, doubts: [] };
  }
}

const FORMS =
  'Letters are named LANGUAGE.hbs, LANGUAGE.short.hbs, LANGUAGE.RECIPIENT.hbs or LANGUAGE.RECIPIENT.short.hbs.';

function nameFault(name: string, { languages, recipients }: Known): string | null {
  const [language = '', ...rest] = name.split('.');
  if (rest.at(-1) === 'short') rest.pop();
  const [recipient] = rest;
  if (rest.length > 1) return `This name is not understood. ${FORMS}`;
  if (languages && !languages.includes(language))
    return `${show(language)} is not among the campaign's languages. ${FORMS}`;
  if (recipient !== undefined && recipients && !recipients.includes(recipient))
    return `No row of recipients.csv has the id ${show(recipient)}. ${FORMS}`;
  return null;
}

/** Of short renditions without the letter they belong to: nothing ever shows them. */
export function strayShorts(names: readonly string[]): string[] {
  return names.filter((name) => name.endsWith('.short') && !names.includes(name.slice(0, -'.short'.length)));
}
