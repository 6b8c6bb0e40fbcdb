import { describe, expect, test } from 'vitest';
import { Refusal } from '../../../server/domain/errors.ts';
import { readSes } from '../../../server/mail/webhooks/ses.ts';

const LETTER = '0123456789abcdef0123456789abcdef';
const SOURCE = `b+${LETTER}00112233445566778899@letters.example`;

/** The `mail` part as SES sends it; without headers unless the operator asked for them. */
const mail = (headers = false) => ({
  timestamp: '2026-11-24T09:59:38.237Z',
  source: SOURCE,
  sourceArn: 'arn:aws:ses:eu-west-1:000000000000:identity/letters.example',
  sourceIp: '192.0.2.3',
  callerIdentity: 'letters',
  sendingAccountId: '000000000000',
  messageId: '00000138111222aa-33322211-cccc-cccc-cccc-ddddaaaa0680-000000',
  destination: ['minister@interior-ie.test'],
  ...(headers && {
    headersTruncated: false,
    headers: [
      { name: 'From', value: '"Aoife via Friends of Bees" <letter+ffff@letters.example>' },
      { name: 'To', value: '"Minister of IE" <minister@interior-ie.test>' },
      { name: 'Message-ID', value: `<${LETTER}@letters.example>` },
      { name: 'Subject', value: 'The vote on bees' },
    ],
    commonHeaders: {
      from: ['Aoife via Friends of Bees <letter+ffff@letters.example>'],
      to: ['Minister of IE <minister@interior-ie.test>'],
      messageId: `<${LETTER}@letters.example>`,
      subject: 'The vote on bees',
    },
  }),
});

const bounce = (bounceType: string, bounceSubType: string, recipient: object = {}) => ({
  notificationType: 'Bounce',
  bounce: {
    bounceType,
    bounceSubType,
    bouncedRecipients: [{ emailAddress: 'minister@interior-ie.test', ...recipient }],
    timestamp: '2026-11-24T09:59:38.237Z',
    feedbackId: '00000138111222aa-33322211-cccc-cccc-cccc-ddddaaaa068a-000000',
    remoteMtaIp: '192.0.2.2',
    reportingMTA: 'dns; a1-2.smtp-out.eu-west-1.amazonses.com',
  },
  mail: mail(),
});

describe('bounces', () => {
  test.each([
    [
      'Permanent',
      'General',
      { status: '5.1.1', action: 'failed', diagnosticCode: 'smtp; 550 5.1.1 user unknown' },
      'hard',
    ],
    ['Permanent', 'NoEmail', {}, 'hard'],
    ['Permanent', 'General', {}, 'hard'],
    ['Permanent', 'General', { status: '5.4.4' }, 'hard'],
    ['Permanent', 'General', { status: '5.2.1' }, 'hard'],
    ['Permanent', 'General', { status: '5.7.1', diagnosticCode: 'smtp; 550 5.7.1 refused by policy' }, 'soft'],
    ['Permanent', 'General', { status: '5.2.2' }, 'soft'],
    ['Permanent', 'General', { diagnosticCode: 'smtp; 554 5.6.0 content refused' }, 'soft'],
    ['Permanent', 'Suppressed', { status: '5.1.1' }, 'soft'],
    ['Permanent', 'OnAccountSuppressionList', { status: '5.1.1' }, 'soft'],
    ['Permanent', 'UnsubscribedRecipient', {}, 'soft'],
    ['Transient', 'General', { status: '4.0.0' }, 'soft'],
    ['Transient', 'MailboxFull', { status: '5.2.2' }, 'soft'],
    ['Transient', 'MessageTooLarge', {}, 'soft'],
    ['Transient', 'ContentRejected', {}, 'soft'],
    ['Transient', 'AttachmentRejected', {}, 'soft'],
    ['Undetermined', 'Undetermined', {}, 'unknown'],
  ])('%s %s %j: %s', (type, subType, recipient, kind) => {
    const [notice] = readSes(bounce(type, subType, recipient));
    expect(notice?.verdict.kind).toBe(kind);
    expect(notice?.addresses).toEqual([SOURCE]);
    expect(notice && 'letter' in notice).toBe(false);
  });

  test('status and recipient are told, the status also where only the server’s words hold it', () => {
    const words = { diagnosticCode: 'smtp; 550 5.1.10 no such domain, 192.0.2.5.1.1' };
    expect(readSes(bounce('Permanent', 'General', words))[0]?.verdict).toEqual({
      kind: 'hard',
      status: '5.1.10',
      recipient: 'minister@interior-ie.test',
    });
  });

  test('each recipient is told by itself', () => {
    const two = bounce('Permanent', 'General');
    two.bounce.bouncedRecipients = [{ emailAddress: 'a@one.test' }, { emailAddress: 'b@two.test' }];
    expect(readSes(two).map(({ verdict }) => verdict.recipient)).toEqual(['a@one.test', 'b@two.test']);
  });

  test('with headers the letter is known by our Message-ID, not by the one of SES', () => {
    expect(readSes({ ...bounce('Permanent', 'General'), mail: mail(true) })[0]?.letter).toBe(LETTER);
  });
});

