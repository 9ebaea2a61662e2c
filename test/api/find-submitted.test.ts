/** After a lost response: which listed entry is recognized as the one that was sent. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import type { Client } from '../../src/api/client.ts';
import { matchVersion } from '../../src/api/submit-version.ts';
import {
  sendJson,
  startScriptedServer,
  type ScriptedServer,
} from '../support/servers/scripted-server.ts';
import { autoClose } from '../support/clean-up.ts';
import { problemOf, testClient } from './support.ts';
import { temporaryDirectory } from '../support/project.ts';

/** The first POST gets no response, later ones are refused. `listed` appears after the first. */
async function losing(
  path: 'versions' | 'extensions',
  listed: readonly object[],
  { before = [], refusal = 409 }: { before?: readonly object[]; refusal?: number } = {},
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
      return sendJson(response, refusal, {
        error: { code: 'version_exists', message: 'Version 1.3.0 exists already.' },
      });
    }),
  );
  return { api, client: autoClose(testClient(api.origin)), postCount: () => postCount };
}

describe('an extension', () => {
  test.each([
    ['the same name', ' Ünü Board ', ' Ünü Board '],
    ['trimmed', '  New ', 'New'],
    ['composed', 'U\u0308nu\u0308', 'Ünü'],
    ['in another case', 'New Board', 'new board'],
    ['truncated', 'A very long name of a board', 'A very long name'],
  ])('is recognized: %s', async (_, name, listedName) => {
    const { client, postCount } = await losing(
      'extensions',
      [{ id: 'ext_new', name: listedName }],
      { before: [{ id: 'ext_old', name: listedName }] },
    );
    expect(await client.createExtension({ name })).toEqual({
      recovered: true,
      response: { extension: { id: 'ext_new', name: listedName } },
    });
    expect(postCount()).toBe(1);
  });

  test('prefers an equal name to a similar one', async () => {
    const listed = [
      { id: 'ext_1', name: 'new' },
      { id: 'ext_2', name: 'New' },
    ];
    expect(
      await (await losing('extensions', listed)).client.createExtension({ name: 'New' }),
    ).toMatchObject({ response: { extension: { id: 'ext_2' } } });
  });

  test.each([
    ['of another name', [{ id: 'ext_x', name: 'Other' }], 'ext_x ("Other")'],
    ['without a name', [{ id: 'ext_x', name: null }], 'ext_x ("")'],
    [
      'one of two similar ones',
      [
        { id: 'ext_x', name: 'new' },
        { id: 'ext_y', name: 'NEW' },
      ],
      'ext_x ("new"), ext_y ("NEW")',
    ],
  ])("may have been created: %s, and isn't sent again", async (_, listed, text) => {
    const { client, postCount } = await losing('extensions', listed);
    const error = await problemOf(client.createExtension({ name: 'New' }));
    expect([error.kind, error.problem.next, postCount()]).toEqual([
      'network',
      'lumio extensions list',
      1,
    ]);
    expect(error.message).toContain(text);
    expect(error.problem.mayHaveTakenEffect).toBe(true);
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
    ['the size and the changelog', { ...version, bundleSizeBytes, changelog: 'fixed.' }],
    ['the changelog, trimmed', { ...version, changelog: 'Fixed.' }],
    ['no changelog', { ...version, changelog: null }],
  ])('is recognized by %s', async (_, listed) => {
    const { client } = await losing('versions', [
      { ...version, id: 'ver_2', bundleSizeBytes: 999 },
      listed,
    ]);
    expect(await submit(client)).toEqual({ recovered: true, response: { version: listed } });
  });

  test('sent without a changelog is recognized although the server added one', () => {
    const listed = { ...version, changelog: 'None.' };
    expect(matchVersion([listed], sent)).toEqual({ response: { version: listed } });
  });

  test.each([
    ['another number', { ...version, version: '1.3.1' }],
    ['an id that was there before', { ...version, id: 'ver_0' }],
  ])("of %s isn't it", (_, listed) => {
    expect(matchVersion([listed], sent)).toBeUndefined();
  });

  test.each([
    ['bundle', { ...version, bundleSizeBytes: 999_999 }, '999999 bytes'],
    ['changelog', { ...version, changelog: 'from a colleague' }, 'ver_1.'],
    [
      'changelog of equal size',
      { ...version, bundleSizeBytes, changelog: 'from a colleague' },
      'ver_1.',
    ],
  ])('of another %s belongs to someone else', async (_, listed, text) => {
    const { client, postCount } = await losing('versions', [listed]);
    const { kind, exitCode, problem } = await problemOf(submit(client));
    expect([kind, exitCode, postCount()]).toEqual(['conflict', 6, 1]);
    expect(problem).toMatchObject({
      code: 'version_exists',
      message: expect.stringContaining(text),
      next: 'lumio versions list -e ext_1',
    });
  });

  test.each([
    [409, 'conflict'],
    [422, 'rejected'],
  ])('refused with %i after an unclear attempt may have been submitted', async (status, kind) => {
    const { client, postCount } = await losing('versions', [], { refusal: status });
    const error = await problemOf(submit(client));
    expect([error.kind, error.problem.code, error.problem.next, postCount()]).toEqual([
      kind,
      'version_exists',
      'lumio versions list -e ext_1',
      2,
    ]);
    expect(error.problem.mayHaveTakenEffect).toBe(true);
  });

  test('listed as submitted long before it was sent is a different one', () => {
    const sinceMs = Date.parse('2026-05-01T12:00:00Z');
    const at = (submittedAt: string) =>
      matchVersion([{ ...version, submittedAt }], { ...sent, sinceMs });
    expect(at('2026-05-01T11:59:00Z')).toHaveProperty('response');
    expect(at('2026-05-01T11:00:00Z')).toHaveProperty('conflict');
    expect(at('yesterday')).toHaveProperty('response');
  });

  test('listed without its build metadata is recognized', () => {
    const match = (listed: string, version: string) =>
      matchVersion([{ id: 'ver_1', version: listed, status: 'pending' }], { ...sent, version });
    expect(match('1.3.0', '1.3.0+build.5')).toHaveProperty('response');
    expect(match('1.3.0+build.6', '1.3.0+build.5')).toBeUndefined();
    expect(match('1.3.0+build.5', '1.3.0')).toBeUndefined();
  });
});

