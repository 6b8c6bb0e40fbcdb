import { SUSPECTED } from '../domain/campaign.ts';
import { COUNTERS, DEFINITIONS } from '../domain/tally.ts';
import { attention, officeStandings } from './attention.ts';
import { type Bench, campaignNamed } from './command.ts';

const FLOODS = 'of these came in floods from one network (source: suspected)';
const DOUBTFUL = 'tries after which a letter may have arrived though no answer came';

/** `tally SLUG`: the exact figures, which the public sees only in steps; what waits, and what needs a look. */
export async function tally(bench: Bench, slug: string, asJson: boolean): Promise<void> {
  const campaign = await campaignNamed(bench, slug);
  const { byCountry, byDay, byRecipient, bySource, aside, ...counts } = await bench.store.tally.sums(slug);
  const updatedAt = new Date(bench.now).toISOString();
  const offices = await officeStandings(bench, campaign);
  const needsALook = await attention(bench, slug);
  if (asJson) {
    const parts = { byCountry, byDay, byRecipient, bySource, aside, offices, needsALook, updatedAt };
    bench.say(JSON.stringify({ ...counts, ...parts }, null, 2));
    return;
  }
  const wide = Math.max(...COUNTERS.map((counter) => counter.length));
  const room = Math.max(...COUNTERS.map((counter) => String(counts[counter]).length));
  const line = (name: string, n: number, text: string) =>
    bench.say(`${name.padEnd(wide)}  ${String(n).padStart(room)}  ${text}`);
  for (const counter of COUNTERS) line(counter, counts[counter], DEFINITIONS[counter]);
  if (counts.doubtful > 0) line('doubtful', counts.doubtful, DOUBTFUL);
  const suspected = bySource.find(({ source }) => source === SUSPECTED);
  if (suspected) line('suspected', suspected.confirmed + suspected.sent, FLOODS);
  for (const { recipient, waiting, throughBy, refusing } of offices) {
    const when = throughBy ? `, through by ${throughBy}` : '';
    if (refusing) bench.say(`${recipient}: keeps refusing, its pages offer drafts only`);
    if (waiting > 0) bench.say(`${recipient}: ${waiting} waiting${when}`);
  }
  for (const { kind, recipient, n, lastAt, text } of needsALook) {
    bench.say(
      `needs a look: ${kind}${recipient && ` (${recipient})`}, ${n === 1 ? 'once' : `${n} times, last`} at ${lastAt}: ${text}`,
    );
  }
  bench.say(
    `Exact figures of ${slug} at ${updatedAt}; none is a sum of others. By country, day, office and source: --json`,
  );
}
