import MailComposer, { type MailComposerOptions } from 'nodemailer/lib/mail-composer';
import { headerWords } from '../domain/drafts.ts';
import { isOwnAddress, type Mail } from './mailer.ts';

/** A name to show, and one plain address. */
export type Party = { name?: string; address: string };

/** What every mail has. `messageId` stands in angle brackets; `language` is a BCP 47 tag; `text` has any line ends. */
type Written = {
  messageId: string;
  from: Party;
  to: Party;
  envelopeFrom: string;
  subject: string;
  text: string;
  language: string;
  date: Date;
};

/** A citizen's letter: what a person sends, so nothing marks it as automatic (RFC 3834), and answers go to them. */
export async function composeLetter(
  letter: Written & { from: Required<Party>; replyTo: Required<Party>; to: Required<Party> },
): Promise<Mail> {
  return compose(letter, { replyTo: party(letter.replyTo) });
}

/** Our own mail to a citizen, which says that no person wrote it and that no machine should answer (RFC 3834). */
export async function composeNotice(notice: Written): Promise<Mail> {
  return compose(notice, { headers: { 'Auto-Submitted': 'auto-generated', 'X-Auto-Response-Suppress': 'All' } });
}

async function compose(mail: Written, more: Pick<MailComposerOptions, 'replyTo' | 'headers'>): Promise<Mail> {
  const text = mailText(mail.text);
  const messageId = matching(mail.messageId, /^<[\w.+=-]+@[A-Za-z0-9.-]+>$/, 'message id');
  const language = matching(mail.language, /^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*$/, 'language');
  const built = new MailComposer({
    ...more,
    from: party(mail.from),
    to: party(mail.to),
    subject: headerWords(mail.subject).join(' '),
    messageId,
    date: mail.date,
    headers: { ...more.headers, 'Content-Language': language },
    text,
    encoding: mostlyLatin(text) ? 'quoted-printable' : 'base64',
    newline: 'windows',
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  const raw = await built.compile().build();
  // RFC 5322, 2.1.1; folding needs spaces, so an endless word in a name could pass it.
  if (
    raw
      .toString('latin1')
      .split('\r\n')
      .some((line) => line.length > 998)
  )
    throw new Error('a line of the mail is too long');
  return { envelope: { from: mail.envelopeFrom, to: mail.to.address }, messageId, raw };
}

/** The text as lines, each with its end. It is asserted to be a string: nodemailer would read a file for an object. */
function mailText(text: unknown): string {
  if (typeof text !== 'string') throw new TypeError('the text of a mail is not a string');
  const lines = text.toWellFormed().replace(/\r\n?|\n/g, '\r\n');
  return lines.endsWith('\r\n') ? lines : `${lines}\r\n`;
}

/** Quoted-printable takes three characters a byte beyond ASCII, base64 four for every three bytes. */
function mostlyLatin(text: string): boolean {
  const bytes = Buffer.byteLength(text);
  const ascii = text.replace(/[^\t\r\n -~]/g, '').length;
  return ascii + 3 * (bytes - ascii) <= (bytes * 4) / 3 + 80;
}

/** Always an object, never a string, which nodemailer would take apart into as many addresses as it finds. */
function party({ name, address }: Party): { name: string; address: string } {
  if (typeof address !== 'string' || !isOwnAddress(address)) throw new Error('not one plain address');
  return { name: displayName(name ?? ''), address };
}

function matching(text: string, pattern: RegExp, what: string): string {
  if (!pattern.test(text)) throw new Error(`the ${what} of a mail is not well-formed`);
  return text;
}

/**
 * A name fit to stand beside an address: one line, nothing that turns the reading direction of what follows, nothing
 * that a mail program would decode into another text (a look-alike of RFC 2047's encoded-words).
 */
function displayName(name: string): string {
  return name
    .toWellFormed()
    .replace(/[\u202a-\u202e\u2066-\u2069]/g, '')
    .replace(/[\p{Cc}\s]+/gu, ' ')
    .replace(/=\?/g, '= ?')
    .trim();
}

const LONGEST_NAME = 120;

/**
 * `Name via Organiser`: says in every inbox who writes and who carries it. At most 120 characters, the organiser with at
 * most half of them; an @ becomes a word, so that the name is not taken for the address.
 */
export function senderName(name: string, organiser: string): string {
  const plain = (text: string) => displayName(text.replaceAll('@', ' at '));
  const carrier = ` via ${shortened(plain(organiser), LONGEST_NAME / 2)}`;
  return shortened(plain(name), LONGEST_NAME - carrier.length) + carrier;
}

/** A text of at most `most` code units, cut where it must be between what a reader sees as characters. */
function shortened(text: string, most: number): string {
  if (text.length <= most) return text;
  let kept = '';
  for (const { segment } of new Intl.Segmenter().segment(text)) {
    if (kept.length + segment.length > most - 1) break;
    kept += segment;
  }
  return `${kept.trim()}…`;
}
