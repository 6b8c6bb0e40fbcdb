import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { counts, postForm, postJson, startApp, type TestApp, until } from '../support/app.ts';
import { AOIFE, bees, SAM } from '../support/cast.ts';
import { freshPostgres } from '../support/postgres.ts';
import { proofIn, startSink } from '../support/sink.ts';

const SLUG = 'save-the-bees';
const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

async function start(env: Record<string, string> = {}, refuse?: (to: string) => Error | null) {
  const sink = await startSink(refuse);
  closers.push(sink.stop);
  const app = await startApp([bees()], { SMTP_URL: sink.url, MAIL_DOMAIN: 'letters.test', ...env });
  closers.push(app.stop);
  return { app, sink };
}
const letters = (app: TestApp) => `${app.url}/api/campaigns/${SLUG}/letters`;
type Sink = Awaited<ReturnType<typeof startSink>>;
const mailTo = (sink: Sink, to: string, nth = 0) =>
  until(() => sink.received.filter((each) => each.to[0] === to)[nth], `a mail to ${to}`);

describe('a letter through the API', () => {
  test('goes from the form to the minister, and the tally says one', async () => {
    const { app, sink } = await start();
    const submitted = await postJson(letters(app), { country: 'IE', ...AOIFE, source: 'newsletter' });
    expect(submitted.status).toBe(202);
    expect(submitted.body.status).toBe('pending');
    expect(await counts(app)).toEqual({ pending: 1 });
    const confirmation = await mailTo(sink, AOIFE.email);
    expect(confirmation.mail.headers.get('auto-submitted')).toBe('auto-generated');
    expect(confirmation.mail.text).not.toContain('bees for ever');
    expect(confirmation.mail.text).not.toContain(AOIFE.ownWords);
    const { token } = proofIn(confirmation.mail.text ?? '');
    expect(sink.received).toHaveLength(1);

    const confirmed = await postJson(`${app.url}/api/confirmations`, { token });
    expect(confirmed.body).toMatchObject({ status: 'confirmed', letters: [{ recipient: 'ie-interior' }] });
    const letter = await mailTo(sink, 'minister@interior-ie.test');
    expect(letter.to).toEqual(['minister@interior-ie.test']);
    expect(letter.from).toMatch(/^b\+[a-z0-9]+@letters\.test$/);
    expect(letter.mail.from?.value).toEqual([
      { name: 'Aoife Ní Bhriain via Friends of Bees', address: expect.stringMatching(/^letter\+.+@letters\.test$/) },
    ]);
    expect(letter.mail.replyTo?.value).toEqual([{ name: AOIFE.name, address: AOIFE.email }]);
    expect(letter.mail.text).toContain(
      'I live in Galway, Ireland, and I ask you to save the bees.\n\nI fled in 2019.\n\nYours sincerely',
    );
    expect(letter.mail.text).toMatch(/\n-- \n[^\n]+\n[^\n]+\n[^\n]+\n$/);
    expect(letter.mail.headers.has('auto-submitted')).toBe(false);
    await until(async () => (await counts(app)).sent === 1, 'sent');
    expect(await counts(app)).toEqual({ sent: 1, people: 1 });

    const again = await postJson(`${app.url}/api/confirmations`, { token });
    expect(again.body).toEqual(confirmed.body);
    const status = confirmed.body.letters[0].statusUrl.replace('/letters/', '/api/letters/');
    expect(await (await fetch(status)).json()).toMatchObject({ state: 'sent', recipient: 'ie-interior' });
  });

  test('one person, one letter: repeats get the same answer, never a second letter', async () => {
    const { app, sink } = await start();
    const first = await postJson(letters(app), { country: 'IE', ...SAM });
    const second = await postJson(letters(app), { country: 'IE', ...SAM });
    expect(Object.keys(second.body)).toEqual(Object.keys(first.body));
    const links = [await mailTo(sink, SAM.email, 0), await mailTo(sink, SAM.email, 1)].map(
      ({ mail }) => proofIn(mail.text ?? '').token,
    );
    expect(links[0]).not.toBe(links[1]);
    await Promise.all(links.map((token) => postJson(`${app.url}/api/confirmations`, { token })));
    await mailTo(sink, 'minister@interior-ie.test');
    await until(async () => (await counts(app)).sent === 1, 'sent');

    // The same person, spelt otherwise, after it has gone.
    const third = await postJson(letters(app), { country: 'IE', ...SAM, email: 'SAM@post.example' });
    expect(third.status).toBe(202);
    const told = await mailTo(sink, 'SAM@post.example');
    expect(told.mail.subject).toBe('Your letter has already gone');
    expect(told.mail.text).not.toContain('/confirm/');
    await until(async () => !(await counts(app)).pending, 'nothing pending');
    expect(await counts(app)).toEqual({ sent: 1, people: 1 });
    expect(sink.received.filter(({ to }) => to[0] === 'minister@interior-ie.test')).toHaveLength(1);
  });

  test('both offices of an EU resident, in the languages they work in', async () => {
    const { app, sink } = await start();
    await postJson(letters(app), { country: 'DE', recipients: ['de-interior', 'eu-bees'], ...SAM });
    const { token } = proofIn((await mailTo(sink, SAM.email)).mail.text ?? '');
    await postJson(`${app.url}/api/confirmations`, { token });
    expect((await mailTo(sink, 'minister@interior-de.test')).mail.text).toContain('Ich lebe in Deutschland');
    expect((await mailTo(sink, 'minister@interior-eu.test')).mail.text).toContain('I live in Germany');
    await until(async () => (await counts(app)).sent === 2, 'both sent');
    expect(await counts(app)).toEqual({ sent: 2, people: 1 });
  });

  test('the code works with the open page only, and five wrong ones close that way', async () => {
    const { app, sink } = await start();
    const { body } = await postJson(letters(app), { country: 'IE', ...SAM });
    const { code, token } = proofIn((await mailTo(sink, SAM.email)).mail.text ?? '');
    const typed = (text: string, handle = body.handle) =>
      postJson(`${app.url}/api/confirmations`, { handle, code: text });
    expect((await typed(code, 'x'.repeat(43))).status).toBe(404);
    const wrong = code === '111 111' ? '222222' : '111111';
    for (let i = 0; i < 5; i += 1) expect((await typed(wrong)).status).toBe(422);
    expect((await typed(code)).status).toBe(410);
    expect((await postJson(`${app.url}/api/confirmations`, { token })).status).toBe(200);
  });

  test('a GET never confirms, however often a scanner fetches it', async () => {
    const { app, sink } = await start();
    await postJson(letters(app), { country: 'IE', ...SAM });
    const { token } = proofIn((await mailTo(sink, SAM.email)).mail.text ?? '');
    for (const method of ['GET', 'HEAD', 'GET'])
      expect((await fetch(`${app.url}/confirm/${token}`, { method })).status).toBe(200);
    expect(await counts(app)).toEqual({ pending: 1 });
  });

  test('an unconfirmed one expires after three days, leaves pending and says so', async () => {
    const { app, sink } = await start();
    await postJson(letters(app), { country: 'IE', ...SAM });
    const { token } = proofIn((await mailTo(sink, SAM.email)).mail.text ?? '');
    app.clock.now += 73 * 3_600_000;
    const late = await postJson(`${app.url}/api/confirmations`, { token });
    expect([late.status, late.type]).toEqual([410, 'application/problem+json; charset=utf-8']);
    const { sweep } = await import('../../server/outbox/sweep.ts');
    await sweep(app.parts);
    expect(await counts(app)).toEqual({});
    expect((await fetch(`${app.url}/confirm/${token}`)).status).toBe(410);
  });

  test('a mailbox that does not exist ends the submission; a passing refusal is tried again', async () => {
    let temporary = true;
    const { app, sink } = await start({}, (to) => {
      if (to === 'gone@post.example') return Object.assign(new Error('no such user'), { responseCode: 550 });
      return temporary ? Object.assign(new Error('try later'), { responseCode: 451 }) : null;
    });
    await postJson(letters(app), { country: 'IE', ...SAM, email: 'gone@post.example' });
    await postJson(letters(app), { country: 'IE', ...SAM });
    await until(async () => (await counts(app)).pending === 1, 'the dead address to be dropped');
    temporary = false;
    expect(sink.received).toHaveLength(0);
    await until(() => {
      // The refusal may still be on its way: the clock goes on until the next try is due.
      app.clock.now += 31_000;
      return sink.received.find(({ to }) => to[0] === SAM.email);
    }, 'the mail, tried again');
  });

  test('every letter that is refused for good is failed, and counted as such', async () => {
    const { app, sink } = await start({}, (to) =>
      to.includes('interior') ? Object.assign(new Error('no such user'), { responseCode: 550 }) : null,
    );
    await postJson(letters(app), { country: 'IE', ...SAM });
    const { token } = proofIn((await mailTo(sink, SAM.email)).mail.text ?? '');
    await postJson(`${app.url}/api/confirmations`, { token });
    await until(async () => (await counts(app)).failed === 1, 'failed');
    expect(await counts(app)).toEqual({ failed: 1, people: 1 });
  });

  test('on PostgreSQL as on SQLite', async () => {
    const { url, drop } = await freshPostgres();
    closers.push(drop);
    const { app, sink } = await start({ DATABASE_URL: url });
    await postJson(letters(app), { country: 'IE', ...AOIFE });
    const { token } = proofIn((await mailTo(sink, AOIFE.email)).mail.text ?? '');
    const answers = await Promise.all(
      Array.from({ length: 30 }, () => postJson(`${app.url}/api/confirmations`, { token })),
    );
    expect(new Set(answers.map(({ status, body }) => JSON.stringify([status, body]))).size).toBe(1);
    await until(async () => (await counts(app)).sent === 1, 'sent');
    expect(await counts(app)).toEqual({ sent: 1, people: 1 });
    expect(sink.received.filter(({ to }) => to[0]?.includes('interior'))).toHaveLength(1);
  });

  test('over a restart between any two steps', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'dear-minister-restart-'));
    closers.push(async () => rmSync(folder, { recursive: true, force: true }));
    const sink = await startSink();
    closers.push(sink.stop);
    const env = { SMTP_URL: sink.url, DATABASE_URL: `file:${join(folder, 'r.db')}` };
    const step = async <T>(act: (app: TestApp) => Promise<T>): Promise<T> => {
      const app = await startApp([bees()], env);
      try {
        return await act(app);
      } finally {
        await app.stop();
      }
    };
    const page = await step((app) => fetch(`${app.url}/c/${SLUG}?country=IE`).then((answer) => answer.text()));
    expect(page).toContain('Minister of IE');
    const handle = await step(async (app) => {
      const { html } = await postForm(`${app.url}/c/${SLUG}`, {
        country: 'IE',
        recipients: 'ie-interior',
        lang: 'en',
        ...SAM,
      });
      return /name="handle" value="([^"]+)"/.exec(html)?.[1] ?? '';
    });
    const { code } = proofIn((await step(async () => mailTo(sink, SAM.email))).mail.text ?? '');
    const check = await step((app) => postForm(`${app.url}/code`, { handle, code, lang: 'en' }));
    expect(check.html).toContain('Send my letter to Minister of IE');
    const done = await step((app) => postForm(`${app.url}/code/confirm`, { handle, code, lang: 'en' }));
    expect(done.status).toBe(200);
    await step(async () => mailTo(sink, 'minister@interior-ie.test'));
    expect(await step(counts)).toEqual({ sent: 1, people: 1 });
    expect(sink.received).toHaveLength(2);
  });

  test('a demonstration never leaves the machine, even with a mail server set', async () => {
    const sink = await startSink();
    closers.push(sink.stop);
    const app = await startApp([bees({ demonstration: true, opens: '2021-11-15', closes: '2021-11-25' })], {
      SMTP_URL: sink.url,
    });
    closers.push(app.stop);
    const { body } = await postJson(letters(app), { country: 'IE', ...SAM });
    const mails = await until(async () => {
      const { html } = await postForm(`${app.url}/mails`, { handle: body.handle, lang: 'en' });
      return html.includes('/confirm/') && html;
    }, 'the visitor’s own mail');
    const { token } = proofIn(mails.replaceAll(/<[^>]+>/g, ''));
    await postJson(`${app.url}/api/confirmations`, { token });
    await until(async () => (await counts(app)).sent === 1, 'sent');
    const { html } = await postForm(`${app.url}/mails`, { handle: body.handle, lang: 'en' });
    expect(html).toContain('15 November 2021');
    expect((await postForm(`${app.url}/mails`, { handle: 'y'.repeat(43), lang: 'en' })).status).toBe(404);
    expect((await fetch(`${app.url}/mailbox`)).status).toBe(404);
    expect(sink.received).toHaveLength(0);
  });

  test('mails of a real campaign are shown to nobody by the open page', async () => {
    const { app, sink } = await start();
    const { body } = await postJson(letters(app), { country: 'IE', ...SAM });
    await mailTo(sink, SAM.email);
    expect((await postForm(`${app.url}/mails`, { handle: body.handle, lang: 'en' })).status).toBe(404);
  });

  test('a ticket that is not ours counts nothing as said', async () => {
    const { app } = await start();
    const fields = { country: 'IE', recipient: 'ie-interior', language: 'en', lang: 'en' };
    const { html } = await postForm(`${app.url}/c/${SLUG}/draft`, fields);
    const ticket = /name="ticket" value="([^"]+)"/.exec(html)?.[1] ?? '';
    for (const forged of ['', 'x'.repeat(51), `${ticket.slice(0, -3)}AAA`]) {
      expect((await postForm(`${app.url}/c/${SLUG}/said`, { ...fields, ticket: forged })).status).toBe(200);
    }
    expect(await counts(app)).toEqual({ prepared: 1 });
    await postForm(`${app.url}/c/${SLUG}/said`, { ...fields, ticket });
    await postForm(`${app.url}/c/${SLUG}/said`, { ...fields, ticket });
    expect(await counts(app)).toEqual({ prepared: 1, said: 1 });
  });
});
