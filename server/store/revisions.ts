import { createHash } from 'node:crypto';
import { deflateRawSync, inflateRawSync } from 'node:zlib';
import type { CampaignContent } from '../domain/campaign.ts';
import type { Connection, Statement } from './connection.ts';
import { and, desc, eq, inArray, sql } from './drizzle.ts';

/** Who saved which revision, and when; `campaigner` is empty for the command line. */
export type Revision = { revision: number; at: number; campaigner: string };
const PIECES = ['facts', 'recipients', 'signatories', 'texts'] as const;

/** What a campaign was at each revision. */
export function revisionVerbs({ db, tables: t, prepare }: Connection) {
  const p = sql.placeholder;
  const { revisions, pieces } = t;
  const addPiece = prepare(
    db
      .insert(pieces)
      .values({ hash: p('hash'), content: p('content') })
      .onConflictDoNothing(),
  );
  const add = prepare(
    db.insert(revisions).values({
      campaign: p('campaign'),
      revision: p('revision'),
      at: p('at'),
      campaigner: p('campaigner'),
      facts: p('facts'),
      recipients: p('recipients'),
      signatories: p('signatories'),
      texts: p('texts'),
    }),
  );
  const latest = prepare(
    db
      .select({ revision: revisions.revision, at: revisions.at, campaigner: revisions.campaigner })
      .from(revisions)
      .where(eq(revisions.campaign, p('campaign')))
      .orderBy(desc(revisions.revision))
      .limit(p('limit')),
  );
  const one = prepare(
    db
      .select()
      .from(revisions)
      .where(and(eq(revisions.campaign, p('campaign')), eq(revisions.revision, p('revision')))),
  );

  return {
    /** The statements that keep a revision, for the transaction that saves it. */
    adding(content: CampaignContent, revision: number, campaigner: string, at: number): Statement[] {
      const made = PIECES.map((name) => {
        const text = JSON.stringify(content[name]);
        return { name, hash: createHash('sha256').update(text).digest(), content: deflateRawSync(text) };
      });
      const hashes = Object.fromEntries(made.map(({ name, hash }) => [name, hash]));
      const campaign = content.facts.slug;
      return [
        ...made.map(({ hash, content }) => ({ write: addPiece, values: { hash, content } })),
        { write: add, values: { campaign, revision, at, campaigner, ...hashes }, expects: 1 },
      ];
    },
    /** The newest revisions, the newest first. */
    async list(campaign: string, limit: number): Promise<Revision[]> {
      return (await latest.execute({ campaign, limit })) as Revision[];
    },
    /** What the campaign was at a revision; null where it was not kept. */
    async load(campaign: string, revision: number): Promise<CampaignContent | null> {
      const [row] = await one.execute({ campaign, revision });
      if (!row) return null;
      const found = await db
        .select()
        .from(pieces)
        .where(
          inArray(
            pieces.hash,
            PIECES.map((name) => row[name]),
          ),
        );
      const read = (name: (typeof PIECES)[number]) => {
        const piece = found.find(({ hash }) => hash.equals(row[name]));
        return piece ? JSON.parse(inflateRawSync(piece.content).toString('utf8')) : null;
      };
      return Object.fromEntries(PIECES.map((name) => [name, read(name)])) as unknown as CampaignContent;
    },
  };
}
export type RevisionVerbs = ReturnType<typeof revisionVerbs>;
