import type { Role } from '../domain/roles.ts';
import type { Connection } from './connection.ts';
import { and, eq, gt, isNull, lte, ne, sql } from './drizzle.ts';

export type Campaigner = {
  id: string;
  mark: Buffer;
  box: Buffer;
  role: Role | '';
  addedAt: number;
  endedAt: number | null;
};

/** Who works at the desk, and what they may do. */
export function campaignerVerbs({ db, tables: t, prepare, atomically }: Connection) {
  const p = sql.placeholder;
  const { campaigners, roles, sessions, passkeys } = t;
  const all = prepare(db.select().from(campaigners).where(isNull(campaigners.endedAt)).orderBy(campaigners.addedAt));
  const byId = prepare(
    db
      .select()
      .from(campaigners)
      .where(and(eq(campaigners.id, p('id')), isNull(campaigners.endedAt))),
  );
  const byMark = prepare(
    db
      .select()
      .from(campaigners)
      .where(and(eq(campaigners.mark, p('mark')), isNull(campaigners.endedAt))),
  );
  const rolesOf = prepare(
    db
      .select()
      .from(roles)
      .where(eq(roles.campaigner, p('campaigner'))),
  );
  const rolesIn = prepare(
    db
      .select()
      .from(roles)
      .where(eq(roles.campaign, p('campaign'))),
  );
  const give = prepare(
    db
      .insert(roles)
      .values({ campaign: p('campaign'), campaigner: p('campaigner'), role: p('role') })
      .onConflictDoUpdate({ target: [roles.campaign, roles.campaigner], set: { role: sql`excluded.role` } }),
  );
  const take = prepare(
    db.delete(roles).where(and(eq(roles.campaign, p('campaign')), eq(roles.campaigner, p('campaigner')))),
  );
  const takeAll = prepare(db.delete(roles).where(eq(roles.campaigner, p('campaigner'))));
  const leave = prepare(
    db
      .update(campaigners)
      .set({ endedAt: sql`${p('now')}`, box: sql`${p('box')}` })
      .where(eq(campaigners.id, p('id'))),
  );
  const endSessions = prepare(db.delete(sessions).where(eq(sessions.campaigner, p('campaigner'))));
  const endPasskeys = prepare(db.delete(passkeys).where(eq(passkeys.campaigner, p('campaigner'))));

  return {
    async all(): Promise<Campaigner[]> {
      return (await all.execute()) as Campaigner[];
    },
    async byId(id: string): Promise<Campaigner | null> {
      return ((await byId.execute({ id }))[0] as Campaigner | undefined) ?? null;
    },
    async byMark(mark: Buffer): Promise<Campaigner | null> {
      return ((await byMark.execute({ mark }))[0] as Campaigner | undefined) ?? null;
    },
    /** Adds somebody, or lets in again who had left. Gives their id. */
    async add(row: Omit<Campaigner, 'endedAt'>): Promise<string> {
      const { role, box, addedAt } = row;
      const [kept] = await db
        .insert(campaigners)
        .values(row)
        .onConflictDoUpdate({ target: campaigners.mark, set: { role, box, addedAt, endedAt: null } })
        .returning({ id: campaigners.id });
      return kept?.id ?? row.id;
    },
    async setRole(id: string, role: Role | ''): Promise<void> {
      await db.update(campaigners).set({ role }).where(eq(campaigners.id, id));
    },
    /** Somebody works here no more: their sessions and passkeys end with it, and what was kept of them goes but for the bare row. */
    async end(id: string, now: number): Promise<void> {
      await atomically([
        { write: leave, values: { id, now, box: Buffer.alloc(0) } },
        { write: takeAll, values: { campaigner: id } },
        { write: endSessions, values: { campaigner: id } },
        { write: endPasskeys, values: { campaigner: id } },
      ]);
    },
    async rolesOf(campaigner: string): Promise<Map<string, Role>> {
      const rows = await rolesOf.execute({ campaigner });
      return new Map(rows.map(({ campaign, role }) => [campaign, role as Role]));
    },
    async rolesIn(campaign: string): Promise<Map<string, Role>> {
      const rows = await rolesIn.execute({ campaign });
      return new Map(rows.map(({ campaigner, role }) => [campaigner, role as Role]));
    },
    async giveRole(campaign: string, campaigner: string, role: Role): Promise<void> {
      await give.execute({ campaign, campaigner, role });
    },
    async takeRole(campaign: string, campaigner: string): Promise<void> {
      await take.execute({ campaign, campaigner });
    },
  };
}

