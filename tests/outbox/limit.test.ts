import { afterEach, expect, test } from 'vitest';
import { counts, postJson, startApp, until } from '../support/app.ts';
import { bees } from '../support/cast.ts';
import { person } from '../support/letters.ts';
import { proofIn, startSink } from '../support/sink.ts';

const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

const wasps = () => {
  const content = bees({ slug: 'save-the-wasps' });
  return { ...content, facts: { ...content.facts, slug: 'save-the-wasps' } };
};

async function start(refuse?: (to: string) => Error | null) {
  const sink = await startSink(refuse);
  closers.push(sink.stop);
  const app = await startApp([bees(), wasps()], { SMTP_URL: sink.url });
  closers.push(app.stop);
  const write = (email: string, slug = 'save-the-bees') =>
    postJson(`${app.url}/api/campaigns/${slug}/letters`, { country: 'IE', name: 'Sam Okafor', email });
  const settled = () => until(async () => (await app.parts.store.submissions.claimDue(0, 0, 1)).length === 0);
  return { app, sink, write, settled };
}

test('W14, W15: 100 requests for one mailbox, however it is spelt, are three mails; all answers are alike', async () => {
  const { app, sink, write } = await start();
  const spellings = ['sam@post.example', 'SAM@post.example', 'sam+1@post.example', 'sam+two@POST.example'];
  const answers = [];
  for (let i = 0; i < 100; i += 1) {
    answers.push(await write(spellings[i % 4] as string, i % 2 ? 'save-the-bees' : 'save-the-wasps'));
  }
  answers.push(await write('other@post.example'));
  await until(() => sink.received.some(({ to }) => to[0] === 'other@post.example'), 'the other’s mail');
  const pending = async () => ((await counts(app)).pending ?? 0) + ((await counts(app, 'save-the-wasps')).pending ?? 0);
  await until(async () => (await pending()) === 4, 'the rest to end');
  expect(sink.received.filter(({ to }) => to[0]?.toLowerCase().startsWith('sam'))).toHaveLength(3);
  expect(
    new Set(answers.map(({ status, body }) => `${status} ${Object.keys(body)} ${JSON.stringify(body).length}`)).size,
  ).toBe(1);
}, 30_000);

test('the next day there are three more', async () => {
  const { app, sink, write } = await start();
  for (let i = 0; i < 5; i += 1) await write('sam@post.example');
  await until(async () => (await counts(app)).pending === 3 && sink.received.length === 3, 'three mails');
  app.clock.now += 24 * 3_600_000;
  for (let i = 0; i < 5; i += 1) await write('sam@post.example');
  await until(() => sink.received.length === 6, 'six mails');
});

test('a mail that was put off before anybody got it does not count', async () => {
  let busy = 5;
  const later = Object.assign(new Error('4.2.0 later'), { responseCode: 450 });
  const { app, sink, write } = await start(() => (busy-- > 0 ? later : null));
  await write('sam@post.example');
  for (let left = 4; left >= -1; left -= 1) {
    await until(() => busy <= left, 'a try');
    await new Promise((done) => setTimeout(done, 100));
    app.clock.now += 2 * 3_600_000;
  }
  await until(() => sink.received.length === 1, 'the mail');
  for (let i = 0; i < 4; i += 1) await write('sam@post.example');
  await until(async () => sink.received.length === 3 && (await counts(app)).pending === 3, 'two more');
});

test('P3: in neutral words a mail says nothing of campaign, organiser or minister', async () => {
  const { app, sink } = await start();
  const call = { country: 'IE', ...person(1), neutral: true };
  for (const n of [1, 2]) {
    await postJson(`${app.url}/api/campaigns/save-the-bees/letters`, call);
    const { mail, raw } = await until(() => sink.received.filter(({ to }) => to[0] === call.email)[n - 1], 'the mail');
    expect(`${raw}\n${mail.subject}\n${mail.text}\n${mail.from?.text}`).not.toMatch(
      /\bbees|friend|minister|letter[^s]|campaign/i,
    );
    if (n === 1) await postJson(`${app.url}/api/confirmations`, { token: proofIn(mail.text ?? '').token });
  }
});
