/** On which line of a file something stands. */
import { closeSync, openSync, readSync } from 'node:fs';
import type { Finding, Sighting } from './secret-scan.ts';
import type { SelectedFile } from './walk.ts';

const newline = 0x0a;

/**
 * Turns offsets into line numbers, by reading the file once more. Only what stops the command is looked up, so counting lines costs
 * nothing as long as there is nothing to tell.
 */
export function locate(
  { path, rule, message, offset }: Sighting,
  files: readonly SelectedFile[],
): Finding {
  const file = files.find((candidate) => candidate.path === path);
  if (file === undefined || offset === undefined) return { path, rule, message };
  return { path, rule, message, line: lineAt(file.absolutePath, offset) };
}

function lineAt(absolutePath: string, offset: number): number {
  const buffer = Buffer.allocUnsafe(64 * 1024);
  const descriptor = openSync(absolutePath, 'r');
  try {
    let line = 1;
    for (let left = offset; left > 0;) {
      const count = readSync(descriptor, buffer, 0, Math.min(left, buffer.length), null);
      if (count === 0) break;
      line += countNewlines(buffer.subarray(0, count));
      left -= count;
    }
    return line;
  } finally {
    closeSync(descriptor);
  }
}

export function countNewlines(bytes: Buffer): number {
  let count = 0;
  for (let at = bytes.indexOf(newline); at !== -1; at = bytes.indexOf(newline, at + 1)) count += 1;
  return count;
}
