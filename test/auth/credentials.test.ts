import { describe, expect, test } from 'vitest';
import {
  type Credential,
  checkKeyForm,
  checkNoSandboxKey,
  checkStoredFor,
  maskKey,
  noKeyError,
  resolveCredential,
  withKeySource,
} from '../../src/auth/credentials.ts';
import { LumioError } from '../../src/errors.ts';
import { problemOf } from '../support/problem-of.ts';

const key = `lm_dev_${'0123456789abcdef'.repeat(3)}wxyz`;

describe('resolveCredential', () => {
  const stored = 'lm_dev_stored';
  const all = { LUMIO_API_KEY: 'lm_dev_first', LUMIO_TOKEN: 'lm_dev_second' };
  const hidden = 'the stored key of the profile "work"';
  test.each([
    [
      { env: all, stored },
      {
        key: 'lm_dev_first',
        source: 'LUMIO_API_KEY',
        label: 'LUMIO_API_KEY',
        hides: ['LUMIO_TOKEN', hidden],
      },
    ],
    [
      { env: { LUMIO_API_KEY: '', LUMIO_TOKEN: 't' }, stored },
      { key: 't', source: 'LUMIO_TOKEN', label: 'LUMIO_TOKEN', hides: [hidden] },
    ],
    [
      { env: { LUMIO_API_KEY: ' \n' }, stored: ` ${stored}\n` },
      { key: stored, source: 'profile', label: 'the profile "work"', hides: [] },
    ],
    [{ env: {}, stored: undefined }, undefined],
    [
      { env: { LUMIO_API_KEY: ' k\r\n' }, stored: undefined },
      { key: 'k', source: 'LUMIO_API_KEY', label: 'LUMIO_API_KEY', hides: [] },
    ],
  ])('%#: the first variable, else the second, else the stored key', (from, expected) => {
    expect(resolveCredential({ ...from, profile: 'work' })).toEqual(expected);
  });
});

test('noKeyError ends with exit code 4 and names both ways', () => {
  const error = noKeyError();
  expect(error).toMatchObject({
    kind: 'auth',
    exitCode: 4,
    problem: { code: 'no_api_key', message: 'There is no API key.', next: 'lumio login' },
  });
  expect(error.problem.hint).toContain('LUMIO_API_KEY');
  expect(error.problem.hint).toContain('lumio login');
});

test('a profile that has no key is named, and the login that would make it', () => {
  expect(noKeyError('my work').problem).toMatchObject({
    message: 'There is no API key: none is set, and none is stored for the profile "my work".',
    next: "lumio login --profile 'my work'",
  });
});

describe('a key that the API refused', () => {
  const refusal = (status: number) =>
    new LumioError('auth', {
      code: 'unauthorized',
      message: 'Invalid API key.',
      hint: 'Check it.',
      next: 'lumio login',
      status,
    });
  const fromEnvironment = { key, source: 'LUMIO_TOKEN', label: 'LUMIO_TOKEN', hides: [] } as const;

  test.each([
    [[], 'The key lm_dev_****wxyz comes from LUMIO_TOKEN: correct it, or unset it and log in.'],
    [
      ['the stored key of the profile "default"'],
      'The key lm_dev_****wxyz comes from LUMIO_TOKEN: correct it, or unset it to use the stored key of the profile "default".',
    ],
  ])(
    'is told with its variable, which a login would not replace, where it hides %j',
    (hides, hint) => {
      expect(withKeySource(refusal(401), { ...fromEnvironment, hides })).toMatchObject({
        kind: 'auth',
        problem: { message: 'Invalid API key.', hint, next: undefined },
      });
    },
  );

  test.each<[string, unknown, Credential]>([
    [
      'that is stored',
      refusal(401),
      { key, source: 'profile', label: 'the profile "default"', hides: [] },
    ],
    ['for what it may not do', refusal(403), fromEnvironment],
    ['by nobody', new Error('bug'), fromEnvironment],
  ])('%s is told as before', (_, thrown, credential) => {
    expect(withKeySource(thrown, credential)).toBe(thrown);
  });
});

test("a sandbox's key does not go to the real API", async () => {
  expect(
    await problemOf(() => checkNoSandboxKey(`lm_dev_sandbox_${'0'.repeat(49)}`)),
  ).toMatchObject({
    kind: 'auth',
    code: 'sandbox_key',
    hint: expect.stringContaining('LUMIO_API_URL'),
  });
  expect(() => checkNoSandboxKey(key)).not.toThrow();
});

describe('checkKeyForm', () => {
  test.each([key, 'lm_usr_abc', 'lm_dev_'])('%s looks right', (text) => {
    expect(checkKeyForm(text, 'stdin')).toEqual([]);
  });

  test.each([
    ['lm_pop_0123456789', 'overlay token'],
    ['sk_live_0123456789', 'does not start with lm_dev_'],
    ['LM_DEV_0123456789', 'does not start with lm_dev_'],
  ])('%s is warned about, without being repeated', (text, words) => {
    const [warning, ...others] = checkKeyForm(text, 'LUMIO_TOKEN');
    expect(others).toEqual([]);
    expect(warning).toContain(words);
    expect(warning).toContain('LUMIO_TOKEN');
    expect(warning).not.toContain('0123456789');
  });

  test.each([
    ['', 'is empty'],
    ['lm_dev_a b', 'has white space'],
    ['lm_dev_a\nX-Evil: 1', 'has white space'],
    ['lm_dev_\0', 'has white space'],
    ['lm_dev_ü', 'has white space'],
    ['Bearer lm_dev_a', 'has white space'],
  ])('%j can not stand in a header', async (text, flaw) => {
    const problem = await problemOf(() => checkKeyForm(text, 'stdin'));
    expect(problem).toMatchObject({ kind: 'usage', code: 'malformed_api_key' });
    expect(problem.hint).toContain('Copy it again');
    expect(problem.message).toContain(`from stdin ${flaw}`);
    if (text !== '') expect(JSON.stringify(problem)).not.toContain(text);
  });
});

test.each([
  [undefined, 'https://api.lumio.vision/developer/v1', 'goes'],
  ['https://api.lumio.vision/developer/v1', 'https://api.lumio.vision/developer/v2', 'goes'],
  ['http://127.0.0.1:4810/developer/v1', 'https://api.lumio.vision/developer/v1', 'stays'],
  ['https://api.lumio.vision/developer/v1', 'https://evil.example/developer/v1', 'stays'],
])('a key stored for %s and used for %s %s', async (storedFor, apiUrl, outcome) => {
  const check = (): void => checkStoredFor(storedFor, apiUrl, 'the profile "default"');
  if (outcome === 'goes') return expect(check).not.toThrow();
  const message = `The key of the profile "default" was stored for ${storedFor}; it is not sent to ${apiUrl}.`;
  const problem = await problemOf(check);
  expect(problem).toMatchObject({
    kind: 'auth',
    code: 'key_for_another_api',
    message,
    next: `export LUMIO_API_URL=${storedFor}`,
  });
  return expect(problem.hint).toContain('--profile');
});

test.each([
  [key, 'lm_dev_****wxyz'],
  ['lm_usr_0123456789abcdef', 'lm_usr_****cdef'],
  ['lm_dev_0123456789abcde', 'lm_dev_****'],
  ['0123456789abcdef', '****cdef'],
  ['x_lm_dev_0123456789abcdef', '****cdef'],
  ['short', '****'],
  ['', '****'],
])('maskKey %s → %s', (text, masked) => {
  expect(maskKey(text)).toBe(masked);
});
