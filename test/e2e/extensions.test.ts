/** `extensions create`, `update` and `delete` change only what their arguments specify. */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parseFault } from '../../src/sandbox/faults.ts';
import type { SandboxOptions } from '../../src/sandbox/server.ts';
import { cleanUp } from '../support/clean-up.ts';
import { at } from '../support/document.ts';
import { type RunResult, runLumio, type HostOptions } from '../support/host.ts';
import { exampleId, temporaryDirectory } from '../support/project.ts';
import { openSandbox, type TestSandbox } from '../support/sandbox.ts';
import { sendJson, startScriptedServer } from '../support/servers/scripted-server.ts';

const files = {
  'body.json':
    '{"name":"From JSON","short_description":"Short.",' +
    '"pricing":{"type":"subscription","amount":2.5,"currency":"EUR","interval":"monthly"}}',
  'README.md': '# Hello\n\nÄ full description.\n',
  'broken.json': '{"name": }',
  'list.json': '[]',
} as const;

async function setUp(options: Partial<SandboxOptions> = {}): Promise<{
  sandbox: TestSandbox;
  run: (argv: readonly string[], more?: HostOptions) => Promise<RunResult>;
}> {
  const sandbox = await openSandbox(options);
  const cwd = await temporaryDirectory(files);
  return {
    sandbox,
    run: (argv, more = {}) =>
      runLumio(['extensions', ...argv, '--json'], {
        cwd,
        env: sandbox.env,
        clock: sandbox.clock,
        ...more,
      }),
  };
}

async function extension(sandbox: TestSandbox, id: unknown): Promise<unknown> {
  return at((await sandbox.call('GET', `/extensions/${String(id)}`)).body, 'extension');
}

describe('create', () => {
  test.each([
    {
      from: 'flags',
      argv: [
        '--name',
        'By Flags',
        '--short-description',
        'S',
        '--description',
        'D',
        '--pricing',
        'free',
        '--visibility',
        'unlisted',
      ],
      has: {
        name: 'By Flags',
        slug: 'by-flags',
        description: 'D',
        visibility: 'unlisted',
        pricing: { type: 'free' },
      },
    },
    {
      from: 'a price as JSON',
      argv: ['--name', 'Paid', '--pricing', '{"type":"one_time","amount":4.99,"currency":"EUR"}'],
      has: { pricing: { type: 'one_time', amount: 4.99, currency: 'EUR' } },
    },
    {
      from: 'a file of JSON',
      argv: ['--input', 'body.json'],
      has: {
        name: 'From JSON',
        short_description: 'Short.',
        pricing: { type: 'subscription', amount: 2.5, currency: 'EUR', interval: 'monthly' },
      },
    },
    {
      from: 'stdin',
      argv: ['--input', '-'],
      stdin: '{"name":"Piped"}',
      has: { name: 'Piped', status: 'draft' },
    },
    {
      from: 'a description file',
      argv: ['--name', 'From File', '--description-file', 'README.md'],
      has: { description: files['README.md'] },
    },
  ])('from $from', async ({ argv, stdin, has }) => {
    const { sandbox, run } = await setUp();
    const ran = await run(['create', ...argv], stdin === undefined ? {} : { stdin });
    expect(ran.exitCode).toBe(0);
    expect(ran.json()).toMatchObject({ extension: { status: 'draft' }, recovered: false });
    expect(await extension(sandbox, at(ran.json(), 'extension', 'id'))).toMatchObject(has);
  });

  test('creates once if the response was lost, and reports it as recovered', async () => {
    const { sandbox, run } = await setUp({
      faults: [parseFault('createExtension=drop-after-commit')],
    });
    const ran = await run(['create', '--name', 'Once']);
    expect(ran.json()).toMatchObject({ extension: { name: 'Once' }, recovered: true });
    expect(
      JSON.stringify((await sandbox.call('GET', '/extensions')).body).match(/"name":"Once"/g),
    ).toHaveLength(1);
  });
});

