/** Values from the API, kept for a minute in a file that only its owner can read. */
import { createHash } from 'node:crypto';
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Host } from '../host.ts';
import { atomicWrite } from '../shared/atomic-write.ts';

export interface Candidate {
  readonly value: string;
  /** May be empty. */
  readonly description: string;
  /** Of an extension, whose value is its slug. */
  readonly id?: string;
}

const maxAgeMs = 60_000;

/** An unreadable cache is an empty one, and failed writes are ignored. */
export interface Cache {
  /** @param key what the values belong to, the API key included; stored as a hash */
  get(key: readonly string[]): Promise<readonly Candidate[] | undefined>;
  put(key: readonly string[], candidates: readonly Candidate[]): Promise<void>;
}

interface Entry {
  readonly savedAtMs: number;
  readonly candidates: readonly Candidate[];
}

export function openCache(host: Pick<Host, 'env' | 'platform' | 'clock'>): Cache {
  const directory = cacheDirectory(host.env, host.platform);
  const read = async (): Promise<Record<string, Entry>> =>
    directory === undefined
      ? {}
      : freshEntries(await readJson(join(directory, 'completion.json')), host.clock.now());
  return {
    get: async (key) => (await read())[hashOf(key)]?.candidates,
    async put(key, candidates) {
      if (directory === undefined) return;
      const entry: Entry = { savedAtMs: host.clock.now(), candidates };
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
function freshEntries(stored: unknown, nowMs: number): Record<string, Entry> {
  const entries: [string, unknown][] = Object.entries(objectOf(stored));
  return Object.fromEntries(
    entries.flatMap(([key, value]): [string, Entry][] => {
      const { savedAtMs, candidates } = objectOf(value);
      const isValid =
        typeof savedAtMs === 'number' &&
        Math.abs(nowMs - savedAtMs) < maxAgeMs &&
        Array.isArray(candidates) &&
        candidates.every(isCandidate);
      return isValid ? [[key, { savedAtMs, candidates }]] : [];
    }),
  );
}

function isCandidate(value: unknown): value is Candidate {
  const { value: text, description, id = '' } = objectOf(value);
  return [text, description, id].every((field) => typeof field === 'string');
}

function objectOf(value: unknown): Partial<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? { ...value } : {};
}

/** Atomic, since two shells may complete at once. */
async function write(directory: string, text: string): Promise<void> {
  await mkdir(directory, { recursive: true, mode: 0o700 });
  await atomicWrite(join(directory, 'completion.json'), text, { mode: 0o600 });
}

function hashOf(key: readonly string[]): string {
  return createHash('sha256').update(JSON.stringify(key)).digest('hex').slice(0, 32);
}
