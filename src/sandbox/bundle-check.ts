/** Checks that an uploaded bundle is a real `.tar.gz` that is safe to unpack. */
import { createReadStream } from 'node:fs';
import { readArchive } from '../archive/verify.ts';
import { LumioError } from '../errors.ts';
import { invalid } from './errors.ts';

/**
 * Reads the bundle through to its end.
 * @param signal aborted when the sandbox closes
 * @throws Refusal 422 that says what is wrong and names the entry
 */
export async function checkBundle(path: string, signal: AbortSignal): Promise<void> {
  try {
    for await (const _entry of readArchive(createReadStream(path), { signal }));
  } catch (error) {
    if (!(error instanceof LumioError)) throw error;
    throw invalid('bundle', error.message.replace(/^The archive /u, '').replace(/\.$/u, ''));
  }
}
