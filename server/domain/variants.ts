/** A text of a variants file and the line on which it begins, counted from 1. */
export type Alternative = { line: number; text: string };

/** What may stand in one place of a letter: first what the letter itself says there, then what may be said instead. */
export type Group = { line: number; alternatives: Alternative[] };

const GROUPS = /^={3,}\s*$/;
const ALTERNATIVES = /^-{3,}\s*$/;
// Paragraphs are parted by lines with nothing on them; what parts them is kept when a text is cut.
const BETWEEN = /(\n(?:[ \t]*\n)+)/;

/** The name of the variants that belong to a letter text, whether there are any or not. */
export function variantsName(letter: string): string {
  return `${letter}.variants`;
}

/** Whether a text's name is that of variants, not of a letter. */
export function isVariants(name: string): boolean {
  return name.endsWith('.variants');
}

/** The name of the letter that variants belong to. */
export function letterOfVariants(name: string): string {
  return name.replace(/\.variants$/, '');
}

/** A variants file: groups divided by lines `===`, in each the alternatives divided by lines `---`. */
export function readVariants(text: string): Group[] {
  const lines = text.replace(/\r\n?/g, '\n').split('\n');
  const whole = { line: 1, lines: lines.map((each, i) => ({ line: i + 1, text: each })) };
  return divided(whole, GROUPS)
    .map((group) => divided(group, ALTERNATIVES).map(alternative))
    .filter((alternatives) => alternatives.some((each) => each.text !== ''))
    .map((alternatives) => ({ line: alternatives[0]?.line ?? 1, alternatives }));
}

type Part = { line: number; lines: Alternative[] };

/** The stretches between dividing lines; each knows the line that it begins with. */
function divided({ line, lines }: Part, divider: RegExp): Part[] {
  const parts: Part[] = [{ line, lines: [] }];
  for (const each of lines) {
    if (divider.test(each.text)) parts.push({ line: each.line, lines: [] });
    else parts.at(-1)?.lines.push(each);
  }
  return parts;
}

function alternative({ line, lines }: Part): Alternative {
  const first = lines.find(({ text }) => text.trim() !== '');
  return { line: first?.line ?? line, text: tidy(lines.map(({ text }) => text).join('\n')) };
}

/** Without the spaces around a text and at the ends of its lines, which nobody sees. */
function tidy(text: string): string {
  return text.replace(/[^\S\n]+$/gm, '').trim();
}

/** A stretch of a letter: one text that always stands there, or a group's number and its alternatives. */
export type Piece = { group: number | null; texts: string[] };

/** A subject or a letter in its pieces, in order; their first texts make it up again. */
export function cutText(text: string, groups: readonly Group[]): Piece[] {
  const pieces: Piece[] = [];
  let kept = '';
  const keep = () => {
    if (kept !== '') pieces.push({ group: null, texts: [kept] });
    kept = '';
  };
  for (const part of text.split(BETWEEN)) {
    const group = groups.findIndex(({ alternatives: [own] }) => own?.text === tidy(part));
    if (group < 0) {
      kept += part;
      continue;
    }
    keep();
    const others = groups[group]?.alternatives.slice(1) ?? [];
    pieces.push({ group, texts: [part, ...others.map((each) => each.text)] });
  }
  keep();
  return pieces;
}

/** Which of `count` alternatives a group gives to a letter: always the same for the same seed, and each equally often. */
export function chosen(seed: string, group: number, count: number): number {
  return Math.floor((hash(`${seed} ${group}`) / 2 ** 32) * count);
}

/**
 * A whole number from 0 to 2³² − 1: FNV-1a (Fowler, Noll and Vo) over the UTF-8 bytes, then the finishing steps of
 * MurmurHash3 (Appleby), which spread short texts that are almost alike. Both are in the public domain. No secret.
 */
export function hash(text: string): number {
  let h = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(text)) h = Math.imul(h ^ byte, 0x01000193);
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}
