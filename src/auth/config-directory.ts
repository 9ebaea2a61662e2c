/** Where the keys of the profiles are kept. Pure. */
import { posix, win32 } from 'node:path';

export interface ConfigDirectory {
  /** Absolute path of the folder. */
  readonly folder: string;
  /** Whether the user chose it with `LUMIO_CONFIG_DIR`; the folder may then hold other people's files too. */
  readonly chosen: boolean;
}

/**
 * `LUMIO_CONFIG_DIR`, else the platform's folder for settings: `%APPDATA%\lumio\Config`, `~/Library/Preferences/lumio`, and
 * `$XDG_CONFIG_HOME/lumio` or `~/.config/lumio` (XDG Base Directory Specification 0.8: a relative path there is ignored).
 * @param cwd absolute; a relative `LUMIO_CONFIG_DIR` starts there
 * @returns undefined when the environment names no home
 */
export function configDirectory(world: {
  env: Readonly<Record<string, string | undefined>>;
  platform: NodeJS.Platform;
  cwd: string;
}): ConfigDirectory | undefined {
  const path = world.platform === 'win32' ? win32 : posix;
  const chosen = world.env['LUMIO_CONFIG_DIR'] ?? '';
  if (chosen !== '') return { folder: path.resolve(world.cwd, chosen), chosen: true };
  const folder = platformFolder(world.env, world.platform);
  return folder === undefined ? undefined : { folder, chosen: false };
}

function platformFolder(
  env: Readonly<Record<string, string | undefined>>,
  platform: NodeJS.Platform,
): string | undefined {
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
