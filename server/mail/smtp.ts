import { isIPv4 } from 'node:net';
import { Readable } from 'node:stream';
import { createTransport } from 'nodemailer';
import SMTPPool, { type SMTPPoolOptions } from 'nodemailer/lib/smtp-pool';
import {
  checkEnvelope,
  DeliveryRefused,
  type Envelope,
  type Mail,
  type Mailer,
  type Receipt,
  scrub,
} from './mailer.ts';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
/** A whole delivery, waiting for a free connection included, ends before the outbox's claim on the letter does. */
const WHOLE = 14 * MINUTE;
/** How long closing waits for conversations under way before it breaks them off. */
const FAREWELL = 20 * SECOND;

/**
 * How a mail server is spoken to, from `smtp://user:password@host:port` or `smtps://…`. Anywhere but on this machine
 * itself the conversation is encrypted and the certificate verified, or there is none.
 */
export function smtpOptions(url: string): SMTPPoolOptions {
  const parsed = URL.parse(url);
  // The URL holds a password: it is not repeated.
  if (!parsed || !['smtp:', 'smtps:'].includes(parsed.protocol) || !parsed.hostname) {
    throw new Error('SMTP_URL is not a URL such as smtp://user:password@mail.example.org:587');
  }
  // Parameters of the URL could weaken what is set here, so none are read.
  const host = parsed.hostname.replace(/^\[|\]$/g, '').toLowerCase();
  const local = isLoopback(host);
  return {
    host,
    secure: parsed.protocol === 'smtps:',
    ...(parsed.port && { port: Number(parsed.port) }),
    ...(parsed.username && { auth: { user: decoded(parsed.username), pass: decoded(parsed.password) } }),
    requireTLS: !local,
    tls: { rejectUnauthorized: !local, minVersion: 'TLSv1.2' },
    disableFileAccess: true,
    disableUrlAccess: true,
    logger: false,
    maxConnections: 5,
    // The outbox alone tries again: it knows what may have gone already.
    maxRequeues: 0,
    connectionTimeout: 60 * SECOND,
    greetingTimeout: 30 * SECOND,
    // RFC 5321, 4.5.3.2.6: ten minutes for the answer to the final dot.
    socketTimeout: 10 * MINUTE,
  };
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || (isIPv4(host) && host.startsWith('127.'));
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** Opens the way to a mail server. Connections are made when there is something to send, at most five, and used again. */
export function openSmtp(url: string): Mailer {
  const pool = new SMTPPool(smtpOptions(url));
  const transport = createTransport(pool);
  const handedOver = watchHandover(transport);
  const underWay = new Set<Promise<Receipt>>();

  async function deliver({ envelope, raw }: Mail): Promise<Receipt> {
    const { from, to } = checkEnvelope(envelope);
    // A view of its own, by which this attempt is known.
    const attempt = Buffer.from(raw.buffer, raw.byteOffset, raw.byteLength);
    const signal = AbortSignal.timeout(WHOLE);
    let info: { accepted?: unknown; response: string };
    try {
      info = await transport.sendMail({ envelope: { from, to: [to] }, raw: attempt, signal });
    } catch (error) {
      throw refusal(error, envelope, handedOver.has(attempt));
    }
    if (JSON.stringify(info.accepted) !== JSON.stringify([to])) {
      throw new DeliveryRefused('the mail was accepted for another recipient than the one it is for', true, null, true);
    }
    return { answer: scrub(info.response, namesIn(envelope)) };
  }

  return {
    send(mail) {
      const delivery = deliver(mail);
      underWay.add(delivery);
      const done = () => underWay.delete(delivery);
      delivery.then(done, done);
      return delivery;
    },
    async close() {
      pool.close();
      const farewell = setTimeout(() => pool.close({ force: true }), FAREWELL);
      await Promise.allSettled(underWay);
      clearTimeout(farewell);
    },
  };
}

/**
 * Notes which messages were begun to be handed over: nodemailer reports a connection that broke before the text and
 * one that broke after the final dot alike. The text is read only once the server has said that it wants it.
 */
function watchHandover(transport: ReturnType<typeof createTransport>): WeakSet<object> {
  const begun = new WeakSet<object>();
  async function* noted(message: object, source: Readable) {
    begun.add(message);
    yield* source;
  }
  transport.use('stream', (mail, next) => {
    const message = mail.data.raw;
    if (Buffer.isBuffer(message))
      mail.message?.processFunc((source: Readable) => Readable.from(noted(message, source)));
    next();
  });
  return begun;
}

/** Replies that are about us and the mail server (RFC 4954: sign in, encrypt), so that the letter waits till it is mended. */
const ABOUT_US = [530, 534, 535, 538];

function refusal(error: unknown, envelope: Envelope, handedOver: boolean): DeliveryRefused {
  const fault = (error instanceof Error ? error : {}) as Error & {
    code?: string;
    response?: string;
    responseCode?: number;
    command?: string;
  };
  const status = fault.responseCode ?? null;
  // A 5xx to the greeting, to STARTTLS or to the password says nothing of this mail; one to its envelope or its text does.
  const aboutMail = fault.code === 'EENVELOPE' || fault.code === 'EMESSAGE';
  const permanent = aboutMail && status !== null && status >= 500 && !ABOUT_US.includes(status);
  const answer = fault.response ?? `${fault.code ?? fault.name} ${fault.message}`;
  const reason = scrub(`${fault.command ?? 'CONN'}: ${answer}`, namesIn(envelope));
  return new DeliveryRefused(reason, permanent, status, handedOver && status === null);
}

/** What of an envelope a server might repeat without its domain. */
function namesIn({ from, to }: Envelope): string[] {
  return [from, to].map((address) => address.slice(0, address.lastIndexOf('@'))).filter((local) => local.length > 2);
}
