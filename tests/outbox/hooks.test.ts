import { afterEach, expect, test, vi } from 'vitest';
import { runHooks } from '../../server/outbox/hooks.ts';
import { StoreFault } from '../../server/store/connection.ts';
import { startApp, until } from '../support/app.ts';
import { bees } from '../support/cast.ts';
import { confirmLetter, lettersTo, person } from '../support/letters.ts';
import { startSink } from '../support/sink.ts';

const SLUG = 'save-the-bees';
const closers: (() => unknown)[] = [];
afterEach(async () => {
  vi.useRealTimers();
  for (const close of closers.splice(0).reverse()) await close();
});

async function start(env: Record<string, string> = {}) {
  const app = await startApp([bees()], env);
  closers.push(app.stop);
  const { store, vault } = app.parts;
  const secrets = [{ secret: vault.newSigningSecret(), until: null }];
  const box = vault.sealHook({ id: 'a', campaign: SLUG }, { address: 'https://hooks.example/told', secrets });
  await store.hooks.add({ id: 'a', campaign: SLUG, box, events: 'notice.raised', addedAt: 1 });
  return app;
}
const owe = ({ parts }: Awaited<ReturnType<typeof start>>) =>
  parts.store.hooks.addDelivery({ id: 'm1', hook: 'a', campaign: SLUG, event: 'hook.test', body: '{}', at: 1 });

test('a letter goes while a program that is told does not answer, and the end waits for the answer', async () => {
  const sink = await startSink();
  closers.push(sink.stop);
  const app = await start({ SMTP_URL: sink.url });
  let answer = () => {};
  let called = 0;
  app.parts.callOut = () =>
    new Promise((done) => {
      called += 1;
      answer = () => done({ status: 200, retryAfter: null });
    });
  await owe(app);
  await until(() => called === 1, 'the call');
  await confirmLetter(app, sink, person(1));
  await until(() => lettersTo(sink, 'ie').length === 1, 'the letter');
  expect(await app.parts.store.hooks.deliveries('a', 1)).toMatchObject([{ outcome: '', attempts: 1 }]);
  answer();
  await until(async () => (await app.parts.store.hooks.deliveries('a', 1))[0]?.doneAt, 'the note');
});

test('its clock sends what is due and looks at the figures; a database that is away is told once', async () => {
  const app = await start();
  // The program's own clock goes on; this one is moved.
  const { parts, logged } = app;
  const errors = () => logged.filter((line) => line.includes('could not be told')).length;
  let sent = 0;
  const own = {
    ...parts,
    callOut: async () => {
      sent += 1;
      return { status: 200, retryAfter: null };
    },
  };
  const { living, claim } = parts.store.hooks;
  // What the program itself would do is left to this one.
  parts.store.hooks.claim = async () => null;
  parts.store.hooks.living = async () => [];
  own.store = { ...parts.store, hooks: { ...parts.store.hooks, claim, living } };
  await owe(app);
  await parts.store.notices.note(SLUG, 'relay', '', parts.now());
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
  const hooks = runHooks(own);
  vi.advanceTimersByTime(1000);
  await until(() => sent === 1, 'what was due');
  vi.advanceTimersByTime(14_000);
  await until(async () => (await parts.store.hooks.deliveries('a', 9)).length === 2, 'the notice');
  own.store.hooks.claim = () => Promise.reject(new StoreFault('away'));
  for (let n = 0; n < 3; n += 1) {
    vi.advanceTimersByTime(1000);
    await new Promise((done) => setTimeout(done, 20));
  }
  expect(errors()).toBe(1);
  expect(logged.join()).toContain('Error away');
  expect(logged.join()).not.toContain('hooks.example');
  await hooks.stop();
  const after = vi.fn(async () => null);
  own.store.hooks.claim = after;
  vi.advanceTimersByTime(60_000);
  expect(after).not.toHaveBeenCalled();
});
