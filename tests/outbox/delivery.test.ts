import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { takeReturned } from '../../server/acts/bounce.ts';
import type { Verdict } from '../../server/domain/bounce.ts';
import { sweep } from '../../server/outbox/sweep.ts';
import { counts, postForm, startApp, type TestApp, until } from '../support/app.ts';
import { bees, SAM } from '../support/cast.ts';
import { confirmLetter, heldFor, lettersTo, person, statusOf } from '../support/letters.ts';
import { startSink } from '../support/sink.ts';

const SLUG = 'save-the-bees';
const HOUR = 3_600_000;
const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

async function start(
  facts: Parameters<typeof bees>[0] = {},
  refuse?: (to: string) => Error | null,
  env: Record<string, string> = {},
) {
  const sink = await startSink(refuse);
  closers.push(sink.stop);
  const app = await startApp([bees(facts)], { SMTP_URL: sink.url, ...env });
  closers.push(app.stop);
  return { app, sink };
}

const refusal = (responseCode: number, message: string) => Object.assign(new Error(message), { responseCode });
const isOffice = (to: string) => to.includes('interior');
/** Time enough for the outbox to do what it should not. */
const aMoment = () => new Promise((done) => setTimeout(done, 400));
const verdict = (kind: Verdict['kind']): Verdict => ({ kind, status: '5.1.1', recipient: null });
const notices = async (app: TestApp) =>
  (await app.parts.store.notices.ofCampaign(SLUG)).map(({ kind, recipient, n }) => [kind, recipient, n]);

describe('the pace', () => {
  test('one leaves at once, the next at its turn; another office does not wait for it', async () => {
    const { app, sink } = await start({ pacePerHour: 30 });
    const [first] = await confirmLetter(app, sink, person(1));
    await until(() => lettersTo(sink, 'ie').length === 1, 'the first letter');
    const tokens = [];
    for (const n of [2, 3, 4]) tokens.push(...(await confirmLetter(app, sink, person(n))));
    await confirmLetter(app, sink, person(5), 'DE');
    await until(() => lettersTo(sink, 'de').length === 1, 'the other office');
    await aMoment();
    expect(lettersTo(sink, 'ie')).toHaveLength(1);
    expect(await statusOf(app, first as string)).toMatchObject({ state: 'sent', expectedAt: null });

    await app.parts.campaigns.refresh();
    const waits = await Promise.all(tokens.map((token) => statusOf(app, token)));
    expect(waits.map(({ state }) => state)).toEqual(['confirmed', 'confirmed', 'confirmed']);
    const expected = waits.map(({ expectedAt }) => Date.parse(expectedAt ?? '') - app.clock.now);
    expect(expected).toEqual([120_000, 240_000, 360_000]);
    for (const sent of [2, 3, 4]) {
      app.clock.now += 119_000;
      await aMoment();
      expect(lettersTo(sink, 'ie')).toHaveLength(sent - 1);
      app.clock.now += 1000;
      await until(() => lettersTo(sink, 'ie').length === sent, `letter ${sent}`);
    }
    await until(async () => (await counts(app)).sent === 5, 'all sent');
  });

  test('I11: a clock that ran ahead for a while stops no queue', async () => {
    const { app, sink } = await start({ pacePerHour: 30 });
    const right = app.clock.now;
    app.clock.now = right + 300 * 24 * HOUR;
    await confirmLetter(app, sink, person(1));
    await until(async () => (await counts(app)).sent === 1, 'the first letter');
    app.clock.now = right + HOUR;
    await confirmLetter(app, sink, person(2));
    await sweep(app.parts);
    await until(() => lettersTo(sink, 'ie').length === 2, 'the letter after it');
  });

  test('nothing leaves at night: a letter waits for the office’s own morning', async () => {
    const { app, sink } = await start({ pacePerHour: 30 });
    app.clock.now = Date.parse('2026-11-24T21:00:00Z');
    await confirmLetter(app, sink, person(1));
    await aMoment();
    expect(lettersTo(sink, 'ie')).toHaveLength(0);
    app.clock.now = Date.parse('2026-11-25T07:59:00Z');
    await aMoment();
    expect(lettersTo(sink, 'ie')).toHaveLength(0);
    app.clock.now = Date.parse('2026-11-25T08:05:00Z');
    await until(() => lettersTo(sink, 'ie').length === 1, 'the morning’s letter');
  });

  test('without one all leave at once, at any hour', async () => {
    const { app, sink } = await start({ pacePerHour: null });
    app.clock.now = Date.parse('2026-11-24T03:00:00Z');
    for (const n of [1, 2, 3]) await confirmLetter(app, sink, person(n));
    await until(() => lettersTo(sink, 'ie').length === 3, 'all');
  });

  test('where a letter would go too late the pages lead with drafts and say why', async () => {
    const { app, sink } = await start({ pacePerHour: 1, actBefore: '2026-11-25' });
    const page = async () => (await fetch(`${app.url}/c/${SLUG}?country=IE&lang=en`)).text();
    expect(await page()).not.toContain('<details');
    for (let n = 0; n < 30; n += 1) await confirmLetter(app, sink, person(n));
    await app.parts.campaigns.refresh();
    const html = await page();
    expect(html).toMatch(/would go about 26 November 2026\. The campaign asks to act before 25 November 2026/);
    expect(html).toContain('<details>');
    expect(html.indexOf('would go about')).toBeLessThan(html.indexOf('/draft'));
    const done = await page();
    expect(done).toContain('Have it sent all the same');
  });
});

