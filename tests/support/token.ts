import { newCampaigner } from '../../server/desk/campaigner.ts';
import type { Scope } from '../../server/domain/scopes.ts';
import type { TestApp } from './app.ts';

const DAY = 24 * 3_600_000;

/** A token as the desk makes it, by somebody who owns the campaign (all of them: ''); gives it and who made it. */
export async function tokenOf(
  app: TestApp,
  campaign: string,
  scopes: readonly Scope[],
): Promise<{ token: string; maker: string }> {
  const { store, vault } = app.parts;
  const email = `maker-${vault.newId()}@desk.example`;
  const maker = await newCampaigner(app.parts, { name: 'Mona Owner', email }, campaign ? '' : 'owner');
  if (campaign) await store.campaigners.giveRole(campaign, maker, 'owner');
  const token = `dm_${vault.newToken()}`;
  await store.tokens.add({
    ...{ hash: vault.lookup(token), id: vault.newId(), campaign, name: 'a test', scopes: scopes.join(' ') },
    ...{ campaigner: maker, addedAt: app.clock.now, expiresAt: app.clock.now + 90 * DAY },
  });
  return { token, maker };
}

/** What a program gets that sends a token. */
export const asked = (app: TestApp, path: string, token: string, header = 'authorization') =>
  fetch(path.startsWith('http') ? path : `${app.url}${path}`, {
    headers: { [header]: header === 'authorization' ? `Bearer ${token}` : token },
  });
