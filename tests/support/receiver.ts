import { once } from 'node:events';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { openCallOut } from '../../server/hooks/call-out.ts';
import { makeCertificate } from './made-certificate.ts';

export type Received = { path: string; method: string; headers: Record<string, string>; body: string };
type Reply = { status: number; headers?: Record<string, string>; silent?: true };

/** Another program that is told of events: a real HTTPS server on 127.0.0.1, under a name that only its callers know. */
export async function startReceiver(name = 'hooks.receiver.test') {
  const { pem, key } = makeCertificate(name);
  const received: Received[] = [];
  let reply: (seen: Received) => Reply = () => ({ status: 204 });
  const server = createServer({ cert: pem, key: key.export({ type: 'pkcs8', format: 'pem' }) }, (request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk) => chunks.push(chunk));
    request.on('end', () => {
      const { url: path = '', method = '', headers } = request;
      const seen = { path, method, headers: headers as Record<string, string>, body: Buffer.concat(chunks).toString() };
      received.push(seen);
      const { status, headers: given = {}, silent } = reply(seen);
      if (!silent) response.writeHead(status, given).end('a body that nobody reads');
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `https://${name}:${port}/told?token=s3cr3t`,
    port,
    ca: pem,
    received,
    /** What it answers from now on. */
    answers(next: Reply | ((seen: Received) => Reply)): void {
      reply = typeof next === 'function' ? next : () => next;
    },
    /** How it is called: as any address, but that its name leads to this machine and its certificate is known. */
    callOut: openCallOut({
      resolve: async () => [{ address: '127.0.0.1', family: 4 }],
      isAllowed: (address) => address === '127.0.0.1',
      ca: pem,
      patience: 2000,
    }),
    async stop(): Promise<void> {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
export type Receiver = Awaited<ReturnType<typeof startReceiver>>;
