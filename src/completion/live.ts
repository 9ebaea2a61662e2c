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
import type { Context } from '../cli/context.ts';
import type { Host } from '../host.ts';
import { type KnownExtension, resolveTarget } from '../project/target.ts';
import { atomicWrite, makeDirectory } from '../shared/atomic-write.ts';

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
  ctx: Context,
): Promise<readonly Candidate[]> {
  const { clock, signal } = ctx.host;
  const done = new AbortController();
  const late = clock.sleep(budgetMs, AbortSignal.any([signal, done.signal])).then(
    () => [],
    () => [],
  );
  const found = find(kind, extension, ctx).catch(() => []);
  const values = await Promise.race([found, late]);
  done.abort();
  return values;
}

async function find(
  kind: LiveKind,
  extension: string | undefined,
  ctx: Context,
): Promise<readonly Candidate[]> {
  const { host, options } = ctx;
  const { key } = await ctx.credentials.active();
  const load = (of: LiveKind, id: string): Promise<readonly Candidate[]> =>
    cached(host, [options.apiUrl, key, of, id], async () => fetchers[of](await reachable(ctx), id));
  if (kind === 'extension') return load(kind, '');
  const listExtensions = async (): Promise<KnownExtension[]> =>
    (await load('extension', '')).map(({ value, id = value }) => ({ id, slug: value }));
  const manifest = await ctx.project().catch(() => undefined);
  const sources = { flag: extension, env: host.env, manifest, listExtensions };
  return load(kind, (await resolveTarget(sources)).id);
}

/** @throws Error when the name of the host can't be resolved in time */
async function reachable({ host, options: { apiUrl }, client }: Context): Promise<Client> {
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

const fetchers: Readonly<Record<LiveKind, (client: Client, id: string) => Promise<Candidate[]>>> = {
  extension: async (client) =>
    (await client.call('listExtensions')).extensions.map(({ id, slug, name }) => ({
      value: slug ?? id,
      description: name ?? '',
      id,
    })),
  version: async (client, id) =>
    (await client.call('listVersions', { id })).versions.map(({ version, status }) => ({
      value: version,
      description: status,
    })),
  secret: async (client, id) =>
    (await client.call('listSecrets', { id })).keys.map((key) => ({ value: key, description: '' })),
};

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

/**
 * An unreadable cache counts as empty, and failed writes are ignored.
 * @param about what the values belong to, the API key included; stored as a hash
 */
async function cached(
  { env, platform, clock }: Pick<Host, 'env' | 'platform' | 'clock'>,
  about: readonly string[],
  fetch: () => Promise<readonly Candidate[]>,
): Promise<readonly Candidate[]> {
  const directory = cacheDirectory(env, platform);
  if (directory === undefined) return fetch();
  const path = join(directory, 'completion.json');
  const key = createHash('sha256').update(JSON.stringify(about)).digest('hex').slice(0, 32);
  const known = (await freshEntries(path, clock.now()))[key];
  if (known !== undefined) return known.candidates;
  const entry = { savedAtMs: clock.now(), candidates: await fetch() };
  // Another shell may have added entries meanwhile.
  const entries = { ...(await freshEntries(path, clock.now())), [key]: entry };
  await makeDirectory(directory)
    .then(() => atomicWrite(path, JSON.stringify(entries), { mode: 0o600 }))
    .catch(() => undefined);
  return entry.candidates;
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

/** A clock that was set back must not extend the age. */
async function freshEntries(path: string, nowMs: number): Promise<v.InferOutput<typeof Entries>> {
  const stored = await readFile(path, 'utf8')
    .then((text): unknown => JSON.parse(text))
    .catch(() => undefined);
  const entries = v.is(Entries, stored) ? Object.entries(stored) : [];
  return Object.fromEntries(
    entries.filter(([, { savedAtMs }]) => Math.abs(nowMs - savedAtMs) < maxAgeMs),
  );
}
