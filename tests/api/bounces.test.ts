import { createHmac } from 'node:crypto';
import Fastify from 'fastify';
import { Webhook } from 'standardwebhooks';
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { bounceCalls } from '../../server/api/bounces.ts';
import { readBodies } from '../../server/http/bodies.ts';
import { errorAnswers } from '../../server/pages/errors.ts';
import { StoreFault } from '../../server/store/connection.ts';
import { SNS_HOST, startAmazon, TOPIC } from '../support/amazon.ts';
import { startApp, type TestApp } from '../support/app.ts';
import { bees } from '../support/cast.ts';

// What becomes of a letter is tried with the act itself; here only what reaches it, and what happens when it cannot act.
const { taken, act } = vi.hoisted(() => ({ taken: [] as object[], act: { fault: null as Error | null } }));
vi.mock('../../server/acts/bounce.ts', () => ({
  takeReturned: async (_parts: unknown, mail: object) => {
    if (act.fault) throw act.fault;
    taken.push(mail);
    return 'bounced';
  },
}));

const LETTER = '0123456789abcdef0123456789abcdef';
const SENDER = `b+${LETTER}00112233445566778899@letters.example`;
const MINISTER = 'minister@interior-ie.test';
const MINUTE = 60_000;
const NOW = Date.parse('2026-11-24T10:00:00Z');
const PASSWORD = 'bounces:correct horse battery';
const KEY = 'key-0000000000000000';
const SECRET = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;
const ENV = {
  MAIL_DOMAIN: 'letters.example',
  BOUNCE_SES_TOPIC: TOPIC,
  BOUNCE_POSTMARK: PASSWORD,
  BOUNCE_MAILGUN: KEY,
  BOUNCE_WEBHOOK: SECRET,
};

let app: TestApp;
let bare: TestApp;
let amazon: Awaited<ReturnType<typeof startAmazon>>;
let sns: ReturnType<typeof Fastify>;
let snsUrl = '';
beforeAll(async () => {
  amazon = await startAmazon({ '/': 200 });
  [app, bare] = await Promise.all([startApp([bees()], ENV), startApp([])]);
  // The same calls as in the app, but Amazon's host name leads to the stand-in.
  sns = Fastify();
  readBodies(sns);
  errorAnswers(sns, app.parts);
  bounceCalls(sns, app.parts, amazon.agent);
  snsUrl = await sns.listen({ host: '127.0.0.1', port: 0 });
});
afterAll(async () => {
  await sns.close();
  await Promise.all([app.stop(), bare.stop(), amazon.stop()]);
});
beforeEach(() => {
  taken.length = 0;
  act.fault = null;
  app.logged.length = 0;
  app.clock.now = NOW;
});

type Sent = { body: string; headers?: Record<string, string> };
async function post(name: string, { body, headers = {} }: Sent, start = name === 'ses' ? snsUrl : app.url) {
  const type = name === 'ses' ? 'text/plain; charset=UTF-8' : 'application/json';
  const answer = await fetch(`${start}/api/bounces/${name}`, {
    method: 'POST',
    body,
    headers: { 'content-type': type, ...headers },
  });
  const text = await answer.text();
  return {
    status: answer.status,
    headers: answer.headers,
    type: answer.headers.get('content-type') ?? '',
    body: JSON.parse(text),
  };
}

let count = 0;
const unique = () => `${String(++count).padStart(4, '0')}${'ab'.repeat(23)}`;

