import { AWAY, DAEMON, DELIVERED, FAILING_SUBJECT, FAILING_WORDS, GIVEN_UP, STILL_TRIED } from './bounce-words.ts';
import { NO_DOMAIN, refusalReason } from './replies.ts';

/** What a returned mail says of the mail it is about. */
export type Verdict = {
  kind: 'hard' | 'soft' | 'auto-reply' | 'complaint' | 'delay' | 'delivered' | 'unknown';
  status: string | null;
  recipient: string | null;
};

/**
 * A returned mail. `addresses`: whole addresses or local parts it came to, of which one may carry our token; `letter`: a
 * letter's id, only from a vendor whose signature holds.
 */
export type ReturnedMail = { addresses: readonly string[]; verdict: Verdict; letter?: string };

/** Fields by their names in lower case, as a report has them (RFC 3464, RFC 5965). */
export type Fields = Readonly<Record<string, string>>;

/**
 * A returned mail, taken apart: `reports` are a delivery report's recipients, `loose` fields like theirs that stand in no
 * part of their own, `words` what stands before the original.
 */
export type Returned = {
  headers: Fields;
  subject: string;
  from: string;
  reports: readonly Fields[];
  loose: readonly Fields[];
  /** An abuse report's fields; null where it is none. */
  feedback: Fields | null;
  words: string;
};

/** What a returned mail means: a report's fields first, then what it says in words, then whether a machine answered. */
export function judge(mail: Returned): Verdict {
  return ofReports(mail) ?? ofFeedback(mail) ?? ofNotice(mail.words) ?? ofAnswer(mail) ?? ofWords(mail) ?? unknown;
}

const unknown: Verdict = { kind: 'unknown', status: null, recipient: null };

const FAILED = /^(fail|error|undeliver|bounce|reject|expired)/i;
const ARRIVED = /^(deliver(ed|able)|relayed|expanded|success)/i;

/** A delivery report: of several recipients the first that failed, or else was put off. */
function ofReports(mail: Returned): Verdict | null {
  // Anybody may quote a report; only a mail system writes one.
  const reports = mail.reports.length > 0 || !isReturned(mail) ? mail.reports : mail.loose;
  const actionOf = (report: Fields) => {
    const action = report.action ?? '';
    if (FAILED.test(action)) return 'failed';
    if (/^delay/i.test(action)) return 'delay';
    if (ARRIVED.test(action)) return 'delivered';
    const [digit] = report.status ?? '';
    return digit === '5' || digit === '4' ? 'failed' : digit === '2' ? 'delivered' : null;
  };
  const failed = reports.find((report) => actionOf(report) === 'failed');
  if (failed) return ofFailure(failed, mail.words);
  for (const kind of ['delay', 'delivered'] as const) {
    const report = reports.find((each) => actionOf(each) === kind);
    if (report) return { kind, status: statusOf(report), recipient: recipientOf(report) };
  }
  return null;
}

function ofFailure(report: Fields, words: string): Verdict {
  const diagnostic = (report['diagnostic-code'] ?? '').replace(/^\s*[\w-]{1,20}\s*;/, '');
  const said = replyIn(diagnostic);
  const status = statusOf(report);
  // The receiving server's own code says more than the reporter's, and any code more than "5.0.0".
  const enhanced = said.enhanced && !isVague(said.enhanced) ? said.enhanced : (status ?? said.enhanced);
  const first = refusalReason({ code: said.code, enhanced, text: diagnostic });
  // Where the fields give no reason, the words beside them may.
  const reason = first === 'unknown' ? refusalReason({ code: said.code, enhanced, text: words }) : first;
  const text = `${diagnostic} ${words}`;
  const hard = reason === 'gone' && (isSure(enhanced, text) || status === null);
  return { kind: hard ? 'hard' : 'soft', status: enhanced, recipient: recipientOf(report) };
}

function isVague(enhanced: string | null): boolean {
  return enhanced === null || /^\d\.0\.0$/.test(enhanced);
}

/** The refusal came when the recipient was named, or from the system that keeps the mailboxes. */
const AT_RECIPIENT =
  /\bRCPT\b|does not like recipient|\bafter rcpt|unknown local|not listed in .{0,40}(address book|directory)|(doesn.t|does not) have an? .{0,40}account|invalid final delivery|valid recipients for this|recipient address rejected: (user|access denied)|no mailbox here by that name|unknown user:|recipient name is not recogni[sz]ed|unknown recipient\b/i;

/**
 * Whether words that say "user unknown" can be relied on. What is refused after the text was handed over, with no code
 * that says more than "refused", was often refused by a filter that hides behind them.
 */
function isSure(enhanced: string | null, text: string): boolean {
  return !isVague(enhanced) || NO_DOMAIN.test(text) || AT_RECIPIENT.test(text);
}

const ENHANCED = /(?<![\d.])([45]\.\d{1,3}\.\d{1,3})(?![\d.]*\d)/g;

