/**
 * Every request that the commands send is valid by the OpenAPI document, and every endpoint is
 * reached: a proxy between the commands and the sandbox checks each one, as a mock server such as
 * Prism would. (The document itself is checked in api.test.ts.)
 */
import { Ajv2020 } from 'ajv/dist/2020.js';
import { expect, test } from 'vitest';
import { type EndpointName, endpoints } from '../../src/api/contract.ts';
import { openApiDocument } from '../../src/api/openapi.ts';
import { commandOf } from '../faults/commands.ts';
import { faultSeed, projectFiles } from '../faults/fault-env.ts';
import { cleanUp } from '../support/clean-up.ts';
import { at } from '../support/document.ts';
import { runLumio } from '../support/host.ts';
import { exampleId, temporaryDirectory } from '../support/project.ts';
import { openSandbox, type TestSandbox } from '../support/sandbox.ts';
import { type SeenRequest, startScriptedServer } from '../support/servers/scripted-server.ts';

const spec = openApiDocument('http://127.0.0.1');
const ajv = new Ajv2020({ strict: false, allErrors: true, formats: { binary: true } }).addSchema(
  spec,
  'spec',
);
const pathEntries = Object.keys(Object(spec['paths'])).map((template) => ({
  template,
  pattern: new RegExp(`^${template.replaceAll(/\{\w+\}/g, '[^/]+')}$`),
}));

interface Validation {
  readonly operationId: string | undefined;
  readonly violations: readonly string[];
}

async function validate(request: SeenRequest): Promise<Validation> {
  const method = request.method.toLowerCase();
  const template = pathEntries.find(({ pattern }) => pattern.test(request.path))?.template ?? '';
  const operationId = at(spec, 'paths', template, method, 'operationId');
  if (typeof operationId !== 'string')
    return {
      operationId: undefined,
      violations: [`no operation ${request.method} ${request.path}`],
    };
  const token = /^Bearer \S+$/.test(request.headers.authorization ?? '') ? [] : ['no bearer token'];
  const invalid = await violationsOfBody(request, ['paths', template, method, 'requestBody']);
  return {
    operationId,
    violations: [...token, ...invalid].map((violation) => `${operationId}: ${violation}`),
  };
}

/** @param place where the document describes the body */
async function violationsOfBody(
  { headers, body }: SeenRequest,
  place: readonly string[],
): Promise<string[]> {
  const contentType = headers['content-type'] ?? '';
  const [type = ''] = contentType.split(';', 1);
  if (at(spec, ...place) === undefined)
    return body.length > 0 || type !== '' ? ['accepts no body'] : [];
  if (at(spec, ...place, 'content', type) === undefined) return [`doesn't accept "${type}"`];
  const pointer = [...place, 'content', type, 'schema']
    .map((key) => encodeURIComponent(key.replaceAll('~', '~0').replaceAll('/', '~1')))
    .join('/');
  const check = ajv.compile({ $ref: `spec#/${pointer}` });
  return check(
    type === 'application/json' ? JSON.parse(body.toString()) : await formOf(body, contentType),
  )
    ? []
    : [ajv.errorsText(check.errors)];
}

async function formOf(body: Buffer, contentType: string): Promise<Record<string, unknown>> {
  const form = await new Response(body, { headers: { 'content-type': contentType } }).formData();
  return Object.fromEntries(
    [...form].map(([name, value]) => [name, typeof value === 'string' ? value : value.name]),
  );
}

/** Checks each request, then forwards it to the sandbox. */
async function openProxy(): Promise<
  Pick<TestSandbox, 'env' | 'clock'> & { readonly validations: readonly Validation[] }
> {
  const sandbox = await openSandbox({ seed: faultSeed });
  const validations: Validation[] = [];
  const proxy = await startScriptedServer(async (request, response) => {
    validations.push(await validate(request));
    const { authorization = '', 'content-type': contentType } = request.headers;
    const headers = {
      authorization,
      ...(contentType === undefined ? {} : { 'content-type': contentType }),
    };
    const reply = await fetch(sandbox.url + request.path, {
      method: request.method,
      headers,
      ...(request.body.length > 0 ? { body: request.body } : {}),
    });
    response
      .writeHead(reply.status, {
        'content-type': reply.headers.get('content-type') ?? 'application/json',
      })
      .end(Buffer.from(await reply.arrayBuffer()));
  });
  cleanUp(proxy.close);
  return {
    clock: sandbox.clock,
    env: { ...sandbox.env, LUMIO_API_URL: proxy.origin, LUMIO_EXTENSION: exampleId },
    validations,
  };
}

/** Beside the commands of the endpoints: unusual values, and requests of other commands. */
const commandLines = [
  'whoami',
  'extensions create --name New --short-description s --description d ' +
    '--visibility private --pricing free',
  'extensions create --name Sold --pricing ' +
    '{"type":"subscription","amount":4.99,"currency":"EUR","interval":"monthly"}',
  'extensions update --name Renamed --visibility public',
  'versions get latest',
  'deploy --version 1.3.1 --wait -c notes',
  'deploy --bump minor',
  'deploy --bump minor --skip-existing',
  'versions wait latest',
  'secrets set KEY a"b\u{1f511}',
  'secrets set \u043a\u043b\u044e\u0447 value',
  'secrets delete KEY --yes',
  'secrets import - --prune --yes',
  'extensions delete new --yes',
  'api extensions -f name=Free',
  `api extensions/${exampleId} -X PATCH -f pricing:={"type":"free"}`,
] as const;

test('each request is valid, each endpoint is reached', async () => {
  const { env, clock, validations } = await openProxy();
  const cwd = await temporaryDirectory(await projectFiles());
  const names = Object.keys(endpoints).filter((name): name is EndpointName => name in endpoints);
  const own = names.map((name) => commandOf(name).argv);
  for (const argv of [...own, ...commandLines.map((line) => line.split(' '))]) {
    const ran = await runLumio([...argv, '--json'], {
      env,
      cwd,
      clock,
      stdin: 'A=1\nB="two\nlines"\n',
    });
    expect(ran.exitCode, `${argv.join(' ')}: ${ran.stderr}`).toBe(0);
  }
  expect(validations.flatMap(({ violations }) => violations)).toEqual([]);
  expect(new Set(validations.map(({ operationId }) => operationId))).toEqual(
    new Set(Object.keys(endpoints)),
  );
});

test.each([
  {
    words: 'api extensions -f nme=x',
    violation: "createExtension: data must have required property 'name'",
  },
  {
    words: `api extensions/${exampleId}/secrets/K -X PUT -f val=x`,
    violation:
      "setSecret: data must have required property 'value', data must NOT have additional " +
      'properties',
  },
  {
    words: `api extensions/${exampleId}/versions -F version=1.0.0`,
    violation: "submitVersion: data must have required property 'bundle'",
  },
  { words: 'api nowhere', violation: 'no operation GET /nowhere' },
])('reports an invalid request: $words', async ({ words, violation }) => {
  const { env, validations } = await openProxy();
  await runLumio([...words.split(' '), '--json'], { env });
  expect(validations.flatMap(({ violations }) => violations)).toEqual([violation]);
});
