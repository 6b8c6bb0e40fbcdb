import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { startApp, type TestApp } from '../support/app.ts';
import { bees } from '../support/cast.ts';

async function connection({ url }: TestApp): Promise<Socket> {
  const socket = connect(Number(new URL(url).port), '127.0.0.1');
  // Cut from the other side is what is wanted here.
  socket.on('error', () => {});
  await new Promise((done) => socket.on('connect', done));
  return socket;
}

test.each([
  ['a connection on which nothing was asked is cut at once', '', 3000],
  [
    'half a request is waited for, but not for long',
    'POST /api/campaigns/save-the-bees/drafts HTTP/1.1\r\nHost: x',
    8000,
  ],
])(
  'when the program ends, %s',
  async (_, said, within) => {
    const app = await startApp([bees()]);
    const socket = await connection(app);
    const cut = new Promise((done) => socket.on('close', done));
    if (said) socket.write(said);
    await sleep(200);
    const before = performance.now();
    await app.stop();
    await cut;
    expect(performance.now() - before).toBeLessThan(within);
  },
  20_000,
);

test('what was asked before is still answered', async () => {
  const app = await startApp([bees()]);
  const body = JSON.stringify({ country: 'IE' });
  const socket = await connection(app);
  let answer = '';
  socket.on('data', (part) => {
    answer += part;
  });
  const over = new Promise((done) => socket.on('close', done));
  socket.write(
    `POST /api/campaigns/save-the-bees/drafts HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n`,
  );
  await sleep(200);
  const stopped = app.stop();
  await sleep(300);
  socket.write(body);
  await Promise.all([stopped, over]);
  expect(answer).toMatch(/^HTTP\/1\.1 200/);
}, 20_000);
