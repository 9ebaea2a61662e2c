/**
 * publint checks the packed package: what package.json promises is there, for every way to import
 * it.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';
import { expect, test } from 'vitest';
import { temporaryDirectory } from '../support/project.ts';
import { root } from './pages.ts';

test('publint reports nothing', async () => {
  const cwd = await temporaryDirectory();
  const { stdout } = await execa('npm', ['pack', '--ignore-scripts', '--silent', root], { cwd });
  const { buffer } = Uint8Array.from(await readFile(join(cwd, stdout.trim())));
  const { messages, pkg } = await publint({ pack: { tarball: buffer }, strict: true });
  expect(messages.map((message) => formatMessage(message, pkg))).toEqual([]);
});
