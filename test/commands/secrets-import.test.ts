/**
 * `secrets import`: checks the whole file first, reports each key, and continues after a failure.
 */
import { describe, expect, test } from 'vitest';
import { parseFault } from '../../src/sandbox/faults.ts';
import { cleanUp } from '../support/clean-up.ts';
import { at } from '../support/document.ts';
import { growthOf, maxLinearGrowth } from '../support/growth.ts';
import { interruption, runLumio } from '../support/host.ts';
import { temporaryDirectory } from '../support/project.ts';
import {
  sendJson,
  startScriptedServer,
  type ScriptedServer,
} from '../support/servers/scripted-server.ts';
import { openSecretSandbox } from './stored-secrets.ts';

const example = { API_KEY: 'sk_live_example', WEBHOOK_SECRET: 'whsec_example' };

/** `KEY action outcome` of each entry of a report. */
function entries(document: unknown): string[] {
  const secrets = at(document, 'secrets');
  return Array.isArray(secrets)
    ? secrets.map((entry: unknown) =>
        [at(entry, 'key'), at(entry, 'action'), at(entry, 'outcome')].join(' '),
      )
    : [];
}

describe('imports', () => {
  const file =
    'export API_KEY=new\n# a comment\nCERT="-----BEGIN-----\nMII=\n-----END-----"\n' +
    "URL='$NOT expanded'\n";
  const set = {
    API_KEY: 'new',
    CERT: '-----BEGIN-----\nMII=\n-----END-----',
    URL: '$NOT expanded',
  };

  test.each([
    {
      argv: [],
      third: 'WEBHOOK_SECRET keep done',
      after: { ...set, WEBHOOK_SECRET: 'whsec_example' },
    },
    { argv: ['--prune', '--yes'], third: 'WEBHOOK_SECRET delete done', after: set },
  ])('$argv', async ({ argv, third, after }) => {
    const { env, stored } = await openSecretSandbox();
    const ran = await runLumio(['secrets', 'import', '.env', ...argv, '--json'], {
      env,
      cwd: await temporaryDirectory({ '.env': file }),
    });
    expect(ran).toMatchObject({ exitCode: 0, stderr: '' });
    expect(entries(ran.json())).toEqual([
      'API_KEY replace done',
      'CERT add done',
      'URL add done',
      third,
    ]);
    expect(await stored()).toEqual(after);
  });

  test.each(['--dry-run', '--prune --dry-run'])(
    "%s changes nothing and doesn't prompt",
    async (flags) => {
      const { env, stored, requests } = await openSecretSandbox();
      const ran = await runLumio(['secrets', 'import', '-', ...flags.split(' ')], {
        env,
        stdin: file,
      });
      const last = flags.includes('prune') ? 'delete' : 'keep';
      expect(ran).toMatchObject({
        exitCode: 0,
        stdout:
          'API_KEY\treplace\tplanned\t3\nCERT\tadd\tplanned\t34\nURL\tadd\tplanned\t13\n' +
          `WEBHOOK_SECRET\t${last}\tplanned\t\n`,
      });
      expect(requests()).toHaveLength(1);
      expect(await stored()).toEqual(example);
    },
  );

  test("asks before it deletes, also under the vendor's name", async () => {
    const { env, stored } = await openSecretSandbox();
    const terminal = { columns: 80 };
    const answers = [{ kind: 'confirm', to: 'WEBHOOK_SECRET', answer: false }] as const;
    const cwd = await temporaryDirectory({ '.env': 'API_KEY=x' });
    const refused = await runLumio(['env', 'import', '--prune'], { env, cwd, terminal, answers });
    expect(refused).toMatchObject({ exitCode: 2, stdout: '' });
    expect(await stored()).toEqual(example);
    const agreed = await runLumio(['env', 'import', '--prune'], {
      env,
      cwd,
      terminal,
      answers: [{ ...answers[0], answer: true }],
    });
    expect(agreed.exitCode).toBe(0);
    expect(await stored()).toEqual({ API_KEY: 'x' });
  });

  test("doesn't prompt if nothing would be deleted", async () => {
    const { env } = await openSecretSandbox();
    expect(
      await runLumio(['secrets', 'import', '-', '--prune'], {
        env,
        stdin: 'API_KEY=a\nWEBHOOK_SECRET=b\n',
      }),
    ).toMatchObject({ exitCode: 0 });
  });

  test('reports a key that appears twice, and uses the last value', async () => {
    const { env, stored } = await openSecretSandbox();
    const ran = await runLumio(['secrets', 'import', '-'], { env, stdin: 'A=first\nA=second\n' });
    expect(ran.stderr).toMatch(/A on line 1 .* line 2/);
    expect((await stored())['A']).toBe('second');
    const json = await runLumio(['secrets', 'import', '-', '--json', '--dry-run'], {
      env,
      stdin: 'A=first\nA=second\n',
    });
    expect(at(json.json(), 'overridden')).toEqual([{ key: 'A', line: 1, byLine: 2 }]);
  });

  test('prints totals in a terminal', async () => {
    const { env } = await openSecretSandbox();
    const cwd = await temporaryDirectory({ '.env': 'API_KEY=1\nNEW=2\n' });
    const ran = await runLumio(['secrets', 'import'], { env, cwd, terminal: { columns: 80 } });
    expect(ran.stdout).toContain('Set 2 secrets (1 new, 1 replaced), kept 1.');
  });

  test.each(['done', 'add', 'true', 'keep'])(
    'keeps the report intact for the value %j',
    async (value) => {
      const { env } = await openSecretSandbox();
      const ran = await runLumio(['secrets', 'import', '-', '--json'], {
        env,
        stdin: `A=${value}\n`,
      });
      expect(entries(ran.json())[0]).toBe('A add done');
    },
  );
});

