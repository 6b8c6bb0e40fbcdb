import type { Connection } from './connection.ts';
import { and, desc, eq, lte, sql } from './drizzle.ts';

/** Work that goes on behind a page. `words` and `href` are its result, or why there is none. */
export type Job = {
  id: string;
  campaign: string;
  campaigner: string;
  kind: string;
  state: 'running' | 'done' | 'failed';
  done: number;
  total: number;
  words: string;
  href: string;
  beganAt: number;
  /** When it was last known to live. */
  beatAt: number;
  endedAt: number | null;
};
/** What came of a job; `content` is the file that it made. */
export type JobEnd = { state: 'done' | 'failed'; words: string; href: string; content: Buffer | null; now: number };

/** Jobs: how far each is, and what came of it. */
export function jobVerbs({ db, tables: { jobs: t }, prepare }: Connection) {
  const p = sql.placeholder;
  const { content: _content, ...plain } = t;
  const columns = {
    ...{ id: plain.id, campaign: plain.campaign, campaigner: plain.campaigner, kind: plain.kind, state: plain.state },
    ...{ done: plain.done, total: plain.total, words: plain.words, href: plain.href },
    ...{ beganAt: plain.beganAt, beatAt: plain.beatAt, endedAt: plain.endedAt },
  };
  const it = and(eq(t.campaign, p('campaign')), eq(t.id, p('id')));
  const find = prepare(db.select(columns).from(t).where(it));
  const content = prepare(db.select({ content: t.content }).from(t).where(it));
  const latest = prepare(
    db
      .select(columns)
      .from(t)
      .where(eq(t.campaign, p('campaign')))
      .orderBy(desc(t.beganAt), desc(t.id))
      .limit(p('limit')),
  );
  const step = prepare(
    db
      .update(t)
      .set({ done: sql`${p('done')}`, total: sql`${p('total')}`, beatAt: sql`${p('now')}` })
      .where(and(eq(t.id, p('id')), eq(t.state, 'running'))),
  );

  return {
    async add(job: Pick<Job, 'id' | 'campaign' | 'campaigner' | 'kind' | 'total'>, now: number): Promise<void> {
      await db.insert(t).values({ ...job, state: 'running', done: 0, words: '', href: '', beganAt: now, beatAt: now });
    },
    async step(id: string, done: number, total: number, now: number): Promise<void> {
      await step.execute({ id, done, total, now });
    },
    async end(id: string, { now, ...end }: JobEnd): Promise<void> {
      await db
        .update(t)
        .set({ ...end, beatAt: now, endedAt: now })
        .where(eq(t.id, id));
    },
    async find(campaign: string, id: string): Promise<Job | null> {
      return ((await find.execute({ campaign, id }))[0] as Job | undefined) ?? null;
    },
    /** The file that a job made; null where it made none, or is gone. */
    async content(campaign: string, id: string): Promise<Buffer | null> {
      return (await content.execute({ campaign, id }))[0]?.content ?? null;
    },
    /** The newest jobs of a campaign, the newest first. */
    async latest(campaign: string, limit: number): Promise<Job[]> {
      return (await latest.execute({ campaign, limit })) as Job[];
    },
    /** Removes jobs that began before `before`. */
    async forget(before: number): Promise<void> {
      await db.delete(t).where(lte(t.beganAt, before));
    },
  };
}
