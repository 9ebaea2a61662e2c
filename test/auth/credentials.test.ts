import { describe, expect, test } from 'vitest';
import { baseUrl } from '../../src/api/api-url.ts';
import {
  hintForKey,
  checkKeyForm,
  checkNoSandboxKey,
  checkStoredFor,
  environmentCredential,
  findCredential,
  maskKey,
  noKeyError,
} from '../../src/auth/credentials.ts';
import { openStore } from '../../src/auth/store.ts';
import { realClock } from '../support/clock.ts';
import { temporaryDirectory } from '../support/project.ts';
import { problemOf } from '../support/problem-of.ts';

const key = `lm_dev_${'0123456789abcdef'.repeat(3)}wxyz`;

describe('environmentCredential', () => {
  const second = { key: 't', source: 'LUMIO_TOKEN', label: 'LUMIO_TOKEN', hides: [] };
  test.each([
    [
      { LUMIO_API_KEY: 'lm_dev_first', LUMIO_TOKEN: 'lm_dev_second' },
      {
        key: 'lm_dev_first',
        source: 'LUMIO_API_KEY',
        label: 'LUMIO_API_KEY',
        hides: ['LUMIO_TOKEN'],
      },
    ],
    [{ LUMIO_API_KEY: '', LUMIO_TOKEN: ' t\r\n' }, second],
    [{ LUMIO_API_KEY: ' \n' }, undefined],
    [{}, undefined],
  ])('%#: the first variable, then the second', (env, expected) => {
    expect(environmentCredential(env)).toEqual(expected);
  });

  test('then the key file', () => {
    const source = 'LUMIO_API_KEY_FILE';
    expect(environmentCredential({}, 'lm_dev_file\n')).toMatchObject({
      key: 'lm_dev_file',
      source,
    });
    expect(environmentCredential({ LUMIO_TOKEN: 't' }, 'k')).toMatchObject({ hides: [source] });
  });
});

describe('findCredential', () => {
  const host = {
    env: { LUMIO_API_KEY: 'lm_dev_env' },
    cwd: '/',
    signal: new AbortController().signal,
  };
  async function storeWith(apiKey: string) {
    const directory = await temporaryDirectory({
      'credentials.json': JSON.stringify({ profiles: { work: { apiKey, savedAt: '' } } }),
    });
    const env = { LUMIO_CONFIG_DIR: directory };
    return () => openStore({ ...host, env, platform: process.platform, clock: realClock });
  }
  const selection = { profile: 'work', apiUrl: baseUrl };

  const fromEnvironment = { key: 'lm_dev_env', source: 'LUMIO_API_KEY', label: 'LUMIO_API_KEY' };
  const fromProfile = { key: 'lm_dev_s', source: 'profile', label: 'the profile "work"' };

  test.each([
    ['the environment', 'lm_dev_env', false, fromEnvironment],
    ['the stored key if the variable is blank', ' \n', false, fromProfile],
    ['the stored key of an explicit profile', 'lm_dev_env', true, fromProfile],
  ])('finds %s', async (_what, variable, isProfileExplicit, expected) => {
    const store = await storeWith(' lm_dev_s\n');
    const env = { LUMIO_API_KEY: variable };
    const found = findCredential({ ...host, env }, { ...selection, isProfileExplicit }, store);
    expect(await found).toEqual({ ...expected, hides: [] });
  });

  test('an empty stored key counts as missing', async () => {
    const find = async () =>
      findCredential(host, { ...selection, isProfileExplicit: true }, await storeWith(' '));
    expect((await problemOf(find)).code).toBe('no_api_key');
  });
});

test.each([
  ['default', 'lumio login'],
  ['work', 'lumio login --profile <name>'],
])('noKeyError for the profile %s', (profile, next) => {
  expect(noKeyError(profile, ['client-2'])).toMatchObject({
    kind: 'auth',
    exitCode: 4,
    problem: { code: 'no_api_key', next, hint: expect.stringContaining('client-2') },
  });
});

test('noKeyError suggests no variable that --profile takes precedence over', () => {
  expect(noKeyError(undefined, [], true).problem.hint).not.toContain('LUMIO_API_KEY');
});

describe('hint for a key that the API refused', () => {
  const fromEnvironment = { key, source: 'LUMIO_TOKEN', label: 'LUMIO_TOKEN' } as const;

  test.each([[[]], [['the stored key of the profile "default"']]])(
    "names the variable, which a login wouldn't replace, and the keys that it overrides: %j",
    (hides) => {
      const hint = hintForKey({ ...fromEnvironment, hides });
      expect(hint?.next).toBeUndefined();
      for (const name of ['LUMIO_TOKEN', ...hides]) expect(hint?.hint).toContain(name);
    },
  );

  test('is left to the default for a stored key', () => {
    const stored = { key, source: 'profile', label: 'the profile "default"', hides: [] } as const;
    expect(hintForKey(stored)).toBeUndefined();
  });
});

test("refuses to send a sandbox's key to the real API", async () => {
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
  test.each([key, 'lm_usr_abc', 'lm_dev_'])('accepts %s', (text) => {
    expect(checkKeyForm(text, 'stdin')).toEqual([]);
  });

  test.each([
    ['lm_pop_0123456789', 'overlay token'],
    ['sk_live_0123456789', "doesn't start with lm_dev_"],
    ['LM_DEV_0123456789', "doesn't start with lm_dev_"],
  ])('warns about %s without repeating it', (text, words) => {
    const [warning, ...others] = checkKeyForm(text, 'LUMIO_TOKEN');
    expect(others).toEqual([]);
    expect(warning).toContain(words);
    expect(warning).toContain('LUMIO_TOKEN');
    expect(warning).not.toContain('0123456789');
  });

  test.each(['', 'lm_dev_a b', 'lm_dev_a\nX-Evil: 1', 'lm_dev_\0', 'lm_dev_ü', 'Bearer lm_dev_a'])(
    'refuses %j, which is invalid in a header',
    async (text) => {
      const problem = await problemOf(() => checkKeyForm(text, 'stdin'));
      expect(problem).toMatchObject({ kind: 'usage', code: 'malformed_api_key' });
      expect(problem.message).toContain('from stdin');
      if (text !== '') expect(JSON.stringify(problem)).not.toContain(text);
    },
  );
});

test.each([
  [undefined, 'https://api.lumio.vision/developer/v1', true],
  [undefined, 'http://127.0.0.1:4810/developer/v1', false],
  ['https://api.lumio.vision/developer/v1', 'https://api.lumio.vision/developer/v2', true],
  ['http://127.0.0.1:4810/developer/v1', 'https://api.lumio.vision/developer/v1', false],
  ['https://api.lumio.vision/developer/v1', 'https://evil.example/developer/v1', false],
  ['https://api.lumio.vision/developer/v1', 'https://api.lumio.vision.evil.example/', false],
])('a key stored for %s may be sent to %s: %j', async (storedFor, apiUrl, isAllowed) => {
  const check = (): void => checkStoredFor(storedFor, apiUrl, 'the profile "default"');
  if (isAllowed) return expect(check).not.toThrow();
  return expect(await problemOf(check)).toMatchObject({
    kind: 'auth',
    code: 'key_for_another_api',
  });
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