export type Session = { hash: Buffer; id: string; campaigner: string; createdAt: number; seenAt: number };

/** Links that sign in once, and who is signed in. */
export function sessionVerbs({ db, tables: t, prepare }: Connection) {
  const p = sql.placeholder;
  const { sessions, signIns } = t;
  const byHash = prepare(
    db
      .select()
      .from(sessions)
      .where(eq(sessions.hash, p('hash'))),
  );
  const ofCampaigner = prepare(
    db
      .select()
      .from(sessions)
      .where(eq(sessions.campaigner, p('campaigner')))
      .orderBy(sessions.createdAt),
  );
  const link = prepare(
    db
      .select()
      .from(signIns)
      .where(eq(signIns.hash, p('hash'))),
  );

  return {
    async open(session: Session): Promise<void> {
      await db.insert(sessions).values(session);
    },
    async find(hash: Buffer): Promise<Session | null> {
      return ((await byHash.execute({ hash }))[0] as Session | undefined) ?? null;
    },
    async seen(hash: Buffer, now: number): Promise<void> {
      await db.update(sessions).set({ seenAt: now }).where(eq(sessions.hash, hash));
    },
    async ofCampaigner(campaigner: string): Promise<Session[]> {
      return (await ofCampaigner.execute({ campaigner })) as Session[];
    },
    /** Ends one session of a campaigner. */
    async end(campaigner: string, id: string): Promise<void> {
      await db.delete(sessions).where(and(eq(sessions.campaigner, campaigner), eq(sessions.id, id)));
    },
    /** Ends all sessions of a campaigner but the one from which it is asked. */
    async endOthers(campaigner: string, id: string): Promise<void> {
      await db.delete(sessions).where(and(eq(sessions.campaigner, campaigner), ne(sessions.id, id)));
    },
    async addLink(hash: Buffer, campaigner: string, expiresAt: number): Promise<void> {
      await db.insert(signIns).values({ hash, campaigner, expiresAt });
    },
    /** Whose link it is, without using it, and whether it still opens; null where it is not known (any more). */
    async link(hash: Buffer, now: number): Promise<{ campaigner: string; isOver: boolean } | null> {
      const [row] = await link.execute({ hash });
      return row ? { campaigner: row.campaigner, isOver: row.expiresAt <= now } : null;
    },
    /** Uses a link up; false where somebody was quicker. It stays known for a while, so that a second use is noticed. */
    async useLink(hash: Buffer, now: number): Promise<boolean> {
      const used = await db
        .update(signIns)
        .set({ expiresAt: now })
        .where(and(eq(signIns.hash, hash), gt(signIns.expiresAt, now)))
        .returning({ hash: signIns.hash });
      return used.length === 1;
    },
    /** Takes back the links that would make the first owner: there is one, or a new link. */
    async dropFirstLinks(): Promise<void> {
      await db.delete(signIns).where(eq(signIns.campaigner, ''));
    },
    /** Ends sessions that nobody used since `unusedSince` or that began before `begunBefore`, and links that were over by `overBefore`. */
    async forget(overBefore: number, unusedSince: number, begunBefore: number): Promise<void> {
      await db.delete(signIns).where(lte(signIns.expiresAt, overBefore));
      await db.delete(sessions).where(lte(sessions.seenAt, unusedSince));
      await db.delete(sessions).where(lte(sessions.createdAt, begunBefore));
    },
  };
}
