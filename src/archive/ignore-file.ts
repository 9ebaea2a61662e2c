/** Reads a `.lumioignore`. What can't be read as rules is refused: rules that are silently without effect let out what they should hold back. */
import { closeSync, constants, fstatSync, lstatSync, openSync, readSync } from 'node:fs';
import { LumioError, systemErrorText } from '../errors.ts';

const mostBytes = 1024 * 1024;

/** No path is that long (`PATH_MAX` of Linux), and the regular expression of a rule that is can be one that V8 refuses. */
const mostCharacters = 4096;

/** Whether something stands at the path, also a link that leads nowhere and what can't be looked at. */
export function isThere(path: string): boolean {
  try {
    lstatSync(path);
    return true;
  } catch (error) {
    return !['ENOENT', 'ENOTDIR'].includes(systemErrorText(error));
  }
}

/**
 * Follows links, wherever they lead, to a regular file.
 * @returns its lines
 * @throws LumioError `refused`, naming the file: `ignore_file_unreadable` (also for a FIFO, a device, a folder and for more than 1 MiB),
 * `ignore_file_not_utf8`, `ignore_rule_too_long`
 */
export function readRules(file: string): readonly string[] {
  const lines = decode(file, readFile(file)).split(/\r?\n/);
  const long = lines.findIndex((line) => line.length > mostCharacters && !line.startsWith('#'));
  if (long === -1) return lines;
  throw new LumioError('refused', {
    code: 'ignore_rule_too_long',
    message: `Line ${long + 1} of the ignore file ${file} is a rule of more than ${mostCharacters} characters.`,
    hint: 'Shorten it: no path is that long.',
  });
}

function readFile(file: string): Buffer {
  let descriptor: number | undefined;
  try {
    // A FIFO must not block. (Windows has none, nor the flag; there it is undefined and counts as 0.)
    descriptor = openSync(file, constants.O_RDONLY | constants.O_NONBLOCK);
    if (!fstatSync(descriptor).isFile()) throw unreadable(file, 'it is not a regular file');
    const content = readUpTo(descriptor, mostBytes + 1);
    if (content.length > mostBytes) throw unreadable(file, 'it has more than 1 MiB');
    return content;
  } catch (error) {
    throw error instanceof LumioError ? error : unreadable(file, systemErrorText(error), error);
  } finally {
    if (descriptor !== undefined) closeSync(descriptor);
  }
}

function readUpTo(descriptor: number, lengthBytes: number): Buffer {
  const buffer = Buffer.allocUnsafe(lengthBytes);
  let end = 0;
  for (let count = -1; count !== 0; end += count)
    count = readSync(descriptor, buffer, end, lengthBytes - end, null);
  return buffer.subarray(0, end);
}

/** NUL is what UTF-16 without a byte order mark has in every second place. */
function decode(file: string, content: Buffer): string {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(content);
    if (!text.includes('\0')) return text;
  } catch {
    // Told below.
  }
  throw new LumioError('refused', {
    code: 'ignore_file_not_utf8',
    message: `The ignore file ${file} is not UTF-8 text.`,
    hint: 'Save it as UTF-8. (The > of PowerShell 5 writes UTF-16.)',
  });
}

function unreadable(file: string, reason: string, cause?: unknown): LumioError {
  return new LumioError('refused', {
    code: 'ignore_file_unreadable',
    message: `The ignore file ${file} can't be read (${reason}).`,
    hint: 'Make it a readable text file, or remove it.',
    cause,
  });
}
