/**
 * Ctrl-C and SIGTERM at several moments of a spawned deploy: the exit code, temporary files, and
 * the reported state of the version.
 */
import { randomBytes } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { execa } from 'execa';
import { describe, expect, test } from 'vitest';
import { parseFault } from '../../src/sandbox/faults.ts';
import { at } from '../support/document.ts';
import { binary, cleanEnvironment, node } from '../support/lumio.ts';
import { exampleId, temporaryDirectory, smallProject } from '../support/project.ts';
import { openSandbox, type TestSandbox } from '../support/sandbox.ts';
import { type Cut, startCuttingProxy } from '../support/servers/cutting-proxy.ts';

interface Moment {
  readonly name: string;
  readonly options?: readonly string[];
  readonly faults?: readonly string[];
  readonly cut?: Cut;
  /** Enough to be interrupted at this moment (default: 1 MB). */
  readonly bundleBytes?: number;
  /** Whether the process has reached the moment. */
  reached(seen: Seen): boolean | Promise<boolean>;
  /** Versions on the server afterwards. */
  readonly versions: number;
  /** The command that the error suggests where there may be a version. */
  readonly next?: string;
}

interface Seen {
  readonly stderr: string;
  readonly sandbox: TestSandbox;
  /** Entries of the directory for temporary files. */
  readonly temporary: readonly string[];
  readonly requestLines: readonly string[];
}

const sent = ({ requestLines }: Seen): boolean =>
  requestLines.some((line) => line.startsWith('POST'));

const moments: readonly Moment[] = [
  {
    name: 'while packing',
    bundleBytes: 24_000_000,
    reached: ({ temporary, requestLines }) => temporary.length > 0 && requestLines.length === 0,
    versions: 0,
  },
  {
    name: 'during the upload',
    cut: { kind: 'throttle', bytesPerSecond: 100_000 },
    reached: sent,
    versions: 0,
    next: 'lumio versions list',
  },
  {
    name: 'before the response',
    faults: ['submitVersion=silent-after-commit'],
    reached: async ({ sandbox }) => (await versionsOf(sandbox)) === 1,
    versions: 1,
    next: 'lumio versions list',
  },
  {
    name: 'while waiting for the review',
    options: ['--wait'],
    reached: ({ stderr }) => stderr.includes('pending'),
    versions: 1,
    next: 'lumio versions wait',
  },
  {
    name: 'during the countdown before a retry',
    faults: ['listVersions=429@30'],
    reached: ({ stderr }) => /\b(?:29|30)s\b/.test(stderr),
    versions: 0,
  },
  {
    name: 'during the countdown before the upload is repeated',
    faults: ['submitVersion=429@30'],
    reached: ({ stderr }) => /\b(?:29|30)s\b/.test(stderr),
    versions: 0,
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

describe.each([
  { signal: 'SIGINT', exitCode: 130 },
  { signal: 'SIGTERM', exitCode: 143 },
] as const)('$signal', { concurrent: true }, ({ signal, exitCode }) => {
  test.each(moments)(
    '$name',
    async ({
      options = [],
      faults = [],
      cut = { kind: 'pass' },
      bundleBytes = 1_000_000,
      reached,
      versions,
      next,
    }) => {
      // A faulty listing couldn't show the versions afterwards.
      const sandbox = await openSandbox({
        reviewMode: 'never',
        faults: faults.map((fault) =>
          parseFault(fault.replace('listVersions=429', 'listVersions=429:1')),
        ),
      });
      const proxy = await startCuttingProxy(Number(new URL(sandbox.url).port), () => cut);
      const cwd = await temporaryDirectory({
        ...smallProject,
        'dist/picture.png': randomBytes(bundleBytes),
      });
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
      expect(/lumio versions \w+/.exec(ended.stderr)?.[0], ended.stderr).toBe(next);
    },
  );
});
