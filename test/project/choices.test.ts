import { expect, test } from 'vitest';
import { extensionChoices, versionChoices } from '../../src/project/choices.ts';

test.each([
  [
    { id: 'ext_1', slug: 'clock', name: 'Clock', status: 'draft' },
    { value: 'ext_1', label: 'clock', detail: 'Clock, draft' },
  ],
  [
    { id: 'ext_1', slug: null, name: null, status: 'draft' },
    { value: 'ext_1', label: 'ext_1', detail: 'draft' },
  ],
  [
    { id: 'ext_1', slug: 'clock', name: '' },
    { value: 'ext_1', label: 'clock' },
  ],
])('%j is offered as %j', (extension, choice) => {
  expect(extensionChoices([extension])).toEqual([choice]);
});

test('offers the latest first, then undecided versions, newest first', () => {
  const versions = [
    { version: '1.0.0', status: 'approved', submittedAt: '2026-01-01T00:00:00Z' },
    { version: '0.9.0', status: 'draft' },
    { version: '1.1.0', status: 'pending', submittedAt: '2026-02-01T00:00:00Z' },
    { version: '0.8.0', status: 'rejected', submittedAt: null },
    { version: '1.2.0', status: 'approved', submittedAt: '2026-03-01T00:00:00Z' },
  ];
  expect(versionChoices(versions).map(({ value }) => value)).toEqual([
    'latest',
    '1.1.0',
    '0.9.0',
    '1.2.0',
    '1.0.0',
    '0.8.0',
  ]);
  expect(versionChoices(versions).slice(0, 2)).toEqual([
    { value: 'latest', label: 'latest', detail: '1.2.0, approved' },
    { value: '1.1.0', label: '1.1.0', detail: 'pending' },
  ]);
  expect(versionChoices([])).toEqual([]);
});
