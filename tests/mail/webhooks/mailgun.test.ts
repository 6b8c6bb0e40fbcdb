import { createHmac } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { Refusal } from '../../../server/domain/errors.ts';
import { openMailgun, readMailgun } from '../../../server/mail/webhooks/mailgun.ts';

const LETTER = '0123456789abcdef0123456789abcdef';
const SENDER = `b+${LETTER}00112233445566778899@letters.example`;
const NOW = Date.parse('2026-11-24T10:00:00Z');
const KEY = 'key-0000000000000000';

const failed = (more: object = {}) => ({
  id: 'G9Bn5sl1TC6nu79C8C0bwg',
  timestamp: 1521233195.375624,
  'log-level': 'error',
  event: 'failed',
  severity: 'permanent',
  reason: 'bounce',
  'delivery-status': {
    'attempt-no': 1,
    code: 550,
    'enhanced-code': '5.1.1',
    message: '5.1.1 The email account that you tried to reach does not exist',
    description: '',
    'session-seconds': 0.43,
  },
  flags: { 'is-routed': false, 'is-authenticated': true, 'is-system-test': false, 'is-test-mode': false },
  envelope: { sender: SENDER, transport: 'smtp', targets: 'minister@interior-ie.test' },
  message: {
    headers: {
      to: 'Minister of IE <minister@interior-ie.test>',
      'message-id': `${LETTER}@letters.example`,
      from: `Aoife via Friends of Bees <letter+${LETTER}@letters.example>`,
      subject: 'The vote on bees',
    },
    attachments: [],
    size: 111,
  },
  recipient: 'minister@interior-ie.test',
  'recipient-domain': 'interior-ie.test',
  storage: { url: 'https://se.api.mailgun.net/v3/domains/letters.example/messages/key', key: 'key' },
  tags: [],
  'user-variables': {},
  ...more,
});
const status = (code: number | string, enhanced = '', message = '') => ({
  'delivery-status': { code, 'enhanced-code': enhanced, message, description: '', 'attempt-no': 1 },
});
const kindOf = (event: object) => readMailgun(event)[0]?.verdict.kind;

describe('events', () => {
  test('a failure tells envelope sender, letter and verdict', () => {
    expect(readMailgun(failed())).toEqual([
      {
        addresses: [SENDER],
        letter: LETTER,
        verdict: { kind: 'hard', status: '5.1.1', recipient: 'minister@interior-ie.test' },
      },
    ]);
  });

  test.each([
    ['permanent', 'bounce', status(550, '5.1.1'), 'hard'],
    ['permanent', 'bounce', status(550), 'hard'],
    ['permanent', 'bounce', status(550, '5.7.1'), 'soft'],
    ['permanent', 'bounce', status(552, '', '5.2.2 over quota'), 'soft'],
    ['permanent', 'hardfail', status(550), 'hard'],
    ['permanent', 'generic', status(550, '5.1.1'), 'hard'],
    ['permanent', 'generic', status(550, '5.4.4'), 'hard'],
    ['permanent', 'generic', status(550), 'soft'],
    ['permanent', 'generic', status(554, '5.7.1'), 'soft'],
    ['permanent', 'old', { 'delivery-status': { code: 602, message: 'Too old', description: '' } }, 'soft'],
    ['permanent', 'espblock', status(550, '5.1.1'), 'soft'],
    [
      'permanent',
      'suppress-bounce',
      { 'delivery-status': { code: 605, message: '', description: 'Not delivering to previously bounced address' } },
      'soft',
    ],
    ['permanent', 'suppress-complaint', status(607, '5.1.1'), 'soft'],
    ['permanent', 'suppress-unsubscribe', status(606), 'soft'],
    ['temporary', 'generic', status(452, '4.2.2', '4.2.2 over quota'), 'delay'],
    ['temporary', 'bounce', status('421'), 'delay'],
    ['permanent', 'bounce', { 'delivery-status': null }, 'hard'],
  ])('failed, %s, %s, %j: %s', (severity, reason, told, kind) => {
    expect(kindOf(failed({ severity, reason, ...told }))).toBe(kind);
  });

  test('complained, delivered, rejected, and what says nothing', () => {
    const bare = { recipient: 'minister@interior-ie.test', message: failed().message };
    expect(kindOf({ ...bare, event: 'complained' })).toBe('complaint');
    expect(kindOf({ ...bare, event: 'delivered', envelope: failed().envelope })).toBe('delivered');
    expect(kindOf({ event: 'rejected', reject: { reason: 'Sandbox', description: '' }, message: bare.message })).toBe(
      'soft',
    );
    expect(readMailgun({ ...bare, event: 'complained' })[0]).toMatchObject({ addresses: [], letter: LETTER });
    for (const event of ['accepted', 'opened', 'clicked', 'unsubscribed', 'stored'])
      expect(readMailgun({ event })).toEqual([]);
  });

  test.each([null, [], 'text', {}, { event: 5 }, failed({ envelope: 'text' })])('broken: %j', (event) => {
    expect(() => readMailgun(event)).toThrow(Refusal);
  });
});