describe("a versions list with entries that don't fit", () => {
  const version = { id: 'ver_1', version: '1.0.0', status: 'approved', extra: 1 };

  test.each([
    ['without status', { id: 'ver_2', version: '1.0.1' }, { version: '1.0.1', status: 'unknown' }],
    [
      'with version null',
      { id: 'ver_2', version: null, status: 'x' },
      { version: '', status: 'x' },
    ],
    [
      'with a size that is a string',
      { ...version, id: 'ver_2', bundleSizeBytes: '9' },
      { bundleSizeBytes: null },
    ],
  ])('is tolerated and noted: %s', async (_, odd, expected) => {
    const api = autoClose(
      await startScriptedServer((_request, response) =>
        sendJson(response, 200, { versions: [version, odd], next: null }),
      ),
    );
    const notes: string[] = [];
    const client = autoClose(testClient(api.origin, { note: (text) => void notes.push(text) }));
    await client.call('listVersions', { id: 'ext_1' });
    expect(await client.call('listVersions', { id: 'ext_1' })).toEqual({
      versions: [version, { ...odd, ...expected }],
      next: null,
    });
    expect(notes).toHaveLength(1);
  });

  test('a version number without its build metadata is accepted', async () => {
    const directory = await temporaryDirectory();
    const bundlePath = join(directory, 'bundle.tar.gz');
    await writeFile(bundlePath, 'abc');
    const api = autoClose(
      await startScriptedServer((_request, response) =>
        sendJson(response, 202, { version: { ...version, version: '1.3.0' } }),
      ),
    );
    const client = autoClose(testClient(api.origin));
    const submission = { version: '1.3.0+7', bundlePath, bundleSizeBytes: 3, known: [] };
    const { response, recovered } = await client.submitVersion('ext_1', submission);
    expect([response.version.version, recovered]).toEqual(['1.3.0', false]);
  });
});