describe('update', () => {
  test('changes the specified fields, and no others', async () => {
    const { sandbox, run } = await setUp();
    const before = await extension(sandbox, exampleId);
    const ran = await run(['update', 'my-scoreboard', '--visibility', 'unlisted']);
    expect(ran.exitCode).toBe(0);
    const after = await extension(sandbox, exampleId);
    expect(after).toEqual({
      ...Object(before),
      visibility: 'unlisted',
      updatedAt: expect.any(String),
    });
    expect(at(ran.json(), 'extension')).toEqual(after);
  });
});

describe('an undocumented field', () => {
  test.each([
    ['shortDescription', 'short_description'],
    ['Visibility', 'visibility'],
    ['pricings', 'pricing'],
    ['pricing.amout', 'pricing.amount'],
    ['targets', undefined],
  ])('%s is sent, with a warning that suggests %s', async (field, suggestion) => {
    const { sandbox } = await setUp();
    const argv = ['extensions', 'update', exampleId, '--input', '-'];
    const stdin = field.startsWith('pricing.')
      ? JSON.stringify({ pricing: { type: 'free', [field.slice('pricing.'.length)]: 'x' } })
      : JSON.stringify({ [field]: 'x' });
    const ran = await runLumio(argv, { env: sandbox.env, stdin });
    expect(ran.stderr).toContain(`no field "${field}"`);
    expect(ran.stderr.includes('Did you mean')).toBe(suggestion !== undefined);
    expect(ran.stderr).toContain(suggestion ?? '');
    const json = await runLumio([...argv, '--json'], { env: sandbox.env, stdin });
    const document = json.exitCode === 0 ? json.json() : json.error();
    expect(at(document, 'notes')).toEqual([expect.stringContaining(field)]);
    const failing = await openSandbox({ faults: [parseFault('updateExtension=422')] });
    const failed = await runLumio([...argv, '--json'], { env: failing.env, stdin });
    expect(failed.exitCode).toBe(7);
    expect(at(failed.error(), 'notes')).toEqual([expect.stringContaining(field)]);
    const shown = await runLumio(argv, { env: failing.env, stdin });
    expect(shown.stderr).toContain(`no field "${field}"`);
  });
});

test('update sends every digit of a number', async () => {
  const server = await startScriptedServer((_request, response) =>
    sendJson(response, 200, { extension: { id: 'ext_1' } }),
  );
  cleanUp(server.close);
  const env = { LUMIO_API_URL: server.origin, LUMIO_API_KEY: 'lm_dev_x' };
  const stdin = '{"name":"x","pricing":{"type":"free","ref":12345678901234567890,"rate":1e400}}';
  const ran = await runLumio(['extensions', 'update', 'ext_1', '--input', '-'], { env, stdin });
  expect(ran.exitCode).toBe(0);
  expect(server.seen.at(-1)?.body.toString()).toBe(stdin);
});

describe('going public', () => {
  const terminal = { columns: 100 };

  test.each([
    ['update', ['extensions', 'update', 'old-draft', '--visibility', 'public']],
    ['update to paid', ['extensions', 'update', 'old-draft', '--visibility', 'paid']],
    ['create', ['extensions', 'create', '--name', 'X', '--visibility', 'public']],
    ['init', ['init', '--create', '--name', 'X']],
  ])('%s asks first, and needs --yes outside a terminal', async (_, argv) => {
    const { sandbox } = await setUp();
    await sandbox.call('POST', '/extensions', { name: 'Old Draft' });
    const listed = async () => JSON.stringify((await sandbox.call('GET', '/extensions')).body);
    const before = await listed();
    const options = {
      env: sandbox.env,
      cwd: await temporaryDirectory({ 'lumio.config.json': '{"visibility":"public"}' }),
    };
    const refused = await runLumio([...argv, '--json'], options);
    expect(refused.error()).toMatchObject({ error: { code: 'confirmation_required' } });
    expect(refused.exitCode).toBe(2);
    if (argv[0] !== 'init') {
      const answers = [{ kind: 'confirm', answer: false }] as const;
      expect((await runLumio(argv, { ...options, terminal, answers })).exitCode).toBe(2);
    }
    expect(await listed()).toBe(before);
    expect((await runLumio([...argv, '--yes'], options)).exitCode).toBe(0);
    expect(await listed()).not.toBe(before);
  });

  test("doesn't ask about an extension that is public already", async () => {
    const { run } = await setUp();
    const ran = await run(['update', 'my-scoreboard', '--visibility', 'public', '--name', 'Y']);
    expect(ran.exitCode).toBe(0);
  });

  test('suggests the store page of the extension, not that of the directory', async () => {
    const { sandbox } = await setUp();
    const argv = ['extensions', 'update', 'my-scoreboard', '--visibility', 'public'];
    const { stderr } = await runLumio(argv, { env: sandbox.env, terminal: { columns: 80 } });
    expect(stderr).toContain('lumio open store -e my-scoreboard');
  });
});

