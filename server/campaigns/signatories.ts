import { Signatory } from '../domain/campaign.ts';
import type { World } from '../domain/countries.ts';
import { type Columns, readTable } from './table.ts';
import { complaint, issueInWords, type Read, show } from './wording.ts';

export const SIGNATORY_COLUMNS = {
  required: ['name', 'country'],
  optional: ['role'],
  inLanguages: [],
} as const satisfies Columns;

const MENDS: Record<string, string> = { country: 'Write it as DE, or EU for the European Parliament.' };

/** Reads `signatories.csv`: who signed the joint letter, one a row, in the order in which they are shown. */
export function readSignatories(bytes: Uint8Array, world: World): Read<Signatory[]> {
  const { value: rows, faults, doubts } = readTable(bytes, SIGNATORY_COLUMNS);
  const signatories: Signatory[] = [];
  const seen = new Map<string, number>();
  for (const { line, cells } of rows ?? []) {
    const parsed = Signatory.safeParse(
      { role: '', ...cells, country: cells.country?.toUpperCase() },
      { reportInput: true },
    );
    for (const issue of parsed.error?.issues ?? []) {
      const column = String(issue.path[0] ?? '');
      faults.push({ line, text: `${column}: ${complaint(cells[column], issueInWords(issue), MENDS[column])}` });
    }
    if (!parsed.data) continue;
    const { name, role, country } = parsed.data;
    signatories.push(parsed.data);
    if (country !== 'EU' && !world.has(country))
      doubts.push({ line, text: `country: "${country}" is no country of ISO 3166-1.` });
    const first = seen.get(JSON.stringify([name, role, country]));
    if (first) doubts.push({ line, text: `name: ${show(name)} stands on line ${first} too.` });
    else seen.set(JSON.stringify([name, role, country]), line);
  }
  return { value: rows && faults.length === 0 ? signatories : null, faults, doubts };
}
