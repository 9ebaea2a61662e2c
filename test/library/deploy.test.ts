/** `client.deploy` against a sandbox: steps, results, and aborts at any moment. */
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { type DeployOptions, type DeployStep, LumioClient } from '../../src/library/index.ts';
import { parseFault } from '../../src/sandbox/faults.ts';
import { problemOf } from '../support/problem-of.ts';
import { addFiles, exampleId, temporaryDirectory, smallProject } from '../support/project.ts';
import { openSandbox } from '../support/sandbox.ts';

interface TestProject {
  readonly client: LumioClient;
  readonly cwd: string;
  readonly requests: () => readonly string[];
}

async function openProject(options: Parameters<typeof openSandbox>[0] = {}): Promise<TestProject> {
  const sandbox = await openSandbox(options);
  const client = new LumioClient({ apiUrl: sandbox.url, apiKey: sandbox.apiKey, env: {} });
  return { client, cwd: await temporaryDirectory(smallProject), requests: sandbox.requests };
}

function uploads(requests: readonly string[]): number {
  return requests.filter((line) => /^POST .*versions/.test(line)).length;
}

describe('dir is', () => {
  test.each([
    ['a project, with its built directory inside', (cwd: string) => [cwd, {}] as const],
    [
      'a built directory, from the directory of its project',
      (cwd: string) => ['dist', { cwd }] as const,
    ],
    [
      'a built directory, with all options',
      (cwd: string) =>
        [join(cwd, 'dist'), { cwd: '/', extension: 'my-scoreboard', version: '1.3.0' }] as const,
    ],
  ])('%s', async (_, callOf) => {
    const { client, cwd } = await openProject();
    const deployed = await client.deploy(...callOf(cwd));
    expect(deployed).toMatchObject({
      outcome: 'created',
      recovered: false,
      version: { version: '1.3.0', status: 'pending' },
      extension: { id: exampleId },
    });
    expect(deployed.bundle?.fileCount).toBe(1);
  });

  test('refuses a missing directory and sends nothing', async () => {
    const { client, cwd, requests } = await openProject();
    expect(await problemOf(() => client.deploy('nowhere', { cwd }))).toMatchObject({
      kind: 'refused',
      code: 'directory_not_found',
    });
    expect(requests()).toEqual([]);
  });
});

test('reports the steps in order', async () => {
  const { client, cwd } = await openProject({ reviewAfterMs: 0 });
  const steps: DeployStep[] = [];
  await client.deploy(cwd, {
    bump: 'minor',
    changelog: 'Faster.',
    waitMs: 60_000,
    onStep: (step) => steps.push(step),
  });
  const names = steps.map(({ kind }) => kind).filter((name, index, all) => name !== all[index - 1]);
  expect(names).toEqual([
    'packing',
    'packed',
    'target',
    'uploading',
    'submitted',
    'waiting',
    'review',
  ]);
  expect(steps.find(({ kind }) => kind === 'target')).toMatchObject({
    target: { id: exampleId },
    version: '1.3.0',
  });
  expect(steps.at(-1)).toMatchObject({
    kind: 'review',
    version: { version: '1.3.0', status: 'approved' },
  });
});

describe('a version that exists', () => {
  test.each([
    ['is a conflict', {}, { kind: 'conflict', code: 'version_exists' }],
    ['is left unchanged with existing: skip', { existing: 'skip' }, undefined],
  ] as const)('%s', async (_, options: DeployOptions, problem) => {
    const { client, cwd, requests } = await openProject();
    const again = client.deploy(cwd, { version: '1.2.0', ...options });
    if (problem === undefined) expect(await again).toMatchObject({ outcome: 'skipped' });
    else expect(await problemOf(() => again)).toMatchObject(problem);
    expect(uploads(requests())).toBe(0);
  });
});

test('checks the server after a lost response instead of sending again', async () => {
  const { client, cwd, requests } = await openProject({
    faults: [parseFault('submitVersion=drop-after-commit:1')],
  });
  expect(await client.deploy(cwd)).toMatchObject({ outcome: 'created', recovered: true });
  expect(uploads(requests())).toBe(1);
  expect(
    (await client.listVersions(exampleId)).versions.filter(({ version }) => version === '1.3.0'),
  ).toHaveLength(1);
});

test('allows a finding of the secret scan by its rule', async () => {
  const { client, cwd } = await openProject();
  await addFiles(cwd, { 'dist/.env': 'A=1\n' });
  expect(await problemOf(() => client.deploy(cwd))).toMatchObject({
    kind: 'refused',
    code: 'secret_found',
  });
  expect(await client.deploy(cwd, { allow: ['.env'] })).toMatchObject({ outcome: 'created' });
});

