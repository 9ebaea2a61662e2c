/** A minimal server that submits versions and creates extensions, and lists what is committed. */
import type { ServerResponse } from 'node:http';
import {
  sendJson,
  startScriptedServer,
  type ScriptedServer,
  type SeenRequest,
} from '../support/servers/scripted-server.ts';

export interface VersionStore extends ScriptedServer {
  /** Version numbers in the order of submission. */
  readonly versions: string[];
  readonly extensions: string[];
}

/** What goes wrong on the server, before or after it has committed. */
export const storeFaults = [
  '500_before',
  '500_after',
  '429',
  '429_long',
  '502_html_before',
  '502_html_after',
  'garbage_after',
  'html_200',
  'empty_after',
  '503_before',
] as const;

export type StoreFault = 'none' | (typeof storeFaults)[number];

export interface StoreOptions {
  /** @param count number of the request, from 1 */
  readonly fault?: (count: number) => StoreFault;
  /** The number of listings after a commit that don't show it yet. */
  readonly lag?: number;
  /** The real service refuses a version that exists. */
  readonly refusesDuplicates?: boolean;
}

export async function startVersionStore({
  lag = 0,
  refusesDuplicates = true,
  fault = () => 'none',
}: StoreOptions = {}): Promise<VersionStore> {
  const versions: string[] = [];
  const extensions: string[] = ['Old'];
  let listingsToSkip = 0;
  const hidden = (names: readonly string[]): readonly string[] =>
    listingsToSkip-- > 0 ? names.slice(0, -1) : names;
  const server = await startScriptedServer((request, response, count) => {
    const kind = fault(count);
    if (isBefore(kind)) return failWith(kind, response);
    const isVersions = request.path.endsWith('/versions');
    if (request.method === 'GET') {
      const document = isVersions
        ? { versions: hidden(versions).map(versionOf) }
        : { extensions: hidden(extensions).map(extensionOf) };
      return kind === 'none' ? sendJson(response, 200, document) : failWith(kind, response);
    }
    const name = isVersions ? fieldOf(request, 'version') : nameOf(request);
    const names = isVersions ? versions : extensions;
    if (refusesDuplicates && isVersions && names.includes(name))
      return sendJson(response, 409, {
        error: { code: 'version_exists', message: `${name} exists.` },
      });
    names.push(name);
    listingsToSkip = lag;
    const index = names.length - 1;
    if (kind !== 'none') return failWith(kind, response);
    return isVersions
      ? sendJson(response, 202, { version: versionOf(name, index) })
      : sendJson(response, 201, { extension: extensionOf(name, index) });
  });
  return { ...server, versions, extensions };
}

function isBefore(kind: StoreFault): boolean {
  return kind.endsWith('_before') || kind.startsWith('429') || kind === 'html_200';
}

function failWith(kind: StoreFault, response: ServerResponse): unknown {
  const status = Number(/\d+/.exec(kind)?.[0] ?? 202);
  if (kind === '429') return response.writeHead(429, { 'retry-after': '1' }).end();
  if (kind === '429_long') return response.writeHead(429, { 'retry-after': '900' }).end();
  if (kind === 'empty_after') return response.writeHead(202).end();
  if (kind === 'garbage_after')
    return response.writeHead(202, { 'content-type': 'application/json' }).end('{"version": {"id"');
  return response.writeHead(status, { 'content-type': 'text/html' }).end('<h1>Something</h1>');
}

function versionOf(version: string, index: number): object {
  return { id: `ver_${index + 1}`, version, status: 'pending' };
}

function extensionOf(name: string, index: number): object {
  return { id: `ext_${index + 1}`, name };
}

function fieldOf({ body }: SeenRequest, name: string): string {
  return new RegExp(`name="${name}"\r\n\r\n([^\r]*)`).exec(body.toString('latin1'))?.[1] ?? '';
}

function nameOf({ body }: SeenRequest): string {
  return /"name":"([^"]*)"/.exec(body.toString())?.[1] ?? '';
}
