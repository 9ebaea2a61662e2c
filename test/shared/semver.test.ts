import { expect, test } from 'vitest';
import { isSameVersion, isSemver } from '../../src/shared/semver.ts';

test.each([
  '1.3.0',
  '0.0.0',
  '1.3.0-rc.1',
  '1.3.0+build.5',
  '1.0.0-0A.is.legal',
  `1.0.${'9'.repeat(30)}`,
])('accepts %s', (text) => {
  expect(isSemver(text)).toBe(true);
});

test.each([
  '',
  'v1.3.0',
  '1.3',
  '1.03.0',
  ' 1.3.0',
  '1.3.0-',
  '1.3.0-01',
  '1.3.0+',
  '1.3.0\n',
  '1.3.0-../x',
])('refuses %j', (text) => {
  expect(isSemver(text)).toBe(false);
});

test.each([
  ['1.3.0', '1.3.0', true],
  [' v1.3.0 ', '1.3.0', true],
  ['1.3.0', '1.3.0+build.5', true],
  ['1.3.0 build.5', '1.3.0+build.5', true],
  ['1.3.0-rc.1', '1.3.0-RC.1', true],
  ['1.3.0', '1.3.0-rc.1', false],
  ['1.3.0+build.5', '1.3.0', false],
])('a server can list as %j what was sent as %j: %s', (listed, sent, expected) => {
  expect(isSameVersion(listed, sent)).toBe(expected);
});
