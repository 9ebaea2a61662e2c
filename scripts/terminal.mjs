/** Runs command lines in a real terminal (tmux) and reads the screen. */
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';

let sessions = 0;

/**
 * @param line for `sh`
 * @param options `directory` is for tmux's socket
 * @returns the lines of the screen, with escape sequences for colors if `hasColors`
 */
export function runInTerminal(line, { directory, cwd, env, columns = 80, hasColors = false }) {
  // A server that is ending would refuse the next session.
  sessions += 1;
  const socket = join(directory, `tmux-${sessions}`);
  const tmux = (...args) =>
    execFileSync('tmux', ['-S', socket, '-f', '/dev/null', ...args], {
      env,
      cwd,
      encoding: 'utf8',
    });
  const size = ['-x', String(columns), '-y', '120'];
  tmux(
    'new-session',
    '-d',
    ...size,
    'sh',
    '-c',
    `${line}\ntmux -S '${socket}' wait-for -S ended; sleep 100`,
  );
  try {
    tmux('wait-for', 'ended');
    return tmux('capture-pane', '-p', ...(hasColors ? ['-e'] : []))
      .trimEnd()
      .split('\n');
  } finally {
    tmux('kill-server');
  }
}
