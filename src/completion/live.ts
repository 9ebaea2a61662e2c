/** Values that only the API knows: slugs, versions, names of secrets. Fast or not at all. */
import type { Client } from '../api/client.ts';
import type { Host } from '../host.ts';
import type { Manifest } from '../project/manifest.ts';
import { type KnownExtension, resolveTarget } from '../project/target.ts';
import { type Cache, openCache } from './cache.ts';
import { isNameKnown } from './name.ts';

export interface Candidate {
  readonly value: string;
  /** Empty for none. */
  readonly description: string;
  /** Of an extension, whose value is its slug. */
  readonly id?: string;
}

export interface LiveDeps {
  readonly host: Host;
  readonly apiUrl: string;
  client(): Promise<Client>;
  credential(): Promise<{ readonly key: string }>;
  manifest(): Promise<Manifest | undefined>;
}

export type LiveKind = 'extension' | 'version' | 'secret';

/** A person who presses Tab waits for no more than 300 ms, of which Node's start takes its part. */
const patienceMs = 200;

/**
 * @param extension `-e` as it is written, if it is
 * @returns nothing when the API can't be asked, has nothing, or takes too long
 */
export async function liveValues(
  kind: LiveKind,
  extension: string | undefined,
  world: LiveDeps,
): Promise<readonly Candidate[]> {
  const { clock, signal } = world.host;
  const done = new AbortController();
  const late = clock.sleep(patienceMs, AbortSignal.any([signal, done.signal])).then(
    () => [],
    () => [],
  );
  const found = find(kind, extension, world).catch(() => []);
  const values = await Promise.race([found, late]);
  done.abort();
  return values;
}

async function find(
  kind: LiveKind,
  extension: string | undefined,
  world: LiveDeps,
): Promise<readonly Candidate[]> {
  const cache = openCache(world.host);
  const { key } = await world.credential();
  const about = [world.apiUrl, key];
  const extensions = (): Promise<readonly Candidate[]> =>
    through(cache, [...about, 'extension'], () => fetchExtensions(world));
  if (kind === 'extension') return extensions();
  const listExtensions = async (): Promise<KnownExtension[]> =>
    (await extensions()).map(({ value, id = value }) => ({ id, slug: value }));
  const manifest = await world.manifest().catch(() => undefined);
  const { id } = await resolveTarget({
    flag: extension,
    env: world.host.env,
    manifest,
    listExtensions,
  });
  return through(cache, [...about, kind, id], () =>
    kind === 'version' ? fetchVersions(id, world) : fetchSecrets(id, world),
  );
}

async function through(
  cache: Cache,
  about: readonly string[],
  fetch: () => Promise<readonly Candidate[]>,
): Promise<readonly Candidate[]> {
  const cached = await cache.get(about);
  if (cached !== undefined) return cached;
  const fetched = await fetch();
  await cache.put(about, fetched);
  return fetched;
}

/** @throws Error, where the host's name can't be looked up in time */
async function reachable({ apiUrl, host, client }: LiveDeps): Promise<Client> {
  if (await isNameKnown(apiUrl, host.env, patienceMs)) return client();
  throw new Error(`no name look-up for ${apiUrl}`);
}

async function fetchExtensions(world: LiveDeps): Promise<Candidate[]> {
  const { extensions } = await (await reachable(world)).listExtensions();
  return extensions.map(({ id, slug, name }) => ({
    value: slug ?? id,
    description: name ?? '',
    id,
  }));
}

async function fetchVersions(id: string, world: LiveDeps): Promise<Candidate[]> {
  const { versions } = await (await reachable(world)).listVersions(id);
  return versions.map(({ version, status }) => ({ value: version, description: status }));
}

async function fetchSecrets(id: string, world: LiveDeps): Promise<Candidate[]> {
  const { keys } = await (await reachable(world)).listSecrets(id);
  return keys.map((key) => ({ value: key, description: '' }));
}