describe('what an office answers', () => {
  test('an address that does not exist: failed; a policy: held, with the server’s words and no address', async () => {
    const { app, sink } = await start({}, (to) => {
      if (to.includes('interior-ie')) return refusal(550, '5.1.1 <minister@interior-ie.test> no such user');
      return to.includes('interior-de') ? refusal(550, '5.7.1 we do not take campaigns') : null;
    });
    const [gone] = await confirmLetter(app, sink, person(1));
    const [policy] = await confirmLetter(app, sink, person(2), 'DE');
    await until(async () => (await statusOf(app, policy as string)).state === 'held', 'held');
    await until(async () => (await statusOf(app, gone as string)).state === 'failed', 'failed');
    expect(await counts(app)).toEqual({ failed: 1, confirmed: 1, people: 2 });
    const html = await (await fetch(`${app.url}/letters/${policy}?lang=en`)).text();
    expect(html).toContain('5.7.1 we do not take campaigns');
    expect(html).toContain('for reasons of its own');
    const failed = await (await fetch(`${app.url}/letters/${gone}?lang=en`)).text();
    expect(failed).toContain('does not exist any more');
    expect(failed).not.toContain('minister@interior-ie.test');
    expect(await notices(app)).toEqual([
      ['gone', 'ie-interior', 1],
      ['policy', 'de-interior', 1],
    ]);
    const [id = ''] = await app.parts.store.letters.heldIds(heldFor(SLUG, 'de-interior'));
    expect((await app.parts.store.letters.byId(id))?.box).not.toBeNull();
  });

  test('I10: an office that repeats whose letter it is: its words are kept without them', async () => {
    const { name, email } = { name: 'Zoë Quarrington', email: 'zquarr@post.example' };
    const { app, sink } = await start({}, (to) =>
      isOffice(to)
        ? refusal(
            550,
            `5.7.1 Mail of "${name} via Friends of Bees" (QUARRINGTON, =?utf-8?Q?Zo=C3=AB?=, <zquarr>) is not wanted`,
          )
        : null,
    );
    const [token] = await confirmLetter(app, sink, { name, email });
    await until(async () => (await statusOf(app, token as string)).state === 'held', 'held');
    const [row] = await app.parts.store.letters.heldSome(heldFor(SLUG, 'ie-interior'), 9);
    expect(row?.answer).toContain('5.7.1 Mail of "… via Friends of Bees" … … <…>) is not wanted');
    expect(row?.answer).not.toMatch(/zo|quarr/i);
  });

  test('"later" for five days: held, not lost', async () => {
    const { app, sink } = await start({}, (to) => (isOffice(to) ? refusal(451, 'greylisted') : null));
    const [token] = await confirmLetter(app, sink, person(1));
    const queue = () => app.parts.store.queues.of(SLUG, 'ie-interior');
    await until(async () => {
      const wait = ((await queue())?.dueAt ?? 0) - app.clock.now;
      return wait > 0 && wait <= 30_000;
    }, 'the first try again, within half a minute');
    await until(async () => {
      app.clock.now += 6 * HOUR;
      return (await statusOf(app, token as string)).state === 'held';
    }, 'held');
    expect(app.clock.now - Date.parse('2026-11-24T10:00:00Z')).toBeGreaterThan(5 * 24 * HOUR);
    expect(await notices(app)).toEqual([['put-off', 'ie-interior', 1]]);
  });

  test('a letter that was put off does not come back before the pace allows', async () => {
    const tries: number[] = [];
    const { app, sink } = await start({ pacePerHour: 30 }, (to) => {
      if (isOffice(to)) tries.push(app.clock.now);
      return isOffice(to) ? refusal(451, 'greylisted') : null;
    });
    await confirmLetter(app, sink, person(1));
    for (let second = 0; second < 130; second += 5) {
      app.clock.now += 5000;
      await new Promise((done) => setTimeout(done, 30));
    }
    await until(() => tries.length >= 2, 'the second try');
    expect((tries[1] ?? 0) - (tries[0] ?? 0)).toBeGreaterThanOrEqual(60_000);
  });

  test('M11: without encryption that is required nothing goes in the clear: letters are held', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'dear-minister-tls-'));
    closers.push(async () => rmSync(folder, { recursive: true, force: true }));
    const DATABASE_URL = `file:${join(folder, 'tls.db')}`;
    const { app, sink } = await start({ pacePerHour: 30 }, undefined, { DATABASE_URL });
    const [clear] = await confirmLetter(app, sink, person(1));
    await until(async () => (await statusOf(app, clear as string)).state === 'sent', 'the control: clear on loopback');
    const [token] = await confirmLetter(app, sink, person(2));
    await app.stop();
    closers.pop();
    const strict = await startApp([], { SMTP_URL: sink.url, DATABASE_URL, SMTP_TLS: 'required' });
    closers.push(strict.stop);
    strict.clock.now += HOUR;
    await until(async () => (await statusOf(strict, token as string)).state === 'held', 'held');
    expect(lettersTo(sink, 'ie')).toHaveLength(1);
    expect(await (await fetch(`${strict.url}/letters/${token}?lang=en`)).text()).toContain(
      'in the clear we send nothing',
    );
    expect(await notices(strict)).toEqual([['tls', 'ie-interior', 1]]);
  });

  test('an office that keeps refusing: its pages turn to drafts, what waits is held, a person lets it go again', async () => {
    let refuses = true;
    const { app, sink } = await start({}, (to) =>
      refuses && to.includes('interior-ie') ? refusal(550, '5.1.1 no such user') : null,
    );
    for (const n of [1, 2, 3]) {
      await confirmLetter(app, sink, person(n));
      await until(async () => (await counts(app)).failed === n, `refusal ${n}`);
    }
    await until(async () => (await app.parts.store.queues.of(SLUG, 'ie-interior'))?.refusingSince, 'refusing');
    await app.parts.campaigns.refresh();
    const page = await (await fetch(`${app.url}/c/${SLUG}?country=IE&lang=en`)).text();
    expect(page).toContain('keeps refusing the letters we carry');
    expect(page).not.toContain('name="email"');
    const answer = await (await fetch(`${app.url}/api/campaigns/${SLUG}/recipients?country=IE`)).json();
    expect((answer as { recipients: { channels: string[] }[] }).recipients[0]?.channels).toEqual(['draft']);
    expect((await notices(app)).map(([kind]) => kind)).toContain('refusing');
    expect(app.logged.filter((line) => line.includes('keeps refusing'))).toHaveLength(1);

    refuses = false;
    await app.parts.store.queues.trust(SLUG, 'ie-interior');
    await app.parts.campaigns.refresh();
    await confirmLetter(app, sink, person(9));
    await until(() => lettersTo(sink, 'ie').length === 1, 'trusted again');
  });
});

