import { generateKeyPairSync } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { authenticate } from 'mailauth';
import { dkimVerify } from 'mailauth/lib/dkim/verify.js';
import { afterEach, describe, expect, test } from 'vitest';
import { readConfig } from '../../server/config.ts';
import { composeLetter, composeNotice } from '../../server/mail/compose.ts';
import { dkimKeyFile, dkimRecord, openDkim, signerOf } from '../../server/mail/dkim.ts';
import { readMail } from '../../server/mail/mailbox.ts';

const DOMAIN = 'letters.example';
const pem = (bits = 2048) =>
  generateKeyPairSync('rsa', { modulusLength: bits }).privateKey.export({ type: 'pkcs8', format: 'pem' }) as string;
const KEY = pem();
const sign = openDkim({ key: KEY, selector: 'dm1', domain: DOMAIN });
const record = dkimRecord(KEY, 'dm1', DOMAIN);

/** The world's DNS, as far as these tests need it. */
const zone = (texts: Record<string, string>) => async (name: string, type: string) => {
  const text = texts[name];
  if (type === 'TXT' && text) return [[text]];
  throw Object.assign(new Error(`no ${type} ${name}`), { code: 'ENOTFOUND' });
};
const resolver = zone({
  [record.name]: record.text,
  [`_dmarc.${DOMAIN}`]: 'v=DMARC1; p=reject; adkim=s; aspf=s',
  [DOMAIN]: 'v=spf1 ip4:192.0.2.7 -all',
});

/** What a program that is not ours says of the signature; strict, as RFC 6376 is written. */
async function verdict(raw: Buffer): Promise<string> {
  const { results } = await dkimVerify(raw, { resolver, strict: true });
  return results.map(({ status }) => status.result).join(' ');
}

const letter = (text: string, subject = 'Please vote no', name = 'Anna Lind') =>
  composeLetter({
    messageId: '<abc123@letters.example>',
    from: { name: `${name} via Quiet Post`, address: 'letter+abc123@letters.example' },
    replyTo: { name, address: 'anna.lind@home.test' },
    to: { name: 'Minister Ole Berg', address: 'minister@gov.example' },
    envelopeFrom: 'b+abc123@letters.example',
    subject,
    text,
    language: 'en',
    date: new Date('2026-11-24T08:30:00Z'),
  });

const replaced = (raw: Buffer, from: string | RegExp, to: string) => {
  const text = raw.toString('latin1');
  expect(text).toMatch(from);
  return Buffer.from(text.replace(from, to), 'latin1');
};

const LETTERS: [string, string, string, string][] = [
  ['plain', 'Dear Minister,\n\nplease vote no.\n', 'Please vote no', 'Anna Lind'],
  ['Arabic', 'معالي الوزير،\n\nأرجو التصويت بلا.\n'.repeat(30), 'رسالة إلى الوزير', 'آمنة السيد'],
  [
    'Chinese',
    '尊敬的部长：\n\n请投反对票。\n'.repeat(40),
    '致部长的一封信，关于下周将要进行的表决和我们的担忧',
    '王小明',
  ],
  ['emoji', '🐝'.repeat(200), 'Bees 🐝🐝', '👩‍👩‍👧‍👦 Lind'],
  ['endless line', 'a'.repeat(10_000), 'x'.repeat(200), 'Anna Lind'],
  ['dots', '.\n..\n.\n\n. \n\n\n', '.', 'Anna Lind'],
  ['spaces and tabs', 'a  b\t\tc \t\n \n\t\nx   ', 'two  spaces   here', 'Anna   Lind'],
  ['empty', '', 'Please', 'Anna Lind'],
  ['smuggling', 'a\r.\r\nb\n.\r\nQUIT\n\u2028c\u0000', 'a\u2028b', 'O’Brien'],
];

describe('M7: a letter signed by us', () => {
  test.each(LETTERS)('%s: holds for others, and its body is untouched', async (_, text, subject, name) => {
    const { raw } = await letter(text, subject, name);
    const signed = await sign(raw);
    expect(await verdict(signed)).toBe('pass');
    expect(signed.subarray(signed.length - raw.length).equals(raw)).toBe(true);
    expect(signed.toString('latin1')).toMatch(
      /^DKIM-Signature: v=1; a=rsa-sha256; c=relaxed\/relaxed; d=letters\.example;/,
    );
    const top = signed.toString('latin1', 0, signed.length - raw.length);
    expect(top.endsWith('\r\n')).toBe(true);
    expect(
      top
        .slice(0, -2)
        .split('\r\n')
        .every((line) => line.length <= 78 && !/[\r\n]/.test(line)),
    ).toBe(true);
    expect(readMail(signed).text).toBe(readMail(raw).text);
  });

  test('whatever is written in it', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.string({ unit: 'binary', maxLength: 2000 }),
        fc.string({ unit: 'grapheme' }),
        async (text, subject) => {
          expect(await verdict(await sign((await letter(text, `s${subject}`)).raw))).toBe('pass');
        },
      ),
      { numRuns: 40 },
    );
  });

  test('is aligned by the strictest DMARC, by its signature alone and by its envelope', async () => {
    const { raw, envelope } = await letter('Dear Minister');
    const delivery = {
      sender: envelope.from,
      helo: 'mail.letters.example',
      resolver,
      disableArc: true,
      disableBimi: true,
    };
    const forwarded = await authenticate(await sign(raw), { ...delivery, ip: '198.51.100.1' });
    expect(forwarded.dmarc).toMatchObject({
      status: { result: 'pass' },
      policy: 'reject',
      alignment: { dkim: { result: DOMAIN, strict: true }, spf: { result: undefined } },
    });
    const direct = await authenticate(await sign(raw), { ...delivery, ip: '192.0.2.7' });
    expect(direct.dmarc).toMatchObject({ status: { result: 'pass' }, alignment: { spf: { result: DOMAIN } } });
    const unsigned = await authenticate(raw, { ...delivery, ip: '198.51.100.1' });
    expect(unsigned.dmarc).toMatchObject({ status: { result: 'fail' } });
  });

  test('gives the same bytes when it is tried again', async () => {
    const { raw } = await letter('Dear Minister');
    expect((await sign(raw)).equals(await sign(raw))).toBe(true);
  });
});

