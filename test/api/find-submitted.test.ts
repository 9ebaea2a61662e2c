/** After a lost answer: which of the things that the server lists is taken for what was sent. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import type { Client } from '../../src/api/client.ts';
import { matchVersion } from '../../src/api/find-submitted.ts';
import {
  sendJson,
  startScriptedServer,
  type ScriptedServer,
} from '../support/servers/scripted-server.ts';
import { autoClose } from './auto-close.ts';
import { problemOf, testClient } from './support.ts';
import { temporaryDirectory } from '../support/project.ts';

/** Its first POST gets no answer, later ones are refused. `listed` is listed from the first one on. */
async function losing(
  path: 'versions' | 'extensions',
  listed: readonly object[],
  before: readonly object[] = [],
): Promise<{ api: ScriptedServer; client: Client; postCount: () => number }> {
  let postCount = 0;
  const api = autoClose(
    await startScriptedServer(({ method }, response) => {
      if (method === 'GET')
        return sendJson(response, 200, {
          [path]: postCount === 0 ? before : [...before, ...listed],
        });
      postCount += 1;
      if (postCount === 1) return response.destroy();
      return sendJson(response, 409, {
        error: { code: 'version_exists', message: 'Version 1.3.0 exists already.', status: 409 },
      });
    }),
  );
  return { api, client: autoClose(testClient(api.origin)), postCount: () => postCount };
}

describe('an extension', () => {
  test.each([
    ['the very name', ' Ünü Board ', ' Ünü Board '],
    ['trimmed', '  New ', 'New'],
    ['composed', 'U\u0308nu\u0308', 'Ünü'],
    ['in another case', 'New Board', 'new board'],
    ['cut', 'A very long name of a board', 'A very long name'],
  ])('is recognised: %s', async (_, name, listedName) => {
    const { client, postCount } = await losing(
      'extensions',
      [{ id: 'ext_new', name: listedName }],
      [{ id: 'ext_old', name: listedName }],
    );
    expect(await client.createExtension({ name })).toEqual({
      recovered: true,
      answer: { extension: { id: 'ext_new', name: listedName } },
    });
    expect(postCount()).toBe(1);
  });

  test('of the very name goes before one that is only like it', async () => {
    const listed = [
      { id: 'ext_1', name: 'new' },
      { id: 'ext_2', name: 'New' },
    ];
    expect(
      await (await losing('extensions', listed)).client.createExtension({ name: 'New' }),
    ).toMatchObject({ answer: { extension: { id: 'ext_2' } } });
  });

  test.each([
    ['of another name', [{ id: 'ext_x', name: 'Other' }], 'ext_x (named "Other")'],
    ['without a name', [{ id: 'ext_x', name: null }], 'ext_x (named "")'],
    [
      'one of two that are alike',
      [
        { id: 'ext_x', name: 'new' },
        { id: 'ext_y', name: 'NEW' },
      ],
      'ext_x (named "new"), ext_y (named "NEW")',
    ],
  ])('may have been created: %s; it is not sent again', async (_, listed, told) => {
    const { client, postCount } = await losing('extensions', listed);
    const error = await problemOf(client.createExtension({ name: 'New' }));
    expect([error.kind, error.problem.next, postCount()]).toEqual([
      'network',
      'lumio extensions list',
      1,
    ]);
    expect(error.problem.hint).toBe('Look whether it is there before you send it again.');
    expect(error.message).toContain(
      ` The server lists what was not there before: ${told}. Extension "New" may have been created.`,
    );
  });
});

describe('a version', () => {
  let bundlePath: string;
  const bundleSizeBytes = 3;
  beforeAll(async () => {
    bundlePath = join(await temporaryDirectory(), 'bundle.tar.gz');
    await writeFile(bundlePath, 'abc');
  });
  const submit = (client: Client) =>
    client.submitVersion('ext_1', {
      version: '1.3.0',
      changelog: 'Fixed.\n',
      bundlePath,
      bundleSizeBytes,
      known: ['ver_0'],
    });
  const version = { id: 'ver_1', version: '1.3.0', status: 'pending' };
  const sent = { extensionId: 'ext_1', version: '1.3.0', bundleSizeBytes, known: ['ver_0'] };

  test.each([
    ['nothing more', version],
    ['the size', { ...version, bundleSizeBytes }],
    [
      'the size, and a changelog of the server',
      { ...version, bundleSizeBytes, changelog: 'None.' },
    ],
    ['the changelog, trimmed', { ...version, changelog: 'Fixed.' }],
    ['no changelog', { ...version, changelog: null }],
  ])('is taken for this one by %s', async (_, listed) => {
    const { client } = await losing('versions', [
      { ...version, id: 'ver_2', bundleSizeBytes: 999 },
      listed,
    ]);
    expect(await submit(client)).toEqual({ recovered: true, answer: { version: listed } });
  });

  test('sent without a changelog is taken for the one that the server gave a changelog', () => {
    const listed = { ...version, changelog: 'None.' };
    expect(matchVersion([listed], sent)).toEqual({ answer: { version: listed } });
  });

  test.each([
    ['another number', { ...version, version: '1.3.1' }],
    ['an id that was there before', { ...version, id: 'ver_0' }],
  ])('of %s is not it', (_, listed) => {
    expect(matchVersion([listed], sent)).toBeUndefined();
  });

  test.each([
    ['bundle', { ...version, bundleSizeBytes: 999_999 }, 'ver_1 (999999 bytes; this one has 3).'],
    ['changelog', { ...version, changelog: 'from a colleague' }, 'ver_1.'],
  ])("of another %s is somebody else's", async (_, listed, told) => {
    const { client, postCount } = await losing('versions', [listed]);
    const { kind, exitCode, problem } = await problemOf(submit(client));
    expect([kind, exitCode, postCount()]).toEqual(['conflict', 6, 1]);
    expect(problem).toEqual({
      code: 'version_exists',
      message: `A version 1.3.0 appeared meanwhile, but not with this bundle: ${told}`,
      hint: 'Somebody else seems to have submitted it. Look at it, then raise the version.',
      next: 'lumio versions list -e ext_1',
    });
  });

  test('that is refused as a duplicate and not listed: this command probably submitted it', async () => {
    const { client, postCount } = await losing('versions', []);
    const error = await problemOf(submit(client));
    expect([error.kind, error.problem.next, postCount()]).toEqual([
      'conflict',
      'lumio versions list -e ext_1',
      2,
    ]);
    expect(error.message).toMatch(
      /^Version 1\.3\.0 exists.* Probably this command submitted version 1\.3\.0 itself: an earlier answer was lost, and the server does not list it yet\.$/,
    );
    expect(error.problem.hint).toBe('Look in a moment whether it is there.');
  });
});