/** A submission that is owed its confirmation mail. */
async function ready({ parts, clock }: TestApp) {
  const id = parts.vault.newId();
  const secrets = parts.vault.newSecrets();
  return {
    id,
    campaign: SLUG,
    country: 'IE',
    source: '',
    recipients: 'ie-interior',
    tokenHash: parts.vault.lookup(secrets.token),
    handleHash: parts.vault.lookup(secrets.handle),
    ...parts.vault.sealJson(
      `submission ${id}`,
      {
        ...SAM,
        place: '',
        ownWords: '',
        secrets,
        lang: 'en',
        letters: [],
      },
      clock.now,
    ),
    day: '2026-11-24',
    dueAt: clock.now,
    expiresAt: clock.now + HOUR,
  };
}

describe('letters that cannot go', () => {
  test('M14: an address that vanished, a letter that cannot be made: each is held, no other is hindered', async () => {
    const { app, sink } = await start({ pacePerHour: 30 });
    app.clock.now = Date.parse('2026-11-24T22:00:00Z');
    const [vanished] = await confirmLetter(app, sink, person(1), 'IE');
    const [broken] = await confirmLetter(app, sink, person(2), 'DE');
    const [fine] = await confirmLetter(app, sink, person(3), 'FR');
    const content = bees({ pacePerHour: 30 });
    const recipients = content.recipients.map((each) => {
      if (each.id === 'ie-interior') return { ...each, email: undefined as never };
      return each.id === 'de-interior' ? { ...each, email: 'one@office.test, two@office.test' } : each;
    });
    const { revision } = (await app.parts.store.campaigns.load(SLUG)) as { revision: number };
    await app.parts.store.campaigns.save({ ...content, recipients }, revision, app.clock.now);
    await app.parts.campaigns.refresh();
    app.clock.now = Date.parse('2026-11-25T09:00:00Z');
    await until(async () => (await statusOf(app, fine as string)).state === 'sent', 'the fine one');
    await until(async () => (await statusOf(app, vanished as string)).state === 'held', 'the vanished');
    await until(async () => (await statusOf(app, broken as string)).state === 'held', 'the broken');
    expect(await notices(app)).toEqual([
      ['no-address', 'ie-interior', 1],
      ['unsendable', 'de-interior', 1],
    ]);
  });

  test('I1: a campaign that this process does not know yet ends no submission and holds no letter', async () => {
    const { app, sink } = await start({ pacePerHour: 30 });
    app.clock.now = Date.parse('2026-11-24T22:00:00Z');
    const [token] = await confirmLetter(app, sink, person(1));
    const unknown = vi.spyOn(app.parts.campaigns, 'get').mockReturnValue(null);
    app.clock.now = Date.parse('2026-11-25T09:00:00Z');
    await app.parts.store.submissions.add(await ready(app), []);
    app.parts.wake();
    await aMoment();
    unknown.mockRestore();
    expect(await notices(app)).toEqual([]);
    app.clock.now += 2000;
    await until(() => sink.received.some(({ to }) => to[0] === SAM.email), 'the confirmation mail');
    await until(async () => (await statusOf(app, token as string)).state === 'sent', 'the letter');
  });

  test('a letter that failed, or was given up, can be written anew, as its page says', async () => {
    let no: Error | null = refusal(550, '5.1.1 no such user');
    const { app, sink } = await start({}, (to) => (isOffice(to) ? no : null));
    const [failed] = await confirmLetter(app, sink, person(1));
    await until(async () => (await statusOf(app, failed as string)).state === 'failed', 'failed');
    no = refusal(554, '5.7.1 no');
    const [held] = await confirmLetter(app, sink, person(2));
    await until(async () => (await statusOf(app, held as string)).state === 'held', 'held');
    app.clock.now += 7 * 24 * HOUR + 1000;
    await sweep(app.parts);
    no = null;
    for (const n of [1, 2]) {
      sink.received.length = 0;
      await confirmLetter(app, sink, person(n));
      await until(() => lettersTo(sink, 'ie').length === 1, 'the letter written anew');
    }
    expect(await counts(app)).toMatchObject({ failed: 2, sent: 2, people: 2 });
  });

  test('a letter text that cannot be read leaves the other languages and campaigns alone', async () => {
    const content = bees();
    content.texts.de = 'Broken\n\n{{#each this}}';
    const sink = await startSink();
    closers.push(sink.stop);
    const app = await startApp([content, bees({ slug: 'save-the-hares' })], { SMTP_URL: sink.url });
    closers.push(app.stop);
    expect((await fetch(`${app.url}/c/save-the-hares?country=DE`)).status).toBe(200);
    await confirmLetter(app, sink, person(1), 'IE');
    await until(() => lettersTo(sink, 'ie').length === 1, 'the letter in English');
    const german = await fetch(`${app.url}/api/campaigns/${SLUG}/letter?country=DE&language=de`);
    expect(german.status).toBe(422);
    expect(await notices(app)).toEqual([['text', '', 1]]);
  });

  test('held for a week: given up, counted as failed, and erased', async () => {
    const { app, sink } = await start({}, (to) => (isOffice(to) ? refusal(554, '5.7.1 no') : null));
    const [token] = await confirmLetter(app, sink, person(1));
    await until(async () => (await statusOf(app, token as string)).state === 'held', 'held');
    app.clock.now += 6 * 24 * HOUR;
    await sweep(app.parts);
    expect((await statusOf(app, token as string)).state).toBe('held');
    app.clock.now += 25 * HOUR;
    await sweep(app.parts);
    expect((await statusOf(app, token as string)).state).toBe('expired');
    expect(await counts(app)).toEqual({ failed: 1, people: 1 });
  });

  test('a mail server that is away: everything waits, no letter is tried in vain, all goes when it is back', async () => {
    const away = await startSink();
    await away.stop();
    const app = await startApp([bees()], { SMTP_URL: away.url });
    closers.push(app.stop);
    for (let n = 0; n < 3; n += 1) await app.parts.store.submissions.add(await ready(app), []);
    app.parts.wake();
    await aMoment();
    for (let minute = 0; minute < 10; minute += 1) {
      app.clock.now += 61_000;
      await new Promise((done) => setTimeout(done, 60));
    }
    // One may just be asking; when it has its answer, it waits as well.
    await aMoment();
    const tries = (await app.parts.store.submissions.claimDue(app.clock.now, app.clock.now, 9)).map(
      ({ attempts }) => attempts - 1,
    );
    expect(tries).toHaveLength(3);
    // About one a minute in all, not one a minute for each.
    expect(tries.reduce((sum, n) => sum + n, 0)).toBeLessThanOrEqual(14);
    expect(app.logged.filter((line) => line.includes('"level":50'))).toEqual([]);
  });
});

