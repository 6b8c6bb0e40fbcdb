import { afterEach, describe, expect, test } from 'vitest';
import { SENDER } from '../../server/desk/arrival.ts';
import { counts, postJson, startApp, type TestApp, until } from '../support/app.ts';
import { bees } from '../support/cast.ts';
import { colleague, formOf, owner, plain, type Visitor } from '../support/desk.ts';
import { lettersTo } from '../support/letters.ts';
import { proofIn, startSink } from '../support/sink.ts';

const SLUG = 'save-the-bees';
const BASE = `/desk/c/${SLUG}`;
const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

type Campaign = ReturnType<typeof bees>;

async function start(change: (campaign: Campaign) => void = () => {}, env: Record<string, string> = {}) {
  const campaign = bees();
  change(campaign);
  const app = await startApp([campaign], env);
  closers.push(app.stop);
  return { app, ada: await owner(app) };
}

async function withSink(change: (campaign: Campaign) => void = () => {}) {
  const sink = await startSink();
  closers.push(sink.stop);
  return { sink, ...(await start(change, { SMTP_URL: sink.url })) };
}

/** Sends the editor's form with what it holds and what is changed. */
async function send(who: Visitor, name: string, fields: Record<string, string>) {
  const { html } = await who.get(`${BASE}/letters/${name}`);
  return who.post(`${BASE}/letters/${name}`, { ...formOf(html), ...fields });
}
const save = (who: Visitor, name: string, text: string) => send(who, name, { act: 'save', text });
const preview = (who: Visitor, name: string, text: string, fields: Record<string, string> = {}) =>
  send(who, name, { act: 'preview', text, ...fields });

const live = (app: TestApp) => app.parts.campaigns.find(SLUG);
/** The letter as the preview shows it. */
const shown = (html: string) => plain(/<div class="text exact"[^>]*>([^<]*)<\/div>/.exec(html)?.[1]);
const shownHead = (html: string, name: string) =>
  plain(new RegExp(`<dt>${name}</dt><dd[^>]*><bdi>([^<]*)<`).exec(html)?.[1]);
const typedIn = (html: string) => plain(/<textarea[^>]*>\n([^<]*)</.exec(html)?.[1]);

const VARIANTS = `The vote on bees
---
How you vote on bees
---
Bees, and your vote
===
I live in {{sender.place}}, {{sender.country}}, and I ask you to save the bees.
---
My home is {{sender.place}} in {{sender.country}}. Would you please speak up for every bee there is?
`;