describe('a JSON object', () => {
  test('is imported like a .env file', async () => {
    const { env, stored } = await openSecretSandbox();
    const stdin = '\uFEFF{\n  "A": "1\\n2",\n  "B": "ü",\n  "A": "3"\n}\n';
    const ran = await runLumio(['secrets', 'import', '-', '--json'], { env, stdin });
    expect(entries(ran.json()).slice(0, 2)).toEqual(['B add done', 'A add done']);
    expect(at(ran.json(), 'overridden')).toEqual([{ key: 'A', line: 2, byLine: 4 }]);
    expect(await stored()).toEqual({ ...example, A: '3', B: 'ü' });
  });

  test.each([
    ['{"A": 1}', 'invalid_secrets'],
    ['{"A": "1",\n"B": {"c": "hunter2"}}', 'invalid_secrets'],
    ['{"A": null}', 'invalid_secrets'],
    ['{"A": "hunter2\\ud800"}', 'invalid_utf8'],
    ['{"A": "hunter2"', 'invalid_json'],
    ['{"a/b": "1"}', 'invalid_secret_key'],
    ['{"A": ""}', 'empty_secret'],
    ['{}', 'nothing_to_import'],
  ])('is refused for %j', async (stdin, code) => {
    const { env, requests } = await openSecretSandbox();
    const ran = await runLumio(['secrets', 'import', '-', '--json'], { env, stdin });
    expect(ran).toMatchObject({ exitCode: 2, stdout: '' });
    expect(ran.error()).toMatchObject({ error: { code } });
    expect(ran.stderr).not.toContain('hunter2');
    expect(requests()).toEqual([]);
  });
});

test('notes a value that ends at a "#", with its line', async () => {
  const { env, stored } = await openSecretSandbox();
  const options = { env, stdin: 'A=1\nPW=pa#ss\n' };
  const ran = await runLumio(['secrets', 'import', '-'], options);
  expect(ran.stderr).toMatch(/line 2: .*"#"/);
  expect((await stored())['PW']).toBe('pa');
  const json = await runLumio(['secrets', 'import', '-', '--json'], options);
  expect(at(json.json(), 'notes')).toEqual([{ line: 2, reason: 'hash' }]);
});

