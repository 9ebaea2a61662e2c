/** Rules about imports that the linter can't express. */
import { readFileSync, readdirSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { expect, test } from 'vitest';

const source = join(import.meta.dirname, '../../src');
const files = readdirSync(source, { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.ts') && !name.endsWith('.d.ts'))
  .map((name) => name.replaceAll('\\', '/'));

interface Import {
  readonly from: string;
  readonly to: string;
  readonly isType: boolean;
}

const imports: readonly Import[] = files.flatMap((from) => {
  const code = codeOf(from);
  const found = [
    ...code.matchAll(/^(?:import|export)\s+(type\s)?[^;]*?from\s+'([^']+)';/gm),
    ...code.matchAll(/(typeof\s+)?import\('([^']+)'\)/g),
  ];
  return found.map(([, type, to = '']) => ({
    from,
    to: to.startsWith('.') ? normalize(join(dirname(from), to)).replaceAll('\\', '/') : to,
    isType: type !== undefined,
  }));
});

function codeOf(name: string): string {
  return readFileSync(join(source, name), 'utf8')
    .replaceAll(/\/\*[\s\S]*?\*\//g, '')
    .replaceAll(/^\s*\/\/.*$/gm, '');
}

function directoryOf(path: string): string {
  return path.split('/')[0] ?? '';
}

test('one file imports each package; valibot has one importer per directory', () => {
  const importers = new Map<string, Set<string>>();
  for (const { from, to, isType } of imports) {
    if (isType || to.startsWith('node:') || /\.(ts|json)$|\?raw$/.test(to)) continue;
    // Packing must not load tar's parser, so each of its modules has its own importer.
    const depth = to.startsWith('@') || to.startsWith('tar/') ? 2 : 1;
    const name = to.split('/').slice(0, depth).join('/');
    const key = name === 'valibot' ? `${name} in ${directoryOf(from)}` : name;
    importers.set(key, (importers.get(key) ?? new Set()).add(from));
  }
  const shared = [...importers].filter(([, by]) => by.size > 1);
  expect(shared.map(([name, by]) => `${name}: ${[...by].join(', ')}`)).toEqual([]);
});

test('only main.ts and library/environment.ts read process', () => {
  const readers = files.filter((name) =>
    /(?<![\w.'-])process\.|from 'node:process'/.test(codeOf(name)),
  );
  expect(readers.sort()).toEqual(['library/environment.ts', 'main.ts']);
});

test('at most three files are outside a directory, and no directory has one file', () => {
  expect(files.filter((name) => !name.includes('/')).length).toBeLessThanOrEqual(3);
  const directories = files.filter((name) => name.includes('/')).map((name) => dirname(name));
  const single = directories.filter(
    (name) => directories.filter((other) => `${other}/`.startsWith(`${name}/`)).length === 1,
  );
  expect(single).toEqual([]);
});
