import { afterEach, expect, test } from 'vitest';
import type { CampaignVisit } from '../../server/desk/desk.ts';
import { openJobs } from '../../server/desk/jobs.ts';
import { signInLink } from '../../server/desk/sign-in.ts';
import { Refusal } from '../../server/domain/errors.ts';
import { startApp, type TestApp, until } from '../support/app.ts';
import { openBrowser } from '../support/browser.ts';
import { bees } from '../support/cast.ts';
import { owner } from '../support/desk.ts';

const SLUG = 'save-the-bees';
const BASE = `/desk/c/${SLUG}`;
const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

async function start() {
  const app = await startApp([bees(), bees({ slug: 'other' })]);
  closers.push(app.stop);
  const jobs = openJobs(app.parts);
  closers.push(jobs.stop);
  return { app, jobs, ada: await owner(app) };
}

const visitIn = (app: TestApp) =>
  ({ campaign: app.parts.campaigns.find(SLUG), who: { id: 'ada' }, base: BASE }) as unknown as CampaignVisit;

/** Work that goes on until it is let end. */
function gate() {
  let open = () => {};
  const opened = new Promise<void>((done) => {
    open = done;
  });
  return { open, opened };
}

test('one that takes longer shows how far it is, then what came of it; that stays', async () => {
  const { app, jobs, ada } = await start();
  const { open, opened } = gate();
  const here = await jobs.start(visitIn(app), 'decide', 8, async (step) => {
    app.clock.now += 1000;
    await step(3);
    await opened;
    return { words: 'Eight letters were looked at.', href: `${BASE}/held` };
  });
  const { html } = await ada.get(here);
  expect(html).toContain('<progress class="far" value="3" max="8"');
  expect(html).toContain('3 of 8 so far');
  open();
  const after = await until(async () => {
    const page = await ada.get(here);
    return page.html.includes('data-running="false"') && page.html;
  }, 'the end');
  expect(after).toContain('Eight letters were looked at.');
  expect(after).toContain(`href="${BASE}/held"`);
  app.clock.now += 20 * 3_600_000;
  expect((await ada.get(`${BASE}/jobs`)).html).toContain('Eight letters were looked at.');
});

test('one that is quick and has nothing to say leads on at once', async () => {
  const { app, jobs } = await start();
  expect(await jobs.start(visitIn(app), 'look', 1, async () => ({ words: '', href: `${BASE}/recipients` }))).toBe(
    `${BASE}/recipients`,
  );
});

test('what it made is had from its page, and from no other campaign’s', async () => {
  const { app, jobs, ada } = await start();
  const content = Buffer.from('a,b\r\n');
  const work = async () => ({ words: 'The tally is there.', file: 'tally.csv', content });
  // It was quick: the file is brought at once; its page has it too.
  const href = await jobs.start(visitIn(app), 'export', 1, work);
  expect((await ada.get(href.replace('/tally.csv', ''))).html).toContain(`href="${href}"`);
  expect((await ada.get(href)).html).toBe('a,b\r\n');
  for (const wrong of [href.replace('tally.csv', 'other.csv'), href.replace(SLUG, 'other'), `${BASE}/jobs/none`])
    expect([wrong, (await ada.get(wrong)).status]).toEqual([wrong, 404]);
});

test.each([
  ['a refusal says its own sentence', new Refusal('not-allowed'), 'Your role here does not reach so far'],
  ['a fault is ours, and no page breaks', new TypeError('x of undefined'), 'a fault on our side. Begin it again.'],
])('where it fails, %s', async (_, error, says) => {
  const { app, jobs, ada } = await start();
  const here = await jobs.start(visitIn(app), 'export', 1, () => Promise.reject(error));
  const { html, status } = await ada.get(here);
  expect([status, html.includes(says)]).toEqual([200, true]);
  expect(html).not.toContain('of undefined');
  expect(app.logged.join('')).not.toContain('of undefined');
});

test('when the program ends in the middle it says so, be it in order or by a crash', async () => {
  const { app, jobs, ada } = await start();
  const { open, opened } = gate();
  const here = await jobs.start(visitIn(app), 'decide', 8, async (step) => {
    await opened;
    await step(4);
    return { words: 'never', href: '' };
  });
  const ended = jobs.stop();
  open();
  await ended;
  expect((await ada.get(here)).html).toContain('It was broken off, because the program ended. Begin it again.');
  const now = app.clock.now;
  await app.parts.store.jobs.add({ id: 'crashed', campaign: SLUG, campaigner: 'ada', kind: 'look', total: 5 }, now);
  expect((await ada.get(`${BASE}/jobs/crashed`)).html).toContain('data-running="true"');
  app.clock.now += 31_000;
  const { html } = await ada.get(`${BASE}/jobs/crashed`);
  expect(html).toContain('data-running="false"');
  expect(html).toContain('It was broken off');
});

test('with script its page goes on by itself, and the focus stays', async () => {
  const { app, jobs } = await start();
  const { open, opened } = gate();
  const browser = await openBrowser();
  closers.push(() => browser.close());
  const page = await browser.newPage();
  closers.push(() => open());
  const [ada] = await app.parts.store.campaigners.all();
  await page.goto(await signInLink(app.parts, ada?.id as string));
  await page.getByRole('button', { name: 'Sign me in' }).click();
  const here = await jobs.start(visitIn(app), 'decide', 8, async (step) => {
    app.clock.now += 1000;
    await step(3);
    await opened;
    return { words: 'Eight letters were looked at.', href: `${BASE}/held` };
  });
  await page.goto(`${app.url}${here}`);
  await page.getByText('See how far it is now').focus();
  await page.evaluate('document.activeElement.dataset.mine = "yes"');
  await app.parts.store.jobs.step(here.split('/').at(-1) as string, 6, 8, app.clock.now);
  await until(async () => (await page.evaluate('document.querySelector("progress").value')) === 6, 'the bar to move');
  expect(await page.evaluate('document.activeElement.dataset.mine')).toBe('yes');
  open();
  await until(async () => (await page.textContent('#job'))?.includes('Eight letters were looked at.'), 'the result');
});
