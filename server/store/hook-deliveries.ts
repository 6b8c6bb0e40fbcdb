import type { Connection, Statement } from './connection.ts';
import { and, desc, eq, inArray, isNotNull, isNull, lt, lte, ne, or, sql } from './drizzle.ts';

/** A message to an address: owed while `dueAt` stands, taken when `doneAt` does, and given up with neither. */
export type HookDelivery = {
  id: string;
  hook: string;
  campaign: string;
  event: string;
  body: string;
  at: number;
  dueAt: number | null;
  attempts: number;
  doneAt: number | null;
  outcome: string;
};
type Tried = Pick<HookDelivery, 'id' | 'hook' | 'attempts'>;

/** The messages to addresses that are told of events: borrowed, tried, noted. Every note repeats the try it is about. */
export function hookDeliveryVerbs({ db, tables, prepare, atomically }: Connection) {
  const { hooks, hookDeliveries: t } = tables;
  const p = sql.placeholder;
  const living = db.select({ id: hooks.id }).from(hooks).where(isNull(hooks.endedAt));
  const add = prepare(
    db.insert(t).values({
      ...{ id: p('id'), hook: p('hook'), campaign: p('campaign'), event: p('event'), body: p('body') },
      ...{ at: p('at'), dueAt: p('dueAt'), attempts: 0, outcome: '' },
    }),
  );
  const due = prepare(
    db
      .select({ id: t.id, dueAt: t.dueAt })
      .from(t)
      .innerJoin(hooks, eq(hooks.id, t.hook))
      .where(
        and(
          lte(t.dueAt, p('now')),
          isNull(hooks.endedAt),
          ne(t.hook, p('busy')),
          or(isNull(hooks.failingSince), eq(sql`cast(${p('failing')} as integer)`, 1)),
        ),
      )
      // Those that fail wait for those that do not.
      .orderBy(sql`case when ${hooks.failingSince} is null then 0 else 1 end`, t.dueAt)
      .limit(1),
  );
  const borrow = prepare(
    db
      .update(t)
      .set({ dueAt: sql`${p('until')}`, attempts: sql`${t.attempts} + 1` })
      .where(and(eq(t.id, p('id')), eq(t.dueAt, p('seen'))))
      .returning(),
  );
  const note = prepare(
    db
      .update(t)
      .set({ dueAt: sql`${p('dueAt')}`, doneAt: sql`${p('doneAt')}`, outcome: sql`${p('outcome')}` })
      .where(and(eq(t.id, p('id')), eq(t.attempts, p('attempts')), isNotNull(t.dueAt))),
  );
  const holdOff = prepare(
    db
      .update(t)
      .set({ dueAt: sql`${p('until')}` })
      .where(and(eq(t.hook, p('hook')), lt(t.dueAt, p('before')))),
  );
  const drop = prepare(
    db
      .update(t)
      .set({ dueAt: null, outcome: sql`${p('outcome')}` })
      .where(and(eq(t.hook, p('hook')), isNotNull(t.dueAt))),
  );
  const mark = (failingSince: ReturnType<typeof sql> | null) =>
    prepare(
      db
        .update(hooks)
        .set({ failingSince })
        .where(eq(hooks.id, p('hook'))),
    );
  const well = mark(null);
  const failing = mark(sql`coalesce(${hooks.failingSince}, ${p('now')})`);
  const end = prepare(
    db
      .update(hooks)
      .set({ endedAt: sql`${p('now')}` })
      .where(and(eq(hooks.id, p('hook')), eq(hooks.campaign, p('campaign')), isNull(hooks.endedAt))),
  );
  const latest = prepare(
    db
      .select()
      .from(t)
      .where(eq(t.hook, p('hook')))
      .orderBy(desc(t.at), desc(t.id))
      .limit(p('limit')),
  );

  const adding = (delivery: Omit<HookDelivery, 'dueAt' | 'attempts' | 'doneAt' | 'outcome'>): Statement => ({
    write: add,
    values: { ...delivery, dueAt: delivery.at },
  });
  const noting = (
    { id, attempts }: Tried,
    outcome: string,
    dueAt: number | null,
    doneAt: number | null = null,
  ): Statement => ({ write: note, values: { id, attempts, outcome, dueAt, doneAt }, expects: 1 });

  return {
    /** A message to one address, to be sent at once: for a transaction. */
    adding,
    async addDelivery(delivery: Parameters<typeof adding>[0]): Promise<void> {
      await atomically([adding(delivery)]);
    },
    /**
     * Borrows one message that is due until `until`, of another address than `busy`; of those that keep failing only
     * where `failingToo`. Null where there is none, or another process was quicker.
     */
    async claim(now: number, until: number, busy: string, failingToo: boolean): Promise<HookDelivery | null> {
      const [first] = await due.execute({ now, busy, failing: failingToo ? 1 : 0 });
      if (!first) return null;
      const rows = await borrow.execute({ id: first.id, seen: first.dueAt, until });
      return (rows[0] as HookDelivery | undefined) ?? null;
    },
    /** It was taken: the address is well. Throws `Lost` where another try has been noted. */
    async taken(tried: Tried, outcome: string, now: number): Promise<void> {
      await atomically([noting(tried, outcome, null, now), { write: well, values: { hook: tried.hook } }]);
    },
    /** It was not taken, and is tried again at `dueAt` (null: not by itself). Until `quietUntil` nothing else is sent there. */
    async notTaken(
      tried: Tried,
      { outcome, dueAt, quietUntil }: { outcome: string; dueAt: number | null; quietUntil: number | null },
      now: number,
    ): Promise<void> {
      const { hook } = tried;
      const quiet = { write: holdOff, values: { hook, until: quietUntil, before: quietUntil } };
      await atomically([
        noting(tried, outcome, dueAt),
        ...(quietUntil === null ? [] : [quiet]),
        { write: failing, values: { hook, now } },
      ]);
    },
    /** Ends an address of a campaign: what is owed to it is not sent, for what `outcome` says. Throws `Lost` where it has ended. */
    async end(
      { id: hook, campaign }: { id: string; campaign: string },
      outcome: string,
      now: number,
      more: readonly Statement[] = [],
    ): Promise<void> {
      await atomically([
        { write: drop, values: { hook, outcome } },
        { write: end, values: { hook, campaign, now }, expects: 1 },
        ...more,
      ]);
    },
    /** The newest messages to an address, the newest first. */
    async deliveries(hook: string, limit: number): Promise<HookDelivery[]> {
      return (await latest.execute({ hook, limit })) as HookDelivery[];
    },
    /** Makes a message due now that was not taken, by an address that has not ended; false where there is none such. */
    async tryAgain(campaign: string, id: string, now: number): Promise<boolean> {
      const again = await db
        .update(t)
        .set({ dueAt: now })
        .where(and(eq(t.campaign, campaign), eq(t.id, id), isNull(t.doneAt), inArray(t.hook, living)))
        .returning({ id: t.id });
      return again.length === 1;
    },
    async forgetDeliveries(before: number): Promise<void> {
      await db.delete(t).where(lte(t.at, before));
    },
  };
}
