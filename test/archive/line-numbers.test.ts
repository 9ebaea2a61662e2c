import { join } from 'node:path';
import { expect, test } from 'vitest';
import { locate } from '../../src/archive/line-numbers.ts';
import { selectFiles } from '../../src/archive/select.ts';
import { folderWith } from '../support/temporary-folder.ts';

const sighting = { path: 'b.js', rule: 'lumio-key', message: 'holds a Lumio API key' };
const content = `one\ntwo\r\n\nfour${'\n'.repeat(100_000)}last`;

test.each([
  ['at the start of the file', 0, 1],
  ['at the end of a line', 3, 1],
  ['at the start of the next', 4, 2],
  ['after a line of Windows and an empty one', 10, 4],
  ['far behind', content.length - 1, 100_004],
  ['beyond the end of a file that has shrunk since', 1_000_000, 100_004],
])('an offset %s is told as a line', async (_where, offset, line) => {
  const folder = await folderWith({ 'a.js': '\n\n', 'b.js': content });
  const { files } = await selectFiles(folder, new AbortController());
  expect(locate({ ...sighting, offset }, files)).toEqual({ ...sighting, line });
});

test('what the name gave away is on no line', async () => {
  const folder = await folderWith({ 'b.js': content });
  const { files } = await selectFiles(folder, new AbortController());
  expect(files.map(({ absolutePath }) => absolutePath)).toEqual([join(folder, 'b.js')]);
  expect(locate(sighting, files)).toEqual(sighting);
});
