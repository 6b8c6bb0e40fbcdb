import { createServer, type Server, type Socket } from 'node:net';
import fc from 'fast-check';
import { simpleParser } from 'mailparser';
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { composeLetter } from '../../server/mail/compose.ts';
import { DeliveryRefused, type Mail, type Mailer, scrub, withoutSender } from '../../server/mail/mailer.ts';
import { LINES, openSmtp, smtpOptions } from '../../server/mail/smtp.ts';

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

const portOf = (server: Server) => (server.address() as { port: number }).port;

type Taken = { from: string; to: string[]; secure: boolean; raw: Buffer };

/** A whole mail server on this machine, of other people's making, and what it has been told. */
async function postOffice(options: SMTPServerOptions = {}) {
  const taken: Taken[] = [];
  const wire: string[] = [];
  const note = (entry: unknown, format = '', ...values: unknown[]) => {
    const line = values.length > 0 ? String(values.at(-1)) : format;
    if ((entry as { tnx?: string }).tnx === 'command') wire.push(line);
  };
  const logger = { trace: note, debug: note, info: note, warn: note, error: note, fatal: note, level: () => 'debug' };
  // It warns of its built-in certificate, which is all that is needed here.
  const silenced = vi.spyOn(console, 'error').mockImplementation(() => {});
  const server = new SMTPServer({
    authOptional: true,
    disableReverseLookup: true,
    logger: logger as never,
    onData(stream, session, done) {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => {
        const { mailFrom, rcptTo } = session.envelope;
        taken.push({
          from: mailFrom ? mailFrom.address : '',
          to: rcptTo.map(({ address }) => address),
          secure: session.secure,
          raw: Buffer.concat(chunks),
        });
        done();
      });
    },
    ...options,
  });
  silenced.mockRestore();
  server.on('error', () => {});
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closing.push(() => new Promise<void>((resolve) => server.close(resolve)));
  return { taken, wire, port: portOf(server.server) };
}

