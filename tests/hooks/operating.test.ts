import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Webhook } from 'standardwebhooks';
import { afterEach, expect, test, vi } from 'vitest';
import { EVENT_KINDS } from '../../server/domain/hooks.ts';
import { ROOT } from '../support/app.ts';

const SECRET = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;
const page = readFileSync(join(ROOT, 'docs/operating.md'), 'utf8');
const chapter = page.slice(page.indexOf('\n## Webhooks'), page.indexOf('\n## Floods'));
afterEach(() => vi.unstubAllEnvs());

test('the lines by which a receiver verifies do it', async () => {
  vi.stubEnv('SECRET', SECRET);
  const [, code = ''] = /```js\n([\s\S]*?)```/.exec(chapter) ?? [];
  const { isOurs } = await import(`data:text/javascript,${encodeURIComponent(code)}`);
  const now = new Date();
  const headers = {
    'webhook-id': 'm1',
    'webhook-timestamp': String(Math.floor(now.getTime() / 1000)),
    'webhook-signature': `v1,abc ${new Webhook(SECRET).sign('m1', now, '{"ü":1}')}`,
  };
  expect(isOurs(headers, '{"ü":1}')).toBe(true);
  expect(isOurs(headers, '{"ü":2}')).toBe(false);
  expect(isOurs({ ...headers, 'webhook-id': 'm2' }, '{"ü":1}')).toBe(false);
  expect(isOurs({ ...headers, 'webhook-signature': 'v1,abc' }, '{"ü":1}')).toBe(false);
  // As long in letters as a right one, and longer in bytes.
  expect(isOurs({ ...headers, 'webhook-signature': `v1,${'é'.repeat(44)}` }, '{"ü":1}')).toBe(false);
  expect(isOurs({}, '{"ü":1}')).toBe(false);
  const old = new Date(now.getTime() - 301_000);
  const late = { ...headers, 'webhook-timestamp': String(Math.floor(old.getTime() / 1000)) };
  const signature = new Webhook(SECRET).sign('m1', old, '{"ü":1}');
  expect(isOurs({ ...late, 'webhook-signature': signature }, '{"ü":1}')).toBe(false);
});

test('each event is described', () => {
  for (const kind of EVENT_KINDS) expect(chapter).toContain(`.${kind.split('.')[1]}\``);
});
