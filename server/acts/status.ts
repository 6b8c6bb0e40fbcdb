import type { LiveCampaign } from '../campaigns/register.ts';
import { isToken } from '../domain/confirmation.ts';
import { Refusal } from '../domain/errors.ts';
import { LETTER_STATES } from '../domain/states.ts';
import type { Parts } from '../parts.ts';
import type { Letter } from '../store/letters.ts';

/** The letter of a status link, and its state in outsiders' words. @throws Refusal `unknown-link` */
export async function findLetter(
  parts: Parts,
  token: string,
): Promise<{ row: Letter; campaign: LiveCampaign; recipient: string; state: string }> {
  const row = isToken(token) ? await parts.store.letters.byStatus(parts.vault.lookup(token)) : null;
  const campaign = row && parts.campaigns.get(row.campaign);
  if (!row || !campaign) throw new Refusal('unknown-link');
  const recipient = campaign.recipients.find(({ id }) => id === row.recipient)?.name ?? row.recipient;
  return { row, campaign, recipient, state: LETTER_STATES[row.state].outside };
}
