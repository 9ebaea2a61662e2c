/** Arguments in which Node replaced invalid UTF-8 are refused, except those for another program. */
import { execFileSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { runLumio } from '../support/host.ts';
import { binary, cleanEnvironment, node } from '../support/lumio.ts';
import { exampleId, temporaryDirectory, smallProject } from '../support/project.ts';
import { openSandbox } from '../support/sandbox.ts';

const broken = 'hunter\ufffd2';

describe('refuses them without repeating them', () => {
  test.each([
    { argv: ['ext', 'update', exampleId, '--name', broken], named: '--name' },
    { argv: ['ext', 'update', exampleId, `--name=${broken}`], named: '--name' },
    { argv: ['extensions', 'get', broken], named: '[extension]' },
    { argv: ['deploy', '-d', broken], named: '--changelog' },
    { argv: ['deploy', 'dist', broken], named: '[path...]' },
    { argv: ['deploy', '--allow', '.env', '--allow', broken], named: '--allow' },
    { argv: ['pack', '-o', broken], named: '--output' },
    { argv: ['--profile', broken, 'whoami'], named: '--profile' },
    { argv: ['whoami', '--api-url', `https://user:${broken}@example.com`], named: '--api-url' },
    {
      argv: ['api', '-X', 'PUT', 'extensions/x/secrets/KEY', '-f', `value=${broken}`],
      named: '--field',
    },
    { argv: ['secrets', 'set', broken, 'value'], named: '<key>' },
    { argv: ['sandbox', 'exec', '--seed', broken, '--', 'true'], named: '--seed' },
  ])('$argv', async ({ argv, named }) => {
    const { env, requests } = await openSandbox();
    const ran = await runLumio([...argv, ...(argv.includes('--') ? [] : ['--json'])], {
      cwd: await temporaryDirectory(smallProject),
      env,
    });
    expect(ran).toMatchObject({
      exitCode: 2,
      stdout: '',
      stderr: expect.stringContaining(` ${named} contains U+FFFD`),
    });
    expect(ran.stderr).not.toContain('hunter');
    expect(requests()).toEqual([]);
  });

  test(`a secret's value, with a hint for another source`, async () => {
    const { env, requests } = await openSandbox();
    const ran = await runLumio(['secrets', 'set', 'KEY', broken, '-e', exampleId, '--json'], {
      env,
    });
    expect(ran.exitCode).toBe(2);
    expect(ran.error()).toMatchObject({
      error: { code: 'invalid_utf8', hint: expect.stringContaining('--from-file') },
    });
    expect(ran.stderr).not.toContain('hunter');
    expect(requests()).toEqual([]);
  });
});

test('passes arguments on to another program', async () => {
  const print = 'process.stdout.write(process.argv[1])';
  const stdout = execFileSync(node, [binary, 'sandbox', 'exec', '--', node, '-e', print, broken], {
    env: await cleanEnvironment(),
    encoding: 'utf8',
  });
  expect(stdout).toBe(broken);
});

test('bytes of a real command line', async () => {
  const script = `"$0" "$1" pack --list -v "$(printf '1.0.0-x\\377y')"; echo "exit $?"`;
  const output = execFileSync('sh', ['-c', `{ ${script}; } 2>&1`, node, binary], {
    cwd: await temporaryDirectory(smallProject),
    env: await cleanEnvironment(),
    encoding: 'utf8',
  });
  expect(output).toMatch(/--version contains U\+FFFD[^]*\nexit 2\n$/);
});
