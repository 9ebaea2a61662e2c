import { describe, expect, test } from 'vitest';
import { checkSecretName, checkStored } from '../../src/secrets/name.ts';
import { problemOf } from '../support/problem-of.ts';

describe('checkSecretName', () => {
  test.each(['API_KEY', 'a.b-c', '...', 'a b', 'a:b', 'ключ', '__proto__', '🔑', '👩‍👩‍👧', '❤️', '-x'])(
    'accepts %j',
    (name) => {
      expect(checkSecretName(name)).toBe(name);
    },
  );

  test.each([
    ['an empty name', ''],
    ['a relative path', '..'],
    ['a slash', 'hunter2/b'],
    ['a percent sign', '%2e%2e'],
    ['a question mark', 'hunter2?b'],
    ['a backslash', '\\'],
    ['an equals sign', 'K7=hunter2'],
    ['a line break', 'hunter2\nb'],
    ['NUL', 'hunter2\0b'],
    ['DEL', 'a\u007F'],
    ['a lone surrogate', 'a\uD800'],
    ['a zero width space', 'API\u200BKEY'],
    ['a zero width joiner', 'API\u200DKEY'],
    ['a byte order mark', '\uFEFFAPI_KEY'],
    ['a direction override', 'API\u202EKEY'],
    ['a soft hyphen', 'API\u00ADKEY'],
    ['a Hangul filler', 'API\u3164KEY'],
    ['a variation selector', 'API\uFE0FKEY'],
    ['a tag character', 'API\u{E0041}KEY'],
    ['a Braille blank', 'API\u2800KEY'],
    ['a no-break space', 'API\u00A0KEY'],
    ['an ideographic space', 'API\u3000KEY'],
    ['a decomposed letter', 'CAFE\u0301'],
    ['a leading space', ' API_KEY'],
    ['a trailing space', 'API_KEY '],
  ])("refuses %s, and doesn't repeat the name", async (_, name) => {
    const problem = await problemOf(() => checkSecretName(name));
    expect(problem).toMatchObject({ kind: 'usage', code: 'invalid_secret_key' });
    expect(JSON.stringify(problem)).not.toContain('hunter2');
  });
});

describe('checkStored', () => {
  test('accepts a name that is stored', () => {
    expect(() => checkStored('B', ['A', 'B'], 'my-board')).not.toThrow();
  });

  test.each([
    ['API_KEZ', ['API_KEY', 'OTHER'], /"API_KEY".*API_KEY, OTHER/],
    ['X', [], /no secrets/],
    ['X', Array.from({ length: 16_000 }, (_, index) => `NAME_${index}`), /NAME_9\b.* 15990 more/],
  ])('suggests existing names for %s', async (name, names, hint) => {
    const problem = await problemOf(() => checkStored(name, names, 'my-board'));
    expect(problem).toMatchObject({ kind: 'not_found', code: 'secret_not_found' });
    expect(problem.hint).toMatch(hint);
  });
});
