/** `secrets set` stores the exact bytes from any source, and prints no value. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { cleanUp } from '../support/clean-up.ts';
import { at } from '../support/document.ts';
import { runLumio, type HostOptions } from '../support/host.ts';
import { binary, cleanEnvironment, node } from '../support/lumio.ts';
import { temporaryDirectory } from '../support/project.ts';
import { sendJson, startScriptedServer } from '../support/servers/scripted-server.ts';
import { isWindows } from '../support/platform.ts';
import { openSecretSandbox } from './stored-secrets.ts';

const odd = fc.constantFrom(
  '\n',
  '\r\n',
  '"',
  "'",
  '`',
  '\\',
  '\\n',
  '\t',
  '\u0001',
  '\u001b[31m',
  '\u007f',
  '\u2028',
  '\u202e',
  '\ufeff',
  '👩‍👩‍👧',
  'é',
  ' ',
  '=',
  '#',
  '$HOME',
  '%s',
  '-',
  '--',
);
const text = fc
  .array(fc.oneof(fc.string({ unit: 'binary', maxLength: 20 }), odd), {
    minLength: 1,
    maxLength: 8,
  })
  .map((parts) => parts.join(''));
/** Strings that can be an argument or a variable: without NUL and U+FFFD. */
const word = text.map((value) => value.replaceAll(/[\0\ufffd]/g, ''));
const value = fc.oneof(text, word).filter((candidate) => candidate !== '' && candidate !== '-');

describe('240 random secrets arrive byte for byte', () => {
  const cwd = temporaryDirectory();
  const ways: Record<
    string,
    (secret: string) => Promise<readonly [argv: readonly string[], hostOptions: HostOptions]>
  > = {
    ARGUMENT: async (secret) => [['--', 'ARGUMENT', secret], {}],
    STDIN: async (secret) => [['STDIN'], { stdin: `${secret}\n` }],
    RAW: async (secret) => [['RAW', '-', '--raw'], { stdin: secret }],
    FILE: async (secret) => {
      await writeFile(join(await cwd, 'secret.txt'), secret);
      return [['FILE', '--from-file', 'secret.txt'], { cwd: await cwd }];
    },
    VARIABLE: async (secret) => [
      ['VARIABLE', '--from-env', 'ITS_NAME'],
      { env: { ITS_NAME: secret } },
    ],
    PROMPT: async (secret) => [
      ['PROMPT'],
      { terminal: { columns: 80 }, answers: [{ kind: 'secret', answer: secret }] },
    ],
  };
  const onlyText = new Set(['ARGUMENT', 'VARIABLE', 'PROMPT']);

  test.each(Object.entries(ways))('%s', async (key, way) => {
    const { env, stored } = await openSecretSandbox();
    const property = fc.asyncProperty(value, async (secret) => {
      fc.pre(!onlyText.has(key) || !/[\0\ufffd]/.test(secret));
      // With the newline behind it this would be one Windows line end, which is cut as a whole.
      fc.pre(key !== 'STDIN' || !secret.endsWith('\r'));
      const [argv, hostOptions] = await way(secret);
      const ran = await runLumio(['secrets', 'set', ...argv], {
        ...hostOptions,
        env: { ...env, ...hostOptions.env },
      });
      expect(ran).toMatchObject({ exitCode: 0 });
      expect((await stored())[key]).toBe(secret);
      if (secret.length > 12) expect(ran.stdout + ran.stderr).not.toContain(secret);
    });
    await fc.assert(property, { numRuns: 40 });
  });
});