describe('a text', () => {
  const NAMES =
    'recipient.salutation, recipient.name, recipient.office, recipient.country, sender.name, sender.place, sender.country, campaign.title, date, ownWords';
  const ONLY = 'only names such as {{sender.name}} are filled in.';
  const UNFILLED = (line: number, found: string) => `Line ${line}: "${found}" was never filled in.`;

  test.each([
    ['Dear {{recipient.nam}}', `Line 3: The letter uses the unknown variable "recipient.nam"; known are ${NAMES}.`],
    ['Dear\n{{#if sender.name}}x{{/if}}', `Line 4: The letter holds a block such as {{#if}}; ${ONLY}`],
    ['Dear\n{{#if sender.name}}x\n\nnever closed', `Line 4: The letter holds a block such as {{#if}}; ${ONLY}`],
    ['{{#each letters}}x{{/each}}', `Line 3: The letter holds a block such as {{#if}}; ${ONLY}`],
    ['{{upper sender.name}}', `Line 3: The letter asks for more than a name in "upper"; ${ONLY}`],
    ['{{> page}}', `Line 3: The letter holds a partial, {{> …}}; ${ONLY}`],
    ['{{! note }}', 'Line 3: The letter holds a comment, {{! …}}; take it out.'],
    ['a\n\n{{{date}}}', 'Line 5: The letter has more than two braces, or a "&", around a name; write {{sender.name}}.'],
    ['{{&date}}', 'Line 3: The letter has more than two braces, or a "&", around a name; write {{sender.name}}.'],
    ['a\n{{date', 'Line 4: The letter has braces that do not match; write two before a name and two behind it.'],
    ['a\ndate}}', 'Line 4: The letter has braces that do not match; write two before a name and two behind it.'],
    [
      '\\{{date}}',
      'Line 3: The letter has a backslash before {{, so nothing would be filled in there; take the backslash out.',
    ],
    ['I am\n\n[YOUR NAME].', UNFILLED(5, '[YOUR NAME]')],
    ['I am [YOUR\nNAME].', UNFILLED(3, '[YOUR NAME]')],
    ['I am {sender.name}.', UNFILLED(3, '{sender.name}')],
    ['I live in [insert city].', UNFILLED(3, '[insert city]')],
    ['On XXX you said', UNFILLED(3, 'XXX')],
    ['Lorem ipsum dolor', UNFILLED(3, 'Lorem ipsum')],
    ['TODO: write this', UNFILLED(3, 'TODO')],
    ['{{date}}\nI am ______', UNFILLED(4, '______')],
    ['x'.repeat(50_001), 'This has more than 50,000 characters, and no office reads as much. Shorten it.'],
  ])('%j is refused at save, with line and reason, and stays in the editor', async (letter, says) => {
    const { app, ada } = await start();
    const text = `Subject\n\n${letter}`;
    const answer = await save(ada, 'en', text);
    expect(answer.status).toBe(422);
    const fault = plain(/id="text-fault">([^<]*)</.exec(answer.html)?.[1]);
    expect(fault.replace(/ And \d+ more, told beside\.$/, '')).toBe(says);
    expect(plain(answer.html)).toContain(`>\n${text}</textarea>`);
    // The faulty line is quoted beside.
    const [, line] = /^Line (\d+)/.exec(says) ?? [];
    const quoted = [...answer.html.matchAll(/<code dir="auto">([^<]*)</g)].map(([, each]) => plain(each));
    expect(quoted[0]).toBe(line && text.split('\n')[Number(line) - 1]);
    expect(app.parts.campaigns.find(SLUG)?.revision).toBe(1);
  });

  test.each([
    ['no subject', 'Line 1: The letter needs a subject on its first line, an empty line below it, and then its text.'],
    ['', 'Line 1: The letter needs a subject on its first line, an empty line below it, and then its text.'],
  ])('%j is no letter', async (text, says) => {
    const { app, ada } = await start();
    const answer = await save(ada, 'en', text);
    expect([answer.status, plain(/id="text-fault">([^<]*)</.exec(answer.html)?.[1])]).toEqual([422, says]);
    expect(app.parts.campaigns.find(SLUG)?.revision).toBe(1);
  });

  test.each([
    ['The vote on bees\n---\nThe vote for [ANIMAL NAME]', UNFILLED(3, '[ANIMAL NAME]')],
    ['No paragraph\n---\nof it', /^Line 1: "No paragraph" is neither the subject nor a paragraph of the letter/],
    ['The vote on bees\n---\n{{#if date}}', /^Line 3: The letter holds a block/],
    ['', 'There is no group in it: a text of the letter, "---", another.'],
  ])('variants %j are refused alike', async (text, says) => {
    const { ada } = await start();
    const answer = await save(ada, 'en.variants', text);
    expect(answer.status).toBe(422);
    expect(plain(/id="text-fault">([^<]*)</.exec(answer.html)?.[1])).toMatch(says);
  });

  test('there is none in a language that the campaign has not, nor for an office that is not there', async () => {
    const { ada } = await start();
    for (const name of [
      'xx',
      'en.nobody',
      'en.short.short',
      '__proto__',
      'en.ie-interior.short.x',
      'en-12',
      'EN',
      'en.',
    ])
      expect([name, (await ada.get(`${BASE}/letters/${name}`)).status]).toEqual([name, 404]);
    for (const name of ['en', 'en.short', 'en.ie-interior', 'en.variants'])
      expect([name, (await ada.get(`${BASE}/letters/${name}`)).status]).toEqual([name, 200]);
  });
});

