/** As the runner reads the file (docs.github.com, Workflow commands: multiline strings). */
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import {
  addToFile,
  createGitHubActions,
  outputLines,
  workflowCommand,
} from '../../src/github-actions/actions.ts';
import { LumioError } from '../../src/errors.ts';
import { createRedact } from '../../src/terminal/redact.ts';
import { escapeMarkdown, markdownLink } from '../../src/github-actions/summary.ts';
import { temporaryDirectory } from '../support/project.ts';
import { isWindows } from '../support/platform.ts';

function read(text: string): Record<string, string> {
  const values: Record<string, string> = {};
  const lines = text.split('\n');
  while (lines.length > 1) {
    const [, name = '', delimiter] = /^([^=<]+)<<(.+)$/.exec(lines.shift() ?? '') ?? [];
    const end = lines.indexOf(delimiter ?? '');
    if (end < 0) throw new Error(`no end of ${name}`);
    values[name] = lines
      .splice(0, end + 1)
      .slice(0, -1)
      .join('\n');
  }
  return values;
}

describe('workflow commands', () => {
  const commands: readonly (readonly [
    what: string,
    command: readonly [string, Readonly<Record<string, string>>, string],
    expected: string,
  ])[] = [
    ['plain', ['error', {}, 'No key.'], '::error::No key.\n'],
    [
      'line breaks would begin another command',
      ['error', {}, 'a\r\n::set-env::b'],
      '::error::a%0D%0A::set-env::b\n',
    ],
    ['escapes percent signs', ['error', {}, '50%0A'], '::error::50%250A\n'],
    [
      'properties have two more',
      ['error', { title: 'a:b,c%\n' }, 'x:y,z'],
      '::error title=a%3Ab%2Cc%25%0A::x:y,z\n',
    ],
    [
      'several properties',
      ['warning', { title: 'lumio', file: 'f' }, ''],
      '::warning title=lumio,file=f::\n',
    ],
  ];
  test.each(commands)('%s', (_what, command, expected) => {
    const [name, properties, data] = command;
    expect(workflowCommand(name, properties, data)).toBe(expected);
  });
});

describe('outputs', () => {
  test('returns each value whole, even if it looks like another output', () => {
    const outputs = {
      status: 'ok\nstatus<<EOF\nstolen\nEOF',
      version: '1.0.0',
      empty: '',
      equals: 'a=b<<c',
    };
    expect(read(outputLines(outputs))).toEqual(outputs);
  });

  test('uses a random delimiter', () => {
    expect(outputLines({ a: 'b' })).not.toBe(outputLines({ a: 'b' }));
  });

  test.skipIf(isWindows)("doesn't wait for a pipe without a reader", async () => {
    const path = join(await temporaryDirectory(), 'pipe');
    execFileSync('mkfifo', [path]);
    const failure = await addToFile({ GITHUB_OUTPUT: path }, 'GITHUB_OUTPUT', 'x');
    expect(failure).toMatch(/^GITHUB_OUTPUT /);
    expect(failure).toContain(path);
  });

  test('writes nothing without a path, and returns why writing failed', async () => {
    const directory = await temporaryDirectory();
    expect(await addToFile({}, 'GITHUB_OUTPUT', 'x')).toBeUndefined();
    expect(await addToFile({ GITHUB_OUTPUT: '' }, 'GITHUB_OUTPUT', 'x')).toBeUndefined();
    const failure = await addToFile({ GITHUB_OUTPUT: directory }, 'GITHUB_OUTPUT', 'x');
    expect(failure).toMatch(/^GITHUB_OUTPUT .* \(EISDIR: .*\)\.$/);
    expect(failure).toContain(directory);
  });
});

describe('Markdown', () => {
  test.each([
    ['a|b', 'a&#124;b'],
    ['<img src=x>', '&#60;img src=x&#62;'],
    ['[x](y) `c` *b* _i_', '&#91;x&#93;(y) &#96;c&#96; &#42;b&#42; &#95;i&#95;'],
    ['two\nlines', 'two lines'],
    ['back\\slash', 'back&#92;slash'],
    ['https://example.org', 'https&#58;//example.org'],
  ])('escapes %j', (text, expected) => {
    expect(escapeMarkdown(text)).toBe(expected);
  });

  test('escapes the end of a link', () => {
    expect(markdownLink('a]b', 'https://x/(y) z|')).toBe('[a&#93;b](https://x/%28y%29%20z%7C)');
  });
});

test('an annotation of text from the server has no control or invisible characters', async () => {
  const written: unknown[] = [];
  const stderr = {
    isTerminal: false,
    columns: () => undefined,
    write: async (chunk: unknown) => void written.push(chunk),
  };
  const actions = createGitHubActions({ host: { env: {}, stderr }, redact: createRedact() });
  const message = 'name: \u001B[2J\u001B[31mred\u202Egnp\u200B\u0007\nsecond line';
  await actions.annotate(
    new LumioError('rejected', { code: 'invalid_request', message, untrusted: [message] }),
  );
  expect(written).toEqual(['::error title=lumio::name: redgnp%0Asecond line\n']);
});