/** A mail server that says what the test says, line by line. `null` breaks the connection off. */
async function actor(answers: Record<string, string | null>) {
  const said: string[] = [];
  let callers = 0;
  const server = createServer((socket: Socket) => {
    callers += 1;
    let inText = false;
    let rest = '';
    const answer = (verb: string, usual: string) => {
      const line = verb in answers ? answers[verb] : usual;
      if (line === null || line === undefined) socket.destroy();
      else socket.write(`${line}\r\n`);
    };
    socket.on('error', () => {});
    socket.on('data', (chunk) => {
      rest += chunk.toString('latin1');
      for (let end = rest.indexOf('\r\n'); end >= 0; end = rest.indexOf('\r\n')) {
        const line = rest.slice(0, end);
        rest = rest.slice(end + 2);
        if (!inText || line === '.') said.push(line);
        const verb = (/^[a-z]+/i.exec(line)?.[0] ?? '').toUpperCase();
        if (inText && line === '.') answer('.', '250 2.0.0 Ok: queued as 4F2');
        else if (inText && 'text' in answers && /^From:/.test(line)) answer('text', '');
        if (inText) inText = line !== '.';
        else if (verb === 'DATA') {
          inText = !('DATA' in answers);
          answer('DATA', '354 go on');
        } else answer(verb, '250 ok');
      }
    });
    answer('greeting', '220 ready');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closing.push(() => server.close());
  return { said, callers: () => callers, port: portOf(server) };
}

function mailerTo(url: string): Mailer {
  const mailer = openSmtp(smtpOptions(url));
  closing.push(() => mailer.close());
  return mailer;
}

const letter = (text = 'Dear Minister,\n\nplease vote no.', subject = 'Please vote no') =>
  composeLetter({
    messageId: '<abc123@letters.example>',
    from: { name: 'Anna Lind via Quiet Post', address: 'letter+abc123@letters.example' },
    replyTo: { name: 'Anna Lind', address: 'anna.lind@home.test' },
    to: { name: 'Minister Ole Berg', address: 'minister@gov.example' },
    envelopeFrom: 'b+abc123@letters.example',
    subject,
    text,
    language: 'en',
    date: new Date('2026-11-24T08:30:00Z'),
  });

const refusalOf = (sending: Promise<unknown>): Promise<DeliveryRefused> =>
  sending.then(
    () => Promise.reject(new Error('was sent')),
    (error) => {
      expect(error).toBeInstanceOf(DeliveryRefused);
      return error;
    },
  );

describe('what the URL asks for', () => {
  test.each([
    [
      'smtp://user:p%40ss@mail.example:587',
      { host: 'mail.example', port: 587, secure: false, requireTLS: true, auth: { user: 'user', pass: 'p@ss' } },
    ],
    ['smtps://mail.example', { host: 'mail.example', secure: true, requireTLS: true }],
    ['smtp://MAIL.example?tls.rejectUnauthorized=false&ignoreTLS=true', { host: 'mail.example', requireTLS: true }],
    ['smtp://192.0.2.1', { host: '192.0.2.1', requireTLS: true }],
    ['smtp://0.0.0.0', { requireTLS: true }],
    ['smtp://[::ffff:127.0.0.1]', { requireTLS: true }],
    ['smtp://127.0.0.1.evil.test', { requireTLS: true }],
    ['smtp://localhost.evil.test', { requireTLS: true }],
    ['smtp://127.1', { requireTLS: true }],
  ])('%s: encrypted and verified', (url, expected) => {
    const options = smtpOptions(url);
    expect(options).toMatchObject({
      ...expected,
      tls: { rejectUnauthorized: true },
    });
    expect(options).not.toHaveProperty('ignoreTLS');
    expect(options.logger).toBe(false);
    expect((options.connectionTimeout ?? 0) + (options.socketTimeout ?? 0)).toBeLessThan(15 * 60_000);
  });

  test.each([
    'smtp://localhost:25',
    'smtp://127.0.0.1',
    'smtp://127.255.0.9:2525',
    'smtp://[::1]:2525',
    'smtp://[0:0:0:0:0:0:0:1]',
  ])('%s: this machine itself, where clear text stays', (url) => {
    expect(smtpOptions(url)).toMatchObject({ requireTLS: false, tls: { rejectUnauthorized: false } });
  });

  test.each(['', 'mail.example', 'http://mail.example', 'smtp://', 'direct:'])(
    '%j is refused, and not repeated',
    (url) => {
      expect(() => smtpOptions(url)).toThrow(/^SMTP_URL is not a URL such as/);
    },
  );
});

describe('a conversation', () => {
  test('carries the bytes and the envelope, and brings back the answer', async () => {
    const { taken, port } = await postOffice();
    const mail = await letter();
    const receipt = await mailerTo(`smtp://127.0.0.1:${port}`).send(mail);
    expect(taken).toEqual([
      { from: 'b+abc123@letters.example', to: ['minister@gov.example'], secure: true, raw: mail.raw },
    ]);
    expect(receipt.answer).toMatch(/^250 /);
  });

  test('is encrypted where STARTTLS is offered, and signs in with what the URL holds', async () => {
    const logins: unknown[] = [];
    const { taken, wire, port } = await postOffice({
      authOptional: false,
      onAuth: (auth, session, done) => {
        logins.push([auth.username, auth.password, session.secure]);
        done(null, { user: 1 });
      },
    });
    await mailerTo(`smtp://anna:p%40ss%2F@localhost:${port}`).send(await letter());
    expect(logins).toEqual([['anna', 'p@ss/', true]]);
    expect(taken.map(({ secure }) => secure)).toEqual([true]);
    expect(wire.join('\n')).toMatch(/STARTTLS/);
  });

  test('is encrypted from its first byte with smtps', async () => {
    const { taken, port } = await postOffice({ secure: true });
    await mailerTo(`smtps://localhost:${port}`).send(await letter());
    expect(taken).toHaveLength(1);
  });

  // 0.0.0.0 leads to this machine, but is not among the names that may be spoken to in the clear.
  test('does not begin in the clear anywhere else: the letter waits', async () => {
    const { taken, wire, port } = await postOffice({ disabledCommands: ['STARTTLS'] });
    const refused = await refusalOf(mailerTo(`smtp://0.0.0.0:${port}`).send(await letter()));
    expect(refused).toMatchObject({ permanent: false, doubtful: false });
    expect(wire.join('\n')).not.toMatch(/MAIL FROM|RCPT|AUTH/i);
    expect(taken).toEqual([]);
  });

  test('does not go on behind a certificate that nobody vouches for: the letter waits', async () => {
    const { taken, wire, port } = await postOffice();
    const refused = await refusalOf(mailerTo(`smtp://0.0.0.0:${port}`).send(await letter()));
    expect(refused).toMatchObject({ permanent: false, status: null, doubtful: false });
    expect(refused.message).toMatch(/certificate/i);
    expect(wire.join('\n')).not.toMatch(/MAIL FROM|RCPT/i);
    expect(taken).toEqual([]);
  });

  test('many at once go over at most ten connections, each once', async () => {
    let open = 0;
    let most = 0;
    const { taken, port } = await postOffice({
      onConnect: (_, done) => {
        open += 1;
        most = Math.max(most, open);
        done();
      },
      onClose: () => {
        open -= 1;
      },
    });
    const mailer = mailerTo(`smtp://127.0.0.1:${port}`);
    const mails = await Promise.all(Array.from({ length: 40 }, (_, i) => letter(`Letter ${i}`)));
    await Promise.all(mails.map((mail) => mailer.send(mail)));
    expect(new Set(taken.map(({ raw }) => raw.toString())).size).toBe(40);
    expect(taken).toHaveLength(40);
    expect(most).toBeLessThanOrEqual(LINES);
  });

  test('is ended by closing, once it is over', async () => {
    const { taken, port } = await postOffice();
    const mailer = openSmtp(smtpOptions(`smtp://127.0.0.1:${port}`));
    const sending = mailer.send(await letter());
    await new Promise((resolve) => setTimeout(resolve, 5));
    await Promise.all([sending, mailer.close()]);
    expect(taken).toHaveLength(1);
    expect(await refusalOf(mailer.send(await letter()))).toMatchObject({ permanent: false });
  });
});

describe('the text that arrives', () => {
  const lineEnds = (text: string) => text.toWellFormed().replace(/\r\n?/g, '\n').replace(/\n?$/, '\n');

  async function roundTrip() {
    const { taken, port } = await postOffice();
    const mailer = mailerTo(`smtp://127.0.0.1:${port}`);
    return async (text: string, subject?: string) => {
      taken.length = 0;
      await mailer.send(await letter(text, subject));
      expect(taken).toHaveLength(1);
      const raw = taken[0]?.raw ?? Buffer.alloc(0);
      expect(raw.toString('latin1').replaceAll('\r\n', '')).not.toMatch(/[\r\n\0]|[^\0-\x7f]/);
      expect(
        Math.max(
          ...raw
            .toString('latin1')
            .split('\r\n')
            .map((line) => line.length),
        ),
      ).toBeLessThanOrEqual(998);
      return simpleParser(raw);
    };
  }

  test.each([
    ['dots', '.\n..\n.x\n\n.\r\n'],
    ['ends of the conversation', 'a\n.\nb\r\n.\r\nc\r.\rd\r.\r\ne\n.\r\nMAIL FROM:<eve@else.test>\r\n'],
    ['bare line ends', 'a\rb\nc\r\nd\n\re'],
    ['no end of line', 'x'],
    ['nothing', ''],
    ['spaces at the ends of lines', ' a \n\t\n b\t\n '],
    ['From at the start of a line', 'From here\nFrom there'],
    ['a line of 10,000 characters', `${'x'.repeat(10_000)}\n${'é'.repeat(10_000)}`],
    ['words of 10,000 characters', `${'long '.repeat(2000)}`],
    ['NUL and other controls', 'a\0b\u0001\u0007\u001b[31m\u007f\u0085'],
    ['separators', 'a\u2028b\u2029c\u00a0d'],
    ['bidi', '\u202eabc\u202c \u2066ئەنۋەر\u2069 \u200fשלום'],
    ['Chinese, Tibetan, Hindi', '尊敬的部长：\n请投反对票。\nབཀྲ་ཤིས\nनमस्ते'],
    ['emoji', '🕊️👩‍👩‍👧‍👦🇪🇺'],
    ['lone surrogates', 'a\ud800b\udc00'],
    ['what looks encoded', '=3D=20=\n=?utf-8?Q?x?=\n-- \n--boundary'],
  ])('is the text that was sent: %s', async (_, text) => {
    const send = await roundTrip();
    expect((await send(text)).text).toBe(lineEnds(text));
  });

  test('is the text that was sent, whatever it is', async () => {
    const send = await roundTrip();
    const text = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 400, size: 'max' }),
      fc
        .array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 200, size: 'max' })
        .map((units) => String.fromCharCode(...units)),
      fc
        .array(fc.constantFrom('.', '\r', '\n', '\r\n', ' ', '\t', '=', 'a', 'é', '信', '🕊️', '\0', 'x'.repeat(80)), {
          maxLength: 300,
          size: 'max',
        })
        .map((parts) => parts.join('')),
    );
    await fc.assert(
      fc.asyncProperty(text, text, async (body, subject) => {
        const mail = await send(body, subject);
        expect(mail.text?.replace(/^\ufeff/, '')).toBe(lineEnds(body).replace(/^\ufeff/, ''));
        expect(mail.headerLines.filter(({ key }) => !['received', 'subject'].includes(key))).toHaveLength(9);
      }),
    );
  });
});

