import { createServer, type Socket } from 'node:net';
import { cleanUp } from '../clean-up.ts';
import { listen } from './listening.ts';

/**
 * A TCP server whose connections a test handles itself; closed after the test.
 * @returns its origin, such as `http://127.0.0.1:4810`
 */
export async function startTcpServer(onConnection: (socket: Socket) => void): Promise<string> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket.on('error', () => {}));
    onConnection(socket);
  });
  const port = await listen(server);
  cleanUp(async () => {
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  });
  return `http://127.0.0.1:${port}`;
}
