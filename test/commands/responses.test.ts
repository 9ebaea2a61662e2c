/**
 * Responses are printed key for key; a response that breaks the documentation fails with exit code
 * 1 and the place in the document.
 */
import { describe, expect, test } from 'vitest';
import { cleanUp } from '../support/clean-up.ts';
import { type RunResult, runLumio } from '../support/host.ts';
import { sendJson, startScriptedServer } from '../support/servers/scripted-server.ts';

/** Responds by the last part of the path; lists extensions for slugs. */
async function serve(
  responses: Readonly<Record<string, unknown>>,
): Promise<(argv: readonly string[]) => Promise<RunResult>> {
  const server = await startScriptedServer(({ method, path }, response) => {
    const name = `${method} ${path.split('/').at(-1)}`;
    if (!Object.hasOwn(responses, name))
      return sendJson(response, 404, { error: { code: 'not_found', message: name, status: 404 } });
    return sendJson(response, 200, responses[name]);
  });
  cleanUp(server.close);
  return (argv) =>
    runLumio(argv, {
      env: { LUMIO_API_URL: server.origin, LUMIO_API_KEY: 'lm_dev_x', LUMIO_EXTENSION: 'ext_1' },
    });
}

const extension = {
  id: 'ext_1',
  slug: null,
  name: 'N',
  status: 'on_hold',
  futureKey: { deep: [null, 1] },
  pricing: null,
};
const version = {
  id: 'ver_1',
  version: '1.0.0',
  status: 'on_hold',
  changelog: null,
  bundleSizeBytes: null,
  reviewer: { name: null },
};
const wrapped = { extension, requestedBy: null };

describe('--json prints the response with nulls, unknown keys and unknown statuses', () => {
  test.each([
    {
      argv: ['extensions', 'list'],
      responses: { 'GET extensions': { extensions: [extension], nextPage: null } },
      document: undefined,
    },
    { argv: ['extensions', 'get'], responses: { 'GET ext_1': wrapped }, document: undefined },
    { argv: ['extensions', 'get'], responses: { 'GET ext_1': extension }, document: undefined },
    {
      argv: ['extensions', 'update', '--name', 'N'],
      responses: { 'PATCH ext_1': extension },
      document: undefined,
    },
    {
      argv: ['extensions', 'update', '--name', 'N'],
      responses: { 'PATCH ext_1': wrapped },
      document: undefined,
    },
    {
      argv: ['versions', 'list'],
      responses: { 'GET versions': { versions: [version], total: null } },
      document: undefined,
    },
    {
      argv: ['versions', 'get', '1.0.0'],
      responses: { 'GET versions': { versions: [version] } },
      document: { version },
    },
    {
      argv: ['secrets', 'list'],
      responses: { 'GET secrets': { keys: ['A'], lastChange: null } },
      document: undefined,
    },
    {
      argv: ['installs', 'stats'],
      responses: {
        'GET installs': { total: 3, active: 2, byVersion: { ver_1: 2 }, byCountry: null },
        'GET versions': { versions: [version] },
      },
      document: {
        total: 3,
        active: 2,
        byVersion: { ver_1: 2 },
        byCountry: null,
        inactive: 1,
        versions: [{ id: 'ver_1', version: '1.0.0', count: 2, share: 1 }],
      },
    },
    {
      argv: ['extensions', 'create', '--name', 'N'],
      responses: { 'GET extensions': { extensions: [] }, 'POST extensions': wrapped },
      document: { ...wrapped, recovered: false },
    },
  ])('$argv for $responses', async ({ argv, responses, document }) => {
    const ran = await (await serve(responses))([...argv, '--json']);
    expect(ran).toMatchObject({ exitCode: 0, stderr: '' });
    const expected = document ?? Object.values(responses)[0];
    expect(ran.json()).toEqual(expected);
    expect(JSON.stringify(ran.json())).toBe(JSON.stringify(expected));
  });

  test('the view shows the same fields for a wrapped and a bare response', async () => {
    const [bare, inside] = await Promise.all(
      [extension, wrapped].map(async (response) =>
        (await serve({ 'GET ext_1': response }))(['extensions', 'get']),
      ),
    );
    expect(bare?.stdout).toBe(inside?.stdout);
    expect(bare?.stdout).toContain('Status\ton_hold\nfutureKey.deep\t[null,1]\npricing\t\n');
  });
});

describe('exit 1, naming the place', () => {
  test.each([
    { argv: ['extensions', 'list'], responses: { 'GET extensions': [] }, place: 'extensions' },
    {
      argv: ['extensions', 'get'],
      responses: { 'GET ext_1': { extension: { slug: 'x' } } },
      place: 'extension.id',
    },
    {
      argv: ['extensions', 'update', '--name', 'N'],
      responses: { 'PATCH ext_1': 'done' },
      place: '',
    },
    {
      argv: ['versions', 'get', '1.0.0'],
      responses: { 'GET versions': { versions: {} } },
      place: 'versions',
    },
    {
      argv: ['installs', 'stats'],
      responses: {
        'GET installs': { total: 1, active: 1, byVersion: { ver_1: '1' } },
        'GET versions': { versions: [] },
      },
      place: 'byVersion.ver_1',
    },
    {
      argv: ['secrets', 'list'],
      responses: { 'GET secrets': { keys: ['A', null] } },
      place: 'keys[1]',
    },
  ])('$place in the response to $argv', async ({ argv, responses, place }) => {
    const ran = await (await serve(responses))([...argv, '--json']);
    expect(ran).toMatchObject({ exitCode: 1, stdout: '' });
    expect(ran.error()).toMatchObject({
      error: { code: 'unexpected_response', message: expect.stringContaining(place) },
    });
  });
});
