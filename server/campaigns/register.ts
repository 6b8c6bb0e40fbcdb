import type { Campaign } from '../domain/campaign.ts';
import type { World } from '../domain/countries.ts';
import { coveredCountries } from '../domain/recipients.ts';
import { isVariants } from '../domain/variants.ts';
import type { Store } from '../store/open.ts';
import { type CompiledLetter, compileLetter } from '../views/letters.ts';
import { groupsOf } from './variants.ts';

/** A campaign in memory, its letters compiled, the countries it covers known. */
export type LiveCampaign = Campaign & { letters: ReadonlyMap<string, CompiledLetter>; covered: readonly string[] };

/**
 * Keeps every campaign in memory and looks each second whether the store has a newer one: commands and other processes
 * change campaigns while this one serves.
 */
export async function openRegister(store: Pick<Store, 'campaigns'>, world: World, everyMs = 1000) {
  let live = new Map<string, LiveCampaign>();

  async function refresh(): Promise<void> {
    const fresh = new Map<string, LiveCampaign>();
    for (const { slug, state, revision } of await store.campaigns.list()) {
      const known = live.get(slug);
      if (known?.revision === revision) {
        fresh.set(slug, known.state === state ? known : { ...known, state });
        continue;
      }
      const campaign = await store.campaigns.load(slug);
      if (campaign) fresh.set(slug, enliven(campaign, world));
    }
    live = fresh;
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
    /** Open campaigns, the youngest first, demonstrations last. */
    open(): LiveCampaign[] {
      const rank = (campaign: LiveCampaign) =>
        `${campaign.facts.demonstration ? '0' : '1'} ${campaign.facts.opens} ${campaign.slug}`;
      return [...live.values()].filter(({ state }) => state === 'open').sort((a, b) => (rank(a) < rank(b) ? 1 : -1));
    },
    refresh,
    close: () => clearInterval(timer),
  };
}
export type Register = Awaited<ReturnType<typeof openRegister>>;

/** A campaign made ready for use: its letters compiled, its countries known. */
export function enliven(campaign: Campaign, world: World): LiveCampaign {
  const letters = new Map(
    Object.entries(campaign.texts)
      .filter(([name]) => !isVariants(name))
      .map(([name, text]) => [name, compileLetter(text, groupsOf(campaign.texts, name))]),
  );
  return { ...campaign, letters, covered: coveredCountries(campaign, world) };
}