/** A request of each vendor as it is: what it reports, and signed when and by what. `payload` puts another in its place. */
type Make = (options?: { at?: number; forged?: boolean; id?: string; payload?: unknown }) => Sent;
const postmark: Make = ({ forged = false, payload } = {}) => ({
  body: JSON.stringify(
    payload ?? {
      RecordType: 'Bounce',
      Type: 'HardBounce',
      TypeCode: 1,
      MessageID: '883953f4-6105-42a2-a16a-77a8eac79483',
      Details: 'smtp;550 5.1.1 unknown',
      Email: MINISTER,
      From: `letter+${LETTER}@letters.example`,
      BouncedAt: '2026-11-24T09:33:54.9070259Z',
    },
  ),
  headers: { authorization: `Basic ${Buffer.from(forged ? 'bounces:guessed' : PASSWORD).toString('base64')}` },
});
const mailgun: Make = ({ at = NOW, forged = false, id = unique(), payload } = {}) => {
  const timestamp = String(Math.floor(at / 1000));
  const signature = createHmac('sha256', forged ? 'key-guessed-guessed' : KEY)
    .update(timestamp + id)
    .digest('hex');
  const event = {
    event: 'failed',
    severity: 'permanent',
    reason: 'bounce',
    recipient: MINISTER,
    envelope: { sender: SENDER, transport: 'smtp', targets: MINISTER },
    message: { headers: { 'message-id': `${LETTER}@letters.example` } },
    'delivery-status': { code: 550, 'enhanced-code': '5.1.1', message: 'unknown', description: '' },
  };
  return { body: JSON.stringify({ signature: { timestamp, token: id, signature }, 'event-data': payload ?? event }) };
};
// This library knows no clock but the machine's.
const webhook: Make = ({ at = NOW, forged = false, id = unique(), payload } = {}) => {
  const when = new Date(Date.now() + at - NOW);
  const body = JSON.stringify(
    payload ?? { type: 'bounce', letter: LETTER, kind: 'hard', status: '5.1.1', recipient: MINISTER },
  );
  const secret = forged ? `whsec_${Buffer.alloc(32, 8).toString('base64')}` : SECRET;
  const headers = {
    'webhook-id': id,
    'webhook-timestamp': String(Math.floor(when.getTime() / 1000)),
    'webhook-signature': new Webhook(secret).sign(id, when, body),
  };
  return { body, headers };
};
const ses: Make = ({ at = NOW, forged = false, id = unique(), payload } = {}) => {
  const event = {
    notificationType: 'Bounce',
    bounce: {
      bounceType: 'Permanent',
      bounceSubType: 'General',
      bouncedRecipients: [{ emailAddress: MINISTER, status: '5.1.1', action: 'failed' }],
    },
    mail: { source: SENDER, destination: [MINISTER], messageId: '00000138111222aa' },
  };
  const envelope = amazon.notification(payload ?? event, at, { MessageId: id });
  return { body: JSON.stringify(forged ? { ...envelope, Subject: 'forged' } : envelope) };
};
const verdict = { kind: 'hard', status: '5.1.1', recipient: MINISTER };
const VENDORS: [string, Make, object, number][] = [
  ['ses', ses, { addresses: [SENDER], verdict }, 61],
  ['postmark', postmark, { addresses: [], letter: LETTER, verdict }, 0],
  ['mailgun', mailgun, { addresses: [SENDER], letter: LETTER, verdict }, 16],
  ['webhook', webhook, { addresses: [], letter: LETTER, verdict }, 6],
];
const DATED = VENDORS.filter(([, , , minutes]) => minutes > 0);

/** What of the log is about the notice itself, each answered request has a line besides. */
const told = () => app.logged.map((line) => JSON.parse(line)).filter(({ msg }) => msg !== 'answered');
const silent = () => {
  const log = app.logged.join('\n');
  for (const secret of [MINISTER, SENDER, LETTER, 'interior-ie', PASSWORD, KEY, SECRET])
    expect(log).not.toContain(secret);
};

describe.each(VENDORS)('%s', (name, make, mail) => {
  test('what is signed is acted upon', async () => {
    const { status, body } = await post(name, make());
    expect([status, body]).toEqual([200, { status: 'taken' }]);
    expect(taken).toEqual([mail]);
    expect(told()).toMatchObject([{ vendor: name, kind: 'hard', outcome: 'bounced' }]);
    silent();
  });

  test('M15: what is not signed is refused, told once, and without effect', async () => {
    const { status, type, body, headers } = await post(name, make({ forged: true }));
    expect([status, body.type, body.status]).toEqual([401, 'about:blank#not-signed', 401]);
    expect(type).toContain('application/problem+json');
    expect(headers.get('www-authenticate')).toBe(name === 'postmark' ? 'Basic realm="bounces"' : null);
    expect(taken).toEqual([]);
    expect(told()).toMatchObject([{ level: 40, vendor: name, route: `/api/bounces/${name}` }]);
    silent();
  });

  test('signed and broken: 422, and nobody is asked to repeat it for ever', async () => {
    const { status, body } = await post(name, make({ payload: name === 'ses' ? 'no JSON' : { half: true } }));
    expect([status, body.type]).toEqual([422, 'about:blank#invalid-input']);
    expect(body.errors).toEqual([{ field: expect.any(String), message: expect.any(String) }]);
    expect(taken).toEqual([]);
    silent();
  });

  test('broken before anything could be verified', async () => {
    const { status } = await post(name, { ...make(), body: 'no JSON' });
    expect(status).toBe(name === 'webhook' ? 401 : name === 'postmark' ? 422 : 400);
    expect((await post(name, { body: '{}' })).status).toBe(401);
    expect((await post(name, { body: '[]' })).status).toBe(401);
    const length = '{"length":{"toString":1}}';
    const fields = `{"TopicArn":${length},"signature":{"token":${length}}}`;
    expect((await post(name, { body: fields })).status).toBe(401);
  });

  test('too big, or of another kind', async () => {
    expect((await post(name, { ...make(), body: `"${'x'.repeat(1024 * 1024)}"` })).status).toBe(413);
    for (const type of [
      'application/x-www-form-urlencoded',
      'application/xml',
      'text/html',
      'application/json; charset=latin1',
    ])
      expect([
        type,
        (await post(name, { body: make().body, headers: { ...make().headers, 'content-type': type } })).status,
      ]).toEqual([type, 415]);
    expect(taken).toEqual([]);
  });

  test('a large one under the bound is read', async () => {
    const { body, headers } = make({ payload: undefined });
    const padded = name === 'webhook' ? null : { ...JSON.parse(body), padding: 'x'.repeat(900_000) };
    if (padded)
      expect((await post(name, { body: JSON.stringify(padded), ...(headers && { headers }) })).status).toBe(200);
    else {
      const payload = { type: 'message', raw: Buffer.alloc(600_000, 'x').toString('base64') };
      expect((await post(name, make({ payload }))).status).toBe(200);
    }
  });

  test('I1: what could not be stored is asked for again, and is then no repeat', async () => {
    const request = make();
    act.fault = new StoreFault('the disk is full');
    expect((await post(name, request)).status).toBe(503);
    act.fault = null;
    expect((await post(name, request)).body).toEqual({ status: 'taken' });
    expect(taken).toEqual([mail]);
  });

  test('where it is not set up, there is nothing', async () => {
    const { status, body } = await post(name, { ...make(), headers: { 'content-type': 'application/json' } }, bare.url);
    expect([status, body.type]).toEqual([404, 'about:blank#not-found']);
  });
});

