import { dirname, join, resolve } from 'node:path';
import pino from 'pino';
import { readWorld } from '../../server/campaigns/countries.ts';
import { readConfig } from '../../server/config.ts';
import { openCallOut } from '../../server/hooks/call-out.ts';
import { openMailers } from '../../server/outbox/mailers.ts';
import type { Parts } from '../../server/parts.ts';
import type { Store } from '../../server/store/open.ts';
import { openKeys } from '../../server/vault/keys.ts';
import { openVault } from '../../server/vault/vault.ts';
import { openViews } from '../../server/views/views.ts';

export const ROOT = resolve(import.meta.dirname, '../..');
export const SLUG = 'save-the-bees';
export const COMMON = { world: readWorld(ROOT), views: openViews(ROOT) };
export const SECRET_KEY = 'k'.repeat(48);
/** The moment at which everything happens. */
export const NOW = Date.parse('2026-11-24T10:00:00Z');

/** The parts that write, read and send, on the database of `file`, that somebody has opened; all but the campaigns. */
export function partsOn(store: Store, file: string): Omit<Parts, 'campaigns'> {
  const vault = openVault(SECRET_KEY, openKeys(join(dirname(file), 'keys')));
  return {
    ...COMMON,
    config: readConfig({ SECRET_KEY, MAIL_DOMAIN: 'letters.example' }),
    store,
    vault,
    mailers: openMailers(
      null,
      store,
      vault,
      () => NOW,
      async (raw) => raw,
    ),
    now: () => NOW,
    random: () => 0.5,
    publicUrl: () => 'https://letters.example',
    wake: () => {},
    callOut: openCallOut(),
    examine: async () => [],
    log: pino({ level: 'silent' }),
  };
}
