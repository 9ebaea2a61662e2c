/** The way to the API: address, proxy, name, connection. */
import { lookup } from 'node:dns/promises';
import { isIP, type Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import { parseApiUrl } from '../api/api-url.ts';
import { createConnector } from '../api/connect.ts';
import { failureFrom } from '../api/failure.ts';
import { type Proxy, proxyFor } from '../api/proxy.ts';
import { LumioError, systemErrorText } from '../errors.ts';
import { type Check, failed, guarded, ok, skipped } from './check.ts';
import type { DoctorDeps } from './world.ts';

interface Route {
  readonly url: URL;
  readonly proxy: Proxy | undefined;
}

/** Each check needs the one before it. */
export async function checkNetwork(world: DoctorDeps): Promise<Check[]> {
  const { apiUrl } = world.globals;
  let route: Route;
  try {
    const url = new URL(parseApiUrl(apiUrl));
    route = { url, proxy: proxyFor(url.href, world.host.env) };
  } catch (thrown) {
    const name =
      thrown instanceof LumioError && thrown.problem.code === 'invalid_proxy' ? 'proxy' : 'api-url';
    return [
      failed(name, thrown),
      skipped('dns', `Needs ${name}.`),
      skipped('connection', `Needs ${name}.`),
    ];
  }
  const dns = await guarded('dns', () => checkName(route, world));
  const connection =
    dns.status === 'failed'
      ? skipped('connection', 'Needs dns.')
      : await guarded('connection', () => checkConnection(route, world));
  return [proxyCheck(route), dns, connection];
}

/** The password of a proxy is never shown. */
function proxyCheck({ url, proxy }: Route): Check {
  if (proxy === undefined) return ok('proxy', `none for ${url.host}`);
  return ok(
    'proxy',
    `${proxy.protocol}//${proxy.hostname}:${proxy.port}${proxy.authorization === undefined ? '' : ', with user and password'}`,
  );
}

/** Through a proxy, only the proxy's own name is looked up here. */
async function checkName({ url, proxy }: Route, { host, globals }: DoctorDeps): Promise<Check> {
  const name = proxy?.hostname ?? hostOf(url);
  if (isIP(name) !== 0) return ok('dns', `${name} is an address`);
  const giveUp = new AbortController();
  try {
    const late = host.clock
      .sleep(globals.timeoutMs, AbortSignal.any([host.signal, giveUp.signal]))
      .then(
        () => [],
        () => [],
      );
    const [first, ...others] = await Promise.race([lookup(name, { all: true }), late]);
    if (first === undefined) throw unresolved(name, 'no answer in time');
    return ok(
      'dns',
      `${name} is ${first.address}${others.length === 0 ? '' : ` and ${others.length} more`}`,
    );
  } catch (thrown) {
    throw thrown instanceof LumioError ? thrown : unresolved(name, systemErrorText(thrown));
  } finally {
    giveUp.abort();
  }
}

function unresolved(name: string, reason: string): LumioError {
  return new LumioError('network', {
    code: 'dns_failed',
    message: `The host name ${name} can't be resolved (${reason}).`,
    hint: 'Check the network, the DNS settings of this machine, and --api-url or the proxy.',
  });
}

async function checkConnection(route: Route, world: DoctorDeps): Promise<Check> {
  const socket = await connect(route, world);
  try {
    if (!(socket instanceof TLSSocket)) return ok('connection', `TCP to ${peerOf(route)}`);
    const { valid_to: validTo } = socket.getPeerCertificate();
    return ok(
      'connection',
      `${socket.getProtocol() ?? 'TLS'} to ${peerOf(route)}; its certificate is trusted, until ${validTo}`,
    );
  } finally {
    socket.destroy();
  }
}

function connect(route: Route, { host, globals }: DoctorDeps): Promise<Socket> {
  const { timeoutMs } = globals;
  const connectTimeoutMs = Math.ceil(timeoutMs / 3);
  const connector = createConnector({
    connectTimeoutMs,
    timeoutMs,
    signal: host.signal,
    proxy: route.proxy,
  });
  const { protocol, port } = route.url;
  return new Promise((resolve, reject) => {
    connector({ hostname: hostOf(route.url), protocol, port }, (error, socket) => {
      if (socket !== null) resolve(socket);
      else
        reject(
          failureFrom(error, {
            peer: peerOf(route),
            timeoutMs,
            connectTimeoutMs,
            totalBytes: 0,
            sentBytes: 0,
            answerBegan: false,
          }).error,
        );
    });
  });
}

function peerOf({ url, proxy }: Route): string {
  const port = url.port || (url.protocol === 'https:' ? '443' : '80');
  return `${url.hostname}:${port}${proxy === undefined ? '' : ` through the proxy ${proxy.hostname}:${proxy.port}`}`;
}

/** IPv6 without brackets. */
function hostOf(url: URL): string {
  return url.hostname.replaceAll(/[[\]]/g, '');
}
