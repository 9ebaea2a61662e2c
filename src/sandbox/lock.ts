/**
 * One sandbox per data directory. The lock names the port of its owner and an ID that only the
 * owner responds with. This identifies the lock of a killed sandbox without process IDs, which the
 * system reuses.
 */
import { get } from 'node:http';
import { join } from 'node:path';
import { LumioError, systemErrorText } from '../errors.ts';
import { acquireLock } from '../shared/lock.ts';
import { sleep } from '../shared/async.ts';

/** The response header with the sandbox's ID. */
export const instanceHeader = 'x-lumio-sandbox';
/** The status of every response before the sandbox has its directory, and while it closes. */
export const startingStatus = 503;

/** How long another sandbox may take to respond, to start or to close. */
const maxWaitMs = 2000;
const clock = { monotonicMs: () => performance.now(), random: Math.random, sleep };

export interface Owner {
  readonly port: number;
  /** Letters, digits and hyphens. */
  readonly instance: string;
}

/**
 * Locks a data directory for `owner`, which already responds on its port with its ID and
 * {@link startingStatus}.
 * @returns releases it
 * @throws LumioError `refused` while another sandbox uses the directory
 */
export async function lockDirectory(dir: string, owner: Owner): Promise<() => Promise<void>> {
  const path = join(dir, 'lock');
  try {
    return await acquireLock(path, {
      clock,
      signal: new AbortController().signal,
      owner: `${owner.port} ${owner.instance}`,
      async check(content, unchangedMs, waitedMs) {
        const other = parseOwner(content);
        if (other === undefined) return unchangedMs > maxWaitMs ? 'abandoned' : 'held';
        const state = await stateOf(other);
        if (state === 'stopped') return 'abandoned';
        if (state === 'serving' || waitedMs > maxWaitMs) throw inUse(dir, other);
        return 'held';
      },
    });
  } catch (error) {
    throw error instanceof LumioError ? error : dataDirectoryError(path, error);
  }
}

function parseOwner(content: string): Owner | undefined {
  const { port, instance } =
    /^(?<port>[1-9]\d{0,4}) (?<instance>[\w-]+)$/u.exec(content)?.groups ?? {};
  return instance === undefined || Number(port) > 65_535
    ? undefined
    : { port: Number(port), instance };
}

/** An owner that accepts connections but is silent is serving: a debugger may have stopped it. */
function stateOf({ port, instance }: Owner): Promise<'starting' | 'serving' | 'stopped'> {
  return new Promise((resolve) => {
    const request = get(
      { host: '127.0.0.1', port, path: '/', agent: false, timeout: maxWaitMs },
      (response) => {
        response.resume();
        if (response.headers[instanceHeader] !== instance) resolve('stopped');
        else resolve(response.statusCode === startingStatus ? 'starting' : 'serving');
      },
    );
    request.on('timeout', () => {
      resolve('serving');
      request.destroy();
    });
    request.on('error', () => resolve('stopped'));
  });
}

function inUse(dir: string, { port }: Owner): LumioError {
  return new LumioError('refused', {
    code: 'sandbox_data_in_use',
    message: `Another sandbox, http://127.0.0.1:${port}, uses ${dir}.`,
    hint: 'Use that sandbox, stop it, or specify another directory with --data.',
  });
}

export function dataDirectoryError(path: string, cause: unknown): LumioError {
  return new LumioError('refused', {
    code: 'sandbox_data_unusable',
    message: `Can't use the sandbox's data directory: ${path} (${systemErrorText(cause)}).`,
    hint: 'Specify a directory that you can write to with --data.',
    cause,
  });
}
