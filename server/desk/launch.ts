import type { Found } from '../campaigns/check/found.ts';
import { lookAt } from '../campaigns/check.ts';
import { MOVES, type Move } from '../campaigns/moves.ts';
import type { Finding } from '../doctor/finding.ts';
import { dayOf } from '../domain/tally.ts';
import { text } from '../http/request.ts';
import type { CampaignVisit, Desk } from './desk.ts';
import { linesOf } from './found-lines.ts';
import { openInstallation } from './installation.ts';
import { note } from './record.ts';

const SHOWN = 20;
const DEEDS = { launch: 'launched', pause: 'paused', resume: 'resumed', close: 'closed' } as const;
const BUTTONS: Record<Move, { name: string; does: string }> = {
  launch: { name: 'Launch it', does: 'From now on people can read the letter and write.' },
  pause: { name: 'Pause it', does: 'No letter can be begun. Letters that were confirmed wait until it is open again.' },
  resume: { name: 'Open it again', does: 'People can write again, and what waited goes.' },
  close: {
    name: 'Close it for good',
    does: 'No letter can be begun or confirmed any more. Letters that were confirmed still go. This cannot be undone.',
  },
};

/** `/desk/c/:slug/launch`: what stands against a launch, what should be looked at, and what can be done now. */
export function launchPages(desk: Desk): void {
  const { parts } = desk;
  const installation = openInstallation(parts);
  desk.campaign('get', '/launch', 'viewer', async (visit) => page(visit, await installation.soon()));

  desk.campaign('post', '/launch', 'owner', async (visit) => {
    const move = text(visit.form, 'move') ?? '';
    if (!isMove(move)) return page(visit, await installation.soon(), 422);
    // What was checked is what is opened: another revision is looked at anew.
    const isSame = text(visit.form, 'revision') === String(visit.campaign.revision);
    if (against(visit, move).length > 0 || !isSame) return page(visit, await installation.soon(), 409);
    if (move !== 'launch' || !leaves(visit)) {
      const isMoved = await moved(visit, move);
      return isMoved ? visit.goTo(`${visit.base}/launch`, DEEDS[move]) : page(visit, await installation.soon(), 409);
    }
    return visit.jobs.begin(visit, 'launch', 0, async () => launched(visit));
  });

  /** Opens a campaign whose letters leave this machine, if they can. */
  async function launched(visit: CampaignVisit) {
    const href = `${visit.base}/launch`;
    const [wrong] = faultsOf(await installation.findings());
    if (wrong) return { words: `It was not opened. ${wrong.check}: ${wrong.says} ${wrong.mend ?? ''}`, href };
    if (await moved(visit, 'launch')) return { words: '', href: `${href}?done=${DEEDS.launch}` };
    return { words: 'It was not opened: somebody else changed it meanwhile. Look once more.', href };
  }

  async function moved({ campaign: { slug, revision }, who }: CampaignVisit, move: Move): Promise<boolean> {
    const { from, to } = MOVES[move];
    if (!(await parts.store.campaigns.setState(slug, from, to, parts.now()))) return false;
    await note(parts, who.id, slug, DEEDS[move], `revision ${revision}`);
    await parts.campaigns.refresh();
    return true;
  }

  /** Whether mail of this campaign leaves the machine: only then matters what the doctor finds. */
  function leaves({ campaign }: CampaignVisit): boolean {
    return parts.config.smtpUrl !== null && !campaign.facts.demonstration;
  }

  const found = ({ campaign }: CampaignVisit) => lookAt(campaign, parts.world, dayOf(parts.now()));

  /** What stands against a move. Who launches must have said who answers for it; who opens again has said so. */
  function against(visit: CampaignVisit, move: Move): Found[] {
    const weights = move === 'launch' ? ['fault', 'stop'] : MOVES[move].isChecked ? ['fault'] : [];
    return found(visit).filter(({ weight }) => weights.includes(weight));
  }

  function page(visit: CampaignVisit, findings: Finding[] | null, status = 200) {
    const { campaign } = visit;
    const moves = (Object.keys(MOVES) as Move[]).filter((move) => MOVES[move].from.includes(campaign.state));
    const all = found(visit);
    const isStop = ({ weight }: Found) => weight === 'fault' || (weight === 'stop' && campaign.state === 'draft');
    const stops = linesOf(all.filter(isStop), campaign);
    const matters = leaves(visit) && campaign.state === 'draft';
    const wrong = matters ? faultsOf(findings ?? []) : [];
    const isStopped = (move: Move) => against(visit, move).length > 0 || (move === 'launch' && wrong.length > 0);
    return visit.show(
      'launch',
      {
        title: 'Launch',
        revision: campaign.revision,
        stops: stops.slice(0, SHOWN),
        moreStops: Math.max(0, stops.length - SHOWN)
          .toLocaleString('en')
          .replace(/^0$/, ''),
        wrong,
        doubts: linesOf(
          // The doctor stands below.
          all.filter((each) => !isStop(each) && each.about !== 'DNS'),
          campaign,
        ),
        isAgain: status === 409,
        moves: moves.map((move) => ({ move, ...BUTTONS[move], isStopped: isStopped(move), isQuiet: move === 'close' })),
        isLooking: findings === null,
        findings: findings?.filter(({ verdict }) => verdict !== 'ok'),
        isLocal: parts.config.smtpUrl === null,
      },
      status,
    );
  }
}

const faultsOf = (findings: readonly Finding[]) => findings.filter(({ verdict }) => verdict === 'fault');
const isMove = (text: string): text is Move => Object.hasOwn(MOVES, text);
