/** Why a text is not an address we write to. */
export type AddressFault = 'missing' | 'shape' | 'length' | 'script';

const LOCAL = /^[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*$/;
const LABEL = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;

/**
 * Reads one plain addr-spec (RFC 5321: local part of at most 64 octets, 254 in all; no quoted local parts, no
 * address literals, no lists). The domain comes back as A-labels in lower case; the local part as it was typed.
 */
export function parseAddress(input: string): { ok: true; address: string } | { ok: false; fault: AddressFault } {
  const text = input.replace(/^[ \t]+|[ \t]+$/g, '');
  if (text === '') return { ok: false, fault: 'missing' };
  const at = text.lastIndexOf('@');
  const local = text.slice(0, at);
  if (at < 1 || text.indexOf('@') !== at) return { ok: false, fault: 'shape' };
  // biome-ignore lint/suspicious/noControlCharactersInRegex: anything beyond ASCII is what is looked for
  if (/[^\x00-\x7f]/.test(local)) return { ok: false, fault: 'script' };
  if (!LOCAL.test(local)) return { ok: false, fault: 'shape' };
  const domain = asciiDomain(text.slice(at + 1));
  if (!domain) return { ok: false, fault: 'shape' };
  const address = `${local}@${domain}`;
  if (local.length > 64 || address.length > 254) return { ok: false, fault: 'length' };
  return { ok: true, address };
}

/** The domain in A-labels (IDNA by the URL standard), or null where it is no public host name. */
function asciiDomain(domain: string): string | null {
  if (!/^[^\s/?#\\:@[\]%<>"'(),;]+$/.test(domain) || domain.length > 253) return null;
  const ascii = URL.parse(`http://${domain}/`)?.hostname ?? '';
  const labels = ascii.split('.');
  const top = labels.at(-1) ?? '';
  return labels.length > 1 && labels.every((label) => LABEL.test(label)) && /[a-z]/.test(top) ? ascii : null;
}

/** Domains under which dots in the local part mean nothing, and those known to deliver `name+tag` to `name`. */
const SAME_DOMAIN: Record<string, string> = {
  'googlemail.com': 'gmail.com',
  'pm.me': 'proton.me',
  'protonmail.com': 'proton.me',
};
const DOTLESS = new Set(['gmail.com']);
const TAGGED = new Set([
  'gmail.com',
  'proton.me',
  'outlook.com',
  'hotmail.com',
  'live.com',
  'icloud.com',
  'fastmail.com',
]);

/** One spelling for each mailbox, so that one person counts once. For comparing only: mail goes to the address as typed. */
export function canonicalAddress(address: string): string {
  const at = address.lastIndexOf('@');
  const typed = address.slice(at + 1).toLowerCase();
  const domain = SAME_DOMAIN[typed] ?? typed;
  let local = address.slice(0, at).toLowerCase();
  if (TAGGED.has(domain)) local = local.replace(/\+.*$/, '') || local;
  if (DOTLESS.has(domain)) local = local.replaceAll('.', '');
  return `${local}@${domain}`;
}

/** The mailbox an address most likely leads to: many servers deliver `name+tag` to `name`. To keep others from harm, not to tell people apart. */
export function mailboxOf(address: string): string {
  return canonicalAddress(address).replace(/\+[^@]*@/, '@');
}
