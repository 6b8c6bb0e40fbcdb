import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { readWorld } from '../campaigns/countries.ts';
import { FolderFault } from '../campaigns/folder.ts';
import { type Config, ConfigFault } from '../config.ts';
import { dayOf } from '../domain/tally.ts';
import { Lost, StoreFault } from '../store/connection.ts';
import { openStore } from '../store/open.ts';
import { asides, putBack, setAside, wouldSetAside } from './aside.ts';
import { check } from './check.ts';
import { type Bench, Refused } from './command.ts';
import { contacts } from './contacts.ts';
import { deskLink } from './desk-link.ts';
import { exportCampaign } from './export.ts';
import { held, release, seen } from './held.ts';
import { importFolder } from './import.ts';
import { likeness } from './likeness.ts';
import { recount } from './recount.ts';
import { move } from './state.ts';
import { tally } from './tally.ts';

const ROOT = join(import.meta.dirname, '..', '..');

type Verb = { words: readonly string[]; json?: true; run(bench: Bench, args: string[], json: boolean): Promise<void> };

const VERBS: Record<string, Verb> = {
  import: { words: ['PATH'], run: (bench, [path = '']) => importFolder(bench, path) },
  export: { words: ['SLUG', 'PATH'], run: (bench, [slug = '', path = '']) => exportCampaign(bench, slug, path) },
  check: { words: ['SLUG'], run: (bench, [slug = '']) => check(bench, slug) },
  launch: { words: ['SLUG'], run: (bench, [slug = '']) => move(bench, 'launch', slug) },
  pause: { words: ['SLUG'], run: (bench, [slug = '']) => move(bench, 'pause', slug) },
  resume: { words: ['SLUG'], run: (bench, [slug = '']) => move(bench, 'resume', slug) },
  close: { words: ['SLUG'], run: (bench, [slug = '']) => move(bench, 'close', slug) },
  tally: { words: ['SLUG'], json: true, run: (bench, [slug = ''], json) => tally(bench, slug, json) },
  likeness: { words: ['SLUG'], json: true, run: (bench, [slug = ''], json) => likeness(bench, slug, json) },
  held: { words: ['SLUG'], run: (bench, [slug = '']) => held(bench, slug) },
  release: { words: ['SLUG', 'OFFICE'], run: (bench, [slug = '', office = '']) => release(bench, slug, office) },
  seen: { words: ['SLUG'], run: (bench, [slug = '']) => seen(bench, slug) },
  'would-set-aside': {
    words: ['SLUG', 'CONDITION'],
    run: (bench, [slug = '', text = '']) => wouldSetAside(bench, slug, text),
  },
  'set-aside': {
    words: ['SLUG', 'CONDITION', 'WHY'],
    run: (bench, [slug = '', text = '', why = '']) => setAside(bench, slug, text, why),
  },
  asides: { words: ['SLUG'], run: (bench, [slug = '']) => asides(bench, slug) },
  'put-back': { words: ['SLUG', 'ID'], run: (bench, [slug = '', id = '']) => putBack(bench, slug, id) },
  contacts: { words: ['SLUG', 'PATH'], run: (bench, [slug = '', path = '']) => contacts(bench, slug, path) },
  'desk-link': { words: [], run: (bench) => deskLink(bench) },
  recount: { words: ['SLUG'], run: (bench, [slug = '']) => recount(bench, slug) },
};

type Call = { verb: Verb; args: string[]; json: boolean };

/** What is asked for; null where the call is a wrong one. */
function readCall(argv: string[]): Call | null {
  try {
    const options = { json: { type: 'boolean', default: false } } as const;
    const { values, positionals } = parseArgs({ args: argv, options, allowPositionals: true });
    const [noun, name = '', ...args] = positionals;
    const verb = noun === 'campaign' && Object.hasOwn(VERBS, name) ? VERBS[name] : undefined;
    const fits =
      verb && args.length === verb.words.length && args.every((arg) => arg !== '') && (!values.json || verb.json);
    return fits ? { verb, args, json: values.json } : null;
  } catch {
    return null;
  }
}

function usage(): string {
  const calls = Object.entries(VERBS).map(([name, { words, json }]) =>
    [name, ...words, ...(json ? ['[--json]'] : [])].join(' '),
  );
  return `Usage: npm run campaign -- ${calls.join(' | ')}`;
}

async function run({ verb, args, json }: Call, config: Config, say: (line: string) => void): Promise<void> {
  const store = await openStore(config.databaseUrl, ROOT);
  const now = Date.now();
  try {
    await verb.run({ config, store, world: readWorld(ROOT), now, today: dayOf(now), say }, args, json);
  } finally {
    await store.close();
  }
}

/** An error as what the caller is told: one line each, why and the mend. */
function refusalOf(error: unknown): readonly string[] {
  if (error instanceof Refused) return error.lines;
  if (error instanceof ConfigFault) return error.faults;
  if (error instanceof FolderFault) return [error.message];
  if (error instanceof Lost) return ['Somebody else changed the campaign at the same moment. Try again.'];
  if (error instanceof StoreFault) return [`${error.message}. Look at DATABASE_URL, and whether the disk is full.`];
  const { code, message } = error as NodeJS.ErrnoException;
  return [
    `This was not expected: ${(message || code || String(error)).split('\n')[0]}. Look at DATABASE_URL and the files it needs.`,
  ];
}

/** Where a command's lines go: what was done or found, and why it was not done. */
export type Voice = { say(line: string): void; complain(line: string): void };

/** Runs `campaign VERB …` and gives its exit status: 0 done, 1 refused, 2 a wrong call. */
export async function runCommand(
  argv: string[],
  configure: () => Config,
  { say, complain }: Voice,
): Promise<0 | 1 | 2> {
  const call = readCall(argv);
  if (!call) {
    complain(usage());
    return 2;
  }
  try {
    await run(call, configure(), say);
    return 0;
  } catch (error) {
    for (const line of refusalOf(error)) complain(line);
    return 1;
  }
}
