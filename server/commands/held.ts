import { decideHeld, lettingGo } from '../acts/held.ts';
import { NOTICES } from '../domain/notices.ts';
import { type Bench, campaignNamed, Refused } from './command.ts';

/** `held SLUG`: which letters wait for a person to decide, by office and reason. */
export async function held(bench: Bench, slug: string): Promise<void> {
  await campaignNamed(bench, slug);
  const holds = await bench.store.holds.ofCampaign(slug);
  for (const { recipient, reason, n } of holds) bench.say(`${recipient}: ${n} (${reason}): ${NOTICES[reason]}`);
  if (holds.length === 0) bench.say('nothing is held');
  else bench.say(`When the reason is mended: npm run campaign -- release ${slug} OFFICE`);
}

/** `release SLUG OFFICE`: what is held for the office goes to the end of its queue, and its pages offer to send again. */
export async function release(bench: Bench, slug: string, office: string): Promise<void> {
  const { recipients } = await campaignNamed(bench, slug);
  const { store, now } = bench;
  const known = recipients.some(({ id }) => id === office) || (await store.queues.of(slug, office)) !== null;
  if (!known) {
    const names = recipients.map(({ id }) => id).join(', ');
    throw new Refused(`There is no office ${JSON.stringify(office)}. Known are: ${names}.`);
  }
  // The office is trusted again, be there held letters or not.
  await store.queues.trust(slug, office);
  const parts = { store, now: () => now };
  const where = { campaign: slug, recipient: office, reason: '', country: '', source: '' } as const;
  const released = await decideHeld(parts, where, lettingGo(parts));
  bench.say(`${office}: ${released} released. What is held again, and why: npm run campaign -- held ${slug}`);
}

/** `seen SLUG`: what needed a look was looked at; `tally` says it no more until it happens again. */
export async function seen(bench: Bench, slug: string): Promise<void> {
  await campaignNamed(bench, slug);
  await bench.store.notices.dropAll(slug);
  bench.say(`what ${slug} had to show is noted as seen; held letters stay held`);
}
