import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import type { Client } from '../../src/api/client.ts';
import type { Submission, SubmissionEvents } from '../../src/api/submit-version.ts';
import { LumioError } from '../../src/errors.ts';
import {
  startCuttingProxy,
  type Cut,
  type CuttingProxy,
} from '../support/servers/cutting-proxy.ts';
import { sendJson, startScriptedServer } from '../support/servers/scripted-server.ts';
import { autoClose } from '../support/clean-up.ts';
import { fakeClock } from '../support/clock.ts';
import { problemOf, testClient } from './support.ts';
import { startVersionStore, type StoreOptions, type VersionStore } from './version-store.ts';
import { temporaryDirectory } from '../support/project.ts';

let bundlePath: string;
const bundleSizeBytes = 1_500_000;
beforeAll(async () => {
  bundlePath = join(await temporaryDirectory(), 'bundle.tar.gz');
  await writeFile(bundlePath, Buffer.alloc(bundleSizeBytes, 7));
});

interface TestServer {
  readonly store: VersionStore;
  readonly proxy: CuttingProxy;
  readonly client: Client;
  readonly clock: ReturnType<typeof fakeClock>;
  submit(this: void, events?: SubmissionEvents): ReturnType<Client['submitVersion']>;
}

/**
 * @param cuts what happens to the POSTs, one after another; the last one repeats; `lists` the same
 * for the listings
 */
async function openServer(
  cuts: readonly Cut[],
  {
    maxWaitMs = 60_000,
    lists = [pass],
    ...options
  }: StoreOptions & { maxWaitMs?: number; lists?: readonly Cut[] } = {},
): Promise<TestServer> {
  const store = autoClose(await startVersionStore(options));
  const counts = { POST: 0, GET: 0 };
  const proxy = autoClose(
    await startCuttingProxy(store.port, (line) => {
      const isPost = line.startsWith('POST');
      const plan = isPost ? cuts : lists;
      return plan[Math.min(counts[isPost ? 'POST' : 'GET']++, plan.length - 1)] ?? pass;
    }),
  );
  const clock = fakeClock();
  const client = autoClose(testClient(proxy.origin, { clock, maxWaitMs, timeoutMs: 900 }));
  const submission: Submission = {
    version: '1.3.0',
    changelog: 'Fixed.',
    bundlePath,
    bundleSizeBytes,
    known: ['ver_0'],
  };
  return {
    store,
    proxy,
    client,
    clock,
    submit: (events) => client.submitVersion('ext_1', submission, events),
  };
}

const pass: Cut = { kind: 'pass' };
const lost: Cut = { kind: 'lose_response' };
const dropped: Cut = { kind: 'drop_before' };

