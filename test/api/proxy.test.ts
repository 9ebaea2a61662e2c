import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { LumioError } from '../../src/errors.ts';
import { proxyFor } from '../../src/api/proxy.ts';
import { thrownBy } from './support.ts';

const api = 'https://api.lumio.vision/developer/v1';

function hostFor(url: string, env: Record<string, string>): string | undefined {
  const proxy = proxyFor(url, env);
  return proxy === undefined ? undefined : `${proxy.protocol}//${proxy.hostname}:${proxy.port}`;
}

describe('which variable applies', () => {
  test.each<[string, string, Record<string, string>, string | undefined]>([
    ['none', api, {}, undefined],
    ['upper case', api, { HTTPS_PROXY: 'http://p:1' }, 'http://p:1'],
    ['lower case', api, { https_proxy: 'http://p:1' }, 'http://p:1'],
    [
      'lower case takes precedence',
      api,
      { https_proxy: 'http://low:1', HTTPS_PROXY: 'http://up:1' },
      'http://low:1',
    ],
    ['empty counts as unset', api, { https_proxy: '', HTTPS_PROXY: 'http://up:1' }, 'http://up:1'],
    ["HTTP_PROXY isn't for https", api, { HTTP_PROXY: 'http://p:1' }, undefined],
    ['all_proxy', api, { all_proxy: 'http://all:1' }, 'http://all:1'],
    ['ALL_PROXY', api, { ALL_PROXY: 'http://all:1' }, 'http://all:1'],
    [
      'the protocol takes precedence over ALL_PROXY',
      api,
      { all_proxy: 'http://all:1', HTTPS_PROXY: 'http://p:1' },
      'http://p:1',
    ],
    [
      'ALL_PROXY, for http too',
      'http://127.0.0.1:4810',
      { ALL_PROXY: 'http://127.0.0.1:1' },
      'http://127.0.0.1:1',
    ],
    ['no scheme', api, { HTTPS_PROXY: 'p:3128' }, 'http://p:3128'],
    ['no port', api, { HTTPS_PROXY: 'http://p' }, 'http://p:1080'],
    ['no port and no scheme', api, { HTTPS_PROXY: 'p' }, 'http://p:1080'],
    ['an empty port', api, { ALL_PROXY: 'http://p:/' }, 'http://p:1080'],
    ['port 80', api, { HTTPS_PROXY: 'http://p:80' }, 'http://p:80'],
    ['port 80 of a TLS proxy', api, { HTTPS_PROXY: 'https://p:80' }, 'https://p:80'],
    ['port 0, where nothing listens', api, { HTTPS_PROXY: 'http://p:0' }, 'http://p:0'],
    ['a TLS proxy', api, { HTTPS_PROXY: 'https://p' }, 'https://p:443'],
    ['an IPv6 proxy', api, { HTTPS_PROXY: 'http://[fd00::1]:8080' }, 'http://fd00::1:8080'],
    [
      'loopback through a loopback proxy',
      'http://127.0.0.1:4810',
      { HTTP_PROXY: 'http://localhost:1' },
      'http://localhost:1',
    ],
    [
      'loopback never through another',
      'http://127.0.0.1:4810',
      { HTTP_PROXY: 'http://p:1' },
      undefined,
    ],
    ['TLS on loopback neither', 'https://[::1]:4810', { HTTPS_PROXY: 'http://p:1' }, undefined],
  ])('%s', (_, url, env, expected) => {
    expect(hostFor(url, env)).toBe(expected);
  });
});

