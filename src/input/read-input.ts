/** Files and stdin as users name them on the command line: a path relative to the working folder, or `-`. */
import { resolve } from 'node:path';
import type { Host } from '../host.ts';
import { decodeText, readInput } from './bytes.ts';
import { type JsonObject, readJsonObject } from './json.ts';

/** Bodies and texts that a command line hands over; bundles are streamed instead. */
const maxBytes = 16 * 1024 * 1024;

export function resolvePath(cwd: string, given: string): string {
  return resolve(cwd, given);
}

/**
 * @param given a path, or `-` for stdin
 * @throws LumioError refused: absent, unreadable, or more than 16 MiB
 */
export function readBytes(given: string, host: Host): Promise<Buffer> {
  const bounds = { maxBytes, signal: host.signal };
  if (given === '-') return readInput({ kind: 'stdin', stream: host.stdin.stream() }, bounds);
  return readInput({ kind: 'file', path: resolve(host.cwd, given) }, bounds);
}

/** The JSON object in a file. @throws LumioError refused or usage, with the place of the error; the signal's reason when it is aborted */
export async function readJsonFile(path: string, signal: AbortSignal): Promise<JsonObject> {
  return readJsonObject(await readInput({ kind: 'file', path }, { maxBytes, signal }), path);
}

/** All of stdin as one text without the white space around it, as for a key. */
export async function readStdinLine(host: Host): Promise<string> {
  return decodeText(await readBytes('-', host), 'stdin').trim();
}
