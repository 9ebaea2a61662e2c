import { expect, test } from 'vitest';
import { findNumber, findVersion } from '../../src/deploy/versions.ts';

const undated = { id: 'ver_undated', version: '1.3.0', status: 'pending' };
const rejected = {
  ...undated,
  id: 'ver_rejected',
  status: 'rejected',
  submittedAt: '2026-01-01T00:00:00Z',
};
const approved = {
  ...undated,
  id: 'ver_approved',
  status: 'approved',
  submittedAt: '2026-05-01T00:00:00+02:00',
};
const lower = {
  ...undated,
  id: 'ver_lower',
  version: '1.2.0',
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
  ['ver_rejected', rejected],
  ['1.2.0', lower],
  ['9.9.9', undefined],
])('finds %s', (wanted, expected) => {
  expect(findVersion([rejected, approved, lower], wanted)).toBe(expected);
});
