import { afterEach, describe, expect, test } from 'vitest';
import type { CampaignContent } from '../../server/domain/campaign.ts';
import { postJson, startApp, type TestApp, until } from '../support/app.ts';
import { bees } from '../support/cast.ts';
import { colleague, owner, type Visitor } from '../support/desk.ts';
import { person } from '../support/letters.ts';
import { proofIn, startSink } from '../support/sink.ts';

const SLUG = 'save-the-bees';
const LAUNCH = `/desk/c/${SLUG}/launch`;
const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

/** A campaign as it is in the world, that nobody could say anything against. Nothing is sent: the host of the relay is this machine, and nobody listens. */
function sound(facts: Partial<CampaignContent['facts']> = {}): CampaignContent {
  const { recipients, texts, ...content } = bees({ reviewedBy: { en: 'Ada', de: 'Bela' }, ...facts });
  const organiser = {
    name: 'Friends of Bees',
    contact: 'https://bees.invented',
    address: 'Hive 1',
    privacy: 'p@bees.invented',
  };
  return {
    ...content,
    facts: { ...content.facts, organiser, draftOnly: [], pacePerHour: 30, ...facts },
    recipients: recipients
      .filter(({ email }) => email)
      .map((each) => ({
        ...each,
        email: `minister@interior-${each.country.toLowerCase()}.invented`,
        source: 'https://offices.invented',
        checkedOn: '2026-11-01',
      })),
    texts,
  };
}

async function start(content: CampaignContent, env: Record<string, string> = { SMTP_URL: 'smtp://127.0.0.1:1' }) {
  const app = await startApp([content], env);
  closers.push(app.stop);
  await app.parts.store.campaigns.setState(SLUG, ['open'], 'draft', app.clock.now);
  await app.parts.campaigns.refresh();
  return { app, ada: await owner(app) };
}

const state = (app: TestApp) => app.parts.campaigns.find(SLUG)?.state;

/** Tries to launch, by the form of the page or past it; gives what the page then says against it. */
async function stopsOf(ada: Visitor): Promise<string> {
  const { html } = await ada.get(LAUNCH);
  const revision = /name="revision" value="(\d+)"/.exec(html)?.[1] ?? '1';
  const answer = await ada.post(LAUNCH, { move: 'launch', revision });
  if (answer.status === 303) return '';
  expect(answer.status).toBe(409);
  return (/<ul class="stops">([\s\S]*?)<\/ul>/.exec(answer.html)?.[1] ?? '').replace(/<[^>]+>/g, '');
}

const withFirst = (content: CampaignContent, change: Partial<CampaignContent['recipients'][number]>) => ({
  ...content,
  recipients: content.recipients.map((each, i) => (i === 0 ? { ...each, ...change } : each)),
});

