/** A command that waits for stdin reports it: in CI an open pipe without a writer looks like a hang. */
import { PassThrough } from 'node:stream';
import { expect, test } from 'vitest';
import type { Clock } from '../../src/host.ts';
import { autoAdvancingClock } from '../support/clock.ts';
import { type RunResult, runLumio, type HostOptions } from '../support/host.ts';
import { exampleId, projectOf, smallProject } from '../support/project.ts';
import { openSandbox, sandboxKey } from '../support/sandbox.ts';

const note = 'Note: waiting for input on stdin';
const timesSaid = ({ stderr }: RunResult): number => stderr.split(note).length - 1;

interface Pipe {
  readonly begin?: string;
  /** Written after somebody waited for so long that it was noticed, and then the pipe is closed. */
  readonly late: string;
}

/** Runs a command at a pipe that is open and silent until the clock was waited for. */
async function runAtPipe(
  argv: readonly string[],
  { begin = '', late }: Pipe,
  world: HostOptions = {},
): Promise<RunResult> {
  const { env } = await openSandbox();
  const stdin = new PassThrough();
  if (begin !== '') stdin.write(begin);
  const inner = autoAdvancingClock();
  const close = (): void => void setImmediate(() => stdin.end(late));
  const clock: Clock = { ...inner, sleep: (ms, signal) => inner.sleep(ms, signal).finally(close) };
  return runLumio(argv, { cwd: await projectOf(smallProject), env, stdin, clock, ...world });
}

const set = ['secrets', 'set', 'KEY'];
const body = '{"description": "late"}';

test.each<[string, readonly string[], string]>([
  ['secrets set', set, 'late'],
  ['secrets import', ['secrets', 'import', '-'], 'KEY=late\n'],
  ['login', ['login', '--with-token'], sandboxKey],
  ['a changelog', ['deploy', '--changelog-file', '-'], 'late'],
  ['the changelog of a dry run', ['deploy', '.', '--dry-run', '--changelog-file', '-'], 'late'],
  ['a description', ['extensions', 'update', exampleId, '--description-file', '-'], 'late'],
  ['a body', ['extensions', 'update', exampleId, '--input', '-'], body],
  ['a raw body', ['api', `extensions/${exampleId}`, '-X', 'PATCH', '--input', '-'], body],
])('%s: prints one note after a while, and reads what comes then', async (_, argv, late) => {
  const ran = await runAtPipe(argv, { late });
  expect([ran.exitCode, timesSaid(ran)]).toEqual([0, 1]);
});

test.each<[string, readonly string[], Pipe]>([
  ['with --quiet', [...set, '--quiet'], { late: 'late' }],
  ['with --json, which has stderr for an error document', [...set, '--json'], { late: 'late' }],
  ['when something has come already', set, { begin: 'be', late: 'gun' }],
])('prints no note %s', async (_, argv, pipe) => {
  const ran = await runAtPipe(argv, pipe);
  expect([ran.exitCode, timesSaid(ran)]).toEqual([0, 0]);
});

test(`doesn't wait when the input is there`, async () => {
  const { env } = await openSandbox();
  const clock = autoAdvancingClock();
  const startMs = clock.now();
  const ran = await runLumio([...set, '-e', exampleId], { env, stdin: 'value', clock });
  expect([ran.exitCode, timesSaid(ran), clock.now() - startMs]).toEqual([0, 0, 0]);
});

test('prints a note at once on a terminal', async () => {
  const { env } = await openSandbox();
  const ran = await runLumio(['login', '--with-token', '--api-url', env['LUMIO_API_URL'] ?? ''], {
    terminal: { columns: 80 },
  });
  expect(ran.exitCode).toBe(2);
  expect(ran.stderr).toMatch(/^Reading from the terminal/);
});
