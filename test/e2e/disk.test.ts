/** A full disk and an unusual umask: no file is half written, and the error reports the reason. */
import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { at } from '../support/document.ts';
import { binary, node, shell } from '../support/lumio.ts';
import { isWindows, notOnWindows } from '../support/platform.ts';
import { smallProject, temporaryDirectory } from '../support/project.ts';
import { openSandbox } from '../support/sandbox.ts';

const lumio = `'${node}' '${binary}'`;

/** In a mount namespace, so that nothing stays mounted. */
const mount = 'mount -t tmpfs -o size=64k tmpfs';
const canMount = succeeds('unshare', ['-rm', 'sh', '-c', `${mount} /mnt`]);

function succeeds(program: string, words: readonly string[]): boolean {
  try {
    execFileSync(program, words, { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

interface Case {
  readonly title: string;
  /** Lines of shell before the disk is full. */
  readonly before?: string;
  readonly line: string;
  readonly code: string;
  /** What the directory contains afterwards, besides the file that fills it. */
  readonly left?: string;
}

const cases: readonly Case[] = [
  {
    title: 'deploy with TMPDIR',
    line: `TMPDIR=$PWD/full ${lumio} deploy --json`,
    code: 'output_unwritable',
  },
  {
    title: 'pack -o',
    before: 'echo H4sIAAAAAAAAAwMAAAAAAAAAAAA= | base64 -d >full/x.tar.gz',
    line: `${lumio} pack -o full/x.tar.gz --json`,
    code: 'output_unwritable',
    left: 'x.tar.gz 20',
  },
  {
    title: 'init',
    line: `cd full; ${lumio} init -e my-scoreboard --yes --json`,
    code: 'unwritable_file',
  },
  {
    title: 'init over a file',
    before: 'echo "{}" >full/lumio.config.json',
    line: `cd full; ${lumio} init -e my-scoreboard --yes --json`,
    code: 'unwritable_file',
    left: 'lumio.config.json 3',
  },
  {
    title: 'login with LUMIO_CONFIG_DIR',
    line: `echo $LUMIO_API_KEY | LUMIO_CONFIG_DIR=$PWD/full ${lumio} login --with-token --json`,
    code: 'unwritable_store',
  },
  {
    title: 'sandbox --data',
    line: `${lumio} sandbox start --port 0 --data full/data --json`,
    code: 'sandbox_data_unusable',
    left: 'data',
  },
];

describe.skipIf(!canMount)(`on a full disk${canMount ? '' : ' (skipped: no mount)'}`, () => {
  test.each(cases)('$title', async ({ before = ':', line, code, left = '' }) => {
    const script = [
      `cd "$(dirname "$0")" && mkdir full && ${mount} full && ${before}`,
      'head -c 70000 /dev/zero >full/filler 2>/dev/null',
      `(${line})`,
      'code=$?; cd full; rm filler; stat -c "%n %s" * 2>/dev/null | sed "s/^data .*/data/"',
      'exit $code',
    ];
    const directory = await temporaryDirectory({
      ...smallProject,
      'dist/large.bin': randomBytes(200_000),
      'script.sh': script.join('\n'),
    });
    const { env } = await openSandbox();
    const ran = await shell(`exec unshare -rm bash '${directory}/script.sh'`, env);
    expect(ran.exitCode).toBe(2);
    expect(at(ran.error(), 'error')).toMatchObject({
      code,
      message: expect.stringMatching(/\/full\b.*ENOSPC: no space left/),
    });
    expect(ran.stdout.trim()).toBe(left);
  });
});

describe.skipIf(isWindows)(`with umask 777${notOnWindows('no umask')}`, () => {
  test('the owner can read what lumio writes', async () => {
    const directory = await temporaryDirectory(smallProject);
    const { env } = await openSandbox();
    const ran = await shell(
      `umask 777; cd '${directory}' && ${lumio} pack -o x.tar.gz && ${lumio} deploy && ` +
        `${lumio} sandbox exec --data data -- true`,
      env,
    );
    expect(ran).toMatchObject({ exitCode: 0 });
    const modes = ['x.tar.gz', 'data', 'data/state.json'].map(
      (name) => statSync(join(directory, name)).mode & 0o777,
    );
    expect(modes).toEqual([0o600, 0o700, 0o600]);
  });
});
