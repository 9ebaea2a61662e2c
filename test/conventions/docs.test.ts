/** docs/ says what the definitions say. */
import { join } from 'node:path';
import { execa } from 'execa';
import { expect, test } from 'vitest';

test('the pages of the documentation have not drifted from the definitions', async () => {
  const script = join(import.meta.dirname, '../../scripts/docs.mjs');
  const { exitCode, stderr } = await execa(process.execPath, [script, '--check'], {
    reject: false,
  });
  expect(stderr).toBe('');
  expect(exitCode).toBe(0);
});