describe('the signature', () => {
  const TOKEN = '613337b7a1742d92c4c2555ca7483e0fe22c952c563ff4c99f';
  const sign = (timestamp: string, token = TOKEN, key = KEY) => ({
    timestamp,
    token,
    signature: createHmac('sha256', key)
      .update(timestamp + token)
      .digest('hex'),
  });
  const seconds = (ms: number) => String(Math.floor(ms / 1000));
  const read = (body: unknown) =>
    openMailgun(KEY).read({ headers: {}, body: typeof body === 'string' ? body : JSON.stringify(body) }, NOW);
  const result = (body: unknown) =>
    read(body).then(
      () => 'read',
      (error: Refusal) => error.code,
    );

  test('one that holds', async () => {
    const reading = await read({ signature: sign(seconds(NOW)), 'event-data': failed() });
    expect({ id: reading.id, fresh: reading.fresh, n: reading.notices.length }).toEqual({
      id: TOKEN,
      fresh: true,
      n: 1,
    });
  });

  test('time as a number is the same time', async () => {
    const signature = { ...sign(seconds(NOW)), timestamp: Number(seconds(NOW)) };
    expect((await read({ signature, 'event-data': failed() })).fresh).toBe(true);
  });

  test.each([
    [14, true],
    [16, false],
    [-4, true],
    [-6, false],
  ])('signed %d minutes ago: fresh is %s', async (minutes, fresh) => {
    const reading = await read({ signature: sign(seconds(NOW - minutes * 60_000)), 'event-data': failed() });
    expect([reading.fresh, reading.notices.length]).toEqual([fresh, fresh ? 1 : 0]);
  });

  test.each([
    ['another key', sign(seconds(NOW), TOKEN, 'key-1111111111111111')],
    ['another token', { ...sign(seconds(NOW)), token: TOKEN.replace('6', '7') }],
    ['another time', { ...sign(seconds(NOW - 60_000)), timestamp: seconds(NOW) }],
    ['none', { ...sign(seconds(NOW)), signature: '' }],
    ['no signature at all', undefined],
    ['a list', { ...sign(seconds(NOW)), signature: ['a'] }],
  ])('M15: %s is not signed', async (_name, signature) => {
    expect(await result({ signature, 'event-data': failed() })).toBe('not-signed');
  });

  test('M15: a digit of the token cannot pass for one of the time', async () => {
    const old = seconds(NOW - 3_600_000);
    const { signature } = sign(old, `5${TOKEN}`);
    // The same signed text, cut one further: a time far ahead, or one further back.
    const longer = { timestamp: `${old}5`, token: TOKEN, signature };
    expect(await result({ signature: longer, 'event-data': failed() })).toBe('not-signed');
    const cut = { timestamp: old.slice(0, 9), token: `${old.slice(9)}5${TOKEN}`, signature };
    expect(await result({ signature: cut, 'event-data': failed() })).toBe('not-signed');
  });

  test('a broken event is told only to who signed it', async () => {
    expect(await result({ signature: sign(seconds(NOW)), 'event-data': 'text' })).toBe('invalid-input');
    expect(await result({ signature: sign(seconds(NOW)) })).toBe('invalid-input');
    expect(await result({ signature: { ...sign(seconds(NOW)), signature: 'a' }, 'event-data': 'text' })).toBe(
      'not-signed',
    );
    expect(await result('no JSON')).toBe('malformed-request');
  });
});
