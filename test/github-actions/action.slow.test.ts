/** Runs the steps of action.yml as the runner does: inputs in env, the script in a file. */
import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { at } from '../support/document.ts';
import { binary, node } from '../support/lumio.ts';
import { temporaryDirectory, smallProject } from '../support/project.ts';
import { openSandbox } from '../support/sandbox.ts';

const root = join(import.meta.dirname, '../..');
const text = await readFile(join(root, 'action.yml'), 'utf8');
const action: unknown = parse(text);
const step: unknown = at(action, 'runs', 'steps', 0);

/** Replaces `${{ inputs.name }}`. */
function evaluated(value: unknown, inputs: Record<string, string>): string {
  return String(value).replaceAll(
    /\$\{\{ inputs\.([\w-]+) \}\}/g,
    (_, name: string) => inputs[name] ?? String(at(action, 'inputs', name, 'default')),
  );
}

/** @param npx a script instead of npx; default: runs the built lumio */
async function runAction(inputs: Record<string, string>, npx?: string) {
  const sandbox = await openSandbox();
  const directory = await temporaryDirectory();
  const programs = join(directory, 'programs');
  await mkdir(programs);
  const script = npx ?? `shift 2\nexec '${node}' '${binary}' "$@"\n`;
  await writeFile(join(programs, 'npx'), `#!/usr/bin/env bash\n${script}`);
  await chmod(join(programs, 'npx'), 0o755);
  const file = join(directory, 'script.sh');
  await writeFile(file, String(at(step, 'run')));
  const env = Object.entries(Object(at(step, 'env'))).map(([name, value]) => [
    name,
    evaluated(value, inputs),
  ]);
  const output = join(directory, 'output');
  await writeFile(output, '');
  const cwd = await temporaryDirectory({ ...smallProject, 'sub/.keep': '' });
  const ran = await execa('bash', ['--noprofile', '--norc', '-e', '-o', 'pipefail', file], {
    cwd: join(cwd, evaluated(at(step, 'working-directory'), inputs)),
    env: {
      ...sandbox.env,
      ...Object.fromEntries(env),
      PATH: `${programs}:${process.env['PATH'] ?? ''}`,
      GITHUB_ACTIONS: 'true',
      GITHUB_OUTPUT: output,
    },
    reject: false,
    all: true,
  });
  const outputs = [...(await readFile(output, 'utf8')).matchAll(/^(.+)<<(.+)\n([^]*?)\n\2$/gm)].map(
    ([, name = '', , value = '']) => [name, value],
  );
  return {
    exitCode: ran.exitCode,
    all: ran.all,
    stdout: ran.stdout,
    outputs: Object.fromEntries(outputs),
  };
}

/** Prints its arguments, one per line. */
const printArguments = String.raw`printf '<%s>\n' "$@"`;

describe('the action', () => {
  test('deploys and sets every output that it declares', async () => {
    const ran = await runAction({});
    expect(ran.all).toContain('1.3.0');
    expect(ran.exitCode).toBe(0);
    expect(ran.outputs).toMatchObject({ version: '1.3.0', outcome: 'created', status: 'pending' });
    const declared = Object.keys(Object(at(action, 'outputs')));
    expect(declared).toEqual(expect.arrayContaining(Object.keys(ran.outputs)));
    for (const name of declared)
      expect(at(action, 'outputs', name, 'value')).toBe(`\${{ steps.deploy.outputs.${name} }}`);
  });

  test('passes the version, the arguments and the exit code', async () => {
    const ran = await runAction({ version: 'v1.2.0', args: '--changelog\nTwo words\n' });
    expect(ran.exitCode).toBe(6);
    expect(ran.outputs).toEqual({});
  });

  test('runs in the working directory', async () => {
    const ran = await runAction({ 'working-directory': 'sub' }, 'pwd');
    expect(ran.all).toMatch(/\/sub$/);
  });

  test('passes each line of args as one argument with any characters', async () => {
    const lines = ['--changelog', 'a "b" $(touch x) `id` \'c\' ; * %', '-e', '$HOME'];
    const ran = await runAction({ args: `\n${lines.join('\r\n')}\n` }, printArguments);
    expect(ran.stdout.split('\n')).toEqual(
      ['--yes', 'lumio@0.1.0', 'deploy', ...lines].map((line) => `<${line}>`),
    );
  });

  test('keeps the version in one argument', async () => {
    const ran = await runAction({ version: '1.0.0 --yes"; id' }, printArguments);
    expect(ran.stdout.split('\n').at(-1)).toBe('<--version=1.0.0 --yes"; id>');
  });

  test.each(['latest', '^1.0.0', '1.0.0 evil', 'file:../evil', ''])(
    'refuses %j as the version of lumio',
    async (version) => {
      const ran = await runAction({ 'lumio-version': version }, printArguments);
      expect(ran.exitCode).toBe(2);
      expect(ran.all).not.toContain('deploy');
    },
  );

  test('interpolates no input into a script', () => {
    expect(String(at(step, 'run'))).not.toContain('${{');
  });

  test('has the version of this package as its default', async () => {
    const manifest: unknown = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'));
    expect(at(action, 'inputs', 'lumio-version', 'default')).toBe(at(manifest, 'version'));
  });
});
