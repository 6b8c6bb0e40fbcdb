import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { runCommand } from '../../server/commands/campaign.ts';
import { readConfig } from '../../server/config.ts';
import type { Move } from '../../server/domain/tally.ts';
import { openStore } from '../../server/store/open.ts';
import { CAMPAIGN, emptyFolder, FACTS, folderOf, OFFICES, RECIPIENTS, riverFiles } from '../campaigns/files.ts';
import { type Ending, startProgram } from '../support/program.ts';

const ROOT = join(import.meta.dirname, '..', '..');
let home: string;

beforeEach(() => {
  home = emptyFolder();
});

const environment = () => ({ DATABASE_URL: `file:${join(home, 'test.db')}`, INIT_CWD: home });

/** Runs a command as `main.ts` does, on this test's database; paths are relative to its folder. */
async function campaign(...args: string[]): Promise<Ending> {
  const ending: Ending = { status: null, stdout: '', stderr: '' };
  ending.status = await runCommand(['campaign', ...args], () => readConfig(environment()), {
    say: (line) => (ending.stdout += `${line}\n`),
    complain: (line) => (ending.stderr += `${line}\n`),
  });
  return ending;
}

/** The same as npm does it: a process of its own. */
function spawned(args: string[], env: Record<string, string> = environment()): Promise<Ending> {
  const all = { PATH: process.env.PATH, ...env };
  return startProgram(process.execPath, ['server/commands/main.ts', ...args], { cwd: ROOT, env: all }).ended;
}

const store = () => openStore(`file:${join(home, 'test.db')}`, ROOT);

async function stateOf(slug: string): Promise<string> {
  const opened = await store();
  const found = await opened.campaigns.load(slug);
  await opened.close();
  return found ? `${found.state} ${found.revision}` : 'none';
}

async function imported(files: Record<string, string> = riverFiles()): Promise<string> {
  const root = folderOf(files);
  expect(await campaign('import', root)).toMatchObject({ status: 0, stderr: '' });
  return root;
}

async function count(moves: Partial<Move>[]): Promise<void> {
  const opened = await store();
  const cell = {
    day: '2026-11-24',
    country: 'DE',
    recipient: 'de-waters',
    source: '',
    counter: 'prepared',
    n: 1,
  } as const;
  await opened.tally.move(
    'clean-rivers',
    moves.map((each) => ({ ...cell, ...each })),
  );
  await opened.close();
}

const withFacts = (facts: Record<string, unknown>) => ({
  ...riverFiles(),
  [CAMPAIGN]: JSON.stringify({ ...FACTS, ...facts }),
});

test('import takes a campaign in as a draft, and says what to do next', async () => {
  const root = folderOf(riverFiles());
  expect(await campaign('import', root)).toEqual({
    status: 0,
    stderr: '',
    stdout:
      'clean-rivers: imported as revision 1, 3 offices, 2 signatories, 4 letter texts. It is a draft: npm run campaign -- launch clean-rivers\n',
  });
  expect(await stateOf('clean-rivers')).toBe('draft 1');
});

test('the same again changes nothing, another content is a new revision in the same state', async () => {
  const root = await imported();
  expect((await campaign('import', root)).stdout).toBe('clean-rivers: nothing changed; it stays at revision 1.\n');
  expect((await campaign('launch', 'clean-rivers')).status).toBe(0);
  writeFileSync(join(root, RECIPIENTS), OFFICES.replace('Maja Ek', 'Maja Elm'));
  expect((await campaign('import', root)).stdout).toContain(
    'imported as revision 2, 3 offices, 2 signatories, 4 letter texts. It is open, as before.',
  );
  expect(await stateOf('clean-rivers')).toBe('open 2');
});

test('import prints a line for every doubtful row', async () => {
  const root = folderOf({
    ...riverFiles(),
    [RECIPIENTS]: OFFICES.replace('Directory,', ',').replace('fr en', ' fr en'),
  });
  const { status, stdout } = await campaign('import', root);
  expect(status).toBe(0);
  const lines = stdout.trimEnd().split('\n');
  expect(lines).toHaveLength(3);
  expect(lines[0]).toBe(`${RECIPIENTS}, line 2: language: stray spaces around "fr en" were taken away.`);
  expect(lines[1]).toContain(`${RECIPIENTS}, line 3: source: is empty.`);
});

test('one fault anywhere, and nothing of the folder is imported; each is told', async () => {
  const root = folderOf({
    ...riverFiles(),
    'data/campaigns/dry-rivers/campaign.json': JSON.stringify({ ...FACTS, slug: 'dry-rivers', goal: 'many' }),
    'data/campaigns/dry-rivers/recipients.csv': OFFICES.replace('ek@waters-eu.test', 'ek at waters'),
  });
  const { status, stdout, stderr } = await campaign('import', root);
  expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
  expect(stderr.trimEnd().split('\n')).toEqual([
    'data/campaigns/dry-rivers/campaign.json, line 1: goal: is not a number.',
    'data/campaigns/dry-rivers/recipients.csv, line 4: email: "ek at waters" is not one plain email address. Write it as name@example.org.',
    'Nothing was imported. Mend these and import again.',
  ]);
  expect(await stateOf('clean-rivers')).toBe('none');
});

