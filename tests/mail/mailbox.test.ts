import fc from 'fast-check';
import { simpleParser } from 'mailparser';
import { describe, expect, test } from 'vitest';
import { composeLetter } from '../../server/mail/compose.ts';
import { openMailbox, readMail } from '../../server/mail/mailbox.ts';
import { DeliveryRefused, type Mail } from '../../server/mail/mailer.ts';

const compose = (subject: string, text: string, name = 'Anna Lind') =>
  composeLetter({
    messageId: '<1@localhost>',
    from: { name, address: 'letter+1@localhost' },
    replyTo: { name, address: 'anna.lind@home.test' },
    to: { name: 'Minister Ole Berg', address: 'minister@gov.example' },
    envelopeFrom: 'b+1@localhost',
    subject,
    text,
    language: 'de',
    date: new Date('2026-11-24T08:30:00Z'),
  });

const anything = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 200, size: 'max' }),
  fc
    .array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 80, size: 'max' })
    .map((codes) => String.fromCharCode(...codes)),
  fc
    .array(
      fc.constantFrom(
        'a',
        '=',
        '_',
        '?',
        '=?',
        '?=',
        '=3D',
        ' ',
        '\t',
        '\n',
        '\r\n',
        '\r',
        '.',
        'é',
        '信',
        '🕊️',
        '\ufeff',
      ),
      { maxLength: 200, size: 'max' },
    )
    .map((parts) => parts.join('')),
);

describe('the mailbox', () => {
  test('keeps what is sent, whole, and then says that it did', async () => {
    const kept: Mail[] = [];
    const mail = await compose('Hello', 'Text');
    const receipt = await openMailbox(async (each) => void kept.push(each)).send(mail);
    expect(kept).toEqual([mail]);
    expect(receipt.answer).toMatch(/^250 /);
  });

  test('has delivered nothing when keeping fails', async () => {
    const mailbox = openMailbox(() => Promise.reject(new Error('disk full')));
    await expect(mailbox.send(await compose('Hello', 'Text'))).rejects.toThrow('disk full');
  });

  test('takes only what a mail server would be given: one plain recipient', async () => {
    const kept: Mail[] = [];
    const mailbox = openMailbox(async (each) => void kept.push(each));
    const mail = await compose('Hello', 'Text');
    const two = { ...mail, envelope: { ...mail.envelope, to: 'minister@gov.example, eve@else.test' } };
    await expect(mailbox.send(two)).rejects.toBeInstanceOf(DeliveryRefused);
    expect(kept).toEqual([]);
  });
});

describe('a mail read again', () => {
  test('shows its headers as written and its text', async () => {
    const { raw } = await compose('Bitte um ein Nein', 'Grüße\n', 'Åsa Żuk');
    expect(readMail(raw)).toEqual({
      headers: {
        From: 'Åsa Żuk <letter+1@localhost>',
        To: 'Minister Ole Berg <minister@gov.example>',
        'Reply-To': 'Åsa Żuk <anna.lind@home.test>',
        Subject: 'Bitte um ein Nein',
        'Message-ID': '<1@localhost>',
        Date: 'Tue, 24 Nov 2026 08:30:00 +0000',
        'Content-Language': 'de',
        'MIME-Version': '1.0',
        'Content-Type': 'text/plain; charset=utf-8',
        'Content-Transfer-Encoding': 'quoted-printable',
      },
      text: 'Grüße\n',
    });
  });

  test('is the text and subject that were composed, and what other code reads', async () => {
    await fc.assert(
      fc.asyncProperty(anything, anything, async (subject, text) => {
        const { raw } = await compose(subject, text);
        const read = readMail(raw);
        const lines = text.toWellFormed().replace(/\r\n?/g, '\n');
        expect(read.text).toBe(lines.endsWith('\n') ? lines : `${lines}\n`);
        const mail = await simpleParser(raw);
        expect(read.headers.Subject ?? '').toBe(mail.subject ?? '');
        // A byte order mark at the start is no text to the parser, at times.
        expect(read.text.replace(/^\ufeff/, '')).toBe(mail.text?.replace(/^\ufeff/, ''));
      }),
    );
  });
});
