import { show } from './wording.ts';

// What stands first in brackets where something was to be filled in.
const ASKED =
  'your|my|insert|enter|fill in|(?:first |last |full )?name|city|town|state|country|date|title|address|e-?mail|phone|zip|ihre?|dein|votre|vos|ton|nom';
// Brackets in capitals hold several words or one long one; a short one ("[EU]") may well be a quotation's own.
const CAPITALS = /\[\s*(?:\p{Lu}{5,}|\p{Lu}+['’/_\s-][\p{Lu}\d'’/_\s-]*)\\?\]/u;
const BRACKETS = new RegExp(String.raw`[\[<{](?:${ASKED})(?![\p{L}.])[^\]>}]{0,60}[\]>}]`, 'iu');
// One pair of braces where a letter needs two.
const ONE_BRACE = /(?<!\{)\{\s*(?:(?:recipient|sender|campaign)\.[a-z]+|ownWords)\s*\}(?!\})/i;
// In capitals only: "todo" is a word of Spanish and Portuguese.
const MARKS = /\b(?:TODO|TBD|FIXME|X{3,}|PLACEHOLDER)\b|_{4,}/;
const FILLERS = /lorem ipsum|\b(?:example|sample|placeholder|dummy) text\b|\bbeispieltext\b|\btexte d['’]exemple\b/i;
const PATTERNS = [CAPITALS, BRACKETS, ONE_BRACE, MARKS, FILLERS];
// A whole field may be held to more: nobody is called "tbd".
const EMPTY_FIELD = /^\W*(?:todo|tbd|xxx+|n\/?a|none|name|e-?mail|placeholder|example|test|change ?me|your .*)\W*$/i;

/** Something that was to be filled in and was not, as it stands in the text; null where there is none. */
export function placeholderIn(text: string): string | null {
  const found = PATTERNS.map((pattern) => pattern.exec(text)?.[0]).find((each) => each);
  return found ? show(found.replace(/\s+/g, ' ')) : null;
}

/** Every such thing in a letter's text with its line; the letter's own variables are filled by the tool. */
export function placeholdersIn(letter: string): { line: number; found: string }[] {
  // Blanked, not taken out: the lines stay where they are.
  const text = letter.replace(/\{\{[^{}]*\}\}/g, (variable) => variable.replace(/[^\n]/g, ' '));
  const lines = new Map<number, string>();
  for (const pattern of PATTERNS)
    for (const { 0: found, index } of text.matchAll(new RegExp(pattern, `${pattern.flags}g`))) {
      const line = text.slice(0, index).split('\n').length;
      if (!lines.has(line)) lines.set(line, show(found.replace(/\s+/g, ' ')));
    }
  return [...lines].map(([line, found]) => ({ line, found })).sort((a, b) => a.line - b.line);
}

/** The same for a short field, such as a name or an address. */
export function placeholderField(text: string): string | null {
  return EMPTY_FIELD.test(text) ? show(text) : placeholderIn(text);
}

const RESERVED = /(?:^|\.)(?:example|test|invalid|localhost|example\.(?:com|net|org))\.?$/i;

/** Whether a host name is one that never leads anywhere (RFC 2606, RFC 6761): good for demonstrations, for nothing else. */
export function isReserved(host: string): boolean {
  return RESERVED.test(host);
}
