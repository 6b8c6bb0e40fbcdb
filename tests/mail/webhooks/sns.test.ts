import { Agent } from 'node:https';
import { createServer, type Server } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Refusal } from '../../../server/domain/errors.ts';
import { openSns, subscription } from '../../../server/mail/webhooks/sns.ts';
import { SNS_HOST, startAmazon, TOPIC } from '../../support/amazon.ts';

const NOW = Date.parse('2026-11-24T10:00:00Z');
const MINUTE = 60_000;
const DELIVERY = {
  notificationType: 'Delivery',
  mail: { source: 'b+abc@letters.example' },
  delivery: { recipients: ['minister@interior-ie.test'], smtpResponse: '250 2.6.0 Message received' },
};

let amazon: Awaited<ReturnType<typeof startAmazon>>;
beforeEach(async () => {
  amazon = await startAmazon({ '/': 200, '/moved': 302 });
});
afterEach(() => amazon.stop());

const read = (envelope: unknown, now = NOW, topic = TOPIC) =>
  openSns(topic, amazon.agent).read({ headers: {}, body: JSON.stringify(envelope) }, now);
const refusal = (reading: Promise<unknown>) =>
  reading.then(
    () => 'read',
    (error) => (error instanceof Refusal ? error.code : `${error}`),
  );

describe('the signature', () => {
  test.each(['1', '2'] as const)('version %s holds, by a certificate from the pinned host', async (version) => {
    const { id, fresh, notices } = await read(amazon.notification(DELIVERY, NOW, {}, version));
    expect({ id, fresh }).toEqual({ id: '22b80b92-fdea-4c2c-8f9d-bdfb0c7bf324', fresh: true });
    expect(notices).toEqual([
      {
        addresses: ['b+abc@letters.example'],
        verdict: { kind: 'delivered', status: '2.6.0', recipient: 'minister@interior-ie.test' },
      },
    ]);
    expect(amazon.asked).toHaveLength(1);
  });

  test('a subject is signed too', async () => {
    const envelope = amazon.notification(DELIVERY, NOW, { Subject: 'Amazon SES Email Event Notification' });
    expect((await read(envelope)).notices).toHaveLength(1);
    expect(await refusal(read({ ...envelope, Subject: 'Another' }))).toBe('not-signed');
  });

  test.each(['Message', 'MessageId', 'Timestamp', 'Signature'])('M15: a changed %s is not signed', async (field) => {
    const envelope = amazon.notification(DELIVERY, NOW);
    const other = field === 'Timestamp' ? '2026-11-24T10:00:01.000Z' : `x${envelope[field]}`;
    expect(await refusal(read({ ...envelope, [field]: other }))).toBe('not-signed');
  });

  test.each([
    `https://${SNS_HOST}.evil.example/SimpleNotificationService-${'a'.repeat(32)}.pem`,
    `http://${SNS_HOST}/SimpleNotificationService-${'a'.repeat(32)}.pem`,
    `https://evil.example/SimpleNotificationService-${'a'.repeat(32)}.pem`,
    `https://${SNS_HOST}@evil.example/SimpleNotificationService-${'a'.repeat(32)}.pem`,
    `https://${SNS_HOST}/upload/SimpleNotificationService-${'a'.repeat(32)}.pem`,
    `https://bucket.s3.amazonaws.com/SimpleNotificationService-${'a'.repeat(32)}.pem`,
  ])('a certificate from elsewhere is not even fetched: %s', async (SigningCertURL) => {
    expect(await refusal(read({ ...amazon.notification(DELIVERY, NOW), SigningCertURL }))).toBe('not-signed');
    expect(amazon.asked).toEqual([]);
  });

  test('another topic is refused before anything is fetched, though Amazon has signed it', async () => {
    const envelope = amazon.notification(DELIVERY, NOW, { TopicArn: 'arn:aws:sns:eu-west-1:999999999999:returned' });
    expect(await refusal(read(envelope))).toBe('not-signed');
    expect(amazon.asked).toEqual([]);
  });

  test.each([{}, [], { Type: 'Notification' }, null, { Type: 'Other', TopicArn: TOPIC }])(
    'no envelope: %j',
    async (body) => {
      expect(await refusal(read(body))).toBe('not-signed');
    },
  );

  test('a certificate that once came broken does not stay', async () => {
    const sns = openSns(TOPIC, amazon.agent);
    const request = { headers: {}, body: JSON.stringify(amazon.notification(DELIVERY, NOW)) };
    amazon.broken.certificate = true;
    expect(await refusal(sns.read(request, NOW))).toBe('not-signed');
    amazon.broken.certificate = false;
    expect((await sns.read(request, NOW)).notices).toHaveLength(1);
    await sns.read(request, NOW);
    expect(amazon.asked).toHaveLength(2);
  });

  test('Amazon out of reach, or silent for ever: to be sent again, not refused', async () => {
    const envelope = JSON.stringify(amazon.notification(DELIVERY, NOW));
    const lookup = amazon.agent.options.lookup;
    if (!lookup) throw new Error('the agent looks nothing up');
    const away = new Agent({ port: 1, lookup });
    expect(await refusal(openSns(TOPIC, away).read({ headers: {}, body: envelope }, NOW))).toBe('unavailable');
    const silent: Server = createServer(() => {});
    await new Promise<void>((done) => silent.listen(0, '127.0.0.1', done));
    const stuck = new Agent({ port: (silent.address() as { port: number }).port, lookup });
    const started = Date.now();
    expect(await refusal(openSns(TOPIC, stuck).read({ headers: {}, body: envelope }, NOW))).toBe('unavailable');
    expect(Date.now() - started).toBeLessThan(8000);
    silent.close();
  });
});

