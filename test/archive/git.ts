/** What git selects with the same rules. */
import { execFileSync } from 'node:child_process';

/** The paths that `git add` would add, in byte order. */
export function addedByGit(directory: string): string[] {
  execFileSync('git', ['init', '-q', directory]);
  const config = ['-c', 'core.excludesFile=/dev/null', '-c', 'core.ignoreCase=false'];
  const listed = execFileSync(
    'git',
    ['-C', directory, ...config, 'ls-files', '-z', '--others', '--exclude-standard'],
    { encoding: 'utf8' },
  );
  return listed
    .split('\0')
    .filter((path) => path !== '')
    .toSorted((left, right) => Buffer.compare(Buffer.from(left), Buffer.from(right)));
}

/** Rule files aren't part of the comparison. */
export const isRuleFile = (path: string): boolean => /\.(?:git|lumio)ignore$/.test(path);
