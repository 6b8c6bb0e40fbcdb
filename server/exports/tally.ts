import { addUp, type Tally } from '../domain/tally.ts';
import type { Store } from '../store/open.ts';

/** The exact tally of a campaign, for campaigners and what they let read in their stead. */
export async function exactTally({ tally }: Pick<Store, 'tally'>, slug: string): Promise<Tally> {
  return addUp(await tally.read(slug));
}
