import { createServer, type Socket } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { composeLetter } from '../../server/mail/compose.ts';
import { openSmtp, smtpOptions } from '../../server/mail/smtp.ts';

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

/** Reads the wire, byte by byte, as a careless server would and as a strict one would: how many mails each saw. */
async function wire() {
  const seen: Buffer[] = [];
  const server = createServer((socket: Socket) => {
    let bytes = '';
    let inText = false;
    socket.on('error', () => {});
    socket.on('data', (chunk: Buffer) => {
      seen.push(chunk);
      bytes += chunk.toString('latin1');
      for (;;) {
        if (inText) {
          const end = bytes.indexOf('\r\n.\r\n');
          if (end < 0) return;
          bytes = bytes.slice(end + 5);
          inText = false;
          socket.write('250 2.0.0 taken\r\n');
        }
        const end = bytes.indexOf('\r\n');
        if (end < 0) return;
        inText = /^DATA$/i.test(bytes.slice(0, end));
        bytes = bytes.slice(end + 2);
        socket.write(inText ? '354 go on\r\n' : '250 ok\r\n');
      }
    });
    socket.write('220 ready\r\n');
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  closing.push(() => server.close());
  const { port } = server.address() as { port: number };
  const mailer = openSmtp(smtpOptions(`smtp://127.0.0.1:${port}`));
  closing.push(() => mailer.close());
  return {
    mailer,
    take: () => Buffer.concat(seen.splice(0)).toString('latin1'),
  };
}

const FORGED = 'MAIL FROM:<eve@else.test>\r\nRCPT TO:<eve@else.test>\r\nDATA\r\nSubject: forged\r\n\r\nx';
/** What careless servers have taken for the end of a text (SMTP smuggling, 2023). */
const ENDS = [
  '\n.\n',
  '\n.\r\n',
  '\r\n.\n',
  '\r.\r',
  '\r.\r\n',
  '\r\n.\r',
  '\r\n\0.\r\n',
  '\n.\r',
  '\r\n.\r\n',
  '\0\n.\n',
];

const fields = ['name', 'subject', 'text', 'recipient', 'organiser'] as const;
const hostile = ENDS.flatMap((end) => fields.map((field) => [end, field] as const));

test.each(hostile)('I4: one in, one out: %j in the %s', async (end, field) => {
  const { mailer, take } = await wire();
  const evil = `Anna${end}${FORGED}${end}Lind`;
  const value = (name: (typeof fields)[number], usual: string) => (field === name ? evil : usual);
  const mail = await composeLetter({
    messageId: '<abc123@letters.example>',
    from: { name: value('organiser', 'Anna Lind via Quiet Post'), address: 'letter+abc123@letters.example' },
    replyTo: { name: value('name', 'Anna Lind'), address: 'anna.lind@home.test' },
    to: { name: value('recipient', 'Minister Ole Berg'), address: 'minister@gov.example' },
    envelopeFrom: 'b+abc123@letters.example',
    subject: value('subject', 'Please vote no'),
    text: value('text', 'Dear Minister,\n.\n..\nplease vote no.'),
    language: 'en',
    date: new Date('2026-11-24T08:30:00Z'),
  });
  await mailer.send(mail);
  const bytes = take();
  // I3: one recipient a transaction, and no other; one terminator; nothing that a careless server reads as a line end.
  const begins = bytes.indexOf('\r\nDATA\r\n');
  const [commands, text] = [bytes.slice(0, begins), bytes.slice(begins + 8)];
  expect(commands.split('\r\n').slice(1)).toEqual([
    'MAIL FROM:<b+abc123@letters.example>',
    'RCPT TO:<minister@gov.example>',
  ]);
  expect(text.slice(text.indexOf('\r\n.\r\n') + 5)).toBe('');
  expect(text.split('\r\n.\r\n')).toHaveLength(2);
  expect(bytes.replaceAll('\r\n', '')).not.toMatch(/[\r\n\0]/);
  for (const line of bytes.split('\r\n')) expect(line.length).toBeLessThanOrEqual(998);
});

test('the check bites: a text that is sent as it came would be two mails to a careless server', () => {
  const careless = (bytes: string) => bytes.split(/\r?\n\.\r?\n/).length - 1;
  expect(careless(`Subject: x\r\n\r\na\n.\n${FORGED}\r\n.\r\n`)).toBe(2);
});

test('what was being sent when its dot was forbidden never ends', async () => {
  const { mailer, take } = await wire();
  const mail = await composeLetter({
    messageId: '<abc123@letters.example>',
    from: { name: 'Anna', address: 'letter+abc123@letters.example' },
    replyTo: { name: 'Anna', address: 'anna.lind@home.test' },
    to: { name: 'Ole', address: 'minister@gov.example' },
    envelopeFrom: 'b+abc123@letters.example',
    subject: 'No',
    text: 'Dear Minister',
    language: 'en',
    date: new Date(0),
  });
  const forbidden = new Error('the claim has lapsed');
  await expect(mailer.send(mail, () => Promise.reject(forbidden))).rejects.toBe(forbidden);
  await new Promise((done) => setTimeout(done, 100));
  const bytes = take();
  expect(bytes).toContain('DATA\r\n');
  expect(bytes).not.toContain('\r\n.\r\n');
});