describe('the sender', () => {
  test('looks before the confirmation by the mail’s own link, and withdraws while it waits', async () => {
    const { app, sink } = await start({ pacePerHour: 30 });
    await confirmLetter(app, sink, person(1));
    const [token] = await confirmLetter(app, sink, person(2));
    await until(() => lettersTo(sink, 'ie').length === 1, 'the first letter');
    await app.parts.campaigns.refresh();
    const html = await (await fetch(`${app.url}/letters/${token}?lang=en`)).text();
    expect(html).toContain('It will leave about 24 November 2026');
    expect(html).toContain('Withdraw my letter');
    expect((await fetch(`${app.url}/letters/${token}/withdraw`)).status).toBe(404);
    const { status } = await postForm(`${app.url}/letters/${token}/withdraw`, { lang: 'en' });
    expect(status).toBe(200);
    expect(await statusOf(app, token as string)).toMatchObject({ state: 'withdrawn' });
    expect((await postForm(`${app.url}/letters/${token}/withdraw`, { lang: 'en' })).status).toBe(200);
    app.clock.now += HOUR;
    await aMoment();
    expect(lettersTo(sink, 'ie')).toHaveLength(1);
    expect(await counts(app)).toEqual({ sent: 1, people: 2 });
    // And may write it anew.
    sink.received.length = 0;
    await confirmLetter(app, sink, person(2));
    await until(() => lettersTo(sink, 'ie').length === 1, 'the letter written anew');
    expect((await postForm(`${app.url}/letters/${'x'.repeat(43)}/withdraw`, { lang: 'en' })).status).toBe(404);
  });

  test('sees a letter that came back, and one press makes a draft of it that only this link opens', async () => {
    const { app, sink } = await start();
    const [token] = await confirmLetter(app, sink, { ...person(1), ownWords: 'I keep bees myself.' });
    await until(async () => (await counts(app)).sent === 1, 'sent');
    expect((await postForm(`${app.url}/letters/${token}/withdraw`, { lang: 'en' })).status).toBe(409);
    const [from] = lettersTo(sink, 'ie').map(({ from }) => from);
    expect(await takeReturned(app.parts, { addresses: [from as string], verdict: verdict('soft') })).toBe('bounced');
    const html = await (await fetch(`${app.url}/letters/${token}?lang=en`)).text();
    expect(html).toContain('It came back');
    const draft = await postForm(`${app.url}/letters/${token}/draft`, { lang: 'en' });
    expect(draft.html).toContain('I keep bees myself.');
    expect(draft.html).toContain('mailto:minister@interior-ie.test');
    expect(draft.html).not.toContain('Friends of Bees carries');
    expect(await counts(app)).toEqual({ bounced: 1, people: 1, prepared: 1 });
  });
});

