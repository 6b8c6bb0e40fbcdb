import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { IntlMessageFormat } from 'intl-messageformat';
import { describe, expect, test } from 'vitest';
import { REFUSALS } from '../../server/domain/errors.ts';
import { THIEVES, THINGS } from '../../server/domain/exposure.ts';
import { HOLE, LETTER_VARIABLES, type LetterValues, markValue } from '../../server/domain/letter.ts';
import { REASONS } from '../../server/domain/states.ts';
import { compileLetter, LetterFault } from '../../server/views/letters.ts';
import { letterHtml } from '../../server/views/sheet.ts';
import { ROOT } from '../support/app.ts';

const words = (language: string) =>
  JSON.parse(readFileSync(join(ROOT, `templates/words/${language}.json`), 'utf8')) as Record<string, string>;
const languages = readdirSync(join(ROOT, 'templates/words')).map((file) => file.replace('.json', ''));
const read = (folder: string, kind: string) =>
  readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith(kind))
    .map((name) => readFileSync(join(ROOT, folder, name), 'utf8'))
    .join('\n');

/** The names of a message's values and tags, to hold languages against each other. */
function parts(message: string, language: string): string[] {
  const found = new Set<string>();
  const visit = (nodes: unknown): void => {
    for (const node of nodes as {
      type: number;
      value: string;
      children?: unknown;
      options?: Record<string, { value: unknown }>;
    }[]) {
      if (node.type !== 0 && node.type !== 7) found.add(node.value);
      if (node.children) visit(node.children);
      for (const option of Object.values(node.options ?? {})) visit(option.value);
    }
  };
  visit(new IntlMessageFormat(message, language).getAst());
  return [...found].sort();
}

describe('the catalogue', () => {
  test('English, German and French are there', () => expect(languages.sort()).toEqual(['de', 'en', 'fr']));

  test.each(languages)(
    '%s has every key of English in its order, with the same values, and no markup of its own',
    (language) => {
      const [english, own] = [words('en'), words(language)];
      expect(Object.keys(own)).toEqual(Object.keys(english));
      for (const [key, message] of Object.entries(own)) {
        expect([key, ...parts(message, language)]).toEqual([key, ...parts(english[key] ?? '', 'en')]);
        expect(message, key).not.toMatch(/[&"!]/);
      }
    },
  );

  test('every key that is used exists, and every key that exists is used', () => {
    const source = `${read('server', '.ts')}\n${read('templates', '.hbs')}`;
    const keys = Object.keys(words('en'));
    const literal = [...source.matchAll(/\{\{(?:t|rich) "([^"]+)"/g)].map(([, key]) => key);
    expect(literal.filter((key) => !keys.includes(key ?? ''))).toEqual([]);
    // Keys that are put together in the code, by their beginnings.
    const built =
      /^(error|fault|tally|reason|status|consent|letter\.footer|sheet|why|exposure|privacy\.kept)\.|^send\.(name|email|place|ownWords|subject|body)\b|^draft\.(mailto|gmail|outlook|outlookWork|yahoo|proton)$|^campaign\.(early|over|paused|closed)$/;
    expect(
      keys.filter((key) => !source.includes(`"${key}"`) && !source.includes(`'${key}'`) && !built.test(key)),
    ).toEqual([]);
    for (const reason of REASONS) expect(keys).toContain(`why.${reason}`);
    for (const thing of THINGS) expect(keys).toContain(`exposure.thing.${thing}`);
    for (const thief of THIEVES) expect(keys).toContain(`exposure.thief.${thief}`);
    for (const code of Object.keys(REFUSALS))
      for (const part of ['title', 'text']) expect(keys).toContain(`error.${code}.${part}`);
    for (const [, key] of source.matchAll(/'(fault\.[a-zA-Z.]+)'/g)) expect(keys).toContain(key);
  });
});

describe('letters', () => {
  const values = Object.fromEntries(LETTER_VARIABLES.map((name) => [name, name])) as LetterValues;

  test('are filled as plain text: nothing is escaped, nothing typed is a template', () => {
    const { fill } = compileLetter('S {{campaign.title}}\n\n{{sender.name}}\n{{ownWords}}\n');
    expect(fill({ ...values, 'sender.name': "O'Neil & <Söhne> {{date}}", ownWords: '' })).toEqual({
      subject: 'S campaign.title',
      body: "O'Neil & <Söhne> {{date}}",
    });
  });

  test('every documented variable works', () => {
    const { fill, variables } = compileLetter(`S\n\n${LETTER_VARIABLES.map((name) => `{{${name}}}`).join('\n')}`);
    expect(fill(values).body.split('\n')).toEqual([...LETTER_VARIABLES]);
    expect([...variables]).toEqual([...LETTER_VARIABLES]);
  });

  test.each([
    'S\n\n{{{date}}}',
    'S\n\n{{&date}}',
    'S\n\n{{#each this}}{{this}}{{/each}}',
    'S\n\n{{#if date}}x{{/if}}',
    'S\n\n{{naem}}',
    'S\n\n{{date x}}',
    'S\n\n{{date x=1}}',
    'S\n\n{{> page}}',
    'S\n\n{{log date}}',
    'S\n\n{{! note }}',
    'S\n\n{{date',
    'S\n\n{{../date}}',
    'S\n\n{{@root.date}}',
    'S\n\n{{this}}',
    'S\n\n{{sender}}',
    'S\n\n{{constructor}}',
    'S {{\n\n}} x',
    'S\n\n{{{{raw}}}}{{date}}{{{{/raw}}}}',
    'S\n\n{{*date}}',
    'S\n\n{{}}',
    'S\n\na }} b',
    'S\n\n\\{{date}}',
    'S\n\n{{"date"}}',
    'S\n\n{{else}}',
    `S\n\n${HOLE}`,
    'S\nno blank line',
    '',
  ])('and no other thing is allowed: %j', (text) => expect(() => compileLetter(text)).toThrow(LetterFault));

  test('a fault names its line', () => {
    try {
      compileLetter('S\n\na\nb {{naem}}');
    } catch (error) {
      expect([(error as LetterFault).line, (error as Error).message]).toEqual([4, expect.stringContaining('"naem"')]);
    }
  });

  test('are shown as HTML with everything escaped but our own marks', () => {
    expect(letterHtml(`<b>&\nx\n\n${markValue('name', '<i>')}`)).toBe(
      '<p>&lt;b&gt;&amp;<br>x</p>\n<p><mark data-slot="name">&lt;i&gt;</mark></p>',
    );
  });
});
