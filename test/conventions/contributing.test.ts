/** CONTRIBUTING.md and the files beside it list all scripts and dependencies, and no others. */
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import manifest from '../../package.json';
import { changelogSection } from '../../src/project/changelog-parser.ts';
import { pages, proseOf, root } from './pages.ts';

const page = readFileSync(join(root, 'CONTRIBUTING.md'), 'utf8');
const rows = (pattern: RegExp): string[] =>
  [...page.matchAll(pattern)].map(([, name = '']) => name).sort();

test('each script has its row, and each row its script', () => {
  expect(rows(/^\| `npm (?:run )?([\w:-]+)` \|/gm)).toEqual(Object.keys(manifest.scripts).sort());
});

test('each dependency has its row, and each row its dependency', () => {
  expect(rows(/^\| `(@?[\w/-]+)` \| /gm)).toEqual(Object.keys(manifest.devDependencies).sort());
});

test('has no runtime dependencies', () => {
  expect(
    Object.keys(manifest).filter((key) => /^(peer|optional|bundle\w*)?dependencies$/i.test(key)),
  ).toEqual([]);
});

test('the changelog has a section for this version', () => {
  expect(
    changelogSection(readFileSync(join(root, 'CHANGELOG.md'), 'utf8'), manifest.version),
  ).toMatch(/^### /);
});

test('negations are contracted, except in quotations of the API page', () => {
  const sources = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.ts'))
    .map((path) => readFileSync(join(root, 'src', path), 'utf8'));
  const lines = [...sources, ...pages.map(proseOf)].join('\n').split('\n');
  const negation = /\b(is|are|was|were|do|does|did|has|have|had|can|could|would) ?not\b/i;
  const quotation = /(Resource|Extension \S+) does not exist/;
  expect(lines.filter((line) => negation.test(line) && !quotation.test(line))).toEqual([]);
});

describe('workflows', () => {
  const directory = join(root, '.github/workflows');
  test.each(readdirSync(directory))(
    '%s uses actions by their commit, with the version beside it',
    (name) => {
      const uses = [...readFileSync(join(directory, name), 'utf8').matchAll(/uses: (.*)/g)].map(
        ([, action]) => action,
      );
      expect(uses.length).toBeGreaterThan(0);
      for (const action of uses)
        expect(action).toMatch(/^[\w-]+\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/);
    },
  );
});