test('import may not bring a fault into an open campaign, but into a draft', async () => {
  const root = await imported();
  writeFileSync(join(root, CAMPAIGN), JSON.stringify({ ...FACTS, title: { en: 'TODO' } }));
  expect((await campaign('import', root)).status).toBe(0);
  writeFileSync(join(root, CAMPAIGN), JSON.stringify(FACTS));
  await campaign('import', root);
  expect((await campaign('launch', 'clean-rivers')).status).toBe(0);
  writeFileSync(join(root, CAMPAIGN), JSON.stringify({ ...FACTS, title: { en: 'TODO' } }));
  const { status, stderr } = await campaign('import', root);
  expect(status).toBe(1);
  expect(stderr).toContain('clean-rivers is open, and may not be given this fault: title: there is none in "de"');
  expect(await stateOf('clean-rivers')).toBe('open 3');
});

test('a fault that an open campaign has already does not keep a mend of another thing out', async () => {
  const root = await imported();
  await campaign('launch', 'clean-rivers');
  const opened = await store();
  const known = await opened.campaigns.load('clean-rivers');
  if (!known) throw new Error('not found');
  const { state: _state, revision: _revision, slug: _slug, ...content } = known;
  await opened.campaigns.save({ ...content, facts: { ...content.facts, title: { en: 'Rivers' } } }, 1, 0);
  await opened.close();
  writeFileSync(join(root, CAMPAIGN), JSON.stringify({ ...FACTS, title: { en: 'Better rivers' } }));
  expect(await campaign('import', root)).toMatchObject({ status: 0, stderr: '' });
  expect(await stateOf('clean-rivers')).toBe('open 3');
});

test('export gives back the files, below the folder where npm was called', async () => {
  const root = await imported();
  expect(await campaign('export', 'clean-rivers', 'out')).toMatchObject({
    status: 0,
    stdout: 'clean-rivers: revision 1 is written to out\n',
  });
  for (const [path, text] of Object.entries(riverFiles()))
    expect(readFileSync(join(home, 'out', path), 'utf8')).toBe(text);
  expect(existsSync(join(root, 'out'))).toBe(false);
  expect((await campaign('import', 'out')).stdout).toContain('nothing changed');
});

test('export touches no folder of somebody else’s', async () => {
  await imported();
  const photos = folderOf({ 'photo.txt': 'x' });
  const { status, stderr } = await campaign('export', 'clean-rivers', photos);
  expect(status).toBe(1);
  expect(stderr).toMatch(/holds other things.*Name an empty or new folder.*\n$/);
  expect(readdirSync(photos)).toEqual(['photo.txt']);
});

test('check tells doubts and faults, and launch refuses for a fault', async () => {
  await imported(withFacts({ summary: { en: 'They are not.' }, reviewedBy: {} }));
  const check = await campaign('check', 'clean-rivers');
  expect(check.status).toBe(1);
  expect(check.stdout).toContain('doubt: reviewedBy: nobody has read over the "en" texts.\n');
  expect(check.stdout).toContain('fault: summary: there is none in "de"');
  expect(check.stderr).toBe('clean-rivers: There is 1 fault to mend before it can be launched.\n');
  const launch = await campaign('launch', 'clean-rivers');
  expect(launch.status).toBe(1);
  expect(launch.stderr).toMatch(/^clean-rivers stays as it is\. There is 1 fault: summary: there is none in "de".*\n$/);
  expect(await stateOf('clean-rivers')).toBe('draft 1');
});

test('a campaign goes from draft to open, paused, open again and closed, and never back', async () => {
  await imported();
  const steps: [string, number, string][] = [
    ['pause', 1, 'draft'],
    ['resume', 1, 'draft'],
    ['close', 1, 'draft'],
    ['check', 0, 'draft'],
    ['launch', 0, 'open'],
    ['launch', 1, 'open'],
    ['resume', 1, 'open'],
    ['pause', 0, 'paused'],
    ['launch', 1, 'paused'],
    ['resume', 0, 'open'],
    ['pause', 0, 'paused'],
    ['close', 0, 'closed'],
    ['launch', 1, 'closed'],
    ['resume', 1, 'closed'],
  ];
  for (const [verb, status, state] of steps) {
    const ending = await campaign(verb, 'clean-rivers');
    expect([verb, ending.status, await stateOf('clean-rivers')]).toEqual([verb, status, `${state} 1`]);
    if (status === 1) expect(ending.stderr).toMatch(/^\w+ was refused\. It is .*\n$/);
  }
});

test('a paused campaign whose new content has a fault is not resumed', async () => {
  const root = await imported();
  await campaign('launch', 'clean-rivers');
  await campaign('pause', 'clean-rivers');
  writeFileSync(join(root, CAMPAIGN), JSON.stringify({ ...FACTS, title: { en: 'Rivers' } }));
  expect((await campaign('import', root)).status).toBe(0);
  const { status, stderr } = await campaign('resume', 'clean-rivers');
  expect(status).toBe(1);
  expect(stderr).toContain('title: there is none in "de"');
  expect(await stateOf('clean-rivers')).toBe('paused 2');
});

