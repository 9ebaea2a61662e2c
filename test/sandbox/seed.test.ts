import { expect, test } from 'vitest';
import { stateFromSeed } from '../../src/sandbox/seed.ts';
import { problemOf } from '../support/problem-of.ts';

const nowMs = Date.parse('2026-05-01T12:00:00Z');

test('completes a seed that only has names', () => {
  const { extensions } = stateFromSeed(
    { extensions: [{ name: 'Clock' }, { name: 'Clock' }] },
    nowMs,
  );
  expect(extensions.map(({ slug }) => slug)).toEqual(['clock', 'clock-2']);
  expect(extensions[0]).toMatchObject({
    visibility: 'private',
    status: 'draft',
    currentVersionId: null,
    versions: [],
    secrets: [],
    createdAt: '2026-05-01T12:00:00.000Z',
  });
});

test('derives the status of an extension from its versions', () => {
  const versions = [
    { version: '1.0.0' },
    { version: '1.1.0', id: 'ver_2' },
    { version: '2.0.0', status: 'rejected' },
  ];
  const { extensions } = stateFromSeed(
    { extensions: [{ name: 'Clock', visibility: 'public', versions }] },
    nowMs,
  );
  expect(extensions[0]).toMatchObject({
    status: 'approved',
    currentVersionId: 'ver_2',
    everPublic: true,
  });
  expect(
    extensions[0]?.versions.map(({ status, approvedAt }) => [status, approvedAt !== null]),
  ).toEqual([
    ['approved', true],
    ['approved', true],
    ['rejected', false],
  ]);
});

const named = (fields: object): object => ({ extensions: [{ name: 'A', ...fields }] });

test.each([
  [null, 'the document'],
  [{}, 'extensions '],
  [{ extensions: {} }, 'extensions '],
  [{ extensions: [{}] }, 'extensions.0.name '],
  [named({ color: 'red' }), 'extensions.0.color '],
  [named({ name: '' }), 'extensions.0.name '],
  [named({ slug: 'Not A Slug' }), 'extensions.0.slug '],
  [named({ visibility: 'hidden' }), 'extensions.0.visibility '],
  [
    named({ pricing: { type: 'one_time', amount: 500, currency: 'EUR' } }),
    'extensions.0.pricing.amount ',
  ],
  [named({ createdAt: 'yesterday' }), 'extensions.0.createdAt '],
  [
    named({ versions: [{ version: '1.0.0' }, { version: 'one' }] }),
    'extensions.0.versions.1.version ',
  ],
  [named({ versions: [{ version: '1.0.0' }, { version: '1.0.0' }] }), 'extensions.0.versions '],
  [named({ installs: { total: 1, byVersion: { ver_a: 2 } } }), 'extensions.0.installs.total '],
  [named({ installs: { total: -1, byVersion: {} } }), 'extensions.0.installs.total '],
  [
    named({
      secrets: [
        { key: 'A', value: '1' },
        { key: 'A', value: '2' },
      ],
    }),
    'extensions.0.secrets ',
  ],
  [
    {
      extensions: [
        { name: 'A', id: 'ext_1' },
        { name: 'B', id: 'ext_1' },
      ],
    },
    'extensions.1.id ',
  ],
  [
    {
      extensions: [
        { name: 'A', slug: 'a' },
        { name: 'B', slug: 'a' },
      ],
    },
    'extensions.1.slug ',
  ],
])('refuses %j', async (seed, path) => {
  const problem = await problemOf(() => stateFromSeed(seed, nowMs));
  expect(problem).toMatchObject({ kind: 'usage', code: 'bad_seed' });
  expect(problem.message).toContain(path);
});
