import { join } from 'node:path';
import { Readable } from 'node:stream';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readSecret, type SecretSource } from '../../src/input/secret.ts';
import { problemOf } from '../support/problem-of.ts';
import { temporaryDirectory } from '../support/project.ts';

const rules = { allowEmpty: false };
const stdin = (bytes: string | Buffer, keepNewline = false): SecretSource => ({
  kind: 'stdin',
  stream: Readable.from([Buffer.from(bytes)]),
  keepNewline,
});
/**
 * Anything that UTF-8 can carry, control characters, quotes and line ends included; U+FFFD is
 * refused.
 */
const anyText = fc
  .string({ unit: 'binary', minLength: 1, maxLength: 60 })
  .filter((text) => !text.includes('\uFFFD'));

describe('keeps every byte', () => {
  test('from the argument, the prompt and a variable', async () => {
    await fc.assert(
      fc.asyncProperty(anyText, async (value) => {
        const sources: SecretSource[] = [
          { kind: 'argument', value },
          { kind: 'prompt', value },
          { kind: 'environment', value },
        ];
        for (const source of sources) {
          expect(await readSecret(source, rules)).toMatchObject({
            value,
            sizeBytes: Buffer.byteLength(value),
            cutNewline: false,
          });
        }
      }),
    );
  });

  test('from stdin, except for one final newline', async () => {
    // A carriage return before the line feed is part of the line end.
    const emptyToo = { allowEmpty: true };
    await fc.assert(
      fc.asyncProperty(anyText, fc.constantFrom('\n', '\r\n'), async (value, lineEnd) => {
        expect(await readSecret(stdin(value + lineEnd), emptyToo)).toMatchObject({
          value: value.endsWith('\r') && lineEnd === '\n' ? value.slice(0, -1) : value,
          cutNewline: true,
        });
        expect(await readSecret(stdin(value + lineEnd, true), emptyToo)).toMatchObject({
          value: value + lineEnd,
          cutNewline: false,
        });
      }),
      { examples: [['\r', '\n']] },
    );
  });

  test('from a file', async () => {
    const directory = await temporaryDirectory({ key: '\uFEFFa\r\n\0b\n\n' });
    expect(await readSecret({ kind: 'file', path: join(directory, 'key') }, rules)).toEqual({
      value: '\uFEFFa\r\n\0b\n\n',
      sizeBytes: 10,
      cutNewline: false,
      notes: ['byte_order_mark', 'final_newline', 'nul'],
    });
  });

  test.each([
    ['a', 'a', false],
    ['a\n', 'a', true],
    ['a\n\n', 'a\n', true],
    ['a\r\n', 'a', true],
    ['a\r', 'a\r', false],
    ['a\nb', 'a\nb', false],
    [' a \t', ' a \t', false],
  ])('stdin %j', async (input, value, cutNewline) => {
    expect(await readSecret(stdin(input), rules)).toMatchObject({ value, cutNewline });
  });
});

describe('refuses', () => {
  test.each<[string, SecretSource]>([
    ['an empty argument', { kind: 'argument', value: '' }],
    ['an empty stdin', stdin('')],
    ['a stdin with nothing but a newline', stdin('\n')],
    ['an empty variable', { kind: 'environment', value: '' }],
  ])('%s without allowEmpty', async (_, source) => {
    const problem = await problemOf(() => readSecret(source, rules));
    expect(problem).toMatchObject({ kind: 'refused', code: 'empty_secret' });
    expect(problem.hint).toContain('--allow-empty');
  });

  test.each<[string, SecretSource, string]>([
    ["bytes that aren't UTF-8", stdin(Buffer.from([0xff])), 'invalid_utf8'],
    ['UTF-16 from PowerShell', stdin(Buffer.from('\uFEFFabc', 'utf16le')), 'invalid_utf8'],
    ['an argument with a lone surrogate', { kind: 'argument', value: 'a\uD800' }, 'invalid_utf8'],
    [
      'an argument in which Node replaced bytes',
      { kind: 'argument', value: 'a\uFFFDb' },
      'invalid_utf8',
    ],
    [
      'a variable in which Node replaced bytes',
      { kind: 'environment', value: '\uFFFD' },
      'invalid_utf8',
    ],
    ['more than 1 MiB', stdin(Buffer.alloc(1024 * 1024 + 1, 'a')), 'input_too_large'],
    ['a missing file', { kind: 'file', path: '/nowhere/hunter2' }, 'no_such_file'],
    ['a directory', { kind: 'file', path: import.meta.dirname }, 'not_a_file'],
  ])('%s', async (_, source, code) => {
    const problem = await problemOf(() => readSecret(source, rules));
    expect(problem).toMatchObject({ kind: 'refused', code });
    expect(JSON.stringify(problem)).not.toMatch(/hunter2|test.input/);
  });

  test("a variable that isn't set", async () => {
    const source = { kind: 'environment', value: undefined } as const;
    const problem = await problemOf(() => readSecret(source, rules));
    expect(problem).toMatchObject({ kind: 'usage', code: 'variable_not_set' });
  });
});

test('accepts an empty value with allowEmpty', async () => {
  expect(await readSecret(stdin('\n'), { allowEmpty: true })).toMatchObject({
    value: '',
    sizeBytes: 0,
    cutNewline: true,
  });
});

test('accepts 1 MiB and a newline', async () => {
  const bytes = Buffer.from(`${'a'.repeat(1024 * 1024)}\r\n`);
  expect((await readSecret(stdin(bytes), rules)).sizeBytes).toBe(1024 * 1024);
});
