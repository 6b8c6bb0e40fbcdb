import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import Handlebars from 'handlebars';
import MarkdownIt from 'markdown-it';
import { type LetterText, splitLetter } from '../domain/letter.ts';
import { openCatalogue, type Values } from './catalogue.ts';
import { letterHtml } from './sheet.ts';

type Model = Record<string, unknown>;
type HelperOptions = Handlebars.HelperOptions;

/**
 * Compiles every template at start; one that is broken, or a catalogue with a faulty message, refuses to start.
 * Pages escape what they show; mails are plain text. Letters have their own compiler, which allows far less.
 */
export function openViews(root: string) {
  const words = openCatalogue(join(root, 'templates/words'));
  // html: false makes any markup in a campaign's text plain text, and only http, https and mailto links are made.
  const markdown = new MarkdownIt({ html: false, typographer: false });

  const pages = environment(false);
  pages.registerHelper('t', (key: string, { hash, data }: HelperOptions) =>
    words.say(data.root.language, key, hash as Values),
  );
  pages.registerHelper('rich', (key: string, { hash, data }: HelperOptions) =>
    safe(words.sayHtml(data.root.language, key, hash as Values, Handlebars.escapeExpression)),
  );
  pages.registerHelper('letter', (text: string) => safe(letterHtml(text)));
  // What server/desk/charts drew: every text in it is escaped there.
  pages.registerHelper('drawing', (svg: string) => safe(svg));
  pages.registerHelper('markdown', (text: string) => safe(markdown.render(text)));
  for (const folder of ['layouts', 'partials']) {
    for (const [name, text] of templates(join(root, 'templates', folder))) pages.registerPartial(name, text);
  }
  const page = compileAll(pages, join(root, 'templates/pages'));
  const desk = compileAll(pages, join(root, 'templates/desk'));

  const texts = environment(true);
  texts.registerHelper('t', (key: string, { hash, data }: HelperOptions) =>
    words.say(data.root.language, key, hash as Values),
  );
  const mail = compileAll(texts, join(root, 'templates/mails'));

  return {
    languages: words.languages,
    say: words.say,
    /** Whether the catalogue has this key: faults and errors are told by theirs. */
    knows: words.has,
    /** A page as HTML. */
    page: (name: string, model: Model & { language: string }): string => run(page, name, model),
    /** A page of the desk as HTML. */
    desk: (name: string, model: Model & { language: string }): string => run(desk, name, model),
    /** One of our own mails; its template begins with the subject, as letters do. */
    mail(name: string, language: string, model: Model): LetterText & { text: string } {
      const list = new Intl.ListFormat(language, { type: 'conjunction' });
      const lists = Object.entries(model).map(([key, value]) => [
        key,
        Array.isArray(value) ? list.format(value) : value,
      ]);
      const parts = splitLetter(run(mail, name, { ...Object.fromEntries(lists), language }));
      if (!parts) throw new Error(`templates/mails/${name}.hbs does not begin with a subject and a blank line`);
      return { ...parts, text: `${parts.body}\n` };
    },
  };
}
export type Views = ReturnType<typeof openViews>;

type Environment = ReturnType<typeof Handlebars.create>;
type Template = Handlebars.TemplateDelegate;

const HELPERS = { t: true, rich: true, letter: true, drawing: true, markdown: true };

function environment(noEscape: boolean): Environment {
  const made = Handlebars.create();
  const compile = made.compile.bind(made);
  made.compile = (text: string) =>
    compile(text, { noEscape, strict: true, knownHelpersOnly: true, knownHelpers: HELPERS });
  return made;
}

function templates(folder: string): [string, string][] {
  const files = readdirSync(folder).filter((file) => file.endsWith('.hbs'));
  return files.map((file) => [basename(file, '.hbs'), readFileSync(join(folder, file), 'utf8')]);
}

function compileAll(environment: Environment, folder: string): Map<string, Template> {
  const compiled = templates(folder).map(([name, text]) => {
    // Handlebars compiles at the first use; parsing now finds a broken template at the start.
    environment.parse(text);
    return [name, environment.compile(text)] as const;
  });
  return new Map(compiled);
}

function run(templates: Map<string, Template>, name: string, model: Model): string {
  const template = templates.get(name);
  if (!template) throw new Error(`there is no template "${name}"`);
  return template(model);
}

function safe(html: string): Handlebars.SafeString {
  return new Handlebars.SafeString(html);
}
