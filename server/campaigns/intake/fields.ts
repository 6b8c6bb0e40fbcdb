import { parseAddress } from '../../domain/address.ts';
import { Recipient } from '../../domain/campaign.ts';
import { alphabetsDoubt, isSeveral, mixesAlphabets, mixesWithinWord, SEVERAL } from '../addresses.ts';
import { checkedDoubt, MENDS } from '../offices.ts';
import { isReserved, placeholderField, placeholderIn } from '../placeholders.ts';
import { complaint, show } from '../wording.ts';
import { withoutEnd } from './cell.ts';
import { dayIn } from './days.ts';
import type { Finding, Kind, Verdict } from './findings.ts';
import { languagesIn } from './tongues.ts';

/** What a cell means, null where it cannot be kept, and what there is to say about it. */
export type Meaning<T> = { value: T | null; findings: Finding[] };

/** Makes a finding about a cell; `column` as it is called in `recipients.csv`. */
const found = (kind: Kind, verdict: Verdict, column: string, text: string): Finding => ({
  kind,
  verdict,
  text: `${column}: ${text}`,
});

const left = (column: string, text: string, mend = ''): Finding =>
  found('unreadable', 'look', column, complaint(text, 'cannot be read, so it was left out', mend));

/** One address, also as `mailto:` or behind a name. */
export function emailIn(text: string, demonstration: boolean): Meaning<string> {
  const bare = unwrapped(text);
  const no = (kind: Kind, said: string) => ({ value: null, findings: [found(kind, 'no', 'email', said)] });
  const placeholder = placeholderField(bare);
  if (placeholder) return no('placeholder', `${placeholder} was never filled in.`);
  if (isSeveral(bare)) return no('two-addresses', complaint(bare, SEVERAL));
  const parsed = parseAddress(bare);
  if ((parsed.ok || parsed.fault === 'script') && mixesWithinWord(bare))
    return no('look-alike', `${alphabetsDoubt(bare)} Type it anew.`);
  if (!parsed.ok) return no('malformed-address', complaint(bare, 'is not one plain email address', MENDS.email));
  const findings = hostFindings('email', parsed.address.slice(parsed.address.lastIndexOf('@') + 1), demonstration);
  if (mixesAlphabets(bare)) findings.push(found('look-alike', 'look', 'email', alphabetsDoubt(bare)));
  if (bare !== text) findings.push(found('changed', 'good', 'email', `${show(text)} was written as ${show(bare)}.`));
  return { value: parsed.address, findings };
}

function unwrapped(text: string): string {
  const [, named] = /^[^@<>]*<\s*(?:mailto:)?([^<>\s@]+@[^<>\s@]+)\s*>$/i.exec(text) ?? [];
  const linked = /^mailto:\s*([^?]+)/i.exec(text)?.[1];
  return (named ?? linked ?? text).trim();
}

/** Addresses that lead nowhere are for demonstrations, and all others for real campaigns; the check before a launch says so too. */
function hostFindings(column: string, host: string, demonstration: boolean): Finding[] {
  if (isReserved(host) === demonstration) return [];
  return demonstration
    ? [found('real-address', 'no', column, `${host} could be real. Take one under .example or .test here.`)]
    : [found('placeholder', 'no', column, `${host} is a placeholder that leads nowhere. Give the real address.`)];
}

/** A web form's address, also without `https://`. */
export function contactFormIn(text: string, demonstration: boolean): Meaning<string> {
  const web = /^www\.\S+$/i.test(text) ? `https://${text}` : text;
  const value = Recipient.shape.contactForm.safeParse(web).data ?? null;
  const host = value === null ? '' : (URL.parse(value)?.hostname ?? '');
  if (value === null || host === '') return { value: null, findings: [left('contact_form', text, MENDS.contact_form)] };
  const findings = hostFindings('contact_form', host, demonstration);
  if (mixesAlphabets(host)) {
    const verdict = mixesWithinWord(host) ? 'no' : 'look';
    findings.push(found('look-alike', verdict, 'contact_form', alphabetsDoubt(host)));
  }
  return { value, findings };
}

/** The day on which somebody last looked. */
export function checkedOnIn(text: string, today: string, demonstration: boolean): Meaning<string> {
  const value = dayIn(text);
  if (value === null) return { value, findings: [left('checked_on', text, MENDS.checked_on)] };
  const doubt = checkedDoubt(value, today, demonstration);
  return { value, findings: doubt ? [found(doubt.kind, 'look', 'checked_on', doubt.text)] : [] };
}

export function timezoneIn(text: string): Meaning<string> {
  const value = Recipient.shape.timezone.safeParse(text).data ?? null;
  return { value, findings: value === null ? [left('timezone', text, MENDS.timezone)] : [] };
}

/** The languages an office works in, by tags or names. `written`: those of the campaign. */
export function languageIn(text: string, written: readonly string[]): Meaning<string[]> {
  const value = languagesIn(text);
  if (value === null) return { value, findings: [left('language', text, MENDS.language)] };
  if (written.length === 0 || value.some((tag) => written.includes(tag))) return { value, findings: [] };
  const said = `${show(value.join(' '))} is no language of the campaign. Letters come in ${written.join(', ')}.`;
  return { value, findings: [found('other-language', 'good', 'language', said)] };
}

const VACANT =
  /^\W*(?:vacan(?:t|te|cy|cies)|vakant|unbesetzt|n\. ?n\.|nn|tba|unknown|unbekannt|inconnue?|à pourvoir|por designar)\W*$/iu;

/** A name, an office or a salutation. `column`: also that of one language, `salutation_de`. */
export function wordsIn(column: string, text: string): Meaning<string> {
  const isSalutation = column.startsWith('salutation');
  // The letter sets the comma.
  const value = isSalutation ? withoutEnd(text, /[\s,;:]/) : text;
  // A salutation may well begin as a placeholder does: "Your Excellency".
  const placeholder = isSalutation ? placeholderIn(value) : placeholderField(value);
  if (placeholder)
    return { value: null, findings: [found('placeholder', 'no', column, `${placeholder} was never filled in.`)] };
  if (VACANT.test(value)) {
    const said = `${show(value)} says that there is nobody. Write who it is, or leave the cell empty.`;
    return { value: null, findings: [found('placeholder', 'no', column, said)] };
  }
  return { value: value === '' ? null : value, findings: [] };
}
