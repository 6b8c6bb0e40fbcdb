import type { Parts } from '../parts.ts';
import type { Token } from '../store/tokens.ts';
import { roleIn } from './role.ts';

/** Whether the one who made a token is still an owner of what it reads: of its campaign, or of the installation. */
export async function isByOwner(
  { store }: Pick<Parts, 'store'>,
  { campaigner, campaign }: Pick<Token, 'campaigner' | 'campaign'>,
): Promise<boolean> {
  const row = await store.campaigners.byId(campaigner);
  if (!row) return false;
  return (await roleIn({ store }, { id: row.id, role: row.role || null }, campaign)) === 'owner';
}
