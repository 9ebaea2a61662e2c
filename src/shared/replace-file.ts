/** Writing a file so that it is either the old one or the new one, whatever happens in between. */
import { randomUUID } from 'node:crypto';
import { open, realpath, rename, rm, stat } from 'node:fs/promises';
import { LumioError, systemErrorText } from '../errors.ts';

/**
 * Replaces a text file, or makes it. Its mode stays; a link to it stays a link.
 * @param path absolute
 * @throws LumioError refused, when the place can't be written; the old file is then as it was
 */
export async function replaceFile(path: string, text: string): Promise<void> {
  try {
    const target = await realpath(path).catch(() => path);
    const mode = await stat(target).then(
      (stats) => stats.mode & 0o777,
      () => undefined,
    );
    await writeThenRename(target, text, mode);
  } catch (cause) {
    throw new LumioError('refused', {
      code: 'unwritable_file',
      message: `${path} can't be written (${systemErrorText(cause)}).`,
      hint: 'Check that the folder exists and that you may write in it.',
      cause,
    });
  }
}

/** @param mode undefined: as the umask has it */
async function writeThenRename(
  target: string,
  text: string,
  mode: number | undefined,
): Promise<void> {
  const temporary = `${target}.${randomUUID()}.tmp`;
  try {
    const file = await open(temporary, 'wx', mode ?? 0o644);
    try {
      // What is opened gets less than its mode by the umask, which is not asked where a file stays as it was.
      if (mode !== undefined) await file.chmod(mode);
      await file.writeFile(text);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, target);
  } catch (thrown) {
    await rm(temporary, { force: true });
    throw thrown;
  }
}
