import { recount as compare } from '../acts/recount.ts';
import { type Bench, campaignNamed, Refused } from './command.ts';

/** `recount SLUG`: compares the tally with the letters that still live. */
export async function recount(bench: Bench, slug: string): Promise<void> {
  await campaignNamed(bench, slug);
  const found = await compare(bench.store, slug);
  if (found.length > 0) throw new Refused(...found);
  bench.say('the tally and the rows agree');
}
