import type { LetterState } from '../domain/states.ts';
import type { Move } from '../domain/tally.ts';
import type { Connection } from './connection.ts';
import { and, asc, eq, inArray, sql } from './drizzle.ts';
import type { Letter } from './letters.ts';
import type { Submission } from './submissions.ts';
import type { TallyVerbs } from './tally.ts';

/** One time that letters were taken out of the count: which, why and when; and when they were put back. */
export type Aside = { campaign: string; id: string; condition: string; why: string; at: number; backAt: number | null };

/** Letters that are counted under another source than they came by. */
export function asideVerbs({ db, tables: t, prepare, atomically }: Connection, tally: TallyVerbs) {
  const p = sql.placeholder;
  const it = and(eq(t.asides.campaign, p('campaign')), eq(t.asides.id, p('id')));
  const add = prepare(
    db.insert(t.asides).values({
      ...{ campaign: p('campaign'), id: p('id'), condition: p('condition'), why: p('why'), at: p('at'), backAt: null },
    }),
  );
  const back = prepare(
    db
      .update(t.asides)
      .set({ backAt: sql`${p('now')}` })
      .where(it),
  );
  const all = prepare(
    db
      .select()
      .from(t.asides)
      .where(eq(t.asides.campaign, p('campaign')))
      .orderBy(asc(t.asides.at)),
  );
  const under = and(eq(t.letters.campaign, p('campaign')), eq(t.letters.source, p('source')));
  const letters = prepare(db.select().from(t.letters).where(under).orderBy(asc(t.letters.id)));
  const pending = prepare(
    db
      .select()
      .from(t.submissions)
      .where(
        and(
          eq(t.submissions.campaign, p('campaign')),
          eq(t.submissions.source, p('source')),
          inArray(t.submissions.state, ['new', 'pending']),
        ),
      ),
  );
  const letter = prepare(
    db
      .update(t.letters)
      .set({ source: sql`${p('to')}` })
      .where(
        and(
          ...[eq(t.letters.id, p('id')), eq(t.letters.source, p('from'))],
          ...[eq(t.letters.state, p('state')), eq(t.letters.day, p('day'))],
        ),
      ),
  );
  const submission = prepare(
    db
      .update(t.submissions)
      .set({ source: sql`${p('to')}` })
      .where(
        and(
          ...[eq(t.submissions.id, p('id')), eq(t.submissions.source, p('from'))],
          inArray(t.submissions.state, ['new', 'pending']),
        ),
      ),
  );

  return {
    async add(aside: Omit<Aside, 'backAt'>): Promise<void> {
      await add.execute(aside);
    },
    async putBack(campaign: string, id: string, now: number): Promise<void> {
      await back.execute({ campaign, id, now });
    },
    async all(campaign: string): Promise<Aside[]> {
      return (await all.execute({ campaign })) as Aside[];
    },
    /** All letters under a source, and all submissions that nobody has confirmed yet. */
    async under(campaign: string, source: string): Promise<{ letters: Letter[]; pending: Submission[] }> {
      return {
        letters: (await letters.execute({ campaign, source })) as Letter[],
        pending: (await pending.execute({ campaign, source })) as Submission[],
      };
    },
    /** Counts a letter under another source. Throws `Lost` where it has moved on since it was read. */
    async recountLetter(row: Letter, to: string, moves: Move[]): Promise<void> {
      const { id, source: from, state, day } = row satisfies { state: LetterState };
      await atomically([
        { write: letter, values: { id, from, to, state, day }, expects: 1 },
        ...tally.statements(row.campaign, moves),
      ]);
    },
    async recountSubmission(row: Submission, to: string, moves: Move[]): Promise<void> {
      await atomically([
        { write: submission, values: { id: row.id, from: row.source, to }, expects: 1 },
        ...tally.statements(row.campaign, moves),
      ]);
    },
  };
}
