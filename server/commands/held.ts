import { release as letGo } from '../acts/release.ts';
import { NOTICES } from '../domain/notices.ts';
import type { Reason } from '../domain/states.ts';
import { type Bench, campaignNamed, Refused } from './command.ts';

const AT_ONCE = 100;

/** `held SLUG`: which letters wait for a person to decide, by office and reason. */
export async function held(bench: Bench, slug: string): Promise<void> {
  const { recipients } = await campaignNamed(bench, slug);
  const queues = await bench.store.queues.ofCampaign(slug);
  const offices = new Set([...recipients.map(({ id }) => id), ...queues.map(({ recipient }) => recipient)]);
  let found = 0;
  for (const office of offices) {
    for (const [reason, n] of await reasons(bench, slug, office)) {
      found += n;
      bench.say(`${office}: ${n}${n >= AT_ONCE ? ' or more' : ''} (${reason}): ${NOTICES[reason]}`);
    }
  }
  if (found === 0) bench.say('nothing is held');
  else bench.say(`When the reason is mended: npm run campaign -- release ${slug} OFFICE`);
}

async function reasons({ store }: Bench, slug: string, office: string): Promise<Map<Reason, number>> {
  const counts = new Map<Reason, number>();
  for (const { reason } of await store.letters.held(slug, office, AT_ONCE)) {
    const why = reason ?? 'unsendable';
    counts.set(why, (counts.get(why) ?? 0) + 1);
  }
  return counts;
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
  const released = await letGo(store, slug, office, now);
  bench.say(`${office}: ${released} released. What is held again, and why: npm run campaign -- held ${slug}`);
}

/** `seen SLUG`: what needed a look was looked at; `tally` says it no more until it happens again. */
export async function seen(bench: Bench, slug: string): Promise<void> {
  await campaignNamed(bench, slug);
  await bench.store.notices.dropAll(slug);
  bench.say(`what ${slug} had to show is noted as seen; held letters stay held`);
}
