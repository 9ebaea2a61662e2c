/** What is written arrives whole and in order, whatever stdout is: small texts go out in another way than large ones. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { runLumio } from '../support/host.ts';
import { binary, node, lumio, shell } from '../support/lumio.ts';
import { temporaryDirectory } from '../support/project.ts';

const tool = `'${node}' '${binary}'`;

describe.each([
  ['small', ['--help']],
  ['large', ['commands', '--json']],
] as const)('a %s text', (size, argv) => {
  test('is what the size says', async () => {
    const { stdoutBytes } = await runLumio(argv);
    expect(stdoutBytes.length > 16 * 1024 ? 'large' : 'small').toBe(size);
  });

  test.each([
    ['a pipe', (line: string) => `${line} | cat`],
    ['a pipe whose reader is late', (line: string) => `${line} | (sleep 0.3; cat)`],
    ['a file', (line: string) => `${line} > out; cat out; rm out`],
    ['a file that is added to', (line: string) => `: > out; ${line} >> out; cat out; rm out`],
  ])('arrives through %s', async (_way, through) => {
    const folder = await temporaryDirectory();
    const { stdout, stderr } = await shell(
      `cd '${folder}' && ${through(`${tool} ${argv.join(' ')}`)}`,
    );
    expect({ stdout, stderr }).toEqual({ stdout: (await runLumio(argv)).stdout, stderr: '' });
  });

  test('arrives through a socket, as Node gives to its children', async () => {
    expect((await lumio(argv)).stdout).toBe((await runLumio(argv)).stdout);
  });
});

test('remarks and result keep their order in one file', async () => {
  const folder = await temporaryDirectory();
  await shell(
    `cd '${folder}' && mkdir dist && echo hi > dist/index.html && ${tool} pack dist -o bundle.tar.gz > out 2>&1`,
  );
  const told = await readFile(join(folder, 'out'), 'utf8');
  expect(told.indexOf('Packed')).toBeGreaterThanOrEqual(0);
  expect(told.indexOf('bundle.tar.gz')).toBeGreaterThan(told.indexOf('Packed'));
});
