/** The proxy of a request, from the environment variables that curl reads. */
import { BlockList, isIP } from 'node:net';
import { LumioError } from '../errors.ts';
import type { Host } from '../host.ts';
import { isLoopback } from './api-url.ts';

export interface Proxy {
  readonly protocol: 'http:' | 'https:';
  /** IPv6 without brackets. */
  readonly hostname: string;
  readonly port: number;
  /** Value of the Proxy-Authorization header (RFC 7617). */
  readonly authorization?: string;
  /** Values that must not be shown: the password, plain and as in the URL. */
  readonly secrets: readonly string[];
}

/**
 * `https_proxy` or `http_proxy` by the API's protocol, else `all_proxy`, unless `no_proxy` has the
 * host. Lower case takes precedence, and an empty value is ignored (curl(1), ENVIRONMENT). The
 * default port is 1080, or 443 for an https proxy (curl(1), --proxy). Unlike curl it reads
 * HTTP_PROXY, which no CGI variable can set here. A loopback API is reached only through a loopback
 * proxy, because any other proxy would receive the key unencrypted.
 * @returns undefined for a direct connection
 * @throws LumioError `usage` for a value that isn't exactly an http or https proxy
 */
export function proxyFor(apiUrl: string, env: Host['env']): Proxy | undefined {
  const url = new URL(apiUrl);
  const names = [url.protocol === 'https:' ? 'https_proxy' : 'http_proxy', 'all_proxy'];
  const name = names.find((candidate) => setting(env, candidate) !== undefined);
  if (name === undefined || isExempt(url, setting(env, 'no_proxy') ?? '')) return undefined;
  const proxy = parseProxy(setting(env, name) ?? '', name.toUpperCase());
  const isLocal = isLoopback(proxy.hostname) || proxy.hostname === '::1';
  return isLoopback(url.hostname) && !isLocal ? undefined : proxy;
}

function setting(env: Host['env'], name: string): string | undefined {
  return [env[name], env[name.toUpperCase()]].find((value) => value !== undefined && value !== '');
}

/** Anything else is ambiguous: part of the password could be parsed as the host. */
const proxyUrl =
  /^(?:(?<protocol>https?):\/\/)?(?:(?<credentials>[^/?#\\@\s]*)@)?(?<host>\[[\da-f:.]+\]|[^/?#\\@\s:[\]]+)(?::(?<port>\d*))?\/?$/i;

/** The value is never part of an error: it may contain a password. */
function parseProxy(value: string, variable: string): Proxy {
  const {
    protocol = 'http',
    credentials,
    host = '',
    port = '',
  } = proxyUrl.exec(value)?.groups ?? {};
  const address = `${protocol.toLowerCase()}://${host}:${port}`;
  if (host === '' || !URL.canParse(address)) throw invalidProxy(variable);
  const url = new URL(address);
  const isTls = url.protocol === 'https:';
  return {
    protocol: isTls ? 'https:' : 'http:',
    hostname: url.hostname.replaceAll(/[[\]]/g, ''),
    // A URL drops port 80, which isn't the default here.
    port: Number(port || (isTls ? 443 : 1080)),
    ...authorizationOf(credentials ?? ''),
  };
}

function authorizationOf(credentials: string): Pick<Proxy, 'authorization' | 'secrets'> {
  const [user = ''] = credentials.split(':', 1);
  const password = credentials.slice(user.length + 1);
  const secrets = [...new Set([percentDecoded(password).toString(), password])];
  const plain = Buffer.concat([user, ':', password].map(percentDecoded));
  return {
    secrets: secrets.filter((secret) => secret !== ''),
    ...(plain.length === 1 ? {} : { authorization: `Basic ${plain.toString('base64')}` }),
  };
}

/** As in curl, bytes may be other than UTF-8, and a percent sign that encodes nothing stays. */
function percentDecoded(text: string): Buffer {
  const bytes = Buffer.from(text).toString('latin1');
  return Buffer.from(
    bytes.replaceAll(/%([\da-f]{2})/gi, (_, hex: string) =>
      Buffer.from(hex, 'hex').toString('latin1'),
    ),
    'latin1',
  );
}

function invalidProxy(variable: string): LumioError {
  return new LumioError('usage', {
    code: 'invalid_proxy',
    message: `The proxy in ${variable} isn't a valid http or https URL.`,
    hint:
      `Set ${variable} to a URL such as http://proxy.example:3128, or unset it. ` +
      'Percent-encode special characters in the user name and password: # as %23, @ as %40, ' +
      '/ as %2F.',
  });
}

/** `no_proxy`: hosts, domains, subnets, separated by commas or spaces; `*` is everything. */
function isExempt(url: URL, noProxy: string): boolean {
  if (noProxy.trim() === '*') return true;
  const host = url.hostname.replaceAll(/[[\]]/g, '').replace(/\.$/, '').toLowerCase();
  const port = url.port || (url.protocol === 'https:' ? '443' : '80');
  return noProxy
    .toLowerCase()
    .split(/[\s,]+/)
    .some((entry) => covers(entry, host, port));
}

function covers(entry: string, host: string, port: string): boolean {
  if (entry.includes('/')) return isInSubnet(entry, host);
  const bracketed = isIP(entry) === 6 ? `[${entry}]` : entry;
  const [, pattern = '', entryPort = port] = /^\[?([^[\]]+?)\]?(?::(\d+))?$/.exec(bracketed) ?? [];
  const name = pattern.replace(/^\*?\./, '').replace(/\.$/, '');
  if (name === '' || entryPort !== port) return false;
  if (isIP(name) === 6) return isInSubnet(`${name}/128`, host);
  return host === name || (isIP(host) === 0 && host.endsWith(`.${name}`));
}

/** CIDR notation, as in curl since 7.86. */
function isInSubnet(entry: string, host: string): boolean {
  const [, network = '', bits = ''] = /^(.+)\/(\d+)$/.exec(entry) ?? [];
  const family = isIP(network) === 6 ? 'ipv6' : 'ipv4';
  const maxBits = family === 'ipv6' ? 128 : 32;
  if (isIP(network) === 0 || isIP(host) !== isIP(network) || Number(bits) > maxBits) return false;
  const subnet = new BlockList();
  subnet.addSubnet(network, Number(bits), family);
  return subnet.check(host, family);
}
