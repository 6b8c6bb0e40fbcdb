import { createPrivateKey, createPublicKey, type KeyObject, sign as signBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import RelaxedBody from 'nodemailer/lib/dkim/relaxed-body';
import canonical from 'nodemailer/lib/dkim/sign';
import { type Config, databaseFolder } from '../config.ts';

/** A whole message in, the same message out, with a signature on top or as it was. */
export type Sign = (raw: Buffer) => Promise<Buffer>;

/**
 * Fields that are named once more than they occur, so that "and no further one" is signed too. A verifier reads fields
 * from the bottom, most mail programs show the first: else somebody could put a second Subject or Reply-To on top of a
 * letter, and send it on in our name with a signature that holds.
 */
const SEALED = [
  'From',
  'Reply-To',
  'To',
  'Cc',
  'Subject',
  'Date',
  'Message-ID',
  'MIME-Version',
  'Content-Type',
  'Content-Transfer-Encoding',
];
/** Signed where they are there. That they are not there is nobody's concern. */
const SIGNED = ['Content-Language', 'Auto-Submitted'];

const signInBackground = promisify(signBytes);

/**
 * Signs mail by DKIM (RFC 6376): rsa-sha256, relaxed/relaxed. What is signed is canonicalised by nodemailer; its own
 * signer is not used because it names each field once only. The same message gives the same signature each time.
 * @throws Error where the key is no RSA key that can be used
 */
export function openDkim({ key, selector, domain }: { key: string; selector: string; domain: string }): Sign {
  const privateKey = readKey(key);
  return async (raw) => {
    const end = raw.indexOf('\r\n\r\n') + 2;
    const head = raw.toString('latin1', 0, end);
    const fields = head
      .split(/\r\n(?![ \t])/)
      .slice(0, -1)
      .map((line) => ({ key: line.slice(0, line.indexOf(':')).trim().toLowerCase(), line }));
    const names = [...SEALED, ...SIGNED].filter((name) => fields.some((field) => field.key === name.toLowerCase()));
    const tags = [
      `v=1; a=rsa-sha256; c=relaxed/relaxed; d=${domain}`,
      `q=dns/txt; s=${selector}; bh=${await bodyHash(raw.subarray(end + 2))}`,
      `h=${folded([...names, ...SEALED].join(':'))}`,
      'b=',
    ];
    const unsigned = `DKIM-Signature: ${tags.join(';\r\n ')}`;
    const signed = relaxed(fields, names) + relaxed([{ key: 'dkim-signature', line: unsigned }], ['DKIM-Signature']);
    // The signature's own field ends without its line end (RFC 6376, 3.7).
    const bytes = Buffer.from(signed.slice(0, -'\r\n'.length), 'latin1');
    const signature = (await signInBackground('sha256', bytes, privateKey)).toString('base64');
    const lines = signature.match(/.{1,72}/g) ?? [];
    return Buffer.concat([Buffer.from(`${unsigned}${lines.join('\r\n ')}\r\n`), raw]);
  };
}

/** A list with colons over several lines. */
function folded(list: string): string {
  return (list.match(/.{1,70}(?::|$)/g) ?? []).join('\r\n  ');
}

function relaxed(fields: { key: string; line: string }[], names: string[]): string {
  return canonical.relaxedHeaders(fields, names.join(':')).headers;
}

function bodyHash(body: Buffer): Promise<string> {
  return new Promise((done, failed) => {
    const hasher = new RelaxedBody({});
    hasher.on('hash', done);
    hasher.on('error', failed);
    hasher.resume();
    hasher.end(body);
  });
}

function readKey(pem: string): KeyObject {
  let key: KeyObject;
  try {
    key = createPrivateKey(pem);
  } catch {
    throw new Error('The DKIM key cannot be read: it must be a private RSA key in PEM, without a passphrase');
  }
  if (key.asymmetricKeyType !== 'rsa') throw new Error('The DKIM key is not an RSA key, which every mail server reads');
  return key;
}

/** Where the key lies that `npm run dkim` makes: beside the database, like the secret key. */
export function dkimKeyFile({ databaseUrl }: Pick<Config, 'databaseUrl'>, root: string): string {
  return join(databaseFolder(databaseUrl, root), 'dkim.pem');
}

/** The key that mail is signed with, and the file it lies in (null: it came by DKIM_KEY). Null where there is none. */
export function findDkimKey(
  config: Pick<Config, 'dkimKey' | 'databaseUrl'>,
  root: string,
): { pem: string; file: string | null } | null {
  if (config.dkimKey) return { pem: config.dkimKey, file: null };
  const file = dkimKeyFile(config, root);
  try {
    return { pem: readFileSync(file, 'utf8'), file };
  } catch (error) {
    // Any other error must be heard: mail would go out unsigned although somebody made a key.
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw new Error(`The DKIM key cannot be read: ${file} (${(error as NodeJS.ErrnoException).code})`);
  }
}

/** Signs with the key there is; without one, mail goes as it is. */
export function signerOf(
  config: Pick<Config, 'dkimKey' | 'databaseUrl' | 'dkimSelector' | 'mailDomain'>,
  root: string,
): Sign {
  const key = findDkimKey(config, root);
  if (!key) return async (raw) => raw;
  return openDkim({ key: key.pem, selector: config.dkimSelector, domain: config.mailDomain });
}

/** The name and the text of the DNS record by which others verify what the key has signed. */
export function dkimRecord(key: string, selector: string, domain: string): { name: string; text: string } {
  const publicKey = createPublicKey(readKey(key)).export({ type: 'spki', format: 'der' });
  return { name: `${selector}._domainkey.${domain}`, text: `v=DKIM1; k=rsa; p=${publicKey.toString('base64')}` };
}
