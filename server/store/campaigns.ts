import type {
  Campaign,
  CampaignContent,
  CampaignFacts,
  CampaignState,
  Recipient,
  Signatory,
} from '../domain/campaign.ts';
import { stateEvent } from '../domain/hooks.ts';
import { type Connection, Lost, type Prepared, type Statement } from './connection.ts';
import { and, eq, sql } from './drizzle.ts';
import type { HookVerbs } from './hooks.ts';
import type { RevisionVerbs } from './revisions.ts';

/** Campaigns and what belongs to them: offices, signatories, letter texts. */
export function campaignVerbs(
  { db, tables: t, prepare, atomically }: Connection,
  revisions: RevisionVerbs,
  hooks: Pick<HookVerbs, 'owing' | 'owingOffices'>,
) {
  const p = sql.placeholder;
  const list = prepare(
    db
      .select({
        slug: t.campaigns.slug,
        state: t.campaigns.state,
        revision: t.campaigns.revision,
        changedAt: t.campaigns.changedAt,
      })
      .from(t.campaigns),
  );
  const one = prepare(
    db
      .select()
      .from(t.campaigns)
      .where(eq(t.campaigns.slug, p('slug'))),
  );
  const recipients = prepare(
    db
      .select()
      .from(t.recipients)
      .where(eq(t.recipients.campaign, p('slug')))
      .orderBy(t.recipients.position),
  );
  const recipient = prepare(
    db
      .select()
      .from(t.recipients)
      .where(and(eq(t.recipients.campaign, p('slug')), eq(t.recipients.id, p('id')))),
  );
  const signatories = prepare(
    db
      .select()
      .from(t.signatories)
      .where(eq(t.signatories.campaign, p('slug')))
      .orderBy(t.signatories.position),
  );
  const texts = prepare(
    db
      .select()
      .from(t.texts)
      .where(eq(t.texts.campaign, p('slug')))
      .orderBy(t.texts.name),
  );

  const insert = prepare(
    db
      .insert(t.campaigns)
      .values({ slug: p('slug'), state: 'draft', revision: 1, facts: p('facts'), changedAt: p('now') }),
  );
  const revise = prepare(
    db
      .update(t.campaigns)
      .set({ revision: sql`${t.campaigns.revision} + 1`, facts: sql`${p('facts')}`, changedAt: sql`${p('now')}` })
      .where(and(eq(t.campaigns.slug, p('slug')), eq(t.campaigns.revision, p('revision')))),
  );
  const open = prepare(
    db
      .update(t.campaigns)
      .set({ state: 'open' })
      .where(eq(t.campaigns.slug, p('slug'))),
  );
  const enter = prepare(
    db
      .update(t.campaigns)
      .set({ state: sql`${p('state')}`, changedAt: sql`${p('now')}` })
      .where(and(eq(t.campaigns.slug, p('slug')), sql`${p('from')} like '% ' || ${t.campaigns.state} || ' %'`)),
  );
  const clear = [t.recipients, t.signatories, t.texts].map((table) =>
    prepare(db.delete(table).where(eq(table.campaign, p('slug')))),
  );
  const addRecipient = prepare(
    db
      .insert(t.recipients)
      .values({ campaign: p('slug'), id: p('id'), position: p('position'), content: p('content') }),
  );
  const addSignatory = prepare(
    db.insert(t.signatories).values({ campaign: p('slug'), position: p('position'), content: p('content') }),
  );
  const addText = prepare(db.insert(t.texts).values({ campaign: p('slug'), name: p('name'), text: p('text') }));

  function saving(content: CampaignContent, replacing: number | null, now: number, campaigner = ''): Statement[] {
    const { slug } = content.facts;
    const revision = (replacing ?? 0) + 1;
    const head = { slug, facts: JSON.stringify(content.facts), now, revision: replacing };
    const rows = (write: Prepared, all: readonly object[]) =>
      all.map((each, position) => ({
        write,
        values: { slug, position, ...('id' in each ? { id: each.id } : {}), content: JSON.stringify(each) },
      }));
    return [
      { write: replacing === null ? insert : revise, values: head, expects: 1 },
      ...clear.map((write) => ({ write, values: { slug } })),
      ...rows(addRecipient, content.recipients),
      ...rows(addSignatory, content.signatories),
      ...Object.entries(content.texts).map(([name, text]) => ({ write: addText, values: { slug, name, text } })),
      ...revisions.adding(content, revision, campaigner, now),
      hooks.owingOffices(slug, revision, content.recipients.length, now),
    ];
  }

  return {
    /** Every campaign's slug, state, revision and last change: what the register compares with what it holds. */
    async list(): Promise<{ slug: string; state: CampaignState; revision: number; changedAt: number }[]> {
      return (await list.execute()) as { slug: string; state: CampaignState; revision: number; changedAt: number }[];
    },

    async load(slug: string): Promise<Campaign | null> {
      const [row] = await one.execute({ slug });
      if (!row) return null;
      const contents = <T>(rows: { content: string }[]) => rows.map((each) => JSON.parse(each.content) as T);
      return {
        slug,
        state: row.state as CampaignState,
        revision: row.revision,
        facts: JSON.parse(row.facts) as CampaignFacts,
        recipients: contents<Recipient>(await recipients.execute({ slug })),
        signatories: contents<Signatory>(await signatories.execute({ slug })),
        texts: Object.fromEntries((await texts.execute({ slug })).map((each) => [each.name, each.text])),
      };
    },

    /** One office as it stands now: a letter is addressed at the last moment. */
    async recipient(slug: string, id: string): Promise<Recipient | null> {
      const [row] = await recipient.execute({ slug, id });
      return row ? (JSON.parse(row.content) as Recipient) : null;
    },

    /** Puts `content` in the place of revision `replacing` (null: the campaign is new, and a draft). Throws `Lost`. */
    async save(content: CampaignContent, replacing: number | null, now: number, campaigner = ''): Promise<void> {
      await atomically(saving(content, replacing, now, campaigner));
    },

    /** The same for several campaigns: all of them, or none. */
    async saveAll(
      changes: readonly { content: CampaignContent; replacing: number | null }[],
      now: number,
    ): Promise<void> {
      await atomically(changes.flatMap(({ content, replacing }) => saving(content, replacing, now)));
    },

    /** Adds campaigns that are new, open at once: all of them, or none. Throws `Lost` where one is there already. */
    async addOpen(contents: readonly CampaignContent[], now: number): Promise<void> {
      await atomically(
        contents.flatMap((content) => [
          ...saving(content, null, now),
          { write: open, values: { slug: content.facts.slug }, expects: 1 },
        ]),
      );
    },

    /** Moves the campaign to `state` if it is in one of `from` now; says whether it did. */
    async setState(slug: string, from: readonly CampaignState[], state: CampaignState, now: number): Promise<boolean> {
      const event = stateEvent(from, state);
      try {
        await atomically([
          { write: enter, values: { slug, state, now, from: ` ${from.join(' ')} ` }, expects: 1 },
          ...(event ? [hooks.owing(slug, event, now, { state })] : []),
        ]);
        return true;
      } catch (error) {
        if (error instanceof Lost) return false;
        throw error;
      }
    },
  };
}
