/** A cell without what is not seen in it. `hidden`: the characters that were taken away. */
export type Cell = { text: string; hidden: string[]; joined: boolean };

// All that takes no room on paper, but not the joiners, without which Persian and many Indian names are misspelt.
const HIDDEN = /(?!\u200c|\u200d|[\t\n\r])[\p{Cf}\p{Cc}\p{Default_Ignorable_Code_Point}]/gu;
const AT_START = /^(?:\s|\u200c|\u200d)+/;
const AT_EDGES = /\s|\u200c|\u200d/;
const JOINERS_AND_SPACES = /(?! )\p{Zs}|\u200c|\u200d/gu;
const NOTHING = /^(?:[-–—_.?/\\*]+|n\/?a|#n\/a|null|none|nil)$/i;

/**
 * The text of a cell on one line, without what is not seen; empty where it only says that there is nothing. `exact`: an
 * address, in which joiners and the spaces of typesetters have no place either.
 */
export function cleanCell(cell: string, exact = false): Cell {
  const unseen = [...(cell.match(HIDDEN) ?? []), ...((exact && cell.match(JOINERS_AND_SPACES)) || [])];
  const visible = cell.replace(HIDDEN, '');
  const bare = (
    exact ? visible.replace(/\u200c|\u200d/g, '') : withoutEnd(visible.replace(AT_START, ''), AT_EDGES)
  ).trim();
  const text = bare.replace(/\s+/g, ' ');
  return {
    text: NOTHING.test(text) ? '' : text,
    hidden: [...new Set(unseen)],
    joined: /[\n\r\u2028\u2029]/.test(bare),
  };
}

/** A text without the characters at its end that match. A pattern for all of them would look again from each. */
export function withoutEnd(text: string, stray: RegExp): string {
  let end = text.length;
  while (end > 0 && stray.test(text[end - 1] ?? '')) end -= 1;
  return text.slice(0, end);
}

const FORMULAS = [
  /^=\s*[^\s=]/,
  /^[+\-@]\s*\$?[A-Z]{1,3}\$?\d+\s*(?:$|[-+*/^&:,)])/i, // +A1*2
  /^[+\-@]\s*\(?[\d.\s]*\d\s*[+*^&]\s*[\d(A-Z]/i, // -2+3, but no telephone number: +49 30 1234-5
  /^[+\-@]\s*[A-Z][A-Z\d._]*\(/i, // @SUM(A1)
  /^[+\-@].*(?:[A-Z]\||!\$?[A-Z]+\$?\d)/i, // +cmd|'/C calc'!A0
];

/** Whether a spreadsheet would take a cell for a formula rather than for text. */
export function looksLikeFormula(text: string): boolean {
  return FORMULAS.some((formula) => formula.test(text));
}

/** A text for comparing: without case, accents, punctuation and spaces. */
export function flat(text: string): string {
  return words(text).join('');
}

/** The words of a text, for comparing. Only the accents of European scripts are dropped: in others such marks are vowels. */
export function words(text: string): string[] {
  const plain = text
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[\u0300-\u036f]/g, '')
    .replace(/ß/g, 'ss');
  return plain.match(/[\p{L}\p{M}\p{N}]+/gu) ?? [];
}
