import { describe, expect, it, test } from 'vitest';
import { LumioError, asLumioError } from '../../src/errors.ts';
import { problemDocument, renderProblem } from '../../src/terminal/problem.ts';
import { createRedact } from '../../src/terminal/redact.ts';
import { pipe, redactOf, terminal } from './terminals.ts';

const conflict = new LumioError('conflict', {
  code: 'version_exists',
  message: 'Version 1.3.0 exists already: ver_abc123.',
  hint: 'Raise the version, or pass --skip-existing.',
  next: 'lumio deploy --bump patch',
  status: 409,
  requestId: 'req_1',
  details: { version: { id: 'ver_abc123' } },
});
const terse = { verbose: false };

test('masks secrets in message, hint and next of the document', () => {
  const key = `lm_dev_${'s'.repeat(53)}k3y1`;
  const error = new LumioError('auth', {
    code: 'no_api_key',
    message: `No key for ${key}.`,
    hint: `Store ${key}.`,
    next: `lumio login --profile ${key}`,
  });
  expect(JSON.stringify(problemDocument(error, createRedact()))).not.toContain(key);
});

test('the document has all that the API reported, also under the name __proto__', () => {
  const text = '{"error":{"code":"x","message":"m","__proto__":{"a":1}},"__proto__":{"b":2}}';
  const reported = JSON.parse(text);
  const error = new LumioError('rejected', { code: 'x', message: 'm', status: 422, reported });
  expect(JSON.stringify(problemDocument(error))).toBe(text.replace('"m",', '"m","status":422,'));
});

