/**
 * Missing arguments are prompted for in a terminal, and all named in one error when prompts are
 * disabled.
 */
import { describe, expect, test } from 'vitest';
import { registry } from '../../src/commands/index.ts';
import { at } from '../support/document.ts';
import { runLumio } from '../support/host.ts';
import { exampleId, temporaryDirectory } from '../support/project.ts';
import { openSandbox } from '../support/sandbox.ts';

const { commands } = registry;
const terminal = { columns: 80 };

describe('when prompts are disabled', () => {
  test.each([
    { argv: ['versions', 'get'], flags: ['<version>', '-e, --extension <id or slug>'] },
    { argv: ['versions', 'get', '-e', 'my-scoreboard'], flags: ['<version>'] },
    { argv: ['secrets', 'set'], flags: ['<key>', '-e, --extension <id or slug>'] },
    { argv: ['sandbox', 'exec'], flags: ['<command...>'] },
  ])('$argv names all that is missing', async ({ argv, flags }) => {
    const ran = await runLumio([...argv, '--json']);
    expect(ran.exitCode).toBe(2);
    expect(at(ran.error(), 'error', 'code')).toBe('missing_input');
    const missing = at(ran.error(), 'missing');
    expect(Array.isArray(missing) && missing.map((item: unknown) => at(item, 'flags'))).toEqual(
      flags,
    );
  });

  test('each comes with its description', async () => {
    const { stderr } = await runLumio(['versions', 'get']);
    const specs = commands.find(({ path }) => path.join(' ') === 'versions get');
    const description = specs?.args['version']?.description ?? '?';
    expect(stderr.replaceAll(/\s+/g, ' ')).toContain(`<version>: ${description}`);
    expect(stderr).toContain('lumio versions get --help');
  });

  test('a linked directory needs no flag for the extension', async () => {
    const cwd = await temporaryDirectory({
      'lumio.config.json': JSON.stringify({ extensionId: exampleId }),
    });
    const { stderr } = await runLumio(['versions', 'get'], { cwd });
    expect(stderr).toContain('<version>');
    expect(stderr).not.toContain('--extension');
  });
});

describe('in a terminal', () => {
  test('extension and version are selected from lists, one prompt each', async () => {
    const { env } = await openSandbox();
    const answers = [
      { kind: 'select', answer: exampleId },
      { kind: 'select', answer: '1.2.0' },
    ] as const;
    const ran = await runLumio(['versions', 'get'], { env, terminal, answers });
    expect(ran.exitCode).toBe(0);
    expect(ran.stdout).toContain('ver_abc123');
    expect(ran.stderr).toContain('lumio init -e my-scoreboard');
  });

  test('an existing secret is selected, a new one is typed', async () => {
    const { env, call } = await openSandbox();
    await call('PUT', `/extensions/${exampleId}/secrets/OLD`, { value: 'v' });
    const deleted = await runLumio(['secrets', 'delete', '-e', 'my-scoreboard', '--yes'], {
      env,
      terminal,
      answers: [{ kind: 'select', answer: 'OLD' }],
    });
    expect(deleted.exitCode).toBe(0);
    const answers = [
      { kind: 'text', answer: 'NEW' },
      { kind: 'secret', answer: 'v' },
    ] as const;
    const set = await runLumio(['secrets', 'set', '-e', 'my-scoreboard'], {
      env,
      terminal,
      answers,
    });
    expect(set.exitCode).toBe(0);
    expect((await call('GET', `/extensions/${exampleId}/secrets`)).body).toMatchObject({
      keys: expect.arrayContaining(['NEW']),
    });
  });

  test('an account without extensions gets no prompt', async () => {
    const { env } = await openSandbox({ seed: { extensions: [] } });
    const ran = await runLumio(['versions', 'list'], { env, terminal });
    expect(ran).toMatchObject({ exitCode: 2, stdout: '', questions: [] });
  });

  test('--json disables prompts', async () => {
    expect((await runLumio(['versions', 'get', '--json'], { terminal })).exitCode).toBe(2);
  });
});
