/** Stored keys on disk: one file, 0600, in a directory, 0700. */
import { randomUUID } from 'node:crypto';
import { chmod, readdir, stat } from 'node:fs/promises';
import { join, posix, win32 } from 'node:path';
import { LumioError, systemCode, systemErrorText } from '../errors.ts';
import type { Host } from '../host.ts';
import { inUseHint, makeDirectory, retryWhileInUse } from '../shared/atomic-write.ts';
import { withLock } from '../shared/lock.ts';
import { checkProfileName, readProfiles } from './profiles.ts';
import type { Profiles, StoredProfile } from './stored-profiles.ts';

const fileName = 'credentials';
/** A process has the lock for milliseconds. A process that has it for longer was killed. */
const abandonedMs = 5000;
const maxWaitMs = 60_000;

/**
 * Methods throw LumioError: `usage` for an invalid profile name; `refused` if the file is damaged,
 * unreadable or unwritable, or there is no home directory.
 */
export interface Store {
  /** Absolute path of the file; undefined if the environment has no home directory. */
  readonly path: string | undefined;
  get(profile: string): Promise<StoredProfile | undefined>;
  /** Replaces what was stored. @returns warnings about permissions, one sentence each */
  set(profile: string, stored: StoredProfile): Promise<readonly string[]>;
  /** @returns whether the profile was stored */
  delete(profile: string): Promise<boolean>;
  /** Deletes all profiles. @returns their names */
  clear(): Promise<readonly string[]>;
  /** Sorted by name. */
  list(): Promise<readonly (readonly [name: string, stored: StoredProfile])[]>;
}

interface ConfigDirectory {
  /** Absolute path. */
  readonly directory: string;
  /** Whether `LUMIO_CONFIG_DIR` names it; it may then have other content. */
  readonly chosen: boolean;
}

interface StoreLocation extends ConfigDirectory {
  readonly path: string;
}

/** Opens nothing yet. Other processes may use the same file. */
export function openStore(
  host: Pick<Host, 'env' | 'platform' | 'cwd' | 'clock' | 'signal'>,
): Store {
  const found = configDirectory(host);
  const location = found && { ...found, path: join(found.directory, `${fileName}.json`) };
  const read = async (): Promise<Profiles> =>
    location === undefined ? new Map() : readProfiles(location.path);
  return {
    path: location?.path,
    get: async (profile) => (await read()).get(checkProfileName(profile)),
    set: (profile, stored) =>
      change(location, host, (profiles) => profiles.set(checkProfileName(profile), stored)),
    delete: async (profile) => {
      if (!(await read()).has(checkProfileName(profile))) return false;
      await change(location, host, (profiles) => profiles.delete(profile));
      return true;
    },
    clear: async () => {
      const names = [...(await read()).keys()].toSorted();
      if (names.length > 0) await change(location, host, (profiles) => profiles.clear());
      return names;
    },
    list: async () => [...(await read())].toSorted(([left], [right]) => (left < right ? -1 : 1)),
  };
}

/**
 * `LUMIO_CONFIG_DIR`, else the platform's: `%APPDATA%\lumio\Config`, `~/Library/Preferences/lumio`,
 * or `$XDG_CONFIG_HOME/lumio`, else `~/.config/lumio` (XDG Base Directory Specification 0.8, which
 * ignores relative paths).
 * @returns undefined if the environment has no home directory
 * @internal Exported for tests.
 */
export function configDirectory(
  host: Pick<Host, 'env' | 'platform' | 'cwd'>,
): ConfigDirectory | undefined {
  const path = host.platform === 'win32' ? win32 : posix;
  const chosen = host.env['LUMIO_CONFIG_DIR'] ?? '';
  if (chosen !== '') return { directory: path.resolve(host.cwd, chosen), chosen: true };
  const directory = platformDirectory(host);
  return directory === undefined ? undefined : { directory, chosen: false };
}

function platformDirectory({ env, platform }: Pick<Host, 'env' | 'platform'>): string | undefined {
  const home = env[platform === 'win32' ? 'USERPROFILE' : 'HOME'] ?? '';
  if (platform === 'win32') {
    const settings = env['APPDATA'] || (home && win32.join(home, 'AppData', 'Roaming'));
    return settings ? win32.join(settings, 'lumio', 'Config') : undefined;
  }
  const xdg = env['XDG_CONFIG_HOME'] ?? '';
  if (posix.isAbsolute(xdg)) return posix.join(xdg, 'lumio');
  if (!posix.isAbsolute(home)) return undefined;
  return platform === 'darwin'
    ? posix.join(home, 'Library', 'Preferences', 'lumio')
    : posix.join(home, '.config', 'lumio');
}

