import { Buffer } from 'node:buffer';
import * as fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { renderJson } from '../../src/terminal/json.ts';
import { createRedactor } from '../../src/terminal/redact.ts';

const key = 'lm_dev_0123456789abcdef';
const odd = 'pä"ss\n w/ö\trd+\u202E&';

function maskOf(...values: string[]): (text: string) => string {
  const mask = createRedactor();
  for (const value of values) mask.addSecret(value);
  return mask.redact;
}

describe('mask', () => {
  test.each([
    ['as it is', key, `Bearer ${key}.`, 'Bearer ***.'],
    ['every time', key, `${key} ${key}`, '*** ***'],
    ['JSON-escaped', odd, JSON.stringify({ a: odd }), '{"a":"***"}'],
    ['in our JSON', odd, renderJson(odd), '"***"\n'],
    ['percent-encoded', odd, `/secrets/${encodeURIComponent(odd)}?x`, '/secrets/***?x'],
    ['percent-encoded in lower case', 'key/with/slashes', 'key%2fwith%2fslashes', '***'],
    ['as a form', odd, new URLSearchParams({ a: odd }).toString(), 'a=***'],
    ['made printable', 'two\nlines', 'said two lines', 'said ***'],
    ['within a longer word', 'secret', 'secretly', '***ly'],
    ['line by line', 'first line\nsecond line\n', 'no "second line" here', 'no "***" here'],
    ['cut off', key, 'said "lm_dev_0123…"', 'said "***…"'],
  ])('%s', (_what, value, text, expected) => {
    expect(maskOf(value)(text)).toBe(expected);
  });

  test.each([
    ['a key of the environment', 'said my-own-key.', 'said ***.'],
    ['what reads like a key', `said ${key}, lm_usr_${'a'.repeat(16)}`, 'said ***, ***'],
    ['not a key that is masked already', 'lm_dev_****a1b2', 'lm_dev_****a1b2'],
  ])('a remark never holds %s', (_what, text, expected) => {
    const { redact, redactMessage } = createRedactor(['my-own-key']);
    expect(redactMessage(text)).toBe(expected);
    expect(redact(text)).toBe(text);
  });

  it('leaves text alone that holds nothing hidden', () => {
    expect(maskOf()('text')).toBe('text');
    expect(maskOf(key)('text')).toBe('text');
  });

  it('does not mask what is too short to be told from any other text', () => {
    expect(maskOf('', 'a', 'abc')('abc')).toBe('abc');
    expect(maskOf('abcd')('abcd')).toBe('***');
  });

  it('leaves no remainder of values that overlap', () => {
    expect(maskOf('abcdef', 'defghi', 'abcdefgh')('x abcdefghi y')).toBe('x *** y');
  });

  test.each([0, 1, 2, 3, 4])(
    'finds the value within basic credentials, %d characters in',
    (before) => {
      const basic = Buffer.from(`${'u'.repeat(before)}${key}:x`).toString('base64');
      const cleaned = maskOf(key)(`Basic ${basic}`);
      // At most one character on either side has a part in a neighbouring byte.
      expect(cleaned.length).toBeLessThanOrEqual(
        'Basic ***'.length + Math.ceil((before * 8) / 6) + 1 + 5,
      );
      expect(cleaned).toContain('***');
    },
  );

  it('finds the value in either alphabet of base64', () => {
    const value = '~~~???>>>~~~';
    const clean = maskOf(value);
    expect(clean(Buffer.from(value).toString('base64'))).toBe('***');
    expect(clean(Buffer.from(value).toString('base64url'))).toBe('***');
  });

  it('never lets a value through, in any form it may be printed in', () => {
    const value = fc
      .string({ unit: 'grapheme', minLength: 4 })
      .filter((text) => text.length >= 4 && !text.includes('*'));
    fc.assert(
      fc.property(
        fc.array(value, { minLength: 1, maxLength: 3 }),
        fc.string(),
        fc.string(),
        (values, before, after) => {
          const clean = maskOf(...values);
          for (const hidden of values) {
            const forms = [hidden, JSON.stringify(hidden).slice(1, -1), encodeURIComponent(hidden)];
            for (const form of forms) expect(clean(`${before}${form}${after}`)).not.toContain(form);
          }
        },
      ),
    );
  });
});
