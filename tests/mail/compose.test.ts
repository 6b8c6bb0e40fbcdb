import fc from 'fast-check';
import { simpleParser } from 'mailparser';
import { describe, expect, test } from 'vitest';
import { composeLetter, composeNotice, senderName } from '../../server/mail/compose.ts';

const LETTER = {
  messageId: '<abc123@letters.example>',
  from: { name: 'Anna Lind via Quiet Post', address: 'letter+abc123@letters.example' },
  replyTo: { name: 'Anna Lind', address: 'anna.lind@home.test' },
  to: { name: 'Minister Ole Berg', address: 'minister@gov.example' },
  envelopeFrom: 'b+abc123@letters.example',
  subject: 'Please vote no',
  text: 'Dear Minister,\n\nplease vote no.\n\nAnna Lind',
  language: 'en',
  date: new Date('2026-11-24T08:30:00Z'),
};
const NOTICE = { ...LETTER, to: { address: 'anna.lind@home.test' } };
const HEADERS = [
  'from',
  'to',
  'reply-to',
  'subject',
  'message-id',
  'date',
  'content-language',
  'mime-version',
  'content-type',
  'content-transfer-encoding',
];

const units = fc
  .array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 80, size: 'max' })
  .map((codes) => String.fromCharCode(...codes));
const hostile = fc
  .array(
    fc.constantFrom(
      'Anna',
      ' ',
      '"',
      "'",
      '\\',
      ',',
      ';',
      ':',
      '<',
      '>',
      '(',
      ')',
      '@',
      '\r\n',
      '\n',
      '\r',
      '\t',
      '\0',
      'Bcc: eve@else.test',
      '=?utf-8?Q?=0D=0A?=',
      '\u202e',
      'é',
      '信',
      '🕊️',
      '\u2028',
    ),
    {
      maxLength: 25,
      size: 'max',
    },
  )
  .map((parts) => parts.join(''));
const anything = fc.oneof(units, hostile, fc.string({ unit: 'binary', maxLength: 100, size: 'max' }));

const keysOf = async (raw: Buffer) => (await simpleParser(raw)).headerLines.map(({ key }) => key).sort();