describe('the preview', () => {
  test.each([
    ['to an office', 'en', 'ie-interior', 'IE', 'en'],
    ['in another language', 'de', 'de-interior', 'DE', 'de'],
    ['to an office with a letter of its own', 'en.ie-interior', 'ie-interior', 'IE', 'en'],
  ])('shows a letter %s exactly as it arrives', async (_, name, office, country, language) => {
    const { app, ada, sink } = await withSink((campaign) => {
      if (name === 'en.ie-interior')
        campaign.texts[name] =
          'Irish bees – für alle\n\n{{recipient.salutation}},\n\n  see –\n\n{{ownWords}}\n\n{{sender.name}}\n';
    });
    const { html } = await ada.get(`${BASE}/letters/${name}?recipient=${office}`);
    const { name: person, email, place, ownWords } = SENDER;
    const fields = { country, recipients: [office], name: person, email, place, ownWords, language };
    await postJson(`${app.url}/api/campaigns/${SLUG}/letters`, fields);
    const asked = await until(() => sink.received.find(({ to }) => to[0] === email), 'the confirmation mail');
    await postJson(`${app.url}/api/confirmations`, { token: proofIn(asked.mail.text ?? '').token });
    const { mail } = await until(() => lettersTo(sink, country.toLowerCase())[0], 'the letter');
    expect(shown(html)).toBe(mail.text);
    expect(mail.text).toContain('\n-- \n');
    expect(shownHead(html, 'Subject')).toBe(mail.subject);
    const from = mail.from?.value[0];
    expect(shownHead(html, 'From')).toBe(`"${from?.name}" <${from?.address?.replace(/\+[^@]+@/, '+…@')}>`);
    const to = [mail.to].flat()[0]?.value[0];
    expect(shownHead(html, 'To')).toBe(
      `"${to?.name}" <${to?.address}>`.replaceAll(
        /"(Minister of \w+)"/g,
        html.includes('&quot;Minister') ? '"$1"' : '$1',
      ),
    );
    expect(shownHead(html, 'Answers to')).toContain(`<${mail.replyTo?.value[0]?.address}>`);
  });

  test('of what is typed saves nothing; alone it is no page, for a script that renews it', async () => {
    const { app, ada } = await start();
    const text = 'Hello\n\n<b>Bold</b> & {{sender.name}}\n';
    const page = await preview(ada, 'en', text);
    expect([page.status, shown(page.html)]).toEqual([200, expect.stringMatching(/^<b>Bold<\/b> & Maximiliane/)]);
    expect(typedIn(page.html)).toBe(text);
    const part = await preview(ada, 'en', text, { part: 'preview' });
    expect(shown(part.html)).toBe(shown(page.html));
    expect(part.html).not.toMatch(/<html|<form|<textarea/);
    const wrong = await preview(ada, 'en', 'Hello\n\n{{x}}', { part: 'preview' });
    expect([wrong.status, plain(wrong.html)]).toEqual([200, expect.stringContaining('unknown variable "x"')]);
    expect(live(app)?.revision).toBe(1);
  });

  test('a viewer may look at what they type, and neither save it, nor remove it, nor have it mailed', async () => {
    const { app } = await start();
    const bela = await colleague(app, SLUG, 'viewer', 'Bela');
    expect((await preview(bela, 'en', 'Hello\n\nyou\n')).status).toBe(200);
    for (const act of ['save', 'remove', 'test', ''])
      expect([act, (await send(bela, 'en', { act, text: 'Hello\n\nyou\n' })).status]).toEqual([act, 403]);
    expect(live(app)?.revision).toBe(1);
  });

  test('while no office is on the list it is for an invented one; for an office without an address it says so', async () => {
    const { ada } = await start((campaign) => {
      campaign.recipients = [];
    });
    const { html } = await ada.get(`${BASE}/letters/en`);
    expect(shown(html)).toContain('Dear Minister');
    expect(html).toContain('there is none on the list yet');
    const { ada: eva } = await start();
    const { html: form } = await eva.get(`${BASE}/letters/en?recipient=nz-interior`);
    expect(form).toContain('takes no mail from here');
    expect(shownHead(form, 'To')).toBe('Minister of NZ');
  });

  test('is first for an office that gets this letter, not one that has its own', async () => {
    const { ada } = await start((campaign) => {
      campaign.texts['en.ie-interior'] = 'Irish bees\n\nSave them.\n';
    });
    expect(shownHead((await ada.get(`${BASE}/letters/en`)).html, 'To')).toContain('Commissioner Bee');
    const { html } = await ada.get(`${BASE}/letters/en?recipient=ie-interior`);
    expect(html).toContain('a letter of its own</a>, and does not get this one');
  });

  test('leaves the sender’s own words out where a campaign takes none', async () => {
    const { ada } = await start(({ facts }) => {
      facts.editing = 'none';
    });
    expect(shown((await ada.get(`${BASE}/letters/en`)).html)).not.toContain(SENDER.ownWords);
  });
});