describe('a call that is aborted', () => {
  test.each([
    ['before it begins', 'none'],
    ['while it packs', 'packed'],
    ['while it waits for the review', 'review'],
  ])('%s fails as interrupted, and the client still works', async (_, at) => {
    const { client, cwd } = await openProject({ reviewMode: 'never' });
    const controller = new AbortController();
    if (at === 'none') controller.abort();
    const onStep = ({ kind }: DeployStep): void => void (kind === at && controller.abort());
    const problem = await problemOf(() =>
      client.deploy(cwd, { waitMs: 60_000, signal: controller.signal, onStep }),
    );
    expect(problem.kind).toBe('interrupted');
    expect(problem.message.includes('1.3.0')).toBe(at === 'review');
    expect((await client.listExtensions()).extensions).toHaveLength(1);
  });

  test('aborted before the response reports what may have happened', async () => {
    const { client, cwd } = await openProject({ faults: [parseFault('submitVersion=silent')] });
    const controller = new AbortController();
    const onStep = ({ kind }: DeployStep): void => {
      if (kind === 'uploading') setTimeout(() => controller.abort(), 100);
    };
    const problem = await problemOf(() =>
      client.deploy(cwd, { signal: controller.signal, onStep }),
    );
    expect(problem.mayHaveTakenEffect).toBe(true);
  });

  test.each(['packed', 'uploading'])('does not wait for onStep at %s', async (at) => {
    const { client, cwd } = await openProject({ faults: [parseFault('submitVersion=silent')] });
    const controller = new AbortController();
    const onStep = ({ kind }: DeployStep): Promise<void> | undefined => {
      if (kind !== at) return undefined;
      setTimeout(() => controller.abort(), 100);
      return new Promise(() => {});
    };
    const problem = await problemOf(() =>
      client.deploy(cwd, { signal: controller.signal, onStep }),
    );
    expect(problem.kind).toBe('interrupted');
  });

  test('ends with the client’s own signal too, whose reason is the cause', async () => {
    const { url: apiUrl, apiKey } = await openSandbox();
    const client = new LumioClient({
      apiUrl,
      apiKey,
      env: {},
      signal: AbortSignal.abort('enough'),
    });
    expect(await problemOf(() => client.listExtensions())).toMatchObject({
      kind: 'interrupted',
      code: 'aborted',
      cause: 'enough',
    });
  });
});

describe('an error thrown by onStep', () => {
  test.each(['packing', 'packed', 'target', 'uploading', 'submitted'])(
    'at %s ends the deploy and is rethrown',
    async (kind) => {
      const { client, cwd, requests } = await openProject();
      const thrown = new Error('from onStep');
      const onStep = async (step: DeployStep): Promise<void> => {
        if (step.kind === kind) throw thrown;
      };
      await expect(client.deploy(cwd, { onStep })).rejects.toBe(thrown);
      expect(uploads(requests())).toBe(kind === 'submitted' ? 1 : 0);
    },
  );

  test("during the upload isn't reported as a lost connection", async () => {
    const { client, cwd, requests } = await openProject();
    const onStep = ({ kind, ...step }: DeployStep): void => {
      if (kind === 'uploading' && 'sentBytes' in step && step.sentBytes > 0)
        throw new Error('mine');
    };
    await expect(client.deploy(cwd, { onStep })).rejects.toThrow('mine');
    expect(uploads(requests())).toBeLessThan(2);
  });
});

test('a client that was closed opens a new connection', async () => {
  const { client } = await openProject();
  await client.close();
  await client.listExtensions();
  await client.close();
  expect((await client.listExtensions()).extensions).toHaveLength(1);
});

test('many concurrent calls cause no warning and leave nothing open', async () => {
  const { client, cwd } = await openProject();
  const warnings: string[] = [];
  const listeners = process.listenerCount('exit');
  const hear = ({ message }: Error): void => void warnings.push(message);
  process.on('warning', hear);
  const made = await Promise.all(
    Array.from({ length: 12 }, (_, index) => client.createExtension({ name: `Number ${index}` })),
  );
  await Promise.all(made.map(({ extension }) => client.deploy(cwd, { extension: extension.id })));
  // Warnings are reported in a later turn.
  await new Promise((resolve) => setImmediate(resolve));
  process.off('warning', hear);
  expect(warnings).toEqual([]);
  expect(process.listenerCount('exit')).toBe(listeners);
});
