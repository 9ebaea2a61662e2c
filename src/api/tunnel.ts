/** A connection through an HTTP proxy: CONNECT (RFC 9110 9.3.6). Loaded only when a proxy is set. */
import http from 'node:http';
import https from 'node:https';
import { isIP, type Socket } from 'node:net';
import { ConnectionError } from './failure.ts';
import type { Proxy } from './proxy.ts';

/**
 * Asks the proxy for a connection.
 * @param target host (IPv6 without brackets) and port to connect to
 * @param signal gives up with its reason when aborted
 * @returns the socket, whose other end is the target; TLS is still to be started on it
 * @throws ConnectionError `proxy_refused` with the proxy's status, or the socket's error
 */
export function openTunnel(
  proxy: Proxy,
  target: { hostname: string; port: number },
  signal: AbortSignal,
): Promise<Socket> {
  const authority = `${target.hostname.includes(':') ? `[${target.hostname}]` : target.hostname}:${target.port}`;
  const options = {
    method: 'CONNECT',
    host: proxy.hostname,
    port: proxy.port,
    path: authority,
    agent: false,
    // Else Node takes it from the Host header, which names the target, and checks the proxy's certificate against that.
    servername: isIP(proxy.hostname) === 0 ? proxy.hostname : '',
    headers: {
      host: authority,
      ...(proxy.authorization === undefined ? {} : { 'proxy-authorization': proxy.authorization }),
    },
  } as const;
  return new Promise((resolve, reject) => {
    const request = proxy.protocol === 'https:' ? https.request(options) : http.request(options);
    const stop = (): void => void request.destroy(signal.reason);
    signal.addEventListener('abort', stop, { once: true });
    request.once('close', () => signal.removeEventListener('abort', stop));
    request.once('error', reject);
    request.once('connect', ({ statusCode = 0 }, stream, head) => {
      const socket = request.socket;
      if (socket !== null && statusCode >= 200 && statusCode < 300) {
        stream.unshift(head);
        resolve(socket);
        return;
      }
      stream.destroy();
      reject(new ConnectionError('proxy_refused', { proxyStatus: statusCode }));
    });
    request.end();
  });
}
