/** Each endpoint of the API page has a command that sends its request and prints its response. */
import { describe, expect, test } from 'vitest';
import { type EndpointName, endpoints } from '../../src/api/contract.ts';
import { pageExamples } from '../../src/api/page-examples.ts';
import { commandOf } from '../faults/commands.ts';
import { faultSeed, projectFiles } from '../faults/fault-env.ts';
import { at } from '../support/document.ts';
import { type RunResult, runLumio } from '../support/host.ts';
import { exampleId, temporaryDirectory } from '../support/project.ts';
import { openSandbox, type TestSandbox } from '../support/sandbox.ts';

const names = Object.keys(endpoints).filter((name): name is EndpointName =>
  Object.hasOwn(endpoints, name),
);

async function runCommand(sandbox: TestSandbox, name: EndpointName): Promise<RunResult> {
  const { argv, stdin } = commandOf(name);
  return runLumio([...argv, '--json'], {
    cwd: await temporaryDirectory(await projectFiles()),
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
    const { method, path, response } = endpoints[name];
    const sandbox = await openSandbox({ seed: faultSeed });
    const ran = await runCommand(sandbox, name);
    expect(ran.exitCode).toBe(0);
    const request = `${method} ${path.replaceAll(/:\w+/g, '\\w+')} ${response.status}`;
    expect(sandbox.requests()).toContainEqual(expect.stringMatching(new RegExp(`^${request}$`)));
    expect(Object.keys(Object(ran.json()))).toEqual(
      expect.arrayContaining(Object.keys(pageExamples[name].response ?? {})),
    );
  });

  test.each(names.filter((name) => endpoints[name].method === 'GET'))(
    "%s: the command prints the response's keys and values",
    async (name) => {
      const sandbox = await openSandbox({ seed: faultSeed });
      const fromApi = await sandbox.call('GET', endpoints[name].path.replace(':id', exampleId));
      const document = (await runCommand(sandbox, name)).json();
      for (const key of Object.keys(Object(fromApi.body)))
        expect(at(document, key)).toEqual(newestFirst(at(fromApi.body, key)));
    },
  );
});