test('keeps the names of secrets whose value is the same', async () => {
  const { env } = await openSecretSandbox();
  const ran = await runLumio(['secrets', 'import', '-'], { env, stdin: 'TOKEN_X=TOKEN_X\n' });
  expect(ran.stdout).toContain('TOKEN_X\tadd\tdone');
});

test('plans up to 16,000 secrets in linear time', async () => {
  const plan = async (count: number): Promise<void> => {
    const keys = Array.from({ length: count }, (_, index) => `SERVER_KEY_${index}`);
    const server = await startScriptedServer((_request, response) =>
      sendJson(response, 200, { keys }),
    );
    cleanUp(server.close);
    const env = { LUMIO_API_URL: server.origin, LUMIO_API_KEY: 'lm_dev_x' };
    const stdin = keys.map((_, index) => `FILE_KEY_${index}=value-number-${index}\n`).join('');
    const argv = ['secrets', 'import', '-', '-e', 'ext_1', '--dry-run', '--prune'];
    const ran = await runLumio([...argv, '--json'], { env, stdin });
    expect(entries(ran.json())).toHaveLength(2 * count);
    const shown = await runLumio(argv, { env, stdin, terminal: { columns: 80 } });
    expect(shown.stdout.match(/_KEY_/g)).toHaveLength(2 * count);
  };
  expect(await growthOf(4000, plan)).toBeLessThan(maxLinearGrowth);
});

describe('refuses with exit 2, and sends no secret', () => {
  test.each([
    { what: 'a missing file', stdin: undefined, argv: ['none.env'], code: 'no_such_file' },
    { what: 'no argument outside a terminal', stdin: 'A=1\n', argv: [], code: 'missing_input' },
    {
      what: 'an empty file',
      stdin: '# nothing\n',
      argv: ['-', '--prune', '--yes'],
      code: 'nothing_to_import',
    },
    { what: 'an empty value', stdin: 'A=1\nB=\n', argv: ['-'], code: 'empty_secret' },
    {
      what: 'a line without an assignment',
      stdin: 'A=1\nwhat is this\n',
      argv: ['-'],
      code: 'invalid_dotenv',
    },
    {
      what: 'invalid UTF-8',
      stdin: Uint8Array.of(0x41, 0x3d, 0xff),
      argv: ['-'],
      code: 'invalid_utf8',
    },
    {
      what: 'an unconfirmed deletion',
      stdin: 'A=1\n',
      argv: ['-', '--prune'],
      code: 'confirmation_required',
    },
  ])('$what', async ({ stdin, argv, code }) => {
    const { env, stored } = await openSecretSandbox();
    const ran = await runLumio(['secrets', 'import', ...argv, '--json'], {
      env,
      // It is read only where users see that it is.
      cwd: await temporaryDirectory({ '.env': 'BESIDE=1\n' }),
      ...(stdin === undefined ? {} : { stdin }),
    });
    expect(ran).toMatchObject({ exitCode: 2, stdout: '' });
    expect(at(ran.error(), 'error', 'code')).toBe(code);
    expect(await stored()).toEqual(example);
  });
});

test('requires a file on a terminal if there is no .env', async () => {
  const { env } = await openSecretSandbox();
  const ran = await runLumio(['secrets', 'import', '--json'], {
    env,
    cwd: await temporaryDirectory(),
    terminal: { columns: 80 },
  });
  expect(ran).toMatchObject({ exitCode: 2, stdout: '' });
  expect(at(ran.error(), 'error', 'code')).toBe('missing_input');
});

