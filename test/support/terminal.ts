/** A real terminal: a shell in a separate tmux server, with `lumio` in its PATH. */
import { join } from 'node:path';
import { execa } from 'execa';
import { cleanUp } from './clean-up.ts';
import { cleanEnvironment } from './lumio.ts';
import { isInstalled, lumioScript, programs } from './programs.ts';

export const hasTmux = isInstalled('tmux');
/** For the titles of skipped tests. */
export const tmuxNote = hasTmux ? '' : " (skipped: tmux isn't installed)";

/** Input is sent in order; a failure to send it rejects the next `waitFor`. */
export interface Terminal {
  /** Types a command line and presses Enter. */
  run(commandLine: string): void;
  /** Types without Enter. */
  type(text: string): void;
  /**
   * Pastes with CR for each line end, as terminals do.
   * @param marks `marked`: as a bracketed paste if the program asked for it; `unmarked`: never
   */
  paste(text: string, marks: 'marked' | 'unmarked'): void;
  /** Presses a key by tmux's name: `Enter`, `C-c`, `Up`. */
  press(key: string): void;
  /** The screen and its history; lines without trailing spaces. */
  text(): Promise<string>;
  /** The screen, with escape sequences for colors. */
  colors(): Promise<string>;
  /** @returns the text when it matches @throws Error with the text if it doesn't match in time */
  waitFor(pattern: RegExp): Promise<string>;
  isCursorVisible(): Promise<boolean>;
}

export interface Screen {
  readonly cwd: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly columns?: number;
  readonly rows?: number;
}

/** Opens a terminal with a shell at its prompt `$ `. It closes after the last test of the file. */
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
    ENV: '',
  };
  const server = ['-S', join(bin, 'tmux'), '-f', '/dev/null'];
  const tmux = async (words: readonly string[], input = ''): Promise<string> => {
    const options = { env: shellEnvironment, extendEnv: false, input, stripFinalNewline: false };
    return (await execa('tmux', [...server, ...words], options)).stdout;
  };
  const size = ['-x', String(columns), '-y', String(rows)];
  await tmux(['new-session', '-d', ...size, '-c', cwd, 'sh']);
  await tmux(['set-option', '-g', 'history-limit', '5000']);
  cleanUp(() => tmux(['kill-server']));
  const terminal = terminalOf(tmux);
  await terminal.waitFor(/^\$ ?$/m);
  return terminal;
}

function terminalOf(tmux: (words: readonly string[], input?: string) => Promise<string>): Terminal {
  let sent: Promise<unknown> = Promise.resolve();
  const send = (words: readonly string[], input?: string): void => {
    sent = sent.then(() => tmux(words, input));
    // Reported by the next waitFor.
    sent.catch(() => undefined);
  };
  const text = async (): Promise<string> => {
    await sent;
    return (await tmux(['capture-pane', '-p', '-J', '-S', '-'])).replace(/\n+$/, '\n');
  };
  return {
    run: (commandLine) => {
      send(['send-keys', '-l', commandLine]);
      send(['send-keys', 'Enter']);
    },
    type: (typed) => send(['send-keys', '-l', typed]),
    paste: (pasted, marks) => {
      send(['load-buffer', '-'], pasted);
      send(['paste-buffer', '-d', ...(marks === 'marked' ? ['-p'] : [])]);
    },
    press: (key) => send(['send-keys', key]),
    text,
    colors: () => tmux(['capture-pane', '-p', '-e']),
    waitFor: (pattern) => waitUntil(text, pattern),
    isCursorVisible: async () =>
      (await tmux(['display-message', '-p', '#{cursor_flag}'])).trim() === '1',
  };
}

/** Much longer than any test needs. */
const limitMs = 40_000;

async function waitUntil(text: () => Promise<string>, pattern: RegExp): Promise<string> {
  const deadline = Date.now() + limitMs;
  // Each check starts a process, so the pauses grow.
  for (let pauseMs = 50; ; pauseMs = Math.min(300, pauseMs * 1.3)) {
    const shown = await text();
    if (pattern.test(shown)) return shown;
    if (Date.now() > deadline)
      throw new Error(`${String(pattern)} didn't appear on the screen:\n${shown}`);
    await new Promise((resolve) => void setTimeout(resolve, pauseMs));
  }
}
