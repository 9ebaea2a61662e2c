import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  ExactNumber,
  exactDifference,
  parseExactJson,
  stringifyExactJson,
} from '../../src/shared/json.ts';
import { renderJson } from '../../src/terminal/render.ts';
import { queryJson } from '../../src/terminal/json-query.ts';
import { createRedact } from '../../src/terminal/redact.ts';

const digits = (maxLength: number) =>
  fc.string({ unit: fc.constantFrom(...Array.from('0123456789')), minLength: 1, maxLength });
const integer = digits(40).map((text) => text.replace(/^0+(?=\d)/, ''));
/** Any number of RFC 8259, section 6. */
const number = fc
  .tuple(
    fc.constantFrom('', '-'),
    integer,
    fc.option(digits(30)),
    fc.option(fc.tuple(fc.constantFrom('e', 'E', 'e+', 'E-'), digits(4))),
  )
  .map(([sign, whole, fraction, exponent]) =>
    [sign, whole, fraction === null ? '' : `.${fraction}`, (exponent ?? []).join('')].join(''),
  );

test('keeps random JSON numbers unchanged', () => {
  fc.assert(
    fc.property(fc.array(number), number, fc.json(), (list, member, key) => {
      const text = `{"list":[${list.join(',')}],${JSON.stringify(`_${key}`)}:{"n":${member}}}`;
      // Escaped, since it starts a command of GitHub Actions.
      fc.pre(!text.includes('##['));
      expect(stringifyExactJson(parseExactJson(text))).toBe(text);
      expect(renderJson(parseExactJson(text), createRedact(), 'line')).toBe(`${text}\n`);
    }),
    { numRuns: 1000 },
  );
});

test('reads random documents as JSON.parse does, except for exact numbers', () => {
  fc.assert(
    fc.property(fc.json(), (text) => {
      expect(JSON.parse(stringifyExactJson(parseExactJson(text)))).toEqual(JSON.parse(text));
    }),
    { numRuns: 1000 },
  );
});

describe('an exact number', () => {
  test.each(['12345678901234567890', '-0', '1e400', '1.50', '1E5', '0.1234567890123456789'])(
    '%s keeps its text and can be calculated with',
    (text) => {
      const value = parseExactJson(text);
      expect(value).toBeInstanceOf(ExactNumber);
      expect([String(value), Number(value)]).toEqual([text, Number(text)]);
    },
  );

  test.each(['0', '-1', '1.5', '9007199254740991', '"12345678901234567890"', '"1e5"'])(
    "%s isn't an exact number",
    (text) => {
      expect(parseExactJson(text)).toBe(JSON.parse(text));
    },
  );

  test('is plain for JSON.stringify', () => {
    expect(JSON.stringify(parseExactJson('{"a":1.50}'))).toBe('{"a":1.5}');
  });
});

test.each([
  ['id', '12345678901234567890\n'],
  ['[id]', '[12345678901234567890]\n'],
  ['sum(prices)', '3.5\n'],
  ['zero', '-0\n'],
])('--query %s keeps digits, and calculates with the rest', (expression, expected) => {
  const document = parseExactJson('{"id":12345678901234567890,"prices":[1.50,2.0],"zero":-0}');
  expect(queryJson(document, expression, createRedact(), 'line').text).toBe(expected);
});

test.each([
  ['90071992547409931', '90071992547409920', '11'],
  ['90071992547409920', '1', '90071992547409919'],
  ['1', '12345678901234567890', '-12345678901234567889'],
  ['1.5', '1', '0.5'],
  ['1e30', '1', '1e+30'],
])('%s - %s is %s', (left, right, expected) => {
  const [one, other] = [left, right].map((text) => new ExactNumber(text));
  expect(stringifyExactJson(exactDifference(one ?? 0, other ?? 0))).toBe(expected);
});

test('invalid JSON is refused', () => {
  expect(() => parseExactJson('{"a":1e5')).toThrow(SyntaxError);
  expect(() => parseExactJson('[01.50]')).toThrow(SyntaxError);
});
