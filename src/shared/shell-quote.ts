/** Lines that a user can paste into a shell. */
import { platform } from 'node:os';
import type { Host } from '../host.ts';

/**
 * What PowerShell, cmd or a POSIX shell would replace between double quotes. PowerShell accepts
 * typographic quotes.
 */
const unsafeOnWindows = /["$`%\u201c-\u201e\r\n]/g;

/**
 * Quotes a word where needed, so that a server can't add commands: for a POSIX shell (POSIX 2.2.2),
 * and on Windows in the one form that cmd, PowerShell and Git Bash share. What that form can't
 * contain becomes `?`, which no path and no ID has there.
 */
export function shellQuote(word: string, isWindows = platform() === 'win32'): string {
  if (/^[\w+=:./][\w+=:./-]*$/.test(word)) return word;
  if (isWindows) return `"${word.replaceAll(unsafeOnWindows, '?')}"`;
  return /^[\w@%+=:,./~\\-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`;
}

/**
 * Lines that set environment variables for a session. On Windows for both shells, unless it is Git
 * Bash (MSYSTEM).
 */
export function assignmentLines(
  variables: Readonly<Record<string, string>>,
  { platform: system, env }: Pick<Host, 'platform' | 'env'>,
): string[] {
  const entries = Object.entries(variables);
  if (system !== 'win32' || env['MSYSTEM'] !== undefined)
    return entries.map(([name, value]) => `export ${name}=${shellQuote(value, false)}`);
  const safe = entries.map(([name, value]) => [name, value.replaceAll(unsafeOnWindows, '?')]);
  return [
    'PowerShell:',
    ...safe.map(([name, value]) => `$env:${name} = "${value}"`),
    'cmd:',
    // Quotes around the assignment don't become part of the value.
    ...safe.map(([name, value]) => `set "${name}=${value}"`),
  ];
}
