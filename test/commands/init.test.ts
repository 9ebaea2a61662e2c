/** `lumio init` links a directory to an extension. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { at } from '../support/document.ts';
import { runLumio } from '../support/host.ts';
import { exampleId, temporaryDirectory } from '../support/project.ts';
import { openSandbox } from '../support/sandbox.ts';

const terminal = { columns: 80 };
const configOf = (directory: string): Promise<string> =>
  readFile(join(directory, 'lumio.config.json'), 'utf8');
const posts = (requests: readonly string[]): readonly string[] =>
  requests.filter((line) => line.startsWith('POST'));

describe('without a terminal', () => {
  test.each(['my-scoreboard', exampleId])(
    'links to %s, and creates the file',
    async (extension) => {
      const sandbox = await openSandbox();
      const cwd = await temporaryDirectory({});
      const ran = await runLumio(['init', '-e', extension, '--json'], { env: sandbox.env, cwd });
      expect(ran.exitCode).toBe(0);
      const path = join(cwd, 'lumio.config.json');
      expect(ran.json()).toEqual({
        outcome: 'linked',
        created: false,
        extension: { id: exampleId, slug: 'my-scoreboard', name: 'Sports Scoreboard' },
        path,
        previousId: null,
      });
      expect(JSON.parse(await configOf(cwd))).toMatchObject({
        extensionId: exampleId,
        name: 'Sports Scoreboard',
        version: '1.2.1',
      });
      expect(posts(sandbox.requests())).toEqual([]);
    },
  );

  test('writes ID and name; keeps other keys and the formatting', async () => {
    const { env } = await openSandbox();
    const cwd = await temporaryDirectory({
      'lumio.config.json': '{\n    "name": "Mine",\n    "egress": ["a.example"]\n}\n',
    });
    await runLumio(['init', '-e', 'my-scoreboard'], { env, cwd });
    expect(await configOf(cwd)).toBe(
      '{\n    "name": "Sports Scoreboard",\n    "egress": ["a.example"],\n' +
        `    "extensionId": "${exampleId}"\n}\n`,
    );
  });

  test('starts with 1.0.0 if the server has no version', async () => {
    const sandbox = await openSandbox();
    await sandbox.call('POST', '/extensions', { name: 'New One' });
    const cwd = await temporaryDirectory({});
    await runLumio(['init', '-e', 'new-one'], { env: sandbox.env, cwd });
    expect(JSON.parse(await configOf(cwd))).toMatchObject({ version: '1.0.0' });
  });

  test("doesn't copy the version of package.json", async () => {
    const { env } = await openSandbox();
    const cwd = await temporaryDirectory({ 'package.json': '{"name": "x", "version": "0.3.0"}' });
    await runLumio(['init', '-e', 'my-scoreboard'], { env, cwd });
    expect(JSON.parse(await configOf(cwd))).not.toHaveProperty('version');
  });

  test('creates an extension from options and files', async () => {
    const sandbox = await openSandbox();
    const cwd = await temporaryDirectory({
      'lumio.config.json': JSON.stringify({
        name: 'Goal Horn',
        description: 'Honks.',
        pricing: { type: 'free' },
      }),
    });
    const ran = await runLumio(['init', '--create', '--json'], { env: sandbox.env, cwd });
    expect(ran.json()).toMatchObject({
      outcome: 'linked',
      created: true,
      extension: { slug: 'goal-horn', name: 'Goal Horn' },
    });
    const id = String(at(ran.json(), 'extension', 'id'));
    expect((await sandbox.call('GET', `/extensions/${id}`)).body).toMatchObject({
      extension: { short_description: 'Honks.', description: 'Honks.', pricing: { type: 'free' } },
    });
    expect(JSON.parse(await configOf(cwd))).toHaveProperty('extensionId', id);
  });

  test('changes nothing if the directory is already linked to it', async () => {
    const { env } = await openSandbox();
    const text = `{"extensionId":"${exampleId}"}`;
    const cwd = await temporaryDirectory({ 'lumio.config.json': text });
    for (const argv of [
      ['init', '-e', 'my-scoreboard', '--json'],
      ['init', '--json'],
    ]) {
      const ran = await runLumio(argv, { env, cwd });
      expect(ran.json()).toMatchObject({ outcome: 'unchanged', extension: { id: exampleId } });
    }
    expect(await configOf(cwd)).toBe(text);
  });

  test('names the extension that the directory is already linked to', async () => {
    const { env } = await openSandbox();
    const text = `{"extensionId":"${exampleId}","name":"Scores"}`;
    const cwd = await temporaryDirectory({ 'lumio.config.json': text });
    expect((await runLumio(['init', '--no-input'], { env, cwd })).stdout).toMatch(/linked to\tS/);
  });

  test('replaces a link only with --yes', async () => {
    const { env } = await openSandbox();
    const cwd = await temporaryDirectory({ 'lumio.config.json': '{"extensionId":"ext_other"}' });
    const refused = await runLumio(['init', '-e', 'my-scoreboard', '--json'], { env, cwd });
    expect(refused.exitCode).toBe(2);
    expect(at(refused.error(), 'error', 'code')).toBe('confirmation_required');
    expect(await configOf(cwd)).toContain('ext_other');
    const agreed = await runLumio(['init', '-e', 'my-scoreboard', '--yes', '--json'], { env, cwd });
    expect(agreed.json()).toMatchObject({ outcome: 'linked', previousId: 'ext_other' });
  });

  test.each([
    { argv: [], code: 'missing_input', exitCode: 2, text: '--create' },
    { argv: ['--create'], code: 'missing_input', exitCode: 2, text: 'No name' },
    { argv: ['--create', '-e', 'x'], code: 'conflicting_options', exitCode: 2, text: '--create' },
    {
      argv: ['--name', 'x'],
      code: 'conflicting_options',
      exitCode: 2,
      text: 'describe a new extension',
    },
    {
      argv: ['-e', 'my-scorebaord'],
      code: 'extension_not_found',
      exitCode: 5,
      text: 'no such extension',
    },
    {
      argv: ['-e', 'ext_NOT_THERE'],
      code: 'extension_not_found',
      exitCode: 5,
      text: 'ext_NOT_THERE',
    },
  ])('init $argv creates nothing', async ({ argv, code, exitCode, text }) => {
    const sandbox = await openSandbox();
    const cwd = await temporaryDirectory({});
    const ran = await runLumio(['init', ...argv, '--json'], { env: sandbox.env, cwd });
    expect(ran.exitCode).toBe(exitCode);
    expect(at(ran.error(), 'error')).toMatchObject({
      code,
      message: expect.stringContaining(text),
    });
    await expect(configOf(cwd)).rejects.toThrow('ENOENT');
    expect(posts(sandbox.requests())).toEqual([]);
  });

  test('creates nothing if lumio.config.json is broken', async () => {
    const sandbox = await openSandbox();
    const cwd = await temporaryDirectory({ 'lumio.config.json': '{' });
    expect(
      (await runLumio(['init', '--create', '--name', 'x'], { env: sandbox.env, cwd })).exitCode,
    ).toBe(2);
    expect(posts(sandbox.requests())).toEqual([]);
  });

  test("names an extension that it created but couldn't link", async () => {
    const { env } = await openSandbox();
    const cwd = await temporaryDirectory({
      'lumio.config.json': '{"extensionId": null, "extensionId": null}',
    });
    const ran = await runLumio(['init', '--create', '--name', 'x', '--json'], { env, cwd });
    expect(ran.exitCode).toBe(2);
    expect(at(ran.error(), 'error', 'message')).toMatch(/ext_\w+/);
    expect(at(ran.error(), 'error', 'next')).toMatch(/^lumio init -e ext_\w+$/);
  });
});

describe('in a terminal', () => {
  test('offers the extensions in a list', async () => {
    const { env } = await openSandbox();
    const cwd = await temporaryDirectory({});
    const ran = await runLumio(['init'], {
      env,
      cwd,
      terminal,
      answers: [{ kind: 'select', answer: exampleId }],
    });
    expect(ran.exitCode).toBe(0);
    expect(ran.stderr).toContain('lumio deploy');
    expect(await configOf(cwd)).toContain(exampleId);
  });

  test('asks for what a new extension needs', async () => {
    const sandbox = await openSandbox();
    const cwd = await temporaryDirectory({ 'package.json': '{"name": "@team/goal-horn"}' });
    const answers = [
      { kind: 'select', answer: '+' },
      { kind: 'text', answer: 'Goal Horn' },
      { kind: 'text', answer: '' },
    ] as const;
    const ran = await runLumio(['init'], { env: sandbox.env, cwd, terminal, answers });
    expect(ran.exitCode).toBe(0);
    expect(posts(sandbox.requests())).toHaveLength(1);
    expect(await configOf(cwd)).toContain('"Goal Horn"');
  });

  test('asks before it replaces a link', async () => {
    const { env } = await openSandbox();
    const config = '{"extensionId":"ext_other","name":"Goal Horn"}';
    const cwd = await temporaryDirectory({ 'lumio.config.json': config });
    const unchanged = await runLumio(['init'], {
      env,
      cwd,
      terminal,
      answers: [{ kind: 'confirm', to: 'Goal Horn (ext_other)', answer: false }],
    });
    expect(unchanged.stdout).toContain('already linked');
    expect(unchanged.stdout).toContain('Goal Horn');
    const answers = [
      { kind: 'confirm', to: 'Goal Horn (ext_other)', answer: true },
      { kind: 'select', answer: exampleId },
    ] as const;
    await runLumio(['init'], { env, cwd, terminal, answers });
    expect(await configOf(cwd)).toContain(exampleId);
    const refused = await runLumio(['init', '--create', '--name', 'x'], {
      env,
      cwd,
      terminal,
      answers: [{ kind: 'confirm', answer: false }],
    });
    expect(refused.exitCode).toBe(2);
    expect(await configOf(cwd)).toContain(exampleId);
  });
});
