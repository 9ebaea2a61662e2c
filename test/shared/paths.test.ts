import { expect, test } from 'vitest';
import { isInside } from '../../src/shared/paths.ts';

test.each([
  ['/a/b', '/a', true],
  ['/a/b/c', '/a', true],
  ['/a', '/a', true],
  ['/a/', '/a', true],
  ['/a/..b', '/a', true],
  ['/a', '/', true],
  ['/ab', '/a', false],
  ['/', '/a', false],
  ['/b', '/a', false],
])('%s is inside %s: %s', (path, directory, expected) =>
  expect(isInside(path, directory)).toBe(expected),
);
