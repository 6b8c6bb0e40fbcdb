import { firstLink, signInLink } from '../desk/sign-in.ts';
import { lookup, newToken } from '../vault/vault.ts';
import type { Bench } from './command.ts';

/**
 * `desk-link`: a link that signs in the owner who has been here longest, once, within an hour; or that makes the first
 * owner. Whoever may run commands here may do anything anyway; it is the way in where mail does not arrive.
 */
export async function deskLink({ store, config, now, say }: Bench): Promise<void> {
  const parts = {
    store,
    vault: { lookup, newToken },
    now: () => now,
    publicUrl: () => config.publicUrl ?? `http://${config.host}:${config.port}`,
  };
  const owner = (await store.campaigners.all()).find(({ role }) => role === 'owner');
  say(owner ? await signInLink(parts, owner.id) : ((await firstLink(parts)) ?? ''));
}
