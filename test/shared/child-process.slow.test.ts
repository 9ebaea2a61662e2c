/** Forwards signals to the child unless the terminal does, and ends with its exit code. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { expect, test, vi } from 'vitest';
import { LumioError } from '../../src/errors.ts';
import { runProgram } from '../../src/shared/child-process.ts';
import { isWindows, notOnWindows } from '../support/platform.ts';
import { temporaryDirectory } from '../support/project.ts';

const interrupted = new LumioError('interrupted', { code: 'interrupted', message: 'Interrupted.' });
const hungUp = new LumioError('hung_up', { code: 'hung_up', message: 'Hung up.' });
const terminated = new LumioError('terminated', { code: 'terminated', message: 'Terminated.' });
/** Exits with 7 after a second, or with 50 + n after signal n. */
const script =
  "process.on('SIGINT', () => process.exit(52)); process.on('SIGTERM', () => process.exit(65)); " +
  "process.on('SIGHUP', () => process.exit(51)); " +
  "require('node:fs').writeFileSync('ready', ''); setTimeout(() => process.exit(7), 1000);";

function stdinOf(isTerminal: boolean): { isTerminal: boolean; stream: () => Readable } {
  return { isTerminal, stream: () => Readable.from([]) };
}

test('starts nothing after the signal', async () => {
  const cwd = await temporaryDirectory();
  const host = {
    cwd,
    env: process.env,
    signal: AbortSignal.abort(interrupted),
    stdin: stdinOf(true),
  };
  await expect(runProgram([process.execPath, '-e', script], host)).rejects.toBe(interrupted);
  expect(existsSync(join(cwd, 'ready'))).toBe(false);
});

test.skipIf(isWindows).each([
  ['Ctrl-C without a terminal is forwarded', interrupted, false, 52],
  ['Ctrl-C with a terminal reaches the child by itself', interrupted, true, 7],
  ['SIGTERM is forwarded', terminated, true, 65],
  ['SIGHUP is forwarded', hungUp, true, 51],
])(`%s${notOnWindows('no signals')}`, async (_case, reason, hasTerminal, exitCode) => {
  const controller = new AbortController();
  const cwd = await temporaryDirectory();
  const host = {
    cwd,
    env: process.env,
    signal: controller.signal,
    stdin: stdinOf(hasTerminal),
  };
  const ended = runProgram([process.execPath, '-e', script], host);
  await vi.waitUntil(() => existsSync(join(cwd, 'ready')), { timeout: 20_000 });
  controller.abort(reason);
  expect(await ended).toBe(exitCode);
});

test.each([
  { code: 'process.exit(41)', exitCode: 41 },
  // Windows has no signals.
  { code: "process.kill(process.pid, 'SIGKILL')", exitCode: isWindows ? 1 : 137 },
])('$code ends with $exitCode', async ({ code, exitCode }) => {
  const { signal } = new AbortController();
  expect(
    await runProgram([process.execPath, '-e', code], {
      cwd: await temporaryDirectory(),
      env: process.env,
      signal,
      stdin: stdinOf(false),
    }),
  ).toBe(exitCode);
});
