/**
 * Values from the API: slugs, versions, secret names. Gives up quickly, and caches values for a
 * minute in a file that only its owner can read.
 */
import { createHash } from 'node:crypto';
import { Resolver } from 'node:dns/promises';
import { readFile } from 'node:fs/promises';
import { isIP } from 'node:net';
import { join } from 'node:path';
import * as v from 'valibot';
import { isLoopback, parseApiUrl } from '../api/api-url.ts';
import type { Client } from '../api/client.ts';
import { proxyFor } from '../api/proxy.ts';
import type { Host } from '../host.ts';
import type { Manifest } from '../project/manifest.ts';
import { type KnownExtension, resolveTarget } from '../project/target.ts';
import { atomicWrite, makeDirectory } from '../shared/atomic-write.ts';

export interface LiveDeps {
  readonly host: Host;
  readonly apiUrl: string;
  client(): Promise<Client>;
  credential(): Promise<{ readonly key: string }>;
  manifest(): Promise<Manifest | undefined>;
}

export type LiveKind = 'extension' | 'version' | 'secret';

/** Tab should respond within 300 ms, and starting Node takes a part of it. */
const budgetMs = 200;

/**
 * @param extension value of `-e`
 * @returns an empty list if the API can't be reached in time
 */
export async function liveValues(
  kind: LiveKind,
  extension: string | undefined,
  deps: LiveDeps,
): Promise<readonly Candidate[]> {
  const { clock, signal } = deps.host;
  const done = new AbortController();
  const late = clock.sleep(budgetMs, AbortSignal.any([signal, done.signal])).then(
    () => [],
    () => [],
  );
  const found = find(kind, extension, deps).catch(() => []);
  const values = await Promise.race([found, late]);
  done.abort();
  return values;
}

async function find(
  kind: LiveKind,
  extension: string | undefined,
  deps: LiveDeps,
): Promise<readonly Candidate[]> {
  const cache = openCache(deps.host);
  const { key } = await deps.credential();
  const about = [deps.apiUrl, key];
  const extensions = (): Promise<readonly Candidate[]> =>
    through(cache, [...about, 'extension'], () => fetchExtensions(deps));
  if (kind === 'extension') return extensions();
  const listExtensions = async (): Promise<KnownExtension[]> =>
    (await extensions()).map(({ value, id = value }) => ({ id, slug: value }));
  const manifest = await deps.manifest().catch(() => undefined);
  const { id } = await resolveTarget({
    flag: extension,
    env: deps.host.env,
    manifest,
    listExtensions,
  });
  return through(cache, [...about, kind, id], () =>
    kind === 'version' ? fetchVersions(id, deps) : fetchSecrets(id, deps),
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

/** @throws Error when the name of the host can't be resolved in time */
async function reachable({ apiUrl, host, client }: LiveDeps): Promise<Client> {
  if (await isResolvable(apiUrl, host.env)) return client();
  throw new Error(`can't resolve the host of ${apiUrl}`);
}

/**
 * The lookup of a connection can't be cancelled and keeps the process alive (5 s if DNS is silent),
 * so a cancellable one comes first. Names that only a hosts file knows count as unknown.
 */
async function isResolvable(apiUrl: string, env: Host['env']): Promise<boolean> {
  const url = new URL(parseApiUrl(apiUrl));
  const name = proxyFor(url.href, env)?.hostname ?? url.hostname.replaceAll(/[[\]]/g, '');
  if (isIP(name) !== 0 || isLoopback(name)) return true;
  const resolver = new Resolver({ timeout: budgetMs, tries: 1 });
  try {
    return (await Promise.any([resolver.resolve4(name), resolver.resolve6(name)])).length > 0;
  } catch {
    return false;
  } finally {
    resolver.cancel();
  }
}

async function fetchExtensions(deps: LiveDeps): Promise<Candidate[]> {
  const { extensions } = await (await reachable(deps)).call('listExtensions');
  return extensions.map(({ id, slug, name }) => ({
    value: slug ?? id,
    description: name ?? '',
    id,
  }));
}

async function fetchVersions(id: string, deps: LiveDeps): Promise<Candidate[]> {
  const { versions } = await (await reachable(deps)).call('listVersions', { id });
  return versions.map(({ version, status }) => ({ value: version, description: status }));
}

async function fetchSecrets(id: string, deps: LiveDeps): Promise<Candidate[]> {
  const { keys } = await (await reachable(deps)).call('listSecrets', { id });
  return keys.map((key) => ({ value: key, description: '' }));
}

const Candidate = v.object({
  value: v.string(),
  /** May be empty. */
  description: v.string(),
  /** Of an extension, whose value is its slug. */
  id: v.optional(v.string()),
});
export type Candidate = Readonly<v.InferOutput<typeof Candidate>>;

const Entries = v.record(
  v.string(),
  v.object({ savedAtMs: v.number(), candidates: v.array(Candidate) }),
);

const maxAgeMs = 60_000;

/** An unreadable cache counts as empty, and failed writes are ignored. */
interface Cache {
  /** @param key what the values belong to, the API key included; stored as a hash */
  get(key: readonly string[]): Promise<readonly Candidate[] | undefined>;
  put(key: readonly string[], candidates: readonly Candidate[]): Promise<void>;
}

function openCache(host: Pick<Host, 'env' | 'platform' | 'clock'>): Cache {
  const directory = cacheDirectory(host.env, host.platform);
  const read = async (): Promise<v.InferOutput<typeof Entries>> =>
    directory === undefined
      ? {}
      : freshEntries(await readJson(join(directory, 'completion.json')), host.clock.now());
  return {
    get: async (key) => (await read())[hashOf(key)]?.candidates,
    async put(key, candidates) {
      if (directory === undefined) return;
      const entry = { savedAtMs: host.clock.now(), candidates };
      const text = JSON.stringify({ ...(await read()), [hashOf(key)]: entry });
      await write(directory, text).catch(() => undefined);
    },
  };
}

/**
 * XDG Base Directory Specification; `~/Library/Caches` and `%LOCALAPPDATA%` elsewhere.
 * @internal Exported for tests.
 */
export function cacheDirectory(env: Host['env'], platform: Host['platform']): string | undefined {
  const { HOME: home = '', XDG_CACHE_HOME: xdg = '', LOCALAPPDATA: local = '' } = env;
  if (platform === 'win32') return local === '' ? undefined : join(local, 'lumio', 'Cache');
  if (xdg.startsWith('/')) return join(xdg, 'lumio');
  if (!home.startsWith('/')) return undefined;
  return platform === 'darwin'
    ? join(home, 'Library', 'Caches', 'lumio')
    : join(home, '.cache', 'lumio');
}

async function readJson(path: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(path, 'utf8'));
  } catch {
    return undefined;
  }
}

/** A clock that was set back must not extend the age. */
function freshEntries(stored: unknown, nowMs: number): v.InferOutput<typeof Entries> {
  const entries = v.is(Entries, stored) ? Object.entries(stored) : [];
  return Object.fromEntries(
    entries.filter(([, { savedAtMs }]) => Math.abs(nowMs - savedAtMs) < maxAgeMs),
  );
}

/** Atomic, because two shells may complete at the same time. */
async function write(directory: string, text: string): Promise<void> {
  await makeDirectory(directory);
  await atomicWrite(join(directory, 'completion.json'), text, { mode: 0o600 });
}

function hashOf(key: readonly string[]): string {
  return createHash('sha256').update(JSON.stringify(key)).digest('hex').slice(0, 32);
}
