import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { databaseFolder } from '../config.ts';
import { writeSecret } from './files.ts';

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
  if (!existsSync(file)) writeSecret(file, `${randomBytes(48).toString('base64')}\n`);
  const key = readFileSync(file, 'utf8').trim();
  // What is half there opens nothing, and what it sealed would never open again.
  if (key.length < SHORTEST)
    throw new Error(`${file} holds no key; put yours back, or remove it if nothing was sealed yet`);
  return key;
}
