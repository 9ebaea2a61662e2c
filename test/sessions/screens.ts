/** Compares screens with recorded ones, without what differs between runs. */
import { readFile, writeFile } from 'node:fs/promises';
import { realpathSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'vitest';
import type { Terminal } from '../support/terminal.ts';

const directory = join(import.meta.dirname, 'screens');
const renews = process.env['UPDATE_SCREENS'] === '1';

export interface Size {
  readonly columns: number;
  readonly rows: number;
}

/**
 * Compares with `screens/<name>-<columns>x<rows>.txt`; with UPDATE_SCREENS=1 writes that file for a
 * review.
 * @param shown the text of a terminal
 */
export async function compareScreen(
  shown: string,
  name: string,
  { columns, rows }: Size,
): Promise<void> {
  const path = join(directory, `${name}-${columns}x${rows}.txt`);
  const steady = steadied(shown);
  if (renews) await writeFile(path, steady);
  const recorded = await readFile(path, 'utf8').catch(
    () => '(there is none yet: UPDATE_SCREENS=1 makes it)',
  );
  expect(steady).toBe(recorded);
}

/** The directory of the stored keys, where a line may wrap inside its path. */
const configPath = new RegExp(
  `\\s+${realpathSync(tmpdir())
    .replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`)
    .replaceAll(' ', String.raw`\s+`)}/lumio-test-\\w{6}/config`,
  'g',
);

/**
 * Replaces what differs between runs by placeholders of equal length, so that tables keep their
 * widths.
 */
function steadied(shown: string): string {
  return shown
    .replaceAll(configPath, ' <config>')
    .replaceAll(/(?<=127\.0\.0\.1:)\d{4,5}/g, '55555')
    .replaceAll(/(?<=ver_|ext_)[a-z0-9]{16}\b/g, (id) =>
      known.has(id) ? id : 'x'.repeat(id.length),
    )
    .replaceAll(/\b[0-9a-f]{64}\b/g, (hash) => 'f'.repeat(hash.length))
    .replaceAll(/\b[\d.]+ [kM]?B\b(?!\/)/g, '11.1 kB')
    .replaceAll(/just now|\d+ seconds? ago|1 minute ago/g, 'just now')
    .replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, '2026-11-23T12:00:00Z')
    .replaceAll(/(?<=Retrying in )\d+s/g, '9s')
    .replaceAll(/\d+s elapsed, \w+ left/g, '9s elapsed, 14m51s left')
    .replaceAll(/(?<=11\.1 kB) +[\d.]+ [kM]?B\/s.*$/gm, '  <rate>')
    .replaceAll(/[⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏]/g, '⠋')
    .replace(/\n\$ ?\n*$/, '\n');
}

/** The id of the example extension, which is the same in each sandbox. */
const known: ReadonlySet<string> = new Set(['01j9k2m3n4p5q6r7']);

/** A terminal in which command after command is run, each followed by its exit code in brackets. */
export interface Session {
  readonly terminal: Terminal;
  /** Types a command line; prompts can be answered before `ended`. */
  start(commandLine: string): void;
  /**
   * Waits for the exit code of the last command and the prompt behind it. @returns all that was
   * shown
   */
  ended(): Promise<string>;
}

export function sessionIn(terminal: Terminal): Session {
  let commands = 0;
  return {
    terminal,
    start: (commandLine) => {
      commands += 1;
      terminal.run(`${commandLine}; echo "[$?]"`);
    },
    ended: () =>
      terminal.waitFor(
        new RegExp(String.raw`(?:^\[\d+\]$[^]*?){${commands}}^\$ ?\n*$(?![^])`, 'm'),
      ),
  };
}
