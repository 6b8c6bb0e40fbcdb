import { createHmac } from 'node:crypto';
import { createServer } from 'node:net';
import Fastify from 'fastify';
import { createTransport } from 'nodemailer';
import { Webhook } from 'standardwebhooks';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { bounceCalls } from '../../server/api/bounces.ts';
import { readBodies } from '../../server/http/bodies.ts';
import { openReturns } from '../../server/outbox/returns.ts';
import { startAmazon, TOPIC } from '../support/amazon.ts';
import { counts, startApp, type TestApp, until } from '../support/app.ts';
import { bees } from '../support/cast.ts';
import { confirmLetter, lettersTo, person, statusOf } from '../support/letters.ts';
import { startSink } from '../support/sink.ts';

const KEY = 'key-0000000000000000';
const PASSWORD = 'bounces:correct horse battery';
const SECRET = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;

let app: TestApp;
let sink: Awaited<ReturnType<typeof startSink>>;
let amazon: Awaited<ReturnType<typeof startAmazon>>;
let sns: ReturnType<typeof Fastify>;
let snsUrl = '';
let listener: { port: number; close(): Promise<void> };

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as { port: number };
  await new Promise((done) => server.close(done));
  return port;
}

beforeAll(async () => {
  [sink, amazon] = await Promise.all([startSink(), startAmazon()]);
  app = await startApp([bees()], {
    SMTP_URL: sink.url,
    MAIL_DOMAIN: 'letters.example',
    BOUNCE_LISTEN: `127.0.0.1:${await freePort()}`,
    BOUNCE_SES_TOPIC: TOPIC,
    BOUNCE_POSTMARK: PASSWORD,
    BOUNCE_MAILGUN: KEY,
    BOUNCE_WEBHOOK: SECRET,
  });
  sns = Fastify();
  readBodies(sns);
  bounceCalls(sns, app.parts, amazon.agent);
  snsUrl = await sns.listen({ host: '127.0.0.1', port: 0 });
  listener = (await openReturns(app.parts)) as typeof listener;
});
afterAll(async () => {
  await listener.close();
  await sns.close();
  await app.stop();
  await Promise.all([amazon.stop(), sink.stop()]);
});

const post = async (url: string, body: unknown, headers: Record<string, string> = {}) => {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  const answer = await fetch(url, {
    method: 'POST',
    body: text,
    headers: { 'content-type': 'application/json', ...headers },
  });
  return answer.status;
};
const seconds = () => String(Math.floor(app.clock.now / 1000));

/** What came back, as a mail server writes it (RFC 3464). */
const report = (to: string) =>
  [
    'From: Mail Delivery System <mailer-daemon@mx.interior-ie.test>',
    `To: ${to}`,
    'Subject: Undelivered Mail Returned to Sender',
    'Auto-Submitted: auto-replied',
    'MIME-Version: 1.0',
    'Content-Type: multipart/report; report-type=delivery-status; boundary=b',
    '',
    '--b',
    '',
    'Your message could not be delivered.',
    '',
    '--b',
    'Content-Type: message/delivery-status',
    '',
    'Reporting-MTA: dns; mx.interior-ie.test',
    '',
    'Final-Recipient: rfc822; minister@interior-ie.test',
    'Action: failed',
    'Status: 5.1.1',
    'Diagnostic-Code: smtp; 550 5.1.1 no such user here',
    '',
    '--b--',
    '',
  ].join('\r\n');

