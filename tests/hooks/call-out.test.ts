import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createServer, type TLSSocket } from 'node:tls';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openCallOut } from '../../server/hooks/call-out.ts';
import { makeCertificate } from '../support/made-certificate.ts';
import { type Receiver, startReceiver } from '../support/receiver.ts';

let receiver: Receiver;
beforeEach(async () => {
  receiver = await startReceiver();
});
afterEach(async () => receiver.stop());

const HERE = [{ address: '127.0.0.1', family: 4 }];
const isHere = (address: string) => address === '127.0.0.1';
const open = (options: Parameters<typeof openCallOut>[0] = {}) =>
  openCallOut({ resolve: async () => HERE, isAllowed: isHere, ca: receiver.ca, patience: 2000, ...options });

test('a message arrives as it was given, and of the answer only status and Retry-After come back', async () => {
  receiver.answers({ status: 503, headers: { 'retry-after': '120' } });
  const answer = await open()(receiver.url, { 'webhook-id': 'm1' }, '{"ü":1}');
  expect(answer).toEqual({ status: 503, retryAfter: '120' });
  expect(receiver.received).toMatchObject([{ method: 'POST', path: '/told?token=s3cr3t', body: '{"ü":1}' }]);
  expect(receiver.received[0]?.headers).toMatchObject({ 'webhook-id': 'm1', 'content-length': '8' });
});

test('a redirect is an answer, and not followed', async () => {
  receiver.answers({ status: 302, headers: { location: receiver.url } });
  expect(await open()(receiver.url, {}, '')).toEqual({ status: 302, retryAfter: null });
  expect(receiver.received).toHaveLength(1);
});

describe('nothing is sent', () => {
  const refused = async (call: Promise<unknown>, words: RegExp) => {
    await expect(call).rejects.toThrow(words);
    expect(receiver.received).toEqual([]);
  };

  test('to this machine, as the program calls out by itself', () =>
    refused(openCallOut({ resolve: async () => HERE, ca: receiver.ca })(receiver.url, {}, ''), /inner network/));

  test('to a name that this machine itself knows to be inside', () =>
    refused(openCallOut()('https://localhost.localdomain.localhost:8443/', {}, ''), /inner network|not known/));

  test('where one of several addresses is inside, whichever stands first', async () => {
    const other = { address: '10.0.0.1', family: 4 };
    await refused(open({ resolve: async () => [...HERE, other] })(receiver.url, {}, ''), /inner network/);
    await refused(open({ resolve: async () => [other, ...HERE] })(receiver.url, {}, ''), /inner network/);
  });

  test('to a name without an address, or that is not known', async () => {
    await refused(open({ resolve: async () => [] })(receiver.url, {}, ''), /inner network/);
    const unknown = () => Promise.reject(Object.assign(new Error('x'), { code: 'ENOTFOUND' }));
    await refused(open({ resolve: unknown })(receiver.url, {}, ''), /name is not known/);
  });

  test('to a number, or past https, even where it was let in before', async () => {
    await refused(open()(`https://127.0.0.1:${receiver.port}/`, {}, ''), /cannot be used/);
    await refused(open()(receiver.url.replace('https', 'http'), {}, ''), /cannot be used/);
  });

  test('where the certificate is not known, or is another name’s', async () => {
    const { callOut } = { callOut: openCallOut({ resolve: async () => HERE, isAllowed: isHere }) };
    await refused(callOut(receiver.url, {}, ''), /certificate/);
    await refused(open()(receiver.url.replace('hooks.', 'other.'), {}, ''), /certificate/);
  });

  test('where nobody listens', async () => {
    const { url } = receiver;
    await receiver.stop();
    await refused(open()(url, {}, ''), /nobody answers/);
    receiver = await startReceiver();
  });
});

test('the connection goes to the address that was looked at, though the name leads elsewhere a moment later', async () => {
  const asked: string[] = [];
  const rebinding = async () => {
    asked.push('again');
    return asked.length === 1 ? HERE : [{ address: '10.0.0.1', family: 4 }];
  };
  expect(await open({ resolve: rebinding })(receiver.url, {}, '')).toMatchObject({ status: 204 });
  expect(asked).toHaveLength(1);
  await expect(open({ resolve: rebinding })(receiver.url, {}, '')).rejects.toThrow(/inner network/);
  expect(receiver.received).toHaveLength(1);
});

describe('patience ends', () => {
  const inTime = async (call: Promise<unknown>) => {
    const began = Date.now();
    await expect(call).rejects.toThrow(/in time/);
    expect(Date.now() - began).toBeLessThan(1500);
  };
  const hasty = { patience: 300 };

  test('with who does not answer', async () => {
    receiver.answers({ status: 200, silent: true });
    await inTime(open(hasty)(receiver.url, {}, ''));
  });

  test('with a name that is looked up for ever', () =>
    inTime(open({ ...hasty, resolve: () => new Promise(() => {}) })(receiver.url, {}, '')));

  test('with who sends the head of an answer byte by byte', async () => {
    const { url, ca, stop } = await startRaw((socket) => {
      socket.write('HTTP/1.1 200 OK\r\nx: ');
      const drip = setInterval(() => socket.write('x'), 20);
      socket.on('close', () => clearInterval(drip));
    });
    await inTime(open({ ...hasty, ca })(url, {}, ''));
    await stop();
  });

  test('with who says "soon" for ever', async () => {
    const { url, ca, stop } = await startRaw((socket) => {
      const soon = setInterval(() => socket.write('HTTP/1.1 103 Early Hints\r\n\r\n'), 5);
      socket.on('close', () => clearInterval(soon));
    });
    await inTime(open({ ...hasty, ca })(url, {}, ''));
    await stop();
  });
});

describe('who answers in no way that counts is not waited for', () => {
  test.each([
    ['another protocol', 'HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n'],
    ['no HTTP at all', 'SSH-2.0-OpenSSH\r\n'],
    ['a head without end', `HTTP/1.1 200 OK\r\nx: ${'x'.repeat(100_000)}`],
    ['two lengths', 'HTTP/1.1 200 OK\r\ncontent-length: 5\r\ntransfer-encoding: chunked\r\n\r\n'],
    ['nothing', ''],
  ])('%s', async (_, says) => {
    const { url, ca, stop } = await startRaw((socket) => (says === '' ? socket.destroy() : socket.write(says)));
    await expect(open({ ca })(url, {}, '')).rejects.toThrow('the connection broke off');
    await stop();
  });
});

/** A machine that speaks TLS and then whatever `answers` writes. */
async function startRaw(answers: (socket: TLSSocket) => unknown) {
  const { pem: ca, key } = makeCertificate('hooks.receiver.test');
  const server = createServer({ cert: ca, key: key.export({ type: 'pkcs8', format: 'pem' }) }, (socket) => {
    socket.on('error', () => {});
    socket.once('data', () => answers(socket));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const url = `https://hooks.receiver.test:${port}/`;
  return { url, ca, stop: () => new Promise((done) => server.close(done)) };
}
