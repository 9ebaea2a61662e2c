/**
 * Page section → endpoint → command → route of the sandbox → tests, as one table without an empty cell. Each row is run: the command
 * makes the very request, and the sandbox answers with the status that the contract has.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { type EndpointName, endpoints } from '../../src/api/contract.ts';
import { registry } from '../../src/commands/index.ts';
import exampleState from '../../src/sandbox/example.json';
import { at } from '../support/document.ts';
import { type RunResult, runLumio } from '../support/host.ts';
import { exampleId, temporaryDirectory, smallProject } from '../support/project.ts';
import { openSandbox, type TestSandbox } from '../support/sandbox.ts';

const { commands } = registry;

interface Row {
  /** Words of the command that stands for the endpoint. */
  readonly command: string;
  readonly words: readonly string[];
  readonly stdin?: string;
  /** Path of the request it makes. */
  readonly request: string;
  /** What of the command's document is the API's answer; undefined where that has no body. */
  readonly answer?: readonly string[];
}

const extension = `/extensions/${exampleId}`;
const rows: Readonly<Record<EndpointName, Row>> = {
  listExtensions: {
    command: 'extensions list',
    words: [],
    request: '/extensions',
    answer: ['extensions'],
  },
  getExtension: {
    command: 'extensions get',
    words: [exampleId],
    request: extension,
    answer: ['extension'],
  },
  createExtension: {
    command: 'extensions create',
    words: ['--name', 'My New Extension', '--pricing', 'free'],
    request: '/extensions',
    answer: ['extension'],
  },
  updateExtension: {
    command: 'extensions update',
    words: [exampleId, '--visibility', 'public'],
    request: extension,
    answer: ['extension'],
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
    answer: ['versions'],
  },
  submitVersion: {
    command: 'deploy',
    words: ['--changelog', 'Fixed score display for overtime games.'],
    request: `${extension}/versions`,
    answer: ['version'],
  },
  getInstalls: {
    command: 'installs stats',
    words: [],
    request: `${extension}/installs`,
    answer: ['total', 'active', 'byVersion'],
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
    answer: ['keys'],
  },
};

const names = Object.keys(endpoints).filter((name): name is EndpointName =>
  Object.hasOwn(endpoints, name),
);
const curlTests = await readFile(join(import.meta.dirname, '../sandbox/page.test.ts'), 'utf8');

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

/** The entries of a list as sorted JSON; other values unchanged. */
function sorted(value: unknown): unknown {
  return Array.isArray(value) ? value.map((entry) => JSON.stringify(entry)).sort() : value;
}

describe('the page', () => {
  test.each(names)('%s has its command, and that makes its request', async (name) => {
    const { method, response } = endpoints[name];
    const row = rows[name];
    const sandbox = await pageSandbox();
    const ran = await runRow(sandbox, row);
    expect(ran.exitCode).toBe(0);
    expect(sandbox.requests()).toContain(`${method} ${row.request} ${response.status}`);
    for (const key of row.answer ?? []) expect(Object.keys(Object(ran.json()))).toContain(key);
  });

  test.each(names.filter((name) => endpoints[name].method === 'GET'))(
    "%s: the command prints the API's answer key for key",
    async (name) => {
      const sandbox = await pageSandbox();
      const fromApi = await sandbox.call('GET', rows[name].request);
      const document = (await runRow(sandbox, rows[name])).json();
      // Lists are sorted newest first.
      for (const key of Object.keys(Object(fromApi.body)))
        expect(sorted(at(document, key))).toEqual(sorted(at(fromApi.body, key)));
    },
  );

  test('the table has no empty cell', () => {
    const table = names.map((name) => ({
      'page section': endpoints[name].page,
      endpoint: `${endpoints[name].method} ${endpoints[name].path}`,
      command: commands.some(({ path }) => path.join(' ') === rows[name].command)
        ? `lumio ${rows[name].command}`
        : '',
      tests: [
        curlTests.includes('test.each(names)') || curlTests.includes(name)
          ? 'sandbox/page (curl)'
          : '',
        'cli/page',
        'cli/tree',
      ]
        .filter((where) => where !== '')
        .join(', '),
    }));
    expect(table.flatMap((row) => Object.values(row)).filter((cell) => cell.trim() === '')).toEqual(
      [],
    );
    expect(table).toHaveLength(11);
    process.stdout.write(`${asText(table)}\n`);
  });
});

function asText(table: readonly Readonly<Record<string, string>>[]): string {
  const head = Object.keys(table[0] ?? {});
  const lines = [head, ...table.map((row) => head.map((column) => row[column] ?? ''))];
  const widths = head.map((_, column) =>
    Math.max(...lines.map((line) => line[column]?.length ?? 0)),
  );
  return lines
    .map((line) =>
      line
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}