describe('the other events', () => {
  const event = (eventType: string, part: object) => readSes({ eventType, mail: mail(), ...part });

  test.each([
    ['abuse', null, 'complaint'],
    [undefined, undefined, 'complaint'],
    ['not-spam', null, 'unknown'],
    [undefined, 'OnAccountSuppressionList', 'soft'],
  ])('a complaint: %s %s', (complaintFeedbackType, complaintSubType, kind) => {
    const complaint = {
      userAgent: 'AnyCompany Feedback Loop (V0.01)',
      complainedRecipients: [{ emailAddress: 'minister@interior-ie.test' }],
      complaintFeedbackType,
      complaintSubType,
      arrivalDate: '2026-11-24T09:59:38.237Z',
      feedbackId: '000001378603177f-18c07c78-fa81-4a58-9dd1-fedc3cb8f49a-000000',
    };
    expect(event('Complaint', { complaint }).map(({ verdict }) => verdict.kind)).toEqual([kind]);
  });

  test('a delay: SES tries on', () => {
    const deliveryDelay = {
      timestamp: '2026-11-24T09:59:38.237Z',
      delayType: 'TransientCommunicationFailure',
      expirationTime: '2026-11-25T09:59:38.237Z',
      delayedRecipients: [
        {
          emailAddress: 'minister@interior-ie.test',
          status: '4.4.1',
          diagnosticCode: 'smtp; 421 4.4.1 Unable to connect',
        },
      ],
    };
    expect(event('DeliveryDelay', { deliveryDelay })[0]?.verdict).toEqual({
      kind: 'delay',
      status: '4.4.1',
      recipient: 'minister@interior-ie.test',
    });
  });

  test('a delivery, and a mail that SES itself refused', () => {
    const delivery = { recipients: ['minister@interior-ie.test'], smtpResponse: '250 ok', processingTimeMillis: 546 };
    expect(event('Delivery', { delivery })[0]?.verdict.kind).toBe('delivered');
    expect(event('Reject', { reject: { reason: 'Bad content' } })[0]?.verdict.kind).toBe('soft');
  });

  test.each(['Send', 'Open', 'Click', 'Rendering Failure', 'Subscription'])('%s says nothing', (type) => {
    expect(event(type, {})).toEqual([]);
  });

  test.each(['Bounce', 'Complaint', 'Delivery', 'DeliveryDelay'])('%s without its part is broken', (type) => {
    expect(() => event(type, {})).toThrow(Refusal);
  });

  test('a hundred recipients are read, more are refused', () => {
    const many = (n: number) => Array.from({ length: n }, (_, i) => ({ emailAddress: `a${i}@one.test` }));
    const of = (n: number) => event('DeliveryDelay', { deliveryDelay: { delayedRecipients: many(n) } });
    expect(of(100)).toHaveLength(100);
    expect(() => of(101)).toThrow(Refusal);
  });
});
