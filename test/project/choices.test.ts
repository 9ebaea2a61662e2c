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

test('offers undecided versions first, newest first, and marks the latest', () => {
  const versions = [
    { version: '1.0.0', status: 'approved', submittedAt: '2026-01-01T00:00:00Z' },
    { version: '0.9.0', status: 'draft' },
    { version: '1.1.0', status: 'pending', submittedAt: '2026-02-01T00:00:00Z' },
    { version: '0.8.0', status: 'rejected', submittedAt: null },
    { version: '1.2.0', status: 'approved', submittedAt: '2026-03-01T00:00:00Z' },
  ];
  expect(versionChoices(versions).map(({ value }) => value)).toEqual([
    '1.1.0',
    '0.9.0',
    '1.2.0',
    '1.0.0',
    '0.8.0',
  ]);
  expect(versionChoices(versions).slice(1, 3)).toEqual([
    { value: '0.9.0', label: '0.9.0', detail: 'draft' },
    { value: '1.2.0', label: '1.2.0', detail: 'latest, approved' },
  ]);
  expect(versionChoices([])).toEqual([]);
});