test('tally prints each counter with what it counts, and exact figures as JSON', async () => {
  await imported();
  await count([{ n: 12 }, { counter: 'sent', n: 3, source: 'newsletter' }, { counter: 'people', recipient: '' }]);
  const table = (await campaign('tally', 'clean-rivers')).stdout;
  expect(table).toMatch(/^prepared {3}12 {2}drafts that were opened$/m);
  expect(table).toMatch(/^sent {8}3 {2}letters that the mail server/m);
  expect(table.trimEnd().split('\n')).toHaveLength(9);
  const figures = JSON.parse((await campaign('tally', 'clean-rivers', '--json')).stdout);
  const none = {
    prepared: 0,
    said: 0,
    pending: 0,
    confirmed: 0,
    sent: 0,
    bounced: 0,
    failed: 0,
    people: 0,
    doubtful: 0,
  };
  const sum = { ...none, prepared: 12, sent: 3, people: 1 };
  expect(figures).toEqual({
    ...sum,
    byCountry: [{ country: 'DE', ...sum }],
    byDay: [{ day: '2026-11-24', ...sum }],
    byRecipient: [{ recipient: 'de-waters', ...none, prepared: 12, sent: 3 }],
    bySource: [{ source: 'newsletter', ...none, sent: 3 }],
    aside: [],
    offices: [],
    needsALook: [],
    updatedAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/),
  });
});

test('recount finds where the tally says something else than the rows', async () => {
  await imported();
  await count([{ n: 5 }, { counter: 'sent', n: 2 }]);
  expect(await campaign('recount', 'clean-rivers')).toMatchObject({
    status: 0,
    stdout: 'the tally and the rows agree\n',
  });
  await count([{ counter: 'confirmed', n: 1 }, { counter: 'failed', n: -1 }, { n: -6 }]);
  const { status, stderr } = await campaign('recount', 'clean-rivers');
  expect(status).toBe(1);
  expect(stderr.trimEnd().split('\n')).toEqual([
    'confirmed (2026-11-24, DE, de-waters): the tally says 1, the rows 0',
    'failed (2026-11-24, DE, de-waters): the tally says -1, the rows at least 0',
    'prepared (2026-11-24, DE, de-waters): the tally says -1, the rows at least 0',
  ]);
});

test.each([
  [['check', 'dirty-rivers'], 'There is no campaign "dirty-rivers". Known are: clean-rivers.'],
  [['import', 'nowhere'], 'nowhere is no folder. Name a folder with'],
  [['import', '.'], 'holds no data/campaigns. Name a folder with'],
])('%j is refused in one line', async (args, sentence) => {
  await imported();
  const { status, stdout, stderr } = await campaign(...args);
  expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
  expect(stderr).toContain(sentence);
  expect(stderr.trimEnd().split('\n')).toHaveLength(1);
});

test.each([
  [[]],
  [['fly', 'clean-rivers']],
  [['toString', 'x']],
  [['check']],
  [['export', 'clean-rivers']],
  [['tally', 'a', 'b']],
  [['check', 'a', '--json']],
  [['tally', 'a', '--xml']],
  [['import', '']],
])('%j is a wrong call', async (args) => {
  const { status, stdout, stderr } = await campaign(...args);
  expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
  expect(stderr).toMatch(/^Usage: npm run campaign -- import PATH \| export SLUG PATH .*\n$/);
  expect(existsSync(join(home, 'test.db'))).toBe(false);
});

test('wrong settings are told one by one', async () => {
  const { status, stderr } = await spawned(['campaign', 'check', 'x'], { DATABASE_URL: 'mysql://x', PORT: 'many' });
  expect(status).toBe(1);
  expect(stderr).toContain('DATABASE_URL is neither');
  expect(stderr).toContain('PORT is not a number');
  expect(stderr.trimEnd().split('\n')).toHaveLength(2);
});

test('as a process of its own it speaks and ends by the same rules', async () => {
  const root = folderOf(riverFiles());
  expect(await spawned(['campaign', 'import', root])).toMatchObject({
    status: 0,
    stderr: '',
    stdout: expect.stringContaining('imported as revision 1'),
  });
  expect(await stateOf('clean-rivers')).toBe('draft 1');
  expect(await spawned(['campaign', 'launch', 'dirty-rivers'])).toMatchObject({ status: 1, stdout: '' });
  expect(await spawned(['campagne', 'launch', 'clean-rivers'])).toMatchObject({ status: 2, stdout: '' });
  expect(await stateOf('clean-rivers')).toBe('draft 1');
});

test('a database that does not answer is one line', async () => {
  const { status, stderr } = await spawned(['campaign', 'check', 'x'], {
    DATABASE_URL: 'postgres://u:secret@127.0.0.1:1/x',
  });
  expect(status).toBe(1);
  expect(stderr).toMatch(/^This was not expected: .*ECONNREFUSED.* Look at DATABASE_URL.*\n$/);
  expect(stderr).not.toContain('secret');
});
