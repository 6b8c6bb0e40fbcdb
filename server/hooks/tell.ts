import { type EventKind, messageOf } from '../domain/hooks.ts';
import { COUNTERS, type Counts, inSteps, type PublicCount } from '../domain/tally.ts';
import type { Parts } from '../parts.ts';
import type { Statement } from '../store/connection.ts';
import type { Hook } from '../store/hooks.ts';

export type TellParts = Pick<Parts, 'store' | 'vault' | 'now'>;

/** Figures are looked at so often for each address, whether they moved or not: when one moved is told no finer. */
export const TELL_EVERY = 15 * 60_000;
/** So many offices in one message, so many notices at once; the others are told the next time. */
const MOST_OFFICES = 100;
const MOST_NOTICES = 50;

type Figures = Record<(typeof COUNTERS)[number], PublicCount>;
/** What an address was told last, and when. Offices and notices that it was never told of are not in it. */
type Told = { at: number; counters: string; offices: Record<string, string>; notices: Record<string, string> };

/**
 * Tells each address that asks for it what needs a look and how the figures stand, where that is not what it was told
 * last. All numbers come in steps of ten, as the public's do, so that nobody outside watches a single person act.
 */
export async function tellFigures(parts: TellParts): Promise<void> {
  const now = parts.now();
  for (const hook of await parts.store.hooks.living()) {
    const told = toldOf(hook);
    if (now - told.at < TELL_EVERY) continue;
    const asks = (kind: EventKind) => hook.events.split(' ').includes(kind);
    const messages: Statement[] = [];
    const owe = (kind: EventKind, data: Record<string, unknown>) => {
      const { id, campaign } = hook;
      const body = messageOf(kind, now, { campaign, ...data });
      messages.push(
        parts.store.hooks.adding({ id: parts.vault.newId(), hook: id, campaign, event: kind, body, at: now }),
      );
    };
    const next: Told = { ...told, at: now };
    if (asks('notice.raised')) next.notices = await tellNotices(parts, hook, told, owe);
    if (asks('tally.moved')) Object.assign(next, await tellTally(parts, hook, told, owe));
    await parts.store.hooks.tell(hook, JSON.stringify(next), messages);
  }
}

type Owe = (kind: EventKind, data: Record<string, unknown>) => void;

async function tellNotices({ store }: TellParts, { campaign }: Hook, told: Told, owe: Owe): Promise<Told['notices']> {
  const notices: Told['notices'] = {};
  let n = 0;
  for (const notice of await store.notices.ofCampaign(campaign)) {
    const { kind, recipient } = notice;
    const [key, steps] = [`${kind} ${recipient}`, inSteps(notice.n)];
    const before = told.notices[key];
    const isNew = before !== String(steps);
    if (isNew && n < MOST_NOTICES) {
      n += 1;
      owe('notice.raised', { kind, recipient, n: steps });
      notices[key] = String(steps);
    } else if (before !== undefined) notices[key] = before;
  }
  // What somebody has seen is not in it any more, and is told again when it is raised again.
  return notices;
}

async function tellTally(
  { store }: TellParts,
  { campaign }: Hook,
  told: Told,
  owe: Owe,
): Promise<Pick<Told, 'counters' | 'offices'>> {
  const tally = await store.tally.sums(campaign, 'all', 'recipient');
  const counters = figures(tally);
  // Who waited longest to be told stands first: with many busy offices none is left out for ever.
  const turn = new Map(Object.keys(told.offices).map((recipient, i) => [recipient, i]));
  const moved = tally.byRecipient
    .map((counts) => ({ recipient: counts.recipient, ...figures(counts) }))
    .filter(({ recipient, ...each }) => (told.offices[recipient] ?? HIDDEN) !== spelt(each))
    .sort((a, b) => (turn.get(a.recipient) ?? -1) - (turn.get(b.recipient) ?? -1))
    .slice(0, MOST_OFFICES);
  const now = spelt(counters);
  if (moved.length > 0 || now !== (told.counters || HIDDEN)) owe('tally.moved', { counters, recipients: moved });
  const fresh = new Map(moved.map(({ recipient, ...each }) => [recipient, spelt(each)]));
  const before = Object.entries(told.offices).filter(([recipient]) => !fresh.has(recipient));
  return { counters: now, offices: Object.fromEntries([...before, ...fresh]) };
}

/** The counters in steps; below one step, null. */
function figures(counts: Counts): Figures {
  return Object.fromEntries(COUNTERS.map((counter) => [counter, inSteps(counts[counter])])) as Figures;
}

const spelt = (all: Figures): string => COUNTERS.map((counter) => all[counter] ?? '').join(',');
/** Figures that are all below a step: there is nothing to tell. */
const HIDDEN = ','.repeat(COUNTERS.length - 1);

function toldOf({ told }: Hook): Told {
  return { at: 0, counters: '', offices: {}, notices: {}, ...(JSON.parse(told) as Partial<Told>) };
}
