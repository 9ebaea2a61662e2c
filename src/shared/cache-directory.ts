/** Where lumio keeps what it can do without. Pure. */
import { join } from 'node:path';
import type { Host } from '../host.ts';

/**
 * XDG Base Directory Specification; `~/Library/Caches` and `%LOCALAPPDATA%` are its like elsewhere.
 * @returns undefined when the environment names no home
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
