import fc from 'fast-check';
import { simpleParser } from 'mailparser';
import { describe, expect, test } from 'vitest';
import {
  type DraftText,
  draftEml,
  draftLinks,
  headerWords,
  LINK_FORMS,
  type LinkForm,
  linkRoom,
} from '../../server/domain/drafts.ts';

const TO = 'anna.lind@minister.example';
const LETTER = { subject: 'Vote no', body: 'Dear Minister,\n\nplease vote no.' };
const MAILTO = `mailto:${TO}?subject=Vote%20no&body=Dear%20Minister%2C%0D%0A%0D%0Aplease%20vote%20no.`;

/** Any UTF-16, lone surrogates and control characters among it. */
const anything = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 300, size: 'max' }),
  fc.string({ unit: 'binary', maxLength: 300, size: 'max' }),
  fc
    .array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 60, size: 'max' })
    .map((units) => String.fromCharCode(...units)),
  fc
    .array(
      fc.constantFrom(
        'a',
        ' ',
        '\t',
        '\r',
        '\n',
        '\r\n',
        '.',
        '=',
        '&',
        '+',
        '%0A',
        '=?utf-8?Q?x?=',
        'ü',
        '信',
        '🕊️',
        '\u202e',
        '\0',
      ),
      { maxLength: 300, size: 'max' },
    )
    .map((parts) => parts.join('')),
);
const texts = fc.record({ subject: anything, body: anything });

/** What a draft keeps of a text: everything but control characters, with one kind of line end. */
const keptBody = (text: string) =>
  text
    .toWellFormed()
    .replace(/\r\n?/g, '\n')
    .replace(/(?![\t\n])\p{Cc}/gu, '');
const keptSubject = (text: string) =>
  text
    .toWellFormed()
    .replace(/[\p{Cc}\u2028\u2029]+/gu, ' ')
    .trim();

/** Takes a link apart as its mail program would; written without the code under test. */
function read(form: LinkForm, link: string): DraftText & { to: string } {
  const inner = /mailtouri=(.*)$|#mailto=(.*)$/.exec(link);
  if (inner) return read('mailto', decodeURIComponent(inner[1] ?? inner[2] ?? ''));
  const [head = '', query = ''] = [link.slice(0, link.indexOf('?')), link.slice(link.indexOf('?') + 1)];
  const fields = Object.fromEntries(
    query.split('&').map((pair) => pair.split('=').map((part) => decodeURIComponent(part))),
  );
  const to = form === 'mailto' ? decodeURIComponent(head.replace('mailto:', '')) : fields.to;
  return { to, subject: fields.subject ?? fields.su, body: fields.body.replaceAll('\r\n', '\n') };
}

/** The last number for which something holds, where it holds up to some number and never after. */
function last(holds: (n: number) => boolean): number {
  let [low, high] = [0, 40_000];
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (holds(middle)) low = middle;
    else high = middle - 1;
  }
  return low;
}

