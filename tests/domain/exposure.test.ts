import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { EXPOSURE, type Learnt, THIEVES, THINGS } from '../../server/domain/exposure.ts';
import { openCatalogue } from '../../server/views/catalogue.ts';
import { steal, type Thefts } from '../torture/theft.ts';

const ROOT = join(import.meta.dirname, '../..');
const page = join(ROOT, 'docs/privacy.md');
const words = openCatalogue(join(ROOT, 'templates/words'));
const [BEGIN, END] = ['<!-- made by tests/domain/exposure.test.ts: UPDATE=1 -->\n', '<!-- end -->'];

function table(): string {
  const cell = (key: string) => words.say('en', `exposure.${key}`);
  const rows = THINGS.map((thing) => [
    cell(`thing.${thing}`),
    ...THIEVES.map((thief) => cell(`learnt.${EXPOSURE[thing][thief]}`)),
  ]);
  const head = ['', ...THIEVES.map((thief) => cell(`thief.${thief}`))];
  return [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |\n`).join('');
}

test('docs/privacy.md says who learns what as the table has it', () => {
  const text = readFileSync(page, 'utf8');
  const [before = '', rest = ''] = text.split(BEGIN);
  const after = rest.slice(rest.indexOf(END));
  const right = `${before}${BEGIN}${table()}${after}`;
  if (process.env.UPDATE) writeFileSync(page, right);
  expect(readFileSync(page, 'utf8')).toBe(right);
});

describe('the table says what a thief finds', () => {
  let found: Thefts;
  beforeAll(async () => {
    found = await steal({ people: 30, known: 60 }, () => {});
  }, 60_000);
  /** How many of `all` somebody must have found who learns as much as that. */
  const meant = (learnt: Learnt, all: number) => (learnt === 'all' || learnt === 'guess' ? all : 0);

  test.each(['database', 'backup', 'server'] as const)('%s', (thief) => {
    const { opened, guessed, inClear } = found[thief];
    expect({ pending: opened.pending, waiting: opened.waiting, sent: opened.sent, wrote: guessed, inClear }).toEqual({
      pending: meant(EXPOSURE.pending[thief], 10),
      waiting: meant(EXPOSURE.waiting[thief], 10),
      sent: meant(EXPOSURE.sent[thief], 10),
      wrote: meant(EXPOSURE.wrote[thief], 20),
      inClear: 0,
    });
  });

  test('a week after the end', () => {
    expect(found.afterwards.guessed).toBe(meant(EXPOSURE.wroteThen.server, 20));
  });

  test('and the mailed tokens would open what nobody has confirmed', () => {
    expect(found.tokens.opened.byToken).toBe(10);
  });
});
