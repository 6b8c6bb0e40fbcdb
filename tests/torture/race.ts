import { counts, postJson, startApp, type TestApp, until } from '../support/app.ts';
import { AOIFE, bees } from '../support/cast.ts';
import { freshPostgres } from '../support/postgres.ts';
import { proofIn } from '../support/sink.ts';
import { type Figure, scenario } from './scenario.ts';
import { SLUG } from './world.ts';

/** What many presses of one button came to: other answers than the first, answers that are no success, and what was counted. */
type Presses = { answers: Set<string>; failed: number; people: number; letters: number };

/** One person's token is confirmed by so many requests at once, over HTTP. `spoil` breaks something beforehand. */
async function press(times: number, databaseUrl: string | null, spoil?: (app: TestApp) => void): Promise<Presses> {
  const app = await startApp([bees()], databaseUrl ? { DATABASE_URL: databaseUrl } : {});
  try {
    const { name, email } = AOIFE;
    await postJson(`${app.url}/api/campaigns/${SLUG}/letters`, { country: 'IE', name, email });
    spoil?.(app);
    const token = await tokenOf(app);
    const answers = await Promise.all(
      Array.from({ length: times }, () => postJson(`${app.url}/api/confirmations`, { token })),
    );
    const { people = 0, confirmed = 0, sent = 0 } = await counts(app);
    return {
      answers: new Set(answers.map((answer) => JSON.stringify(answer))),
      failed: answers.filter(({ status }) => status !== 200).length,
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

/** Counts each press that finds the submission unconfirmed, before it is known whether it is the first. */
function countAtTheClick({ parts }: TestApp): void {
  const { submissions, tally } = parts.store;
  const { confirm } = submissions;
  submissions.confirm = async (row, sealed, letters, marks, moves, now) => {
    await tally.move(row.campaign, moves);
    return confirm(row, sealed, letters, marks, [], now);
  };
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
    { what: `${database}: answers other than 200`, value: presses.failed, bound: { exactly: 0 } },
  ];
}

export const race = scenario({
  name: 'one-token-many-presses',
  sample: 40,
  full: 1000,
  did: (times) =>
    `One person's token is confirmed by ${times.toLocaleString('en')} parallel requests over HTTP, on SQLite and on PostgreSQL.`,
  async run(times) {
    const database = await freshPostgres();
    try {
      const sqlite = await press(times, null);
      const postgres = await press(times, database.url);
      const careless = await press(times, null, countAtTheClick);
      return {
        figures: [...figuresOf('SQLite', sqlite), ...figuresOf('PostgreSQL', postgres)],
        controls: [{ broken: 'every press is counted when it comes', figure: people('SQLite', careless) }],
      };
    } finally {
      await database.drop();
    }
  },
});
