import { show } from '../wording.ts';
import { FIELDS } from './column-names.ts';
import type { Finding } from './findings.ts';
import type { IntakeEyes, ReadRow } from './row.ts';
import { languagesIn } from './tongues.ts';

/** Fills in what a row does not say and the rest of it tells, and says what is still missing. */
export function complete(row: ReadRow, eyes: IntakeEyes): ReadRow {
  // Its cells may stand anywhere, so what is missing cannot be told.
  if (row.refused.size === FIELDS.length) return row;
  const { office, salutation } = eyes.defaults;
  const said = { ...row.said };
  if (office && !row.refused.has('office')) said.office ??= office;
  if (salutation && !row.refused.has('salutation')) said.salutation ??= salutation;
  const findings = [...row.findings];
  const say = (kind: Finding['kind'], verdict: Finding['verdict'], text: string) =>
    findings.push({ kind, verdict, text });
  const lacks = (field: 'country' | 'name' | 'office' | 'salutation' | 'email') =>
    said[field] === undefined && !row.refused.has(field);
  if (lacks('country')) say('missing', 'no', 'country: is missing. Write which country the recipient answers for.');
  if (lacks('name') && lacks('office'))
    say('missing', 'no', 'name, office: both are missing. Write who it is, or which office.');
  if (lacks('name') && said.office) {
    said.name = said.office;
    say('filled-in', 'good', 'name: is empty, so letters go to the office by its own name.');
  }
  if (lacks('office') && said.name) {
    said.office = said.name;
    say('filled-in', 'look', 'office: is empty, so the name stands there too. Which office is it?');
  }
  if (lacks('salutation') && said.name) {
    said.salutation = `Dear ${said.name}`;
    say('filled-in', 'look', `salutation: is empty, so letters begin ${show(said.salutation)}. Is that polite enough?`);
  }
  if (!said.languages) said.languages = spoken(eyes, say) ?? [];
  if (lacks('email') && said.contactForm)
    say('no-address', 'good', 'email: is empty. People can write by the web form only.');
  if (lacks('email') && !said.contactForm)
    say('no-address', 'look', 'email, contact_form: both are empty. Nobody can write here until one is found.');
  return { ...row, said, findings };
}

type Say = (kind: Finding['kind'], verdict: Finding['verdict'], text: string) => void;

/** The language for rows that name none which can be read. */
function spoken({ defaults, languages }: IntakeEyes, say: Say): string[] | null {
  const chosen = languagesIn(defaults.language ?? '');
  if (chosen) return chosen;
  const first = languagesIn(languages[0] ?? '');
  if (first)
    say('filled-in', 'look', `language: none is named, so "${first.join(' ')}" was taken, the campaign's first.`);
  else say('missing', 'no', 'language: is missing. Write the one in which the office works.');
  return first;
}