describe('submitVersion', () => {
  test('sends the documented form once and returns the response', async () => {
    const { store, submit } = await openServer([pass]);
    const progress: [number, number][] = [];
    const { response, recovered } = await submit({
      onProgress: (sent, total) => void progress.push([sent, total]),
    });
    expect([response, recovered]).toEqual([
      { version: { id: 'ver_1', version: '1.3.0', status: 'pending' } },
      false,
    ]);
    const [seen] = store.seen;
    expect(seen?.headers['content-length']).toBe(String(seen?.body.length));
    expect(progress.at(-1)).toEqual([seen?.body.length, seen?.body.length]);
    const form = await new Response(seen?.body ?? '', {
      headers: { 'content-type': seen?.headers['content-type'] ?? '' },
    }).formData();
    expect([...form.keys()]).toEqual(['version', 'changelog', 'bundle']);
  });

  test.each<[string, readonly Cut[], StoreOptions, boolean]>([
    ['response lost', [lost], {}, true],
    ['response lost, listed late', [lost], { lag: 2 }, true],
    ['response truncated', [{ kind: 'cut_response', afterBytes: 40 }], {}, true],
    ['no response', [{ kind: 'silent' }, pass], {}, true],
    ['dropped before, then accepted', [dropped, pass], {}, false],
    [
      'cut in the middle, then accepted',
      [{ kind: 'cut_request', afterBytes: 700_000 }, pass],
      {},
      false,
    ],
    ['dropped, then lost', [dropped, lost], {}, true],
    [
      'lost and listed so late that it is sent again, and refused as a duplicate',
      [lost, pass],
      { lag: 6 },
      true,
    ],
  ])('creates one version: %s', async (_, cuts, options, recovered) => {
    const { store, submit } = await openServer(cuts, options);
    const result = await submit();
    expect([result.recovered, result.response.version.version]).toEqual([recovered, '1.3.0']);
    expect(store.versions).toEqual(['1.3.0']);
  });

  test('reports that it checks the server', async () => {
    const { submit } = await openServer([lost]);
    const reported: string[] = [];
    await submit({ onChecking: () => void reported.push('settling') });
    expect(reported).toEqual(['settling']);
  });

  test("doesn't mistake an older version of the same number for the new one", async () => {
    const { store, client } = await openServer([dropped, pass], { refusesDuplicates: false });
    store.versions.push('1.3.0');
    const result = await client.submitVersion('ext_1', {
      version: '1.3.0',
      bundlePath,
      bundleSizeBytes,
      known: ['ver_1'],
    });
    expect([result.recovered, result.response.version.id]).toEqual([false, 'ver_2']);
  });

  test("without a retry budget, checks the server but doesn't send again", async () => {
    const { store, submit, proxy } = await openServer([dropped], { maxWaitMs: 0 });
    const error = await problemOf(submit());
    expect([error.exitCode, error.problem.next, store.versions]).toEqual([
      10,
      'lumio versions list -e ext_1',
      [],
    ]);
    expect(proxy.requestLines.filter((line) => line.startsWith('POST')).length).toBe(1);
  });

  test('reports a possible submission if no check succeeds', async () => {
    const { submit, clock } = await openServer([lost], { lists: [dropped] });
    const error = await problemOf(submit());
    expect(error.problem).toMatchObject({
      code: 'connection_lost',
      message: expect.stringContaining('1.3.0'),
      next: 'lumio versions list -e ext_1',
      mayHaveTakenEffect: true,
    });
    expect(error.exitCode).toBe(10);
    expect(clock.sleeps.reduce((sum, ms) => sum + ms, 0)).toBeLessThan(70_000);
  });

  test("a server that can't be reached has received nothing", async () => {
    const { submit, proxy, store } = await openServer([pass]);
    await proxy.close();
    const error = await problemOf(submit());
    expect([error.problem.code, store.versions]).toEqual(['connection_refused', []]);
    expect(error.problem.mayHaveTakenEffect).toBeUndefined();
  });

  test("doesn't check the server after a refusal", async () => {
    const { store, submit } = await openServer([pass]);
    store.versions.push('1.3.0');
    const error = await problemOf(submit());
    expect([error.kind, error.problem.code, store.seen.length]).toEqual([
      'conflict',
      'version_exists',
      1,
    ]);
  });
});

describe('checks the server after an empty or different success, and never sends again', () => {
  test.each([
    ['html', '<h1>Welcome</h1>'],
    ['nothing', ''],
    ['another version', '{"version":{"id":"ver_9","version":"9.9.9","status":"pending"}}'],
  ])('%s', async (_, text) => {
    for (const versions of [[], [{ id: 'ver_1', version: '1.3.0', status: 'pending' }]]) {
      const api = autoClose(
        await startScriptedServer((request, response) =>
          request.method === 'GET'
            ? sendJson(response, 200, { versions })
            : response.writeHead(202).end(text),
        ),
      );
      const submitted = autoClose(testClient(api.origin)).submitVersion('ext_1', {
        version: '1.3.0',
        bundlePath,
        bundleSizeBytes,
        known: [],
      });
      if (versions.length > 0)
        expect(await submitted).toMatchObject({
          recovered: true,
          response: { version: { id: 'ver_1' } },
        });
      else
        expect((await problemOf(submitted)).problem).toMatchObject({
          message: expect.stringContaining('1.3.0'),
          mayHaveTakenEffect: true,
        });
      expect(api.seen.filter(({ method }) => method === 'POST').length).toBe(1);
    }
  });
});

