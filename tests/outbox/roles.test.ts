import { expect, test } from 'vitest';
import { runOutbox } from '../../server/outbox/outbox.ts';
import { startApp } from '../support/app.ts';
import { bees } from '../support/cast.ts';

test('an outbox keeps its process alive by itself, for it may be all that runs there', async () => {
  const app = await startApp([bees()]);
  const timers = () => process.getActiveResourcesInfo().filter((kind) => kind === 'Timeout').length;
  const before = timers();
  const outbox = runOutbox(app.parts);
  expect(timers()).toBeGreaterThan(before);
  await outbox.stop();
  expect(timers()).toBe(before);
  await app.stop();
});