describe('M7: the signature breaks', () => {
  const signed = async () => sign((await letter('Dear Minister,\n\nplease vote no.\n')).raw);

  test('when one byte of the body is another', async () => {
    expect(await verdict(replaced(await signed(), 'vote no.', 'vote on.'))).toBe('fail');
  });

  test.each([
    ['From', 'Anna Lind via', 'Anna Lund via'],
    ['Reply-To', 'Reply-To: Anna Lind', 'Reply-To: Anna Lund'],
    ['Reply-To’s address', 'anna.lind@home', 'anna.lund@home'],
    ['To', 'minister@gov', 'monister@gov'],
    ['Subject', 'Subject: Please', 'Subject: Pleade'],
    ['Date', 'Date: Tue, 24', 'Date: Tue, 25'],
    ['Message-ID', '<abc123@', '<abc124@'],
    ['Content-Type', 'text/plain', 'text/html '],
    ['Content-Language', 'Content-Language: en', 'Content-Language: de'],
  ])('when %s is changed', async (_, from, to) => {
    expect(await verdict(replaced(await signed(), from, to))).toBe('fail');
  });

  test.each([
    'From: "Minister" <minister@gov.example>',
    'Subject: Something else',
    'Reply-To: thief@home.test',
    'To: somebody@else.example',
    'Cc: somebody@else.example',
    'Date: Wed, 25 Nov 2026 08:30:00 +0000',
    'Message-ID: <other@letters.example>',
    'MIME-Version: 1.0',
    'Content-Type: text/html',
    'Content-Transfer-Encoding: 8bit',
  ])('when a replayer puts on top: %s', async (line) => {
    const mail = await signed();
    expect(await verdict(Buffer.concat([Buffer.from(`${line}\r\n`), mail]))).toBe('fail');
    expect(await verdict(replaced(mail, /\r\nMIME-Version/, `\r\n${line}\r\nMIME-Version`))).toBe('fail');
  });

  test('but not when a relay adds what relays add', async () => {
    const trace =
      'Received: from us by relay.example; Tue, 24 Nov 2026 08:30:01 +0000\r\nReturn-Path: <b+x@letters.example>\r\n';
    expect(await verdict(Buffer.concat([Buffer.from(trace), await signed()]))).toBe('pass');
  });

  test('when another key made it', async () => {
    const other = openDkim({ key: pem(), selector: 'dm1', domain: DOMAIN });
    expect(await verdict(await other((await letter('Dear Minister')).raw))).toBe('fail');
  });
});

test('M7: what says that no person wrote a notice is signed too', async () => {
  const { raw } = await composeNotice({
    messageId: '<n1@letters.example>',
    from: { name: 'Quiet Post', address: 'no-reply@letters.example' },
    to: { address: 'anna.lind@home.test' },
    envelopeFrom: 'b+n1@letters.example',
    subject: 'Please confirm',
    text: 'Here is your link.',
    language: 'en',
    date: new Date('2026-11-24T08:30:00Z'),
  });
  const signed = await sign(raw);
  expect(await verdict(signed)).toBe('pass');
  expect(await verdict(replaced(signed, 'auto-generated', 'no'))).toBe('fail');
});

describe('the key', () => {
  const folders: string[] = [];
  afterEach(() => folders.splice(0).map((folder) => rmSync(folder, { recursive: true })));
  const configured = (env: Record<string, string> = {}) => {
    const folder = mkdtempSync(join(tmpdir(), 'dear-minister-dkim-'));
    folders.push(folder);
    return readConfig({ DATABASE_URL: `file:${join(folder, 'test.db')}`, MAIL_DOMAIN: DOMAIN, ...env });
  };
  const asSigned = async (config: ReturnType<typeof configured>) =>
    verdict(await signerOf(config, '/')((await letter('Dear Minister')).raw));

  test('is the one given, else the one beside the database; without one nothing is signed', async () => {
    const config = configured();
    expect(await asSigned(config)).toBe('none');
    writeFileSync(dkimKeyFile(config, '/'), KEY);
    expect(await asSigned(config)).toBe('pass');
    expect(await asSigned(configured({ DKIM_KEY: KEY }))).toBe('pass');
    writeFileSync(dkimKeyFile(config, '/'), pem());
    expect(await asSigned(config)).toBe('fail');
  });

  test.each([
    ['not PEM', '-----BEGIN PRIVATE KEY-----\nabc\n-----END PRIVATE KEY-----\n', 'cannot be read'],
    [
      'no RSA key',
      generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }) as string,
      'no', // not an RSA key
    ],
  ])('that is %s is refused at the start, and not repeated', (_, key, reason) => {
    const refused = () => openDkim({ key, selector: 'dm1', domain: DOMAIN });
    expect(refused).toThrow(reason);
    expect(refused).not.toThrow('BEGIN');
  });

  test('that lies there but cannot be read stops the start: mail must not go unsigned unnoticed (I11)', () => {
    const config = configured();
    mkdirSync(dkimKeyFile(config, '/'));
    expect(() => signerOf(config, '/')).toThrow('cannot be read');
  });
});