describe('interruption', () => {
  const reason = new LumioError('interrupted', { code: 'interrupted', message: 'Interrupted.' });

  test('reports that the version may have been submitted once bytes were sent', async () => {
    const store = autoClose(await startVersionStore());
    const proxy = autoClose(await startCuttingProxy(store.port, () => ({ kind: 'silent' })));
    const controller = new AbortController();
    const client = autoClose(testClient(proxy.origin, { signal: controller.signal }));
    const onProgress = (sent: number, total: number): void =>
      sent === total ? controller.abort(reason) : undefined;
    const error = await problemOf(
      client.submitVersion(
        'ext_1',
        { version: '1.3.0', bundlePath, bundleSizeBytes, known: [] },
        { onProgress },
      ),
    );
    expect([error.kind, error.exitCode, error.problem.next]).toEqual([
      'interrupted',
      130,
      'lumio versions list -e ext_1',
    ]);
    expect(error.problem.mayHaveTakenEffect).toBe(true);
  });

  test("reports between two attempts that the server doesn't list the version", async () => {
    const store = autoClose(await startVersionStore());
    const proxy = autoClose(
      await startCuttingProxy(store.port, (line) =>
        line.startsWith('POST') ? { kind: 'cut_request', afterBytes: 300_000 } : pass,
      ),
    );
    const pause = (): Promise<void> => Promise.reject(reason);
    const client = autoClose(testClient(proxy.origin, { pause }));
    const error = await problemOf(
      client.submitVersion('ext_1', { version: '1.3.0', bundlePath, bundleSizeBytes, known: [] }),
    );
    expect([error.kind, error.problem]).toEqual([
      'interrupted',
      {
        code: 'interrupted',
        message: expect.stringMatching(/^Interrupted\. .*1\.3\.0/),
        hint: expect.any(String),
        next: 'lumio versions list -e ext_1',
      },
    ]);
    expect(store.versions).toEqual([]);
  });

  test("doesn't report it before that", async () => {
    const client = autoClose(
      testClient('http://127.0.0.1:9', { signal: AbortSignal.abort(reason) }),
    );
    expect(
      await problemOf(
        client.submitVersion('ext_1', { version: '1.3.0', bundlePath, bundleSizeBytes, known: [] }),
      ),
    ).toBe(reason);
  });
});

describe('createExtension', () => {
  test.each<[string, readonly Cut[], string, boolean]>([
    ['plain', [pass], 'New', false],
    ['response lost', [lost], 'New', true],
    ['response lost, with the name of an older one', [lost], 'Old', true],
  ])('creates one: %s', async (_, cuts, name, recovered) => {
    const { store, client } = await openServer(cuts);
    const result = await client.createExtension({ name });
    expect([result.recovered, result.response.extension]).toEqual([
      recovered,
      { id: 'ext_2', name },
    ]);
    expect(store.extensions).toEqual(['Old', name]);
  });

  test.each<[string, Cut]>([
    ['a lost response', lost],
    ['a dropped request', dropped],
  ])("sends nothing again after %s that the server doesn't list", async (_, cut) => {
    const { store, client } = await openServer([cut, pass], { lag: 1000 });
    const error = await problemOf(client.createExtension({ name: 'New' }));
    expect([error.exitCode, error.problem.next, error.problem.mayHaveTakenEffect]).toEqual([
      10,
      'lumio extensions list',
      true,
    ]);
    expect(store.extensions.length).toBeLessThanOrEqual(2);
  });

  test('reports an unknown outcome', async () => {
    const { client } = await openServer([lost], { lists: [pass, dropped], maxWaitMs: 0 });
    const error = await problemOf(client.createExtension({ name: 'New' }));
    expect(error.problem).toMatchObject({
      message: expect.stringContaining('"New"'),
      next: 'lumio extensions list',
      mayHaveTakenEffect: true,
    });
  });
});

test('refuses a changed bundle, and submits nothing', async () => {
  const { store, client } = await openServer([pass]);
  const error = await problemOf(
    client.submitVersion('ext_1', {
      version: '2.0.0',
      bundlePath,
      bundleSizeBytes: bundleSizeBytes - 1,
      known: [],
    }),
  );
  expect([error.kind, error.problem.code, store.versions]).toEqual(['refused', 'file_changed', []]);
});
