import { join } from 'node:path';
import type { Host } from '../host.ts';

/**
 * `$XDG_CACHE_HOME/lumio` (XDG Base Directory Specification), `~/Library/Caches/lumio` or
 * `%LOCALAPPDATA%\lumio\Cache`; undefined if the environment has no home directory.
 */
export function cacheDirectory(env: Host['env'], platform: NodeJS.Platform): string | undefined {
  const [home, xdg, local] = [
    env['HOME'] ?? '',
    env['XDG_CACHE_HOME'] ?? '',
    env['LOCALAPPDATA'] ?? '',
  ];
  if (platform === 'win32') return local === '' ? undefined : join(local, 'lumio', 'Cache');
  if (xdg.startsWith('/')) return join(xdg, 'lumio');
  if (!home.startsWith('/')) return undefined;
  return platform === 'darwin'
    ? join(home, 'Library', 'Caches', 'lumio')
    : join(home, '.cache', 'lumio');
}
