/** Keys of profiles on disk: one file, 0600, in a folder of its own, 0700. */
import { chmod, mkdir, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { LumioError, systemCode } from '../errors.ts';
import type { Host } from '../host.ts';
import { withLock } from './lock.ts';
import { configDirectory } from './config-directory.ts';
import { checkProfileName, type Profiles, readProfiles, type StoredProfile } from './profiles.ts';

const fileName = 'credentials';

export interface Store {
  /** Absolute path of the file, there or not; undefined when the environment names no home. */
  readonly path: string | undefined;
  /** The key stored under a name, or undefined. Needs no package, no lock, and no home. */
  get(profile: string): Promise<StoredProfile | undefined>;
  /** Stores under a name, replacing what was there. Returns warnings, each one sentence: permissions that were too open. */
  set(profile: string, stored: StoredProfile): Promise<readonly string[]>;
  /** Forgets a name. Returns whether it was there. */
  delete(profile: string): Promise<boolean>;
  /** All names with what is stored under them, sorted by name. */
  list(): Promise<readonly (readonly [name: string, stored: StoredProfile])[]>;
}

interface Place {
  readonly folder: string;
  readonly chosen: boolean;
  readonly path: string;
}

/**
 * Opens nothing yet: each method reads or writes the file when it is called, safe against other processes doing the same.
 * Its methods throw LumioError: usage for an impossible profile name; refused for a damaged, unreadable or unwritable file, or no home to write in.
 */
export function openStore(
  host: Pick<Host, 'env' | 'platform' | 'cwd' | 'clock' | 'signal'>,
): Store {
  const found = configDirectory(host);
  const place = found && { ...found, path: join(found.folder, `${fileName}.json`) };
  const read = async (): Promise<Profiles> =>
    place === undefined ? new Map() : readProfiles(place.path);
  return {
    path: place?.path,
    get: async (profile) => (await read()).get(checkProfileName(profile)),
    set: (profile, stored) =>
      change(place, host, (profiles) => profiles.set(checkProfileName(profile), stored)),
    delete: async (profile) => {
      if (!(await read()).has(checkProfileName(profile))) return false;
      await change(place, host, (profiles) => profiles.delete(profile));
      return true;
    },
    list: async () => [...(await read())].toSorted(([left], [right]) => (left < right ? -1 : 1)),
  };
}

/** Reads, changes and writes the file, under a lock, so that what others stored in the meantime stays. */
async function change(
  place: Place | undefined,
  host: Pick<Host, 'platform' | 'clock' | 'signal'>,
  edit: (profiles: Map<string, StoredProfile>) => void,
): Promise<readonly string[]> {
  if (place === undefined) throw noHome();
  try {
    // Loaded before the lock is taken: it is held for milliseconds, loading takes many.
    const { default: Conf } = await import('conf');
    await mkdir(place.folder, { recursive: true, mode: 0o700 });
    return await withLock(`${place.path}.lock`, host, async () => {
      const profiles = new Map(await readProfiles(place.path));
      edit(profiles);
      const warnings = host.platform === 'win32' ? [] : await tighten(place);
      const conf = new Conf({
        cwd: place.folder,
        configName: fileName,
        configFileMode: 0o600,
        accessPropertiesByDotNotation: false,
      });
      conf.set({ profiles: Object.fromEntries(profiles) });
      return warnings;
    });
  } catch (thrown) {
    throw translate(thrown, place);
  }
}

/** Closes file and folder to other people. A chosen folder in which other things stand is not ours to close; then it is only told.
 * Not for Windows, which has no such bits, and whose folders for settings are closed anyway. */
async function tighten({ folder, chosen, path }: Place): Promise<string[]> {
  const warnings: string[] = [];
  if (await isOpen(path, 0o077)) {
    await chmod(path, 0o600);
    warnings.push(
      `The file of stored keys, ${path}, was open to other users of this machine; it is closed now. Consider replacing the keys in it.`,
    );
  }
  const ours = !chosen || (await readdir(folder)).every((name) => name.startsWith(fileName));
  if (ours && (await isOpen(folder, 0o077))) {
    await chmod(folder, 0o700);
    warnings.push(
      `The folder ${folder} was open to other users of this machine; it is closed now.`,
    );
  } else if (!ours && (await isOpen(folder, 0o022))) {
    warnings.push(
      `Other users of this machine can write in ${folder}, where your keys are stored.`,
    );
  }
  return warnings;
}

/** Whether others have one of these rights. */
async function isOpen(path: string, rights: number): Promise<boolean> {
  try {
    return ((await stat(path)).mode & rights) !== 0;
  } catch (thrown) {
    if (systemCode(thrown) === 'ENOENT') return false;
    throw thrown;
  }
}

function translate(thrown: unknown, { path }: Place): unknown {
  const code = systemCode(thrown);
  if (code === undefined) return thrown;
  return new LumioError('refused', {
    code: 'unwritable_store',
    message: `The key can't be stored in ${path} (${code}).`,
    hint: 'Set LUMIO_CONFIG_DIR to a folder that you may write in, or give the key in LUMIO_API_KEY.',
    cause: thrown,
  });
}

function noHome(): LumioError {
  return new LumioError('refused', {
    code: 'no_config_folder',
    message: 'There is no place to store a key: the environment names no home folder.',
    hint: 'Set LUMIO_CONFIG_DIR to a folder, or give the key in LUMIO_API_KEY.',
  });
}