/** The reply code and the enhanced code that a text quotes, and where. */
function replyIn(text: string): { code: number | null; enhanced: string | null; at: number } {
  const pair = /(?<![\d.])([45][0-5]\d)[- ]#?\(?([45]\.\d{1,3}\.\d{1,3})(?![\d.]*\d)/.exec(text);
  if (pair) return { code: Number(pair[1]), enhanced: pair[2] ?? null, at: pair.index };
  const codes = [...text.matchAll(ENHANCED)];
  const best = codes.find(([, each]) => !isVague(each ?? null)) ?? codes[0];
  const bare = /(?:^|[\s:;>'"([])([45][0-5]\d)[- ](?=\D)/.exec(text);
  return { code: bare ? Number(bare[1]) : null, enhanced: best?.[1] ?? null, at: (bare ?? best)?.index ?? -1 };
}

function statusOf(report: Fields): string | null {
  return /^\s*#?([245]\.\d{1,3}\.\d{1,3})/.exec(report.status ?? '')?.[1] ?? null;
}

function recipientOf(report: Fields): string | null {
  const field = report['final-recipient'] ?? report['original-recipient'] ?? report['x-actual-recipient'];
  return addressIn(field ?? '');
}

function addressIn(text: string): string | null {
  return /[^\s<>"',;:()[\]]{1,64}@[a-z0-9][a-z0-9.-]{0,252}/i.exec(text)?.[0].replace(/\.$/, '') ?? null;
}

/** A complaint by its own report (RFC 5965), or as one provider writes it. */
function ofFeedback({ feedback, headers, subject }: Returned): Verdict | null {
  const named = headers['x-hmxmroriginalrecipient'];
  // RFC 6430: somebody took a complaint back.
  if (feedback?.['feedback-type'] === 'not-spam') return null;
  if (!feedback && !named && !/^(complaint about message from|e-?mail feedback report for)/i.test(subject)) return null;
  const recipient = addressIn(feedback?.['original-rcpt-to'] ?? feedback?.['removal-recipient'] ?? named ?? '');
  return { kind: 'complaint', status: null, recipient };
}

/** A sending service's notice in JSON, as it mails it to whoever asked for it. */
function ofNotice(words: string): Verdict | null {
  const fields = (name: string) => new RegExp(`"${name}"\\s{0,9}:\\s{0,9}"([^"]{0,500})`).exec(words)?.[1];
  const type = fields('notificationType') ?? fields('eventType');
  const recipient = fields('emailAddress') ?? null;
  if (type === 'Complaint') return { kind: 'complaint', status: null, recipient };
  if (type === 'Delivery') return { kind: 'delivered', status: null, recipient: addressIn(words) };
  if (type !== 'Bounce') return null;
  const report = { status: fields('status') ?? '', 'diagnostic-code': fields('diagnosticCode') ?? '' };
  const soft = fields('bounceType') !== 'Permanent' || fields('bounceSubType') === 'Suppressed';
  const verdict = ofFailure(report, '');
  return { kind: soft ? 'soft' : verdict.kind, status: verdict.status, recipient };
}

const ANSWERS = ['x-autoreply', 'x-autorespond', 'x-autoreply-from', 'x-auto-reply-from', 'x-mail-autoreply'];

/** A person who is away, a ticket system, a receipt: an answer, and nothing is said of the delivery. */
function ofAnswer(mail: Returned): Verdict | null {
  const { headers, subject } = mail;
  const receipt = /report-type="?disposition-notification/i.test(headers['content-type'] ?? '');
  const answers =
    receipt ||
    ANSWERS.some((name) => headers[name] !== undefined) ||
    /^auto[-_]?reply/i.test(headers.precedence ?? headers.preference ?? '') ||
    /^\s*auto/i.test(headers['auto-submitted'] ?? '') ||
    AWAY.test(subject);
  const returned =
    headers['x-failed-recipients'] !== undefined ||
    (isOfDaemon(mail) && !AWAY.test(subject) && !ANSWERED.test(subject));
  if (!answers || (!receipt && (returned || (FAILING_SUBJECT.test(subject) && !AWAY.test(subject))))) return null;
  return { kind: 'auto-reply', status: null, recipient: addressIn(mail.from) };
}

/** Whether nobody is named as its sender, or a mail system, or it is a report by its form. */
function isReturned({ headers, from }: Returned): boolean {
  const nobody = /^\s*<\s*>/.test(headers['return-path'] ?? '');
  return nobody || /mailer-daemon/i.test(from) || /multipart\/report/i.test(headers['content-type'] ?? '');
}

function isOfDaemon({ headers, from }: Returned): boolean {
  const delivering = ['x-failed-recipients', 'x-mx-bounce', 'x-mlserver', 'x-bounced-address'];
  return DAEMON.test(from) || delivering.some((name) => headers[name] !== undefined);
}

/** People and their machines answer under such subjects, mail systems do not. */
const ANSWERED = /^\s*(re|aw|sv|fwd?|wg)\s*:/i;

/** A returned mail without a report: only what comes from a mail system, or is empty-handed, and says so, counts. */
function ofWords(mail: Returned): Verdict | null {
  const { headers, subject, words } = mail;
  const failing = FAILING_SUBJECT.test(subject);
  const start = words.slice(0, 4000).replace(/\s+/g, ' ');
  const says = FAILING_WORDS.test(start) || replyIn(start).enhanced !== null;
  const returned = failing ? isReturned(mail) || isOfDaemon(mail) : says && isReturned(mail);
  if (!returned || ANSWERED.test(subject)) return null;
  const { code, enhanced, at } = replyIn(start);
  const recipient = addressIn(headers['x-failed-recipients'] ?? headers['x-bounced-address'] ?? start);
  const all = `${subject} ${start}`;
  if (!GIVEN_UP.test(start) && STILL_TRIED.test(all)) return { kind: 'delay', status: enhanced, recipient };
  if (!GIVEN_UP.test(start) && DELIVERED.test(all)) return { kind: 'delivered', status: enhanced, recipient };
  // Near the code a server speaks; elsewhere it is the reporter's set phrases.
  const near = start.slice(Math.max(0, at - 80), at + 400);
  const first = at < 0 ? 'unknown' : refusalReason({ code, enhanced, text: near });
  const reason = first === 'unknown' ? refusalReason({ code, enhanced, text: start }) : first;
  const hard = reason === 'gone' && isSure(enhanced, start);
  return { kind: hard ? 'hard' : 'soft', status: enhanced, recipient };
}
