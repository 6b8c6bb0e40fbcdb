import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openKeys } from '../../server/vault/keys.ts';
import { openVault } from '../../server/vault/vault.ts';

/** A vault whose keys lie in a folder of its own, which goes when the process ends. */
export function testVault(secretKey = 'k'.repeat(48)) {
  const folder = mkdtempSync(join(tmpdir(), 'dear-minister-keys-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  return openVault(secretKey, openKeys(folder));
}