describe('a launch', () => {
  test('of a campaign against which nothing stands', async () => {
    const { app, ada } = await start(sound());
    expect(await stopsOf(ada)).toBe('');
    expect(state(app)).toBe('open');
  });

  const { privacy: _privacy, ...unnamed } = sound().facts.organiser;
  test.each<[string, CampaignContent, string]>([
    ['no privacy address', sound({ organiser: unnamed }), 'Privacy contact: is missing'],
    ['texts nobody has signed off', sound({ reviewedBy: { en: 'Ada' } }), 'Read over by, German: nobody has read over'],
    [
      'an address without source',
      withFirst(sound(), { source: undefined }),
      'it is not said where its address was found',
    ],
    ['an address without date', withFirst(sound(), { checkedOn: undefined }), 'when its address was last looked at'],
    [
      'a placeholder address',
      withFirst(sound(), { email: 'a@office.example' }),
      'is a placeholder that no mail can reach',
    ],
    ['an office nobody is led to', sound({ blocs: {} }), 'nobody is led to this office (there is no rule blocs.EU)'],
    [
      'a goal that the pace does not reach',
      sound({ goal: 100_000, actBefore: '2026-12-15' }),
      'and the day to act before is 2026-12-15',
    ],
    [
      'a territory whose people would be led past the rule',
      sound({ draftOnly: ['FR'] }),
      'people in &quot;GP&quot; are led to the office of &quot;FR&quot;',
    ],
    ['a language without a letter', sound({ languages: ['en', 'de', 'fr'] }), 'there is no letter in &quot;fr&quot;'],
    ['a day that is past', sound({ opens: '2026-01-01', closes: '2026-02-01' }), 'Last day: 2026-02-01 is past'],
  ])('%s cannot be talked over', async (_, content, says) => {
    const { app, ada } = await start(content);
    expect(await stopsOf(ada)).toContain(says);
    expect(state(app)).toBe('draft');
  });

  test('a long letter without a short rendition stops it where a draft is all that some people can have', async () => {
    const long = `The vote\n\n{{recipient.salutation}},\n\n${'clean water '.repeat(300)}\n\n{{sender.name}}\n`;
    const texts = { en: long, de: long };
    const free = await start({ ...sound(), texts });
    expect(await stopsOf(free.ada)).toBe('');
    const bound = await start({ ...sound({ draftOnly: ['CN'] }), texts });
    expect(await stopsOf(bound.ada)).toContain('the letter is too long for the draft links');
  });

  test('each fault leads to the place where it is mended; the same about many offices is one line', async () => {
    const content = sound({ organiser: unnamed });
    const recipients = content.recipients.map((each) => ({ ...each, source: undefined }));
    const { ada } = await start({ ...content, recipients });
    const { html } = await ada.get(LAUNCH);
    expect(html).toContain(`href="/desk/c/${SLUG}/facts#organiser.privacy"`);
    expect(html.match(/it is not said where/g)).toHaveLength(1);
    expect(html).toContain(`href="/desk/c/${SLUG}/recipients/${recipients[0]?.id}"`);
    expect((await ada.get(`/desk/c/${SLUG}/facts`)).html).toContain('id="organiser.privacy"');
  });

  test('is stopped by what the doctor found, where letters leave the machine', async () => {
    const wrong = { check: 'SPF', verdict: 'fault', says: 'No SPF record.', mend: 'Add one.' } as const;
    const real = await start(sound());
    real.app.findings.push(wrong);
    const { html } = await real.ada.get(LAUNCH);
    expect(html).toContain('<strong>SPF</strong>: No SPF record. Add one.');
    const { location } = await real.ada.post(LAUNCH, { move: 'launch', revision: '1' });
    expect((await real.ada.get(location as string)).html).toContain('It was not opened. SPF: No SPF record. Add one.');
    expect(state(real.app)).toBe('draft');
    const local = await start(sound(), {});
    local.app.findings.push(wrong);
    expect(await stopsOf(local.ada)).toBe('');
    expect(state(local.app)).toBe('open');
  });

  test('a demonstration is told what would stop it, and opens', async () => {
    const { app, ada } = await start(bees({ demonstration: true }));
    expect((await ada.get(LAUNCH)).html).toContain('nobody has read over');
    expect(await stopsOf(ada)).toBe('');
    expect(state(app)).toBe('open');
  });

  test('an open campaign cannot be given by the desk what would have stopped it; one that is paused opens again', async () => {
    const { app, ada } = await start(sound());
    await stopsOf(ada);
    const { html } = await ada.get(`/desk/c/${SLUG}/facts`);
    const inputs = [...html.matchAll(/<(?:input|option)[^>]*? (?:name|value)="[^"]*"[^>]*>/g)];
    expect(inputs.length).toBeGreaterThan(5);
    const answer = await ada.post(`/desk/c/${SLUG}/facts`, {
      revision: '1',
      'organiser.name': 'Friends of Bees',
      'organiser.contact': 'https://bees.invented',
      opens: '2026-01-01',
      closes: '2027-12-31',
      'blocs.EU': 'also',
      pacePerHour: '30',
      editing: 'own-words',
      demonstration: 'no',
    });
    expect(answer.status).toBe(409);
    expect(answer.html).toContain('organiser, privacy: is missing');
    await ada.post(LAUNCH, { move: 'pause', revision: '1' });
    await ada.post(LAUNCH, { move: 'resume', revision: '1' });
    expect(state(app)).toBe('open');
  });

  test('a pause says that what was confirmed waits, and so it does until the campaign is open again', async () => {
    const sink = await startSink();
    closers.push(sink.stop);
    const { app, ada } = await start(bees({ demonstration: false }), { SMTP_URL: sink.url });
    await app.parts.store.campaigns.setState(SLUG, ['draft'], 'open', app.clock.now);
    await app.parts.campaigns.refresh();
    const aoife = person(1);
    await postJson(`${app.url}/api/campaigns/${SLUG}/letters`, { country: 'IE', ...aoife });
    const { mail } = await until(() => sink.received.find(({ to }) => to[0] === aoife.email), 'the mail');
    expect((await ada.get(LAUNCH)).html).toContain('Letters that were confirmed wait until it is open again.');
    const { location } = await ada.post(LAUNCH, { move: 'pause', revision: '1' });
    expect((await ada.get(location as string)).html).toContain('what was confirmed waits until it is open again');
    await postJson(`${app.url}/api/confirmations`, { token: proofIn(mail.text ?? '').token });
    const { sums } = app.parts.store.tally;
    await until(async () => (await sums(SLUG)).confirmed === 1, 'the confirmation');
    await new Promise((done) => setTimeout(done, 1500));
    expect((await sums(SLUG)).sent).toBe(0);
    await app.parts.store.campaigns.setState(SLUG, ['paused'], 'open', app.clock.now);
    app.parts.wake();
    await until(async () => (await sums(SLUG)).sent === 1, 'the letter');
  });

  test('is an owner’s', async () => {
    const { app } = await start(sound());
    const bela = await colleague(app, SLUG, 'editor', 'Bela');
    await bela.get(LAUNCH);
    expect((await bela.post(LAUNCH, { move: 'launch', revision: '1' })).status).toBe(403);
    expect(state(app)).toBe('draft');
  });
});
