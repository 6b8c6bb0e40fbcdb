import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readReturned } from '../../server/mail/returned.ts';

const DAEMON = 'Return-Path: <>\nFrom: MAILER-DAEMON@mx.test\nTo: b@letters.test\n';
const OFFICE = 'minister@office.test';
const kindOf = async (raw: string) => (await readReturned(Buffer.from(raw))).verdict.kind;

/** A report as RFC 3464 draws it. */
const report = (fields: string, words = 'It failed.', type = 'delivery-status') => `${DAEMON}Subject: Report
MIME-Version: 1.0
Content-Type: multipart/report; report-type=${type}; boundary="z"

--z
Content-Type: text/plain

${words}
--z
Content-Type: message/${type}

${fields}

--z
Content-Type: message/rfc822

Subject: 550 5.1.1 user unknown in the original
--z--
`;
const about = `Reporting-MTA: dns; mx.test\n\nFinal-Recipient: rfc822; ${OFFICE}\n`;
const exim = (words: string) =>
  `${DAEMON}Subject: Mail delivery failed: returning message to sender\nAuto-Submitted: auto-replied\n\nA message that you sent could not be delivered.\n\n  ${OFFICE}\n    ${words}\n`;
const qmail = (words: string) =>
  `${DAEMON}Subject: failure notice\n\nHi. I could not deliver it.\n\n<${OFFICE}>:\n${words}\n`;
const plain = (subject: string, words: string) => `${DAEMON}Subject: ${subject}\n\n${words}\n`;
const person = (headers: string, words = 'I am away.') => `From: Ines <${OFFICE}>\n${headers}\n\n${words}\n`;

/** By the shape of the mail: what is expected, and the mail. */
const SHAPES: Record<string, [string, string]> = {
  'a report: bad mailbox': ['hard', report(`${about}Action: failed\nStatus: 5.1.1`)],
  'a report: no domain': ['hard', report(`${about}Action: failed\nStatus: 5.0.0\nDiagnostic-Code: x; No such domain.`)],
  'a report: spam': ['soft', report(`${about}Action: failed\nStatus: 5.7.1\nDiagnostic-Code: smtp; 550 5.7.1 spam`)],
  'a report: expired': ['soft', report(`${about}Action: failed\nStatus: 4.4.7`)],
  'a report: full': ['soft', report(`${about}Action: failed\nStatus: 5.2.2 (over quota)`)],
  'a report: late': ['delay', report(`${about}Action: delayed\nStatus: 4.4.1`)],
  'a report: there': ['delivered', report(`${about}Action: relayed\nStatus: 2.1.5`)],
  'a report: folded words': [
    'hard',
    report(`${about}Action: failed\nStatus: 5.0.0\nDiagnostic-Code: smtp; 550 5.1.1\n user\n unknown`),
  ],
  'a report: Office 365 hides who is there': [
    'hard',
    report(
      `${about}Action: failed\nStatus: 5.4.1\nDiagnostic-Code: smtp; 550 5.4.1 Recipient address rejected: Access denied`,
    ),
  ],
  'a report without its parts': ['hard', plain('Report', `Your mail\n\n${about}Action: failed\nStatus: 5.1.1`)],
  'exim: unrouteable': ['hard', exim('Unrouteable address')],
  'exim: at RCPT': [
    'hard',
    exim(`SMTP error from remote mail server after RCPT TO:<${OFFICE}>:\n    550 no such user`),
  ],
  'exim: after the text': [
    'soft',
    exim('SMTP error from remote mail server after end of data:\n    550 looks like spam'),
  ],
  'exim: tried too long': ['soft', exim('retry timeout exceeded')],
  'exim: late': [
    'delay',
    plain('Warning: message delayed 24 hours', 'It has not yet been delivered. Delivery attempts will continue.'),
  ],
  'qmail: no mailbox': ['hard', qmail('Sorry, no mailbox here by that name. (#5.1.1)')],
  'qmail: no host': ['hard', qmail("Sorry, I couldn't find any host named office.test. (#5.1.2)")],
  'qmail: full': ['soft', qmail("The user's mailfolder is full.")],
  'qmail: queue': ['soft', qmail("I'm not going to try again; this message has been in the queue too long.")],
  'sendmail: a transcript': [
    'hard',
    plain('Returned mail', `>>> RCPT To:<${OFFICE}>\n<<< 550 ${OFFICE}... User unknown`),
  ],
  'sendmail: late': [
    'delay',
    plain('Warning: could not send message for past 4 hours', 'THIS IS A WARNING MESSAGE ONLY'),
  ],
  'opensmtpd: no domain': ['hard', plain('Delivery status notification: error', `${OFFICE}: Domain does not exist`)],
  'domino: not listed': ['hard', plain('DELIVERY FAILURE', `User ${OFFICE} not listed in public Name & Address Book`)],
  'a filter: no code': ['soft', plain('Message delivery has failed', 'failed with: 550 No such user here')],
  'words in HTML': [
    'hard',
    `${DAEMON}Subject: Undeliverable\nContent-Type: text/html\n\n<p>Failed: <b>550 5.1.1</b> <i>user unknown</i></p>\n`,
  ],
  'German words': [
    'soft',
    plain('Unzustellbar: Brief', 'Ihre Nachricht wurde nicht zugestellt. Das Postfach ist voll.'),
  ],
  'a complaint': ['complaint', report(`Feedback-Type: abuse\nOriginal-Rcpt-To: ${OFFICE}`, 'x', 'feedback-report')],
  'a receipt': [
    'auto-reply',
    report('Disposition: manual-action/MDN-sent-manually; displayed', 'x', 'disposition-notification'),
  ],
  'a notice: bounce': [
    'hard',
    plain(
      'AWS',
      `{"notificationType":"Bounce","bounce":{"bounceType":"Permanent","bouncedRecipients":[{"emailAddress":"${OFFICE}","status":"5.1.1"}]}}`,
    ),
  ],
  'a notice: complaint': ['complaint', plain('AWS', `{"notificationType":"Complaint","emailAddress":"${OFFICE}"}`)],
  'away, by its header': ['auto-reply', person('Subject: Re: Letter\nAuto-Submitted: auto-replied')],
  'away, to nobody': [
    'auto-reply',
    person(
      'Return-Path: <>\nSubject: Automatic reply: Letter\nAuto-Submitted: auto-replied',
      'Mail could not be delivered here: user unknown',
    ),
  ],
  'away, in German': ['auto-reply', person('Subject: Abwesenheitsnotiz: Brief')],
  'away, in French': ['auto-reply', person('Subject: =?utf-8?Q?R=C3=A9ponse_automatique_:_lettre?=')],
  'away, in Japanese': ['auto-reply', person(`Subject: =?utf-8?B?${Buffer.from('自動応答').toString('base64')}?=`)],
  'away, by precedence': ['auto-reply', person('Subject: Letter\nPrecedence: auto_reply')],
  'an answer': ['unknown', person('Subject: Re: Letter', 'Thank you; 550 5.1.1 user unknown was all I got.')],
  'a newsletter': [
    'unknown',
    plain('News', 'We have 450 new offers.').replace('<>', '<n@news.test>').replace('MAILER-DAEMON', 'postmaster'),
  ],
  nothing: ['unknown', ''],
};

