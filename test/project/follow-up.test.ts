import { describe, expect, test } from 'vitest';
import { extensionArguments, nextStep } from '../../src/project/follow-up.ts';
import { linkCommand } from '../../src/project/target.ts';

const id = 'ext_1';

describe('extensionWords', () => {
  test.each([
    { source: 'flag', sourceLabel: '--extension', value: 'my-board', words: ' -e my-board' },
    { source: 'argument', sourceLabel: 'the argument', value: 'my-board', words: ' -e my-board' },
    { source: 'environment', sourceLabel: 'LUMIO_EXTENSION', value: 'my-board', words: '' },
    { source: 'manifest', sourceLabel: '/projects/lumio.config.json', value: id, words: '' },
    { source: 'manifest', sourceLabel: '/projects/app/lumio.config.json', value: id, words: '' },
    {
      source: 'manifest',
      sourceLabel: '/projects/app/one/lumio.config.json',
      value: id,
      words: ' -e ext_1',
    },
    {
      source: 'manifest',
      sourceLabel: '/projects/ap/lumio.config.json',
      value: id,
      words: ' -e ext_1',
    },
    { source: 'choice', sourceLabel: 'your choice', value: id, words: ' -e ext_1' },
  ] as const)('$source $sourceLabel: "$words"', ({ words, ...target }) => {
    expect(extensionArguments({ id, slug: undefined, ...target }, '/projects/app')).toBe(words);
  });
});

test.each([
  { directory: '/projects/app', command: 'lumio init' },
  { directory: '/projects/app/one', command: 'lumio -C one init' },
  { directory: '/projects/app/my one', command: "lumio -C 'my one' init" },
  { directory: '/projects', command: 'lumio -C .. init' },
])('$directory is linked by: $command', ({ directory, command }) => {
  expect(linkCommand(directory, '/projects/app')).toBe(command);
});

test.each([
  { status: 'pending', step: 'Next: lumio versions wait 1.3.0 -e ext_1' },
  { status: 'in_review', step: 'Next: lumio versions wait 1.3.0 -e ext_1' },
  { status: 'approved', step: undefined },
  { status: 'rejected', step: undefined },
])('suggests $step for $status', ({ status, step }) => {
  const target = {
    id,
    slug: undefined,
    value: id,
    source: 'choice',
    sourceLabel: 'your choice',
  } as const;
  expect(nextStep({ version: '1.3.0', status }, target, '/')).toBe(step);
});
