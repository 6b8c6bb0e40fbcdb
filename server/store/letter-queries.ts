import type { Connection } from './connection.ts';
import { type AnyColumn, and, eq, inArray, isNull, lte, sql } from './drizzle.ts';

const NEW = [
  'id',
  'submission',
  'campaign',
  'country',
  'source',
  'recipient',
  'statusHash',
  'box',
  'dayKey',
  'day',
  'dueAt',
  'changedAt',
  'revision',
  'addressee',
];

/** The queries about letters, made ready once. */
export function letterQueries({ db, tables, prepare }: Connection) {
  const t = tables.letters;
  const q = tables.queues;
  const p = sql.placeholder;
  const columns = Object.fromEntries(NEW.map((name) => [name, p(name)])) as unknown as typeof t.$inferInsert;
  const place = sql<number>`(select ${q.arrived} from ${q} where ${q.campaign} = ${p('queueOf')} and ${q.recipient} = ${p('queueFor')})`;
  const add = prepare(db.insert(t).values({ ...columns, state: 'ready', attempts: 0, place }));
  const byStatus = prepare(
    db
      .select()
      .from(t)
      .where(eq(t.statusHash, p('hash'))),
  );
  const byId = prepare(
    db
      .select()
      .from(t)
      .where(eq(t.id, p('id'))),
  );
  const isDue = and(eq(t.state, 'ready'), lte(t.dueAt, sql`${p('now')}`));
  const due = db
    .select({ id: t.id })
    .from(t)
    .where(and(eq(t.campaign, p('campaign')), eq(t.recipient, p('recipient')), isDue))
    .orderBy(t.dueAt)
    .limit(p('limit'));
  const claim = prepare(
    db
      .update(t)
      .set({ dueAt: sql`${p('until')}`, attempts: sql`${t.attempts} + 1` })
      .where(and(inArray(t.id, due), isDue))
      .returning(),
  );
  const mine = and(eq(t.id, p('id')), eq(t.attempts, p('attempts')), eq(t.state, 'ready'));
  const renew = prepare(
    db
      .update(t)
      .set({ dueAt: sql`${p('until')}` })
      .where(mine)
      .returning({ id: t.id }),
  );
  const dot = prepare(
    db
      .update(t)
      .set({ dottingAt: sql`${p('now')}` })
      .where(mine),
  );
  const later = prepare(
    db
      .update(t)
      .set({
        dueAt: sql`${p('dueAt')}`,
        doubts: sql`${p('doubts')}`,
        firstTriedAt: sql`${p('firstTriedAt')}`,
        dottingAt: null,
      })
      .where(mine),
  );
  const end = {
    state: sql`${p('state')}`,
    box: sql`${p('box')}`,
    dayKey: sql`${p('dayKey')}`,
    day: sql`${p('day')}`,
    changedAt: sql`${p('now')}`,
    doubts: sql`${p('doubts')}`,
    reason: sql`${p('reason')}`,
    answer: sql`${p('answer')}`,
    dottingAt: null,
  };
  const settle = prepare(db.update(t).set(end).where(mine));
  const seen = and(eq(t.id, p('id')), eq(t.attempts, p('attempts')), eq(t.state, p('from')));
  const move = prepare(
    db
      .update(t)
      .set(end)
      .where(and(seen, isNull(t.dottingAt))),
  );
  const release = prepare(
    db
      .update(t)
      .set({
        state: 'ready',
        reason: null,
        dueAt: sql`${p('now')}`,
        changedAt: sql`${p('changedAt')}`,
        firstTriedAt: null,
        addressee: sql`${p('addressee')}`,
        place,
      })
      .where(and(seen, eq(t.state, 'held'))),
  );
  const unmark = prepare(
    db.delete(tables.marks).where(and(eq(tables.marks.campaign, p('campaign')), eq(tables.marks.mark, p('mark')))),
  );
  /** A word that is asked for, or any where none is. */
  const asked = (column: AnyColumn, name: string) => sql`(${p(name)} = '' or ${column} = ${p(name)})`;
  const isMeant = and(
    ...[eq(t.campaign, p('campaign')), eq(t.state, 'held'), asked(t.recipient, 'recipient')],
    ...[asked(t.country, 'country'), asked(t.source, 'source')],
    sql`(${p('reason')} = '' or coalesce(${t.reason}, 'unsendable') = ${p('reason')})`,
    // What was taken out of the count is not decided: it is put back.
    sql`coalesce(${t.reason}, '') <> 'set-aside'`,
  );
  const heldIds = prepare(db.select({ id: t.id }).from(t).where(isMeant).orderBy(t.dueAt));
  const heldCount = prepare(db.select({ n: sql<number>`count(*)` }).from(t).where(isMeant));
  const heldSome = prepare(
    db
      .select({
        ...{ id: t.id, recipient: t.recipient, country: t.country, source: t.source, reason: t.reason },
        ...{ answer: t.answer, changedAt: t.changedAt, doubts: t.doubts },
      })
      .from(t)
      .where(isMeant)
      .orderBy(t.dueAt)
      .limit(p('limit')),
  );
  const toOthers = prepare(
    db
      .select({ id: t.id })
      .from(t)
      .where(
        and(
          ...[eq(t.campaign, p('campaign')), eq(t.recipient, p('recipient')), eq(t.state, 'ready')],
          sql`${t.addressee} not in ('', ${p('addressee')})`,
        ),
      ),
  );
  const heldBefore = prepare(
    db
      .select()
      .from(t)
      .where(and(eq(t.state, 'held'), lte(t.changedAt, p('before'))))
      .limit(p('limit')),
  );
  const forget = prepare(
    db
      .delete(t)
      .where(
        and(inArray(t.state, ['sent', 'bounced', 'failed', 'withdrawn', 'expired']), lte(t.changedAt, p('before'))),
      ),
  );

  return {
    add,
    byStatus,
    byId,
    claim,
    renew,
    dot,
    later,
    settle,
    move,
    release,
    unmark,
    heldIds,
    heldCount,
    heldSome,
    toOthers,
    heldBefore,
    forget,
  };
}
