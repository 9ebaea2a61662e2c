/** The form of a new version, and a response with another version. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import type { Submission } from '../../src/api/submit-version.ts';
import { temporaryDirectory } from '../support/project.ts';
import { sendJson, startScriptedServer } from '../support/servers/scripted-server.ts';
import { autoClose } from '../support/clean-up.ts';
import { problemOf, testClient } from './support.ts';

let submission: Submission;
beforeAll(async () => {
  const bundlePath = join(await temporaryDirectory(), 'packed');
  await writeFile(bundlePath, 'abc');
  submission = { version: '1.3.0', bundlePath, bundleSizeBytes: 3, known: [] };
});

test.each<[string, Partial<Submission>, Record<string, unknown>]>([
  [
    'the version and the bundle',
    {},
    { version: '1.3.0', bundle: ['bundle.tar.gz', 'application/gzip', 'abc'] },
  ],
  [
    'a changelog, if there is one',
    { changelog: 'Fixed.' },
    { version: '1.3.0', changelog: 'Fixed.', bundle: ['bundle.tar.gz', 'application/gzip', 'abc'] },
  ],
  [
    'an empty changelog',
    { changelog: '' },
    { version: '1.3.0', changelog: '', bundle: ['bundle.tar.gz', 'application/gzip', 'abc'] },
  ],
])('a version is sent with %s', async (_, changes, expected) => {
  const api = autoClose(
    await startScriptedServer((_request, response) =>
      sendJson(response, 202, { version: { id: 'ver_1', version: '1.3.0', status: 'pending' } }),
    ),
  );
  await autoClose(testClient(api.origin)).submitVersion('ext_1', { ...submission, ...changes });
  const [seen] = api.seen;
  const form = await new Response(seen?.body ?? '', {
    headers: { 'content-type': seen?.headers['content-type'] ?? '' },
  }).formData();
  const fields = await Promise.all(
    [...form].map(
      async ([name, value]) =>
        [
          name,
          typeof value === 'string' ? value : [value.name, value.type, await value.text()],
        ] as const,
    ),
  );
  expect(Object.fromEntries(fields)).toEqual(expected);
});

test('a response with another version is an error', async () => {
  const api = autoClose(
    await startScriptedServer(({ method }, response) =>
      sendJson(
        response,
        method === 'GET' ? 200 : 202,
        method === 'GET'
          ? { versions: [] }
          : { version: { id: 'ver_9', version: '9.9.9', status: 'pending' } },
      ),
    ),
  );
  const { kind, problem } = await problemOf(
    autoClose(testClient(api.origin)).submitVersion('ext_1', submission),
  );
  expect({ kind, ...problem }).toEqual({
    kind: 'unexpected_response',
    code: 'unexpected_response',
    message: expect.any(String),
    hint: expect.any(String),
    mayHaveTakenEffect: true,
    next: 'lumio versions list -e ext_1',
    status: 202,
  });
});
