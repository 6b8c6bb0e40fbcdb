import { addUp, COUNTERS } from '../domain/tally.ts';
import { type Bench, campaignNamed } from './command.ts';

const DEFINITIONS: Record<(typeof COUNTERS)[number], string> = {
  prepared: 'drafts that were opened',
  said: 'drafts of which the citizen says: I sent it',
  pending: 'letters that now wait for the citizen to confirm them',
  confirmed: 'letters confirmed that no mail server has accepted yet, held ones among them',
  sent: 'letters that the mail server which carries them accepted, and that have not come back',
  bounced: 'letters that came back afterwards',
  failed: 'letters given up',
  people: 'different persons who confirmed a letter',
};

/** `tally SLUG`: the exact figures, which the public sees only in steps. */
export async function tally(bench: Bench, slug: string, asJson: boolean): Promise<void> {
  await campaignNamed(bench, slug);
  const { byCountry, byDay, byRecipient, bySource, ...counts } = addUp(await bench.store.tally.read(slug));
  const updatedAt = new Date(bench.now).toISOString();
  if (asJson) {
    bench.say(JSON.stringify({ ...counts, byCountry, byDay, byRecipient, bySource, updatedAt }, null, 2));
    return;
  }
  const wide = Math.max(...COUNTERS.map((counter) => counter.length));
  const room = Math.max(...COUNTERS.map((counter) => String(counts[counter]).length));
  for (const counter of COUNTERS) {
    bench.say(`${counter.padEnd(wide)}  ${String(counts[counter]).padStart(room)}  ${DEFINITIONS[counter]}`);
  }
  bench.say(
    `Exact figures of ${slug} at ${updatedAt}; none is a sum of others. By country, day, office and source: --json`,
  );
}
