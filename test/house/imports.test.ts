/** Which way imports go: reads the sources and holds the table of ARCHITECTURE.md. */
import { readFileSync, readdirSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { describe, expect, test } from 'vitest';
import { allowed, doors, type Rule } from './import-table.ts';

const source = join(import.meta.dirname, '../../src');
const files = readdirSync(source, { recursive: true, encoding: 'utf8' }).filter(
  (name) => name.endsWith('.ts') && !name.endsWith('.d.ts'),
);

interface Import {
  readonly from: string;
  readonly to: string;
  readonly how: 'static' | 'lazy' | 'type';
}

const imports: Import[] = files.flatMap((from) => importsOf(from));

function importsOf(from: string): Import[] {
  const text = codeOf(from);
  const statics = [...text.matchAll(/^(?:import|export)\s+(type\s)?[^;]*?from\s+'([^']+)';/gm)].map(
    (match) => ({
      from,
      to: resolve(from, match[2] ?? ''),
      how: match[1] === undefined ? ('static' as const) : ('type' as const),
    }),
  );
  const lazies = [...text.matchAll(/(typeof\s+)?import\('([^']+)'\)/g)].map((match) => ({
    from,
    to: resolve(from, match[2] ?? ''),
    how: match[1] === undefined ? ('lazy' as const) : ('type' as const),
  }));
  return [...statics, ...lazies];
}

/** A source without its comments. */
function codeOf(name: string): string {
  return readFileSync(join(source, name), 'utf8')
    .replaceAll(/\/\*[\s\S]*?\*\//g, '')
    .replaceAll(/^\s*\/\/.*$/gm, '');
}

function resolve(from: string, to: string): string {
  return to.startsWith('.') ? normalize(join(dirname(from), to)).replaceAll('\\', '/') : to;
}

/** `api/http.ts` is in the room `api`, `run.ts` is the room `run`. */
function roomOf(path: string): string {
  return path.includes('/') ? (path.split('/')[0] ?? '') : path.replace(/\.ts$/, '');
}

function isAllowed({ from, to, how }: Import, rule: Rule = { at: [] }): boolean {
  if (how === 'type') return true;
  const may = how === 'lazy' ? [...rule.at, ...(rule.lazily ?? [])] : rule.at;
  const door = how === 'static' ? doors[`${roomOf(from)} → ${roomOf(to)}`] : undefined;
  return may.includes(roomOf(to)) && (door === undefined || door.includes(to));
}

describe('imports', () => {
  const inside = imports.filter(
    ({ from, to }) => files.includes(to) && roomOf(from) !== roomOf(to),
  );

  test.each([...new Set(files.map(roomOf))].sort())('%s keeps to the table', (room) => {
    const rule = allowed[room];
    expect(rule, `import-table.ts has no row for ${room}`).toBeDefined();
    expect(
      inside.filter((entry) => roomOf(entry.from) === room && !isAllowed(entry, rule)),
    ).toEqual([]);
  });

  test('one package, one importer', () => {
    // Schemas are written in valibot by whoever has some: there it is one importer per room.
    const perRoom = new Set(['valibot']);
    const importers = new Map<string, Set<string>>();
    for (const { from, to } of imports.filter((entry) => entry.how !== 'type')) {
      if (to.startsWith('node:') || to.endsWith('.ts') || to.endsWith('.json')) continue;
      const name = to
        .split('/')
        .slice(0, to.startsWith('@') ? 2 : 1)
        .join('/');
      const key = perRoom.has(name) ? `${name} in ${roomOf(from)}` : name;
      importers.set(key, (importers.get(key) ?? new Set()).add(from));
    }
    const shared = [...importers]
      .filter(([, by]) => by.size > 1)
      .map(([name, by]) => `${name}: ${[...by].join(', ')}`);
    expect(shared).toEqual([]);
  });

  test('only the two places where the outer world comes in look at process', () => {
    // One for the command line; the library takes its surroundings as options, and looks for their defaults in one file.
    const doorsToTheWorld = new Set(['main.ts', 'client/surroundings.ts']);
    const others = files.filter(
      (name) =>
        !doorsToTheWorld.has(name) &&
        /(?<![\w.'-])process\.|from 'node:process'/.test(codeOf(name)),
    );
    expect(others).toEqual([]);
  });
});
