/** Runs the requests of the API page with curl against the sandbox; only host and key change. */
import { execFile } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { type EndpointName, endpoints } from '../../src/api/contract.ts';
import { pageExamples } from '../../src/api/page-examples.ts';
import { at } from '../support/document.ts';
import { exampleId, temporaryDirectory } from '../support/project.ts';
import { openSandbox, sandboxKey } from '../support/sandbox.ts';

const run = promisify(execFile);
const pageUrl = 'https://api.lumio.vision/developer/v1';

/** The page's lines for requests with a body. */
const bodyLines: Partial<Record<EndpointName, string>> = {
  createExtension: String.raw`-H "Content-Type: application/json" \
  -d '{
    "name": "My New Extension",
    "short_description": "A brief description shown in search results.",
    "description": "Full Markdown description.",
    "pricing": { "type": "free" }
  }'`,
  updateExtension: String.raw`-H "Content-Type: application/json" \
  -d '{ "visibility": "public" }'`,
  submitVersion: String.raw`-F "version=1.3.0" \
  -F "changelog=Fixed score display for overtime games." \
  -F "bundle=@dist/bundle.tar.gz"`,
  setSecret: String.raw`-H "Content-Type: application/json" \
  -d '{ "value": "sk_live_abc123" }'`,
};

/** The page's statuses of successes, but for Submit version. */
const statuses = { GET: 200, POST: 201, PUT: 204, PATCH: 200, DELETE: 204 } as const;

/** "full extension object including pricing, description, and ratingCount" */
const fullExtension = {
  extension: {
    id: 'ext_01j9k2m3n4p5q6r7',
    slug: 'my-scoreboard',
    name: 'Sports Scoreboard',
    short_description: 'Live scores for any sport, on your stream.',
    description: '# Sports Scoreboard\n\nShows the score, the clock and the period.',
    visibility: 'public',
    status: 'approved',
    pricing: { type: 'free' },
    installCount: 142,
    ratingCount: 17,
    currentVersionId: 'ver_abc123',
    createdAt: '2026-01-15T10:30:00Z',
    updatedAt: '2026-04-01T08:00:00Z',
  },
};

/** The documented responses, but for these keys: IDs and times of a server. */
const newEachTime: Partial<Record<EndpointName, readonly string[]>> = {
  createExtension: ['id', 'createdAt'],
  updateExtension: ['updatedAt'],
  submitVersion: ['id', 'submittedAt'],
};

function lineOf(name: EndpointName): string {
  const { method, path } = endpoints[name];
  const filled = path.replace(':id', exampleId).replace(':key', 'API_KEY');
  const line = `curl -X ${method} ${pageUrl}${filled} -H "Authorization: Bearer lm_dev_your_key"`;
  return `${line} ${bodyLines[name] ?? ''}`;
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
  const isFull = name === 'getExtension' || name === 'updateExtension';
  const expected = isFull ? fullExtension : pageExamples[name].response;
  const { status, body } = await curl(lineOf(name), url);
  expect(status).toBe(name === 'submitVersion' ? 202 : statuses[endpoints[name].method]);
  expect(readable(body, newEachTime[name])).toBe(readable(expected, newEachTime[name]));
});

test('deleteExtension refuses the public extension of the page and deletes a draft', async () => {
  const { url, call } = await openSandbox();
  const line = lineOf('deleteExtension');
  expect(await curl(line, url)).toMatchObject({
    status: 403,
    body: { error: { code: 'forbidden', status: 403 } },
  });
  const { body } = await call('POST', '/extensions', { name: 'Draft' });
  const id = String(at(body, 'extension', 'id'));
  expect(await curl(line.replace(exampleId, id), url)).toEqual({ status: 204, body: undefined });
  expect((await call('GET', `/extensions/${id}`)).status).toBe(404);
});
