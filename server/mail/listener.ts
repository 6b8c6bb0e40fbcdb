import type { AddressInfo } from 'node:net';
import { SMTPServer, type SMTPServerDataStream } from 'smtp-server';

const KIB = 1024;
const SECOND = 1000;
/** How much of a mail is kept: verdict and headers stand in front, and the rest may be a whole letter sent back. */
const KEPT = 512 * KIB;
const LARGEST = 10 * KIB * KIB;
const CONNECTIONS = 50;
const RECIPIENTS = 5;
const IDLE = 30 * SECOND;
/** However busy, no connection lives longer. */
const LIFE = 10 * 60 * SECOND;
const FAREWELL = 3 * SECOND;

/** Whose an address is: a letter's return path that we have signed, one that mails only come from, or none of ours. */
export type Owner = 'token' | 'sender' | 'no';

export type ListenerOptions = {
  /** The name it greets with. */
  name: string;
  isOurs(address: string): Owner;
  /** Takes one mail for the addresses it came to; when it fails, the other server is asked to try again. */
  onMail(addresses: string[], raw: Buffer): Promise<void>;
  /** Told of what went wrong; errors can name addresses, so nothing of them may be logged but name and code. */
  onFault(error: unknown): void;
};

export type Listener = { port: number; close(): Promise<void> };

/** An SMTP answer; its text begins with an enhanced status (RFC 3463). */
function answer(responseCode: number, text: string): Error {
  return Object.assign(new Error(text), { responseCode });
}

const LETTER_SENDER =
  "5.7.1 This address only carries letters and nobody reads it. To answer the person who wrote to you, write to the address in the letter's Reply-To line.";
const NOTICE_SENDER =
  '5.7.1 Nobody reads this address. Whom you can write to stands at the end of the mail you were sent.';

/**
 * Listens for returned mail, and for nothing else: it takes mail to return paths that we have signed, relays nothing,
 * knows no accounts, and never sends a mail, so that no loop can come of it (RFC 3834). The sender is not looked at:
 * bounces come from `<>`, automatic replies from anybody.
 */
export async function openListener(address: string, options: ListenerOptions): Promise<Listener> {
  const { host, port } = parsed(address);
  const underWay = new Set<Promise<unknown>>();
  const server = new SMTPServer({
    name: options.name,
    authOptional: true,
    disabledCommands: ['AUTH', 'STARTTLS', 'HELP', 'WIZ', 'SHELL', 'KILL', 'XCLIENT', 'XFORWARD'],
    disableReverseLookup: true,
    logger: false,
    size: LARGEST,
    maxClients: CONNECTIONS,
    socketTimeout: IDLE,
    closeTimeout: FAREWELL,
    onRcptTo: ({ address: to }, session, done) => {
      const refusal = refused(to, options.isOurs(to));
      if (!refusal && session.envelope.rcptTo.length >= RECIPIENTS)
        return done(answer(452, '4.5.3 Too many recipients; send the others their own mail'));
      done(refusal);
    },
    onData: (stream, session, done) => {
      const addresses = session.envelope.rcptTo.map((each) => each.address);
      const taking = take(stream, addresses).then(
        (isTaken) => (isTaken ? done(null, '2.0.0 taken') : done(answer(552, '5.3.4 This mail is too large'))),
        (error) => {
          options.onFault(error);
          done(answer(451, '4.3.0 This could not be taken just now; please try again'));
        },
      );
      underWay.add(taking);
      void taking.finally(() => underWay.delete(taking));
    },
  });

  /** Hands one mail on; false where it is too large. */
  async function take(stream: SMTPServerDataStream, addresses: string[]): Promise<boolean> {
    const raw = await firstOf(stream);
    if (stream.sizeExceeded) return false;
    await options.onMail(addresses, raw);
    return true;
  }

  server.server.on('connection', (socket) => {
    const end = setTimeout(() => socket.destroy(), LIFE).unref();
    socket.once('close', () => clearTimeout(end));
  });
  await listening(server, host, port, address);
  // A connection that breaks off is nobody's fault, and its error holds the other side's address.
  server.on('error', (error) => {
    if (!('remoteAddress' in error)) options.onFault(error);
  });
  return {
    port: (server.server.address() as AddressInfo).port,
    async close() {
      await new Promise<void>((done) => server.close(done));
      await Promise.allSettled(underWay);
    },
  };
}

function refused(address: string, owner: Owner): Error | null {
  if (owner === 'token') return null;
  if (owner === 'no') return answer(550, '5.1.1 There is no such address here');
  return answer(550, /^letter\+/i.test(address) ? LETTER_SENDER : NOTICE_SENDER);
}

/** The beginning of a mail; the rest is read and dropped. Fails when the connection breaks before the mail's end. */
async function firstOf(stream: SMTPServerDataStream): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    if (length < KEPT) chunks.push(chunk.subarray(0, KEPT - length));
    length += chunk.length;
  }
  return Buffer.concat(chunks);
}

function listening(server: SMTPServer, host: string, port: number, address: string): Promise<void> {
  return new Promise((done, failed) => {
    const onError = (error: NodeJS.ErrnoException) =>
      failed(new Error(`BOUNCE_LISTEN: nothing can listen at ${address} (${error.code ?? error.name})`));
    server.once('error', onError);
    server.listen(port, host, () => {
      server.off('error', onError);
      done();
    });
  });
}

function parsed(address: string): { host: string; port: number } {
  const colon = address.lastIndexOf(':');
  return { host: address.slice(0, colon).replace(/^\[|\]$/g, ''), port: Number(address.slice(colon + 1)) };
}
