import { expect, test } from 'vitest';
import { openLog } from '../server/log.ts';

test('I13: a line holds its sentence and what is allowed, whatever is handed over', () => {
  const lines: string[] = [];
  const log = openLog('trace', { write: (line: string) => void lines.push(line) });
  log.info({ route: '/confirm/:token', status: 200, email: 'sam@post.example', ip: '203.0.113.7' }, 'answered');
  log.error(new Error('sam@post.example'), 'it fell');
  log.error(new TypeError('sam@post.example'));
  log.child({ reqId: 'r1', token: 'secret' }).warn({ req: { url: '/confirm/secret' }, err: new Error('x') }, 'late');
  const [answered, fell, alone, late] = lines.map((line) => JSON.parse(line) as Record<string, unknown>);
  expect(answered).toEqual({
    level: 30,
    time: expect.any(Number),
    route: '/confirm/:token',
    status: 200,
    msg: 'answered',
  });
  expect(Object.keys(fell ?? {}).sort()).toEqual(['level', 'msg', 'time']);
  expect(alone).toMatchObject({ msg: 'TypeError' });
  expect(late).toMatchObject({ msg: 'late' });
  expect(lines.join()).not.toMatch(/sam@post|203\.0|secret/);
});
