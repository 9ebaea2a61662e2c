/** After SIGKILL at any moment, every acknowledged change is there and nothing is incomplete. */
import { readFile, readdir } from 'node:fs/promises';
import { request } from 'node:http';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { goodBundle } from './bundles.ts';
import { spawnSandbox } from './spawned.ts';
import { at } from '../support/document.ts';
import { exampleId, temporaryDirectory } from '../support/project.ts';
import { openSandbox, sandboxKey } from '../support/sandbox.ts';

const headers = { authorization: `Bearer ${sandboxKey}` };
async function submit(url: string, version: string): Promise<boolean> {
  const body = new FormData();
  body.append('version', version);
  body.append('bundle', goodBundle);
  const response = await fetch(`${url}/extensions/${exampleId}/versions`, {
    method: 'POST',
    headers,
    body,
  });
  return response.status === 202;
}

/** Starts an upload that never ends. */
async function hang(url: string): Promise<void> {
  const sent = request(`${url}/extensions/${exampleId}/versions`, {
    method: 'POST',
    headers: {
      ...headers,
      'content-type': 'multipart/form-data; boundary=x',
      'content-length': '100000',
    },
  });
  sent.on('error', () => undefined);
  await new Promise((resolve) =>
    sent.write(
      '--x\r\nContent-Disposition: form-data; name="bundle"; filename="b"\r\n\r\n' +
        'b'.repeat(50_000),
      resolve,
    ),
  );
}

test.each([1, 4, 9])(
  'keeps every acknowledged version when killed after %i responses',
  async (responsesBeforeKill) => {
    const dataDir = await temporaryDirectory();
    const { child, url } = await spawnSandbox(dataDir);
    await hang(url);
    const acknowledged: string[] = [];
    const uploads = Array.from({ length: 12 }, async (_, index) => {
      const version = `2.0.${index}`;
      if (!(await submit(url, version).catch(() => false))) return;
      acknowledged.push(version);
      if (acknowledged.length === responsesBeforeKill) child.kill('SIGKILL');
    });
    await Promise.all(uploads);
    expect(acknowledged.length).toBeGreaterThanOrEqual(responsesBeforeKill);

    const { call } = await openSandbox({ dataDir, reviewMode: 'never' });
    const { body } = await call('GET', `/extensions/${exampleId}/versions`);
    const listed = Array.from({ length: 13 }, (_, index) =>
      at(body, 'versions', index, 'version'),
    ).filter((version) => version !== undefined && version !== '1.2.0');
    expect(listed).toEqual(expect.arrayContaining(acknowledged));
    const bundles = join(dataDir, 'bundles', exampleId);
    expect((await readdir(bundles)).toSorted()).toEqual(
      listed.map((version) => `${String(version)}.tar.gz`).toSorted(),
    );
    const sent = Buffer.from(await goodBundle.arrayBuffer());
    for (const name of await readdir(bundles))
      expect((await readFile(join(bundles, name))).equals(sent)).toBe(true);
    expect(await readdir(join(dataDir, 'tmp'))).toEqual([]);
  },
);
