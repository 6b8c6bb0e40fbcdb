import type { LiveCampaign } from '../campaigns/register.ts';
import { isToken } from '../domain/confirmation.ts';
import { Refusal } from '../domain/errors.ts';
import { LETTER_STATES } from '../domain/states.ts';
import type { Parts } from '../parts.ts';
import type { Letter } from '../store/letters.ts';
import { expectedAt } from './forecast.ts';

/**
 * Where a letter is, in outsiders' words. `row` is null while it awaits the confirmation: then the link in the mail tells.
 * `expectedAt`: when it will leave, about; null where it leaves at once, or has left.
 */
export type Standing = {
  state: string;
  campaign: LiveCampaign;
  recipientId: string;
  recipient: string;
  changedAt: number;
  expectedAt: number | null;
  row: Letter | null;
};

/** The letter of a status link, or of a confirmation link not yet used. @throws Refusal `unknown-link` */
export async function findStanding(parts: Parts, token: string): Promise<Standing> {
  if (!isToken(token)) throw new Refusal('unknown-link');
  const hash = parts.vault.lookup(token);
  const row = await parts.store.letters.byStatus(hash);
  return row ? ofLetter(parts, row) : ofSubmission(parts, hash);
}

function ofLetter(parts: Parts, row: Letter): Standing {
  const campaign = campaignOf(parts, row.campaign);
  return {
    state: LETTER_STATES[row.state].outside,
    campaign,
    ...named(campaign, row.recipient),
    changedAt: row.changedAt,
    expectedAt: row.state === 'ready' ? expectedAt(campaign, row, parts.now()) : null,
    row,
  };
}

/** Before the confirmation only who has the mail can look: the page that is open must not tell whether it was used. */
async function ofSubmission(parts: Parts, hash: Buffer): Promise<Standing> {
  const row = await parts.store.submissions.byToken(hash);
  if (!row || row.state === 'confirmed') throw new Refusal('unknown-link');
  const campaign = campaignOf(parts, row.campaign);
  const isOver = row.state === 'expired' || row.expiresAt <= parts.now();
  return {
    state: isOver ? 'expired' : 'pending',
    campaign,
    ...named(campaign, row.recipients.split(' ')[0] ?? ''),
    changedAt: Date.parse(row.day),
    expectedAt: null,
    row: null,
  };
}

function campaignOf(parts: Parts, slug: string): LiveCampaign {
  const campaign = parts.campaigns.get(slug);
  if (!campaign) throw new Refusal('unknown-link');
  return campaign;
}

function named(campaign: LiveCampaign, id: string) {
  return { recipientId: id, recipient: campaign.recipients.find((each) => each.id === id)?.name ?? id };
}