describe('for users', () => {
  it('prints what happened, what to do and the command for it', async () => {
    expect(await renderProblem(conflict, terminal(), terse))
      .toBe(`✗ Version 1.3.0 exists already: ver_abc123.
  Raise the version, or pass --skip-existing.
  → lumio deploy --bump patch
  Request id: req_1
`);
  });

  it('starts with a word to search for in logs, and uses ASCII without Unicode', async () => {
    expect(await renderProblem(conflict, { ...pipe, unicode: false }, terse))
      .toBe(`error: Version 1.3.0 exists already: ver_abc123.
  Raise the version, or pass --skip-existing.
  -> lumio deploy --bump patch
  Request id: req_1
`);
  });

  it('is red with color, and highlights the command', async () => {
    const [escape] = ['\u001B'];
    const text = await renderProblem(conflict, terminal({ color: true }), terse);
    expect(text).toContain(`${escape}[31m✗${escape}[39m Version 1.3.0`);
    expect(text).toContain(`${escape}[1mlumio deploy --bump patch${escape}[22m`);
  });

  it('breaks long sentences between words in a terminal only, and never a command', async () => {
    const long = new LumioError('usage', {
      code: 'x',
      message: 'Nothing is known about the directory that was named.',
      hint: 'Name a directory that exists and contains files.',
      next: 'lumio deploy some/directory/that/is/there --version 1.0.0',
    });
    expect(await renderProblem(long, terminal({ columns: 30 }), terse))
      .toBe(`✗ Nothing is known about the
  directory that was named.
  Name a directory that exists
  and contains files.
  → lumio deploy some/directory/that/is/there --version 1.0.0
`);
    expect((await renderProblem(long, pipe, terse)).split('\n')).toHaveLength(4);
  });

  it('lists no finding that the message names, even with an escaped name', async () => {
    const refused = new LumioError('refused', {
      code: 'name_not_portable',
      message: String.raw`"a\nb" can't be stored.`,
      details: { refusals: [{ path: 'a\nb', message: "can't be stored" }] },
    });
    expect(await renderProblem(refused, pipe, terse)).toBe(
      String.raw`error: "a\nb" can't be stored.` + '\n',
    );
  });

  it('lists a few findings of the details, without those in the message', async () => {
    const findings = Array.from({ length: 13 }, (_, index) => ({
      path: `.env.${index}`,
      line: 3,
      rule: 'env-file',
      message: 'is an environment file',
    }));
    const refused = new LumioError('refused', {
      code: 'secrets_found',
      message: 'The directory contains .env.0 and more.',
      details: {
        findings,
        missing: [{ flags: '--name <n>', description: 'its name' }],
        lines: [1, 2],
        one: { path: 'x' },
        bare: [{}, null],
      },
    });
    const text = await renderProblem(refused, pipe, terse);
    expect(text).toMatch(/^error: .*\n  - \.env\.1:3 is an environment file \(env-file\)\n/);
    expect(text.split('\n').slice(-3)).toEqual([
      '  - .env.10:3 is an environment file (env-file)',
      '  - and 3 more',
      '',
    ]);
    const all = await renderProblem(refused, pipe, { verbose: true });
    expect(all).toContain(
      '  - .env.12:3 is an environment file (env-file)\n  - --name <n>: its name\n',
    );
    expect(all.match(/^ {2}- /gm)).toHaveLength(13);
  });

  it.each([
    [[{ field: 'name', message: 'must be shorter' }], ['name: must be shorter']],
    [[{ field: 'name', message: 'is bad' }], []],
    [
      ['name must be shorter', 'slug is taken'],
      ['name must be shorter', 'slug is taken'],
    ],
    [
      { name: ['must be shorter', 'is odd'], slug: 'is taken' },
      ['name: must be shorter: is odd', 'slug: is taken'],
    ],
    [[{ loc: ['body', 'name'], msg: 'too long' }], ['loc: body: name: too long']],
    ['must be shorter', []],
  ])('lists what the API reported, unless the message has it: %j', async (details, items) => {
    const message = 'name is bad';
    for (const reported of [
      { error: { code: 'validation_error', message, details } },
      { error: { code: 'validation_error', message }, details },
    ]) {
      const error = new LumioError('rejected', { code: 'validation_error', message, reported });
      const lines = items.map((item) => `  - ${item}\n`);
      expect(await renderProblem(error, pipe, terse)).toBe(`error: ${message}\n${lines.join('')}`);
      const masked = await renderProblem(error, terminal({ redact: redactOf('shorter') }), terse);
      expect(masked).not.toContain('shorter');
    }
  });

  it('shows the stack and the causes only with verbose', async () => {
    const bug = asLumioError(new TypeError('x is not a function', { cause: 'a string' }));
    expect(await renderProblem(bug, pipe, terse)).not.toMatch(/\n +at |Caused by/);
    const verbose = await renderProblem(bug, pipe, { verbose: true });
    expect(verbose).toMatch(/LumioError: .*\n +at /);
    expect(verbose).toMatch(/Caused by: TypeError: x is not a function\n +at /);
    expect(verbose).toContain('Caused by: a string\n');
    const ordinary = new LumioError('rejected', { code: 'validation_error', message: 'No.' });
    expect(await renderProblem(ordinary, pipe, { verbose: true })).toBe('error: No.\n');
  });

  it("doesn't follow causes in a circle", async () => {
    const cause = new Error('round');
    cause.cause = cause;
    const text = await renderProblem(
      new LumioError('bug', { code: 'x', message: 'm', cause }),
      pipe,
      { verbose: true },
    );
    expect(text.match(/Caused by/g)).toHaveLength(1);
  });

  it('removes control characters and masks secrets', async () => {
    const hostile = new LumioError('auth', {
      code: 'x',
      message: 'No\u001B]0;t\u0007\nkey\u202E lm_dev_1',
      hint: '\u009B1mlm_dev_1',
      next: 'a\rb',
      requestId: '\u0000r',
    });
    const text = await renderProblem(hostile, terminal({ redact: redactOf('lm_dev_1') }), terse);
    expect(text).toBe('✗ No key ***\n  ***\n  → a b\n  Request id: r\n');
  });
});

describe('for programs', () => {
  test('the API envelope with everything else that is known', () => {
    expect(problemDocument(conflict, createRedact())).toEqual({
      error: {
        code: 'version_exists',
        message: 'Version 1.3.0 exists already: ver_abc123.',
        status: 409,
        hint: 'Raise the version, or pass --skip-existing.',
        next: 'lumio deploy --bump patch',
        requestId: 'req_1',
        retryAfterSeconds: undefined,
      },
      version: { id: 'ver_abc123' },
    });
  });

  test('has no status without a response, and the error first', () => {
    const document = problemDocument(
      new LumioError('network', {
        code: 'timeout',
        message: 'm',
        retryAfterSeconds: 3,
        details: { outcome: 'unknown', error: 'no' },
      }),
    );
    expect(JSON.stringify(document)).toBe(
      '{"error":{"code":"timeout","message":"m","status":null,"retryAfterSeconds":3},' +
        '"outcome":"unknown"}',
    );
  });
});
