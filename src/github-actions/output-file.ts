/** The files that a step hands to the runner (docs.github.com: Environment files). */
import { randomUUID } from 'node:crypto';
import { appendFile, stat } from 'node:fs/promises';
import { systemCode } from '../errors.ts';

/**
 * Lines that set outputs. Each value stands between delimiters that nobody can guess, so that no value can end early and set another output.
 * @param outputs name → value, which may have several lines
 */
export function outputLines(outputs: Readonly<Record<string, string>>): string {
  const delimiter = `lumio_${randomUUID()}`;
  return Object.entries(outputs)
    .map(([name, value]) => `${name}<<${delimiter}\n${value}\n${delimiter}\n`)
    .join('');
}

/**
 * Adds to a file that the runner reads after the step.
 * @param variable that names the file; where it is not set, nothing is written
 * @returns what went wrong, if anything did: a deploy that went well doesn't fail for it
 */
export async function addToFile(
  env: Readonly<Record<string, string | undefined>>,
  variable: string,
  text: string,
): Promise<string | undefined> {
  const path = env[variable];
  if (path === undefined || path === '') return undefined;
  try {
    // To open a pipe that nobody reads would never end.
    if (await isOther(path)) return `${variable} can't be written: ${path} is no regular file.`;
    await appendFile(path, text);
    return undefined;
  } catch (thrown) {
    return `${variable} can't be written: ${path} (${systemCode(thrown) ?? String(thrown)}).`;
  }
}

/** Whether what stands there is neither a file nor a folder, to which writing fails by itself. */
async function isOther(path: string): Promise<boolean> {
  const found = await stat(path).catch(() => undefined);
  return found !== undefined && !found.isFile() && !found.isDirectory();
}
