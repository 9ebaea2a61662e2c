/** Folders for tests: empty, from a fixture, or from a list of files. All are gone after the file's last test. */
import { cp, mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterwards } from './afterwards.ts';

const fixtures = join(import.meta.dirname, '../../fixtures/extensions');

/** An empty folder. @returns its absolute path */
export async function temporaryDirectory(): Promise<string> {
  const path = await mkdtemp(join(await realpath(tmpdir()), 'lumio-test-'));
  afterwards(() => rm(path, { recursive: true, force: true }));
  return path;
}

/** A copy of `fixtures/extensions/<name>`, links kept as they are. */
export async function fixtureProject(name: string): Promise<string> {
  const folder = await temporaryDirectory();
  await cp(join(fixtures, name), folder, { recursive: true, verbatimSymlinks: true });
  return folder;
}

/** A folder with these files. @param files path → content */
export async function projectOf(
  files: Readonly<Record<string, string | Uint8Array>>,
): Promise<string> {
  const folder = await temporaryDirectory();
  await addFiles(folder, files);
  return folder;
}

export async function addFiles(
  folder: string,
  files: Readonly<Record<string, string | Uint8Array>>,
): Promise<void> {
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), content);
  }
}

/** The example extension of the sandbox, and a project of one file that is linked to it. */
export const exampleId = 'ext_01j9k2m3n4p5q6r7';
export const smallProject = {
  'lumio.config.json': JSON.stringify({ extensionId: exampleId, name: 'Small', version: '1.3.0' }),
  'dist/index.html': '<!doctype html><title>Small</title>\n',
} as const;
