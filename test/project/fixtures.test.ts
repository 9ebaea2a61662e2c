/** The realistic fixture stays realistic: its build is complete, and its files are consistent. */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { expect, test } from 'vitest';

const project = join(import.meta.dirname, '../../fixtures/extensions/scoreboard');
const dist = join(project, 'dist');
const files = readdirSync(dist, { recursive: true, encoding: 'utf8' }).filter((name) =>
  statSync(join(dist, name)).isFile(),
);
const jsonOf = (path: string) => JSON.parse(readFileSync(join(project, path), 'utf8'));

test('every file that a page, script or style refers to is there', () => {
  const references = files
    .filter((name) => /\.(?:html|js|css)$/.test(name))
    .flatMap((name) => {
      const text = readFileSync(join(dist, name), 'utf8');
      return [...text.matchAll(/['"]((?:\.{1,2}\/|assets\/)[^'"]+)['"]/g)].map(([, target = '']) =>
        relative(dist, join(dist, dirname(name), target)),
      );
    });
  expect(references.length).toBeGreaterThan(40);
  expect(references.filter((target) => !files.includes(target))).toEqual([]);
});

test('every hashed name is the hash of its content, and is listed in assets.json', () => {
  const hashed = files.filter((name) => /\.[0-9a-f]{8}\.\w+$/.test(name));
  for (const name of hashed)
    expect(name).toContain(
      createHash('sha256')
        .update(readFileSync(join(dist, name)))
        .digest('hex')
        .slice(0, 8),
    );
  expect(new Set(Object.values(jsonOf('dist/assets.json').files))).toEqual(new Set(hashed));
});

test('it has one version', () => {
  expect([
    jsonOf('lumio.config.json').version,
    jsonOf('package.json').version,
    jsonOf('dist/assets.json').version,
  ]).toEqual(['1.3.0', '1.3.0', '1.3.0']);
});