describe('when a key fails', () => {
  const stdin = 'A=1\nB=2\nC=3\n';

  test.each([
    { fault: '500', exitCode: 10 },
    { fault: '422', exitCode: 7 },
    { fault: '403', exitCode: 4 },
    { fault: 'drop-before', exitCode: 10 },
  ])('$fault on one: sets the others, and deletes nothing', async ({ fault, exitCode }) => {
    const { env, stored } = await openSecretSandbox({
      faults: [parseFault('setSecret=ok:1'), parseFault(`setSecret=${fault}:1`)],
    });
    const ran = await runLumio(
      ['secrets', 'import', '-', '--prune', '--yes', '--json', '--max-wait', '0'],
      { env, stdin },
    );
    expect(ran).toMatchObject({ exitCode, stdout: '' });
    expect(entries(ran.error())).toEqual([
      'A add done',
      'B add failed',
      'C add done',
      'API_KEY delete planned',
      'WEBHOOK_SECRET delete planned',
    ]);
    expect(at(ran.error(), 'secrets', 1, 'error', 'message')).toEqual(expect.any(String));
    expect(await stored()).toEqual({ ...example, A: '1', C: '3' });
  });

  test('continues after a failed deletion', async () => {
    const { env, stored } = await openSecretSandbox({ faults: [parseFault('deleteSecret=422:1')] });
    const ran = await runLumio(['secrets', 'import', '-', '--prune', '--yes', '--json'], {
      env,
      stdin: 'A=1\n',
    });
    expect(ran.exitCode).toBe(7);
    expect(entries(ran.error())).toEqual([
      'A add done',
      'API_KEY delete failed',
      'WEBHOOK_SECRET delete done',
    ]);
    expect(await stored()).toEqual({ A: '1', API_KEY: example.API_KEY });
  });

  test.each([
    { fault: '500', mayBeSet: true },
    { fault: 'drop-before', mayBeSet: true },
    { fault: '422', mayBeSet: undefined },
  ])('$fault on the only one: reports whether it may be set', async ({ fault, mayBeSet }) => {
    const { env } = await openSecretSandbox({ faults: [parseFault(`setSecret=${fault}`)] });
    const ran = await runLumio(['secrets', 'import', '-', '--json', '--max-wait', '0'], {
      env,
      stdin: 'A=1\n',
    });
    for (const place of [[], ['secrets', 0]])
      expect(at(ran.error(), ...place, 'error', 'mayHaveTakenEffect')).toBe(mayBeSet);
  });

  test('prints failures on stderr when they happen and at the end', async () => {
    const { env } = await openSecretSandbox({
      faults: [parseFault('setSecret=ok:1'), parseFault('setSecret=422:1')],
    });
    const ran = await runLumio(['secrets', 'import', '-'], { env, stdin });
    expect(ran).toMatchObject({ exitCode: 7, stdout: '' });
    expect(ran.stderr).toMatch(/warning: B: .*\n[^]*error: .*B \(add\).*A \(add\), C \(add\)/);
  });

  test('stops at an invalid API key', async () => {
    const { env, requests } = await openSecretSandbox({ faults: [parseFault('setSecret=401')] });
    const ran = await runLumio(['secrets', 'import', '-', '--json'], { env, stdin });
    expect(ran.exitCode).toBe(4);
    expect(entries(ran.error())).toEqual([
      'A add failed',
      'B add planned',
      'C add planned',
      'API_KEY keep done',
      'WEBHOOK_SECRET keep done',
    ]);
    expect(requests().filter((line) => line.startsWith('PUT'))).toHaveLength(1);
  });

  test('stops after three failures to reach the service', async () => {
    const { env, requests } = await openSecretSandbox({
      faults: [parseFault('setSecret=drop-before')],
    });
    const lines = Array.from({ length: 9 }, (_, index) => `K${index}=v\n`).join('');
    const ran = await runLumio(['secrets', 'import', '-', '--json', '--max-wait', '0'], {
      env,
      stdin: lines,
    });
    expect(ran.exitCode).toBe(10);
    expect(entries(ran.error()).filter((entry) => entry.endsWith('failed'))).toHaveLength(3);
    expect(requests().filter((line) => line.startsWith('PUT'))).toHaveLength(3);
  });

  test("doesn't report a failure that a retry fixed", async () => {
    const { env, stored } = await openSecretSandbox({
      faults: [parseFault('setSecret=503:2'), parseFault('setSecret=429:1')],
    });
    expect(await runLumio(['secrets', 'import', '-'], { env, stdin })).toMatchObject({
      exitCode: 0,
    });
    expect(await stored()).toMatchObject({ A: '1', B: '2', C: '3' });
  });

  describe('--prune', () => {
    /** @param lists the keys in each response to a list; the last one repeats */
    const serve = async (...lists: readonly (readonly string[])[]) => {
      const changes: string[] = [];
      const left = [...lists];
      const server = await startScriptedServer(({ method, path }, response) => {
        if (method === 'GET') {
          const keys = left.length > 1 ? left.shift() : left[0];
          return sendJson(response, 200, { keys });
        }
        changes.push(`${method} ${path.split('/').at(-1) ?? ''}`);
        if (method === 'PUT') return response.writeHead(204).end();
        const error = { code: 'secret_not_found', message: 'No such secret', status: 404 };
        return sendJson(response, 404, { error });
      });
      cleanUp(server.close);
      const env = {
        LUMIO_API_URL: server.origin,
        LUMIO_API_KEY: 'lm_dev_x',
        LUMIO_EXTENSION: 'ext_1',
      };
      const words = ['secrets', 'import', '-', '--prune', '--yes', '--json'];
      return { changes, ran: await runLumio(words, { env, stdin: 'A=1\n' }) };
    };

    test('succeeds if a secret is deleted in the meantime', async () => {
      const { ran } = await serve(['OLD'], ['A']);
      expect(ran).toMatchObject({ exitCode: 0, stderr: '' });
      expect(entries(ran.json())).toEqual(['A add done', 'OLD delete done']);
    });

    test("fails if the server still lists a secret that it didn't find", async () => {
      const { ran } = await serve(['OLD']);
      expect(ran.exitCode).toBe(5);
      expect(entries(ran.error())).toEqual(['A add done', 'OLD delete failed']);
    });

    test.each(['a/b', '..', '%2e'])('refuses the name %s before any change', async (key) => {
      const { ran, changes } = await serve(['OLD', key]);
      expect(ran.exitCode).toBe(2);
      expect(at(ran.error(), 'error', 'code')).toBe('invalid_secret_key');
      expect(changes).toEqual([]);
    });
  });

  test('Ctrl-C: exit 130, with what was done', async () => {
    const controller = new AbortController();
    const server: ScriptedServer = await startScriptedServer(({ method, path }, response) => {
      if (method === 'GET') return sendJson(response, 200, { keys: ['OLD'] });
      if (path.endsWith('/B')) return controller.abort(interruption());
      response.writeHead(204).end();
    });
    cleanUp(server.close);
    const env = {
      LUMIO_API_URL: server.origin,
      LUMIO_API_KEY: 'lm_dev_x',
      LUMIO_EXTENSION: 'ext_1',
    };
    const ran = await runLumio(['secrets', 'import', '-', '--json'], {
      env,
      stdin,
      signal: controller.signal,
    });
    expect(ran.exitCode).toBe(130);
    expect(entries(ran.error())).toEqual([
      'A add done',
      'B add failed',
      'C add planned',
      'OLD keep done',
    ]);
    expect(at(ran.error(), 'error', 'message')).toMatch(/B \(add\).*C \(add\).*A \(add\)/);
  });
});

test('a dry run ends with what it would do', async () => {
  const { env } = await openSecretSandbox();
  const cwd = await temporaryDirectory({ '.env': 'API_KEY=new\nURL=x\n' });
  const argv = ['secrets', 'import', '.env', '--prune', '--dry-run'];
  const ran = await runLumio(argv, { env, cwd, terminal: { columns: 80 } });
  expect(ran.stdout.trimEnd().split('\n').at(-1)).toMatch(/2 .*1 new, 1 .*delete 1\. Nothing/);
  expect((await runLumio(argv, { env, cwd })).stdout).not.toContain('Nothing');
});
