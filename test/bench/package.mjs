/** What is downloaded for `npx lumio`. */
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { cleanEnvironment } from './pairs.mjs';

export const ceilingKilobytes = 400;

export function measurePackage() {
  const root = join(import.meta.dirname, '../..');
  const [packed] = JSON.parse(
    execFileSync('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], {
      cwd: root,
      env: cleanEnvironment,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    }),
  );
  return [
    {
      what: 'published package, packed',
      against: 'kB at most',
      value: packed.size / 1000,
      target: ceilingKilobytes,
      detail: `${packed.entryCount} files, ${Math.round(packed.unpackedSize / 1000)} kB unpacked`,
    },
  ];
}
