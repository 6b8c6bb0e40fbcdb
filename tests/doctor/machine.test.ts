import { chmodSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Finding } from '../../server/doctor/finding.ts';
import { database, databaseLine, disk, endingKeys, keys, proxy } from '../../server/doctor/machine.ts';
import { openStore } from '../../server/store/open.ts';
import { emptyFolder, GOOD, KEY, line, pem, ROOT, visit } from './world.ts';

const all = (found: Finding[]) => found.map((each) => `${each.check} ${line(each)}`);
const MB = 1024 * 1024;

describe('disk', () => {
  test.each([
    [50_000 * MB, 100_000 * MB, /^ok: 50000 MB are free where the database lies \(50 %\)/],
    [9_999 * MB, 100_000 * MB, /^fault: 9999 MB are free .* \(9 %\)\. Make room/],
    [199 * MB, 1_000 * MB, /^fault: 199 MB/],
    [200 * MB, 2_000 * MB, /^ok/],
  ])('%d of %d bytes free', async (free, total, expected) => {
    expect(line(await disk(visit(GOOD, {}, { space: async () => ({ free, total }) })))).toMatch(expected);
  });

  test('is asked about the folder of the database, or what is there of it', async () => {
    const folder = emptyFolder();
    const asked: string[] = [];
    const space = async (path: string) => {
      asked.push(path);
      return { free: 1e12, total: 2e12 };
    };
    await disk(visit(GOOD, { DATABASE_URL: `file:${folder}/test.db` }, { space }));
    await disk(visit(GOOD, { DATABASE_URL: `file:${folder}/not/yet/test.db` }, { space }));
    expect(asked).toEqual([folder, folder]);
  });
});

describe('keys', () => {
  const inFolder = (files: Record<string, number>, text = pem()) => {
    const folder = emptyFolder();
    for (const [name, mode] of Object.entries(files)) {
      writeFileSync(join(folder, name), text);
      chmodSync(join(folder, name), mode);
    }
    return visit(GOOD, { DATABASE_URL: `file:${folder}/test.db`, DKIM_KEY: '' });
  };

  test('are made by themselves, given, or files of their owner', async () => {
    expect(all(await keys(inFolder({})))).toEqual(['SECRET_KEY ok: It will be made on the first start.']);
    expect(all(await keys(visit(GOOD, { SECRET_KEY: 'k'.repeat(40) })))).toEqual(['SECRET_KEY ok: It is set.']);
    expect(all(await keys(inFolder({ 'secret.key': 0o600, 'dkim.pem': 0o400 })))).toEqual([
      expect.stringMatching(/^SECRET_KEY ok: .*secret\.key is readable for its owner only/),
      expect.stringMatching(/^DKIM key ok: .*dkim\.pem is readable for its owner only/),
    ]);
  });

  test('that others may read are faults', async () => {
    expect(all(await keys(inFolder({ 'secret.key': 0o640, 'dkim.pem': 0o604 })))).toEqual([
      expect.stringMatching(/^SECRET_KEY fault: Others on this machine may read .*secret\.key\. Call: chmod go-rwx /),
      expect.stringMatching(/^DKIM key fault: Others on this machine may read .*dkim\.pem\. Call: chmod go-rwx /),
    ]);
  });

  test('that cannot be used are faults, and are not repeated', async () => {
    const broken = KEY.replace(/\n[A-Za-z0-9+/]{64}\n/, '\nbroken\n');
    const found = all(await keys(inFolder({ 'dkim.pem': 0o600 }, broken)));
    expect(found[1]).toMatch(/^DKIM key fault: The DKIM key cannot be read/);
    expect(found.join()).not.toContain('PRIVATE');
    const folder = emptyFolder();
    mkdirSync(join(folder, 'dkim.pem'));
    const unreadable = visit(GOOD, { DATABASE_URL: `file:${folder}/test.db`, DKIM_KEY: '' });
    expect(all(await keys(unreadable))[1]).toMatch(/^DKIM key fault: The DKIM key cannot be read: .*EISDIR/);
  });
});

test('a proxy in front must be told of, or no flood is told from people', async () => {
  const behind = { PUBLIC_URL: 'https://letters.example.org', HOST: '127.0.0.1', TRUST_PROXY: '' };
  expect(await proxy(visit(GOOD, behind))).toMatchObject([{ check: 'TRUST_PROXY', verdict: 'doubt' }]);
  for (const fine of [{ TRUST_PROXY: '1' }, { HOST: '0.0.0.0' }, { PUBLIC_URL: 'http://127.0.0.1:3000' }])
    expect(await proxy(visit(GOOD, { ...behind, ...fine }))).toEqual([]);
});