describe('variants', () => {
  test('are leafed through by wordings that differ, and what they change is told', async () => {
    const { ada } = await start((campaign) => {
      campaign.texts['en.variants'] = VARIANTS;
    });
    const wordings = await Promise.all([0, 1, 2, 3, 4, 5, 6].map((n) => ada.get(`${BASE}/letters/en?wording=${n}`)));
    const texts = wordings.map(({ html }) => `${shownHead(html, 'Subject')}\n${shown(html)}`);
    expect(texts[0]).toMatch(/^The vote on bees\n/);
    expect(new Set(texts.slice(1)).size).toBe(6);
    const words =
      /The variants stand for (\d+) of 100 words of the letter, and make 6 wordings\. [^.]* about (\d+) of 100; without variants it would be (\d+)\./;
    const [, varied, share, without] = words.exec(wordings[0]?.html ?? '') ?? [];
    // Four words of the subject and sixteen of a paragraph, of 25 words and seven names.
    expect(Number(varied)).toBeGreaterThan(50);
    expect(Number(share)).toBeLessThan(Number(without));
    expect((await ada.get(`${BASE}/letters/en.variants?wording=-3`)).status).toBe(200);
  });

  test('that do not fit a letter that is changed are told beside it, and do not stand in its way', async () => {
    const { app, ada } = await start((campaign) => {
      campaign.texts['en.variants'] = VARIANTS;
    });
    const text = 'New subject\n\nI live in {{sender.place}}, {{sender.country}}, and I ask you to save the bees.\n';
    const { html } = await preview(ada, 'en', text);
    expect(html).toContain('The variants do not fit this letter');
    expect(plain(html)).toContain('"The vote on bees" is neither the subject nor a paragraph');
    expect(shown(html)).toContain('I live in Utrecht');
    // What no letter may hold is no more in its way, where it came in by another door.
    const { ada: eva } = await start((campaign) => {
      campaign.texts['en.variants'] = VARIANTS.replace('How you', 'How {{#if you}}');
    });
    const broken = await preview(eva, 'en', String(bees().texts.en));
    expect([broken.status, plain(broken.html)]).toEqual([
      200,
      expect.stringContaining('Line 3:</span> <span data-wrong>The letter holds a block'),
    ]);
    await app.parts.store.campaigns.setState(SLUG, ['open'], 'draft', app.clock.now);
    await app.parts.campaigns.refresh();
    expect((await save(ada, 'en', text)).location).toContain('done=saved');
  });
});

