/** FIFOs without a writer: a command that reads one can be interrupted. */
import { execFileSync } from 'node:child_process';
import { closeSync, constants, openSync } from 'node:fs';
import { setImmediate } from 'node:timers/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { systemCode } from '../../src/errors.ts';
import { interruption, runLumio } from '../support/host.ts';
import { isWindows, notOnWindows } from '../support/platform.ts';
import { temporaryDirectory, smallProject } from '../support/project.ts';

test
  .skipIf(isWindows)
  .each([
    'secrets set KEY --from-file pipe',
    'secrets import pipe',
    'deploy --changelog-file pipe',
    'deploy --changelog-file pipe --dry-run',
    'extensions update --input pipe',
    'extensions update --description-file pipe',
    'extensions create --input pipe',
    'api /extensions -X POST --input pipe',
    'sandbox start --port 0 --seed pipe',
  ])(`%s${notOnWindows('no FIFOs')}`, async (line) => {
  const cwd = await temporaryDirectory(smallProject);
  const path = join(cwd, 'pipe');
  execFileSync('mkfifo', [path]);
  const abort = new AbortController();
  const env = {
    LUMIO_API_KEY: 'lm_dev_any',
    LUMIO_API_URL: 'http://127.0.0.1:9',
    LUMIO_EXTENSION: 'ext_any',
  };
  const running = runLumio([...line.split(' '), '--json'], { cwd, env, signal: abort.signal });
  // Interrupted before it reads, any command ends.
  const writer = await openOnceRead(path);
  abort.abort(interruption());
  expect(await running).toMatchObject({ exitCode: 130, stdout: '' });
  closeSync(writer);
});

/** @returns the other end of a pipe, once a process reads from it */
async function openOnceRead(path: string): Promise<number> {
  for (;;) {
    await setImmediate();
    try {
      return openSync(path, constants.O_WRONLY | constants.O_NONBLOCK);
    } catch (error) {
      if (systemCode(error) !== 'ENXIO') throw error;
    }
  }
}
