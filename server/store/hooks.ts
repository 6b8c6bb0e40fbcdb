import { randomUUID } from 'node:crypto';
import { type EventKind, messageOf } from '../domain/hooks.ts';
import { type Connection, Lost, type Prepared, type Statement } from './connection.ts';
import { and, eq, isNull, lte, sql } from './drizzle.ts';
import { hookDeliveryVerbs } from './hook-deliveries.ts';

/** An address that is told of what happens in a campaign. `box` is sealed; `told` is what it was told last. */
export type Hook = {
  id: string;
  campaign: string;
  box: Buffer;
  events: string;
  told: string;
  addedAt: number;
  failingSince: number | null;
  endedAt: number | null;
};

/** Addresses that are told of events, and the messages that are owed to them. */
export function hookVerbs(connection: Connection) {
  const { db, tables, prepare, atomically } = connection;
  const { hooks: t, hookDeliveries: d, revisions: r } = tables;
  const p = sql.placeholder;
  const it = and(eq(t.campaign, p('campaign')), eq(t.id, p('id')));
  const insert = prepare(
    db.insert(t).values({
      ...{ id: p('id'), campaign: p('campaign'), box: p('box'), events: p('events'), addedAt: p('addedAt') },
      told: '{}',
    }),
  );
  const one = prepare(db.select().from(t).where(it));
  const ofCampaign = prepare(
    db
      .select()
      .from(t)
      .where(eq(t.campaign, p('campaign')))
      .orderBy(t.addedAt, t.id),
  );
  const living = prepare(db.select().from(t).where(isNull(t.endedAt)));

  // PostgreSQL takes what is selected without a type for text; SQLite does not mind.
  const number = (name: string) => sql`cast(${p(name)} as bigint)`;
  const word = (name: string) => sql`cast(${p(name)} as text)`;
  /** One message for each living address of a campaign that asks for this event. */
  const owing = (also?: ReturnType<typeof sql>): Prepared =>
    prepare(
      db.insert(d).select(
        db
          .select({
            id: sql<string>`${word('event')} || ${t.id}`.as('id'),
            hook: t.id,
            campaign: t.campaign,
            event: sql<string>`${word('kind')}`.as('event'),
            body: sql<string>`${word('body')}`.as('body'),
            at: sql<number>`${number('at')}`.as('at'),
            dueAt: sql<number>`${number('dueAt')}`.as('due_at'),
            attempts: sql<number>`0`.as('attempts'),
            doneAt: sql<null>`cast(null as bigint)`.as('done_at'),
            outcome: sql<string>`cast('' as text)`.as('outcome'),
          })
          .from(t)
          .where(
            and(
              eq(t.campaign, p('campaign')),
              isNull(t.endedAt),
              sql`' ' || ${t.events} || ' ' like ${p('asked')}`,
              also,
            ),
          ),
      ),
    );
  const offices = (revision: string) =>
    sql`(select ${r.recipients} from ${r} where ${r.campaign} = ${p('of')} and ${r.revision} = ${p(revision)})`;
  const owe = owing();
  const oweIfOtherOffices = owing(sql`${offices('revision')} <> ${offices('before')}`);
  const values = (campaign: string, kind: EventKind, at: number, data: Record<string, unknown>) => ({
    ...{ campaign, kind, at, dueAt: at, asked: `% ${kind} %` },
    event: randomUUID().replaceAll('-', ''),
    body: messageOf(kind, at, { campaign, ...data }),
  });

  const tell = prepare(
    db
      .update(t)
      .set({ told: sql`${p('told')}` })
      .where(and(eq(t.id, p('id')), eq(t.told, p('seen')))),
  );
  const deliveries = hookDeliveryVerbs(connection);

  return {
    ...deliveries,
    /** What happened, as a message to all who ask for it: for the transaction in which it happens. */
    owing: (campaign: string, kind: EventKind, at: number, data: Record<string, unknown> = {}): Statement => ({
      write: owe,
      values: values(campaign, kind, at, data),
    }),
    /** That the list of recipients is another one than in the revision before; else nothing is owed. */
    owingOffices: (campaign: string, revision: number, recipients: number, at: number): Statement => ({
      write: oweIfOtherOffices,
      values: {
        ...values(campaign, 'recipients.changed', at, { revision, recipients }),
        ...{ of: campaign, revision, before: revision - 1 },
      },
    }),
    /** Adds an address. Throws `Lost` where one of this id is there. */
    async add(hook: Pick<Hook, 'id' | 'campaign' | 'box' | 'events' | 'addedAt'>): Promise<void> {
      await atomically([{ write: insert, values: hook }]);
    },
    async find(campaign: string, id: string): Promise<Hook | null> {
      return ((await one.execute({ campaign, id }))[0] as Hook | undefined) ?? null;
    },
    /** Those of a campaign, the oldest first; ended ones too. */
    async ofCampaign(campaign: string): Promise<Hook[]> {
      return (await ofCampaign.execute({ campaign })) as Hook[];
    },
    /** All that are told anything. */
    async living(): Promise<Hook[]> {
      return (await living.execute()) as Hook[];
    },
    /** Puts another box in the place of the one that was read; false where somebody was quicker. */
    async setBox({ id, box: seen }: Hook, box: Buffer): Promise<boolean> {
      const set = await db
        .update(t)
        .set({ box })
        .where(and(eq(t.id, id), eq(t.box, seen), isNull(t.endedAt)))
        .returning({ id: t.id });
      return set.length === 1;
    },
    /** Notes what an address is told now, with the messages; false where another process told it first. */
    async tell({ id, told: seen }: Hook, told: string, messages: readonly Statement[]): Promise<boolean> {
      try {
        await atomically([{ write: tell, values: { id, told, seen }, expects: 1 }, ...messages]);
        return true;
      } catch (error) {
        if (error instanceof Lost) return false;
        throw error;
      }
    },
    /** Forgets messages of before `before`, and addresses that ended before it. */
    async forget(before: number): Promise<void> {
      await deliveries.forgetDeliveries(before);
      await db.delete(t).where(lte(t.endedAt, before));
    },
  };
}
export type HookVerbs = ReturnType<typeof hookVerbs>;
