import { describe, expect, test } from 'vitest';
import { fillPath, rawPath } from '../../src/api/api-url.ts';
import { thrownBy } from './support.ts';

const template = '/extensions/:id/secrets/:key';

describe('path parameters', () => {
  test.each([
    ['API_KEY', 'API_KEY'],
    ['a b', 'a%20b'],
    ['schlüssel', 'schl%C3%BCssel'],
    ['a&b=c;d,e+f:g@h', 'a%26b%3Dc%3Bd%2Ce%2Bf%3Ag%40h'],
    ['...', '...'],
    ['.env', '.env'],
    ['🔑', '%F0%9F%94%91'],
  ])('%s is sent as %s', (key, segment) => {
    expect(fillPath(template, { id: 'ext_1', key })).toBe(`/extensions/ext_1/secrets/${segment}`);
  });

  test.each([
    '',
    '.',
    '..',
    'a/b',
    '../ext_2',
    'a\\b',
    'a?b',
    'a#b',
    '%2e%2e',
    'a%2Fb',
    '100%',
    'a\nb',
    'a\0',
    '\uD800',
  ])('%j is refused', (key) => {
    const error = thrownBy(() => fillPath(template, { id: 'ext_1', key }));
    expect([error.kind, error.problem.code]).toEqual(['usage', 'invalid_path_parameter']);
    expect(error.message).toMatchSnapshot();
    expect(thrownBy(() => fillPath(template, { id: key, key: 'A' })).message).toContain(
      'extension ID',
    );
  });

  test('a missing parameter is an empty one', () => {
    expect(thrownBy(() => fillPath(template, { id: 'ext_1' })).message).toContain('is empty');
  });
});

describe('raw paths', () => {
  const base = 'https://api.lumio.vision/developer/v1';
  test.each([
    ['/extensions', '/extensions'],
    ['extensions', '/extensions'],
    ['//extensions', '/extensions'],
    ['extensions?limit=1&q=a/../b', '/extensions?limit=1&q=a/../b'],
    ['extensions?next=https://elsewhere.example/', '/extensions?next=https://elsewhere.example/'],
    ['extensions/a b/ü', '/extensions/a%20b/%C3%BC'],
    ['extensions/a%20b', '/extensions/a%20b'],
    [base, '/'],
    [`${base}/extensions?x=1`, '/extensions?x=1'],
    ['/developer/v1/extensions?x=1', '/extensions?x=1'],
    ['/developer/v10/x', '/developer/v10/x'],
  ])('%s becomes %s', (text, path) => {
    expect(rawPath(base, text)).toBe(path);
  });

  test.each([
    '../v2/x',
    '/extensions/./x',
    'extensions/%2e%2E/x',
    'extensions/.%2e/x',
    'a%2f..%2fb',
    'a%5c..',
    'a\\b',
    'a#b',
    'a\nb',
    'https://evil.example/extensions',
    'https://api.lumio.vision/developer/v2/x',
    'https://api.lumio.vision/developer/v10',
    'https://api.lumio.vision.evil.example/developer/v1/x',
  ])('%j is refused', (text) => {
    const { kind, problem } = thrownBy(() => rawPath(base, text));
    expect([kind, problem.code]).toEqual(['usage', 'invalid_path']);
    expect([problem.message, problem.hint]).toMatchSnapshot();
  });
});
