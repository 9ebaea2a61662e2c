/** What a start reads: from the bundler's own description of what it made. */
import { isBuiltin } from 'node:module';
import { describe, expect, test } from 'vitest';
import { chunkWith, chunks, packagesIn, reachedFrom } from './bundle.ts';

const start = chunkWith('src/main.ts');
const library = chunkWith('src/library/index.ts');

describe('a start loads', () => {
  test('no package for --version', () => {
    const read = reachedFrom(start, 'at once');
    expect(packagesIn(read)).toEqual([]);
  });

  test('the definitions, but no package, for --help', () => {
    const read = reachedFrom(chunkWith('src/cli/help.ts'), 'at once');
    expect(read).toContain(chunkWith('src/commands/index.ts'));
    expect(packagesIn(read)).toEqual([]);
  });

  test('commander, but no other package, to parse a command line', () => {
    expect(packagesIn(reachedFrom(chunkWith('src/cli/parse.ts'), 'at once'))).toEqual([
      'commander',
    ]);
  });

  test('only what sends and checks a request', () => {
    const read = [
      start,
      chunkWith('src/cli/parse.ts'),
      chunkWith('src/project/target.ts'),
      chunkWith('src/api/client.ts'),
      chunkWith('src/terminal/render.ts'),
    ];
    expect(packagesIn(read.flatMap((chunk) => reachedFrom(chunk, 'at once')))).toEqual([
      'commander',
      'valibot',
    ]);
  });

  test('an entry below its size limit', () => {
    const sizeBytes = reachedFrom(start, 'at once').reduce(
      (sum, chunk) => sum + chunk.sizeBytes,
      0,
    );
    expect(sizeBytes).toBeLessThan(60_000);
  });
});

test("the library doesn't load the command line", () => {
  const reached = reachedFrom(library, 'ever');
  expect(reached).not.toContain(start);
  expect(packagesIn(reached)).not.toContain('commander');
});

test.each(chunks)('$file needs no installed package', ({ imports, dynamicImports }) => {
  const files = new Set(chunks.map((chunk) => chunk.file));
  expect(
    [...imports, ...dynamicImports].filter((name) => !files.has(name) && !isBuiltin(name)),
  ).toEqual([]);
});

test.each(['ajv', 'ajv-formats', 'iconv-lite', 'chardet'])(
  "%s, which only unused code imports, isn't bundled",
  (name) => {
    expect(packagesIn(chunks)).not.toContain(name);
  },
);