describe('reports and refuses', () => {
  const line = 'exactly one final newline';
  test.each([
    [
      `${line} of stdin is removed and reported`,
      [],
      'value\n\n',
      'value\n',
      'one final newline from stdin',
    ],
    ['a Windows line end is one newline', [], 'value\r\n', 'value', 'one final newline from stdin'],
    ['--raw keeps it', ['--raw'], 'value\n', 'value\n', 'ends with a newline'],
    ['changes nothing else', ['-'], '\ufeff  value  ', '\ufeff  value  ', ''],
    ['an empty value is accepted with --allow-empty', ['--allow-empty'], '', '', ''],
  ])('%s', async (...[_what, argv, stdin, expected, note]) => {
    const { env, stored } = await openSecretSandbox();
    const ran = await runLumio(['secrets', 'set', 'KEY', ...argv], { env, stdin });
    expect(ran).toMatchObject({
      exitCode: 0,
      stdout: `Set KEY of ${env['LUMIO_EXTENSION']} (${Buffer.byteLength(expected)} bytes).\n`,
    });
    expect((await stored())['KEY']).toBe(expected);
    expect(ran.stderr.includes(note || 'newline')).toBe(note !== '');
  });

  test.each([
    { what: 'empty stdin', argv: ['KEY'], hostOptions: {}, code: 'empty_secret' },
    { what: 'only a newline', argv: ['KEY'], hostOptions: { stdin: '\n' }, code: 'empty_secret' },
    { what: 'an empty argument', argv: ['KEY', ''], hostOptions: {}, code: 'empty_secret' },
    {
      what: 'an empty variable',
      argv: ['KEY', '--from-env', 'NOTHING'],
      hostOptions: { env: { NOTHING: '' } },
      code: 'empty_secret',
    },
    {
      what: "a variable that isn't set",
      argv: ['KEY', '--from-env', 'NOTHING'],
      hostOptions: {},
      code: 'variable_not_set',
    },
    {
      what: "bytes that aren't UTF-8",
      argv: ['KEY'],
      hostOptions: { stdin: Uint8Array.of(0x61, 0xff) },
      code: 'invalid_utf8',
    },
    {
      what: "an argument that wasn't UTF-8",
      argv: ['KEY', 'a\ufffd'],
      hostOptions: {},
      code: 'invalid_utf8',
    },
    {
      what: 'no such file',
      argv: ['KEY', '--from-file', 'nope'],
      hostOptions: {},
      code: 'no_such_file',
    },
    {
      what: 'two ways at the same time',
      argv: ['KEY', 'value', '--from-env', 'X'],
      hostOptions: { env: { X: 'x' } },
      code: 'conflicting_options',
    },
  ])('$what: exit 2, nothing sent', async ({ argv, hostOptions, code }) => {
    const { env, requests } = await openSecretSandbox();
    const ran = await runLumio(['secrets', 'set', ...argv, '--json'], {
      ...hostOptions,
      env: { ...env, ...('env' in hostOptions ? hostOptions.env : {}) },
    });
    expect(ran).toMatchObject({ exitCode: 2, stdout: '' });
    expect(at(ran.error(), 'error', 'code')).toBe(code);
    expect(requests()).toEqual([]);
  });

  test.each(['--from-env', '--from-file'])("doesn't repeat the argument of %s", async (option) => {
    const { env, requests } = await openSecretSandbox();
    const token = 'sk_live_hunter2hunter2';
    for (const more of [[], ['--json'], ['--verbose']]) {
      const argv = ['secrets', 'set', 'KEY', option, token, ...more];
      const ran = await runLumio(argv, { env });
      expect(ran.exitCode).toBe(2);
      expect(ran.stdout + ran.stderr).not.toContain('hunter2');
    }
    expect(requests()).toEqual([]);
  });

  test('reads stdin for --from-file -', async () => {
    const { env, stored } = await openSecretSandbox();
    const argv = ['secrets', 'set', 'KEY', '--from-file', '-'];
    expect((await runLumio(argv, { env, stdin: 'value\n' })).exitCode).toBe(0);
    expect((await stored())['KEY']).toBe('value');
  });

  test.each([
    ['\uFEFFvalue', ['byte_order_mark']],
    ['value\n', ['final_newline']],
    ['v\0a\0', ['nul']],
    ['value', []],
  ])('reports what an editor or shell added to %j', async (content, notes) => {
    const { env, stored } = await openSecretSandbox();
    const cwd = await temporaryDirectory();
    await writeFile(join(cwd, 'value.txt'), content);
    const argv = ['secrets', 'set', 'KEY', '--from-file', 'value.txt'];
    expect((await runLumio([...argv, '--json'], { env, cwd })).json()).toMatchObject({ notes });
    expect((await stored())['KEY']).toBe(content);
    const { stderr } = await runLumio(argv, { env, cwd });
    expect(stderr.match(/Note:/g) ?? []).toHaveLength(notes.length);
  });

  test('refuses UTF-16 from PowerShell', async () => {
    const { env } = await openSecretSandbox();
    const cwd = await temporaryDirectory();
    await writeFile(join(cwd, 'value.txt'), Buffer.from('\uFEFFvalue', 'utf16le'));
    const argv = ['secrets', 'set', 'KEY', '--from-file', 'value.txt', '--json'];
    const ran = await runLumio(argv, { env, cwd });
    expect(ran.error()).toMatchObject({ error: { code: 'invalid_utf8' } });
  });

  test('warns about a value passed as an argument', async () => {
    const { env } = await openSecretSandbox();
    const { stderr } = await runLumio(['secrets', 'set', 'KEY', 'sk_live_argument'], { env });
    expect(stderr).toContain('shell history');
    expect(stderr).not.toContain('sk_live_argument');
  });

  test("doesn't repeat a value that looks like an option", async () => {
    const ran = await runLumio(['secrets', 'set', 'KEY', '-sk_live_hyphen']);
    expect(ran.exitCode).toBe(2);
    expect(ran.stderr).toContain('"--"');
    expect(ran.stderr).not.toContain('sk_live');
  });

  test.each(['true', 'status', '1234', 'null', 'KEY_'])(
    'keeps the JSON document intact for the value %j',
    async (secret) => {
      const { env } = await openSecretSandbox();
      const ran = await runLumio(['secrets', 'set', 'KEY', '--json'], {
        env,
        stdin: `${secret}\n`,
      });
      expect(ran.json()).toEqual({
        key: 'KEY',
        set: true,
        sizeBytes: secret.length,
        cutNewline: true,
        notes: [],
        extension: { id: env['LUMIO_EXTENSION'] },
      });
      expect(ran.stderr).toBe('');
    },
  );

  test.each([{ more: [] }, { more: ['--verbose'] }, { more: ['--json', '--verbose'] }])(
    "doesn't print a value that the server repeats $more",
    async ({ more }) => {
      const canary = 'canary-"value"-of-a-secret';
      const server = await startScriptedServer(({ body }, response) => {
        sendJson(response, 422, {
          error: {
            code: 'validation_error',
            message: `Bad: ${body.toString()}, ${Buffer.from(canary).toString('base64')}`,
            status: 422,
          },
        });
      });
      cleanUp(server.close);
      const env = { LUMIO_API_URL: server.origin, LUMIO_API_KEY: 'lm_dev_x' };
      const ran = await runLumio(['secrets', 'set', 'KEY', '-e', 'ext_1', ...more], {
        env,
        stdin: canary,
      });
      expect(ran).toMatchObject({ exitCode: 7, stdout: '' });
      for (const form of [
        canary,
        JSON.stringify(canary).slice(1, -1),
        Buffer.from(canary).toString('base64').slice(0, 30),
      ])
        expect(ran.stderr).not.toContain(form);
      expect(ran.stderr).toContain('***');
    },
  );
});

