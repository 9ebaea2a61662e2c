import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { checkSecretKey } from '../../src/project/secret-key.ts';
import { pathSegmentError } from '../../src/project/path-segment.ts';
import { problemOf } from '../support/problem-of.ts';

describe('checkSecretKey', () => {
  test.each(['API_KEY', 'a.b-c', '...', 'a b', 'a:b', 'ключ', '__proto__', '🔑', '-x'])(
    'takes %j',
    (key) => {
      expect(checkSecretKey(key)).toBe(key);
    },
  );

  test.each([
    ['', 'is empty'],
    ['.', 'means another path'],
    ['..', 'means another path'],
    ['../other', 'has a slash in it'],
    ['a/b', 'has a slash in it'],
    ...['%2e%2e', '%2F', 'a?b', 'a#b', '\\'].map((key): [string, string] => [
      key,
      'has a "\\", "?", "#" or "%" in it, which some servers take for another path',
    ]),
    ['a\0b', 'has a control character in it'],
    ['a\nb', 'has a control character in it'],
    ['a\u007F', 'has a control character in it'],
    ['a\uD800', 'has a control character in it'],
  ])('refuses %j', async (key, flaw) => {
    const problem = await problemOf(() => checkSecretKey(key));
    expect(problem).toMatchObject({
      kind: 'usage',
      code: 'invalid_secret_key',
      message: `The secret's key ${JSON.stringify(key)} ${flaw}.`,
    });
  });
});

test('a word without a flaw is one segment of the path and no other', () => {
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string({ unit: 'binary', maxLength: 8 }),
        fc.constantFrom('..', '.', '%2e%2e', '/', '\\..', '?', '#'),
      ),
      (word) => {
        fc.pre(pathSegmentError(word) === undefined);
        const url = new URL(`https://host/a/${encodeURIComponent(word)}`);
        expect(url.pathname.split('/')).toHaveLength(3);
        expect(decodeURIComponent(url.pathname.split('/')[2] ?? '')).toBe(word);
        expect(url.search + url.hash).toBe('');
      },
    ),
    { numRuns: 300 },
  );
});
