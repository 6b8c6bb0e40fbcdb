import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { databaseFolder } from '../config.ts';

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
  try {
    return readFileSync(file, 'utf8').trim();
  } catch {
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    const key = randomBytes(48).toString('base64');
    // `wx`: of two that start at once one writes, and the other then reads what it wrote.
    try {
      writeFileSync(file, `${key}\n`, { mode: 0o600, flag: 'wx' });
      return key;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      return readFileSync(file, 'utf8').trim();
    }
  }
}