describe('a letter', () => {
  test('has its headers and no others', async () => {
    const { raw, envelope, messageId } = await composeLetter(LETTER);
    expect(envelope).toEqual({ from: 'b+abc123@letters.example', to: 'minister@gov.example' });
    expect(messageId).toBe('<abc123@letters.example>');
    expect(raw.toString().split('\r\n\r\n')[0]?.split('\r\n').sort()).toEqual(
      [
        'From: Anna Lind via Quiet Post <letter+abc123@letters.example>',
        'To: Minister Ole Berg <minister@gov.example>',
        'Reply-To: Anna Lind <anna.lind@home.test>',
        'Subject: Please vote no',
        'Message-ID: <abc123@letters.example>',
        'Date: Tue, 24 Nov 2026 08:30:00 +0000',
        'Content-Language: en',
        'MIME-Version: 1.0',
        'Content-Type: text/plain; charset=utf-8',
        'Content-Transfer-Encoding: quoted-printable',
      ].sort(),
    );
    expect(raw.toString()).toMatch(/\r\n\r\nDear Minister,\r\n\r\nplease vote no\.\r\n\r\nAnna Lind\r\n$/);
  });

  test('is the same bytes when it is composed again', async () => {
    expect((await composeLetter(LETTER)).raw).toEqual((await composeLetter(LETTER)).raw);
  });

  test('has no further header, whatever stands in its names and subject', async () => {
    await fc.assert(
      fc.asyncProperty(anything, anything, anything, async (from, to, subject) => {
        const { raw } = await composeLetter({
          ...LETTER,
          from: { ...LETTER.from, name: from },
          replyTo: { ...LETTER.replyTo, name: from },
          to: { ...LETTER.to, name: to },
          subject,
        });
        const mail = await simpleParser(raw);
        const empty = subject
          .toWellFormed()
          .replace(/[\p{Cc}\u2028\u2029]+/gu, ' ')
          .trim();
        expect(await keysOf(raw)).toEqual(HEADERS.filter((key) => key !== 'subject' || empty !== '').sort());
        expect(mail.subject ?? '').toBe(empty);
        expect(mail.from?.value.map(({ address }) => address)).toEqual(['letter+abc123@letters.example']);
        expect([mail.to].flat().flatMap((each) => each?.value.map(({ address }) => address))).toEqual([
          'minister@gov.example',
        ]);
        expect(mail.replyTo?.value.map(({ address }) => address)).toEqual(['anna.lind@home.test']);
        expect(mail.text).toBe('Dear Minister,\n\nplease vote no.\n\nAnna Lind\n');
      }),
    );
  });

  test.each([
    'Åsa "Bibi" O’Neill, Dr. (née Żuk)',
    'ئەنۋەر توختى',
    '陳大文',
    'བསྟན་འཛིན',
    'Anna; Lind <x>',
    "O'Brien\\",
    'x'.repeat(100),
    '信'.repeat(100),
  ])('a name arrives as it is: %s', async (name) => {
    const { raw } = await composeLetter({
      ...LETTER,
      from: { ...LETTER.from, name },
      replyTo: { ...LETTER.replyTo, name },
    });
    const mail = await simpleParser(raw);
    expect(mail.from?.value[0]?.name).toBe(name);
    expect(mail.replyTo?.value[0]?.name).toBe(name);
  });

  test.each([
    ['two lines', 'Anna\r\nBcc: eve@else.test', 'Anna Bcc: eve@else.test'],
    ['a turned direction', 'Anna \u202egnirpS\u2066', 'Anna gnirpS'],
    ['a name within the name', '=?utf-8?Q?eve=40else.test?=', '= ?utf-8?Q?eve=40else.test?='],
  ])('a name with %s is made harmless', async (_, name, shown) => {
    const { raw } = await composeLetter({ ...LETTER, from: { ...LETTER.from, name } });
    expect((await simpleParser(raw)).from?.value).toEqual([{ name: shown, address: 'letter+abc123@letters.example' }]);
  });

  test.each([
    'minister@gov.example, eve@else.test',
    'minister@gov.example; eve@else.test',
    'minister@gov.example\r\nBcc: eve@else.test',
    'minister@gov.example>\r\nRCPT TO:<eve@else.test',
    'g: minister@gov.example, eve@else.test;',
    'Minister <minister@gov.example>',
    '"a b"@gov.example',
    'minister@g\u043ev.example',
    'minister@gov.example ',
    'minister',
    '',
  ])('an address that is not one plain address composes nothing: %j', async (address) => {
    await expect(composeLetter({ ...LETTER, to: { name: 'Minister', address } })).rejects.toThrow(
      'not one plain address',
    );
    await expect(composeLetter({ ...LETTER, from: { ...LETTER.from, address } })).rejects.toThrow(
      'not one plain address',
    );
    await expect(composeLetter({ ...LETTER, replyTo: { ...LETTER.replyTo, address } })).rejects.toThrow(
      'not one plain address',
    );
  });

  test('an address of ours may be on a domain of one label', async () => {
    const { raw } = await composeLetter({
      ...LETTER,
      from: { ...LETTER.from, address: 'letter+1@localhost' },
      messageId: '<1@localhost>',
    });
    expect(raw.toString()).toContain('<letter+1@localhost>');
  });

  test('an endless word in a subject is broken, one in a name refused: no line passes 998 characters', async () => {
    const { raw } = await composeLetter({ ...LETTER, subject: 'x'.repeat(5000) });
    expect((await simpleParser(raw)).subject).toBe('x'.repeat(5000));
    await expect(composeLetter({ ...LETTER, to: { ...LETTER.to, name: 'x'.repeat(1000) } })).rejects.toThrow(
      'too long',
    );
  });

  test('a text that is not a string reads no file', async () => {
    const text = { path: '/etc/passwd' } as unknown as string;
    await expect(composeLetter({ ...LETTER, text })).rejects.toThrow('not a string');
  });

  test.each([
    { messageId: '<a\r\nBcc: x@y.test>' },
    { messageId: 'a@b.test' },
    { language: 'en\r\nBcc: x' },
    { language: '' },
  ])('%j is refused', async (odd) => {
    await expect(composeLetter({ ...LETTER, ...odd })).rejects.toThrow('not well-formed');
  });

  test.each([
    ['Dear Minister', 'quoted-printable'],
    ['Sehr geehrte Frau Ministerin, für Österreich', 'quoted-printable'],
    ['尊敬的部长:請投反對票。'.repeat(20), 'base64'],
  ])('%s goes as %s', async (text, encoding) => {
    const { raw } = await composeLetter({ ...LETTER, text });
    expect(raw.toString()).toContain(`Content-Transfer-Encoding: ${encoding}\r\n`);
    expect((await simpleParser(raw)).text).toBe(`${text}\n`);
  });
});

describe('a notice', () => {
  test('says that it is automatic, and has no name beside the address', async () => {
    const { raw } = await composeNotice(NOTICE);
    const ours = ['auto-submitted', 'x-auto-response-suppress'];
    expect(await keysOf(raw)).toEqual([...HEADERS.filter((key) => key !== 'reply-to'), ...ours].sort());
    expect(raw.toString()).toContain('Auto-Submitted: auto-generated\r\n');
    expect(raw.toString()).toContain('X-Auto-Response-Suppress: All\r\n');
    expect(raw.toString()).toContain('\r\nTo: anna.lind@home.test\r\n');
  });
});

describe('the sender’s name', () => {
  test.each([
    ['Anna Lind', 'Quiet Post', 'Anna Lind via Quiet Post'],
    ['Anna\r\nBcc: x', 'Quiet\tPost', 'Anna Bcc: x via Quiet Post'],
    ['anna@home.test', 'Post@Work', 'anna at home.test via Post at Work'],
    ['陳大文', '安靜郵局', '陳大文 via 安靜郵局'],
  ])('%j, %j', (name, organiser, shown) => {
    expect(senderName(name, organiser)).toBe(shown);
  });

  test('is never longer than 120 characters, and still says who carries it', () => {
    fc.assert(
      fc.property(anything, anything, (name, organiser) => {
        const shown = senderName(name.repeat(5), organiser.repeat(5));
        expect(shown.length).toBeLessThanOrEqual(120);
        expect(shown).toContain(' via ');
        expect(shown.isWellFormed()).toBe(true);
        expect(shown).not.toMatch(/[\p{Cc}@]/u);
      }),
    );
    expect(senderName('👩‍👩‍👧‍👦'.repeat(30), 'Quiet Post')).toMatch(/^(👩‍👩‍👧‍👦)+… via Quiet Post$/u);
    expect(senderName('Anna', 'Post '.repeat(40))).toMatch(/^Anna via (Post ){11}.*…$/);
  });
});
