import { greaterRole, type Role } from '../domain/roles.ts';
import type { Parts } from '../parts.ts';

/** What somebody may do in a campaign, by the greater of their two roles; null for nothing. */
export async function roleIn(
  { store }: Pick<Parts, 'store'>,
  { id, role }: { id: string; role: Role | null },
  campaign: string,
): Promise<Role | null> {
  const here = (await store.campaigners.rolesOf(id)).get(campaign) ?? null;
  return greaterRole(role, here);
}
