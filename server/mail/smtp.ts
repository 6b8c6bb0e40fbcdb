import { Readable } from 'node:stream';
import { isLoopback } from '../config.ts';
import { type Line, type LineOptions, openLines } from './lines.ts';
import { checkEnvelope, localParts, type Mail, type Mailer, type Receipt, scrub } from './mailer.ts';
import { refusalOf } from './refusal.ts';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
/** However slowly a server reads or answers, a conversation ends within this time. */
const WHOLE = 14 * MINUTE;
/** How long closing waits for conversations under way before it breaks them off. */
const FAREWELL = 20 * SECOND;

/** How many conversations there may be with the mail server at a time. */
export const LINES = 10;

/**
 * How a mail server is spoken to, from `smtp://user:password@host:port` or `smtps://…`. With `tls` "required" (the
 * default anywhere but on this machine itself) the conversation is encrypted and the certificate verified, or there is none.
 */
export function smtpOptions(url: string, tls: 'required' | 'optional' | null = null): LineOptions {
  const parsed = URL.parse(url);
  // The URL holds a password: it is not repeated.
  if (!parsed || !['smtp:', 'smtps:'].includes(parsed.protocol) || !parsed.hostname) {
    throw new Error('SMTP_URL is not a URL such as smtp://user:password@mail.example.org:587');
  }
  // Parameters of the URL could weaken what is set here, so none are read.
  const host = parsed.hostname.replace(/^\[|\]$/g, '').toLowerCase();
  const strict = tls ? tls === 'required' : !isLoopback(host);
  return {
    host,
    secure: parsed.protocol === 'smtps:',
    ...(parsed.port && { port: Number(parsed.port) }),
    ...(parsed.username && { auth: { user: decoded(parsed.username), pass: decoded(parsed.password) } }),
    requireTLS: strict,
    tls: { rejectUnauthorized: strict, minVersion: 'TLSv1.2' },
    logger: false,
    connectionTimeout: 30 * SECOND,
    greetingTimeout: 30 * SECOND,
    // RFC 5321, 4.5.3.2.6: ten minutes for the answer to the final dot.
    socketTimeout: 10 * MINUTE,
  };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** One try at one mail: whether its text was begun, and whether all of it, with its final dot, may have reached the server. */
type Attempt = { begun: boolean; handedOver: boolean; broken: unknown };

/** Opens the way to a mail server: see {@link smtpOptions} and {@link openLines}. */
export function openSmtp(options: LineOptions): Mailer {
  const lines = openLines(options, LINES);
  const underWay = new Set<Promise<Receipt>>();

  async function deliver(mail: Mail, beforeDot: () => Promise<void>): Promise<Receipt> {
    const { from, to } = checkEnvelope(mail.envelope);
    const line = await lines.get().catch((error) => {
      throw refusalOf(error, mail.envelope, 'relay');
    });
    const attempt: Attempt = { begun: false, handedOver: false, broken: null };
    const first = line.used === 0;
    line.used += 1;
    try {
      const answer = await converse(line, { from, to }, mail.raw, attempt, beforeDot);
      lines.giveBack(line);
      return { answer: scrub(answer, localParts(mail.envelope)) };
    } catch (error) {
      // Our own refusal to set the dot is ours to tell; the line is cut before the server could take the mail.
      if (attempt.broken) {
        lines.breakOff(line);
        throw attempt.broken;
      }
      const refusal = refusalOf(error, mail.envelope, 'mail', attempt.handedOver);
      // Refused before its text had ended: the server still takes for text what it is told, so this line is of no use.
      const inText = attempt.begun && !attempt.handedOver;
      const over = refusal.status === null || refusal.status === 421;
      if (over || inText || !(await isReset(line))) lines.breakOff(line);
      else lines.giveBack(line);
      // A server may hang up on a line that rested: the mail was not begun, and a fresh line is no second try.
      if (!first && refusal.status === null && !attempt.handedOver) return deliver(mail, beforeDot);
      throw refusal;
    }
  }

  return {
    send(mail, beforeDot = async () => {}) {
      const delivery = deliver(mail, beforeDot);
      underWay.add(delivery);
      const done = () => underWay.delete(delivery);
      delivery.then(done, done);
      return delivery;
    },
    async close() {
      lines.close();
      const farewell = setTimeout(lines.cut, FAREWELL);
      await Promise.allSettled(underWay);
      clearTimeout(farewell);
    },
  };
}

/**
 * MAIL, RCPT, DATA, the text and its final dot. The text is handed over whole before `beforeDot` is waited for, and only
 * then the dot is sent: until that moment the server cannot have taken the mail (RFC 5321, 4.1.1.4).
 */
function converse(
  line: Line,
  envelope: { from: string; to: string },
  raw: Buffer,
  attempt: Attempt,
  beforeDot: () => Promise<void>,
): Promise<string> {
  let ended = false;
  async function* text() {
    attempt.begun = true;
    yield raw;
    try {
      await beforeDot();
    } catch (error) {
      attempt.broken = error;
      throw error;
    }
    // The server refused or hung up meanwhile: no dot is sent, and nothing is in doubt.
    if (ended) throw new Error('the conversation is over');
    attempt.handedOver = true;
  }
  return new Promise((resolve, reject) => {
    const { connection } = line;
    const fail = (error: unknown) => {
      ended = true;
      reject(error);
    };
    const hungUp = () => fail(Object.assign(new Error('the connection ended'), { code: 'ECONNECTION' }));
    const late = setTimeout(() => {
      fail(Object.assign(new Error('the conversation took too long'), { code: 'ETIMEDOUT' }));
    }, WHOLE);
    const over = () => {
      clearTimeout(late);
      connection.removeListener('end', hungUp);
      connection.removeListener('error', fail);
    };
    connection.once('end', hungUp);
    connection.once('error', fail);
    connection.send({ from: envelope.from, to: [envelope.to] }, Readable.from(text()), (error, info) => {
      over();
      if (error) fail(error);
      else if (!attempt.handedOver) fail(new Error('the server took a mail that was not yet whole'));
      else resolve(info?.response ?? '');
    });
  });
}

/** Whether the line is ready for another mail after a refusal. */
function isReset({ connection, broken }: Line): Promise<boolean> {
  if (broken) return Promise.resolve(false);
  return new Promise((resolve) => {
    const settle = (isReady: boolean) => {
      clearTimeout(late);
      connection.removeListener('end', hungUp);
      resolve(isReady);
    };
    // A server may refuse and hang up at once; nobody answers then.
    const hungUp = () => settle(false);
    const late = setTimeout(hungUp, 5 * SECOND);
    connection.once('end', hungUp);
    connection.reset((error) => settle(!error));
  });
}
