import { expect, test } from 'vitest';
import { chooseExtension, extensionChoices, versionChoices } from '../../src/project/choices.ts';
import { scriptedPrompter } from '../support/prompter.ts';

test.each([
  [{ id: 'ext_1', slug: 'clock', name: 'Clock', status: 'draft' }, { value: 'ext_1', label: 'clock', detail: 'Clock, draft' }],
  [{ id: 'ext_1', slug: null, name: null, status: 'draft' }, { value: 'ext_1', label: 'ext_1', detail: 'draft' }],
  [{ id: 'ext_1', slug: 'clock', name: '' }, { value: 'ext_1', label: 'clock' }],
])('%j is offered as %j', (extension, choice) => {
  expect(extensionChoices([extension])).toEqual([choice]);
});

test('versions are offered by their submission, the latest first, those without one last', () => {
  const versions = [
    { version: '1.0.0', status: 'approved', submittedAt: '2026-01-01T00:00:00Z' },
    { version: '0.9.0', status: 'draft' },
    { version: '1.1.0', status: 'pending', submittedAt: '2026-02-01T00:00:00Z' },
    { version: '0.8.0', status: 'draft', submittedAt: null },
  ];
  expect(versionChoices(versions).map(({ value }) => value)).toEqual(['1.1.0', '1.0.0', '0.9.0', '0.8.0']);
  expect(versionChoices(versions)[0]).toEqual({ value: '1.1.0', label: '1.1.0', detail: 'pending' });
});

test('the extension that the person chooses', async () => {
  const { prompter, questions } = scriptedPrompter([{ kind: 'select', to: 'Which extension?', answer: 'ext_2' }]);
  expect(await chooseExtension([{ id: 'ext_1' }, { id: 'ext_2' }], async () => prompter)).toBe('ext_2');
  expect(questions).toEqual(['select: Which extension?']);
});

test('with nothing to choose from, nobody is asked', async () => {
  expect(await chooseExtension([], () => Promise.reject(new Error('asked')))).toBeUndefined();
});
