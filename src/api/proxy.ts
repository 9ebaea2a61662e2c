/** Which proxy a request goes through, as the environment says. Read like curl reads it, but for the two differences told below. */
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
  /** What must not be shown: the password, plain and as it stood in the URL. */
  readonly secrets: readonly string[];
}

/**
 * The proxy for an API address: `https_proxy` for https, `http_proxy` for http, unless `no_proxy` names the host.
 * The lower-case name wins, an empty value counts as unset (curl(1), ENVIRONMENT). Two differences from curl: the upper-case
 * HTTP_PROXY counts too, since no CGI variable can reach a command-line tool; and a loopback address is sent only through a proxy that
 * is itself on loopback: any other could only reach its own machine, and would see the key of a plain http request.
 * @returns undefined when the request goes out directly
 * @throws LumioError `usage` for a proxy that can't be used
 */
export function proxyFor(apiUrl: string, env: Host['env']): Proxy | undefined {
  const url = new URL(apiUrl);
  const name = url.protocol === 'https:' ? 'https_proxy' : 'http_proxy';
  const value = setting(env, name);
  if (value === undefined || isExempt(url, setting(env, 'no_proxy') ?? '')) return undefined;
  const proxyUrl = parse(value, name);
  return isLoopback(url.hostname) && !isLoopback(proxyUrl.hostname)
    ? undefined
    : describe(proxyUrl);
}

function setting(env: Host['env'], name: string): string | undefined {
  return [env[name], env[name.toUpperCase()]].find((value) => value !== undefined && value !== '');
}

function parse(value: string, name: string): URL {
  const text = value.includes('://') ? value : `http://${value}`;
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url !== undefined && ['http:', 'https:'].includes(url.protocol)) return url;
  throw new LumioError('usage', {
    code: 'invalid_proxy',
    message: `The proxy in ${name.toUpperCase()} is not an http or https URL.`,
    hint: `Set ${name.toUpperCase()} to something like http://proxy.example:3128, or unset it.`,
  });
}

function describe(url: URL): Proxy {
  const protocol = url.protocol === 'https:' ? 'https:' : 'http:';
  const user = decoded(url.username);
  const password = decoded(url.password);
  const hasCredentials = user !== '' || password !== '';
  return {
    protocol,
    hostname: url.hostname.replaceAll(/[[\]]/g, ''),
    port: Number(url.port) || (protocol === 'https:' ? 443 : 80),
    ...(hasCredentials
      ? { authorization: `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}` }
      : {}),
    secrets: [password, url.password].filter((secret) => secret !== ''),
  };
}

/** A percent sign that encodes nothing stands for itself, as in curl. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** `no_proxy`: hosts, domains (leading dot or not, port or not) and subnets, separated by commas or blanks; `*` is everything. */
function isExempt(url: URL, noProxy: string): boolean {
  const host = url.hostname.replaceAll(/[[\]]/g, '').toLowerCase();
  const port = url.port || (url.protocol === 'https:' ? '443' : '80');
  return noProxy
    .toLowerCase()
    .split(/[\s,]/)
    .some((entry) => covers(entry, host, port));
}

function covers(entry: string, host: string, port: string): boolean {
  if (entry === '*') return true;
  if (entry.includes('/')) return isInSubnet(entry, host);
  const [, pattern = '', itsPort = port] =
    /^\[?([^[\]]+?)\]?(?::(\d+))?$/.exec(/^[^[]*:.*:/.test(entry) ? `[${entry}]` : entry) ?? [];
  const name = pattern.replace(/^\*?\./, '');
  return name !== '' && itsPort === port && (host === name || host.endsWith(`.${name}`));
}

/** CIDR notation, as curl takes it since 7.86; what is no subnet covers nothing. */
function isInSubnet(entry: string, host: string): boolean {
  const [, network = '', bits = ''] = /^(.+)\/(\d+)$/.exec(entry) ?? [];
  const family = isIP(network) === 6 ? 'ipv6' : 'ipv4';
  const mostBits = family === 'ipv6' ? 128 : 32;
  if (isIP(network) === 0 || isIP(host) !== isIP(network) || Number(bits) > mostBits) return false;
  const subnet = new BlockList();
  subnet.addSubnet(network, Number(bits), family);
  return subnet.check(host, family);
}
