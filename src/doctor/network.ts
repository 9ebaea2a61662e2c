/** Checks of the network: API URL, proxy, DNS, connection, certificate. */
import { lookup } from 'node:dns/promises';
import { isIP, type Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import { parseApiUrl } from '../api/api-url.ts';
import { openConnection } from '../api/connect.ts';
import { failureFrom, peerOf } from '../api/failure.ts';
import { type Proxy, proxyFor } from '../api/proxy.ts';
import { LumioError, systemErrorText } from '../errors.ts';
import { type Check, type DoctorDeps, failed, runCheck, ok, skipped, warning } from './check.ts';

interface Route {
  readonly url: URL;
  readonly proxy: Proxy | undefined;
}

/** Each check needs the one before it. */
export async function checkNetwork(deps: DoctorDeps): Promise<Check[]> {
  const { apiUrl } = deps.globals;
  let route: Route;
  try {
    const url = new URL(parseApiUrl(apiUrl));
    route = { url, proxy: proxyFor(url.href, deps.host.env) };
  } catch (thrown) {
    const name =
      thrown instanceof LumioError && thrown.problem.code === 'invalid_proxy' ? 'proxy' : 'api-url';
    return [
      failed(name, thrown),
      skipped('dns', `The ${name} check failed.`),
      skipped('connection', `The ${name} check failed.`),
    ];
  }
  const dns = await runCheck('dns', () => checkName(route, deps));
  const connection =
    dns.status === 'failed'
      ? skipped('connection', 'The dns check failed.')
      : await runCheck('connection', () => checkConnection(route, deps));
  return [proxyCheck(route), dns, connection];
}

/** Never shows the password. */
function proxyCheck({ url, proxy }: Route): Check {
  if (proxy === undefined) return ok('proxy', `none for ${url.host}`);
  const credentials = proxy.authorization === undefined ? '' : ', with user and password';
  return ok('proxy', `${proxy.protocol}//${proxy.hostname}:${proxy.port}${credentials}`);
}

/** Behind a proxy, only the proxy's name is resolved here. */
async function checkName({ url, proxy }: Route, { host, globals }: DoctorDeps): Promise<Check> {
  const name = proxy?.hostname ?? hostOf(url);
  if (isIP(name) !== 0) return ok('dns', `${name} is an IP address`);
  const giveUp = new AbortController();
  try {
    const late = host.clock
      .sleep(globals.timeoutMs, AbortSignal.any([host.signal, giveUp.signal]))
      .then(
        () => [],
        () => [],
      );
    const [first, ...others] = await Promise.race([lookup(name, { all: true }), late]);
    if (first === undefined) throw unresolved(name, 'timed out');
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
    message: `Can't resolve the host name ${name} (${reason}).`,
    hint: "Check the network, this machine's DNS settings, and --api-url or the proxy URL.",
  });
}

async function checkConnection(route: Route, deps: DoctorDeps): Promise<Check> {
  const socket = await connect(route, deps);
  try {
    if (!(socket instanceof TLSSocket))
      return ok('connection', `TCP to ${peerOf(addressOf(route))}`);
    const summary = `${socket.getProtocol() ?? 'TLS'} to ${peerOf(addressOf(route))}`;
    const isDisabled = deps.host.env['NODE_TLS_REJECT_UNAUTHORIZED'] === '0';
    if (socket.authorized && !isDisabled) {
      const { valid_to: validTo } = socket.getPeerCertificate();
      return ok('connection', `${summary}; the certificate is trusted until ${validTo}`);
    }
    return warning(
      'connection',
      `${summary}; certificate verification is off. ${verdictOf(socket)}`,
      'Unset NODE_TLS_REJECT_UNAUTHORIZED: anyone on the network could read your key. To ' +
        'trust a private certificate authority, set NODE_EXTRA_CA_CERTS.',
    );
  } finally {
    socket.destroy();
  }
}

/** The error that verification would report. Node's types declare an Error, but it is the code. */
function verdictOf({ authorized, authorizationError }: TLSSocket): string {
  return authorized
    ? 'The certificate would be trusted.'
    : `The certificate would be refused (${String(authorizationError)}).`;
}

async function connect(route: Route, { host, globals }: DoctorDeps): Promise<Socket> {
  const { timeoutMs } = globals;
  const connectTimeoutMs = Math.ceil(timeoutMs / 3);
  const { protocol, port } = route.url;
  const limits = { connectTimeoutMs, timeoutMs };
  const options = { ...limits, signal: host.signal, proxy: route.proxy };
  try {
    return await openConnection({ hostname: hostOf(route.url), protocol, port }, options);
  } catch (thrown) {
    const progress = { ...addressOf(route), totalBytes: 0, sentBytes: 0, hasResponse: false };
    throw failureFrom(thrown, { ...limits, ...progress }).error;
  }
}

function addressOf({ url, proxy }: Route): { host: string; proxy: string | undefined } {
  const port = url.port || (url.protocol === 'https:' ? '443' : '80');
  return {
    host: `${url.hostname}:${port}`,
    proxy: proxy && `${proxy.hostname}:${proxy.port}`,
  };
}

/** IPv6 without brackets. */
function hostOf(url: URL): string {
  return url.hostname.replaceAll(/[[\]]/g, '');
}
