import type { Campaign, CampaignContent } from '../domain/campaign.ts';
import type { World } from '../domain/countries.ts';
import { coveredCountries } from '../domain/recipients.ts';
import { isVariants } from '../domain/variants.ts';
import type { Store } from '../store/open.ts';
import type { Queue } from '../store/queues.ts';
import { type CompiledLetter, compileLetter } from '../views/letters.ts';
import { groupsOf } from './variants.ts';

/** A campaign in memory, its letters compiled, the countries it covers known, and by office what waits there. */
export type LiveCampaign = Campaign & {
  letters: ReadonlyMap<string, CompiledLetter>;
  /** Texts that cannot be read: its pages do without them, and a save does not lose them. */
  unread: Readonly<Record<string, string>>;
  covered: readonly string[];
  queues: ReadonlyMap<string, Queue>;
  /** When it or its state last changed, in milliseconds since 1970. */
  changedAt: number;
};

/**
 * Keeps every campaign in memory and looks each second whether the store has a newer one: commands and other processes
 * change campaigns while this one serves.
 */
export async function openRegister(
  store: Pick<Store, 'campaigns' | 'queues' | 'notices'>,
  world: World,
  everyMs = 1000,
) {
  let live = new Map<string, LiveCampaign>();

  async function refresh(): Promise<void> {
    const fresh = new Map<string, LiveCampaign>();
    const waiting = await store.queues.all();
    for (const { slug, state, revision, changedAt } of await store.campaigns.list()) {
      const queues = new Map(
        waiting.filter(({ campaign }) => campaign === slug).map((queue) => [queue.recipient, queue]),
      );
      const known = live.get(slug);
      const campaign = known?.revision === revision ? known : await load(slug);
      if (campaign) fresh.set(slug, { ...campaign, state, queues, changedAt });
    }
    live = fresh;
  }

  async function load(slug: string): Promise<LiveCampaign | null> {
    const campaign = await store.campaigns.load(slug);
    if (!campaign) return null;
    const alive = enliven(campaign, world);
    if (Object.keys(alive.unread).length > 0) await store.notices.note(slug, 'text', '', Date.now());
    return alive;
  }

  await refresh();
  // A store that does not answer for a moment leaves what is known; readiness tells of it, not this.
  const timer = setInterval(() => refresh().catch(() => {}), everyMs);
  timer.unref();

  return {
    /** The campaign, unless it is a draft: nobody outside sees those. */
    get(slug: string): LiveCampaign | null {
      const campaign = live.get(slug);
      return campaign && campaign.state !== 'draft' ? campaign : null;
    },
    /** The campaign, a draft too. */
    find: (slug: string): LiveCampaign | null => live.get(slug) ?? null,
    /** Open campaigns, the youngest first, demonstrations last. */
    open(): LiveCampaign[] {
      const rank = (campaign: LiveCampaign) =>
        `${campaign.facts.demonstration ? '0' : '1'} ${campaign.facts.opens} ${campaign.slug}`;
      return [...live.values()].filter(({ state }) => state === 'open').sort((a, b) => (rank(a) < rank(b) ? 1 : -1));
    },
    /** Every campaign, drafts among them. */
    all: (): LiveCampaign[] => [...live.values()],
    refresh,
    close: () => clearInterval(timer),
  };
}
export type Register = Awaited<ReturnType<typeof openRegister>>;

/** A campaign made ready for use. A letter text that cannot be read is left out, so that the others are not in its way. */
export function enliven(campaign: Campaign, world: World): LiveCampaign {
  const letters = new Map<string, CompiledLetter>();
  const texts: Record<string, string> = {};
  const unread: Record<string, string> = {};
  for (const [name, text] of Object.entries(campaign.texts)) {
    try {
      if (!isVariants(name)) letters.set(name, compileLetter(text, groupsOf(campaign.texts, name)));
      texts[name] = text;
    } catch {
      unread[name] = text;
    }
  }
  return {
    ...campaign,
    texts,
    letters,
    unread,
    covered: coveredCountries(campaign, world),
    queues: new Map(),
    changedAt: 0,
  };
}

/** A campaign that is only looked at, by checks: nobody is led to it, and nothing waits. */
export function asDraft(campaign: CampaignContent, letters: ReadonlyMap<string, CompiledLetter>): LiveCampaign {
  const { slug } = campaign.facts;
  return {
    ...campaign,
    slug,
    state: 'draft',
    revision: 0,
    letters,
    unread: {},
    covered: [],
    queues: new Map(),
    changedAt: 0,
  };
}