describe('an envelope that is not one plain address each', () => {
  const tricks = [
    'minister@gov.example\r\nRCPT TO:<eve@else.test>',
    'minister@gov.example>\r\nRCPT TO:<eve@else.test',
    'minister@gov.example, eve@else.test',
    'minister@gov.example;eve@else.test',
    'g: minister@gov.example, eve@else.test;',
    'Minister <minister@gov.example>',
    '<minister@gov.example>',
    '"minister@gov.example" <eve@else.test>',
    'minister@gov.example\0',
    ' minister@gov.example',
    'ministér@gov.example',
    'minister@g\u043ev.example',
    'minister@\u212Aiel.example',
    'minister@[127.0.0.1]',
    'minister@localhost',
    'minister',
    '',
    { address: 'minister@gov.example>\r\nRCPT TO:<eve@else.test' },
    ['minister@gov.example', 'eve@else.test'],
    `${'a'.repeat(65)}@gov.example`,
  ];

  test.each(tricks.map((to) => ({ to })))('to $to: refused for good, and not a word said', async ({ to }) => {
    const { wire, taken, port } = await postOffice();
    const mail = { ...(await letter()), envelope: { from: 'b+abc123@letters.example', to } } as Mail;
    expect(await refusalOf(mailerTo(`smtp://127.0.0.1:${port}`).send(mail))).toMatchObject({
      permanent: true,
      doubtful: false,
    });
    expect([wire, taken]).toEqual([[], []]);
  });

  test.each([
    'b@letters.example\r\nRCPT TO:<eve@else.test>',
    'b@letters.example, eve@else.test',
    'b@local_host',
    'b..c@localhost',
    'b',
    '',
  ])('from %j: refused for good', async (from) => {
    const { wire, port } = await postOffice();
    const mail = { ...(await letter()), envelope: { from, to: 'minister@gov.example' } };
    expect(await refusalOf(mailerTo(`smtp://127.0.0.1:${port}`).send(mail))).toMatchObject({ permanent: true });
    expect(wire).toEqual([]);
  });

  test('whatever it is, the server never hears another recipient', async () => {
    const { said, port } = await actor({});
    const mailer = mailerTo(`smtp://127.0.0.1:${port}`);
    const mail = await letter();
    const parts = fc.constantFrom(
      'minister@gov.example',
      'eve@else.test',
      ',',
      ';',
      ' ',
      '<',
      '>',
      '"',
      '\r\n',
      '\n',
      'RCPT TO:',
      ':',
      '(',
      ')',
      '@',
      '%',
      '\0',
      'x',
    );
    await fc.assert(
      fc.asyncProperty(fc.array(parts, { maxLength: 6, size: 'max' }), async (pieces) => {
        const to = pieces.join('');
        said.length = 0;
        const sent = await mailer.send({ ...mail, envelope: { ...mail.envelope, to } }).then(
          () => true,
          () => false,
        );
        const heard = said.filter((line) => /RCPT/i.test(line));
        expect(heard).toEqual(sent ? [`RCPT TO:<${to}>`] : []);
      }),
    );
    await mailer.send(mail);
    expect(said).toContain('RCPT TO:<minister@gov.example>');
  });

  test('the domain may be in capitals, and goes in small letters', async () => {
    const { taken, port } = await postOffice();
    const mail = { ...(await letter()), envelope: { from: 'b+abc123@Letters.example', to: 'Minister@GOV.example' } };
    await mailerTo(`smtp://127.0.0.1:${port}`).send(mail);
    expect(taken).toMatchObject([{ from: 'b+abc123@letters.example', to: ['Minister@gov.example'] }]);
  });

  test('a sender of ours may be on a domain of one label', async () => {
    const { taken, port } = await postOffice();
    const mail = { ...(await letter()), envelope: { from: 'b+abc123@localhost', to: 'minister@gov.example' } };
    await mailerTo(`smtp://127.0.0.1:${port}`).send(mail);
    expect(taken[0]?.from).toBe('b+abc123@localhost');
  });
});

