import { nextAside, putBack as putItBack, setAside as setItAside, type Taken, wouldTake } from '../acts/aside.ts';
import { type Condition, conditionInWords, readCondition } from '../domain/aside.ts';
import { type Bench, campaignNamed, Refused } from './command.ts';

/** `would-set-aside SLUG CONDITION`: what would be taken out of the count; nothing is changed. */
export async function wouldSetAside(bench: Bench, slug: string, text: string): Promise<void> {
  const taken = await wouldTake(bench.store, slug, await conditionOf(bench, slug, text));
  bench.say(`${inWords(taken)} would be taken out of the count; ${taken.waiting} that wait would be held.`);
  bench.say(`Nothing was changed. To do it: npm run campaign -- set-aside ${slug} '${text}' 'WHY'`);
}

/** `set-aside SLUG CONDITION WHY`: takes letters out of the count, and keeps a record by which they can be put back. */
export async function setAside(bench: Bench, slug: string, text: string, why: string): Promise<void> {
  const condition = await conditionOf(bench, slug, text);
  const before = await wouldTake(bench.store, slug, condition);
  const id = await nextAside(bench.store, slug);
  await setItAside(bench.store, slug, condition, { id, why: why.slice(0, 500), now: bench.now });
  const left = await wouldTake(bench.store, slug, condition);
  bench.say(`${id}: ${inWords(minus(before, left))} were taken out of the count, and what waited is held.`);
  if (left.letters + left.pending > 0)
    bench.say(`${left.letters + left.pending} moved meanwhile, or ended a week ago: do the same again tomorrow.`);
  bench.say(`To put them back: npm run campaign -- put-back ${slug} ${id}`);
}

/** `asides SLUG`: what was taken out of the count, when and why. */
export async function asides(bench: Bench, slug: string): Promise<void> {
  await campaignNamed(bench, slug);
  const all = await bench.store.asides.all(slug);
  if (all.length === 0) bench.say('nothing was taken out of the count');
  for (const { id, condition, why, at, backAt } of all) {
    const back = backAt === null ? '' : `, put back at ${new Date(backAt).toISOString()}`;
    bench.say(
      `${id}: ${conditionInWords(JSON.parse(condition) as Condition)} at ${new Date(at).toISOString()}${back}: ${why}`,
    );
  }
}

/** `put-back SLUG ID`: counts again what a record took out, and lets go what it held. */
export async function putBack(bench: Bench, slug: string, id: string): Promise<void> {
  await campaignNamed(bench, slug);
  const record = (await bench.store.asides.all(slug)).find((each) => each.id === id);
  if (!record) throw new Refused(`There is no record ${JSON.stringify(id)}. See: npm run campaign -- asides ${slug}`);
  if (record.backAt !== null) throw new Refused(`Record ${id} was put back already.`);
  await putItBack(bench.store, slug, id, bench.now);
  bench.say(`${id}: what it had taken out is counted again, and what it held goes on.`);
}

async function conditionOf(bench: Bench, slug: string, text: string): Promise<Condition> {
  await campaignNamed(bench, slug);
  const condition = readCondition(text);
  if (condition) return condition;
  throw new Refused(
    `${JSON.stringify(text)} is no condition. Write source=WORD and, where you want, country=XX, from=DAY, to=DAY, with commas between: source=suspected,country=IE`,
  );
}

const inWords = ({ letters, pending, people }: Taken) =>
  `${letters} letters of ${people} people, and ${pending} that nobody has confirmed yet,`;

const minus = (a: Taken, b: Taken): Taken => ({
  letters: a.letters - b.letters,
  waiting: a.waiting - b.waiting,
  pending: a.pending - b.pending,
  people: a.people - b.people,
});
