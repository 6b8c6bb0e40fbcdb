/** `good` may be imported at once, `look` when the campaigner has seen it, `no` cannot be. */
export type Verdict = 'good' | 'look' | 'no';

/** What cannot be taken first. */
export const RANK: Record<Verdict, number> = { no: 0, look: 1, good: 2 };

export type Kind =
  | 'malformed-address'
  | 'two-addresses'
  | 'look-alike' // letters of several alphabets in an address or a web address
  | 'duplicate' // the same address, office or id as an earlier row
  | 'conflict' // two rows, or a row and the present list, that disagree about a person, an office or an address
  | 'replaced' // somebody else in an office of the present list
  | 'no-address'
  | 'placeholder' // something that was to be filled in, and addresses that lead nowhere
  | 'real-address' // an address that may lead somewhere, in a demonstration
  | 'stale'
  | 'future'
  | 'unknown-country'
  | 'formula'
  | 'missing'
  | 'hidden-characters'
  | 'misfit' // a row that is not as wide as the header
  | 'filled-in' // something that was missing and was made of the rest
  | 'changed' // a cell that was written another way, with the same meaning
  | 'unreadable' // a cell that was left out, because what it means cannot be told
  | 'other-language'; // an office that works in none of the campaign's languages

/** What there is to say about a row, and what it makes of the row. */
export type Finding = { kind: Kind; text: string; verdict: Verdict };

/** The worst of all. */
export function verdictOf(findings: readonly Finding[]): Verdict {
  if (findings.some(({ verdict }) => verdict === 'no')) return 'no';
  return findings.some(({ verdict }) => verdict === 'look') ? 'look' : 'good';
}
