import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';

const MODULES = join(import.meta.dirname, '../../node_modules');
const read = (path: string) => readFileSync(join(MODULES, path), 'utf8');

/** Every text written out in a program that has an @, or that its tests put between quotes for want of one. */
function textsOf(program: string): string[] {
  const texts: string[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isStringLiteralLike(node) && node.text.includes('@')) texts.push(node.text);
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile('vectors.ts', program, ts.ScriptTarget.Latest));
  return texts;
}

/** The addresses of is_email's own tests, in XML; a control character stands there as its picture (U+2400 and on). */
function isEmail(xml: string): string[] {
  const named: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };
  const plain = (text: string) =>
    text
      .replace(/&#x([0-9a-f]+);/gi, (_, code: string) => String.fromCodePoint(Number.parseInt(code, 16)))
      .replace(/&(amp|lt|gt|quot|apos);/g, (_, name: string) => named[name] ?? '')
      .replace(/[\u2400-\u241f]/g, (picture) => String.fromCharCode(picture.charCodeAt(0) - 0x2400));
  return [...xml.matchAll(/<address>([^<]*)<\/address>/g)].map(([, text = '']) => plain(text));
}

/**
 * Test addresses as the authors of six libraries publish them with their packages, good and bad, each once: is_email's
 * (twice, for isemail has others too), and those of email-validator, smtp-address-parser (Wikipedia's among them),
 * email-syntax, address-rfc2821 and zod.
 */
export const ADDRESSES: readonly string[] = [
  ...new Set([
    ...(JSON.parse(read('isemail-vectors/test/tests.json')) as [string, string][]).map(([address]) => address),
    ...isEmail(read('is-email-vectors/test/tests.xml')),
    ...textsOf(read('email-validator/test.js')),
    ...textsOf(read('smtp-address-parser/test/addresses.test.ts')),
    ...textsOf(read('email-syntax/spec/email-syntax.spec.js')),
    ...textsOf(read('address-rfc2821-vectors/test/address.js')),
    ...textsOf(read('zod/src/v4/classic/tests/string.test.ts')),
  ]),
];
