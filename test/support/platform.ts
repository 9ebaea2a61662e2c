/** What the system that runs the tests, and the file system of its temporary directory, can do. */
import { lstatSync, mkdtempSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export const isWindows = process.platform === 'win32';

/**
 * cmd of wine ends with another exit code where a program is missing. scripts/test-windows.mjs sets
 * the variable.
 */
export const isWine = process.env['LUMIO_TEST_WINE'] === '1';

/**
 * For the title of a test that is skipped on Windows (`test.skipIf(isWindows)`).
 * @param reason what is missing there
 */
export function notOnWindows(reason: string): string {
  return isWindows ? ` (skipped on Windows: ${reason})` : '';
}

/** Windows needs a privilege for symbolic links. */
export const canLink = probe((directory) => {
  symlinkSync('file', join(directory, 'link'));
  return lstatSync(join(directory, 'link')).isSymbolicLink();
});

/** Whether names that differ in case are different files: not on Windows and macOS. */
export const isCaseSensitive = probe(
  (directory) => statSync(join(directory, 'FILE'), { throwIfNoEntry: false }) === undefined,
);

/**
 * Makes files for a test. @returns false where this system can't have such files; on Linux the
 * error fails the test
 */
export function isPossible(make: () => void): boolean {
  try {
    make();
    return true;
  } catch (error) {
    if (process.platform === 'linux') throw error;
    return false;
  }
}

function probe(test: (directory: string) => boolean): boolean {
  const directory = mkdtempSync(join(tmpdir(), 'lumio-test-'));
  try {
    writeFileSync(join(directory, 'file'), '');
    return test(directory);
  } catch {
    return false;
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}