describe('the time', () => {
  test.each([
    [0, true],
    [59 * MINUTE, true],
    [61 * MINUTE, false],
    [-4 * MINUTE, true],
    [-6 * MINUTE, false],
  ])('signed %d ms ago: fresh is %s', async (age, fresh) => {
    const reading = await read(amazon.notification(DELIVERY, NOW - age));
    expect([reading.fresh, reading.notices.length]).toEqual([fresh, fresh ? 1 : 0]);
  });
});

describe('what is signed and yet no event', () => {
  test('a topic that SES tries, and one that says it is set', async () => {
    const words = 'Successfully validated SNS topic for Amazon SES event publishing.';
    expect((await read(amazon.notification(words, NOW))).notices).toEqual([]);
    const set = { notificationType: 'AmazonSnsSubscriptionSucceeded', message: 'You have successfully subscribed' };
    expect((await read(amazon.notification(set, NOW))).notices).toEqual([]);
  });

  test.each([
    'no JSON',
    '"a text"',
    '[1]',
    '{"notificationType":"Bounce","mail":{"source":5}}',
    '{"eventType":"Bounce"}',
  ])('broken: %s', async (message) => {
    expect(await refusal(read(amazon.notification(message, NOW)))).toBe('invalid-input');
  });
});

describe('subscriptions', () => {
  const envelope = (url: string, type = 'SubscriptionConfirmation') =>
    amazon.signed({
      Type: type,
      MessageId: '165545c9-2a5c-472c-8df2-7ff2be2b3b1b',
      Token: '2336412f37',
      TopicArn: TOPIC,
      Message: 'You have chosen to subscribe to the topic.',
      SubscribeURL: url,
      Timestamp: new Date(NOW).toISOString(),
    });

  test('a signed one is completed by one GET', async () => {
    const { subscribe, notices } = await read(
      envelope(`https://${SNS_HOST}/?Action=ConfirmSubscription&Token=2336412f37`),
    );
    expect(notices).toEqual([]);
    expect(amazon.asked).toHaveLength(1);
    await subscribe?.();
    expect(amazon.asked[1]).toBe('/?Action=ConfirmSubscription&Token=2336412f37');
  });

  test('no redirect is followed', async () => {
    const { subscribe } = await read(envelope(`https://${SNS_HOST}/moved`));
    expect(await refusal(subscribe?.() ?? Promise.resolve())).toBe('unavailable');
    expect(amazon.asked.at(-1)).toBe('/moved');
  });

  test('one that is not signed fetches nothing', async () => {
    const forged = { ...envelope(`https://${SNS_HOST}/`), Token: 'other' };
    expect(await refusal(read(forged))).toBe('not-signed');
    expect(amazon.asked).toHaveLength(1);
  });

  test('its end is told', async () => {
    const reading = await read(envelope(`https://${SNS_HOST}/`, 'UnsubscribeConfirmation'));
    expect([reading.unsubscribed, reading.subscribe]).toEqual([true, undefined]);
  });

  test.each([
    [`https://${SNS_HOST}/`, true],
    ['https://sns.cn-north-1.amazonaws.com.cn/?x=1', true],
    [`http://${SNS_HOST}/`, false],
    [`https://${SNS_HOST}:8443/`, false],
    [`https://${SNS_HOST}.evil.example/`, false],
    [`https://evil.example/?${SNS_HOST}`, false],
    [`https://user@${SNS_HOST}/`, false],
    ['https://sns.eu-west-1.amazonaws.com@evil.example/', false],
    ['https://ec2.eu-west-1.amazonaws.com/', false],
    ['https://169.254.169.254/latest', false],
    ['file:///etc/passwd', false],
    ['', false],
    [undefined, false],
  ])('%s may be fetched: %s', (url, may) => {
    if (may) expect(subscription(url).protocol).toBe('https:');
    else expect(() => subscription(url)).toThrow(Refusal);
  });
});
