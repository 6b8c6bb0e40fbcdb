import { counts, postJson, startApp, type TestApp, until } from '../support/app.ts';
import { AOIFE, bees } from '../support/cast.ts';
import { freshPostgres } from '../support/postgres.ts';
import { proofIn } from '../support/sink.ts';
import { type Figure, scenario } from './scenario.ts';
import { SLUG } from './world.ts';

/** How long the presses wait for each other at the commit, at most, in milliseconds. */
const GATHERING = 10_000;

/** What many presses of one button came to: the different answers, those that are no success, and what was counted. */
type Presses = { answers: Set<string>; failed: number; times: number; came: number; people: number; letters: number };

/** One person's token is confirmed by so many requests at once, over HTTP. */
async function press(times: number, databaseUrl: string | null, careless = false): Promise<Presses> {
  const app = await startApp([bees()], databaseUrl ? { DATABASE_URL: databaseUrl } : {});
  try {
    const { name, email } = AOIFE;
    await postJson(`${app.url}/api/campaigns/${SLUG}/letters`, { country: 'IE', name, email });
    const token = await tokenOf(app);
    const came = gather(app, times, careless);
    const answers = await Promise.all(
      Array.from({ length: times }, () => postJson(`${app.url}/api/confirmations`, { token })),
    );
    const { people = 0, confirmed = 0, sent = 0 } = await counts(app);
    return {
      answers: new Set(answers.map((answer) => JSON.stringify(answer))),
      failed: answers.filter(({ status }) => status !== 200).length,
      times,
      came: came(),
      people,
      letters: confirmed + sent,
    };
  } finally {
    await app.stop();
  }
}

/** The token of the only submission, out of the mail that lies in the local mailbox. */
function tokenOf({ url }: TestApp): Promise<string> {
  return until(async () => {
    const [mail] = (await (await fetch(`${url}/mailbox.json`)).json()) as { text: string }[];
    return mail && proofIn(mail.text).token;
  }, 'the confirmation mail');
}

/**
 * Keeps every press between looking and committing until all of them are there. With `careless` each is counted before
 * it is known whether it is the first. Gives how many came before any could commit.
 */
function gather({ parts }: TestApp, times: number, careless: boolean): () => number {
  const { submissions, tally } = parts.store;
  const { confirm } = submissions;
  const gate = Promise.withResolvers<void>();
  const late = setTimeout(gate.resolve, GATHERING);
  let came = 0;
  submissions.confirm = async (row, sealed, letters, marks, moves, now) => {
    came += 1;
    if (careless) await tally.move(row.campaign, moves);
    if (came === times) gate.resolve();
    await gate.promise;
    clearTimeout(late);
    return confirm(row, sealed, letters, marks, careless ? [] : moves, now);
  };
  return () => came;
}

const people = (database: string, { people: value }: Presses): Figure => ({
  what: `${database}: people counted`,
  value,
  bound: { exactly: 1 },
});

function figuresOf(database: string, presses: Presses): Figure[] {
  return [
    people(database, presses),
    { what: `${database}: letters confirmed or sent`, value: presses.letters, bound: { exactly: 1 } },
    { what: `${database}: different answers`, value: presses.answers.size, bound: { exactly: 1 } },
    {
      what: `${database}: presses that had looked before any was committed`,
      value: presses.came,
      bound: { least: presses.times },
    },
    { what: `${database}: answers other than 200`, value: presses.failed, bound: { exactly: 0 } },
  ];
}

export const race = scenario({
  name: 'one-token-many-presses',
  sample: 40,
  full: 1000,
  did: (times) =>
    `One person's token is confirmed by ${times.toLocaleString('en')} parallel requests over HTTP, on SQLite and on PostgreSQL; each has looked before any can commit.`,
  async run(times) {
    const database = await freshPostgres();
    try {
      const sqlite = await press(times, null);
      const postgres = await press(times, database.url);
      const careless = await press(times, null, true);
      return {
        figures: [...figuresOf('SQLite', sqlite), ...figuresOf('PostgreSQL', postgres)],
        controls: [{ broken: 'every press is counted when it comes', figure: people('SQLite', careless) }],
      };
    } finally {
      await database.drop();
    }
  },
});
