import type { CampaignState } from '../domain/campaign.ts';

export type Move = 'launch' | 'pause' | 'resume' | 'close';

/** What moves a campaign from one state to another; some only after a check found no fault. */
export const MOVES: Record<Move, { from: readonly CampaignState[]; to: CampaignState; isChecked: boolean }> = {
  launch: { from: ['draft'], to: 'open', isChecked: true },
  pause: { from: ['open'], to: 'paused', isChecked: false },
  resume: { from: ['paused'], to: 'open', isChecked: true },
  close: { from: ['open', 'paused'], to: 'closed', isChecked: false },
};
