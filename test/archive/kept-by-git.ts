import { execFileSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';

/** The paths that git would add, without the rule files, in byte order. */
export function keptByGit(folder: string): string[] {
  execFileSync('git', ['init', '-q', folder]);
  const everything = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .filter((path) => !path.startsWith('.git/') && !/\.(?:git|lumio)ignore$/.test(path));
  const kept = execFileSync(
    'git',
    [
      '-C',
      folder,
      '-c',
      'core.excludesFile=/dev/null',
      '-c',
      'core.ignoreCase=false',
      'ls-files',
      '-z',
      '--others',
      '--exclude-standard',
    ],
    { encoding: 'utf8' },
  );
  const keptPaths = new Set(kept.split('\0'));
  return everything
    .filter((path) => keptPaths.has(path))
    .toSorted((left, right) => Buffer.compare(Buffer.from(left), Buffer.from(right)));
}
