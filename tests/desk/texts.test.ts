import { afterEach, describe, expect, test } from 'vitest';
import { startApp, type TestApp } from '../support/app.ts';
import { bees } from '../support/cast.ts';
import { colleague, formOf, owner, plain, type Visitor } from '../support/desk.ts';

const SLUG = 'save-the-bees';
const TEXTS = `/desk/c/${SLUG}/texts`;
const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

const MANY = ['en', 'de', 'fr', 'es', 'it', 'pl', 'uk', 'tr', 'ar', 'ug', 'bo', 'zh'];

async function start(languages = MANY) {
  const campaign = bees({ languages, title: Object.fromEntries(languages.map((tag) => [tag, `Bees ${tag}`])) });
  const app = await startApp([campaign]);
  closers.push(app.stop);
  await app.parts.store.campaigns.setState(SLUG, ['open'], 'draft', app.clock.now);
  await app.parts.campaigns.refresh();
  return { app, ada: await owner(app) };
}

const live = (app: TestApp) => app.parts.campaigns.find(SLUG);
const titles = (html: string) =>
  Object.keys(formOf(html)).flatMap((name) => (name.startsWith('title.') ? [name.slice(6)] : []));

async function send(who: Visitor, query: string, fields: Record<string, string>) {
  const { html } = await who.get(`${TEXTS}${query}`);
  return who.post(TEXTS, { ...formOf(html), ...fields });
}

describe('texts side by side', () => {
  test('of twelve languages each can stand beside the first', async () => {
    const { ada } = await start();
    expect(titles((await ada.get(TEXTS)).html)).toEqual(['en', 'de']);
    for (const tag of MANY.slice(1))
      expect(titles((await ada.get(`${TEXTS}?beside=${tag}`)).html)).toEqual(['en', tag]);
    for (const none of ['xx', 'en', '__proto__', ''])
      expect(titles((await ada.get(`${TEXTS}?beside=${none}`)).html)).toEqual(['en', 'de']);
    const { ada: eva } = await start(['en']);
    expect(titles((await eva.get(TEXTS)).html)).toEqual(['en']);
  });

  test('are saved on the way to another language, and those out of view stay as they are', async () => {
    const { app, ada } = await start();
    const before = live(app)?.facts.title;
    const gone = await send(ada, '?beside=uk', { 'title.uk': 'Бджоли', 'background.uk': 'Бо їх мало.', show: 'ar' });
    expect(gone.location).toBe(`${TEXTS}?beside=ar&done=saved`);
    expect(live(app)?.facts.title).toEqual({ ...before, uk: 'Бджоли' });
    expect(live(app)?.facts.background).toEqual({ ...bees().facts.background, uk: 'Бо їх мало.' });
    expect(live(app)?.revision).toBe(2);
    // Nothing changed: no revision.
    expect((await send(ada, '?beside=ar', { show: 'de' })).location).toBe(TEXTS);
    expect(live(app)?.revision).toBe(2);
    expect((await send(ada, '?beside=zh', { 'title.zh': '' })).location).toBe(`${TEXTS}?beside=zh&done=saved`);
    expect(live(app)?.facts.title).not.toHaveProperty('zh');
  });

  test('that cannot be saved stay where they are, with the fault at its field', async () => {
    const { app, ada } = await start();
    const answer = await send(ada, '?beside=uk', { 'title.en': '', 'summary.uk': 'Їх мало.', show: 'ar' });
    expect(answer.status).toBe(422);
    expect(answer.html).toContain('<a href="#title.en">Title, English: This is empty.</a>');
    expect(formOf(answer.html)).toMatchObject({ 'title.en': '', 'summary.uk': 'Їх мало.', beside: 'uk' });
    expect(live(app)?.revision).toBe(1);
  });

  test('what stops a launch leads to its field, in whichever language it is', async () => {
    const { ada } = await start();
    const { html } = await ada.get(`/desk/c/${SLUG}/launch`);
    const links = [...plain(html).matchAll(/href="([^"]*\/texts[^"#]*)#((?:reviewedBy|summary)\.(?:de|fr|ug))"/g)];
    expect(links.map(([, , field]) => field)).toEqual(['summary.fr', 'summary.ug', 'reviewedBy.de', 'reviewedBy.fr']);
    for (const [, href = '', field] of links) expect((await ada.get(href)).html).toContain(`id="${field}"`);
  });

  test('a viewer looks at each language, and saves none', async () => {
    const { app } = await start();
    const bela = await colleague(app, SLUG, 'viewer', 'Bela');
    const { html } = await bela.get(`${TEXTS}?beside=pl`);
    expect(html).toMatch(/<a href="[^"]*beside(=|&#x3D;)uk">Ukrainian<\/a>/);
    expect(html).not.toContain('name="show"');
    expect((await send(bela, '', { act: 'preview' })).status).toBe(403);
  });

  test('a language that somebody took out meanwhile keeps what was typed, and can be put back', async () => {
    const { app, ada } = await start(['en', 'de']);
    const bela = await colleague(app, SLUG, 'editor', 'Bela');
    const { html } = await bela.get(TEXTS);
    await send(ada, '', { takeOut: 'de' });
    expect(live(app)?.facts.languages).toEqual(['en']);
    const second = await bela.post(TEXTS, { ...formOf(html), 'title.de': 'Eine Stunde Arbeit' });
    expect(second.status).toBe(409);
    expect(second.html).toContain('They have also taken German out');
    expect(formOf(second.html)).toMatchObject({ 'title.de': 'Eine Stunde Arbeit', addLanguage: 'de' });
    await bela.post(TEXTS, formOf(second.html));
    expect(live(app)?.facts).toMatchObject({ languages: ['en', 'de'], title: { de: 'Eine Stunde Arbeit' } });
  });
});

describe('the preview', () => {
  const typed = {
    'title.en': 'Bees & <more>',
    'background.en':
      '## Why\n\n**So** it <script>alert(1)</script> is.\n\n[good](https://bees.example) [bad](javascript:alert(1))',
  };

  test('shows Markdown as citizens see it, tamed alike, and saves nothing', async () => {
    const { app, ada } = await start();
    const page = await send(ada, '?beside=fr', { ...typed, act: 'preview' });
    expect(page.status).toBe(200);
    expect(formOf(page.html)).toMatchObject(typed);
    const seen = page.html.slice(page.html.indexOf('id="preview"'));
    expect(seen).toContain('<p class="heading">Bees &amp; &lt;more&gt;</p>');
    const shown = /<div class="prose">([\s\S]*?)<\/div>/.exec(seen)?.[1];
    expect(shown).toContain('<strong>So</strong> it &lt;script&gt;');
    expect(shown).not.toMatch(/<script|href="javascript/);
    expect(seen).toContain('Bees fr');
    expect(live(app)?.revision).toBe(1);
    const part = await send(ada, '?beside=fr', { ...typed, part: 'preview' });
    expect(part.html).toContain(shown);
    expect(part.html).not.toMatch(/<html|<form/);
    // The same as the campaign's page has once it is saved and open.
    await send(ada, '', typed);
    await app.parts.store.campaigns.setState(SLUG, ['draft'], 'open', app.clock.now);
    await app.parts.campaigns.refresh();
    expect(await (await fetch(`${app.url}/c/${SLUG}/background?lang=en`)).text()).toContain(shown);
  });
});
