/** The JSON documents of all commands match their schemas and contain no other keys. */
import { Ajv2020 } from 'ajv/dist/2020.js';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { documentSchema } from '../../src/topics/documents.ts';
import { type JsonSchema, errorDocument } from '../../src/topics/json-schema.ts';
import { root } from '../conventions/pages.ts';
import { runLumio } from '../support/host.ts';
import { addFiles, temporaryDirectory, smallProject } from '../support/project.ts';
import { openSandbox } from '../support/sandbox.ts';
import { scenarioFiles, scenarios, stopped } from './scenarios.ts';

const ajv = new Ajv2020({ strict: false, allErrors: true });

/** Allows only the documented keys: the sandbox sends no others. */
function closed(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(closed);
  if (typeof schema !== 'object' || schema === null) return schema;
  const copy = Object.fromEntries(Object.entries(schema).map(([key, one]) => [key, closed(one)]));
  const isObject = copy['type'] === 'object' && (copy['additionalProperties'] ?? true) === true;
  return isObject ? { ...copy, additionalProperties: false } : copy;
}

function errorsIn(document: unknown, schema: JsonSchema): string[] {
  const validate = ajv.compile(Object(closed(schema)));
  validate(document);
  return (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`);
}

let cwd: string;
beforeAll(async () => {
  cwd = await temporaryDirectory({ ...smallProject, ...scenarioFiles });
  await addFiles(cwd, {
    'packages/one/lumio.config.json': smallProject['lumio.config.json'],
    'packages/one/dist/index.html': '<!doctype html>\n',
    'packages/two/lumio.config.json': '{"extensionId": "ext_none", "version": "1.0.0"}',
    'packages/two/dist/index.html': '<!doctype html>\n',
  });
});

async function documentOf(
  argv: readonly string[],
  more: Parameters<typeof runLumio>[1] = {},
): Promise<{ readonly stdout: unknown; readonly stderr: unknown }> {
  const sandbox = await openSandbox();
  await sandbox.call('POST', '/extensions', { name: 'Old Draft' });
  const ran = await runLumio([...argv, '--json'], {
    cwd,
    clock: sandbox.clock,
    ...more,
    env: { ...sandbox.env, ...more.env },
  });
  return {
    stdout: ran.stdout === '' ? undefined : ran.json(),
    stderr: ran.stdout === '' ? ran.error() : undefined,
  };
}

const documented = scenarios.filter(({ keys }) => keys !== undefined);

describe.each(documented.map((scenario) => [scenario.path, scenario] as const))(
  '%s',
  (_path, scenario) => {
    const path = scenario.path.split(' ');
    const { words = [], stdin, failure } = scenario;

    test('prints a document that matches its schema', async () => {
      const hostOptions = { ...(stdin === undefined ? {} : { stdin }), ...stopped(scenario) };
      const { stdout } = await documentOf([...path, ...words], hostOptions);
      expect(stdout).toBeDefined();
      expect(errorsIn(stdout, documentSchema(path))).toEqual([]);
    });

    test('fails with a document that matches the schema of errors', async () => {
      const hostOptions = failure.stdin === undefined ? {} : { stdin: failure.stdin };
      const { stderr } = await documentOf([...path, ...failure.words], hostOptions);
      // Commands add their own keys next to `error`.
      const { error } = Object(stderr);
      expect(errorsIn({ error }, errorDocument)).toEqual([]);
    });
  },
);

test.each([
  ['deploy', '--dry-run'],
  ['deploy', '-v', '1.2.0', '--skip-existing'],
  ['deploy', 'packages/one', 'packages/two'],
  ['deploy', 'packages/one', 'packages/two', '--dry-run'],
  ['pack', '--list'],
])('%s %s … prints a document that matches its schema', async (command, ...words) => {
  const { stdout } = await documentOf([command, ...words]);
  expect(stdout).toBeDefined();
  expect(errorsIn(stdout, documentSchema([command]))).toEqual([]);
});

test.each(['deploy', 'versions list', 'error'])('help json %s prints the schema', async (name) => {
  const { stdout } = await documentOf(['help', 'json', ...name.split(' ')]);
  const file = join(root, 'docs/schemas', `${name.replaceAll(' ', '-')}.json`);
  expect(stdout).toEqual(JSON.parse(readFileSync(file, 'utf8')));
});

test("a document with an unknown key doesn't match", () => {
  const schema = documentSchema(['logout']);
  expect(errorsIn({ profile: 'default', deleted: true }, schema)).toEqual([]);
  expect(errorsIn({ profile: 'default', deleted: true, more: 1 }, schema)).not.toEqual([]);
  expect(errorsIn({ profile: 'default' }, schema)).not.toEqual([]);
});