describe('in a terminal', () => {
  const terminal = { columns: 80 };

  test('resolves the extension before it asks for the value', async () => {
    const { env } = await openSecretSandbox();
    const chosen = [
      { kind: 'select', answer: env['LUMIO_EXTENSION'] ?? '' },
      { kind: 'secret', to: 'KEY', answer: 'v' },
    ] as const;
    expect(
      (
        await runLumio(['secrets', 'set', 'KEY'], {
          env: { ...env, LUMIO_EXTENSION: '' },
          terminal,
          answers: chosen,
        })
      ).exitCode,
    ).toBe(0);
    expect(
      await runLumio(['secrets', 'set', 'KEY', '-e', 'nobodys'], { env, terminal }),
    ).toMatchObject({ exitCode: 5, questions: [] });
  });

  test('names the extension before the prompt', async () => {
    const { env } = await openSecretSandbox();
    const answers = [{ kind: 'secret', answer: '' }] as const;
    const ran = await runLumio(['secrets', 'set', 'KEY'], { env, terminal, answers });
    expect(ran.exitCode).toBe(2);
    expect(ran.stderr).toMatch(/^Extension: /m);
  });

  test('deletes several secrets', async () => {
    const { env, stored } = await openSecretSandbox();
    const answers = [{ kind: 'confirm', to: 'API_KEY, WEBHOOK_SECRET', answer: true }] as const;
    const argv = ['secrets', 'delete', 'API_KEY', 'WEBHOOK_SECRET', 'API_KEY'];
    expect((await runLumio(argv, { env, terminal, answers })).exitCode).toBe(0);
    expect(await stored()).toEqual({});
  });

  test('deletes none if one is missing', async () => {
    const { env, stored } = await openSecretSandbox();
    const before = await stored();
    const argv = ['secrets', 'delete', 'API_KEY', 'NONE', '--yes', '--json'];
    const ran = await runLumio(argv, { env });
    expect(ran.exitCode).toBe(5);
    expect(ran.error()).toMatchObject({ error: { code: 'secret_not_found' } });
    expect(await stored()).toEqual(before);
  });

  test("doesn't ask to delete a secret that doesn't exist", async () => {
    const { env } = await openSecretSandbox();
    const ran = await runLumio(['secrets', 'delete', 'API_KEZ'], { env, terminal });
    expect(ran).toMatchObject({ exitCode: 5, questions: [] });
    expect(ran.stderr).toContain('"API_KEY"');
  });
});

test.skipIf(isWindows).each(['</dev/null', '<&-'])(
  'fails without stdin (%s)',
  async (redirection) => {
    const { env } = await openSecretSandbox();
    const words = [node, binary, 'secrets', 'set', 'KEY'];
    const ended = await execa('sh', ['-c', `exec "$@" ${redirection}`, 'sh', ...words], {
      reject: false,
      extendEnv: false,
      env: { ...(await cleanEnvironment()), ...env },
    });
    expect(ended).toMatchObject({ exitCode: 2, stdout: '' });
    expect(ended.stderr).toContain('stdin is empty');
  },
);
