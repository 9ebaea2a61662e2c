/** What completion has just learned from the API, kept for a minute in a file that only its owner reads. */
import { createHash } from 'node:crypto';
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { atomicWrite } from '../shared/atomic-write.ts';
import { cacheDirectory } from '../shared/cache-directory.ts';
import type { Host } from '../host.ts';
import type { Candidate } from './live.ts';

const freshMs = 60_000;

export interface Cache {
  /** @param about what the values belong to, the key included: it is stored as a hash. @returns undefined when nothing fresh is there */
  get(about: readonly string[]): Promise<readonly Candidate[] | undefined>;
  put(about: readonly string[], candidates: readonly Candidate[]): Promise<void>;
}

interface Entry {
  readonly savedAtMs: number;
  readonly candidates: readonly Candidate[];
}

/** Its methods never fail: a cache that can't be read or written is an empty one. */
export function openCache({
  env,
  platform,
  clock,
}: Pick<Host, 'env' | 'platform' | 'clock'>): Cache {
  const folder = cacheDirectory(env, platform);
  const read = async (): Promise<Record<string, Entry>> =>
    folder === undefined
      ? {}
      : freshOnes(await readEntries(join(folder, 'completion.json')), clock.now());
  return {
    get: async (about) => (await read())[hashOf(about)]?.candidates,
    async put(about, candidates) {
      if (folder === undefined) return;
      const entries = {
        ...(await read()),
        [hashOf(about)]: { savedAtMs: clock.now(), candidates },
      };
      await write(folder, JSON.stringify(entries)).catch(() => undefined);
    },
  };
}

async function readEntries(path: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(path, 'utf8'));
  } catch {
    return undefined;
  }
}

/** A clock that went backwards makes nothing fresh for longer. */
function freshOnes(stored: unknown, nowMs: number): Record<string, Entry> {
  if (typeof stored !== 'object' || stored === null) return {};
  const entries: [string, unknown][] = Object.entries(stored);
  return Object.fromEntries(
    entries.flatMap(([key, entry]): [string, Entry][] =>
      isEntry(entry) && Math.abs(nowMs - entry.savedAtMs) < freshMs ? [[key, entry]] : [],
    ),
  );
}

function isEntry(value: unknown): value is Entry {
  if (
    typeof value !== 'object' ||
    value === null ||
    !('savedAtMs' in value) ||
    !('candidates' in value)
  )
    return false;
  return (
    typeof value.savedAtMs === 'number' &&
    Array.isArray(value.candidates) &&
    value.candidates.every(isCandidate)
  );
}

function isCandidate(value: unknown): value is Candidate {
  if (
    typeof value !== 'object' ||
    value === null ||
    !('value' in value) ||
    !('description' in value)
  )
    return false;
  return (
    typeof value.value === 'string' &&
    typeof value.description === 'string' &&
    (!('id' in value) || typeof value.id === 'string')
  );
}

/** Two shells may complete at once. */
async function write(folder: string, text: string): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await atomicWrite(join(folder, 'completion.json'), text, { mode: 0o600 });
}

function hashOf(about: readonly string[]): string {
  return createHash('sha256').update(JSON.stringify(about)).digest('hex').slice(0, 32);
}
