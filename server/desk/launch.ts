import { checkCampaign } from '../campaigns/check.ts';
import { MOVES, type Move } from '../campaigns/moves.ts';
import { dayOf } from '../domain/tally.ts';
import { text } from '../http/request.ts';
import type { CampaignVisit, Desk } from './desk.ts';
import { note } from './record.ts';

const DEEDS = { launch: 'launched', pause: 'paused', resume: 'resumed', close: 'closed' } as const;
const BUTTONS: Record<Move, { name: string; does: string }> = {
  launch: { name: 'Launch it', does: 'From now on people can read the letter and write.' },
  pause: { name: 'Pause it', does: 'No letter can be begun. Letters that were confirmed still go.' },
  resume: { name: 'Open it again', does: 'People can write again.' },
  close: {
    name: 'Close it for good',
    does: 'No letter can be begun or confirmed any more. Letters that were confirmed still go. This cannot be undone.',
  },
};

/** `/desk/c/:slug/launch`: what stands against a launch, what should be looked at, and what can be done now. */
export function launchPages(desk: Desk): void {
  const { parts } = desk;
  desk.campaign('get', '/launch', 'viewer', async (visit) => page(desk, visit));

  desk.campaign('post', '/launch', 'owner', async (visit) => {
    const move = text(visit.form, 'move') ?? '';
    if (!isMove(move)) return page(desk, visit, 422);
    const { from, to, isChecked } = MOVES[move];
    const { campaign } = visit;
    const { faults } = isChecked ? checkCampaign(campaign, parts.world, dayOf(parts.now())) : { faults: [] };
    // What was checked is what is opened: another revision is looked at anew.
    const isSame = text(visit.form, 'revision') === String(campaign.revision);
    if (faults.length > 0 || !isSame || !(await parts.store.campaigns.setState(campaign.slug, from, to, parts.now())))
      return page(desk, visit, 409);
    await note(parts, visit.who.id, campaign.slug, DEEDS[move], `revision ${campaign.revision}`);
    await parts.campaigns.refresh();
    return visit.goTo(`${visit.base}/launch`, DEEDS[move]);
  });
}

const isMove = (text: string): text is Move => Object.hasOwn(MOVES, text);

async function page({ parts }: Desk, visit: CampaignVisit, status = 200) {
  const { campaign } = visit;
  const { faults, doubts } = checkCampaign(campaign, parts.world, dayOf(parts.now()));
  const moves = (Object.keys(MOVES) as Move[]).filter((move) => MOVES[move].from.includes(campaign.state));
  return visit.show(
    'launch',
    {
      title: 'Launch',
      revision: campaign.revision,
      stops: faults,
      doubts,
      isAgain: status === 409,
      moves: moves.map((move) => ({ move, ...BUTTONS[move], isStopped: MOVES[move].isChecked && faults.length > 0 })),
    },
    status,
  );
}
