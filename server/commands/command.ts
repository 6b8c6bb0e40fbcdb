import { type Config, ConfigFault } from '../config.ts';
import type { World } from '../domain/countries.ts';
import type { Store } from '../store/open.ts';

/** What every command is given. `today` is a UTC day, `now` milliseconds since 1970. */
export type Bench = {
  config: Config;
  store: Store;
  world: World;
  now: number;
  today: string;
  /** Prints a line on standard output. */
  say(line: string): void;
};

/** A command that is refused: each line says why, and what mends it. */
export class Refused extends Error {
  readonly lines: readonly string[];
  constructor(...lines: string[]) {
    super(lines.join('\n'));
    this.lines = lines;
  }
}

/** Why a command that needs no database was refused, a line each. */
export function reasonsOf(error: unknown): readonly string[] {
  if (error instanceof Refused) return error.lines;
  if (error instanceof ConfigFault) return error.faults;
  return [error instanceof Error ? `${error.message}.` : String(error)];
}

/** The campaign, as it stands. @throws Refused naming those there are */
export async function campaignNamed({ store }: Bench, slug: string) {
  const campaign = await store.campaigns.load(slug);
  if (campaign) return campaign;
  const known = (await store.campaigns.list()).map((each) => each.slug).sort();
  const others =
    known.length > 0 ? `Known are: ${known.join(', ')}.` : 'There is none yet: npm run campaign -- import PATH';
  throw new Refused(`There is no campaign ${JSON.stringify(slug)}. ${others}`);
}
