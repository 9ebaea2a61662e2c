/** Whether the name of the API's host, or of the proxy before it, can be looked up right now. */
import { Resolver } from 'node:dns/promises';
import { isIP } from 'node:net';
import { isLoopback, parseApiUrl } from '../api/api-url.ts';
import { proxyFor } from '../api/proxy.ts';
import type { Host } from '../host.ts';

/**
 * The look-up that a connection makes can't be called off, and the process can't end before it: 5 s where DNS is silent. So the name
 * is tried beforehand in a way that gives up in time. Names that only a hosts file knows count as unknown.
 * @throws LumioError usage, for an address or a proxy that can't be used
 */
export async function isNameKnown(
  apiUrl: string,
  env: Host['env'],
  patienceMs: number,
): Promise<boolean> {
  const url = new URL(parseApiUrl(apiUrl));
  const name = proxyFor(url.href, env)?.hostname ?? url.hostname.replaceAll(/[[\]]/g, '');
  if (isIP(name) !== 0 || isLoopback(name)) return true;
  const resolver = new Resolver({ timeout: patienceMs, tries: 1 });
  try {
    return (await Promise.any([resolver.resolve4(name), resolver.resolve6(name)])).length > 0;
  } catch {
    return false;
  } finally {
    resolver.cancel();
  }
}
