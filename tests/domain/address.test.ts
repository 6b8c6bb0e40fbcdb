import { describe, expect, test } from 'vitest';
import { canonicalAddress, mailboxOf, parseAddress } from '../../server/domain/address.ts';
import { isToken } from '../../server/domain/confirmation.ts';

const long = (n: number) => 'a'.repeat(n);
/** A domain of exactly so many characters, in labels that are short enough. */
const domainOf = (n: number) =>
  `${`${long(60)}.`.repeat(Math.floor((n - 8) / 61))}${long((n - 8) % 61)}.example`.slice(-n);

describe('an address', () => {
  test.each([
    ['sam@post.example', 'sam@post.example'],
    ['a@post.example', 'a@post.example'],
    ['Sam.O@POST.Example', 'Sam.O@post.example'],
    ['  \t sam@post.example \t ', 'sam@post.example'],
    ["o'neil+bees@post.example", "o'neil+bees@post.example"],
    ['sam@bücher.example', 'sam@xn--bcher-kva.example'],
    [`${long(64)}@post.example`, `${long(64)}@post.example`],
    ['sam@a.b-c.example', 'sam@a.b-c.example'],
  ])('%j is taken', (typed, address) => expect(parseAddress(typed)).toEqual({ ok: true, address }));

  test.each([
    ['', 'missing'],
    [' \t ', 'missing'],
    ['sam', 'shape'],
    ['@post.example', 'shape'],
    ['sam@', 'shape'],
    ['sam@post', 'shape'],
    ['a@b@post.example', 'shape'],
    ['sam @post.example', 'shape'],
    ['sam@ post.example', 'shape'],
    ['.sam@post.example', 'shape'],
    ['sam.@post.example', 'shape'],
    ['sa..m@post.example', 'shape'],
    ['"sam"@post.example', 'shape'],
    ['sam@[127.0.0.1]', 'shape'],
    ['sam@127.0.0.1', 'shape'],
    ['sam@post.example/x', 'shape'],
    ['/sam@/post.example', 'shape'],
    ['sam@-post.example', 'shape'],
    ['sam@post-.example', 'shape'],
    ['sam@post.example.', 'shape'],
    ['sam@post..example', 'shape'],
    ['sam@good.-bad.example', 'shape'],
    ['sam@post.123', 'shape'],
    [`sam@${long(64)}.example`, 'shape'],
    ['sam,tom@post.example', 'shape'],
    ['sam@post.example, tom@post.example', 'shape'],
    ['sam\r\n@post.example', 'shape'],
    ['säm@post.example', 'script'],
    ['王@post.example', 'script'],
    [`${long(65)}@post.example`, 'length'],
  ])('%j is not: %s', (typed, fault) => expect(parseAddress(typed)).toEqual({ ok: false, fault }));

  test('has at most 254 characters', () => {
    const right = `${long(20)}@${domainOf(233)}`;
    expect(right).toHaveLength(254);
    expect(parseAddress(right)).toMatchObject({ ok: true });
    const wrong = `${long(21)}@${domainOf(233)}`;
    expect(parseAddress(wrong)).toEqual({ ok: false, fault: 'length' });
    expect(parseAddress(`a@${domainOf(254)}`)).toEqual({ ok: false, fault: 'shape' });
  });
});

test.each([
  ['Sam@Post.Example', 'sam@post.example', 'sam@post.example'],
  ['sam+bees@post.example', 'sam+bees@post.example', 'sam@post.example'],
  ['s.a.m+bees+x@gmail.com', 'sam@gmail.com', 'sam@gmail.com'],
  ['s.a.m@googlemail.com', 'sam@gmail.com', 'sam@gmail.com'],
  ['s.a.m+x@pm.me', 's.a.m@proton.me', 's.a.m@proton.me'],
  ['sam+x@ProtonMail.com', 'sam@proton.me', 'sam@proton.me'],
  ['sam+x@outlook.com', 'sam@outlook.com', 'sam@outlook.com'],
  ['+x@gmail.com', '+x@gmail.com', '@gmail.com'],
  ['s.am@post.example', 's.am@post.example', 's.am@post.example'],
])('%s counts as %s, and leads to %s', (typed, canonical, mailbox) => {
  expect(canonicalAddress(typed)).toBe(canonical);
  expect(mailboxOf(typed)).toBe(mailbox);
});

test('a token is exactly one, and not a piece of something longer', () => {
  const token = 'a'.repeat(43);
  expect(isToken(token)).toBe(true);
  for (const wrong of ['', token.slice(1), `${token}a`, `a ${token}`, `${token}\n`, token.replace('a', '.')])
    expect(isToken(wrong)).toBe(false);
});
