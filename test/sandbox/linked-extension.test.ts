/** The sandbox contains the extension of the user's project once. */
import { describe, expect, test } from 'vitest';
import { at } from '../support/document.ts';
import { temporaryDirectory } from '../support/project.ts';
import { openSandbox } from '../support/sandbox.ts';

const own = { extension: 'ext_my0wn', name: 'My Own' } as const;

describe('a linked extension', () => {
  test('is a private draft without versions, beside the example', async () => {
    const { call, added } = await openSandbox({ linked: [own] });
    expect(added).toEqual(['ext_my0wn']);
    expect(at((await call('GET', '/extensions')).body, 'extensions')).toHaveLength(2);
    const { body } = await call('GET', '/extensions/ext_my0wn');
    expect(at(body, 'extension')).toMatchObject({
      id: 'ext_my0wn',
      name: 'My Own',
      slug: 'my-own',
      visibility: 'private',
      status: 'draft',
    });
    expect((await call('GET', '/extensions/ext_my0wn/versions')).body).toEqual({ versions: [] });
  });

  test('whose id is a UUID is found by it, although it could be a slug', async () => {
    const { call } = await openSandbox({
      linked: [{ extension: '3f2a1b7c-1111-4222-8333-444455556666', name: 'My Own' }],
    });
    const { body } = await call('GET', '/extensions/3f2a1b7c-1111-4222-8333-444455556666');
    expect(at(body, 'extension')).toMatchObject({
      id: '3f2a1b7c-1111-4222-8333-444455556666',
      slug: 'my-own',
    });
  });

  test.each([
    ['the id of the example', 'ext_01j9k2m3n4p5q6r7', undefined],
    ['the slug of the example', 'my-scoreboard', undefined],
    ['no id and no slug', '../..', undefined],
    ['a name of a directory', '..', undefined],
    ['a slug', 'my-clock', 'my-clock'],
  ])('%s: %j', async (_case, extension, added) => {
    const { call, ...sandbox } = await openSandbox({ linked: [{ extension, name: undefined }] });
    expect(sandbox.added).toEqual(added === undefined ? [] : [added]);
    const slugs = Object.values(
      Object(at((await call('GET', '/extensions')).body, 'extensions')),
    ).map((listed) => at(listed, 'slug'));
    expect(slugs).toEqual(['my-scoreboard', ...(added === undefined ? [] : [added])]);
  });

  test('is added to a stored state, and stored with it', async () => {
    const dataDir = await temporaryDirectory();
    const first = await openSandbox({ dataDir });
    await first.close();
    const second = await openSandbox({ dataDir, linked: [own] });
    expect(second.added).toEqual(['ext_my0wn']);
    await second.close();
    const third = await openSandbox({ dataDir, linked: [own] });
    expect(third.added).toEqual([]);
    expect((await third.call('GET', '/extensions/ext_my0wn')).status).toBe(200);
  });
});
