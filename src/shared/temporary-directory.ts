import { mkdtemp } from 'node:fs/promises';
import { join } from 'node:path';
import { LumioError, systemCode, systemErrorText } from '../errors.ts';

/**
 * Creates a directory in the system's directory for temporary files.
 * @param tempDir `Host.tempDir`
 * @throws LumioError `refused`
 */
export async function createTemporaryDirectory(tempDir: string): Promise<string> {
  try {
    return await mkdtemp(join(tempDir, 'lumio-'));
  } catch (cause) {
    if (systemCode(cause) === undefined) throw cause;
    throw new LumioError('refused', {
      code: 'no_temporary_directory',
      message: `Can't create a temporary directory in ${tempDir} (${systemErrorText(cause)}).`,
      hint: 'Set TMPDIR (TEMP on Windows) to a directory that you can write to.',
      cause,
    });
  }
}
