/** Files that are there completely or not at all, whenever the process is killed. */
import { open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { LumioError, systemCode } from '../errors.ts';

/** Writes a file for the owner's eyes (0600): beside its place first, flushed, then moved over what was there. */
export async function atomicWrite(
  path: string,
  temporaryPath: string,
  content: string,
): Promise<void> {
  const file = await open(temporaryPath, 'w', 0o600);
  try {
    await file.writeFile(content);
    await file.sync();
  } finally {
    await file.close();
  }
  await atomicMove(temporaryPath, path);
}

/** Moves a flushed file to its place on the same file system, so that it stays there. */
export async function atomicMove(from: string, to: string): Promise<void> {
  try {
    await rename(from, to);
  } catch (error) {
    await rm(from, { force: true });
    throw error;
  }
  await syncFolder(dirname(to));
}

/** Flushes a folder's entries. Windows can't open folders and does not need it. */
async function syncFolder(path: string): Promise<void> {
  let folder;
  try {
    folder = await open(path, 'r');
    await folder.sync();
  } catch (error) {
    if (!['EISDIR', 'EPERM', 'EACCES', 'EINVAL'].includes(systemCode(error) ?? '')) throw error;
  } finally {
    await folder?.close();
  }
}

/** Turns what the file system answers about `path` into an error that names it. */
export function folderError(path: string, error: unknown): LumioError {
  return new LumioError('refused', {
    code: 'sandbox_data_unusable',
    message: `The sandbox's data folder can't be used: ${path} (${systemCode(error) ?? String(error)}).`,
    hint: 'Give --data a folder that you may write to.',
    cause: error,
  });
}
