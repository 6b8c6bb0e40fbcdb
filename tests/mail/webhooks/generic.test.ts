import { Webhook } from 'standardwebhooks';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Refusal } from '../../../server/domain/errors.ts';
import { openGeneric } from '../../../server/mail/webhooks/generic.ts';

// How returned mail is read is tried elsewhere; here only that the very bytes come to it, and what it finds goes on.
const { taken } = vi.hoisted(() => ({ taken: [] as string[] }));
vi.mock('../../../server/mail/returned.ts', () => ({
  readReturned: async (raw: Buffer) => {
    taken.push(raw.toString('latin1'));
    return { verdict: { kind: 'hard', status: '5.1.1', recipient: null }, addresses: ['b+found@letters.example'] };
  },
}));

const LETTER = '0123456789abcdef0123456789abcdef';
const SECRET = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;
const NOW = Date.parse('2026-11-24T10:00:00Z');
const MINUTE = 60_000;
beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date'], now: NOW });
  taken.length = 0;
});
afterEach(() => void vi.useRealTimers());

const signed = (payload: unknown, at = NOW, secret = SECRET) => {
  const body = typeof payload === 'string' ? payload : JSON.stringify(payload);
  const headers = {
    'webhook-id': 'msg_2KWPBgLlAfxdpx2AI54pPJ85f4W',
    'webhook-timestamp': String(Math.floor(at / 1000)),
    'webhook-signature': new Webhook(secret).sign('msg_2KWPBgLlAfxdpx2AI54pPJ85f4W', new Date(at), body),
  };
  return { headers, body };
};
const read = (request: { headers: Record<string, string>; body: string }) => openGeneric(SECRET).read(request, NOW);
const result = (request: { headers: Record<string, string>; body: string }) =>
  read(request).then(
    ({ fresh }) => (fresh ? 'read' : 'too old'),
    (error: Refusal) => error.code,
  );
const BOUNCE = {
  type: 'bounce',
  address: 'b+abc@letters.example',
  kind: 'soft',
  status: '4.2.2',
  recipient: 'minister@interior-ie.test',
};

describe('what is told', () => {
  test('a verdict', async () => {
    expect((await read(signed(BOUNCE))).notices).toEqual([
      {
        addresses: ['b+abc@letters.example'],
        verdict: { kind: 'soft', status: '4.2.2', recipient: 'minister@interior-ie.test' },
      },
    ]);
    expect((await read(signed({ type: 'bounce', letter: LETTER.toUpperCase(), kind: 'hard' }))).notices).toEqual([
      { addresses: [], letter: LETTER, verdict: { kind: 'hard', status: null, recipient: null } },
    ]);
  });

  test('a whole mail, byte by byte', async () => {
    const bytes = Buffer.from([0xff, 0x00, 0x0d, 0x0a, 0xe9]);
    const { notices } = await read(
      signed({ type: 'message', address: 'b+abc@letters.example', raw: bytes.toString('base64') }),
    );
    expect(taken).toEqual([bytes.toString('latin1')]);
    expect(notices).toEqual([
      {
        addresses: ['b+abc@letters.example', 'b+found@letters.example'],
        verdict: { kind: 'hard', status: '5.1.1', recipient: null },
      },
    ]);
  });

  test.each([
    ['no JSON'],
    [null],
    [[]],
    [{ type: 'other' }],
    [{ type: 'bounce', kind: 'hard' }],
    [{ ...BOUNCE, kind: 'very hard' }],
    [{ ...BOUNCE, status: '550' }],
    [{ ...BOUNCE, letter: 'x' }],
    [{ type: 'message', raw: 'not base64!' }],
    [{ type: 'message', raw: '' }],
    [{ type: 'message' }],
  ])('broken: %j', async (payload) => {
    expect(await result(signed(payload))).toBe('invalid-input');
    expect(taken).toEqual([]);
  });
});

describe('the signature', () => {
  test('several may be given, as while a secret is changed', async () => {
    const { headers, body } = signed(BOUNCE);
    const other = signed(BOUNCE, NOW, `whsec_${Buffer.alloc(32, 8).toString('base64')}`).headers['webhook-signature'];
    const request = {
      headers: { ...headers, 'webhook-signature': `v1a,xx ${other} ${headers['webhook-signature']}` },
      body,
    };
    expect(await result(request)).toBe('read');
  });

  test.each([
    [4 * MINUTE, 'read'],
    [6 * MINUTE, 'too old'],
    [-4 * MINUTE, 'read'],
    [-6 * MINUTE, 'too old'],
  ])('signed %d ms ago: %s', async (age, expected) => {
    expect(await result(signed(BOUNCE, NOW - age))).toBe(expected);
  });

  test('M15: whatever its time, one that is not signed is refused as such', async () => {
    const { headers, body } = signed(BOUNCE);
    for (const age of [0, 6 * MINUTE, -6 * MINUTE]) {
      const late = { ...headers, 'webhook-timestamp': String((NOW - age - 1000) / 1000) };
      expect(await result({ headers: late, body })).toBe('not-signed');
      expect(await result(signed(BOUNCE, NOW - age, `whsec_${Buffer.alloc(32, 8).toString('base64')}`))).toBe(
        'not-signed',
      );
    }
    expect(await result({ headers, body: body.replace('soft', 'hard') })).toBe('not-signed');
    expect(await result({ headers: { ...headers, 'webhook-id': 'msg_other' }, body })).toBe('not-signed');
    for (const name of Object.keys(headers)) {
      expect(await result({ headers: { ...headers, [name]: '' }, body })).toBe('not-signed');
      expect(await result({ headers: { ...headers, [name]: 'x' }, body })).toBe('not-signed');
    }
    expect(await result({ headers: {}, body })).toBe('not-signed');
  });

  test('a secret that is no base64 does not start', () => {
    expect(() => openGeneric(`whsec_${'='.repeat(40)}`)).toThrow(/BOUNCE_WEBHOOK/);
  });
});
