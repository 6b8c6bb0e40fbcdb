import { parseAddress } from '../domain/address.ts';

/** Who a mail server is told it comes from and goes to: one recipient, always. */
export type Envelope = { from: string; to: string };

/** A whole message, ready to go. `messageId` stands in angle brackets and stays the same when a mail is tried again. */
export type Mail = { envelope: Envelope; messageId: string; raw: Buffer };

/** What the mail server that took the mail answered. */
export type Receipt = { answer: string };

/**
 * `beforeDot` is waited for when all of the mail but its final dot has been handed over. Where it throws, the mail is
 * certainly not delivered, and `send` throws the same.
 */
export type Mailer = { send(mail: Mail, beforeDot?: () => Promise<void>): Promise<Receipt>; close(): Promise<void> };

type RefusalDetails = {
  about?: 'mail' | 'relay' | 'tls';
  ofSender?: boolean;
  permanent?: boolean;
  status?: number | null;
  doubtful?: boolean;
};

/**
 * A mail that was not taken. Its message holds no address and may be logged.
 * - `about`: this mail; or the mail server that carries all mail; or its missing or untrusted encryption.
 * - `ofSender`: it was us who were refused, before the office was named.
 * - `permanent`: trying this mail again is of no use.
 * - `status`: the SMTP reply code, or null where no server answered; `enhanced`: the code of RFC 3463, such as 5.1.1.
 * - `doubtful`: the text was being handed over and no answer came, so the mail may have gone after all (RFC 1047).
 */
export class DeliveryRefused extends Error {
  readonly about: 'mail' | 'relay' | 'tls';
  readonly ofSender: boolean;
  readonly permanent: boolean;
  readonly status: number | null;
  readonly enhanced: string | null;
  readonly doubtful: boolean;

  constructor(
    reason: string,
    { about = 'mail', ofSender = false, permanent = false, status = null, doubtful = false }: RefusalDetails,
  ) {
    const text = scrub(reason);
    super(text);
    this.name = 'DeliveryRefused';
    this.about = about;
    this.ofSender = ofSender;
    this.permanent = permanent;
    this.status = status;
    this.enhanced = /\b\d{3}[ -]([245]\.\d{1,3}\.\d{1,3})\b/.exec(text)?.[1] ?? null;
    this.doubtful = doubtful;
  }
}

/** One line of at most 300 characters in which no mail address is left, however a server spelt it, and none of `names`. */
export function scrub(text: string, names: string[] = []): string {
  return (
    names
      .reduce((left, name) => left.replace(literally(name), '…'), text.toWellFormed())
      .split(/[\p{Cc}\s]+/u)
      // Word by word: one pattern over a text of a megabyte would take hours, and a server may send one.
      .map((word) => (/@|%40|=40|&#64;|&#x40;/i.test(word) ? '…' : word))
      .join(' ')
      .trim()
      .slice(0, 300)
  );
}

/**
 * What a mail server said, without whom a letter is of, should it have repeated them: their name, whole or a part of it
 * as a word, the name of their mailbox, and what a header would be encoded as. It is kept in clear.
 */
export function withoutSender(text: string, { name, email }: { name: string; email: string }): string {
  const local = localParts({ from: email, to: email });
  const parts = new Set([name, ...local].flatMap(wordsOf));
  // A short Latin name is a part of many words: it goes where it is one.
  const whole = name.length > 2 || /[^\0-\x7f]/.test(name) ? [name] : [];
  return scrub(text, [...whole, ...local])
    .split(' ')
    .map((word) => (word.includes('=?') || wordsOf(word).some((part) => parts.has(part)) ? '…' : word))
    .join(' ');
}

/** The words of a text, to be compared; single letters are none. */
function wordsOf(text: string): string[] {
  return text
    .normalize('NFC')
    .toLowerCase()
    .split(/[^\p{L}\p{M}\p{N}]+/u)
    .filter((word) => [...word].length > 1);
}

/** Finds a text in any case. */
function literally(text: string): RegExp {
  return new RegExp(text.replace(/[^\w]/g, '\\$&'), 'gi');
}

const DOTLESS =
  /^(?=[^@]{1,64}@)[\w!#$%&'*+/=?^`{|}~-]+(?:\.[\w!#$%&'*+/=?^`{|}~-]+)*@[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;

/** Whether a text is exactly one plain addr-spec, nothing before, between or after; the domain in A-labels of any case. */
export function isRecipient(address: string): boolean {
  return /^[!-~]+$/.test(address) && parseAddress(address).ok;
}

/** The same for an address of our own, whose domain may be a single label such as localhost. */
export function isOwnAddress(address: string): boolean {
  return isRecipient(address) || DOTLESS.test(address);
}

/** The domain in lower case, the local part untouched. */
function onTheWire(address: string): string {
  const domain = address.lastIndexOf('@') + 1;
  return address.slice(0, domain) + address.slice(domain).toLowerCase();
}

/**
 * The envelope as it is told to a mail server. Throws unless it is one plain address each: mail libraries read addresses
 * again, and find more than one in a list.
 */
export function checkEnvelope({ from, to }: Envelope): Envelope {
  if (typeof from !== 'string' || !isOwnAddress(from))
    throw new DeliveryRefused('the envelope has no plain sender', { permanent: true });
  if (typeof to !== 'string' || !isRecipient(to))
    throw new DeliveryRefused('the envelope has no plain recipient', { permanent: true });
  return { from: onTheWire(from), to: onTheWire(to) };
}

/** What of an envelope a server might repeat without its domain. */
export function localParts({ from, to }: Envelope): string[] {
  return [from, to]
    .map((address) => String(address))
    .map((address) => address.slice(0, address.lastIndexOf('@')))
    .filter((local) => local.length > 2);
}