describe('links', () => {
  test('each form, to the letter', () => {
    const { links, carries } = draftLinks(TO, LETTER, null);
    expect(links).toEqual({
      mailto: MAILTO,
      gmail: `https://mail.google.com/mail/?view=cm&fs=1&to=${TO}&su=Vote%20no&body=Dear%20Minister%2C%0A%0Aplease%20vote%20no.`,
      outlook:
        'https://outlook.live.com/mail/deeplink/compose?mailtouri=mailto%3Aanna.lind%40minister.example%3Fsubject%3DVote%2520no%26body%3DDear%2520Minister%252C%250D%250A%250D%250Aplease%2520vote%2520no.',
      outlookWork:
        'https://outlook.cloud.microsoft/mail/deeplink/compose?mailtouri=mailto%3Aanna.lind%40minister.example%3Fsubject%3DVote%2520no%26body%3DDear%2520Minister%252C%250D%250A%250D%250Aplease%2520vote%2520no.',
      yahoo: `https://compose.mail.yahoo.com/?to=${TO}&subject=Vote%20no&body=Dear%20Minister%2C%0A%0Aplease%20vote%20no.`,
      proton:
        'https://mail.proton.me/inbox/#mailto=mailto%3Aanna.lind%40minister.example%3Fsubject%3DVote%2520no%26body%3DDear%2520Minister%252C%250D%250A%250D%250Aplease%2520vote%2520no.',
    });
    expect(Object.values(carries)).toEqual(LINK_FORMS.map(() => 'whole'));
  });

  // The rules that RFC 6068, 2, 5 and 6 show by example: addresses, spaces, quotes, UTF-8, line breaks.
  test.each([
    ['gorby%25kremvax@minister.example', 'gorby%kremvax@minister.example', 'x', 'x'],
    ['unlikely%3Faddress@minister.example', 'unlikely?address@minister.example', 'x', 'x'],
    ['Mike%26family@minister.example', 'Mike&family@minister.example', 'x', 'x'],
    ['bill%2Bironpike@minister.example', 'bill+ironpike@minister.example', 'x', 'x'],
    ['o%27brien%21@minister.example', "o'brien!@minister.example", 'x', 'x'],
    [TO, TO, 'caf\u00e9', 'caf%C3%A9'],
    [TO, TO, 'a & b = c + d? #5', 'a%20%26%20b%20%3D%20c%20%2B%20d%3F%20%235'],
    [TO, TO, '\u7d0d\u8c46 (*)', '%E7%B4%8D%E8%B1%86%20%28%2A%29'],
    [TO, TO, 'one\r\nBcc: two', 'one%20Bcc%3A%20two'],
    [TO, TO, '\ud800', '%EF%BF%BD'],
  ])('mailto:%s', (written, to, subject, encoded) => {
    expect(draftLinks(to, { subject, body: '' }, null).links.mailto).toBe(`mailto:${written}?subject=${encoded}&body=`);
  });

  test.each(['send current-issue\nsend index', 'send current-issue\r\nsend index', 'send current-issue\rsend index'])(
    'line ends of %j',
    (body) => {
      expect(draftLinks(TO, { subject: 's', body }, null).links.mailto).toBe(
        `mailto:${TO}?subject=s&body=send%20current-issue%0D%0Asend%20index`,
      );
    },
  );

  test('an address cannot bring a second one', () => {
    const { mailto } = draftLinks('anna@minister.example,\r\neve@else.test;<x>', LETTER, null).links;
    expect(mailto).toMatch(/^mailto:anna@minister\.exampleeve@else\.testx\?subject=/);
  });

  test('give back exactly the letter they carry, within their room, never a part of it', () => {
    fc.assert(
      fc.property(texts, texts, fc.integer({ min: 0, max: 80 }), (whole, short, times) => {
        const long = { ...whole, body: whole.body.repeat(times) };
        const { links, carries } = draftLinks(TO, long, short);
        for (const form of LINK_FORMS) {
          const link = links[form];
          expect(link === null).toBe(carries[form] === null);
          if (link === null) continue;
          const text = carries[form] === 'whole' ? long : short;
          expect(read(form, link)).toEqual({ to: TO, subject: keptSubject(text.subject), body: keptBody(text.body) });
          const { length, room } = linkRoom(form, link);
          expect(length).toBeLessThanOrEqual(room);
          expect(link).toMatch(/^[\w.~%:/?#=&@-]+$/);
        }
      }),
    );
  });

  test.each([
    ['mailto', 1800],
    ['outlook', 1800],
    ['outlookWork', 1800],
    ['yahoo', 1800],
    ['gmail', 6000],
    ['proton', 30_000],
  ] as const)('%s: the last character that fits, and the next', (form, room) => {
    const link = (n: number) => draftLinks(TO, { subject: 's', body: 'a'.repeat(n) }, null).links[form];
    const n = last((count) => link(count) !== null);
    expect(linkRoom(form, link(n) ?? '').length).toBe(room);
    expect(link(n + 1)).toBeNull();
  });

  test('a letter behind Gmail’s sign-in stays below what was seen to fail', () => {
    for (const char of ['a', ' ', 'ü', '信', '🕊']) {
      const link = (n: number) => draftLinks(TO, { subject: 's', body: char.repeat(n) }, null).links.gmail;
      const behind = `https://accounts.google.com/ServiceLogin?service=mail&passive=true&continue=${encodeURIComponent(link(last((n) => link(n) !== null)) ?? '')}`;
      expect(behind.length).toBeGreaterThan(5900);
      expect(behind.length).toBeLessThan(6410);
    }
  });

  const english = 'International organisations depend upon governments which question every candidate before voting. ';
  const german =
    'Internationale Organisationen brauchen Regierungen, welche Bewerber vor jeder Abstimmung gründlich prüfen. ';
  const french = 'Je vous écris en tant que citoyenne, et je vous prie de voter contre cette élection dès à présent. ';
  test.each([
    ['en', english, 1200, ['mailto', 'gmail', 'yahoo', 'proton']],
    ['en', english, 3000, ['gmail', 'proton']],
    ['en', english, 9000, ['proton']],
    ['de', german, 1200, ['mailto', 'gmail', 'yahoo', 'proton']],
    ['de', german, 3000, ['gmail', 'proton']],
    ['fr', french, 1200, ['gmail', 'proton']],
    ['fr', french, 1000, ['mailto', 'gmail', 'yahoo', 'proton']],
    ['fr', french, 600, [...LINK_FORMS]],
  ] as const)(
    '%s: of %#, a letter of %s… by %d characters goes whole by %j, short by the rest',
    (_, sentence, length, wholly) => {
      const subject = 'Please vote against this candidate, now';
      const whole = { subject, body: sentence.repeat(100).slice(0, length) };
      const { carries } = draftLinks(TO, whole, { subject, body: sentence.repeat(3) });
      expect(LINK_FORMS.filter((form) => carries[form] === 'whole').sort()).toEqual([...wholly].sort());
      expect(LINK_FORMS.every((form) => carries[form] !== null)).toBe(true);
    },
  );

  test('a short letter that does not fit either leaves no link', () => {
    const long = { subject: 's', body: '信'.repeat(2000) };
    expect(draftLinks(TO, long, long).links.mailto).toBeNull();
    expect(draftLinks(TO, long, null).carries.outlook).toBeNull();
  });
});

describe('the file', () => {
  test('a whole one, to the letter', () => {
    const body = 'Sehr geehrte Frau Ministerin,\n\nbitte = nein. \n\tMit Grüßen';
    expect(draftEml(TO, { subject: 'Bitte um ein Nein für Müller', body })).toBe(
      [
        'X-Unsent: 1',
        `To: ${TO}`,
        'Subject: =?utf-8?B?Qml0dGUgdW0gZWluIE5laW4gZsO8ciBNw7xsbGVy?=',
        'MIME-Version: 1.0',
        'Content-Type: text/plain; charset=utf-8',
        'Content-Transfer-Encoding: quoted-printable',
        '',
        'Sehr geehrte Frau Ministerin,',
        '',
        'bitte =3D nein.=20',
        '\tMit Gr=C3=BC=C3=9Fen',
        '',
      ].join('\r\n'),
    );
  });

  test('is read by other code as the letter, and has its headers and no more', async () => {
    await fc.assert(
      fc.asyncProperty(texts, async (text) => {
        const file = draftEml(TO, text);
        expect(file).toMatch(/^[\t\r\n -~]*$/);
        expect(file.replaceAll('\r\n', '')).not.toMatch(/[\r\n]/);
        expect(Math.max(...file.split('\r\n').map((line) => line.length))).toBeLessThanOrEqual(76);
        const mail = await simpleParser(file);
        expect(mail.headerLines.map(({ key }) => key)).toEqual([
          'x-unsent',
          'to',
          'subject',
          'mime-version',
          'content-type',
          'content-transfer-encoding',
        ]);
        expect(mail.subject ?? '').toBe(keptSubject(text.subject));
        expect(withoutMark(mail.text ?? '')).toBe(withoutMark(`${keptBody(text.body)}\n`));
      }),
    );
  });

  test.each([
    'Subject\r\nBcc: eve@else.test',
    'Subject\nBcc: eve@else.test',
    'Subject\r\n\r\nBody',
    'Subject\u2028Bcc: x',
    '=?utf-8?Q?=0D=0ABcc:_x?=',
  ])('a subject %j stays one subject', async (subject) => {
    const mail = await simpleParser(draftEml(TO, { subject, body: 'Text' }));
    expect(mail.headers.has('bcc')).toBe(false);
    expect(mail.subject).toBe(keptSubject(subject));
    expect(mail.text?.trim()).toBe('Text');
  });

  test('an address cannot bring a header or a second address', async () => {
    const mail = await simpleParser(draftEml('anna@minister.example\r\nBcc: eve@else.test, mallory@else.test', LETTER));
    expect(mail.headers.has('bcc')).toBe(false);
    expect([mail.to].flat()).toHaveLength(1);
    expect(draftEml('', LETTER)).not.toMatch(/^To:/m);
  });
});

/** A byte order mark at the very start is no text to the parser. */
const withoutMark = (text: string) => text.replace(/^\ufeff/, '');

test('words for a header', () => {
  expect(headerWords('Please vote no')).toEqual(['Please', 'vote', 'no']);
  expect(headerWords('')).toEqual(['']);
  for (const odd of ['é', '=?', 'two  spaces', 'x'.repeat(61), '🕊️'.repeat(40)]) {
    for (const word of headerWords(odd)) expect(word).toMatch(/^(?=.{13,64}$)=\?utf-8\?B\?[A-Za-z0-9+/]+=*\?=$/);
  }
});
