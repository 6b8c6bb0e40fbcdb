import { afterEach, expect, test } from 'vitest';
import type { Bench } from '../../server/commands/command.ts';
import { held, release } from '../../server/commands/held.ts';
import { startApp, until } from '../support/app.ts';
import { bees } from '../support/cast.ts';
import { confirmLetter, heldFor, person } from '../support/letters.ts';
import { startSink } from '../support/sink.ts';

const SLUG = 'save-the-bees';
const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

test('what an outbox holds again at once is not released again and again', async () => {
  const refusal = Object.assign(new Error('5.7.1 not from you'), { responseCode: 550 });
  const sink = await startSink((to) => (to.includes('interior') ? refusal : null));
  closers.push(sink.stop);
  const app = await startApp([bees({ pacePerHour: null })], { SMTP_URL: sink.url });
  closers.push(app.stop);
  const { store } = app.parts;
  for (let i = 1; i <= 3; i += 1) await confirmLetter(app, sink, person(i));
  const isHeld = async () => (await store.letters.heldIds(heldFor(SLUG, ''))).length === 3;
  await until(isHeld, 'three held letters');
  const said: string[] = [];
  const bench = { store, now: app.clock.now, say: (line: string) => void said.push(line) } as unknown as Bench;
  await release(bench, SLUG, 'ie-interior');
  app.parts.wake();
  await until(isHeld, 'the letters, held again');
  await held(bench, SLUG);
  expect(said[0]).toMatch(/^ie-interior: 3 released/);
  expect(said[1]).toMatch(/^ie-interior: 3 \(policy\)/);
});
