import { randomBytes } from 'node:crypto';
import { existsSync, linkSync, mkdirSync, readFileSync, unlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { databaseFolder } from '../config.ts';

const SHORTEST = 32;

/** Where the secret key lies if none is given. */
export function secretKeyFile(databaseUrl: string, root: string): string {
  return join(databaseFolder(databaseUrl, root), 'secret.key');
}

/**
 * The secret key: as given, or else out of a file beside the database, which is made (mode 0600) on the first start.
 * With PostgreSQL the file lies in `var/`.
 */
export function secretKey(given: string | null, databaseUrl: string, root: string): string {
  if (given) return given;
  const file = secretKeyFile(databaseUrl, root);
  if (!existsSync(file)) make(file);
  const key = readFileSync(file, 'utf8').trim();
  // What is half there opens nothing, and what it sealed would never open again.
  if (key.length < SHORTEST)
    throw new Error(`${file} holds no key; put yours back, or remove it if nothing was sealed yet`);
  return key;
}

/** Written whole and synced under another name, then given its own: a process that is ended midway leaves no half a key. */
function make(file: string): void {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  const draft = `${file}.${randomBytes(6).toString('hex')}`;
  writeFileSync(draft, `${randomBytes(48).toString('base64')}\n`, { mode: 0o600, flag: 'wx', flush: true });
  try {
    // Of two that start at once one gives its key the name, and the other then reads that one.
    linkSync(draft, file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    unlinkSync(draft);
  }
}
