/** Temporary directories: empty, with the files of a fixture, or with these files. */
import { cp, mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { cleanUp } from './clean-up.ts';

const fixtures = join(import.meta.dirname, '../../fixtures/extensions');

/** @param files path → content @returns an absolute path, deleted after the file's last test */
export async function temporaryDirectory(
  files: Readonly<Record<string, string | Uint8Array>> = {},
): Promise<string> {
  const path = await mkdtemp(join(await realpath(tmpdir()), 'lumio-test-'));
  cleanUp(() => rm(path, { recursive: true, force: true }));
  await addFiles(path, files);
  return path;
}

/** A copy of `fixtures/extensions/<name>` with its links. */
export async function fixtureProject(name: string): Promise<string> {
  const directory = await temporaryDirectory();
  await cp(join(fixtures, name), directory, { recursive: true, verbatimSymlinks: true });
  return directory;
}

export async function addFiles(
  directory: string,
  files: Readonly<Record<string, string | Uint8Array>>,
): Promise<void> {
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(directory, path)), { recursive: true });
    await writeFile(join(directory, path), content);
  }
}

/** The sandbox's example extension, and a project of one file that is linked to it. */
export const exampleId = 'ext_01j9k2m3n4p5q6r7';
export const smallProject = {
  'lumio.config.json': JSON.stringify({ extensionId: exampleId, name: 'Small', version: '1.3.0' }),
  'dist/index.html': '<!doctype html><title>Small</title>\n',
} as const;
