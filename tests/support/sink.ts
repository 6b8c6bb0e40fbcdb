import type { AddressInfo } from 'node:net';
import { type ParsedMail, simpleParser } from 'mailparser';
import { SMTPServer } from 'smtp-server';

export type Received = { from: string; to: string[]; mail: ParsedMail; raw: string };

/** A real SMTP server on 127.0.0.1 that keeps what it is given. `refuse` may answer a recipient with an error. */
export async function startSink(refuse: (to: string) => Error | null = () => null, port = 0) {
  const received: Received[] = [];
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS', 'AUTH'],
    logger: false,
    onRcptTo: (address, _session, done) => done(refuse(address.address)),
    onData(stream, session, done) {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk) => chunks.push(chunk));
      stream.on('end', async () => {
        const raw = Buffer.concat(chunks);
        const { mailFrom, rcptTo } = session.envelope;
        received.push({
          from: mailFrom ? mailFrom.address : '',
          to: rcptTo.map(({ address }) => address),
          mail: await simpleParser(raw),
          raw: raw.toString('utf8'),
        });
        done();
      });
    },
  });
  server.on('error', () => {});
  await new Promise<void>((done) => server.listen(port, '127.0.0.1', done));
  const bound = (server.server.address() as AddressInfo).port;
  return {
    url: `smtp://127.0.0.1:${bound}`,
    received,
    stop: () => new Promise<void>((done) => server.close(() => done())),
  };
}

/** The confirmation link's token in a mail, and its code. */
export function proofIn(text: string): { token: string; code: string } {
  const token = /\/confirm\/([A-Za-z0-9_-]{43})/.exec(text)?.[1];
  const code = /^(\d{3} \d{3})$/m.exec(text)?.[1];
  if (!token || !code) throw new Error('the mail holds no link or no code');
  return { token, code };
}
