import { endSubmission } from '../acts/expire.ts';
import { readyMarks } from '../acts/marks.ts';
import type { SubmissionContent } from '../acts/submit.ts';
import type { LiveCampaign } from '../campaigns/register.ts';
import { inLanguage, type Recipient } from '../domain/campaign.ts';
import { showCode } from '../domain/confirmation.ts';
import { retryDelay, SPANS } from '../domain/states.ts';
import { composeNotice } from '../mail/compose.ts';
import { DeliveryRefused, type Mail } from '../mail/mailer.ts';
import type { Parts } from '../parts.ts';
import type { Submission } from '../store/submissions.ts';
import { kept } from './kept.ts';
import type { Outcome } from './letters.ts';
import type { MailLimit } from './mail-limit.ts';

/** The confirmation mail of one submission: asks for the click, or says that the letter has already gone. */
export async function sendConfirmation(parts: Parts, row: Submission, limit: MailLimit): Promise<Outcome> {
  const content = parts.vault.openJson<SubmissionContent>(`submission ${row.id}`, row);
  const campaign = parts.campaigns.get(row.campaign);
  if (!content) return ended(parts, row);
  if (!campaign) return unknown(parts, row);
  await readyMarks(parts, row.campaign);
  const gone = await parts.store.submissions.marked(
    row.campaign,
    content.letters.map((letter) => parts.vault.letterMark(row.campaign, letter.recipient, content.email)),
  );
  const fresh = content.letters.filter((_, i) => !gone[i]);
  const names = (letters: typeof fresh) =>
    letters
      .map((letter) => campaign.recipients.find(({ id }) => id === letter.recipient))
      .filter((each): each is Recipient => each !== undefined);
  const kind = fresh.length > 0 ? 'confirm' : 'already';
  const named = names(fresh.length > 0 ? fresh : content.letters);
  const mail = await composeFor(parts, row, content, campaign, kind, named);
  if (limit.isReached(content.email)) return ended(parts, row);
  try {
    // Counted at the last moment: what was put off or broke off before it is no mail that somebody got.
    await parts.mailers.deliver(campaign, row.id, mail, async () => {
      if (!limit.take(content.email)) throw new EnoughToday();
    });
  } catch (error) {
    if (error instanceof EnoughToday) return ended(parts, row);
    if (!(error instanceof DeliveryRefused)) throw error;
    // The same mail twice does no harm, but not a third time: it may well have arrived.
    if (!error.doubtful || row.attempts < MOST_TRIES_IN_DOUBT) return refused(parts, row, error);
  }
  if (kind === 'already') return ended(parts, row);
  const sealed = parts.vault.sealForSender(row.id, content.secrets, content);
  await kept(async () => void (await parts.store.submissions.mailed(row.id, row.attempts, sealed)));
  return campaign.facts.demonstration ? 'apart' : 'spoke';
}

const MOST_TRIES_IN_DOUBT = 2;
class EnoughToday extends Error {}

/** The mail itself; one in neutral words tells whoever looks into the inbox nothing of what it is about. */
function composeFor(
  parts: Parts,
  row: Submission,
  content: SubmissionContent,
  campaign: LiveCampaign,
  kind: 'confirm' | 'already',
  recipients: readonly Recipient[],
): Promise<Mail> {
  const { organiser, title, demonstration } = campaign.facts;
  const template = content.neutral ? (kind === 'confirm' ? 'neutral' : 'neutral-already') : kind;
  const { subject, text } = parts.views.mail(template, content.lang, {
    name: content.name,
    campaign: inLanguage(title, content.lang, campaign.facts),
    organiser: organiser.name,
    contact: organiser.contact,
    recipients: recipients.map((recipient) => recipient.name),
    link: `${parts.publicUrl()}/confirm/${content.secrets.token}`,
    code: showCode(content.secrets.code),
    demonstration,
  });
  const domain = parts.config.mailDomain;
  return composeNotice({
    messageId: `<${row.id}@${domain}>`,
    from: { name: content.neutral ? '' : organiser.name, address: `letters@${domain}` },
    to: { address: content.email },
    envelopeFrom: `${parts.vault.returnPath('confirmation', row.id)}@${domain}`,
    subject,
    text,
    language: content.lang,
    date: new Date(parts.now()),
  });
}

async function refused(parts: Parts, row: Submission, error: DeliveryRefused): Promise<Outcome> {
  // The address does not exist, or does not want us: there is nobody to ask again.
  if (error.permanent) return ended(parts, row);
  const now = parts.now();
  const waits = error.about === 'mail' ? retryDelay(now - (row.expiresAt - SPANS.confirmation), parts.random()) : 0;
  await parts.store.submissions.later(row.id, row.attempts, now + waits);
  return error.about === 'mail' ? 'spoke' : 'relay';
}

/** Another process may know a campaign a moment before this one does, and then this one waits. */
async function unknown(parts: Parts, row: Submission): Promise<Outcome> {
  await parts.store.submissions.later(row.id, row.attempts, parts.now() + 1000);
  return 'apart';
}

async function ended(parts: Parts, row: Submission): Promise<Outcome> {
  await endSubmission(parts, row);
  return 'apart';
}