/**
 * Reads, edits and writes the file under a lock, so that changes by other processes aren't lost.
 */
async function change(
  location: StoreLocation | undefined,
  { platform, clock, signal }: Pick<Host, 'platform' | 'clock' | 'signal'>,
  edit: (profiles: Map<string, StoredProfile>) => void,
): Promise<readonly string[]> {
  if (location === undefined) throw noHome();
  const { directory, path } = location;
  const lock = `${path}.lock`;
  try {
    // Loading takes longer than the lock should be held.
    const { default: Conf } = await import('conf');
    await makeDirectory(directory);
    const options = {
      clock,
      signal,
      owner: randomUUID(),
      check(_owner: string, unchangedMs: number, waitedMs: number) {
        if (waitedMs > maxWaitMs) throw busy(lock);
        return unchangedMs > abandonedMs ? 'abandoned' : 'held';
      },
    } as const;
    return await withLock(lock, options, async () => {
      const profiles = new Map(await readProfiles(path));
      edit(profiles);
      const warnings = platform === 'win32' ? [] : await restrictAccess(location);
      const conf = new Conf({
        cwd: directory,
        configName: fileName,
        configFileMode: 0o600,
        accessPropertiesByDotNotation: false,
      });
      await retryWhileInUse(async () => conf.set({ profiles: Object.fromEntries(profiles) }));
      return warnings;
    });
  } catch (error) {
    throw systemCode(error) === undefined ? error : unwritable(path, error);
  }
}

/**
 * Removes the access of other users, and reports what changed. A directory that the user chose may
 * have other content; then it only reports. Windows restricts access to its configuration
 * directories itself.
 */
async function restrictAccess({ directory, chosen, path }: StoreLocation): Promise<string[]> {
  const warnings: string[] = [];
  if (await allowsOthers(path, 0o077)) {
    const outcome = await restrict(path, 0o600);
    warnings.push(
      `Other users on this machine could access the stored keys in ${path}. ` +
        `${outcome} Consider replacing these keys.`,
    );
  }
  const isOwn = !chosen || (await readdir(directory)).every((name) => name.startsWith(fileName));
  if (isOwn && (await allowsOthers(directory, 0o077))) {
    const outcome = await restrict(directory, 0o700);
    warnings.push(
      `Other users on this machine could access the directory ${directory}. ${outcome}`,
    );
  } else if (!isOwn && (await allowsOthers(directory, 0o022))) {
    warnings.push(
      `Other users on this machine can write to ${directory}, which contains your stored keys.`,
    );
  }
  return warnings;
}

/** Some file systems (NTFS, exFAT, network shares) ignore chmod without an error. */
async function restrict(path: string, mode: number): Promise<string> {
  await chmod(path, mode);
  return (await allowsOthers(path, 0o077))
    ? 'They still can, because the file system ignores permissions: ' +
        'set LUMIO_CONFIG_DIR to a directory on another file system.'
    : 'lumio removed their access.';
}

async function allowsOthers(path: string, permissions: number): Promise<boolean> {
  try {
    return ((await stat(path)).mode & permissions) !== 0;
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return false;
    throw error;
  }
}

function busy(lock: string): LumioError {
  return new LumioError('refused', {
    code: 'store_busy',
    message: `Timed out waiting for other processes that write the stored keys (lock file: ${lock}).`,
    hint: 'Try again. If no other lumio process is running, delete the lock file.',
  });
}

function unwritable(path: string, cause: unknown): LumioError {
  return new LumioError('refused', {
    code: 'unwritable_store',
    message: `Can't write the stored keys to ${path} (${systemErrorText(cause)}).`,
    hint:
      inUseHint(cause) ??
      'Set LUMIO_CONFIG_DIR to a directory that you can write to, or set LUMIO_API_KEY.',
    cause,
  });
}

function noHome(): LumioError {
  return new LumioError('refused', {
    code: 'no_config_directory',
    message: "Can't store a key: no home directory is set.",
    hint: 'Set LUMIO_CONFIG_DIR to a directory, or set LUMIO_API_KEY.',
  });
}
