import type { ParsedMail } from 'mailparser';
import { judge, type Returned, type Verdict } from '../domain/bounce.ts';
import { beforeTheOriginal, fieldsOf, reportsIn, unfolded } from './report.ts';

/** What a returned mail says, and the addresses it names that may be return paths of ours. */
export type ReadReturned = { verdict: Verdict; addresses: string[] };

/** Reports come first and are short; whatever follows is the mail they are about. */
const READ_AT_MOST = 256 * 1024;
const WORDS_AT_MOST = 32 * 1024;

/** Reads a returned mail, whatever it is made of: what cannot be read is of kind `unknown`. It never throws. */
export async function readReturned(raw: Buffer): Promise<ReadReturned> {
  const text = withLineEnds(raw.subarray(0, READ_AT_MOST).toString('latin1'));
  const addresses = candidates(text);
  try {
    // Loaded with the first mail that comes back: it takes a tenth of a second, and every start would pay for it.
    const { simpleParser } = await import('mailparser');
    const mail = await simpleParser(Buffer.from(withShortFields(text), 'latin1'), {
      keepDeliveryStatus: true,
      // The letter itself is no part of what is said about it.
      ignoreEmbedded: true,
      skipHtmlToText: true,
      skipImageLinks: true,
      skipTextToHtml: true,
      skipTextLinks: true,
    });
    return { verdict: judge(returnedOf(mail, text)), addresses };
  } catch {
    return { verdict: { kind: 'unknown', status: null, recipient: null }, addresses };
  }
}

/** Mailboxes of old put a line of their own before each mail, and some ended lines by a carriage return alone. */
function withLineEnds(text: string): string {
  const lines = text.includes('\n') ? text : text.replaceAll('\r', '\n');
  return lines.replace(/^\s+/, '').replace(/^>?From [^\n]*\n/, '');
}

/** Reading a list of addresses takes the parser as long as the square of its length. A part has fields of its own. */
function withShortFields(text: string): string {
  return text
    .split(/\n(?![ \t])/)
    .map((line) => (line.length > 4000 && /^[\w-]{1,80}[ \t]{0,40}:/.test(line) ? line.slice(0, 4000) : line))
    .join('\n');
}

/** Signed local parts, with their domain, wherever a header of the mail or of the one it quotes names whom it came to. */
function candidates(text: string): string[] {
  const found = new Set<string>();
  for (const [line] of text.matchAll(
    /^[ \t>]{0,40}(?:To|Cc|Delivered-To|X-Original-To|Envelope-To|Return-Path|Errors-To|X-Postfix-Sender|X-Failed-Sender)[ \t]{0,40}:.*(?:\n[ \t].*){0,20}/gim,
  )) {
    for (const [address] of line.matchAll(/\b[bc]\+[0-9a-f]{52}(?![0-9a-f])(?:@[a-z0-9.-]{1,253})?/gi)) {
      found.add(address.toLowerCase());
      if (found.size === 20) return [...found];
    }
  }
  return [...found];
}

/** What can be told of the parts: the words of each text, and the fields of each report. */
function returnedOf(mail: ParsedMail, raw: string): Returned {
  const headers: Record<string, string> = {};
  for (const { key, line } of mail.headerLines) headers[key] ??= unfolded(line.slice(line.indexOf(':') + 1)).trim();
  const parts = mail.attachments.map(({ contentType, content }) => ({
    type: contentType.toLowerCase(),
    text: withLineEnds(content.toString('utf8')),
  }));
  const of = (type: RegExp) => parts.filter((part) => type.test(part.type)).map(({ text }) => text);
  const told = of(/^message\/(global-)?delivery-status/).flatMap(reportsIn);
  const body = beforeTheOriginal(raw.slice(raw.indexOf('\n\n') + 2));
  const words = beforeTheOriginal(mail.text || plain(mail.html || '')).trim();
  const [feedback] = of(/^message\/feedback-report/);
  return {
    headers,
    subject: (mail.subject ?? headers.subject ?? '').slice(0, 1000),
    from: `${mail.from?.text ?? ''} ${headers.from ?? ''}`.slice(0, 1000),
    reports: told,
    loose: told.length > 0 ? [] : reportsIn(body),
    feedback: feedback === undefined ? null : fieldsOf(feedback),
    words: (words || body).slice(0, WORDS_AT_MOST),
  };
}

function plain(html: string): string {
  return html.slice(0, 4 * WORDS_AT_MOST).replace(/<[^<>]{0,2000}>/g, ' ');
}
