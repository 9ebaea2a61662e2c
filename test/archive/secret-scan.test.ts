import { join } from 'node:path';
import { symlinkSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { packFiles } from '../../src/archive/pack.ts';
import { blockBytes } from '../../src/archive/gzip.ts';
import { SecretScan, secretsFound } from '../../src/archive/secret-scan.ts';
import { selectFiles } from '../../src/archive/select.ts';
import { problemOf } from '../support/problem-of.ts';
import { folderWith } from '../support/temporary-folder.ts';
import { pem, privateKey, randomText } from './key-shapes.ts';

const { signal } = new AbortController();

async function pack(
  files: Readonly<Record<string, string | Uint8Array>>,
  allow: readonly string[] = [],
) {
  const selection = await selectFiles(await folderWith(files), { signal });
  return packFiles(selection, { outputPath: null, allow, mtimeSeconds: 0, signal });
}

const token = `lm_dev_${randomText(57)}`;
/** Where the first block ends in the first file: the header takes the first 512 bytes. */
const border = blockBytes - 512;

/** A file of two blocks with texts at these places, and dots around them. */
function twoBlocks(...texts: readonly (readonly [at: number, text: string])[]): Buffer {
  const content = Buffer.alloc(blockBytes + 2000, '.');
  for (const [at, text] of texts) content.write(text, at);
  return content;
}

test.each([
  ['lumio-key', token],
  ['private-key', pem('RSA PRIVATE KEY', ' ')],
])('nothing hides in a file of two blocks, wherever it lies: %s', async (rule, secret) => {
  const atTheBorder = [
    -secret.length - 1,
    -secret.length,
    -secret.length + 1,
    -30,
    -7,
    -1,
    0,
    1,
  ].map((shift) => border + shift);
  for (const start of [0, 1, 100_000, ...atTheBorder, blockBytes + 2000 - secret.length]) {
    const problem = await problemOf(() => pack({ 'a.js': twoBlocks([start, secret]) }));
    expect(problem.details).toMatchObject({ findings: [{ path: 'a.js', rule, line: 1 }] });
  }
});

test.each([
  ['goes on behind the border', twoBlocks([border - token.length, token + 'a'.repeat(300)])],
  [
    'began before what is looked at again behind the border',
    twoBlocks([border - 1524, 'b'.repeat(500) + token]),
  ],
])('a run that only looks like a token, as it %s, does not fire', async (_what, content) => {
  await expect(pack({ 'a.js': content })).resolves.toMatchObject({ fileCount: 1 });
});

const exact = `npm_${randomText(36)}`;
const awsPart = `AKIA${'Z3QYBN4LPWX2TKD'}`;

test.each([
  [
    'a token is one, whatever is left in the buffer before it and behind it',
    exact,
    [{ rule: 'npm-token' }],
  ],
  ['what is too short for a token does not become one by what is left behind it', awsPart, []],
])('%s', (_what, text, found) => {
  for (const left of ['.', 'zz', '\\', 'Q6'.repeat(50)]) {
    const buffer = Buffer.from(`${left.padStart(100, ' ')}${text}${left}`);
    const scan = new SecretScan([]);
    scan.content('a.js', { buffer, start: 100, end: 100 + text.length, offset: 0, isLast: true });
    expect(scan.blocked).toMatchObject(found);
  }
});

test.each([
  ['at the start of the file', token],
  ['at its end', token.padStart(512, '.')],
])('a token is whole %s', async (_where, content) => {
  const problem = await problemOf(() => pack({ 'a.js': content, 'bbbbbb.js': '' }));
  expect(problem.details).toMatchObject({ findings: [{ path: 'a.js', rule: 'lumio-key' }] });
});

test.each([
  ['a private key', '\n\n<script>\n', 4],
  [
    'one after the bare marker in a program',
    `"-----BEGIN PRIVATE KEY-----"${'\n'.repeat(1000)}`,
    1001,
  ],
  ['one in the second block of a file', `${'.\n'.repeat(blockBytes / 2)}\n`, blockBytes / 2 + 2],
])('the line is that of the key: %s', async (_what, before, line) => {
  const problem = await problemOf(() => pack({ 'a.js': `${before}${privateKey}` }));
  expect(problem.details).toMatchObject({ findings: [{ rule: 'private-key', line }] });
});

describe('the error', () => {
  const files = {
    '.env': 'A=1',
    'a b.js': `\n\n"lm_dev_${randomText(57)}"\n"lm_dev_${randomText(58)}"`,
    'ok.js': '',
    'deep/id_rsa': privateKey,
  };

  test('names all findings with rule and line, and how to let them pass, but no secret', async () => {
    const problem = await problemOf(() => pack(files));
    expect(problem).toMatchObject({ kind: 'refused', code: 'secret_found' });
    expect(problem.details).toEqual({
      findings: [
        { path: '.env', rule: 'env-file', message: expect.any(String) },
        { path: 'a b.js', rule: 'lumio-key', line: 3, message: expect.any(String) },
        { path: 'deep/id_rsa', rule: 'private-key-file', message: expect.any(String) },
        { path: 'deep/id_rsa', rule: 'private-key', line: 1, message: expect.any(String) },
      ],
    });
    expect(problem.message).toContain('a b.js:3 holds a Lumio API key (lumio-key)');
    expect(problem.hint).toContain(`--allow .env --allow 'a b.js' --allow deep/id_rsa`);
    expect(JSON.stringify(problem)).not.toContain(randomText(20));
  });

  const told = (count: number): string =>
    Array.from(
      { length: count },
      (_file, index) => `.env.${index} is a file of environment variables (env-file)`,
    ).join('; ');
  const allowed = (count: number): string =>
    Array.from({ length: count }, (_file, index) => `--allow .env.${index}`).join(' ');

  test.each([
    [1, `a secret: ${told(1)}.`, allowed(1)],
    [3, `3 secrets: ${told(3)}.`, allowed(3)],
    [10, `10 secrets: ${told(10)}.`, allowed(3)],
    [11, `11 secrets: ${told(10)}; ….`, allowed(3)],
  ])(
    'tells of %d findings the first ten, and of three how to let them pass',
    (count, message, allows) => {
      const findings = Array.from({ length: count }, (_file, index) => ({
        path: `.env.${index}`,
        rule: 'env-file',
        message: 'is a file of environment variables',
      }));
      expect(secretsFound(findings).problem).toMatchObject({
        message: `The bundle would give away ${message}`,
        hint: `Take it out or name the file in .lumioignore. If it is meant to go out: ${allows}.`,
      });
    },
  );

  test('quotes a path so that it can be pasted', async () => {
    const problem = await problemOf(() => pack({ "it's mine/.env": '' }));
    expect(problem.hint).toContain(String.raw`--allow 'it'\''s mine/.env'.`);
  });

  test.each([
    [['.env', 'lumio-key', './deep/id_rsa'], []],
    [
      ['env-file', 'a b.js', 'private-key', 'private-key-file', 'ok.js', 'nonsense'],
      ['ok.js', 'nonsense'],
    ],
  ])('--allow takes rules and paths: %j', async (allow, unusedAllows) => {
    await expect(pack(files, allow)).resolves.toMatchObject({ unusedAllows });
  });

  test('an allowed rule lets the others stand', async () => {
    const problem = await problemOf(() => pack(files, ['env-file', 'deep/id_rsa']));
    expect(problem.details).toMatchObject({ findings: [{ path: 'a b.js' }] });
    expect(problem.message).toContain('a secret:');
  });

  test('a link does not hide the name of what it points to', async () => {
    const folder = await folderWith({ 'node_modules/.env': 'A=1' });
    symlinkSync('node_modules/.env', join(folder, 'settings.txt'));
    const selection = await selectFiles(folder, { signal });
    const problem = await problemOf(() =>
      packFiles(selection, { outputPath: null, allow: [], mtimeSeconds: 0, signal }),
    );
    expect(problem.details).toMatchObject({
      findings: [{ path: 'settings.txt', rule: 'env-file' }],
    });
  });
});
