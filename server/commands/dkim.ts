import { generateKeyPairSync } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { isIP } from 'node:net';
import { dirname, join } from 'node:path';
import { type Config, isLoopback } from '../config.ts';
import { ownAddresses } from '../doctor/addresses.ts';
import { relayHost } from '../doctor/names.ts';
import { dkimKeyFile, dkimRecord, findDkimKey } from '../mail/dkim.ts';
import type { Voice } from './campaign.ts';
import { Refused, reasonsOf } from './command.ts';

const ROOT = join(import.meta.dirname, '..', '..');

/** `dkim`: makes the key that mail is signed with where there is none, and prints the DNS records to publish. */
export async function runDkim(args: string[], configure: () => Config, voice: Voice): Promise<0 | 1 | 2> {
  if (args.length > 0) {
    voice.complain('Usage: npm run dkim');
    return 2;
  }
  try {
    printRecords(configure(), voice.say, ownAddresses());
    return 0;
  } catch (error) {
    for (const line of reasonsOf(error)) voice.complain(line);
    return 1;
  }
}

function printRecords(config: Config, say: (line: string) => void, own: string[]): void {
  const domain = config.mailDomain;
  if (!domain.includes('.')) {
    throw new Refused(`MAIL_DOMAIN is ${domain}. Set it to the domain your letters come from, and call this again.`);
  }
  const key = findDkimKey(config, ROOT) ?? makeKey(config, say);
  say(key.file ? `The key lies in ${key.file}; keep it secret, and keep a copy.` : 'The key is the one of DKIM_KEY.');
  say(`Publish these records in the DNS of ${domain}. Lines with # are words about them.`);
  const paragraphs = [
    dkim(key.pem, config),
    spf(config, own),
    dmarc(config),
    ...(config.bounces.listen ? [mx(config)] : []),
  ];
  for (const line of paragraphs.flatMap((lines) => ['', ...lines])) say(line);
  say('');
  say('When they are published: npm run doctor');
}

function makeKey(config: Config, say: (line: string) => void): { pem: string; file: string } {
  const file = dkimKeyFile(config, ROOT);
  // Every mail server reads RSA of 2048 bits; few read Ed25519, and a longer key does not fit everywhere.
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }) as string;
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  try {
    // `wx`: a key that somebody made in the same moment is not overwritten.
    writeFileSync(file, pem, { mode: 0o600, flag: 'wx' });
  } catch (error) {
    throw new Refused(`The key cannot be written to ${file} (${(error as NodeJS.ErrnoException).code}).`);
  }
  say('A new key was made. Mail is signed with it once the program is started again: publish its record first.');
  return { pem, file };
}

function dkim(pem: string, { dkimSelector, mailDomain }: Config): string[] {
  const { name, text } = dkimRecord(pem, dkimSelector, mailDomain);
  const strings = (text.match(/.{1,255}/g) ?? []).map((part) => `"${part}"`);
  return [
    '# DKIM: by this key others see that a letter is from you and that nobody changed it.',
    `${name}. TXT ${text}`,
    '# The same for a zone file, which wants it in strings of at most 255 bytes (publish one of the two):',
    `${name}. IN TXT ( ${strings.join(' ')} )`,
  ];
}

function spf({ mailDomain, smtpUrl }: Config, own: string[]): string[] {
  const host = relayHost(smtpUrl);
  const about = '# SPF: which machines may send for you. There may be only one such record: add to one that is there.';
  const record = (what: string) => `${mailDomain}. TXT v=spf1 ${what} ~all`;
  const mechanism = (address: string) => `ip${isIP(address)}:${address}`;
  if (host && !isLoopback(host)) {
    return [
      about,
      '# If your relay is a provider’s, it sends from many machines: put in the name its manual gives after include:',
      record('include:PROVIDER'),
      '# If your relay is one machine of your own, publish this instead:',
      record(isIP(host) ? mechanism(host) : `a:${host}`),
    ];
  }
  if (own.length > 0) return [about, record(own.map(mechanism).join(' '))];
  return [about, '# Put in the address by which the world knows the machine that sends:', record('ip4:ADDRESS')];
}

function dmarc({ mailDomain }: Config): string[] {
  const name = `_dmarc.${mailDomain}. TXT`;
  return [
    '# DMARC: what others shall do with mail in your name that is neither signed by you nor sent by your machines, and where',
    '# they report to. Put in an address where somebody reads. Begin with this one:',
    `${name} v=DMARC1; p=none; rua=mailto:dmarc@${mailDomain}`,
    '# When the reports of two weeks show none of your own letters failing, change it to:',
    `${name} v=DMARC1; p=quarantine; rua=mailto:dmarc@${mailDomain}`,
  ];
}

function mx({ mailDomain, publicUrl }: Config): string[] {
  const host = URL.parse(publicUrl ?? '')?.hostname ?? '';
  const name = host && !isLoopback(host) && isIP(host.replace(/^\[|\]$/g, '')) === 0 ? host : `mail.${mailDomain}`;
  return [
    '# MX: returned letters come to this machine (BOUNCE_LISTEN), and so does all other mail to this domain: if people',
    '# get mail there, give the letters a domain of their own, such as letters.example.org. The name needs an A record.',
    `${mailDomain}. MX 10 ${name}.`,
  ];
}