describe.each(DATED)('%s knows time', (name, make, _mail, minutes) => {
  test('M15: a repeat gets 200, one line, and no effect', async () => {
    const request = make();
    expect((await post(name, request)).body).toEqual({ status: 'taken' });
    app.logged.length = 0;
    const { status, body } = await post(name, request);
    expect([status, body]).toEqual([200, { status: 'seen' }]);
    expect(taken).toHaveLength(1);
    expect(told()).toMatchObject([{ level: 40, vendor: name }]);
    silent();
  });

  test('of twenty at once one has an effect', async () => {
    const request = make();
    const answers = await Promise.all(Array.from({ length: 20 }, () => post(name, request)));
    expect(answers.map(({ body }) => body.status).sort()).toEqual([...Array(19).fill('seen'), 'taken']);
    expect(taken).toHaveLength(1);
  });

  test('M15: one signed long ago gets 200, one line, and no effect', async () => {
    const { status, body } = await post(name, make({ at: NOW - minutes * MINUTE }));
    expect([status, body]).toEqual([200, { status: 'too-old' }]);
    expect(taken).toEqual([]);
    expect(told()).toMatchObject([{ level: 40, vendor: name }]);
    silent();
  });
});

test('SNS: a subscription is completed once, its end is told', async () => {
  const subscription = (Type: string, Token: string) => ({
    body: JSON.stringify(
      amazon.signed({
        Type,
        MessageId: `subscription-${Token}`,
        Token,
        TopicArn: TOPIC,
        Message: 'You have chosen to subscribe to the topic.',
        SubscribeURL: `https://${SNS_HOST}/?Action=ConfirmSubscription`,
        Timestamp: new Date(NOW).toISOString(),
      }),
    ),
  });
  const asked = () => amazon.asked.filter((path) => path.startsWith('/?')).length;
  const request = subscription('SubscriptionConfirmation', '1');
  expect((await post('ses', request)).body).toEqual({ status: 'taken' });
  expect((await post('ses', request)).body).toEqual({ status: 'seen' });
  expect(asked()).toBe(1);
  expect((await post('ses', subscription('UnsubscribeConfirmation', '2'))).body).toEqual({ status: 'taken' });
  expect(asked()).toBe(1);
  expect(told().map(({ msg }) => msg)).toEqual([
    'the topic of the bounces is subscribed to',
    'a bounce notice was left alone: it came before',
    'the topic of the bounces is no longer subscribed to',
  ]);
});

test('other calls of the API still take JSON only, and pages forms only', async () => {
  const send = (path: string, type: string) =>
    fetch(app.url + path, { method: 'POST', body: '{}', headers: { 'content-type': type } }).then(
      ({ status }) => status,
    );
  expect(await send('/api/confirmations', 'text/plain')).toBe(415);
  expect(await send('/c/save-the-bees', 'text/plain')).toBe(415);
  expect(await send('/api/bounces/mailgun', 'text/plain')).toBe(415);
  expect(await send('/api/bounces/ses', 'text/plain')).toBe(401);
  expect(await send('/api/bounces/ses', 'application/json')).toBe(401);
});

test('bounce calls are found by no GET and allow no stranger’s page', async () => {
  const answer = await fetch(`${app.url}/api/bounces/mailgun`);
  expect(answer.status).toBe(404);
  const posted = await post('mailgun', mailgun());
  expect(posted.headers.get('access-control-allow-origin')).toBeNull();
  expect(posted.headers.get('cache-control')).toBe('no-store');
});
