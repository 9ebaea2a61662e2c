import { Buffer } from 'node:buffer';
import * as fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { renderJson } from '../../src/terminal/render.ts';
import { createRedact, redactSentence } from '../../src/terminal/redact.ts';
import { growthOf, maxLinearGrowth } from '../support/growth.ts';
import { charEncoders, html, secretValue } from '../support/secret-forms.ts';
import { redactOf } from './terminals.ts';

const key = 'lm_dev_0123456789abcdef';
const odd = 'pä"ss\n w/ö\trd+\u202E&';
const signs = 'k3y/with"all\'(of)*&<them>%\\x';

describe('redact', () => {
  test.each([
    ['as it is', key, `Bearer ${key}.`, 'Bearer ***.'],
    ['every time', key, `${key} ${key}`, '*** ***'],
    ['in JSON', odd, JSON.stringify({ a: odd }), '{"a":"***"}'],
    ['in our JSON', odd, renderJson(odd, redactOf()), '"***"\n'],
    ['in JSON in JSON', signs, JSON.stringify(JSON.stringify(signs)), String.raw`"\"***\""`],
    ['in JSON with escaped slashes', 'k3y/a/b&cd', String.raw`k3y\/a\/b\u0026cd`, '***'],
    ['in a URL', odd, `/secrets/${encodeURIComponent(odd)}?x`, '/secrets/***?x'],
    ['in a URL in lower case', 'k3y/with/signs', 'k3y%2fwith%2fsigns', '***'],
    ['in a URL with more encoded than needed', "k3y('*)01", 'k3y%28%27%2A%2901', '***'],
    ['in a URL in a URL', signs, encodeURIComponent(encodeURIComponent(signs)), '***'],
    ['in a form', odd, new URLSearchParams({ a: odd }).toString(), 'a=***'],
    ['like an escape in a URL in a URL', '%41k3y-x', '%252541k3y-x', '***'],
    ['like an escape in HTML in HTML', '&lt;k3y-x', '&amp;amp;lt;k3y-x', '***'],
    ['in HTML', signs, html(signs), '***'],
    ['in HTML with names', 'k3y&<>"\'', 'k3y&amp;&lt;&gt;&quot;&apos;', '***'],
    ['in HTML in hexadecimal', 'k3y&/x01', 'k3y&#x26;&#X2f;x01', '***'],
    ['in HTML without semicolons', key, html(key, /./g).replaceAll(';', ''), '***'],
    ['in HTML in HTML', 'k3y&/<x0', 'k3y&amp;amp;/&amp;lt;x0', '***'],
    ['in hexadecimal', key, Buffer.from(key).toString('hex'), '***'],
    ['in hexadecimal in upper case', key, Buffer.from(key).toString('hex').toUpperCase(), '***'],
    ['in hexadecimal with blanks', 'sk-pass/word', '73 6b 2d 70 61 73 73 2f 77 6f 72 64', '***'],
    ['in hexadecimal with colons', 'pa5sw0rd', '70:61:35:73:77:30:72:64', '***'],
    ['in JSON in a URL', signs, encodeURIComponent(JSON.stringify(signs)), '%22***%22'],
    ['in JSON in HTML', signs, html(JSON.stringify(signs)), '&#34;***&#34;'],
    ['in a mix', 'k3y/a&b"c', String.raw`k3y%2Fa&amp;b\u0022c`, '***'],
    ['with invisible characters in it', key, 'lm_dev_\u200B0123456789\u001B[1mabcdef', '***'],
    ['with variation selectors in it', key, Array.from(key).join('\uFE0F\u{E0100}'), '***'],
    ['made printable', 'two\nlines', 'said two lines', 'said ***'],
    ['within a longer word', 's3cr-et!', 's3cr-et!ly', '***ly'],
    ['line by line', 'first line\nsecond line\n', 'no "second line" here', 'no "***" here'],
    ['truncated', key, 'said "lm_dev_0123…"', 'said "***…"'],
    ['truncated with dots', key, 'said "lm_dev_0123..."', 'said "***..."'],
    ['truncated in an escape', 'k3y/with/signs', String.raw`said k3y\u002fwith\u00…`, 'said ***…'],
    ['truncated in an escape of an escape', 'k3y/with/signs', 'k3y%252Fwith%25...', '***...'],
    ['truncated in an entity', 'k3y&with&signs', 'k3y&amp;with&am…', '***…'],
    ['truncated while encoded', signs, 'k3y%2Fwith&quot;al...', '***...'],
  ])('masks a secret %s', (_what, value, text, expected) => {
    const redact = redactOf(value);
    expect(redact(text)).toBe(expected);
    expect(redact.sentence(text)).toBe(expected);
    expect(redact.value(text)).toBe(expected);
  });

  test.each([
    ['a key of the environment', 'said my-0wn-key.', 'said ***.'],
    ['what looks like a key', `said ${key}, lm_usr_${'a'.repeat(16)}`, 'said ***, ***'],
    ['not a key that is masked already', 'lm_dev_****a1b2', 'lm_dev_****a1b2'],
  ])('masks in messages, not in results: %s', (_what, text, expected) => {
    const redact = createRedact(['my-0wn-key']);
    expect([redact(text), redact.sentence(text)]).toEqual([expected, expected]);
    expect(redact.value(text)).toBe(text);
  });

  it('leaves other text alone', () => {
    expect(redactOf()('text')).toBe('text');
    expect(redactOf(key)('text')).toBe('text');
    expect(redactOf('', 'a', 'abc')('abc')).toBe('abc');
  });

  it.each([
    '--extension',
    'error',
    'version',
    'TOKEN',
    'not_found',
    'retryAfterSeconds',
    '1.3.0-rc.1',
    'ext_1',
  ])('masks "%s" only in untrusted text', (word) => {
    const redact = redactOf(word);
    expect(redact(`x ${word}`)).toBe('x ***');
    expect([redact.sentence(word), redact.value(word)]).toEqual([word, word]);
    expect(redactSentence(redact, `${word}: "${word}!"`, [`${word}!`])).toBe(`${word}: "***!"`);
  });

  it('keeps names that users chose, but no API key', () => {
    const redact = createRedact(['k3y-of-the-env']);
    redact.addSecret('k3y-of-a-profile', 'api-key');
    for (const value of ['ext_01j9k2m3n4p5q6r7', 'k3y-of-the-env', 'k3y-of-a-profile']) {
      redact.addSecret(value);
      redact.addName(value);
    }
    redact.addSecret('01j9k2m3');
    expect(redact.value('id ext_01j9k2m3n4p5q6r7')).toBe('id ext_01j9k2m3n4p5q6r7');
    expect(redact.sentence('k3y-of-the-env k3y-of-a-profile')).toBe('*** ***');
    expect(redact.value('01j9k2m3')).toBe('***');
  });

  it('masks a secret that contains an untrusted part', () => {
    expect(redactSentence(redactOf(key), `sent ${key}`, ['v', ''])).toBe('sent ***');
  });

  it('leaves no remainder of values that overlap', () => {
    expect(redactOf('abcdef1', 'def1ghi', 'abcdef1gh')('x abcdef1ghi y')).toBe('x *** y');
  });

  test.each([0, 1, 2, 3, 4])(
    'finds a secret in basic credentials after %d characters',
    (before) => {
      const basic = Buffer.from(`${'u'.repeat(before)}${key}:x`).toString('base64');
      const redacted = redactOf(key)(`Basic ${basic}`);
      // At most one character on either side has a part in a neighbouring byte.
      const rest = Math.ceil((before * 8) / 6) + 1 + 5;
      expect(redacted.length).toBeLessThanOrEqual('Basic ***'.length + rest);
      expect(redacted).toContain('***');
    },
  );

  it('finds a secret in either alphabet of base64, wrapped too', () => {
    const value = '~~~???>>>~~!';
    const base64 = Buffer.from(value).toString('base64');
    expect(redactOf(value)(base64)).toBe('***');
    expect(redactOf(value)(Buffer.from(value).toString('base64url'))).toBe('***');
    expect(redactOf(value)(`${base64.slice(0, 7)}\n${base64.slice(7)}`)).toBe('***');
  });
});

