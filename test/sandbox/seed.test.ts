import { expect, test } from 'vitest';
import { LumioError } from '../../src/errors.ts';
import { stateFromSeed } from '../../src/sandbox/seed.ts';

const nowMs = Date.parse('2026-05-01T12:00:00Z');

test('a name is enough', () => {
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

test('versions bring the status of their extension', () => {
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
  [null, 'the document must be object'],
  [{}, 'extensions is required'],
  [{ extensions: {} }, 'extensions must be a list'],
  [{ extensions: [{}] }, 'extensions.0.name is required'],
  [named({ colour: 'red' }), 'extensions.0.colour is unknown'],
  [named({ name: '' }), 'extensions.0.name must not be empty'],
  [named({ slug: 'Not A Slug' }), 'extensions.0.slug must be a slug'],
  [named({ visibility: 'hidden' }), 'extensions.0.visibility must be one of'],
  [
    named({ pricing: { type: 'one_time', amount: 500, currency: 'EUR' } }),
    'extensions.0.pricing.amount must be at most 99.99',
  ],
  [named({ createdAt: 'yesterday' }), 'extensions.0.createdAt must be a time'],
  [
    named({ versions: [{ version: '1.0.0' }, { version: 'one' }] }),
    'extensions.0.versions.1.version must be a semantic version',
  ],
  [
    named({ versions: [{ version: '1.0.0' }, { version: '1.0.0' }] }),
    'extensions.0.versions has the same version twice',
  ],
  [
    named({ installs: { total: 1, byVersion: { ver_a: 2 } } }),
    'extensions.0.installs.total is less than the 2 active installs',
  ],
  [
    named({ installs: { total: -1, byVersion: {} } }),
    'extensions.0.installs.total must not be negative',
  ],
  [
    named({
      secrets: [
        { key: 'A', value: '1' },
        { key: 'A', value: '2' },
      ],
    }),
    'extensions.0.secrets has the same key twice',
  ],
  [
    {
      extensions: [
        { name: 'A', id: 'ext_1' },
        { name: 'B', id: 'ext_1' },
      ],
    },
    'extensions.1.id is there twice',
  ],
  [
    {
      extensions: [
        { name: 'A', slug: 'a' },
        { name: 'B', slug: 'a' },
      ],
    },
    'extensions.1.slug is there twice',
  ],
])('%j is refused', (seed, words) => {
  let error: unknown;
  try {
    stateFromSeed(seed, nowMs);
  } catch (thrown) {
    error = thrown;
  }
  if (!(error instanceof LumioError)) throw new Error('It was taken.');
  expect([error.kind, error.message]).toEqual(['usage', expect.stringContaining(words)]);
});
