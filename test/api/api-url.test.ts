import { expect, test } from 'vitest';
import { isLoopback, isRealApi, parseApiUrl } from '../../src/api/api-url.ts';
import { thrownBy } from './support.ts';

test.each([
  ['https://api.lumio.vision/developer/v1', 'https://api.lumio.vision/developer/v1'],
  ['https://api.lumio.vision/developer/v1/', 'https://api.lumio.vision/developer/v1'],
  ['https://api.lumio.vision/developer/v1//', 'https://api.lumio.vision/developer/v1'],
  ['HTTPS://API.Lumio.Vision:443/a', 'https://api.lumio.vision/a'],
  ['https://staging.example:8443', 'https://staging.example:8443'],
  ['http://127.0.0.1:4810/developer/v1', 'http://127.0.0.1:4810/developer/v1'],
  ['http://127.9.9.9', 'http://127.9.9.9'],
  ['http://127.1:80', 'http://127.0.0.1'],
  ['http://localhost:4810/', 'http://localhost:4810'],
  ['http://[::1]:4810/x', 'http://[::1]:4810/x'],
])('%s is read as %s', (text, expected) => {
  expect(parseApiUrl(text)).toBe(expected);
});

test.each([
  '',
  'api.lumio.vision',
  'ftp://api.lumio.vision',
  'file:///etc/passwd',
  'http://api.lumio.vision',
  'http://127.0.0.1.evil.example',
  'http://localhost.evil.example',
  'http://0.0.0.0:4810',
  'http://10.0.0.1',
  'https://user:pw@api.lumio.vision',
  'https://user@api.lumio.vision',
  'https://:pw@api.lumio.vision',
  'https://api.lumio.vision/?',
  'https://api.lumio.vision/v1?key=1',
  'https://api.lumio.vision/v1#',
  'https://api.lumio.vision/v1#top',
])('%j is refused', (text) => {
  const { kind, problem } = thrownBy(() => parseApiUrl(text));
  expect([kind, problem.code]).toEqual(['usage', 'invalid_api_url']);
  expect([problem.message, problem.hint]).toMatchSnapshot();
});

test.each([
  ['localhost', true],
  ['[::1]', true],
  ['127.0.0.1', true],
  ['127.10.20.30', true],
  ['1.127.0.0.1', false],
  ['127.0.0.1.example', false],
  ['localhost.example', false],
  ['[::2]', false],
])('%s is this machine: %s', (hostname, expected) => {
  expect(isLoopback(hostname)).toBe(expected);
});

test.each([
  ['https://api.lumio.vision/developer/v1', true],
  ['https://api.lumio.vision/developer/v1//', true],
  ['https://API.lumio.vision:443/developer/v1', true],
  ['nonsense', false],
  ['https://api.lumio.vision/developer/v10', false],
  ['http://127.0.0.1:4810/developer/v1', false],
])('%s is the real service: %s', (apiUrl, expected) => {
  expect(isRealApi(apiUrl)).toBe(expected);
});

test.each([
  'ftp://user:canary@host/x',
  'http://user:canary@host.example',
  'user:canary@host',
  'user:canary',
  'user:canary://nary@host',
  'h2://user:ca/nary@host:x',
  'https://user:ca/nary@host:x',
  'https://user:ca#nary@host:x',
  'https://user:can@canary@host:x',
  'https://host/v1?token=canary',
  'https://host/can#canary',
  'http://canary/',
  'ftp://host/v1#canary',
  'host?token=canary\nary',
])('no part of the invalid URL %j is shown', (text) => {
  const error = thrownBy(() => parseApiUrl(text));
  expect(error.message).not.toMatch(/canary|nary|can|user:|host/);
});
