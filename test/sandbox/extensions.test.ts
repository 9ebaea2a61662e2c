import { expect, test } from 'vitest';
import { newSlug } from '../../src/sandbox/state.ts';
import { at } from '../support/document.ts';
import { exampleId } from '../support/project.ts';
import { openSandbox } from '../support/sandbox.ts';

test.each([
  ['My New Extension', [], 'my-new-extension'],
  ['My New Extension', ['my-new-extension'], 'my-new-extension-2'],
  ['My New Extension', ['my-new-extension', 'my-new-extension-2'], 'my-new-extension-3'],
  ['  Größe & Höhe! ', [], 'gro-e-hohe'],
  ['Scores 2.0', [], 'scores-2-0'],
  ['日本', [], 'extension'],
  ['a'.repeat(200), [], 'a'.repeat(60)],
])('the slug of %j beside %j is %s', (name, taken, slug) => {
  expect(newSlug(name, taken)).toBe(slug);
});

test('gives extensions of the same name different slugs, and documented IDs', async () => {
  const { call } = await openSandbox();
  const created = [
    await call('POST', '/extensions', { name: 'My Scoreboard' }),
    await call('POST', '/extensions', { name: 'My Scoreboard' }),
  ];
  expect(created.map(({ body }) => at(body, 'extension', 'slug'))).toEqual([
    'my-scoreboard-2',
    'my-scoreboard-3',
  ]);
  for (const { body } of created) expect(at(body, 'extension', 'id')).toMatch(/^ext_[0-9a-z]{16}$/);
});

test('create keeps every field of the page and ignores others', async () => {
  const { call } = await openSandbox();
  const fields = {
    name: 'Clock',
    short_description: 'Ticks.',
    description: '# Clock',
    visibility: 'unlisted',
    pricing: { type: 'subscription', amount: 2.5, currency: 'EUR', interval: 'monthly' },
  };
  const { body } = await call('POST', '/extensions', {
    ...fields,
    id: 'mine',
    status: 'approved',
    color: 'red',
  });
  expect(at(body, 'extension')).toEqual({
    id: expect.any(String),
    slug: 'clock',
    name: 'Clock',
    status: 'draft',
    createdAt: '2026-05-01T12:00:00Z',
  });
  expect(
    at((await call('GET', `/extensions/${String(at(body, 'extension', 'id'))}`)).body, 'extension'),
  ).toEqual({
    ...fields,
    id: at(body, 'extension', 'id'),
    slug: 'clock',
    status: 'draft',
    installCount: 0,
    ratingCount: 0,
    createdAt: '2026-05-01T12:00:00Z',
    updatedAt: '2026-05-01T12:00:00Z',
  });
});

test('updates only the provided fields and keeps the slug', async () => {
  const { call } = await openSandbox();
  const before = at((await call('GET', `/extensions/${exampleId}`)).body, 'extension');
  const { status, body } = await call('PATCH', `/extensions/${exampleId}`, {
    name: 'Scores',
    pricing: { type: 'one_time', amount: 99.99, currency: 'EUR' },
  });
  expect(status).toBe(200);
  const changed = {
    name: 'Scores',
    pricing: { type: 'one_time', amount: 99.99, currency: 'EUR' },
    updatedAt: '2026-05-01T12:00:00Z',
  };
  expect(at(body, 'extension')).toEqual({ ...Object(before), ...changed });
});

test.each([
  ['public', 403],
  ['paid', 403],
  ['unlisted', 204],
  ['private', 204],
])('DELETE of an extension that once was %s returns %i', async (visibility, status) => {
  const { call } = await openSandbox();
  const { body } = await call('POST', '/extensions', { name: 'Draft', visibility });
  const path = `/extensions/${String(at(body, 'extension', 'id'))}`;
  await call('PATCH', path, { visibility: 'private' });
  expect((await call('DELETE', path)).status).toBe(status);
  expect((await call('GET', path)).status).toBe(status === 204 ? 404 : 200);
});

test('installs add up', async () => {
  const { call } = await openSandbox({
    seed: {
      extensions: [
        { name: 'A', id: 'ext_a', installs: { total: 9, byVersion: { ver_1: 3, ver_2: 4 } } },
      ],
    },
  });
  expect((await call('GET', '/extensions/ext_a/installs')).body).toEqual({
    total: 9,
    active: 7,
    byVersion: { ver_1: 3, ver_2: 4 },
  });
  expect(at((await call('GET', '/extensions')).body, 'extensions', 0, 'installCount')).toBe(9);
});
