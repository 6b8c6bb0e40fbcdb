import { afterEach, describe, expect, test } from 'vitest';
import { startApp, type TestApp, until } from '../support/app.ts';
import { bees } from '../support/cast.ts';
import { colleague, formOf, owner, type Visitor } from '../support/desk.ts';
import { confirmLetter, person } from '../support/letters.ts';
import { freshPostgres } from '../support/postgres.ts';
import { startSink } from '../support/sink.ts';

const SLUG = 'save-the-bees';
const BASE = `/desk/c/${SLUG}`;
const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

async function start(env: Record<string, string> = {}, facts: Parameters<typeof bees>[0] = {}) {
  const app = await startApp([bees(facts)], env);
  closers.push(app.stop);
  return { app, ada: await owner(app) };
}

async function change(who: Visitor, path: string, fields: Record<string, string>) {
  const { html } = await who.get(`${BASE}${path}`);
  return who.post(`${BASE}${path}`, { ...formOf(html), ...fields });
}

const revisionOf = (app: TestApp) => app.parts.campaigns.find(SLUG)?.revision;

describe('roles', () => {
  test.each([
    ['viewer', '/texts', 'get', 200],
    ['viewer', '/texts', 'post', 403],
    ['viewer', '/people', 'get', 403],
    ['viewer', '/people', 'post', 403],
    ['editor', '/people', 'get', 403],
    ['editor', '/people', 'post', 403],
    ['owner', '/people', 'get', 200],
  ] as const)('a %s at %s (%s): %i', async (role, path, method, status) => {
    const { app } = await start();
    const bela = await colleague(app, SLUG, role, 'Bela');
    expect((await bela[method](`${BASE}${path}`)).status).toBe(status);
  });

  test('who works on another campaign is not told that this one is there; making one is an owner’s', async () => {
    const { app } = await start();
    const bela = await colleague(app, '', 'editor', 'Bela');
    expect((await bela.get(BASE)).status).toBe(404);
    expect((await bela.get('/desk/c/no-such')).status).toBe(404);
    expect((await bela.get('/desk/new')).status).toBe(403);
    expect((await bela.get('/desk/people')).status).toBe(403);
    expect((await bela.get('/desk')).html).not.toContain('Save the bees');
  });
});

describe('a form', () => {
  test('from a stranger’s page changes nothing; the one who is signed in is asked', async () => {
    const { app, ada } = await start();
    const asked = await ada.post(`${BASE}/texts`, { session: 'x', revision: '1', 'title.en': 'Taken over' });
    expect(asked.status).toBe(409);
    expect(asked.html).toContain('Do you want this?');
    expect(asked.html).toContain('value="Taken over"');
    expect(revisionOf(app)).toBe(1);
  });

  test('of a session that has ended loses nothing that was typed', async () => {
    const { app, ada } = await start();
    const { html } = await ada.get(`${BASE}/texts`);
    app.clock.now += 25 * 3_600_000;
    const words = 'Words that took an hour, "quoted" & <b>bold</b>';
    const out = await ada.post(`${BASE}/texts`, { ...formOf(html), 'summary.en': words });
    expect(out.status).toBe(401);
    expect(formOf(out.html)['summary.en']).toBe(words);
    // In another tab they sign in anew, come back to this page, and press its button, twice.
    const { signInLink } = await import('../../server/desk/sign-in.ts');
    const [row] = await app.parts.store.campaigners.all();
    await ada.post(await signInLink(app.parts, row?.id as string));
    const once = await ada.post(`${BASE}/texts`, formOf(out.html));
    expect(once.status).toBe(409);
    const done = await ada.post(`${BASE}/texts`, formOf(once.html));
    expect(done.location).toBe(`${BASE}/texts?done=saved`);
    expect(app.parts.campaigns.find(SLUG)?.facts.summary.en).toBe(words);
  });

  test('of two editors who save at once the second sees both, and nothing is lost', async () => {
    const { app, ada } = await start();
    const bela = await colleague(app, SLUG, 'editor', 'Bela');
    const { html } = await bela.get(`${BASE}/texts`);
    await change(ada, '/texts', { 'title.en': 'Bees, by Ada' });
    const second = await bela.post(`${BASE}/texts`, { ...formOf(html), 'title.en': 'Bees, by Bela' });
    expect(second.status).toBe(409);
    expect(second.html).toContain('Somebody else saved meanwhile');
    expect(second.html).toContain('<p class="kept" dir="auto">Bees, by Ada</p>');
    expect(formOf(second.html)['title.en']).toBe('Bees, by Bela');
    expect(app.parts.campaigns.find(SLUG)?.facts.title.en).toBe('Bees, by Ada');
    await bela.post(`${BASE}/texts`, formOf(second.html));
    expect(app.parts.campaigns.find(SLUG)?.facts.title.en).toBe('Bees, by Bela');
  });
});

