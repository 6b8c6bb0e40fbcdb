import pg from 'pg';
import { expect, test } from 'vitest';
import { openBrowser } from './browser.ts';
import { freshPostgres } from './postgres.ts';

async function rows(url: string, statement: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(statement)).rows;
  } finally {
    await client.end();
  }
}

test('PostgreSQL is a real one', async () => {
  const database = await freshPostgres();
  expect(await rows(database.url, 'SELECT version()')).toEqual([
    { version: expect.stringMatching(/^PostgreSQL 18\./) },
  ]);
  await database.drop();
});

test('two fresh databases know nothing of each other, and are gone when dropped', async () => {
  const [one, other] = await Promise.all([freshPostgres(), freshPostgres()]);
  await rows(one.url, 'CREATE TABLE letters (id int)');
  await expect(rows(other.url, 'SELECT * FROM letters')).rejects.toThrow('does not exist');
  await Promise.all([one.drop(), other.drop()]);
  await expect(rows(one.url, 'SELECT 1')).rejects.toThrow('does not exist');
});

test('the browser is a real one, and a picture of a page shows its letters', async () => {
  const browser = await openBrowser();
  const page = await browser.newPage({ viewport: { width: 200, height: 60 } });
  await page.goto('data:text/html,<title>Letter</title><body style="margin:0;font:40px sans-serif">Dear</body>');
  expect(await page.title()).toBe('Letter');
  const written = await page.screenshot();
  await page.setContent('');
  const empty = await page.screenshot();
  expect(written.subarray(1, 4).toString()).toBe('PNG');
  expect(written.length).toBeGreaterThan(empty.length);
  await browser.close();
});
