import { asideSource } from '../domain/aside.ts';
import type { Counter, Move } from '../domain/tally.ts';
import type { Connection } from './connection.ts';
import { and, asc, desc, eq, gt, gte, inArray, lte, ne, sql } from './drizzle.ts';

/** How many letters to an office came to a counter on a day, from all countries and sources together. */
export type OfficeDay = { day: string; recipient: string; counter: Counter; n: number };
/** What is a letter of somebody's: not drafts that were only opened, and not what nobody has confirmed. */
const COUNTED = ['said', 'confirmed', 'sent', 'bounced', 'failed'];
const FIRST = '0000-00-00';
const LAST = '9999-99-99';
const BEFORE_ALL: Move = { day: '', country: '', recipient: '', source: '', counter: '' as Counter, n: 0 };

/** The tally's single cells, for what goes out: in pieces, or by office and day. Nothing here changes them. */
export function cellVerbs({ db, tables: { tally: t }, prepare }: Connection) {
  const p = sql.placeholder;
  const columns = {
    day: t.day,
    country: t.country,
    recipient: t.recipient,
    source: t.source,
    counter: t.counter,
    n: t.n,
  };
  const filled = and(eq(t.campaign, p('campaign')), ne(t.n, 0));
  const count = prepare(db.select({ n: sql<number>`count(*)` }).from(t).where(filled));
  const key = sql`(${t.day}, ${t.country}, ${t.recipient}, ${t.source}, ${t.counter})`;
  const after = sql`(${p('day')}, ${p('country')}, ${p('recipient')}, ${p('source')}, ${p('counter')})`;
  const page = prepare(
    db
      .select(columns)
      .from(t)
      .where(and(filled, sql`${key} > ${after}`))
      .orderBy(asc(t.day), asc(t.country), asc(t.recipient), asc(t.source), asc(t.counter))
      .limit(p('limit')),
  );
  const byOffice = prepare(
    db
      .select({
        ...{ day: t.day, recipient: t.recipient, counter: t.counter },
        n: sql<number>`sum(${t.n})`,
        all: sql<number>`count(*) over ()`,
      })
      .from(t)
      .where(
        and(
          ...[eq(t.campaign, p('campaign')), gt(t.recipient, ''), sql`${t.source} not like ${`${asideSource('')}%`}`],
          ...[gte(t.day, p('from')), lte(t.day, p('to'))],
          inArray(t.counter, COUNTED),
        ),
      )
      .groupBy(t.day, t.recipient, t.counter)
      .having(gt(sql`sum(${t.n})`, 0))
      .orderBy(desc(t.day), asc(t.recipient), asc(t.counter))
      .limit(p('limit'))
      .offset(p('offset')),
  );

  return {
    async count(campaign: string): Promise<number> {
      return Number((await count.execute({ campaign }))[0]?.n ?? 0);
    },

    /** All cells that are not empty, in pieces of at most `limit`, each read when it is asked for. */
    async *pieces(campaign: string, limit: number): AsyncGenerator<Move[]> {
      for (let last = BEFORE_ALL; ; ) {
        const { day, country, recipient, source, counter } = last;
        const rows = (await page.execute({ campaign, day, country, recipient, source, counter, limit })) as Move[];
        if (rows.length > 0) yield rows;
        if (rows.length < limit) return;
        last = rows.at(-1) ?? last;
      }
    },

    /**
     * Letters by office, day and counter, the newest day first, from `offset` on, and how many such rows there are;
     * nothing that was taken out of the count. None where `offset` lies beyond the end.
     */
    async byOffice(
      campaign: string,
      { from = FIRST, to = LAST, limit, offset }: { from?: string; to?: string; limit: number; offset: number },
    ): Promise<{ rows: OfficeDay[]; all: number }> {
      const found = await byOffice.execute({ campaign, from, to, limit, offset });
      const rows = found.map(({ all: _, ...row }) => ({ ...row, n: Number(row.n) }) as OfficeDay);
      return { rows, all: Number(found[0]?.all ?? 0) };
    },
  };
}
export type CellVerbs = ReturnType<typeof cellVerbs>;
