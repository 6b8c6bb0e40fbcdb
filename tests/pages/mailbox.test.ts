import { request } from 'node:http';
import { text } from 'node:stream/consumers';
import { afterEach, expect, test } from 'vitest';
import { mailboxIsShown } from '../../server/pages/mailbox.ts';
import { counts, postJson, startApp, type TestApp, until } from '../support/app.ts';
import { bees, SAM } from '../support/cast.ts';
import { person } from '../support/letters.ts';
import { proofIn } from '../support/sink.ts';

const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

async function start(env: Record<string, string> = {}): Promise<TestApp> {
  const app = await startApp([bees({ editing: 'full' })], env);
  closers.push(app.stop);
  await postJson(`${app.url}/api/campaigns/save-the-bees/letters`, { country: 'IE', ...SAM });
  await until(async () => (await counts(app)).pending === 1, 'the letter');
  await until(async () => (await app.parts.store.mailbox.latest(1)).length === 1, 'the mail');
  return app;
}

/** Asks by any name; `fetch` would put its own. */
function ask(app: TestApp, path: string, headers: Record<string, string>): Promise<{ status: number; body: string }> {
  return new Promise((done, failed) => {
    const asking = request(app.url + path, { headers }, async (answer) =>
      done({ status: answer.statusCode ?? 0, body: await text(answer) }),
    );
    asking.on('error', failed).end();
  });
}

test('the mailbox is read on this machine, and by no other name', async () => {
  const app = await start({ TRUST_PROXY: 'loopback' });
  const { port } = new URL(app.url);
  for (const path of ['/mailbox', '/mailbox.json']) {
    for (const host of [`127.0.0.1:${port}`, 'localhost', '[::1]:3000'])
      expect(await ask(app, path, { host })).toMatchObject({ status: 200, body: expect.stringContaining(SAM.email) });
    for (const headers of [
      { host: 'evil.example' },
      { host: 'localhost.evil.example' },
      { host: 'letters.example', 'x-forwarded-host': 'localhost' },
    ])
      expect(await ask(app, path, headers)).toMatchObject({
        status: 404,
        body: expect.not.stringContaining(SAM.email),
      });
  }
});

test.each([
  { SMTP_URL: 'smtp://127.0.0.1:1' },
  { HOST: '0.0.0.0' },
  { PUBLIC_URL: 'https://letters.example' },
  { PUBLIC_URL: 'http://127.0.0.1.evil.example' },
])('with %j there is none', async (env) => {
  const { parts } = await startApp([], env).then((app) => {
    closers.push(app.stop);
    return app;
  });
  expect(mailboxIsShown(parts)).toBe(false);
});

test('a line of a mail is a link only where it leads to us', async () => {
  const app = await start();
  const typed = ['/privacy', '//evil.example', '/\\evil.example'].map((path) => app.url + path);
  const letter = { country: 'IE', ...person(1), subject: 'Bees', body: `${typed.join('\n')}\n\nSam` };
  await postJson(`${app.url}/api/campaigns/save-the-bees/letters`, letter);
  const mail = await until(async () => {
    const mails = (await (await fetch(`${app.url}/mailbox.json`)).json()) as {
      envelope: { to: string };
      text: string;
    }[];
    return mails.find(({ envelope }) => envelope.to === person(1).email);
  }, 'the mail');
  const { token } = proofIn(mail.text);
  expect((await postJson(`${app.url}/api/confirmations`, { token })).status).toBe(200);
  const page = await until(async () => {
    const html = await (await fetch(`${app.url}/mailbox`)).text();
    return html.includes('evil') && html;
  }, 'the letter');
  expect(page).toContain('href="/privacy"');
  expect(page).toContain('href="/confirm/');
  expect(page.match(/href="[^"]*evil/g)).toBeNull();
});