describe('refuses with exit 2, and sends nothing', () => {
  test.each([
    { title: 'nothing to update', argv: ['update', exampleId], culprit: '' },
    {
      title: 'a body and a flag',
      argv: ['update', exampleId, '--input', 'body.json', '--name', 'x'],
      culprit: '--input',
    },
    {
      title: 'two descriptions',
      argv: ['create', '--name', 'x', '--description', 'a', '--description-file', 'README.md'],
      culprit: '--description-file',
    },
    { title: 'broken JSON', argv: ['create', '--input', 'broken.json'], culprit: 'broken.json' },
    {
      title: "JSON that isn't an object",
      argv: ['create', '--input', 'list.json'],
      culprit: 'list.json',
    },
    {
      title: "a price that isn't JSON",
      argv: ['create', '--name', 'x', '--pricing', '4.99'],
      culprit: '--pricing',
    },
    {
      title: 'an unknown visibility',
      argv: ['create', '--name', 'x', '--visibility', 'secret'],
      culprit: '--visibility',
    },
    {
      title: 'a missing file',
      argv: ['create', '--input', 'none.json'],
      culprit: 'file',
    },
    { title: 'no name, with prompts disabled', argv: ['create'], culprit: 'name' },
  ])('$title', async ({ argv, culprit }) => {
    const { sandbox, run } = await setUp();
    const ran = await run(argv);
    expect(ran).toMatchObject({ exitCode: 2, stdout: '' });
    expect(at(ran.error(), 'error', 'message')).toContain(culprit);
    expect(sandbox.requests()).toEqual([]);
  });
});

