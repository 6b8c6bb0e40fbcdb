import { type LetterText, splitLetter } from '../domain/letter.ts';
import { wordsOf } from '../domain/likeness.ts';
import { cutText, type Group, readVariants, variantsName } from '../domain/variants.ts';
import { LetterFault, letterVariables } from '../views/letters.ts';
import { codePoint, type Remark, show } from './wording.ts';

/** The groups of a letter's variants; none where it has none. */
export function groupsOf(texts: Record<string, string>, letter: string): Group[] {
  return readVariants(texts[variantsName(letter)] ?? '');
}

/** How much of a letter's words, of 1, stand in places for which there are variants. */
export function variedShare({ subject, body }: LetterText, groups: readonly Group[], language: string): number {
  const pieces = [subject, body].flatMap((text) => cutText(text, groups));
  const count = (some: typeof pieces) => wordsOf(some.map(({ texts }) => texts[0]).join('\n\n'), language).length;
  return count(pieces.filter(({ group }) => group !== null)) / Math.max(1, count(pieces));
}

/** Everything that is wrong with a variants file; `letter` is the text that it belongs to. */
export function variantFaults(text: string, letter: string): Remark[] {
  const groups = readVariants(text);
  const parts = splitLetter(letter);
  if (!parts) return [];
  if (groups.length === 0)
    return [{ line: null, text: 'There is no group in it: a text of the letter, "---", another.' }];
  return groups
    .flatMap((group, i) => [...placeFaults(groups, i, parts), ...alternativeFaults(group, parts)])
    .sort((a, b) => (a.line ?? 0) - (b.line ?? 0));
}

/** What is wrong with a group as a whole: it has no place in the letter, or nothing to choose from. */
function placeFaults(groups: readonly Group[], i: number, letter: LetterText): Remark[] {
  const { line, alternatives } = groups[i] as Group;
  const own = alternatives[0]?.text ?? '';
  const faults: Remark[] = [];
  const before = groups.slice(0, i).find((each) => each.alternatives[0]?.text === own);
  if (before)
    faults.push({ line, text: `The group on line ${before.line} varies the same text already. Make one of the two.` });
  else if (own !== '' && !standsIn(letter, own))
    faults.push({
      line,
      text: `${show(own)} is neither the subject nor a paragraph of the letter. Copy it from there, sign for sign.`,
    });
  if (alternatives.length === 1)
    faults.push({ line, text: 'There is only one alternative here. Write another below a line "---".' });
  return faults;
}

function standsIn({ subject, body }: LetterText, own: string): boolean {
  const group = [{ line: 1, alternatives: [{ line: 1, text: own }] }];
  return [subject, body].some((text) => cutText(text, group).some((piece) => piece.group !== null));
}

/** What is wrong with each alternative of a group. */
function alternativeFaults({ alternatives: [own, ...others] }: Group, letter: LetterText): Remark[] {
  if (!own) return [];
  const all = [own, ...others];
  const needed = variablesIn(own.text);
  const isSubject = own.text === letter.subject;
  return all.flatMap((each, i) => {
    const { line, text } = each;
    if (text === '') return [{ line, text: 'This alternative is empty. Write one, or take its line "---" out.' }];
    const same = all.slice(0, i).find((earlier) => seen(earlier.text) === seen(text));
    const wrong = [
      same && `This alternative reads the same as the one on line ${same.line}. Write another, or take it out.`,
      /\n\s*\n/.test(text) && 'There is a blank line in this alternative. A line "---" divides it from the next one.',
      isSubject && text.includes('\n') && 'The subject is one line, so each alternative must be.',
      hiddenIn(text),
    ];
    return [
      ...wrong.filter((reason) => typeof reason === 'string').map((reason) => ({ line, text: reason })),
      ...variableFaults(each, needed),
    ];
  });
}

/** As a reader sees it: without what is not seen, spaces all alike, look-alike forms of a letter the same. */
const seen = (text: string): string =>
  text
    .normalize('NFKC')
    .replace(/[\p{DI}\p{Cf}]/gu, '')
    .replace(/\s+/g, ' ')
    .trim();

// Persian, Uyghur and the scripts of India and around it join and part letters by characters that are not seen: after
// these letters they are spelling.
const JOINING = 'Arab Syrc Mong Deva Beng Guru Gujr Orya Taml Telu Knda Mlym Sinh Khmr Mymr'.split(' ');
const JOINERS = new RegExp(
  `(?<=[${JOINING.map((script) => `\\p{Script=${script}}`).join('')}])(?:\\u200c|\\u200d|[\\u180b-\\u180d])`,
  'gu',
);

/** A character without width, a turner of direction and the like; or a word of two alphabets. */
function hiddenIn(text: string): string | null {
  const hidden = /(?![\n\t])[\p{DI}\p{Cf}\p{Cc}\u2028\u2029]/u.exec(text.replace(JOINERS, ''))?.[0];
  if (hidden) return `This alternative holds a character that is not seen, ${codePoint(hidden)}. Take it out.`;
  const mixed = /\p{L}*(?:\p{Script=Latin}\p{Script=Cyrillic}|\p{Script=Cyrillic}\p{Script=Latin})\p{L}*/u.exec(text);
  return mixed && `${show(mixed[0])} mixes two alphabets. Type it anew.`;
}

const MUST_STAY = ['ownWords', 'recipient.salutation', 'sender.name'] as const;

function variablesIn(text: string): Set<string> {
  try {
    return letterVariables(text);
  } catch {
    return new Set();
  }
}

/** Only what a letter may use; and what the letter cannot be without stays where it is, in each alternative. */
function variableFaults({ line, text }: { line: number; text: string }, needed: ReadonlySet<string>): Remark[] {
  try {
    const used = letterVariables(text);
    const lost = MUST_STAY.filter((name) => needed.has(name) && !used.has(name));
    const added = used.has('ownWords') && !needed.has('ownWords') ? ['ownWords' as const] : [];
    return [
      ...lost.map((name) => ({ line, text: `This alternative lacks {{${name}}}, which the letter has here.` })),
      ...added.map((name) => ({
        line,
        text: `This alternative has {{${name}}}, which stands elsewhere in the letter.`,
      })),
    ];
  } catch (error) {
    if (!(error instanceof LetterFault)) throw error;
    return [{ line: line + error.line - 1, text: `The letter ${error.message}.` }];
  }
}
