/** Deploys to servers whose lists and responses don't fit the API page. */
import { afterEach, describe, expect, test } from 'vitest';
import { at } from '../support/document.ts';
import { fakeClock } from '../support/clock.ts';
import { runLumio } from '../support/host.ts';
import { temporaryDirectory, smallProject } from '../support/project.ts';
import {
  sendJson,
  startScriptedServer,
  type ScriptedServer,
} from '../support/servers/scripted-server.ts';

const servers = new Set<ScriptedServer>();
afterEach(async () => {
  await Promise.all([...servers].map((server) => server.close()));
  servers.clear();
});

const pending = { id: 'ver_n', version: '1.3.0', status: 'pending' };
type Reply = readonly [status: number, body: unknown, headers?: Record<string, string>];

/** Deploys 1.3.0. A list that is a function gets the number of POSTs so far. */
async function deployTo(
  {
    list = [],
    post = [202, { version: pending }],
  }: { list?: unknown[] | ((posts: number) => unknown[]); post?: Reply },
  options: readonly string[] = ['--json'],
) {
  let posts = 0;
  const server = await startScriptedServer(({ method }, response) => {
    if (method === 'GET')
      return sendJson(response, 200, { versions: typeof list === 'function' ? list(posts) : list });
    posts += 1;
    return sendJson(response, ...post);
  });
  servers.add(server);
  const ran = await runLumio(['deploy', '-v', '1.3.0', '-e', 'ext_1', ...options], {
    cwd: await temporaryDirectory(smallProject),
    env: { LUMIO_API_KEY: 'lm_dev_odd_servers_1', LUMIO_API_URL: `${server.origin}/developer/v1` },
    clock: fakeClock(),
  });
  return { ...ran, posts, requests: server.seen.length };
}

describe('a list', () => {
  test.each([
    ["with entries that aren't objects", [null, 1, '1.3.0', [], {}]],
    ['with an entry without id', [{ version: '1.2.0', status: 'approved' }]],
    ['with a numeric id', [{ id: 5, version: '1.2.0', status: 'approved' }]],
    ['with a numeric version', [{ id: 'a', version: 1.2, status: 'approved' }]],
  ])("%s doesn't prevent a deploy", async (_, list) => {
    const ran = await deployTo({ list });
    expect([ran.exitCode, ran.posts, at(ran.json(), 'outcome')]).toEqual([0, 1, 'created']);
  });

  test.each(['v1.3.0', ' 1.3.0 '])('with %j has version 1.3.0', async (version) => {
    const ran = await deployTo({ list: [{ ...pending, version }] });
    expect([ran.exitCode, ran.posts]).toEqual([6, 0]);
  });

  test('without ids is enough to find a version whose response was lost', async () => {
    const { id: _, ...listed } = pending;
    const ran = await deployTo({
      list: (posts) => [{ version: '1.0.0', status: 'approved' }, ...(posts > 0 ? [listed] : [])],
      post: [500, {}],
    });
    expect([ran.exitCode, at(ran.json(), 'recovered')]).toEqual([0, true]);
  });
});

describe('a success response', () => {
  test.each([
    ['v1.3.0', { version: 'v1.3.0' }, { version: 'v1.3.0' }],
    ['a status of null', { status: null }, { status: 'unknown' }],
    ['a status that is a number', { status: 3 }, { status: '3' }],
    ['an id that is a number', { id: 7 }, { id: '7' }],
  ])('with %s is a success', async (_, changes, expected) => {
    const ran = await deployTo({ post: [202, { version: { ...pending, ...changes } }] });
    expect([ran.exitCode, ran.requests]).toEqual([0, 2]);
    expect(ran.json()).toMatchObject({ outcome: 'created', version: { ...pending, ...expected } });
  });

  test('with the status "rejected" is a success with a warning', async () => {
    const ran = await deployTo({ post: [202, { version: { ...pending, status: 'rejected' } }] });
    expect(ran.exitCode).toBe(0);
    expect(ran.json()).toMatchObject({ notes: [expect.any(String)] });
  });
});

test.each<[string, Reply]>([
  ['in the response', [202, { version: { ...pending, version: 'v1.3.0' } }]],
  ['in the list', [500, {}]],
])('another spelling of the version is noted: %s', async (_, post) => {
  const list = (posts: number) => (posts > 0 ? [{ ...pending, version: 'v1.3.0' }] : []);
  const ran = await deployTo({ list, post });
  expect(ran.json()).toMatchObject({
    outcome: 'created',
    notes: [expect.stringContaining('v1.3.0')],
  });
});

describe('a redirect of the upload', () => {
  test('to another origin is refused without checking the outcome', async () => {
    const ran = await deployTo({ post: [307, {}, { location: 'http://[::1]:1/' }] });
    expect([ran.exitCode, ran.requests]).toEqual([1, 2]);
    expect(ran.error()).toMatchObject({ error: { code: 'redirected', status: 307 } });
  });
});

describe('a refusal because the version exists', () => {
  const exists = { code: 'version_exists', message: 'Version 1.3.0 already exists.', status: 409 };
  const busy = { code: 'conflict', message: 'Another upload is being processed.', status: 409 };

  test.each([409, 422])('is enough for --skip-existing: %i', async (status) => {
    const ran = await deployTo({ post: [status, { error: exists }] }, [
      '--json',
      '--skip-existing',
    ]);
    expect(ran.exitCode).toBe(0);
    expect(ran.json()).toMatchObject({
      outcome: 'skipped',
      version: { id: '', version: '1.3.0', status: 'unknown' },
    });
  });

  test.each<[number, unknown]>([
    [409, { error: exists }],
    [409, { error: busy }],
    [422, { error: { code: 'validation_error', message: 'version must be unique' } }],
  ])('is followed by several checks of a delayed list: %i %j', async (status, body) => {
    let lists = 0;
    const list = (posts: number) => (posts > 0 && ++lists > 2 ? [pending] : []);
    const post = [status, body] as const;
    const ran = await deployTo({ list, post }, ['--json', '--skip-existing']);
    expect(ran.json()).toMatchObject({ outcome: 'skipped', version: pending });
  });

  test('is an error without --skip-existing', async () => {
    const ran = await deployTo({ post: [409, { error: exists }] });
    expect([ran.exitCode, at(ran.error(), 'error', 'code')]).toEqual([6, 'version_exists']);
  });

  test("isn't any other refusal", async () => {
    const ran = await deployTo({ post: [409, { error: busy }] }, ['--json', '--skip-existing']);
    expect([ran.exitCode, at(ran.error(), 'error', 'code')]).toEqual([6, 'conflict']);
  });
});
