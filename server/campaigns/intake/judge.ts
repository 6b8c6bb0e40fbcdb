import { Recipient } from '../../domain/campaign.ts';
import { issueInWords } from '../wording.ts';
import { cleanCell } from './cell.ts';
import type { Mapping } from './columns.ts';
import { type Change, changesOf, collisions, disagreements, filledFrom } from './compare.ts';
import { complete } from './complete.ts';
import { type Finding, type Kind, RANK, type Verdict, verdictOf } from './findings.ts';
import { Ids } from './ids.ts';
import type { List } from './list.ts';
import { placesOf } from './places.ts';
import { officesOf, type Present, presentOf } from './present.ts';
import { repeats } from './repeats.ts';
import { type IntakeEyes, type ReadRow, readRow } from './row.ts';
import { inSlices, type Tell } from './slices.ts';

/**
 * What became of a row. There is a recipient where the verdict is not `no`; `known` is the office of the present list
 * that it is about, and `changes` what it changes there. `shown`: what to call the row by.
 */
export type Judged = {
  line: number;
  recipient: Recipient | null;
  verdict: Verdict;
  remarks: { kind: Kind; text: string }[];
  known: string | null;
  changes: Change[];
  shown: Shown;
};
export type Shown = Record<'office' | 'name' | 'country' | 'email', string>;

/** All rows of a list, and the offices of the present list that none of them is about. */
export type Verdicts = { rows: Judged[]; gone: Recipient[] };

/** How often {@link judge} goes over the rows, and over the present list. */
const PASSES = 11;

/**
 * Reads the rows of a list into recipients, compares them with each other and with the `present` list, and says of each
 * row whether it may be taken in, what it changes, and what to look at. `tell` is told how far it is, every few
 * milliseconds, and may let others have their turn.
 */
export async function judge(
  list: List,
  mapping: Mapping,
  eyes: IntakeEyes,
  present: readonly Recipient[],
  tell: Tell,
): Promise<Verdicts> {
  const each = inSlices(list.rows.length * PASSES + present.length, tell);
  const places = placesOf(eyes.world.keys());
  const read = await each(list.rows, (row) => readRow(row, list.header.length, mapping, eyes, places));
  const compared = await repeats(read, each);
  const known = await presentOf(present, each);
  const offices = await officesOf(read, known, each);
  const ids = new Ids(known.byId.keys());
  const whole = await each(read, (row, at) => wholeRow(row, offices[at] ?? null, compared[at] ?? [], known, eyes));
  for (const { row } of whole) if (verdictOf(row.findings) !== 'no') ids.reserve(row.said.id, row.line);
  const rows = await each(whole, ({ row, before }) => judged(row, before, mapping, ids));
  const named = new Set(rows.map((row) => row.known));
  return { rows, gone: present.filter(({ id }) => !named.has(id)) };
}

type Whole = { row: ReadRow; before: Recipient | null };

/** A row with what the present list and its own cells tell, and what there is to say about it. */
function wholeRow(
  row: ReadRow,
  before: Recipient | null,
  compared: readonly Finding[],
  present: Present,
  eyes: IntakeEyes,
): Whole {
  const full = complete(before ? filledFrom(row, before) : row, eyes);
  const findings = [
    ...full.findings,
    ...compared,
    ...(before ? disagreements(row, before, full.said) : []),
    ...collisions(row, before, present),
  ];
  return { row: { ...full, findings }, before };
}

function judged(
  { line, said, findings, cells }: ReadRow,
  before: Recipient | null,
  mapping: Mapping,
  ids: Ids,
): Judged {
  const shown = (['office', 'name', 'country', 'email'] as const).map((field) => {
    const text = said[field] ?? cleanCell(cells[mapping[field] ?? -1] ?? '').text.slice(0, 200);
    return [field, text];
  });
  const row = { line, known: before?.id ?? null, changes: [], shown: Object.fromEntries(shown) as Shown };
  if (verdictOf(findings) === 'no') return { ...row, recipient: null, verdict: 'no', remarks: plain(findings) };
  const { id, findings: about } = before ? { id: before.id, findings: [] } : ids.take(said, line);
  const parsed = Recipient.safeParse({ ...said, id });
  // Every field was read by the same schema before; this holds should one of them change.
  const wrong = (parsed.error?.issues ?? []).map(
    (issue): Finding => ({
      kind: 'unreadable',
      verdict: 'no',
      text: `${issue.path.join(', ')}: ${issueInWords(issue)}.`,
    }),
  );
  const recipient = parsed.data ?? null;
  const all = [...findings, ...about, ...wrong];
  return {
    ...row,
    recipient,
    verdict: verdictOf(all),
    remarks: plain(all),
    changes: before && recipient ? changesOf(before, recipient) : [],
  };
}

/** What refuses a row stands before what is to be looked at. */
const plain = (findings: readonly Finding[]) =>
  findings.toSorted((a, b) => RANK[a.verdict] - RANK[b.verdict]).map(({ kind, text }) => ({ kind, text }));
