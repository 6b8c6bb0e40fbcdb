import { findNodeAtLocation, type Node, type ParseError, parseTree, printParseErrorCode } from 'jsonc-parser';
import { CampaignFacts } from '../domain/campaign.ts';
import { isContactKey } from '../vault/contacts.ts';
import { decode, lineAt, ReadFault } from './encoding.ts';
import { complaint, issueInWords, pathInWords, type Read, type Remark, show } from './wording.ts';

/** Reads `campaign.json` of the folder `slug`: every fault with its line. */
export function readFacts(bytes: Uint8Array, slug: string): Read<CampaignFacts> {
  try {
    const { text, doubt } = decode(bytes);
    const tree = treeOf(text);
    const faults = tree === null ? [] : faultsOfTree(tree, text);
    const parsed = CampaignFacts.safeParse(JSON.parse(text), { reportInput: true });
    for (const issue of parsed.error?.issues ?? []) {
      const line = lineOf(tree, text, issue.path);
      const wrong = complaint(issue.code === 'invalid_type' ? '' : issue.input, issueInWords(issue));
      faults.push({ line, text: issue.path.length > 0 ? `${pathInWords(issue.path)}: ${wrong}` : `It ${wrong}` });
    }
    const doubts: Remark[] = doubt === null ? [] : [{ line: null, text: doubt }];
    const facts = parsed.data ?? null;
    if (!facts) return { value: null, faults, doubts };
    const at = (path: (string | number)[], text_: string) => ({ line: lineOf(tree, text, path), text: text_ });
    if (facts.slug !== slug) {
      faults.push(
        at(['slug'], `slug: ${show(facts.slug)} is not the folder's name, ${show(slug)}. Make them the same.`),
      );
    }
    faults.push(
      ...twice(facts).map((language) => at(['languages'], `languages: ${show(language)} stands there twice.`)),
    );
    faults.push(
      ...facts.languages
        .filter((language) => !isTag(language))
        .map((language) => at(['languages'], `languages: ${show(language)} is no language tag such as "en".`)),
    );
    if (facts.contacts && !isContactKey(facts.contacts.key)) {
      faults.push(at(['contacts', 'key'], 'contacts, key: is mistyped: its checksum is wrong. Copy it once more.'));
    }
    doubts.push(...strangers(facts).map(([key, language]) => at([key, language], unheard(key, language))));
    return { value: faults.length > 0 ? null : facts, faults, doubts };
  } catch (error) {
    return { value: null, faults: [faultOf(error)], doubts: [] };
  }
}

function faultOf(error: unknown): Remark {
  if (error instanceof ReadFault) return { line: error.line, text: error.message };
  if (error instanceof RangeError) return { line: null, text: 'Its brackets are nested too deep.' };
  throw error;
}

const MISSING: Record<string, string> = {
  CommaExpected: 'a comma is missing before this',
  ColonExpected: 'a colon is missing after the name',
  ValueExpected: 'a value is missing (is there a comma too many before?)',
  PropertyNameExpected: 'a name in quotes is missing (is there a comma too many before?)',
  CloseBraceExpected: 'a closing brace "}" is missing',
  CloseBracketExpected: 'a closing bracket "]" is missing',
  UnexpectedEndOfString: 'a text is not closed by a quotation mark on its line',
  InvalidCommentToken: 'JSON has no comments',
  EndOfFileExpected: 'the file should end here',
};

/** @throws ReadFault with the line of the first place that is no JSON */
function treeOf(text: string): Node | null {
  const errors: ParseError[] = [];
  const tree = parseTree(text, errors, { disallowComments: true }) ?? null;
  const [first] = errors;
  if (!first && tree) return tree;
  const code = first ? printParseErrorCode(first.error) : 'ValueExpected';
  throw new ReadFault(
    `It is not valid JSON: ${MISSING[code] ?? 'this is not understood'}.`,
    lineAt(text, first?.offset ?? 0),
  );
}

// Enough to mend a file by; each costs a search for its line.
const MOST_FAULTS = 50;

/** What JSON lets pass and no campaign may hold: a name given twice, broken characters, line breaks in what is one line. */
function faultsOfTree(node: Node, text: string, path = '', faults: Remark[] = []): Remark[] {
  if (faults.length >= MOST_FAULTS) return faults;
  if (node.type === 'string') {
    const wrong = wrongText(String(node.value), /^(title|organiser\.(name|contact)|slug)\b/.test(path));
    if (wrong) faults.push({ line: lineAt(text, node.offset), text: `${path.replaceAll('.', ', ')}: ${wrong}` });
  }
  const names = new Set<string>();
  for (const child of node.children ?? []) {
    const [key, value] = child.type === 'property' ? (child.children ?? []) : [undefined, child];
    const name = String(key?.value ?? '');
    if (key && names.has(name))
      faults.push({ line: lineAt(text, child.offset), text: `${show(name)} is given twice. Keep one.` });
    names.add(name);
    if (value) faultsOfTree(value, text, [path, name].filter((step) => step !== '').join('.'), faults);
  }
  return faults;
}

function wrongText(value: string, oneLine: boolean): string | null {
  if (!value.isWellFormed() || value.includes('\0')) return `${show(value)} holds a broken character.`;
  return oneLine && /[\p{Cc}\u2028\u2029]/u.test(value)
    ? `${show(value)} holds a line break or control character.`
    : null;
}

/** The line of the value at `path`, or of what should hold it. */
function lineOf(tree: Node | null, text: string, path: readonly PropertyKey[]): number | null {
  for (let length = path.length; tree && length > 0; length -= 1) {
    const node = findNodeAtLocation(tree, path.slice(0, length) as (string | number)[]);
    if (node) return lineAt(text, node.offset);
  }
  return null;
}

const twice = ({ languages }: CampaignFacts): string[] => languages.filter((each, i) => languages.indexOf(each) < i);

/** Whether dates and names can be written in it: a tag may have the right shape and still be none. */
function isTag(language: string): boolean {
  try {
    return Intl.getCanonicalLocales(language).length === 1;
  } catch {
    return false;
  }
}

/** Texts in languages that the campaign does not offer. */
function strangers(facts: CampaignFacts): [string, string][] {
  const { title, summary, background = {}, reviewedBy } = facts;
  return Object.entries({ title, summary, background, reviewedBy }).flatMap(([key, texts]) =>
    Object.keys(texts)
      .filter((language) => !facts.languages.includes(language))
      .map((language): [string, string] => [key, language]),
  );
}

function unheard(key: string, language: string): string {
  return `${key}: ${show(language)} is not among the campaign's languages, so nobody is shown this.`;
}
