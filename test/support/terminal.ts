/** A real terminal: tmux with a server of its own, a shell in it, and `lumio` on its path. */
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { afterwards } from './afterwards.ts';
import { cleanEnvironment } from './lumio.ts';
import { isInstalled, lumioScript, programs } from './programs.ts';

export const hasTmux = isInstalled('tmux');
/** Why a test was left out, for its title. */
export const tmuxNote = hasTmux
  ? ''
  : ' (skipped: tmux is not installed, and without it there is no terminal to test in)';

export interface Terminal {
  /** Types a command line and presses Enter. */
  run(commandLine: string): void;
  /** Types without Enter. */
  type(text: string): void;
  /**
   * Pastes as terminals do, with CR for each line end.
   * @param marks `marked`: put around it if the program asked for that (bracketed paste); `unmarked`: from a terminal that can't
   */
  paste(text: string, marks: 'marked' | 'unmarked'): void;
  /** A key by tmux's name: `Enter`, `C-c`, `Up`. */
  press(key: string): void;
  /** What is on the screen, with what scrolled off above it; lines without trailing blanks. */
  text(): string;
  /** The screen alone, with its colours as escape sequences. */
  colours(): string;
  /** Waits until the text holds a pattern. @returns the text @throws Error with the text when it never does */
  waitFor(pattern: RegExp): Promise<string>;
  isCursorVisible(): boolean;
}

export interface Screen {
  readonly cwd: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly columns?: number;
  readonly rows?: number;
}

let opened = 0;

/** Opens a terminal with a shell at its prompt `$ `. It is gone after the file's last test. */
export async function openTerminal({
  cwd,
  env,
  columns = 80,
  rows = 24,
}: Screen): Promise<Terminal> {
  const bin = await programs({ lumio: lumioScript });
  const clean = await cleanEnvironment();
  const shellEnvironment = {
    ...clean,
    ...env,
    PATH: `${bin}:${clean['PATH'] ?? ''}`,
    PS1: '$ ',
    SHELL: '/bin/sh',
  };
  opened += 1;
  // The socket stands in a folder of the test, so that no other tmux of this machine is ever talked to.
  const socket = join(bin, `tmux-${opened}`);
  const tmux = (...words: string[]): string =>
    execFileSync('tmux', ['-S', socket, '-f', '/dev/null', ...words], {
      env: { ...shellEnvironment, ENV: '' },
      encoding: 'utf8',
    });
  tmux('new-session', '-d', '-x', String(columns), '-y', String(rows), '-c', cwd, 'sh');
  tmux('set-option', '-g', 'history-limit', '5000');
  afterwards(async () => void tmux('kill-server'));
  const text = (): string => tmux('capture-pane', '-p', '-J', '-S', '-').replace(/\n+$/, '\n');
  const terminal: Terminal = {
    run: (commandLine) => {
      tmux('send-keys', '-l', commandLine);
      tmux('send-keys', 'Enter');
    },
    type: (typed) => void tmux('send-keys', '-l', typed),
    paste: (pasted, marks) => {
      execFileSync('tmux', ['-S', socket, 'load-buffer', '-'], { input: pasted });
      tmux('paste-buffer', '-d', ...(marks === 'marked' ? ['-p'] : []));
    },
    press: (key) => void tmux('send-keys', key),
    text,
    colours: () => tmux('capture-pane', '-p', '-e'),
    waitFor: (pattern) => waitUntil(text, pattern),
    isCursorVisible: () => tmux('display-message', '-p', '#{cursor_flag}').trim() === '1',
  };
  await terminal.waitFor(/^\$ ?$/m);
  return terminal;
}

/** Far longer than anything here takes, so that a hang becomes a failure that shows the screen. */
const patienceMs = 20_000;

async function waitUntil(text: () => string, pattern: RegExp): Promise<string> {
  const deadline = Date.now() + patienceMs;
  for (;;) {
    const shown = text();
    if (pattern.test(shown)) return shown;
    if (Date.now() > deadline)
      throw new Error(`${String(pattern)} never came on the screen:\n${shown}`);
    await new Promise((resolve) => setTimeout(resolve, 40));
  }
}
