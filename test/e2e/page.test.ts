/** Each endpoint of the API page has a command that sends its request and prints its response. */
import { describe, expect, test } from 'vitest';
import { type EndpointName, endpoints } from '../../src/api/contract.ts';
import exampleState from '../../src/sandbox/example.json';
import { at } from '../support/document.ts';
import { type RunResult, runLumio } from '../support/host.ts';
import { exampleId, temporaryDirectory, smallProject } from '../support/project.ts';
import { openSandbox, type TestSandbox } from '../support/sandbox.ts';

interface Row {
  readonly command: string;
  readonly words: readonly string[];
  readonly stdin?: string;
  /** Path of the request. */
  readonly request: string;
  /** Keys of the document that come from the response; undefined if it has no body. */
  readonly keys?: readonly string[];
}

const extension = `/extensions/${exampleId}`;
const rows: Readonly<Record<EndpointName, Row>> = {
  listExtensions: {
    command: 'extensions list',
    words: [],
    request: '/extensions',
    keys: ['extensions'],
  },
  getExtension: {
    command: 'extensions get',
    words: [exampleId],
    request: extension,
    keys: ['extension'],
  },
  createExtension: {
    command: 'extensions create',
    words: ['--name', 'My New Extension', '--pricing', 'free'],
    request: '/extensions',
    keys: ['extension'],
  },
  updateExtension: {
    command: 'extensions update',
    words: [exampleId, '--visibility', 'public'],
    request: extension,
    keys: ['extension'],
  },
  deleteExtension: {
    command: 'extensions delete',
    words: ['ext_draft', '--yes'],
    request: '/extensions/ext_draft',
  },
  listVersions: {
    command: 'versions list',
    words: [],
    request: `${extension}/versions`,
    keys: ['versions'],
  },
  submitVersion: {
    command: 'deploy',
    words: ['--changelog', 'Fixed score display for overtime games.'],
    request: `${extension}/versions`,
    keys: ['version'],
  },
  getInstalls: {
    command: 'installs stats',
    words: [],
    request: `${extension}/installs`,
    keys: ['total', 'active', 'byVersion'],
  },
  setSecret: {
    command: 'secrets set',
    words: ['API_KEY'],
    stdin: 'sk_live_abc123',
    request: `${extension}/secrets/API_KEY`,
  },
  deleteSecret: {
    command: 'secrets delete',
    words: ['API_KEY', '--yes'],
    request: `${extension}/secrets/API_KEY`,
  },
  listSecrets: {
    command: 'secrets list',
    words: [],
    request: `${extension}/secrets`,
    keys: ['keys'],
  },
};

const names = Object.keys(endpoints).filter((name): name is EndpointName =>
  Object.hasOwn(endpoints, name),
);

/** The page's extension, and a draft that may be deleted. */
function pageSandbox(): Promise<TestSandbox> {
  return openSandbox({
    seed: { extensions: [...exampleState.extensions, { id: 'ext_draft', name: 'Draft' }] },
  });
}

async function runRow(sandbox: TestSandbox, { command, words, stdin }: Row): Promise<RunResult> {
  const cwd = await temporaryDirectory(smallProject);
  return runLumio([...command.split(' '), ...words, '--json'], {
    cwd,
    env: sandbox.env,
    clock: sandbox.clock,
    ...(stdin === undefined ? {} : { stdin }),
  });
}

/** Lists of extensions and versions as commands sort them; other values unchanged. */
function newestFirst(value: unknown): unknown {
  if (!Array.isArray(value)) return value;
  const timeOf = (entry: unknown) =>
    String(at(entry, 'updatedAt') ?? at(entry, 'submittedAt') ?? '');
  return value.toSorted((one, other) => timeOf(other).localeCompare(timeOf(one)));
}

describe('the API page', () => {
  test.each(names)('%s: the command sends the request', async (name) => {
    const { method, response } = endpoints[name];
    const row = rows[name];
    const sandbox = await pageSandbox();
    const ran = await runRow(sandbox, row);
    expect(ran.exitCode).toBe(0);
    expect(sandbox.requests()).toContain(`${method} ${row.request} ${response.status}`);
    for (const key of row.keys ?? []) expect(Object.keys(Object(ran.json()))).toContain(key);
  });

  test.each(names.filter((name) => endpoints[name].method === 'GET'))(
    "%s: the command prints the response's keys and values",
    async (name) => {
      const sandbox = await pageSandbox();
      const fromApi = await sandbox.call('GET', rows[name].request);
      const document = (await runRow(sandbox, rows[name])).json();
      for (const key of Object.keys(Object(fromApi.body)))
        expect(at(document, key)).toEqual(newestFirst(at(fromApi.body, key)));
    },
  );
});