describe('delete', () => {
  test.each([
    {
      title: 'refuses to delete what was public: exit 4',
      argv: ['my-scoreboard', '--yes'],
      exitCode: 4,
      code: 'forbidden',
    },
    {
      title: 'a misspelled slug: exit 5',
      argv: ['old-drafts', '--yes'],
      exitCode: 5,
      code: 'extension_not_found',
    },
    {
      title: 'without confirmation: exit 2',
      argv: ['old-draft'],
      exitCode: 2,
      code: 'confirmation_required',
    },
  ])('$title', async ({ argv, exitCode, code }) => {
    const { sandbox, run } = await setUp();
    await sandbox.call('POST', '/extensions', { name: 'Old Draft' });
    const ran = await run(['delete', ...argv]);
    expect(ran.error()).toMatchObject({ error: { code } });
    expect(ran.exitCode).toBe(exitCode);
    expect(JSON.stringify((await sandbox.call('GET', '/extensions')).body)).toContain(
      '"old-draft"',
    );
  });

  test('of the linked extension reports that the link remains; later errors name it', async () => {
    const { sandbox } = await setUp();
    const made = await sandbox.call('POST', '/extensions', { name: 'Old Draft' });
    const id = String(at(made.body, 'extension', 'id'));
    const cwd = await temporaryDirectory({
      'lumio.config.json': JSON.stringify({ extensionId: id }),
    });
    const ran = await runLumio(['extensions', 'delete', 'old-draft', '--yes'], {
      cwd,
      env: sandbox.env,
    });
    expect(ran.stderr).toMatch(/\bold-draft \(/);
    expect(ran.stderr).toContain('lumio.config.json still contains');
    const again = await runLumio(['versions', 'list', '--json'], { cwd, env: sandbox.env });
    expect(again.error()).toMatchObject({
      error: {
        status: 404,
        hint: expect.stringContaining(join(cwd, 'lumio.config.json')),
        next: 'lumio init',
      },
    });
    const within = join(cwd, 'src');
    await mkdir(within);
    expect(
      at(
        (await runLumio(['versions', 'list', '--json'], { cwd: within, env: sandbox.env })).error(),
        'error',
        'next',
      ),
    ).toBe('lumio -C .. init');
    const env = { ...sandbox.env, LUMIO_EXTENSION: id };
    expect((await runLumio(['versions', 'list', '--json'], { cwd, env })).error()).toMatchObject({
      error: { hint: expect.stringContaining('LUMIO_EXTENSION') },
    });
    const named = await runLumio(['versions', 'list', '-e', id, '--json'], { cwd, env });
    expect(at(named.error(), 'error', 'hint')).toBeUndefined();
  });

  test.each([
    { slug: '', asks: 'ext_1' },
    { slug: ' ', asks: 'ext_1' },
    { slug: null, asks: 'ext_1' },
    { slug: 'old-draft', asks: 'old-draft' },
  ])('with the slug $slug: $asks must be typed', async ({ slug, asks }) => {
    const server = await startScriptedServer((_request, response) =>
      sendJson(response, 200, { extension: { id: 'ext_1', slug } }),
    );
    cleanUp(server.close);
    const env = { LUMIO_API_URL: server.origin, LUMIO_API_KEY: 'lm_dev_x' };
    const answers = [{ kind: 'text', to: ` ${asks} `, answer: '' }] as const;
    const ran = await runLumio(['extensions', 'delete', 'ext_1'], {
      env,
      terminal: { columns: 100 },
      answers,
    });
    expect(ran.exitCode).toBe(2);
    expect(server.seen.map(({ method }) => method)).toEqual(['GET']);
  });

  test("of a published one: the hint doesn't blame the key", async () => {
    const { run } = await setUp();
    expect((await run(['delete', 'my-scoreboard', '--yes'])).error()).toMatchObject({
      error: {
        status: 403,
        hint: expect.not.stringMatching(/key|whoami/),
      },
    });
  });

  test('succeeds if the response was lost and the retry finds nothing', async () => {
    const { sandbox, run } = await setUp({
      faults: [parseFault('deleteExtension=drop-after-commit:1')],
    });
    await sandbox.call('POST', '/extensions', { name: 'Old Draft' });
    expect((await run(['delete', 'old-draft', '--yes'])).json()).toMatchObject({
      extension: { slug: 'old-draft' },
      deleted: true,
    });
    expect(JSON.stringify((await sandbox.call('GET', '/extensions')).body)).not.toContain(
      '"old-draft"',
    );
  });
});

describe('installs stats', () => {
  test('adds up, and joins the version numbers', async () => {
    const { sandbox } = await setUp();
    const ran = await runLumio(['installs', 'stats', '-e', 'my-scoreboard', '--json'], {
      env: sandbox.env,
    });
    expect(ran.json()).toEqual({
      total: 142,
      active: 138,
      byVersion: { ver_abc123: 130, ver_older: 8 },
      inactive: 4,
      versions: [
        { id: 'ver_abc123', version: '1.2.0', count: 130, share: 130 / 138 },
        { id: 'ver_older', version: null, count: 8, share: 8 / 138 },
      ],
    });
  });

  test.each([40, 120])(
    "shows the ID of a version that isn't listed, at %i columns",
    async (columns) => {
      const { sandbox } = await setUp();
      const ran = await runLumio(['installs', 'stats', '-e', 'my-scoreboard'], {
        env: sandbox.env,
        terminal: { columns },
      });
      expect(ran.stdout).toMatch(/^ver_older +8 /m);
    },
  );
});
