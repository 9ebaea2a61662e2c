/** The API page's own `curl` lines, run by curl against the sandbox with only host and key changed. */
import { execFile } from 'node:child_process';
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { type EndpointName, endpoints } from '../../src/api/contract.ts';
import { at } from '../support/document.ts';
import { exampleId, temporaryDirectory } from '../support/project.ts';
import { openSandbox, sandboxKey } from '../support/sandbox.ts';

const run = promisify(execFile);
const pageUrl = 'https://api.lumio.vision/developer/v1';

interface Fixture {
  readonly curl?: readonly string[];
  readonly status: number;
  readonly body?: unknown;
}

/** The documented responses, but for these keys: IDs and times of a server. */
const newEachTime: Partial<Record<EndpointName, readonly string[]>> = {
  createExtension: ['id', 'createdAt'],
  updateExtension: ['updatedAt'],
  submitVersion: ['id', 'submittedAt'],
};

async function fixture(name: EndpointName): Promise<Fixture> {
  return JSON.parse(
    await readFile(join(import.meta.dirname, `../../fixtures/api/${name}.json`), 'utf8'),
  );
}

/** The page's line, or for the two endpoints without one, the line it would be. */
function lineOf(name: EndpointName, { curl }: Fixture): string {
  const { method, path } = endpoints[name];
  const filled = path.replace(':id', exampleId).replace(':key', 'API_KEY');
  return (
    curl?.join('\n') ??
    `curl -X ${method} ${pageUrl}${filled} \\\n-H "Authorization: Bearer lm_dev_your_key"`
  );
}

async function curl(line: string, url: string): Promise<{ status: number; body: unknown }> {
  const cwd = await temporaryDirectory();
  await mkdir(join(cwd, 'dist'));
  const command = line.replace(pageUrl, url).replace('lm_dev_your_key', sandboxKey);
  const pack = 'echo "<html>" > dist/index.html && tar czf dist/bundle.tar.gz -C dist index.html';
  const { stdout } = await run('sh', ['-c', `${pack}\n${command} -sS -w '\\n%{http_code}'`], {
    cwd,
  });
  const [, body = '', status] = /^([^]*)\n(\d+)$/.exec(stdout) ?? [];
  return { status: Number(status), body: body === '' ? undefined : JSON.parse(body) };
}

/** Keys in their order, with the values; those that are new each time only by type. */
function readable(body: unknown, masked: readonly string[] = []): string {
  return (
    JSON.stringify(
      body,
      (key, value: unknown) => (masked.includes(key) ? typeof value : value),
      1,
    ) ?? 'no body'
  );
}

const names = Object.keys(endpoints).filter(
  (name): name is EndpointName => name in endpoints && name !== 'deleteExtension',
);

test.each(names)('%s responds as on the API page', async (name) => {
  const { url } = await openSandbox();
  const expected = await fixture(name);
  const { status, body } = await curl(lineOf(name, expected), url);
  expect(status).toBe(expected.status);
  expect(endpoints[name].response.status).toBe(expected.status);
  expect(readable(body, newEachTime[name])).toBe(readable(expected.body, newEachTime[name]));
});

test('deleteExtension refuses the public extension of the page and deletes a draft', async () => {
  const { url, call } = await openSandbox();
  const expected = await fixture('deleteExtension');
  const line = lineOf('deleteExtension', expected);
  expect(await curl(line, url)).toMatchObject({
    status: 403,
    body: { error: { code: 'forbidden', status: 403 } },
  });
  const { body } = await call('POST', '/extensions', { name: 'Draft' });
  const id = String(at(body, 'extension', 'id'));
  expect(await curl(line.replace(exampleId, id), url)).toEqual({
    status: expected.status,
    body: undefined,
  });
  expect((await call('GET', `/extensions/${id}`)).status).toBe(404);
});
