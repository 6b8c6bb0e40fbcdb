import { checkEnvelope, type Mail, type Mailer } from './mailer.ts';

/** A mailer whose mail stays here: a mail is delivered when `keep` has kept it. */
export function openMailbox(keep: (mail: Mail) => Promise<void>): Mailer {
  return {
    async send(mail, beforeDot = async () => {}) {
      checkEnvelope(mail.envelope);
      await beforeDot();
      await keep(mail);
      return { answer: '250 kept in the local mailbox' };
    },
    async close() {},
  };
}

/**
 * Reads a mail as our own composer writes it: one part of plain text in UTF-8. Headers under their names as written,
 * unfolded and decoded; the text with LF line ends. Not for mail from elsewhere.
 */
export function readMail(raw: Buffer): { headers: Record<string, string>; text: string } {
  const mail = raw.toString('latin1');
  const end = mail.indexOf('\r\n\r\n');
  const headers: Record<string, string> = {};
  for (const line of mail
    .slice(0, end)
    .replace(/\r\n(?=[ \t])/g, '')
    .split('\r\n')) {
    const colon = line.indexOf(':');
    headers[line.slice(0, colon)] = decodeWords(line.slice(colon + 1).trim());
  }
  const encoding = headers['Content-Transfer-Encoding'];
  const body = mail.slice(end + 4);
  const bytes =
    encoding === 'base64'
      ? Buffer.from(body, 'base64')
      : encoding === 'quoted-printable'
        ? unquoted(body)
        : Buffer.from(body, 'latin1');
  return { headers, text: utf8(bytes).replaceAll('\r\n', '\n') };
}

/** RFC 2047: encoded-words to text; the space between two of them belongs to neither. */
function decodeWords(line: string): string {
  return line
    .replace(/(\?=)[ \t]+(?==\?)/g, '$1')
    .replace(/=\?utf-8\?([bq])\?([^?\s]*)\?=/gi, (_, kind: string, text: string) =>
      utf8(kind.toLowerCase() === 'b' ? Buffer.from(text, 'base64') : unquoted(text.replaceAll('_', ' '))),
    );
}

/** RFC 2045, 6.7: soft line breaks go, =XX is a byte. */
function unquoted(text: string): Buffer {
  const joined = text.replace(/=\r\n/g, '');
  return Buffer.from(
    joined.replace(/=([0-9A-F]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16))),
    'latin1',
  );
}

function utf8(bytes: Buffer): string {
  return new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);
}
