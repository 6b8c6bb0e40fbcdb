import type { AddressInfo } from 'node:net';
import { SMTPServer } from 'smtp-server';
import { afterEach, expect, test } from 'vitest';
import { postJson, startApp, until } from '../support/app.ts';
import { bees } from '../support/cast.ts';

const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

/** A mail server that takes its time with some inboxes. */
async function slowFor(isSlow: (to: string) => boolean) {
  const came: string[] = [];
  let waiting = 0;
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS', 'AUTH'],
    onRcptTo({ address }, _session, done) {
      if (!isSlow(address)) return done();
      waiting += 1;
      setTimeout(done, 4000);
    },
    onData(stream, session, done) {
      stream.resume();
      stream.on('end', () => {
        came.push(session.envelope.rcptTo[0]?.address ?? '');
        done();
      });
    },
  });
  server.on('error', () => {});
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  closers.push(() => new Promise<void>((done) => server.close(() => done())));
  return { came, waiting: () => waiting, url: `smtp://127.0.0.1:${(server.server.address() as AddressInfo).port}` };
}

test('M12: a dozen slow inboxes keep no letter from going', async () => {
  const post = await slowFor((to) => to.endsWith('@slow.example'));
  const app = await startApp([bees({ pacePerHour: 30 })], { SMTP_URL: post.url });
  closers.push(app.stop);
  const write = (email: string) =>
    postJson(`${app.url}/api/campaigns/save-the-bees/letters`, { country: 'IE', name: 'Sam Okafor', email });
  app.clock.now = Date.parse('2026-11-24T22:00:00Z');
  const { body } = await write('sam@post.example');
  const row = await app.parts.store.submissions.byHandle(app.parts.vault.lookup(body.handle));
  const content = row && app.parts.vault.openJson<{ secrets: { token: string } }>(`submission ${row.id}`, row);
  await postJson(`${app.url}/api/confirmations`, { token: content?.secrets.token });
  for (let i = 0; i < 12; i += 1) await write(`person-${i}@slow.example`);
  await until(() => post.waiting() >= 7, 'the slow ones');
  app.clock.now = Date.parse('2026-11-25T10:00:00Z');
  app.parts.wake();
  const began = Date.now();
  await until(() => post.came.some((to) => to.startsWith('minister@')), 'the letter');
  expect(Date.now() - began).toBeLessThan(3000);
}, 30_000);
