import { expect, test } from 'vitest';
import { Refusal } from '../../../server/domain/errors.ts';
import { openPostmark, readPostmark } from '../../../server/mail/webhooks/postmark.ts';

const LETTER = '0123456789abcdef0123456789abcdef';
const bounce = (more: object = {}) => ({
  RecordType: 'Bounce',
  MessageStream: 'outbound',
  ID: 692560173,
  Type: 'HardBounce',
  TypeCode: 1,
  Name: 'Hard bounce',
  Tag: '',
  MessageID: '883953f4-6105-42a2-a16a-77a8eac79483',
  Metadata: {},
  ServerID: 23,
  Description: 'The server was unable to deliver your message (ex: unknown user, mailbox not found).',
  Details: 'smtp;550 5.1.1 The email account that you tried to reach does not exist.',
  Email: 'minister@interior-ie.test',
  From: `letter+${LETTER}@letters.example`,
  BouncedAt: '2026-11-24T09:33:54.9070259Z',
  DumpAvailable: true,
  Inactive: true,
  CanActivate: true,
  Subject: 'The vote on bees',
  ...more,
});

test('a bounce tells letter, verdict and recipient', () => {
  expect(readPostmark(bounce())).toEqual([
    {
      addresses: [],
      letter: LETTER,
      verdict: { kind: 'hard', status: '5.1.1', recipient: 'minister@interior-ie.test' },
    },
  ]);
});

test.each([
  ['HardBounce', 'hard'],
  ['BadEmailAddress', 'hard'],
  ['SoftBounce', 'soft'],
  ['Undeliverable', 'soft'],
  ['DnsError', 'soft'],
  ['SpamNotification', 'soft'],
  ['Blocked', 'soft'],
  ['ISPBlocked', 'soft'],
  ['DMARCPolicy', 'soft'],
  ['VirusNotification', 'soft'],
  ['ManuallyDeactivated', 'soft'],
  ['SMTPApiError', 'soft'],
  ['TemplateRenderingFailed', 'soft'],
  ['Transient', 'delay'],
  ['AutoResponder', 'auto-reply'],
  ['AddressChange', 'auto-reply'],
  ['ChallengeVerification', 'auto-reply'],
  ['SpamComplaint', 'complaint'],
  ['Unsubscribe', 'unknown'],
  ['SubscriptionManagement', 'unknown'],
  ['OpenRelayTest', 'unknown'],
  ['InboundError', 'unknown'],
  ['Unknown', 'unknown'],
  ['SomethingNew', 'unknown'],
  ['constructor', 'unknown'],
])('%s is %s', (Type, kind) => {
  expect(readPostmark(bounce({ Type, Details: 'no status' }))[0]?.verdict.kind).toBe(kind);
});

test('a "hard" one whose status is about policy or space does not end the address', () => {
  expect(readPostmark(bounce({ Details: 'smtp;550 5.7.1 blocked' }))[0]?.verdict.kind).toBe('soft');
  expect(readPostmark(bounce({ Details: 'smtp;552 5.2.2 full' }))[0]?.verdict.kind).toBe('soft');
});

test('complaints, deliveries, and what says nothing', () => {
  expect(
    readPostmark(bounce({ RecordType: 'SpamComplaint', Type: 'SpamComplaint', TypeCode: 100001 }))[0]?.verdict.kind,
  ).toBe('complaint');
  const delivery = {
    RecordType: 'Delivery',
    MessageStream: 'outbound',
    ServerID: 23,
    MessageID: '00000000-0000-0000-0000-000000000000',
    Recipient: 'minister@interior-ie.test',
    Tag: '',
    DeliveredAt: '2026-11-24T09:33:54.9070259Z',
    Details: 'smtp;250 2.6.0 queued',
    Metadata: { letter: LETTER },
  };
  expect(readPostmark(delivery)).toEqual([
    {
      addresses: [],
      letter: LETTER,
      verdict: { kind: 'delivered', status: '2.6.0', recipient: 'minister@interior-ie.test' },
    },
  ]);
  expect(readPostmark({ ...delivery, Metadata: {} })[0]?.letter).toBeUndefined();
  for (const RecordType of ['Open', 'Click', 'SubscriptionChange', 'Inbound'])
    expect(readPostmark({ RecordType })).toEqual([]);
});

test.each([
  `letters@letters.example`,
  `letter+${LETTER}x@letters.example`,
  `letter+${LETTER.slice(1)}@letters.example`,
  '',
])('no letter in %s', (From) => {
  expect(readPostmark(bounce({ From }))[0]?.letter).toBeUndefined();
});

test.each([null, [], 'text', {}, { RecordType: 5 }, bounce({ Metadata: 'text' })])('broken: %j', (payload) => {
  expect(() => readPostmark(payload)).toThrow(Refusal);
});

const PASSWORD = 'bounces:correct horse battery';
const basic = (text: string) => `Basic ${Buffer.from(text).toString('base64')}`;
test.each([
  [basic(PASSWORD), 'read'],
  [`basic ${Buffer.from(PASSWORD).toString('base64')}`, 'read'],
  [basic('bounces:correct horse batterz'), 'not-signed'],
  [basic('bounces:'), 'not-signed'],
  [basic(`${PASSWORD}x`), 'not-signed'],
  [`Bearer ${PASSWORD}`, 'not-signed'],
  ['', 'not-signed'],
  [undefined, 'not-signed'],
])('M15: %s is %s', async (authorization, result) => {
  const vendor = openPostmark(PASSWORD);
  const reading = vendor.read({ headers: { authorization }, body: JSON.stringify(bounce()) }, 0);
  expect(
    await reading.then(
      () => 'read',
      (error: Refusal) => error.code,
    ),
  ).toBe(result);
});