describe('saving', () => {
  test('each save is a revision that can be read again; who did it stands in the record', async () => {
    const { app, ada } = await start();
    await change(ada, '/texts', { 'title.en': 'Second' });
    await change(ada, '/facts', { goal: '500', sources: 'poster, newsletter', 'blocs.EU': 'also' });
    const { revisions, deeds } = app.parts.store;
    expect((await revisions.list(SLUG, 9)).map(({ revision }) => revision)).toEqual([3, 2, 1]);
    const [first, second, third] = await Promise.all([1, 2, 3].map((n) => revisions.load(SLUG, n)));
    expect([first?.facts.title.en, second?.facts.title.en]).toEqual(['Save the bees', 'Second']);
    expect([second?.facts.goal, third?.facts.goal]).toEqual([undefined, 500]);
    expect(third).toMatchObject({
      texts: first?.texts,
      recipients: first?.recipients,
      facts: { sources: ['poster', 'newsletter'] },
    });
    const [row] = await app.parts.store.campaigners.all();
    expect(await deeds.list(SLUG, 9)).toMatchObject([
      { deed: 'saved', about: 'revision 3', campaigner: row?.id },
      { deed: 'saved', about: 'revision 2' },
    ]);
  });

  test('what a revision changed is shown, before and after', async () => {
    const { ada } = await start();
    await change(ada, '/texts', { 'title.en': 'Second <b>' });
    const { html } = await ada.get(`${BASE}/history/2`);
    expect(html).toMatch(/title, en<\/th><td[^>]*>Save the bees<\/td><td[^>]*>Second &lt;b&gt;<\/td>/);
    expect(html.match(/<th scope="row">/g)).toHaveLength(1);
    expect((await ada.get(`${BASE}/history`)).html).toContain('Ada Quist');
    for (const none of ['0', '3', '-1', 'x', '1e9', '2.5'])
      expect((await ada.get(`${BASE}/history/${none}`)).status).toBe(404);
  });

  test.each([
    ['goal', 'many', 'This is not a number'],
    ['closes', '2020-01-01', 'This lies before'],
    ['opens', 'soon', 'This is not a day'],
    ['sources', 'über', 'This is not a short word'],
    ['draftOnly', 'CHINA', 'This is not a two-letter country code'],
    ['organiser.name', '', 'This is empty'],
    ['contacts.key', 'age1mistyped', 'key'],
  ])('%s "%s" is refused at its field, and nothing typed is lost', async (id, typed, says) => {
    const { app, ada } = await start();
    const answer = await change(ada, '/facts', { [id]: typed, 'organiser.address': 'Kept Street 1' });
    expect(answer.status).toBe(422);
    expect(answer.html).toContain(`href="#${id}"`);
    expect(answer.html).toContain(says);
    expect(formOf(answer.html)).toMatchObject({ [id]: typed, 'organiser.address': 'Kept Street 1' });
    expect(revisionOf(app)).toBe(1);
  });

  test('a key for contacts without a question is refused where the question belongs', async () => {
    const { app, ada } = await start();
    const { generateIdentity, identityToRecipient } = await import('age-encryption');
    const key = await identityToRecipient(await generateIdentity());
    const answer = await change(ada, '/facts', { 'contacts.key': key });
    expect(answer.status).toBe(422);
    expect(answer.html).toContain('href="#contacts.ask.en"');
    expect(revisionOf(app)).toBe(1);
  });

  test('a language that is none is refused at its field', async () => {
    const { app, ada } = await start();
    const answer = await change(ada, '/texts', { addLanguage: 'not a language' });
    expect(answer.status).toBe(422);
    expect(answer.html).toContain('href="#addLanguage"');
    expect(revisionOf(app)).toBe(1);
  });

  test('an open campaign is not given what would have kept it from opening', async () => {
    const { app, ada } = await start();
    const answer = await change(ada, '/facts', { 'organiser.name': '[YOUR NAME]' });
    expect(answer.status).toBe(409);
    expect(answer.html).toContain('It was not saved');
    expect(revisionOf(app)).toBe(1);
  });

  test('a language that is added has fields of its own; one that is taken out goes', async () => {
    const { app, ada } = await start({}, { languages: ['en'] });
    await app.parts.store.campaigns.setState(SLUG, ['open'], 'draft', app.clock.now);
    await app.parts.campaigns.refresh();
    await change(ada, '/texts', { addLanguage: 'fr' });
    await change(ada, '/texts', { 'title.fr': 'Sauvez les abeilles' });
    const facts = () => app.parts.campaigns.find(SLUG)?.facts;
    expect(facts()).toMatchObject({ languages: ['en', 'fr'], title: { fr: 'Sauvez les abeilles' } });
    await change(ada, '/texts', { takeOut: 'fr' });
    expect(facts()?.languages).toEqual(['en']);
    expect(facts()?.title).not.toHaveProperty('fr');
  });

  test('a new campaign is a draft with a name of its own, that nobody outside sees', async () => {
    const { app, ada } = await start();
    const { html } = await ada.get('/desk/new');
    const fields = {
      ...formOf(html),
      title: 'Save the Bées!',
      summary: 'Now.',
      organiser: 'Bee Keepers',
      contact: 'keepers@bees.example',
    };
    expect((await ada.post('/desk/new', fields)).location).toBe(`${BASE}-2/texts?done=made`);
    expect(app.parts.campaigns.find(`${SLUG}-2`)).toMatchObject({
      state: 'draft',
      facts: { title: { en: 'Save the Bées!' } },
    });
    expect((await fetch(`${app.url}/c/${SLUG}-2`)).status).toBe(404);
    expect((await ada.post('/desk/new', { ...fields, title: '', summary: '' })).status).toBe(422);
  });

  test('a confirmed letter cites the revision that its sender saw', async () => {
    const sink = await startSink();
    closers.push(sink.stop);
    const { app, ada } = await start({ SMTP_URL: sink.url });
    await change(ada, '/texts', { 'title.en': 'Second' });
    const [token] = await confirmLetter(app, sink, person(1));
    const letter = () => app.parts.store.letters.byStatus(app.parts.vault.lookup(token as string));
    await until(async () => (await letter())?.state === 'sent', 'the letter');
    expect((await letter())?.revision).toBe(2);
  });
});

test('on PostgreSQL as on SQLite', async () => {
  const { url, drop } = await freshPostgres();
  closers.push(drop);
  const { app, ada } = await start({ DATABASE_URL: url });
  await change(ada, '/texts', { 'title.en': 'Second' });
  expect((await app.parts.store.revisions.load(SLUG, 2))?.facts.title.en).toBe('Second');
  const bela = await colleague(app, SLUG, 'editor', 'Bela');
  expect((await bela.get(BASE)).status).toBe(200);
  expect((await ada.get(`${BASE}/people`)).html).toContain('Bela');
});
