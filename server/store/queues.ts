import type { Health } from '../domain/health.ts';
import type { Connection, Statement } from './connection.ts';
import { and, eq, gt, isNotNull, lte, ne, or, sql } from './drizzle.ts';

/** What waits for one office of one campaign, and how the office takes it. */
export type Queue = Health & { campaign: string; recipient: string; arrived: number; dueAt: number; paceAt: number };

/** Queues: one for each office that letters have been confirmed for. Changed in the transaction that moves a letter. */
export function queueVerbs({ db, tables, prepare, atomically }: Connection) {
  const t = tables.queues;
  const letters = tables.letters;
  const p = sql.placeholder;
  const it = and(eq(t.campaign, p('campaign')), eq(t.recipient, p('recipient')));
  const waiting = gt(t.arrived, t.gone);
  const arrive = prepare(
    db
      .insert(t)
      .values({ campaign: p('campaign'), recipient: p('recipient'), arrived: 1, gone: 0, dueAt: 0, paceAt: 0 })
      .onConflictDoUpdate({
        target: [t.campaign, t.recipient],
        set: { arrived: sql`${t.arrived} + 1`, dueAt: sql`${t.paceAt}` },
      }),
  );
  const leave = prepare(
    db
      .update(t)
      .set({ gone: sql`${t.gone} + 1` })
      .where(it),
  );
  const soon = prepare(
    db
      .update(t)
      .set({
        dueAt: sql`case when ${t.dueAt} <= ${p('at')} then ${t.dueAt} when ${t.paceAt} > ${p('at')} then ${t.paceAt} else ${p('dueAt')} end`,
      })
      .where(it),
  );
  const unpaused = db
    .select({ slug: tables.campaigns.slug })
    .from(tables.campaigns)
    .where(ne(tables.campaigns.state, 'paused'));
  const due = prepare(
    db
      .select()
      .from(t)
      .where(and(lte(t.dueAt, p('now')), waiting, sql`${t.campaign} in ${unpaused}`))
      // One of each campaign, then the second of each: a campaign with many offices does not crowd out the others.
      .orderBy(sql`row_number() over (partition by ${t.campaign} order by ${t.dueAt})`, t.dueAt)
      .limit(p('limit')),
  );
  const turn = prepare(
    db
      .update(t)
      .set({ dueAt: sql`${p('next')}`, paceAt: sql`${p('pace')}` })
      .where(and(it, eq(t.dueAt, p('seen'))))
      .returning({ recipient: t.recipient }),
  );
  const earliest = sql`(select min(${letters.dueAt}) from ${letters} where ${letters.campaign} = ${t.campaign} and ${letters.recipient} = ${t.recipient} and ${letters.state} = 'ready')`;
  const rest = prepare(
    db
      .update(t)
      .set({
        paceAt: sql`${p('pace')}`,
        dueAt: sql`case when ${earliest} is null then ${p('far')} when ${earliest} < ${p('floor')} then ${p('least')} else ${earliest} end`,
      })
      .where(and(it, eq(t.arrived, p('arrived')))),
  );
  const unstick = prepare(
    db
      .update(t)
      .set({ dueAt: 0, paceAt: 0 })
      .where(gt(t.paceAt, p('far'))),
  );
  const one = prepare(db.select().from(t).where(it));
  const all = prepare(
    db
      .select()
      .from(t)
      .where(or(waiting, isNotNull(t.refusingSince))),
  );
  const ofCampaign = prepare(
    db
      .select()
      .from(t)
      .where(eq(t.campaign, p('campaign'))),
  );
  const health = prepare(
    db
      .update(t)
      .set({
        refusals: sql`${p('refusals')}`,
        refusedFrom: sql`${p('refusedFrom')}`,
        refusedAt: sql`${p('refusedAt')}`,
        refusingSince: sql`${p('refusingSince')}`,
      })
      .where(and(it, eq(t.refusals, p('seen')))),
  );
  const trust = prepare(
    db.update(t).set({ refusals: 0, refusedFrom: 0, refusedAt: null, refusingSince: null }).where(it),
  );

  return {
    /** One more letter waits; it may be worth a look at once, if the pace allows. */
    arriving: (campaign: string, recipient: string): Statement => ({
      write: arrive,
      values: { campaign, recipient },
      expects: 1,
    }),
    /** One letter less waits, however it ended. */
    leaving: (campaign: string, recipient: string): Statement => ({ write: leave, values: { campaign, recipient } }),
    /** A letter that was put off is worth a look at `at`, or when the pace allows. */
    soon: (campaign: string, recipient: string, at: number): Statement => ({
      write: soon,
      values: { campaign, recipient, at, dueAt: at },
    }),
    /** Writes an office's health over the one that was read. Throws `Lost` when it had changed. */
    async refused(queue: Queue, next: Omit<Health, 'gone'>, more: Statement[]): Promise<void> {
      const { campaign, recipient, refusals: seen } = queue;
      await atomically([{ write: health, values: { campaign, recipient, seen, ...next }, expects: 1 }, ...more]);
    },

    /** Up to `limit` queues that are worth a look, fairly between campaigns; those of paused campaigns wait. */
    async due(now: number, limit: number): Promise<Queue[]> {
      return (await due.execute({ now, limit })) as Queue[];
    },

    /** Takes the turn of a queue: nobody else does until `paceAt`. False when somebody was quicker. */
    async turn({ campaign, recipient, dueAt }: Queue, paceAt: number): Promise<boolean> {
      const values = { campaign, recipient, seen: dueAt, next: paceAt, pace: paceAt };
      return (await turn.execute(values)).length === 1;
    },

    /** Nothing was there to take: the queue is worth a look when its earliest letter is due, and not before `now`. */
    async rest({ campaign, recipient, arrived }: Queue, now: number): Promise<void> {
      const far = now + 3_600_000;
      await rest.execute({ campaign, recipient, arrived, pace: now, far, floor: now, least: now });
    },

    /** Makes queues due whose turn lies after `far`, where no pace could have put it: a clock was wrong. */
    async unstick(far: number): Promise<void> {
      await unstick.execute({ far });
    },

    async of(campaign: string, recipient: string): Promise<Queue | null> {
      return ((await one.execute({ campaign, recipient }))[0] as Queue | undefined) ?? null;
    },

    /** Every queue in which letters wait, or whose office keeps refusing. */
    async all(): Promise<Queue[]> {
      return (await all.execute()) as Queue[];
    },

    async ofCampaign(campaign: string): Promise<Queue[]> {
      return (await ofCampaign.execute({ campaign })) as Queue[];
    },

    /** Somebody looked at the office and trusts it again. */
    async trust(campaign: string, recipient: string): Promise<void> {
      await trust.execute({ campaign, recipient });
    },
  };
}
export type QueueVerbs = ReturnType<typeof queueVerbs>;
