/** The directory of the stored keys. */
import { posix, win32 } from 'node:path';

export interface ConfigDirectory {
  /** Absolute path. */
  readonly folder: string;
  /** Whether `LUMIO_CONFIG_DIR` names it; it may then have other content. */
  readonly chosen: boolean;
}

/**
 * `LUMIO_CONFIG_DIR`, else the platform's: `%APPDATA%\lumio\Config`, `~/Library/Preferences/lumio`, or
 * `$XDG_CONFIG_HOME/lumio`, else `~/.config/lumio` (XDG Base Directory Specification 0.8, which
 * ignores relative paths).
 * @returns undefined if the environment has no home directory
 */
export function configDirectory(host: {
  env: Readonly<Record<string, string | undefined>>;
  platform: NodeJS.Platform;
  cwd: string;
}): ConfigDirectory | undefined {
  const path = host.platform === 'win32' ? win32 : posix;
  const chosen = host.env['LUMIO_CONFIG_DIR'] ?? '';
  if (chosen !== '') return { folder: path.resolve(host.cwd, chosen), chosen: true };
  const folder = platformFolder(host.env, host.platform);
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
