import { expect, test } from 'vitest';
import { findNumber, findVersion } from '../../src/deploy/versions.ts';

const rejected = {
  id: 'ver_old',
  version: '1.3.0',
  status: 'rejected',
  submittedAt: '2026-01-01T00:00:00Z',
};
const approved = {
  id: 'ver_new',
  version: '1.3.0',
  status: 'approved',
  submittedAt: '2026-05-01T00:00:00+02:00',
};
const undated = { id: 'ver_undated', version: '1.3.0', status: 'pending' };
const lower = {
  id: 'ver_lower',
  version: '1.2.0',
  status: 'pending',
  submittedAt: '2026-09-01T00:00:00Z',
};

test.each([
  ['the older first', [rejected, lower, approved, undated]],
  ['the newer first', [undated, approved, lower, rejected]],
])('finds the last submitted entry of a number, %s', (_, versions) => {
  expect(findVersion(versions, '1.3.0')).toBe(approved);
  expect(findVersion(versions, 'latest')).toBe(approved);
  expect(findNumber(versions, '1.3.0')).toBe(approved);
});

test.each([
  ['ver_old', rejected],
  ['1.2.0', lower],
  ['9.9.9', undefined],
])('finds %s', (wanted, expected) => {
  expect(findVersion([rejected, approved, lower], wanted)).toBe(expected);
});