describe('the room in draft links', () => {
  test('is told in characters of text, and a text shortened by as many fits', async () => {
    const { ada } = await start((campaign) => {
      delete campaign.texts['en.short'];
    });
    const letter = (n: number) =>
      `Bees\n\n{{recipient.salutation}},\n\n${'für die Bienen '.repeat(500).slice(0, n)}.\n\n{{sender.name}}\n`;
    const cell = (html: string, form: string) =>
      new RegExp(`${form}</th><td data-label="Letter">([^<]*)`).exec(html)?.[1] ?? '';
    const { html } = await preview(ada, 'en', letter(3000));
    const [, many = ''] = /^([\d,]+) too many$/.exec(cell(html, 'Outlook.com')) ?? [];
    const over = Number(many.replace(',', ''));
    expect(over).toBeGreaterThan(1000);
    expect(plain(html)).toMatch(
      /Mail program, Gmail, Outlook\.com, Outlook at work, and Yahoo: not offered, for the letter is too long\. Shorten it by about [\d,]+ characters/,
    );
    expect(cell((await preview(ada, 'en', letter(3000 - over))).html, 'Outlook.com')).toMatch(/^fits, \d to spare$/);
    expect(cell((await preview(ada, 'en', letter(3000 - over + 30))).html, 'Outlook.com')).toMatch(/too many$/);
  });

  test('stands on the list of letters for each text: whole, short, or too long', async () => {
    const { ada } = await start((campaign) => {
      campaign.texts.en = `Bees\n\n${'save them '.repeat(300)}\n`;
      campaign.texts.de = campaign.texts.en;
      campaign.texts['en.ie-interior'] = 'Bees\n\nSave them.\n';
      delete campaign.texts['de.short'];
    });
    const { html } = await ada.get(`${BASE}/letters`);
    const rows = html
      .split('<tr>')
      .slice(2)
      .map((row) => [
        /<a href="[^"]*\/letters\/([^"]+)"/.exec(row)?.[1],
        ...[...row.matchAll(/class="carries (\w+)"/g)].map(([, what]) => what),
      ]);
    const [many, few] = [
      ['short', 'whole', 'short', 'short', 'short', 'whole'],
      ['none', 'whole', 'none', 'none', 'none', 'whole'],
    ];
    expect(rows).toEqual([
      ['en', ...many],
      ['en.ie-interior', ...Array(6).fill('whole')],
      ['de', ...few],
    ]);
  });
});

describe('a test letter', () => {
  test('goes as it stands in the editor to whoever is signed in, to nobody else, and counts nowhere', async () => {
    const { app, ada, sink } = await withSink();
    const text = 'Bees – für alle\n\n{{recipient.salutation}},\n\n{{sender.name}}\n';
    const others = { to: 'x@evil.example', email: 'x@evil.example', recipient: 'de-interior', revision: '7' };
    const before = await counts(app);
    const answer = await send(ada, 'de', { act: 'test', text, ...others });
    expect([answer.status, typedIn(answer.html)]).toEqual([200, text]);
    expect(answer.html).toContain('on its way to your own address');
    const { mail, to, raw } = await until(() => sink.received[0], 'the test letter');
    expect(to).toEqual(['ada@desk.example']);
    expect(mail.subject).toBe('[Test] Bees – für alle');
    expect(mail.text).toBe(shown(answer.html));
    expect(mail.text).toContain('Maximiliane Oberhofer-Gut');
    const header = (name: string) => mail.headerLines.find(({ key }) => key === name)?.line.slice(name.length + 2);
    expect(header('auto-submitted')).toBe('auto-generated');
    expect(header('content-type')).toBe('text/plain; charset=utf-8');
    expect(header('content-language')).toBe('de');
    expect(mail.from?.value).toEqual([{ name: 'Dear Minister', address: 'letters@localhost' }]);
    expect(mail.replyTo).toBeUndefined();
    expect(raw).not.toMatch(/https?:|<img|text\/html/);
    expect(await counts(app)).toEqual(before);
    expect(live(app)?.revision).toBe(1);
    const [deed] = await app.parts.store.deeds.list(SLUG, 1);
    expect(deed).toMatchObject({ deed: 'tested', about: 'de' });
    expect(app.logged.join('')).not.toContain('ada@desk.example');
    expect(sink.received).toHaveLength(1);
  });

  test('lies sealed until it goes, and ten go in an hour', async () => {
    const { app, ada, sink } = await withSink();
    const boxes: Buffer[] = [];
    const { add } = app.parts.store.deskMails;
    app.parts.store.deskMails.add = async (mail) => {
      boxes.push(mail.box);
      await add(mail);
    };
    const once = () => send(ada, 'en', { act: 'test' });
    for (let n = 0; n < 10; n += 1) expect((await once()).status).toBe(200);
    for (const box of boxes) expect(box.toString('latin1')).not.toMatch(/ada@desk|bees/);
    const eleventh = await send(ada, 'en', { act: 'test', text: 'Kept\n\nwords\n' });
    expect([eleventh.status, typedIn(eleventh.html)]).toEqual([429, 'Kept\n\nwords\n']);
    expect(eleventh.html).toContain('10 test letters in this hour');
    await until(() => sink.received.length === 10, 'ten mails');
    app.clock.now += 3_600_000;
    expect((await once()).status).toBe(200);
  });

  test('of a text that is none is not sent', async () => {
    const { app, ada, sink } = await withSink();
    for (const text of ['', 'no letter', 'Hi\n\n[YOUR NAME]'])
      expect((await send(ada, 'en', { act: 'test', text })).status).toBe(422);
    expect((await app.parts.store.deeds.list(SLUG, 9)).map(({ deed }) => deed)).toEqual([]);
    expect(sink.received).toEqual([]);
  });
});

describe('a text that is not written yet', () => {
  test('may begin from another one, which is copied and not saved', async () => {
    const { app, ada } = await start((campaign) => {
      delete campaign.texts.de;
      delete campaign.texts['de.short'];
    });
    const { html } = await ada.get(`${BASE}/letters/de`);
    expect(typedIn(html)).toBe('');
    expect(plain(html)).toContain(`<a href="${BASE}/letters/de?from=en">the English one</a>`);
    const begun = await ada.get(`${BASE}/letters/de?from=en`);
    expect(typedIn(begun.html)).toBe(live(app)?.texts.en);
    expect(shown(begun.html)).toContain('Utrecht');
    expect(live(app)?.texts).not.toHaveProperty('de');
    expect(plain((await ada.get(`${BASE}/letters/en.ie-interior`)).html)).toContain('en.ie-interior?from=en"');
    expect(plain((await ada.get(`${BASE}/letters/de.short`)).html)).toContain('de.short?from=en.short"');
    // What is written is not put away, and nothing comes from elsewhere.
    expect(typedIn((await ada.get(`${BASE}/letters/en?from=en.short`)).html)).toBe(live(app)?.texts.en);
    for (const from of ['__proto__', 'toString', 'xx']) {
      const { status, html } = await ada.get(`${BASE}/letters/de?from=${from}`);
      expect([status, typedIn(html)]).toEqual([200, '']);
    }
  });

  test('stands beside the one it is translated from', async () => {
    const { app, ada } = await start();
    const beside = (html: string) => plain(/class="original">.*?<div class="exact"[^>]*>([^<]*)</s.exec(html)?.[1]);
    expect(beside((await ada.get(`${BASE}/letters/de`)).html)).toBe(live(app)?.texts.en);
    expect(beside((await ada.get(`${BASE}/letters/en`)).html)).toBe('');
    expect(beside((await ada.get(`${BASE}/letters/en?beside=de`)).html)).toBe(live(app)?.texts.de);
    expect(beside((await ada.get(`${BASE}/letters/de?beside=none`)).html)).toBe('');
    expect(beside((await ada.get(`${BASE}/letters/en.variants`)).html)).toBe(live(app)?.texts.en);
    const kept = await send(ada, 'en', { act: 'save', beside: 'de', recipient: 'fr-interior' });
    expect(kept.location).toBe(`${BASE}/letters/en?recipient=fr-interior&beside=de&done=saved`);
  });
});

describe('nothing typed is lost', () => {
  const TEXT = 'An hour’s work\n\nThese "words" & <these>\n';

  test.each(['save', 'test', 'preview'])('when the session has ended (%s)', async (act) => {
    const { app, ada } = await start();
    const { html } = await ada.get(`${BASE}/letters/en`);
    app.clock.now += 25 * 3_600_000;
    const out = await ada.post(`${BASE}/letters/en`, { ...formOf(html), act, text: TEXT });
    expect([out.status, formOf(out.html).text, formOf(out.html).act]).toEqual([401, TEXT, act]);
  });

  test('when somebody else has saved, whose words are shown as well', async () => {
    const { app, ada } = await start();
    const bela = await colleague(app, SLUG, 'editor', 'Bela');
    const { html } = await bela.get(`${BASE}/letters/en`);
    await save(ada, 'en', 'By Ada\n\nHers\n');
    const second = await bela.post(`${BASE}/letters/en`, { ...formOf(html), act: 'save', text: TEXT });
    expect([second.status, typedIn(second.html)]).toEqual([409, TEXT]);
    expect(second.html).toContain('By Ada\n\nHers');
    const again = await bela.post(`${BASE}/letters/en`, { ...formOf(second.html), act: 'save' });
    expect(again.location).toContain('done=saved');
    expect(live(app)?.texts.en).toBe(TEXT);
  });

  test('when its office or its language was taken out meanwhile', async () => {
    const { app, ada } = await start();
    for (const name of ['en.gone-office', 'fr']) {
      const answer = await ada.post(`${BASE}/letters/${name}`, { act: 'save', revision: '1', text: TEXT });
      expect([answer.status, typedIn(answer.html)]).toEqual([409, TEXT]);
      expect(answer.html).toContain('This text has no place any more');
    }
    expect(live(app)?.revision).toBe(1);
  });
});

test('a text that cannot be read stays through a save of something else, and is mended in its editor', async () => {
  const { app, ada } = await start();
  const wrong = 'Bees\n\n{{#if sender.name}}x{{/if}}\n';
  const mended = 'Bees\n\nSave them.\n\n{{sender.name}}\n';
  const content = bees();
  await app.parts.store.campaigns.save({ ...content, texts: { ...content.texts, 'en.ie-interior': wrong } }, 1, 0);
  await app.parts.campaigns.refresh();
  const facts = await ada.get(`${BASE}/facts`);
  const saved = await ada.post(`${BASE}/facts`, { ...formOf(facts.html), goal: '500' });
  expect(saved.location).toContain('done=saved');
  expect((await app.parts.store.campaigns.load(SLUG))?.texts['en.ie-interior']).toBe(wrong);
  const { html } = await ada.get(`${BASE}/letters/en.ie-interior`);
  expect(typedIn(html)).toBe(wrong);
  expect(html).toContain('Line 3');
  await save(ada, 'en.ie-interior', mended);
  expect((await app.parts.store.campaigns.load(SLUG))?.texts['en.ie-interior']).toBe(mended);
});
