import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Client } from 'pg';
import { ROOT } from './app.ts';

const OFFICES = ['ie-interior', 'de-interior', 'fr-interior', 'nz-interior'];

/**
 * Makes a campaign of PostgreSQL look as after `n` letters, one for each person, over sixty days from forty countries:
 * ninety-eight of a hundred were sent, one waits, one is held. What was there goes. The clock of the tests is 2026-11-24.
 */
export async function fill(client: Client, slug: string, n: number): Promise<void> {
  for (const table of ['letters', 'submissions', 'tally', 'tally_sums', 'holds', 'queues', 'marks'])
    await client.query(`truncate ${table}`);
  const now = Date.parse('2026-11-24T10:00:00Z');
  const day = `to_char(date '2026-11-24' - (i % 60)::int, 'YYYY-MM-DD')`;
  const country = `chr(65 + (i / 7 % 8)::int) || chr(65 + (i / 3 % 5)::int)`;
  const office = `(array[${OFFICES.map((id) => `'${id}'`).join(',')}])[1 + (i / 11 % ${OFFICES.length})::int]`;
  const source = `(array['', 'newsletter', 'other'])[1 + (i / 13 % 3)::int]`;
  const state = `case i % 100 when 0 then 'ready' when 1 then 'held' else 'sent' end`;
  await client.query(
    `insert into submissions (id, state, campaign, country, source, recipients, token_hash, handle_hash, tries, day, due_at, attempts, expires_at)
     select 's' || i, 'confirmed', $1, ${country}, ${source}, ${office}, int8send(i), int8send(i), 0, ${day}, ${now}, 1, ${now}
     from generate_series(1, ${n}::bigint) i`,
    [slug],
  );
  await client.query(
    `insert into letters (id, submission, state, campaign, country, source, recipient, status_hash, day, due_at, attempts, changed_at, place, doubts, reason, revision)
     select 'l' || i, 's' || i, ${state}, $1, ${country}, ${source}, ${office}, int8send(i), ${day}, ${now} + 86400000000, 1, ${now} + i, i, 0,
       case when i % 100 = 1 then 'policy' end, 1
     from generate_series(1, ${n}::bigint) i`,
    [slug],
  );
  await client.query(
    `insert into marks (campaign, mark) select $1, int8send(i) from generate_series(1, ${n}::bigint) i`,
    [slug],
  );
  await client.query(
    `insert into tally (campaign, day, country, recipient, source, counter, n)
     select campaign, day, country, recipient, source, case when state = 'sent' then 'sent' else 'confirmed' end, count(*)
     from letters group by 1, 2, 3, 4, 5, 6`,
  );
  await client.query(
    `insert into queues (campaign, recipient, arrived, gone, due_at, pace_at)
     select campaign, recipient, count(*), count(*) filter (where state <> 'ready'), ${now} + 86400000000, 0 from letters group by 1, 2`,
  );
  // Rolled up as the migration does it for what was there before.
  for (const name of ['0005_desk_whole', '0006_months_rolled_up']) {
    const migration = readFileSync(join(ROOT, `migrations/postgres/${name}.sql`), 'utf8');
    for (const each of migration.split('--> statement-breakpoint'))
      if (each.includes('INSERT')) await client.query(each);
  }
  await client.query('analyze');
}