describe('NO_PROXY', () => {
  test.each<[string, string, boolean]>([
    ['', api, false],
    ['*', api, true],
    ['api.lumio.vision', api, true],
    ['API.Lumio.Vision', api, true],
    ['lumio.vision', api, true],
    ['.lumio.vision', api, true],
    ['*.lumio.vision', api, true],
    ['other.example, lumio.vision', api, true],
    ['other.example lumio.vision', api, true],
    ['api.lumio.vision:443', api, true],
    ['api.lumio.vision:8443', api, false],
    ['umio.vision', api, false],
    ['vision.example', api, false],
    [',', api, false],
    ['other.example,,lumio.vision', api, true],
    ['.', 'https://api.lumio.vision.', false],
    ['lumio.vision.', api, true],
    ['api.lumio.vision', 'https://api.lumio.vision.', true],
    ['other.example,*', api, false],
    ['3', 'https://10.1.2.3', false],
    ['2.3', 'https://10.1.2.3', false],
    ['[]', api, false],
    ['[x]lumio.vision', api, false],
    ['127.0.0.1:80', 'http://127.0.0.1', true],
    ['127.0.0.1:443', 'http://127.0.0.1', false],
    ['fd00::7', 'https://[fd00::7]:99', true],
    ['[fd00::7]:99', 'https://[fd00::7]:99', true],
    ['[fd00::7]:98', 'https://[fd00::7]:99', false],
    ['10.0.0.0/8', 'https://10.1.2.3', true],
    ['10.0.0.0/8', 'https://11.1.2.3', false],
    ['10.0.0.0/99', 'https://10.1.2.3', false],
    ['10.0.0.0/33', 'https://10.1.2.3', false],
    ['10.1.2.3/32', 'https://10.1.2.3', true],
    ['10.0.0.0/8x', 'https://10.1.2.3', false],
    ['10.0.0.0/x8', 'https://10.1.2.3', false],
    ['10.0.0.0/', 'https://10.1.2.3', false],
    ['FD00:0:0:0::0007', 'https://[fd00::7]', true],
    ['[fd00:0::7]:99', 'https://[fd00::7]:99', true],
    ['fd00:0::8', 'https://[fd00::7]', false],
    ['fd00::/16', 'https://[fd00::7]', true],
    ['fd00::7/128', 'https://[fd00::7]', true],
    ['fd00::/129', 'https://[fd00::7]', false],
    ['fd00::/16', 'https://10.1.2.3', false],
    ['10.0.0.0/8', 'https://[fd00::7]', false],
    ['0.0.0.0/0', 'https://[::ffff:10.1.2.3]', false],
    ['lumio.vision/8', api, false],
    ['10.0.0.0/8', api, false],
  ])('%s and %s', (noProxy, url, isExempt) => {
    expect(
      hostFor(url, {
        HTTPS_PROXY: 'http://p:1',
        HTTP_PROXY: 'http://127.0.0.1:1',
        NO_PROXY: noProxy,
      }) === undefined,
    ).toBe(isExempt);
  });

  test('lower case takes precedence here too', () => {
    expect(hostFor(api, { HTTPS_PROXY: 'http://p:1', NO_PROXY: '*', no_proxy: 'x.example' })).toBe(
      'http://p:1',
    );
  });
});

test.each([
  ['http://u:p%40ss@p:1', 'u:p@ss', ['p@ss', 'p%40ss']],
  ['http://token@p:1', 'token:', []],
  ['http://:p@p:1', ':p', ['p']],
  ['http://u:100%@p:1', 'u:100%', ['100%']],
  ['http://u:50%off%40@p:1', 'u:50%off@', ['50%off@', '50%off%40']],
  ['http://u:%E9t%E9@p:1', 'u:\xE9t\xE9', ['\uFFFDt\uFFFD', '%E9t%E9']],
])('credentials of %s', (value, plain, secrets) => {
  const proxy = proxyFor(api, { HTTPS_PROXY: value });
  expect(proxy?.authorization).toBe(`Basic ${Buffer.from(plain, 'latin1').toString('base64')}`);
  expect(proxy?.secrets).toEqual(secrets);
});

test('sends no credentials to a proxy without a user', () => {
  expect(proxyFor(api, { HTTPS_PROXY: 'http://p:1' })).toEqual({
    protocol: 'http:',
    hostname: 'p',
    port: 1,
    secrets: [],
  });
});

test.each([
  'socks5://p:1',
  'xhttp://p:1',
  'http://',
  'http://:1',
  'ht tp',
  'file:///x',
  'http://u:p@ss#tail@proxy.invalid:3128',
  'http://u:pa@ss@proxy.invalid:3128',
  'http://u:pa?ss@proxy.invalid:3128',
  'http://u:pa/ss@proxy.invalid:3128',
  'http://u:pa\\ss@proxy.invalid:3128',
  'http://proxy.invalid:3128/path',
  'http://proxy.invalid:3128?x',
  'http://proxy.invalid:port',
  'http://proxy.invalid:99999',
  'http://u:p@[::1',
])('%s is refused without being shown', (value) => {
  for (const name of ['https_proxy', 'all_proxy']) {
    const { kind, problem } = thrownBy(() => proxyFor(api, { [name]: value }));
    expect([kind, problem.code]).toEqual(['usage', 'invalid_proxy']);
    expect(problem.message).toContain(name.toUpperCase());
    expect(problem.hint).toContain('Percent-encode');
    // Nothing of the value is part of the error.
    expect(problem).toEqual(thrownBy(() => proxyFor(api, { [name]: '#' })).problem);
  }
});

test('a random proxy URL is read exactly or refused, and its password is never shown', () => {
  const password = fc.string({
    unit: fc.constantFrom(...Array.from('abcXYZ019#?/\\@:%&=+ ~[]{}<>é"\'\n')),
    minLength: 4,
    maxLength: 20,
  });
  const tail = fc.constantFrom('', '/', '/path', '?q', '#f', '\\x');
  fc.assert(
    fc.property(password, tail, (secret, end) => {
      const value = `http://user:${secret}@proxy.invalid:3128${end}`;
      try {
        const proxy = proxyFor(api, { HTTPS_PROXY: value });
        expect([proxy?.hostname, proxy?.port]).toEqual(['proxy.invalid', 3128]);
        expect(proxy?.secrets).toContain(secret);
      } catch (error) {
        if (!(error instanceof LumioError)) throw error;
        expect(error.problem).toEqual(thrownBy(() => proxyFor(api, { HTTPS_PROXY: '#' })).problem);
      }
    }),
    { numRuns: 1000 },
  );
});
