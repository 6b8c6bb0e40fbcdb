import { domainToUnicode } from 'node:url';
import { codePoint, show } from './wording.ts';

/** What is wrong with a cell that {@link isSeveral}. */
export const SEVERAL = 'holds more than one address. Keep one, and give another a row of its own';

/** Whether a cell holds more than one address, with something between them. */
export function isSeveral(email: string): boolean {
  return (email.match(/@/g)?.length ?? 0) > 1 && /[\s,;:|/]/.test(email);
}

/** The domain as people read it: typed in letters or as `xn--…`. */
const domainOf = (email: string): string => domainToUnicode(email.slice(email.lastIndexOf('@') + 1)) || email;
const foreignLetters = (text: string): string[] =>
  [...new Set([...text])].filter((char) => /(?!\p{Script=Latin})\p{L}/u.test(char));
const isMixed = (text: string): boolean => foreignLetters(text).length > 0 && /\p{Script=Latin}/u.test(text);

/** Whether an address's domain holds letters of several alphabets, or letters that the net reads as other ones. */
export function mixesAlphabets(email: string): boolean {
  const typed = email.slice(email.lastIndexOf('@') + 1);
  if (typed.normalize('NFKC') !== typed.normalize('NFC')) return true;
  return isMixed(domainOf(email));
}

/** Whether a single word of an address does, between its dots: hardly a name is written so, but a forgery is. */
export function mixesWithinWord(email: string): boolean {
  const local = email.slice(0, Math.max(0, email.lastIndexOf('@')));
  return [...local.split('.'), ...domainOf(email).split('.')].some(isMixed);
}

/** What {@link mixesAlphabets} means to people, with the letters that stand out and their numbers. */
export function alphabetsDoubt(email: string): string {
  const at = Math.max(0, email.lastIndexOf('@'));
  const letters = foreignLetters(`${email.slice(0, at)}${domainOf(email)}`);
  const odd = letters.length > 0 ? letters : [...email].filter((char) => char.normalize('NFKC') !== char);
  const strange = odd
    .slice(0, 5)
    .map((char) => `${char} is ${codePoint(char)}`)
    .join(', ');
  return `${show(email)} mixes alphabets (${strange}): it may lead elsewhere than it looks.`;
}