test('whoever trusts everybody’s word for where they come from has no limits', async () => {
  expect(await proxy(visit(GOOD, { TRUST_PROXY: 'true' }))).toMatchObject([{ check: 'TRUST_PROXY', verdict: 'doubt' }]);
});

test('the folder of keys that end is its owner’s only, and where people write to it, not beside the database', async () => {
  const folder = emptyFolder();
  const mode = (bits: number) => {
    mkdirSync(join(folder, 'keys'), { recursive: true });
    chmodSync(join(folder, 'keys'), bits);
    return endingKeys(visit(GOOD, { DATABASE_URL: `file:${folder}/test.db` }));
  };
  expect(await mode(0o750)).toMatchObject({ verdict: 'fault', mend: expect.stringMatching(/^Call: chmod go-rwx /) });
  expect(await mode(0o700)).toMatchObject({ verdict: 'ok' });
  const production = { NODE_ENV: 'production', SECRET_KEY: 'k'.repeat(40), DATABASE_URL: `file:${folder}/test.db` };
  expect(await endingKeys(visit(GOOD, production))).toMatchObject({ verdict: 'doubt' });
  const elsewhere = { ...production, KEYS_DIR: join(folder, 'elsewhere') };
  expect(await endingKeys(visit(GOOD, elsewhere))).toMatchObject({ verdict: 'ok' });
});

describe('database', () => {
  test('that is not there yet is not made', async () => {
    const folder = emptyFolder();
    const at = visit(GOOD, { DATABASE_URL: `file:${folder}/test.db` });
    expect(line(await database(at))).toBe('ok: It will be made on the first start.');
    expect(existsSync(join(folder, 'test.db'))).toBe(false);
    await (await openStore(at.config.databaseUrl, ROOT)).close();
    expect(line(await database(at))).toBe('ok: It opens, and has our tables.');
  });

  test('that others may read is a doubt, unless they cannot come to it', async () => {
    const folder = emptyFolder();
    const at = visit(GOOD, { DATABASE_URL: `file:${folder}/test.db` });
    await (await openStore(at.config.databaseUrl, ROOT)).close();
    chmodSync(join(folder, 'test.db'), 0o644);
    expect(line(await database(at))).toBe('ok: It opens, and has our tables.');
    chmodSync(folder, 0o755);
    expect(line(await database(at))).toMatch(
      /^doubt: Others on this machine may read .*test\.db\. Call: chmod go-rwx .*test\.db\*$/,
    );
    chmodSync(join(folder, 'test.db'), 0o600);
    expect(line(await database(at))).toBe('ok: It opens, and has our tables.');
  });

  test.each([
    ['postgres://u:p@db.example/letters', 'doubt'],
    ['postgres://u:p@db.example/letters?sslmode=disable', 'doubt'],
    ['postgres://u:p@db.example/letters?sslmode=no-verify', 'doubt'],
    ['postgresql://u:p@192.0.2.1:5433/letters', 'doubt'],
    ['postgres://u:p@db.example/letters?sslmode=verify-full', undefined],
    ['postgres://u:p@db.example/letters?sslmode=require', 'doubt'],
    ['postgres://u:p@127.0.0.1:5433/letters', undefined],
    ['postgres://u:p@[::1]/letters', undefined],
    ['postgres:///letters?host=/var/run/postgresql', undefined],
    ['file:var/letters.db', undefined],
  ])('on another machine must be spoken to under encryption: %s, %s', async (DATABASE_URL, verdict) => {
    const [found] = await databaseLine(visit(GOOD, { DATABASE_URL }));
    expect(found?.verdict).toBe(verdict);
    expect(JSON.stringify(found ?? '')).not.toContain('u:p');
  });

  test('that is something else is a fault', async () => {
    const folder = emptyFolder();
    writeFileSync(join(folder, 'test.db'), 'a letter to somebody, and no database at all'.repeat(50));
    expect(line(await database(visit(GOOD, { DATABASE_URL: `file:${folder}/test.db` })))).toMatch(
      /^fault: It cannot be used \(SQLITE_NOTADB\)\. .*DATABASE_URL/,
    );
  });

  test('that does not answer is a fault, and its password is not repeated', async () => {
    const found = line(
      await database(visit(GOOD, { DATABASE_URL: 'postgres://anna:open-sesame@127.0.0.1:1/letters' })),
    );
    expect(found).toBe('fault: It cannot be used (ECONNREFUSED). Start it, or mend DATABASE_URL.');
  });
});