it('never prints a random secret in random encodings', () => {
  const written = fc.tuple(
    secretValue,
    fc.array(fc.nat(charEncoders.length - 1), { minLength: 200 }),
  );
  fc.assert(
    fc.property(written, fc.string(), fc.string(), ([value, ways], before, after) => {
      const encoded = Array.from(value, (char, at) => charEncoders[ways[at] ?? 0]?.(char)).join('');
      const redact = redactOf(value);
      const blanked = before + encoded + after;
      for (const redacted of [redact(blanked), redact(encoded)]) {
        expect(redacted).toContain('***');
        expect(redacted).not.toContain(encoded);
      }
    }),
    { numRuns: 1000 },
  );
});

describe('takes linear time', () => {
  it('for many secrets', async () => {
    const work = (count: number): void => {
      const redact = redactOf(...Array.from({ length: count }, (_, at) => `value-${at}-Xy`));
      const texts = Array.from({ length: 15 * count }, (_, at) => `a value-${at}-Xy.`);
      const masked = texts.map((text) => redact.value(text));
      expect(masked.filter((text) => text === 'a ***.')).toHaveLength(count);
    };
    expect(await growthOf(2000, work)).toBeLessThan(maxLinearGrowth);
  });

  test.each([
    ['almost secrets', `The value-x%20 \\\\ &amp;amp; lm_dev_ ${'a'.repeat(20)}`, 5000],
    ['backslashes', '\\', 125_000],
    ['invisible characters', '\u200B', 125_000, '7'],
    ['encoded ones', '&#8203;', 10_000, 'p'],
    ['encoded ones that end as a secret starts', '%E2%80%8B', 4000, 'va'],
    ['separators in hexadecimal', ':', 125_000, '7'],
  ])('for many %s', async (_, part, size, start = '') => {
    const work = (count: number): void => {
      const text = start + part.repeat(count);
      expect(redactOf('value-1-Xy', 'p&s%s-w0rd', 'p&s%x', 'Bp&s')(text)).toBe(text);
    };
    expect(await growthOf(size, work)).toBeLessThan(maxLinearGrowth);
  });
});
