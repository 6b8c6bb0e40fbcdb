import { tmpdir } from 'node:os';
import { expect, test } from 'vitest';
import { isPublic, ownAddresses } from '../../server/doctor/addresses.ts';
import { surely, theOutside } from '../../server/doctor/outside.ts';

test.each([
  ['198.51.100.4', true],
  ['2001:db8::7', true],
  ['172.32.0.1', true],
  ['127.0.0.1', false],
  ['10.1.2.3', false],
  ['172.31.255.1', false],
  ['192.168.1.1', false],
  ['169.254.1.1', false],
  ['100.64.0.1', false],
  ['::1', false],
  ['fe80::1', false],
  ['fd00::1', false],
  ['::ffff:10.0.0.1', false],
  ['relay.example', false],
])('%s is an address the world knows: %s', (address, expected) => {
  expect(isPublic(address)).toBe(expected);
});

test('this machine knows its own addresses, and its disk', async () => {
  expect(ownAddresses().every(isPublic)).toBe(true);
  const { free, total } = await theOutside().space(tmpdir());
  expect(total).toBeGreaterThan(free);
});

test('"there is no such name" is believed only of a DNS that knows its root or the last label', async () => {
  const asked: string[] = [];
  const dns = (knows: string[]) => {
    const answer = async (name: string, type: string) => {
      asked.push(`${name} ${type}`);
      if (type === 'NS' && knows.includes(name)) return ['a.root.example'];
      throw Object.assign(new Error(), { code: 'ENOTFOUND' });
    };
    return surely({ resolve: answer, reverse: async (address) => (await answer(address, 'PTR')) as string[] });
  };
  await expect(dns(['.']).resolve('letters.example', 'TXT')).rejects.toMatchObject({ code: 'ENOTFOUND' });
  await expect(dns(['example']).resolve('letters.example', 'TXT')).rejects.toMatchObject({ code: 'ENOTFOUND' });
  await expect(dns([]).resolve('letters.example', 'TXT')).rejects.toMatchObject({ code: 'ENONETWORK' });
  await expect(dns([]).reverse('192.0.2.7')).rejects.toMatchObject({ code: 'ENONETWORK' });
  asked.length = 0;
  const deaf = dns([]);
  await Promise.allSettled(['a', 'b', 'c'].map((name) => deaf.resolve(`${name}.example`, 'TXT')));
  expect(asked.filter((each) => each.endsWith(' NS')).sort()).toEqual(['. NS', 'example NS']);
});
