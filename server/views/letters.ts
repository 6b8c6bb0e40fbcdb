import Handlebars from 'handlebars';
import {
  closeHoles,
  HOLE,
  LETTER_VARIABLES,
  type LetterText,
  type LetterValues,
  type LetterVariable,
  splitLetter,
} from '../domain/letter.ts';
import { chosen, cutText, type Group, type Piece } from '../domain/variants.ts';

/** A letter text made ready once: which variables it uses, whether it has variants, and how it is filled. */
export type CompiledLetter = {
  variables: ReadonlySet<LetterVariable>;
  varies: boolean;
  /** With a seed the variants that this seed chooses, without one the letter's own text. */
  fill(values: LetterValues, seed?: string): LetterText;
};

/** Why a text is no letter; `line` counts from 1. */
export class LetterFault extends Error {
  readonly line: number;
  constructor(line: number, reason: string) {
    super(reason);
    this.line = line;
  }
}

// An instance of its own: plain text is not escaped, and nothing registered here can reach the pages' templates.
const plain = Handlebars.create();
const ALLOWED = new Set<string>(LETTER_VARIABLES);

/**
 * Compiles a letter file (subject, blank line, letter) with the groups of its variants. Only the documented variables may
 * stand in them: no helpers, blocks, partials, comments or triple braces, so that a template can neither compute nor reach
 * anything else.
 * @throws LetterFault with the line and the reason
 */
export function compileLetter(text: string, groups: readonly Group[] = []): CompiledLetter {
  if (text.includes(HOLE)) throw new LetterFault(1, 'holds a NUL character');
  const parts = splitLetter(text);
  if (!parts) throw new LetterFault(1, 'needs a subject on its first line, an empty line below it, and then its text');
  const variables = letterVariables(text);
  const [subject, body] = [parts.subject, parts.body].map((part) => cutText(part, groups).map(compilePiece));
  return {
    variables,
    varies: [...(subject ?? []), ...(body ?? [])].some(({ group }) => group !== null),
    fill: (values, seed) => {
      const model = modelOf(values);
      const join = (pieces: CompiledPiece[] = []) => pieces.map((piece) => pick(piece, seed)(model)).join('');
      return { subject: closeHoles(join(subject)), body: closeHoles(join(body)) };
    },
  };
}

/** The variables that a text of a letter uses. @throws LetterFault where it uses anything else */
export function letterVariables(text: string): Set<LetterVariable> {
  assertNoTags(text);
  const statements = parse(text).body;
  for (const statement of statements) if (statement.type === 'ContentStatement') assertNoBraces(statement);
  return new Set(statements.filter(({ type }) => type !== 'ContentStatement').map(allowedVariable));
}

/** What Handlebars could do beside filling in, by what stands behind the opening braces, in the words of whoever typed it. */
const TAGS: [start: RegExp, reason: string][] = [
  [/\\\{\{/, 'has a backslash before {{, so nothing would be filled in there; take the backslash out'],
  [/\{\{\{|\{\{~?\s*&/, 'has more than two braces, or a "&", around a name; write {{sender.name}}'],
  [/\{\{~?\s*(?:[#^/]|else\b)/, 'holds a block such as {{#if}}; only names such as {{sender.name}} are filled in'],
  [/\{\{~?\s*>/, 'holds a partial, {{> …}}; only names such as {{sender.name}} are filled in'],
  [/\{\{~?\s*!/, 'holds a comment, {{! …}}; take it out'],
];

/** Looked for before the text is parsed: of a block that is not closed the parser knows only where the text ends. */
function assertNoTags(text: string): void {
  const found = TAGS.map(([start, reason]) => ({ at: text.search(start), reason })).filter(({ at }) => at >= 0);
  const [first] = found.sort((a, b) => a.at - b.at);
  if (first) throw new LetterFault(lineAt(text, first.at), first.reason);
}

const UNMATCHED = 'has braces that do not match; write two before a name and two behind it';

/** Braces that the parser took for text would arrive as they are. */
function assertNoBraces(statement: hbs.AST.Statement): void {
  const { value, loc } = statement as hbs.AST.ContentStatement;
  const at = value.search(/\{\{|\}\}/);
  if (at >= 0) throw new LetterFault(loc.start.line + lineAt(value, at) - 1, UNMATCHED);
}

const lineAt = (text: string, at: number): number => text.slice(0, at).split('\n').length;

type CompiledPiece = { group: number | null; templates: Handlebars.TemplateDelegate[] };

/** Whole above, for the line numbers; in its pieces here, so that no pair of braces spans two. */
function compilePiece({ group, texts }: Piece): CompiledPiece {
  for (const text of texts) letterVariables(text);
  const options = { noEscape: true, strict: true, knownHelpersOnly: true } as const;
  return { group, templates: texts.map((text) => plain.compile(text, options)) };
}

function pick({ group, templates }: CompiledPiece, seed: string | undefined): Handlebars.TemplateDelegate {
  const index = group === null || seed === undefined ? 0 : chosen(seed, group, templates.length);
  return templates[index] as Handlebars.TemplateDelegate;
}

function parse(text: string): hbs.AST.Program {
  try {
    return plain.parseWithoutProcessing(text);
  } catch (error) {
    const line = /line (\d+)/i.exec(String(error))?.[1];
    throw new LetterFault(Number(line ?? 1), UNMATCHED);
  }
}

function allowedVariable(statement: hbs.AST.Statement): LetterVariable {
  const { line } = statement.loc.start;
  if (statement.type !== 'MustacheStatement')
    throw new LetterFault(line, 'holds more than names such as {{sender.name}}');
  const mustache = statement as hbs.AST.MustacheStatement & { escaped: boolean };
  const path = mustache.path as hbs.AST.PathExpression;
  const name = String(path.original);
  const isPlain = path.type === 'PathExpression' && mustache.params.length === 0 && !mustache.hash && mustache.escaped;
  if (!isPlain)
    throw new LetterFault(
      line,
      `asks for more than a name in "${name}"; only names such as {{sender.name}} are filled in`,
    );
  if (!ALLOWED.has(name))
    throw new LetterFault(line, `uses the unknown variable "${name}"; known are ${LETTER_VARIABLES.join(', ')}`);
  return name as LetterVariable;
}

/** The values in the shape of their names; empty ones as a {@link HOLE}, which `fill` closes. */
function modelOf(values: LetterValues): Record<string, unknown> {
  const model: Record<string, Record<string, string> | string> = {};
  for (const name of LETTER_VARIABLES) {
    const [room, field] = name.split('.');
    const value = values[name] === '' ? HOLE : values[name];
    if (room && field) model[room] = { ...((model[room] as Record<string, string>) ?? {}), [field]: value };
    else model[name] = value;
  }
  return model;
}
