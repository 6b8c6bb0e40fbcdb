import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Fields, judge, type Returned } from '../../server/domain/bounce.ts';
import { refusalReason } from '../../server/domain/replies.ts';

const reply = (line: string) => {
  const [, code, enhanced, text = ''] = /^(\d{3})? ?(\d\.\d+\.\d+)? ?(.*)$/.exec(line) ?? [];
  return refusalReason({ code: code ? Number(code) : null, enhanced: enhanced ?? null, text });
};

test.each([
  ['550 5.1.1 nobody', 'gone'],
  ['550 5.1.2 bad destination', 'gone'],
  ['550 5.1.10 null MX', 'gone'],
  ['550 5.4.4 no route', 'gone'],
  ['550 No such user here', 'gone'],
  ['550 5.7.1 user unknown', 'gone'],
  ['550 5.4.1 <a@office.test>: Recipient address rejected: Access denied', 'gone'],
  ['550 5.4.1 no answer from host', 'unknown'],
  ['550 5.1.1 rejected by our spam policy', 'policy'],
  ['550 5.1.0 192.0.2.1 is not allowed to send, see its SPF record', 'policy'],
  ['550 5.1.8 Sender address rejected: Domain not found', 'policy'],
  ['550 Sender address rejected: Domain not found', 'policy'],
  ['550 5.1.1 user not found; read our policy', 'gone'],
  ['550 5.2.2 over quota', 'full'],
  ['550 The mailbox is full', 'full'],
  ['552 sorry', 'full'],
  ['550 5.2.1 this account is disabled', 'policy'],
  ['550 5.2.1 user unknown', 'gone'],
  ['551 elsewhere', 'gone'],
  ['554 no', 'policy'],
  ['550 no', 'unknown'],
  ['550 5.7.26 DMARC', 'policy'],
  ['450 4.1.1 user unknown', 'temporary'],
  ['421 later', 'temporary'],
  ['550 Unrouteable address', 'gone'],
  ['550 Diese Empfänger-Adresse ist unbekannt', 'gone'],
])('M9: the reply "%s" means %s', (line, reason) => {
  expect(reply(line)).toBe(reason);
});

const mail = (part: Partial<Returned>): Returned => ({
  headers: { 'return-path': '<>' },
  subject: 'Letter',
  from: 'MAILER-DAEMON@mx.test',
  reports: [],
  loose: [],
  feedback: null,
  words: '',
  ...part,
});
const report = (action: string, status: string, diagnostic = ''): Fields => ({
  action,
  status,
  'final-recipient': 'rfc822; minister@office.test',
  ...(diagnostic && { 'diagnostic-code': `smtp; ${diagnostic}` }),
});

test.each([
  [report('failed', '5.1.1'), 'hard', '5.1.1'],
  [report('failed', '5.0.0', '550 5.1.1 nobody'), 'hard', '5.1.1'],
  [report('failed', '5.1.1', '550 5.7.1 spam'), 'soft', '5.7.1'],
  [report('failed', '4.4.7'), 'soft', '4.4.7'],
  [report('failed', '5.2.2'), 'soft', '5.2.2'],
  [report('failed', '5.0.0', 'No such domain'), 'hard', '5.0.0'],
  [report('delayed', '4.4.1'), 'delay', '4.4.1'],
  [report('delivered', '2.0.0'), 'delivered', '2.0.0'],
  [report('relayed', '2.1.5'), 'delivered', '2.1.5'],
  [report('', '5.1.1'), 'hard', '5.1.1'],
])('M15: a report’s fields decide: %o is %s', (fields, kind, status) => {
  expect(judge(mail({ reports: [fields] }))).toEqual({ kind, status, recipient: 'minister@office.test' });
});

test('M15: words that a filter may hide behind count only where the recipient was refused', () => {
  const reports = [report('failed', '5.0.0', '550 No such user')];
  expect(judge(mail({ reports })).kind).toBe('soft');
  expect(judge(mail({ reports, words: 'said: 550 No such user (in reply to RCPT TO command)' })).kind).toBe('hard');
});

test('M15: of several recipients one that failed outweighs those that did not', () => {
  const reports = [report('delivered', '2.0.0'), report('delayed', '4.0.0'), report('failed', '5.1.1')];
  expect(judge(mail({ reports })).kind).toBe('hard');
  expect(judge(mail({ reports: reports.slice(0, 2) })).kind).toBe('delay');
});

test('M15: what a person writes is no bounce, whatever it quotes', () => {
  const said = 'Your letter could not be delivered: 550 5.1.1 user unknown (in reply to RCPT TO command)';
  const loose = [report('failed', '5.1.1')];
  const person = {
    loose,
    from: 'Ines <ines@post.example>',
    headers: { 'return-path': '<ines@post.example>' },
    words: said,
  };
  fc.assert(
    fc.property(
      fc.constantFrom('Letter', 'Re: Undelivered Mail Returned to Sender', 'Mail delivery failed'),
      (subject) => {
        expect(judge(mail({ ...person, subject })).kind).toBe('unknown');
      },
    ),
  );
  expect(judge(mail({ words: said })).kind).toBe('hard');
  expect(judge(mail({ loose })).kind).toBe('hard');
});
