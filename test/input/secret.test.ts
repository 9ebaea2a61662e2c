import { join } from 'node:path';
import { Readable } from 'node:stream';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readSecret, type SecretSource } from '../../src/input/secret.ts';
import { problemOf } from '../support/problem-of.ts';
import { folderWith } from '../support/temporary-folder.ts';

const rules = { allowEmpty: false };
const stdin = (bytes: string | Buffer, keepNewline = false): SecretSource => ({
  kind: 'stdin',
  stream: Readable.from([Buffer.from(bytes)]),
  keepNewline,
});
/** Anything that UTF-8 can carry, control characters, quotes and line ends included; U+FFFD is told apart below. */
const anyText = fc
  .string({ unit: 'binary', minLength: 1, maxLength: 60 })
  .filter((text) => !text.includes('\uFFFD'));

describe('bytes arrive as they were given', () => {
  test('through the argument, the prompt and a variable', async () => {
    await fc.assert(
      fc.asyncProperty(anyText, async (value) => {
        const sources: SecretSource[] = [
          { kind: 'argument', value },
          { kind: 'prompt', value },
          { kind: 'environment', name: 'KEY', env: { KEY: value } },
        ];
        for (const source of sources) {
          expect(await readSecret(source, rules)).toEqual({
            value,
            sizeBytes: Buffer.byteLength(value),
            cutNewline: false,
          });
        }
      }),
    );
  });

  test('through stdin, but for exactly one last line end', async () => {
    // A carriage return before the line feed is part of the line end, so nothing may be left of the value.
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

  test('through a file, nothing is cut', async () => {
    const folder = await folderWith({ key: '\uFEFFa\r\n\0b\n\n' });
    expect(await readSecret({ kind: 'file', path: join(folder, 'key') }, rules)).toEqual({
      value: '\uFEFFa\r\n\0b\n\n',
      sizeBytes: 10,
      cutNewline: false,
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
  ])('stdin %j', async (given, value, cutNewline) => {
    expect(await readSecret(stdin(given), rules)).toMatchObject({ value, cutNewline });
  });
});

describe('is refused', () => {
  test.each<[string, SecretSource, string]>([
    ['an empty argument', { kind: 'argument', value: '' }, 'the argument'],
    ['an empty stdin', stdin(''), 'stdin'],
    ['a stdin with nothing but a line end', stdin('\n'), 'stdin'],
    ['an empty variable', { kind: 'environment', name: 'KEY', env: { KEY: '' } }, 'KEY'],
  ])('%s, unless it is meant', async (_, source, named) => {
    const problem = await problemOf(() => readSecret(source, rules));
    expect(problem).toMatchObject({
      kind: 'refused',
      code: 'empty_secret',
      message: `The value from ${named} is empty.`,
    });
    expect(problem.hint).toContain('--allow-empty');
  });

  test('nothing, when empty is meant', async () => {
    expect(await readSecret(stdin('\n'), { allowEmpty: true })).toEqual({
      value: '',
      sizeBytes: 0,
      cutNewline: true,
    });
  });

  test.each<[string, SecretSource, string]>([
    ['bytes that are not UTF-8', stdin(Buffer.from([0xff])), 'invalid_utf8'],
    ['an argument with a lone surrogate', { kind: 'argument', value: 'a\uD800' }, 'invalid_utf8'],
    [
      'an argument in which Node replaced bytes',
      { kind: 'argument', value: 'a\uFFFDb' },
      'invalid_utf8',
    ],
    [
      'a variable in which Node replaced bytes',
      { kind: 'environment', name: 'KEY', env: { KEY: '\uFFFD' } },
      'invalid_utf8',
    ],
    ['more than 1 MiB', stdin(Buffer.alloc(1024 * 1024 + 1, 'a')), 'input_too_large'],
    ['a file that is not there', { kind: 'file', path: '/nowhere/key' }, 'no_such_file'],
  ])('%s', async (_, source, code) => {
    expect(await problemOf(() => readSecret(source, rules))).toMatchObject({
      kind: 'refused',
      code,
    });
  });

  test('a variable that is not set', async () => {
    const problem = await problemOf(() =>
      readSecret({ kind: 'environment', name: 'KEY', env: {} }, rules),
    );
    expect(problem).toMatchObject({
      kind: 'usage',
      code: 'variable_not_set',
      message: 'The environment variable KEY is not set.',
    });
  });

  test('and 1 MiB with a line end is not', async () => {
    expect(
      (await readSecret(stdin(Buffer.from(`${'a'.repeat(1024 * 1024)}\r\n`)), rules)).sizeBytes,
    ).toBe(1024 * 1024);
  });
});