type Sent = { returnPath: string; id: string };
const WAYS: Record<string, (sent: Sent) => Promise<unknown>> = {
  'the SMTP listener': ({ returnPath }) =>
    createTransport({ host: '127.0.0.1', port: listener.port, secure: false, ignoreTLS: true }).sendMail({
      envelope: { from: '', to: [returnPath] },
      raw: report(returnPath),
    }),
  'Amazon SES': ({ returnPath }) =>
    post(
      `${snsUrl}/api/bounces/ses`,
      JSON.stringify(
        amazon.signed({
          Type: 'Notification',
          MessageId: `m-${returnPath.slice(2, 12)}`,
          TopicArn: TOPIC,
          Timestamp: new Date(app.clock.now).toISOString(),
          Message: JSON.stringify({
            notificationType: 'Bounce',
            bounce: {
              bounceType: 'Permanent',
              bounceSubType: 'General',
              bouncedRecipients: [{ emailAddress: 'minister@interior-ie.test', status: '5.1.1', action: 'failed' }],
              timestamp: new Date(app.clock.now).toISOString(),
              feedbackId: 'f',
            },
            mail: { source: returnPath, messageId: 'ses-own', destination: ['minister@interior-ie.test'] },
          }),
        }),
      ),
      { 'content-type': 'text/plain; charset=UTF-8' },
    ),
  Postmark: ({ id }) =>
    post(
      `${app.url}/api/bounces/postmark`,
      {
        RecordType: 'Bounce',
        ID: 42,
        Type: 'HardBounce',
        TypeCode: 1,
        MessageID: '00000000-0000-0000-0000-000000000000',
        Email: 'minister@interior-ie.test',
        From: `letter+${id}@letters.example`,
        BouncedAt: new Date(app.clock.now).toISOString(),
      },
      { authorization: `Basic ${Buffer.from(PASSWORD).toString('base64')}` },
    ),
  Mailgun: ({ id }) => {
    const [timestamp, token] = [seconds(), id.repeat(2).slice(0, 50)];
    const signature = createHmac('sha256', KEY)
      .update(timestamp + token)
      .digest('hex');
    return post(`${app.url}/api/bounces/mailgun`, {
      signature: { timestamp, token, signature },
      'event-data': {
        event: 'failed',
        severity: 'permanent',
        reason: 'bounce',
        recipient: 'minister@interior-ie.test',
        'delivery-status': { code: 550, 'enhanced-code': '5.1.1', message: '5.1.1 no such user', description: '' },
        message: { headers: { 'message-id': `${id}@letters.example` } },
      },
    });
  },
  'a signed webhook': ({ returnPath }) => {
    const body = JSON.stringify({
      type: 'message',
      address: returnPath,
      raw: Buffer.from(report(returnPath)).toString('base64'),
    });
    // The library that checks it has a clock of its own.
    const at = new Date();
    const signature = new Webhook(SECRET).sign(`w-${returnPath}`.slice(0, 30), at, body);
    return post(`${app.url}/api/bounces/webhook`, body, {
      'webhook-id': `w-${returnPath}`.slice(0, 30),
      'webhook-timestamp': String(Math.floor(at.getTime() / 1000)),
      'webhook-signature': signature,
    });
  },
};

test.each(Object.keys(WAYS).map((way, n) => [way, n] as const))(
  'a letter that was sent comes back by %s',
  async (way, n) => {
    const before = (await counts(app)).bounced ?? 0;
    sink.received.length = 0;
    const [token] = await confirmLetter(app, sink, person(n));
    await until(async () => (await statusOf(app, token as string)).state === 'sent', 'sent');
    const returnPath = lettersTo(sink, 'ie')[0]?.from ?? '';
    const id = returnPath.slice(2, 34);
    await WAYS[way]?.({ returnPath, id });
    await until(async () => (await statusOf(app, token as string)).state === 'bounced', 'bounced');
    await WAYS[way]?.({ returnPath, id });
    expect((await counts(app)).bounced).toBe(before + 1);
    expect((await counts(app)).sent).toBeUndefined();
    // Others may write on: this test is about what comes back, not about an office that refuses.
    await app.parts.store.queues.trust('save-the-bees', 'ie-interior');
    await app.parts.campaigns.refresh();
    expect(app.logged.join('')).not.toMatch(/interior-ie\.test|person-|b\+[0-9a-f]/);
  },
);
