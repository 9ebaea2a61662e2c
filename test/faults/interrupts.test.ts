/** Ctrl-C and SIGTERM at various moments of a real deploy: the exit code, what is left behind, and whether what was said fits what the server has. */
import { randomBytes } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { execa } from 'execa';
import { describe, expect, test } from 'vitest';
import { parseFault } from '../../src/sandbox/faults.ts';
import { at } from '../support/document.ts';
import { binary, cleanEnvironment, node } from '../support/lumio.ts';
import { exampleId, projectOf, smallProject } from '../support/project.ts';
import { openSandbox, type TestSandbox } from '../support/sandbox.ts';
import { type Cut, startCuttingProxy } from '../support/servers/cutting-proxy.ts';
import { tellsOfChange } from './rules.ts';

interface Moment {
  readonly name: string;
  readonly options?: readonly string[];
  readonly faults?: readonly string[];
  readonly cut?: Cut;
  /** Whether the process has come to it. */
  reached(seen: Seen): boolean | Promise<boolean>;
  /** Versions on the server afterwards, and whether the message has to speak of one. */
  readonly versions: number;
  readonly told: boolean;
}

interface Seen {
  readonly stderr: string;
  readonly sandbox: TestSandbox;
  /** Entries of the folder for temporary files. */
  readonly temporary: readonly string[];
  readonly requestLines: readonly string[];
}

const sent = ({ requestLines }: Seen): boolean =>
  requestLines.some((line) => line.startsWith('POST'));

const moments: readonly Moment[] = [
  {
    name: 'while packing',
    reached: ({ temporary, requestLines }) => temporary.length > 0 && requestLines.length === 0,
    versions: 0,
    told: false,
  },
  {
    name: 'in the upload',
    cut: { kind: 'throttle', bytesPerSecond: 2_000_000 },
    reached: sent,
    versions: 0,
    told: true,
  },
  {
    name: 'before the answer',
    faults: ['submitVersion=silent-after-commit'],
    reached: async ({ sandbox }) => (await versionsOf(sandbox)) === 1,
    versions: 1,
    told: true,
  },
  {
    name: 'while it waits for the review',
    options: ['--wait'],
    reached: ({ stderr }) => stderr.includes('pending'),
    versions: 1,
    told: true,
  },
  {
    name: 'in the countdown before a retry',
    faults: ['listVersions=429@30'],
    reached: ({ stderr }) => stderr.includes('Retrying in'),
    versions: 0,
    told: false,
  },
  {
    name: 'in the countdown before the upload is sent again',
    faults: ['submitVersion=429@30'],
    reached: ({ stderr }) => stderr.includes('Retrying in'),
    versions: 0,
    told: false,
  },
];

async function versionsOf(sandbox: TestSandbox): Promise<number> {
  const listed = at(
    (await sandbox.call('GET', `/extensions/${exampleId}/versions?quiet`)).body,
    'versions',
  );
  return Array.isArray(listed)
    ? listed.filter((version) => at(version, 'version') === '1.3.0').length
    : -1;
}

const picture = randomBytes(24_000_000);

describe.concurrent.each([
  { signal: 'SIGINT', exitCode: 130 },
  { signal: 'SIGTERM', exitCode: 143 },
] as const)('$signal', ({ signal, exitCode }) => {
  test.each(moments)(
    '$name',
    async ({ options = [], faults = [], cut = { kind: 'pass' }, reached, versions, told }) => {
      // A listing that is struck could not tell afterwards what is there.
      const sandbox = await openSandbox({
        reviewMode: 'never',
        faults: faults.map((fault) =>
          parseFault(fault.replace('listVersions=429', 'listVersions=429:1')),
        ),
      });
      const proxy = await startCuttingProxy(Number(new URL(sandbox.url).port), () => cut);
      const cwd = await projectOf({ ...smallProject, 'dist/picture.png': picture });
      const clean = await cleanEnvironment();
      const env = { ...clean, ...sandbox.env, LUMIO_API_URL: `${proxy.origin}/developer/v1` };
      const child = execa(node, [binary, 'deploy', ...options], {
        cwd,
        env,
        extendEnv: false,
        reject: false,
        stdin: 'ignore',
      });
      let stderr = '';
      child.stderr.on('data', (chunk) => {
        stderr += String(chunk);
      });
      const temporary = (): Promise<string[]> => readdir(clean['TMPDIR'] ?? '');
      while (
        !(await reached({
          stderr,
          sandbox,
          temporary: await temporary(),
          requestLines: proxy.requestLines,
        }))
      )
        await new Promise((resolve) => void setTimeout(resolve, 5));
      child.kill(signal);
      const ended = await child;
      await proxy.close();
      expect(ended).toMatchObject({ exitCode, stdout: '' });
      expect(await temporary()).toEqual([]);
      expect(await versionsOf(sandbox)).toBe(versions);
      expect(tellsOfChange.test(ended.stderr.replaceAll(/\s+/g, ' ')), ended.stderr).toBe(told);
    },
  );
});
