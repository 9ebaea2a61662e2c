import { expect, test } from 'vitest';
import { parseApiUrl } from '../../src/api/api-url.ts';
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
])('%s is taken as %s', (text, expected) => {
  expect(parseApiUrl(text)).toBe(expected);
});

test.each([
  ['', 'is not a URL'],
  ['api.lumio.vision', 'is not a URL'],
  ['ftp://api.lumio.vision', 'is not an https URL'],
  ['file:///etc/passwd', 'is not an https URL'],
  ['http://api.lumio.vision', 'plain http'],
  ['http://127.0.0.1.evil.example', 'plain http'],
  ['http://localhost.evil.example', 'plain http'],
  ['http://0.0.0.0:4810', 'plain http'],
  ['http://10.0.0.1', 'plain http'],
  ['https://user:pw@api.lumio.vision', 'user name or password'],
  ['https://user@api.lumio.vision', 'user name or password'],
  ['https://api.lumio.vision/?', 'query or a fragment'],
  ['https://api.lumio.vision/v1?key=1', 'query or a fragment'],
  ['https://api.lumio.vision/v1#top', 'query or a fragment'],
])('%s is refused: %s', (text, reason) => {
  const error = thrownBy(() => parseApiUrl(text));
  expect(error.kind).toBe('usage');
  expect(error.message).toContain(reason);
  expect(error.message).not.toContain('pw');
});

test.each([
  ['ftp://user:canary@host/x', 'user name or password'],
  ['http://user:canary@host.example', 'user name or password'],
  ['user:canary@host', '"…@host"'],
  ['https://user:ca/nary@host:x', '"https://…@host:x"'],
  ['https://user:ca#nary@host:x', '"https://…@host:x"'],
  ['https://user:can@canary@host:x', '"https://…@host:x"'],
  ['https://host/v1?token=canary', '"https://host/v1?…"'],
  ['ftp://host/v1#canary', '"ftp://host/v1#…"'],
  ['host?token=canary\nary', '"host?…"'],
])('a secret in the wrong address %j is not shown', (text, shown) => {
  const error = thrownBy(() => parseApiUrl(text));
  expect(error.message).toContain(shown);
  expect(error.message).not.toMatch(/canary|nary|user:/);
});
