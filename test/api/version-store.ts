/** A server with just enough of the API to submit versions and create extensions, as it is kept by the real one: once committed, it is listed. */
import { sendJson, startScriptedServer, type ScriptedServer, type SeenRequest } from '../support/servers/scripted-server.ts';

export interface VersionStore extends ScriptedServer {
  /** Version numbers in the order of submission. */
  readonly versions: string[];
  readonly extensions: string[];
}

export interface StoreOptions {
  /** The number of listings after a commit that do not show it yet. */
  readonly lag?: number;
  /** The real service refuses a version that exists. */
  readonly refusesDuplicates?: boolean;
}

export async function startVersionStore({ lag = 0, refusesDuplicates = true }: StoreOptions = {}): Promise<VersionStore> {
  const versions: string[] = [];
  const extensions: string[] = ['Old'];
  let listingsToSkip = 0;
  const hidden = (names: readonly string[]): readonly string[] => (listingsToSkip-- > 0 ? names.slice(0, -1) : names);
  const server = await startScriptedServer((request, response) => {
    const isVersions = request.path.endsWith('/versions');
    if (request.method === 'GET') {
      const document = isVersions ? { versions: hidden(versions).map(versionOf) } : { extensions: hidden(extensions).map(extensionOf) };
      return sendJson(response, 200, document);
    }
    const name = isVersions ? fieldOf(request, 'version') : nameOf(request);
    const names = isVersions ? versions : extensions;
    if (refusesDuplicates && isVersions && names.includes(name)) return sendJson(response, 409, { error: { code: 'version_exists', message: `${name} exists.` } });
    names.push(name);
    listingsToSkip = lag;
    const index = names.length - 1;
    return isVersions ? sendJson(response, 202, { version: versionOf(name, index) }) : sendJson(response, 201, { extension: extensionOf(name, index) });
  });
  return { ...server, versions, extensions };
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
