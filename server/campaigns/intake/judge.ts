import { Recipient } from '../../domain/campaign.ts';
import { issueInWords } from '../wording.ts';
import type { Mapping } from './columns.ts';
import { complete } from './complete.ts';
import { type Finding, type Kind, type Verdict, verdictOf } from './findings.ts';
import { Ids } from './ids.ts';
import type { List } from './list.ts';
import { placesOf } from './places.ts';
import { repeats } from './repeats.ts';
import { type IntakeEyes, type ReadRow, readRow } from './row.ts';

/** What became of a row. There is a recipient where the verdict is not `no`. */
export type Judged = {
  line: number;
  recipient: Recipient | null;
  verdict: Verdict;
  remarks: { kind: Kind; text: string }[];
};

/** Reads the rows of a list into recipients, and says of each row whether it may be imported, and what to look at. */
export function judge(list: List, mapping: Mapping, eyes: IntakeEyes): Judged[] {
  const places = placesOf(eyes.world.keys());
  const read = list.rows.map((row) => readRow(row, list.header.length, mapping, eyes, places));
  const compared = repeats(read);
  const rows = read.map((row, i) => {
    const whole = complete(row, eyes);
    return { ...whole, findings: [...whole.findings, ...(compared[i] ?? [])] };
  });
  const ids = new Ids();
  for (const row of rows) if (verdictOf(row.findings) !== 'no') ids.reserve(row.said.id, row.line);
  return rows.map((row) => judged(row, ids));
}

function judged({ line, said, findings }: ReadRow, ids: Ids): Judged {
  if (verdictOf(findings) === 'no') return result(line, null, findings);
  const { id, findings: about } = ids.take(said, line);
  const parsed = Recipient.safeParse({ ...said, id, offices: {}, salutations: {} });
  // Every field was read by the same schema before; this holds should one of them change.
  const wrong = (parsed.error?.issues ?? []).map(
    (issue): Finding => ({
      kind: 'unreadable',
      verdict: 'no',
      text: `${issue.path.join(', ')}: ${issueInWords(issue)}.`,
    }),
  );
  return result(line, parsed.data ?? null, [...findings, ...about, ...wrong]);
}

function result(line: number, recipient: Recipient | null, findings: Finding[]): Judged {
  return { line, recipient, verdict: verdictOf(findings), remarks: findings.map(({ kind, text }) => ({ kind, text })) };
}