describe('a refusal', () => {
  test.each([
    ['MAIL', '550 5.7.1 we do not take mail from you', true, 550, '5.7.1'],
    ['MAIL', '451 4.3.0 try later', false, 451, '4.3.0'],
    ['MAIL', '530 5.7.0 sign in first', false, 530, '5.7.0'],
    ['RCPT', '550 5.1.1 no such user', true, 550, '5.1.1'],
    ['RCPT', '450 4.2.0 greylisted', false, 450, '4.2.0'],
    ['RCPT', '421 4.3.2 closing', false, 421, '4.3.2'],
    ['DATA', '554 no', true, 554, null],
    ['DATA', '451 later', false, 451, null],
    ['.', '554 5.6.0 not this', true, 554, '5.6.0'],
    ['.', '452 4.2.2 full', false, 452, '4.2.2'],
    ['greeting', '554 no service here', false, 554, null],
    ['greeting', '421 too busy', false, 421, null],
  ])('to %s by %j', async (verb, answer, permanent, status, enhanced) => {
    const { port } = await actor({ [verb]: answer });
    const refused = await refusalOf(mailerTo(`smtp://127.0.0.1:${port}`).send(await letter()));
    expect(refused).toMatchObject({ name: 'DeliveryRefused', permanent, status, enhanced, doubtful: false });
    expect(refused.message).toContain(answer);
    expect(refused.ofSender).toBe(verb === 'MAIL' && status !== 530);
  });

  test('of the password is not the letter’s fault', async () => {
    const { port } = await postOffice({ onAuth: (_auth, _session, done) => done(new Error('wrong')) });
    const refused = await refusalOf(mailerTo(`smtp://anna:secretword@127.0.0.1:${port}`).send(await letter()));
    expect(refused).toMatchObject({ permanent: false, status: 535 });
    expect(refused.message).not.toContain('secretword');
  });

  test('by nobody: no server there', async () => {
    const { port } = await actor({});
    await closing.pop()?.();
    expect(await refusalOf(mailerTo(`smtp://127.0.0.1:${port}`).send(await letter()))).toMatchObject({
      permanent: false,
      status: null,
      doubtful: false,
    });
  });

  test.each([
    ['greeting', false],
    ['EHLO', false],
    ['MAIL', false],
    ['RCPT', false],
    ['DATA', false],
    ['.', true],
  ])(
    'by a connection that breaks at %s; doubtful: %s; nothing is tried again behind our back',
    async (verb, doubtful) => {
      const { callers, port } = await actor({ [verb]: null });
      const refused = await refusalOf(mailerTo(`smtp://127.0.0.1:${port}`).send(await letter()));
      expect(refused).toMatchObject({ permanent: false, status: null, doubtful });
      await new Promise((resolve) => setTimeout(resolve, 300));
      expect(callers()).toBe(1);
    },
  );

  test.each([
    ['a connection that ends', null],
    ['a refusal', '550 5.7.1 no more of this'],
  ])('in mid-text by %s: the dot is never sent, and nothing is in doubt', async (_, text) => {
    const { said, port } = await actor({ text, '.': '250 2.0.0 Ok: queued all the same' });
    let dots = 0;
    const noting = async () => {
      // As long as the note takes, the server's word is on its way.
      await new Promise((resolve) => setTimeout(resolve, 30));
      dots += 1;
    };
    const began = Date.now();
    const refused = await refusalOf(mailerTo(`smtp://127.0.0.1:${port}`).send(await letter(), noting));
    expect(refused).toMatchObject({ doubtful: false, permanent: text !== null });
    await new Promise((resolve) => setTimeout(resolve, 60));
    expect({ dots, heard: said.slice(-2) }).toEqual({ dots: 1, heard: [expect.stringMatching(/^RCPT/), 'DATA'] });
    expect(Date.now() - began).toBeLessThan(2000);
  });

  test('by a server that then hangs up takes no longer for it', async () => {
    const { port } = await actor({ RCPT: '550 5.7.1 no', RSET: null });
    const began = Date.now();
    await refusalOf(mailerTo(`smtp://127.0.0.1:${port}`).send(await letter()));
    expect(Date.now() - began).toBeLessThan(2000);
  });

  test('names no address, however the server spells it', async () => {
    const said =
      '550 5.1.1 <Minister@gov.example> (minister): anna.lind%40home.test, see https://x.example/?s=B%2BABC123%40letters.example B+ABC123';
    const { port } = await actor({ RCPT: said });
    const { message } = await refusalOf(mailerTo(`smtp://127.0.0.1:${port}`).send(await letter()));
    expect(message).toMatch(/^RCPT TO: 550 5\.1\.1 /);
    expect(message).not.toMatch(/minister|anna|abc123|@|%40/i);
    expect(scrub('a\r\nb anna=40home.test c&#64;d e')).toBe('a b … … e');
  });

  test.each([
    ['Li', 'will deliver to Li, or LI?', 'will deliver to … or …'],
    ['王小明', '拒收来自王小明的邮件', '拒收来自…的邮件'],
    ['Ana María López', 'of Lopez? No: ana-maría (López)', 'of Lopez? No: … …'],
    ['A', 'a mail', 'a mail'],
  ])('keeps nothing of the name %s', (name, said, kept) => {
    expect(withoutSender(said, { name, email: 'b@home.test' })).toBe(kept);
  });

  test('however long a word the server sends, reading it stops nothing', () => {
    const began = performance.now();
    expect(scrub(`554 ${'a'.repeat(1_000_000)}`)).toHaveLength(300);
    expect(performance.now() - began).toBeLessThan(2000);
  });

  test('leaves nothing of the library’s own error to be logged', async () => {
    const { port } = await actor({ RCPT: '550 no' });
    const refused = await refusalOf(mailerTo(`smtp://127.0.0.1:${port}`).send(await letter()));
    expect(Object.keys(refused).sort()).toEqual([
      'about',
      'doubtful',
      'enhanced',
      'name',
      'ofSender',
      'permanent',
      'status',
    ]);
    expect(refused.cause).toBeUndefined();
  });

  test('of one letter does not hinder the next', async () => {
    let first = true;
    const { taken, port } = await postOffice({
      onRcptTo: (_address, _session, done) => {
        done(first ? Object.assign(new Error('no such user'), { responseCode: 550 }) : null);
        first = false;
      },
    });
    const mailer = mailerTo(`smtp://127.0.0.1:${port}`);
    expect(await refusalOf(mailer.send(await letter()))).toMatchObject({ permanent: true });
    await mailer.send(await letter());
    expect(taken).toHaveLength(1);
  });
});
