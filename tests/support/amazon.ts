import { sign } from 'node:crypto';
import { Agent, createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { makeCertificate } from './made-certificate.ts';

export const SNS_HOST = 'sns.eu-west-1.amazonaws.com';
export const TOPIC = 'arn:aws:sns:eu-west-1:000000000000:returned';
const CERTIFICATE = `/SimpleNotificationService-${'a'.repeat(32)}.pem`;

type Envelope = Record<string, string>;

/**
 * A stand-in for Amazon SNS on 127.0.0.1: a real HTTPS server under the pinned name, reached through `agent`, which
 * gives its certificate away and signs as SNS does. `answers` says what else it answers, by path.
 */
export async function startAmazon(answers: Record<string, number> = {}) {
  const { pem, key } = makeCertificate(SNS_HOST);
  const asked: string[] = [];
  const broken = { certificate: false };
  const server = createServer({ key: key.export({ type: 'pkcs8', format: 'pem' }), cert: pem }, (request, response) => {
    asked.push(String(request.url));
    const path = String(request.url).split('?')[0] ?? '';
    if (path === CERTIFICATE && broken.certificate) response.writeHead(503).end('try again');
    else if (path === CERTIFICATE) response.end(pem);
    else if (answers[path] === 302) response.writeHead(302, { location: '/elsewhere' }).end();
    else response.writeHead(answers[path] ?? 404).end();
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as AddressInfo;
  const agent = new Agent({
    port,
    ca: pem,
    lookup: (_host, options, done) =>
      options.all ? done(null, [{ address: '127.0.0.1', family: 4 }]) : done(null, '127.0.0.1', 4),
  });

  /** Signs as "Verifying the signatures of Amazon SNS messages" says: names and values on lines of their own, in byte order. */
  function signed(fields: Envelope, version: '1' | '2' = '1'): Envelope {
    const names =
      fields.Type === 'Notification'
        ? ['Message', 'MessageId', 'Subject', 'Timestamp', 'TopicArn', 'Type']
        : ['Message', 'MessageId', 'SubscribeURL', 'Timestamp', 'Token', 'TopicArn', 'Type'];
    const text = names.flatMap((name) => (name in fields ? [name, fields[name]] : [])).join('\n');
    const signature = sign(version === '1' ? 'sha1' : 'sha256', Buffer.from(`${text}\n`), key).toString('base64');
    return {
      ...fields,
      SignatureVersion: version,
      Signature: signature,
      SigningCertURL: `https://${SNS_HOST}${CERTIFICATE}`,
    };
  }

  return {
    agent,
    asked,
    broken,
    signed,
    /** A notification as SNS posts it, signed at `at`. */
    notification: (message: unknown, at: number, more: Envelope = {}, version: '1' | '2' = '1'): Envelope =>
      signed(
        {
          Type: 'Notification',
          MessageId: '22b80b92-fdea-4c2c-8f9d-bdfb0c7bf324',
          TopicArn: TOPIC,
          Message: typeof message === 'string' ? message : JSON.stringify(message),
          Timestamp: new Date(at).toISOString(),
          UnsubscribeURL: `https://${SNS_HOST}/?Action=Unsubscribe`,
          ...more,
        },
        version,
      ),
    async stop() {
      agent.destroy();
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
    },
  };
}