describe('returned mail', () => {
  test('I2, M15: a bounce counts once and takes the letter out of sent; other mail changes nothing', async () => {
    const { app, sink } = await start();
    const [token] = await confirmLetter(app, sink, person(1));
    await until(async () => (await counts(app)).sent === 1, 'sent');
    const to = lettersTo(sink, 'ie')[0]?.from as string;
    const take = (kind: Verdict['kind'], address = to) =>
      takeReturned(app.parts, { addresses: ['x@post.example', address], verdict: verdict(kind) });
    for (const kind of ['auto-reply', 'auto-reply', 'complaint', 'unknown', 'delay', 'delivered'] as const) {
      expect(await take(kind)).toBe('noted');
    }
    expect(await counts(app)).toEqual({ sent: 1, people: 1 });
    expect(await notices(app)).toEqual([
      ['auto-reply', 'ie-interior', 2],
      ['complaint', 'ie-interior', 1],
      ['unknown', 'ie-interior', 1],
    ]);
    const forged = `${to.slice(0, 40)}${to[40] === 'a' ? 'b' : 'a'}${to.slice(41)}`;
    expect(await take('hard', forged)).toBe('stranger');
    expect(await take('hard', 'letters@localhost')).toBe('sender-only');
    expect(await take('hard', to.replace(/^b\+(.{32}).*@/, 'letter+$1@'))).toBe('sender-only');
    expect(await Promise.all([take('hard'), take('hard'), take('soft')])).toEqual(['bounced', 'bounced', 'bounced']);
    expect(await counts(app)).toEqual({ bounced: 1, people: 1 });
    expect(await statusOf(app, token as string)).toMatchObject({ state: 'bounced' });
    expect(app.logged.join('')).not.toMatch(/person-1|interior-ie\.test|b\+/);
  });

  test('a confirmation mail that came back for good ends its submission', async () => {
    const { app, sink } = await start();
    await fetch(`${app.url}/api/campaigns/${SLUG}/letters`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ country: 'IE', ...SAM }),
    });
    const asked = await until(() => sink.received[0], 'the mail');
    expect(asked.from).toMatch(/^c\+[0-9a-f]{52}@/);
    expect(await takeReturned(app.parts, { addresses: [asked.from], verdict: verdict('soft') })).toBe('noted');
    expect(await counts(app)).toEqual({ pending: 1 });
    expect(await takeReturned(app.parts, { addresses: [asked.from], verdict: verdict('hard') })).toBe('noted');
    expect(await counts(app)).toEqual({});
  });
});
