/** The files that a step writes for the runner (docs.github.com: Environment files). */
import { randomUUID } from 'node:crypto';
import { appendFile, stat } from 'node:fs/promises';
import { systemCode } from '../errors.ts';

/**
 * Lines that set outputs. The random delimiter keeps a value from ending early and setting another output.
 */
export function outputLines(outputs: Readonly<Record<string, string>>): string {
  const delimiter = `lumio_${randomUUID()}`;
  return Object.entries(outputs)
    .map(([name, value]) => `${name}<<${delimiter}\n${value}\n${delimiter}\n`)
    .join('');
}

/**
 * Appends to a file that the runner reads after the step.
 * @param variable contains the path; nothing is written if it is not set
 * @returns the failure, since a deploy must not fail because of it
 */
export async function addToFile(
  env: Readonly<Record<string, string | undefined>>,
  variable: string,
  text: string,
): Promise<string | undefined> {
  const path = env[variable];
  if (path === undefined || path === '') return undefined;
  try {
    // Opening a pipe without a reader never returns.
    if (await isOther(path)) return `${variable} can't be written: ${path} isn't a regular file.`;
    await appendFile(path, text);
    return undefined;
  } catch (thrown) {
    return `${variable} can't be written: ${path} (${systemCode(thrown) ?? String(thrown)}).`;
  }
}

/** Neither a file nor a directory; writing to a directory fails anyway. */
async function isOther(path: string): Promise<boolean> {
  const found = await stat(path).catch(() => undefined);
  return found !== undefined && !found.isFile() && !found.isDirectory();
}
