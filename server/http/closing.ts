import type { Socket } from 'node:net';
import type { FastifyInstance } from 'fastify';

/** Who has asked for something is answered in that time; who dawdles does not keep the program from ending. */
const GRACE = 5_000;

/**
 * Lets the server close soon. Node waits for connections on which nothing was asked yet as if a request were coming, for as
 * long as one may take, and browsers open such ones in advance: they are cut at once, and all others after a while.
 */
export function closesSoon(app: FastifyInstance): void {
  const open = new Set<Socket>();
  app.server.on('connection', (socket: Socket) => {
    open.add(socket);
    socket.on('close', () => open.delete(socket));
  });
  app.addHook('preClose', async () => {
    for (const socket of open) if (socket.bytesRead === 0) socket.destroy();
    setTimeout(() => app.server.closeAllConnections(), GRACE).unref();
  });
}