test.each(Object.entries(SHAPES))('M15: %s', async (_, [kind, raw]) => {
  // The old line ends of some systems, too.
  for (const end of ['\n', '\r\n', '\r']) expect(await kindOf(raw.replaceAll('\n', end))).toBe(kind);
});

test('a return path of ours is found in the headers of the mail and of the one it quotes, and nowhere else', async () => {
  const [one, two, three] = ['1', '2', '3'].map((digit) => `b+${digit.repeat(52)}`);
  const raw = `Delivered-To: ${one}@letters.test\nTo: x@post.test\nSubject: x\n\nb+${'4'.repeat(52)}\n\n> Return-Path:\n <${two?.toUpperCase()}@letters.test>\nTo: ${three}00@letters.test\n`;
  const { addresses } = await readReturned(Buffer.from(raw));
  expect(addresses).toEqual([`${one}@letters.test`, `${two}@letters.test`]);
});

test('whatever bytes come, something is told of them', async () => {
  const kinds = ['hard', 'soft', 'auto-reply', 'complaint', 'delay', 'delivered', 'unknown'];
  const bent = fc.tuple(fc.constantFrom(...Object.values(SHAPES).map(([, raw]) => raw)), fc.nat(400), fc.uint8Array());
  const bytes = fc.oneof(
    fc.uint8Array({ maxLength: 2000 }).map((all) => Buffer.from(all)),
    bent.map(([raw, at, more]) => Buffer.concat([Buffer.from(raw.slice(0, at)), more, Buffer.from(raw.slice(at))])),
  );
  await fc.assert(
    fc.asyncProperty(bytes, async (raw) => {
      expect(kinds).toContain((await readReturned(raw)).verdict.kind);
    }),
    { numRuns: 150 },
  );
});

const MEGABYTES = 5 * 1024 * 1024;
const long = (piece: string) => piece.repeat(MEGABYTES / piece.length);
test.each([
  ['spaces', `${DAEMON}\n${long(' ')}`],
  ['addresses', `${DAEMON}To: ${long('a:b;')}`],
  ['a part’s addresses', `${DAEMON}Content-Type: multipart/mixed; boundary=z\n\n--z\nTo: ${long('a:b;')}`],
  ['words', `${DAEMON}Subject: failure notice\n\n${long('mailbox is your user ')}`],
  ['parts', `${DAEMON}Content-Type: multipart/mixed; boundary=z\n\n${long('--z\n\n')}`],
  ['tags', `${DAEMON}Content-Type: text/html\n\n${long('<')}`],
  ['reports', report(long('Action: failed\n\n'))],
])('five megabytes of %s are read in less than two seconds', async (_, raw) => {
  const start = performance.now();
  await readReturned(Buffer.from(raw));
  expect(performance.now() - start).toBeLessThan(2000);
});
