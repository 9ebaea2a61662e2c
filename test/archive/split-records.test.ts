import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { readArchive } from '../../src/archive/verify.ts';
import { end, entry } from './tars.ts';

const { signal } = new AbortController();

test.each([1, 100, 257, 511, 700])(
  'reads an archive that arrives %d bytes at a time',
  async (size) => {
    const paths = Array.from({ length: 20 }, (_, index) => `a/${index}.js`);
    const parts = paths.map((path) => entry(path, 'x'));
    const bytes = gzipSync(Buffer.concat([...parts, end]), { level: 0 });
    async function* source(): AsyncGenerator<Buffer> {
      for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
    }
    const found: string[] = [];
    for await (const { path } of readArchive(source(), { signal })) found.push(path);
    expect(found).toEqual(paths);
  },
);
