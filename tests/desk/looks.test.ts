import { afterEach, expect, test } from 'vitest';
import type { Reason } from '../../server/domain/states.ts';
import { startApp, type TestApp } from '../support/app.ts';
import { bees } from '../support/cast.ts';
import { owner } from '../support/desk.ts';

const SLUG = 'save-the-bees';
const BASE = `/desk/c/${SLUG}`;
const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

async function start() {
  const app = await startApp([bees()]);
  closers.push(app.stop);
  const ada = await owner(app);
  const looks = async () => {
    const { html } = await ada.get(BASE);
    const part = html.slice(html.indexOf('data-part="notices"')).split('</div>')[0] ?? '';
    const lines = [...part.matchAll(/<li>(.*?)<\/li>/g)].map(([, line]) => (line ?? '').replace(/<[^>]*>/g, ''));
    return { lines, links: [...part.matchAll(/<a href="([^"]*)"/g)].map(([, href]) => href), part };
  };
  return { app, ada, looks };
}

/** Counts so many letters to an office as held. */
async function hold({ parts }: TestApp, reason: Reason, n: number): Promise<void> {
  const { write, values } = parts.store.holds.moving({ campaign: SLUG, recipient: 'ie-interior' }, reason, 1);
  await write.execute({ ...values, n });
}

test('letters that are held need a look until somebody has decided, also when what was noted is seen', async () => {
  const { app, ada, looks } = await start();
  await app.parts.store.notices.note(SLUG, 'policy', 'ie-interior', app.clock.now);
  await hold(app, 'policy', 1234);
  const before = await looks();
  expect(before.lines).toHaveLength(1);
  expect(before.lines[0]).toMatch(/^Minister of the Interior, IE: .*\(1,234 held now\) Decide over them$/);
  await ada.post(`${BASE}/seen`);
  const after = await looks();
  expect([after.lines, after.links]).toEqual([before.lines, [`${BASE}/held`]]);
  // There is nothing left that could be seen.
  expect([before, after].map(({ part }) => part.includes('Note all of it as seen'))).toEqual([true, false]);
});

test('what was noted of letters that were decided since says that none is held', async () => {
  const { app, looks } = await start();
  await app.parts.store.notices.note(SLUG, 'policy', 'ie-interior', app.clock.now);
  await app.parts.store.notices.note(SLUG, 'policy', 'ie-interior', app.clock.now);
  await app.parts.store.notices.note(SLUG, 'gone', 'ie-interior', app.clock.now);
  const { lines } = await looks();
  expect(lines.map((line) => /\(([^)]*)\) /.exec(line)?.[1])).toEqual(['once', '2 times; none is held now']);
});

test('what was taken out of the count waits for nobody', async () => {
  const { app, looks } = await start();
  await hold(app, 'set-aside', 3);
  expect((await looks()).part).toContain('Nothing.');
});
