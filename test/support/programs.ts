/** Programs for a test's PATH. */
import { execFileSync } from 'node:child_process';
import { chmod } from 'node:fs/promises';
import { join } from 'node:path';
import { binary, node } from './lumio.ts';
import { isWindows } from './platform.ts';
import { temporaryDirectory } from './project.ts';

/** `lumio`, run by the Node.js of the tests. */
export const lumioScript = `exec '${node}' '${binary}' "$@"`;

/** @param scripts name → lines of a shell script @returns their directory */
export async function programs(scripts: Readonly<Record<string, string>>): Promise<string> {
  const directory = await temporaryDirectory(
    Object.fromEntries(
      Object.entries(scripts).map(([name, script]) => [name, `#!/bin/sh\n${script}\n`]),
    ),
  );
  for (const name of Object.keys(scripts)) await chmod(join(directory, name), 0o755);
  return directory;
}

/** Whether this machine has a program of POSIX systems; Windows has others of the same names. */
export function isInstalled(program: string): boolean {
  if (isWindows) return false;
  try {
    execFileSync('sh', ['-c', `command -v ${program}`], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

/** macOS has another tar, with other options and formats. */
export const hasGnuTar =
  isInstalled('tar') && execFileSync('tar', ['--version'], { encoding: 'utf8' }).includes('GNU');
