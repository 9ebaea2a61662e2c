import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { packFiles } from '../../src/archive/pack.ts';
import { blockBytes } from '../../src/archive/gzip.ts';
import { createSecretScan } from '../../src/archive/secret-scan.ts';
import { selectFiles } from '../../src/archive/select.ts';
import { problemOf } from '../support/problem-of.ts';
import { temporaryDirectory } from '../support/project.ts';
import { canLink } from '../support/platform.ts';
import { pem, privateKey, randomText } from './key-shapes.ts';

const { signal } = new AbortController();

async function pack(
  files: Readonly<Record<string, string | Uint8Array>>,
  { allow = [], secrets = [] }: { allow?: readonly string[]; secrets?: readonly string[] } = {},
) {
  const selection = await selectFiles(await temporaryDirectory(files), { signal });
  return packFiles(selection, { outputPath: null, allow, secrets, mtimeSeconds: 0, signal });
}

const token = `lm_dev_${randomText(57)}`;
/** Where the first block ends in the first file: after a header of 512 bytes. */
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
])('finds a secret anywhere in a file of two blocks: %s', async (rule, secret) => {
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
  ['continues past the boundary', twoBlocks([border - token.length, token + 'a'.repeat(300)])],
  [
    'began before the bytes that are scanned again',
    twoBlocks([border - 1524, 'b'.repeat(500) + token]),
  ],
])("doesn't report a longer run as a token if it %s", async (_what, content) => {
  await expect(pack({ 'a.js': content })).resolves.toMatchObject({ fileCount: 1 });
});

const exact = `npm_${randomText(36)}`;
const awsPart = `AKIA${'Z3QYBN4LPWX2TKD'}`;

test.each([
  [
    'finds a token regardless of stale bytes around it in the buffer',
    exact,
    [{ rule: 'npm-token' }],
  ],
  ["doesn't extend a short run with stale bytes behind it", awsPart, []],
])('%s', async (_what, text, found) => {
  for (const left of ['.', 'zz', '\\', 'Q6'.repeat(50)]) {
    const buffer = Buffer.from(`${left.padStart(100, ' ')}${text}${left}`);
    const scan = await createSecretScan({ allow: [] });
    scan.content('a.js', { buffer, start: 100, end: 100 + text.length, offset: 0, isLast: true });
    expect(scan.blocked).toMatchObject(found);
  }
});

test.each([
  ['at the start of the file', token],
  ['at its end', token.padStart(512, '.')],
])('finds a token %s', async (_where, content) => {
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
])('reports the line of the key: %s', async (_what, before, line) => {
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

  test('lists all findings with rule and line, and no secret', async () => {
    const problem = await problemOf(() => pack(files));
    expect(problem).toMatchObject({ kind: 'refused', code: 'secret_found' });
    const message = expect.any(String);
    expect(problem.details).toEqual({
      findings: [
        { path: '.env', rule: 'env-file', message },
        { path: 'a b.js', rule: 'lumio-key', line: 3, message },
        { path: 'deep/id_rsa', rule: 'private-key-file', message },
        { path: 'deep/id_rsa', rule: 'private-key', line: 1, message },
      ],
    });
    expect(JSON.stringify(problem)).not.toContain(randomText(20));
  });

  test('names one finding, or counts several, and lists the rules', async () => {
    const problems = [
      await problemOf(() => pack({ 'a.js': `\n${token}` })),
      await problemOf(() => pack(files)),
    ];
    expect(problems.map(({ message, hint }) => [message, hint])).toMatchInlineSnapshot(`
      [
        [
          "Found a possible secret in the bundle: a.js:2 contains a Lumio API key (lumio-key).",
          "Remove it, or exclude the files in .lumioignore. To upload anyway: --allow lumio-key.",
        ],
        [
          "Found 4 possible secrets in the bundle.",
          "Remove them, or exclude the files in .lumioignore. To upload anyway: --allow env-file --allow lumio-key --allow private-key-file --allow private-key.",
        ],
      ]
    `);
  });

  test.each([
    [['.env', 'lumio-key', './deep/id_rsa'], []],
    [
      ['env-file', 'a b.js', 'private-key', 'private-key-file', 'ok.js', 'nonsense'],
      ['ok.js', 'nonsense'],
    ],
    [['.env*', '*.js', 'deep/**', 'x/*'], ['x/*']],
    [['**/id_rsa', '/.*', 'a?b.js', '/b/*'], ['/b/*']],
  ])('--allow accepts rules, paths and globs: %j', async (allow, unusedAllows) => {
    await expect(pack(files, { allow })).resolves.toMatchObject({ unusedAllows });
  });

  test('a path with glob characters can be allowed literally', async () => {
    const path = '[id].js';
    await expect(pack({ [path]: token }, { allow: [path] })).resolves.toMatchObject({
      unusedAllows: [],
    });
  });

  test("an allowed rule doesn't allow the others", async () => {
    const problem = await problemOf(() => pack(files, { allow: ['env-file', 'deep/id_rsa'] }));
    expect(problem.details).toMatchObject({ findings: [{ path: 'a b.js' }] });
  });

  test.skipIf(!canLink)('checks the name of the file that a link points to', async () => {
    const directory = await temporaryDirectory({ 'node_modules/.env': 'A=1' });
    symlinkSync('node_modules/.env', join(directory, 'settings.txt'));
    const selection = await selectFiles(directory, { signal });
    const problem = await problemOf(() =>
      packFiles(selection, { outputPath: null, allow: [], mtimeSeconds: 0, signal }),
    );
    expect(problem.details).toMatchObject({
      findings: [{ path: 'settings.txt', rule: 'env-file' }],
    });
  });
});

test('a browser key is a warning with its line, unless it is allowed', async () => {
  const files = { 'index-3f9a1c7b.js': `\napiKey:"AIza${randomText(35)}"` };
  const message = expect.any(String);
  await expect(pack(files)).resolves.toMatchObject({
    warnings: [{ path: 'index-3f9a1c7b.js', rule: 'google-key', line: 2, message }],
  });
  await expect(pack(files, { allow: ['google-key'] })).resolves.toMatchObject({
    warnings: [],
    unusedAllows: [],
  });
});

describe('the active key', () => {
  const key = `lm_dev_${randomText(64)}`;
  const odd = 'p/ä&"\\ <k>+=ey\'%~ 12';
  const percent = (text: string): string =>
    [...Buffer.from(text)].map((byte) => `%${byte.toString(16)}`).join('');
  const encodings: Readonly<Record<string, (text: string) => string | Buffer>> = {
    plain: (text) => text,
    JSON: (text) => JSON.stringify({ key: text }),
    'JSON with escaped slashes': (text) => JSON.stringify(text).replaceAll('/', '\\/'),
    'JSON in JSON': (text) => JSON.stringify(JSON.stringify(text)),
    hex: (text) => Buffer.from(text).toString('hex'),
    'upper-case hex': (text) => Buffer.from(text).toString('hex').toUpperCase(),
    URL: (text) => `?key=${encodeURIComponent(text)}&x`,
    'URL in lower case': (text) =>
      encodeURIComponent(text).replaceAll(/%../g, (escape) => escape.toLowerCase()),
    'URL with every byte encoded': percent,
    'program with every byte escaped': (text) => percent(text).replaceAll('%', '\\x'),
    HTML: (text) =>
      text
        .replaceAll('&', '&amp;')
        .replaceAll('<', '&lt;')
        .replaceAll('>', '&gt;')
        .replaceAll('"', '&quot;')
        .replaceAll("'", '&#39;'),
    'UTF-16': (text) => Buffer.from(text, 'utf16le'),
  };

  test.each(Object.entries(encodings))('is found as %s', async (_name, encode) => {
    for (const secret of [key, odd]) {
      const content = Buffer.concat([Buffer.from('\nx'), Buffer.from(encode(secret))]);
      const problem = await problemOf(() => pack({ 'a.js': content }, { secrets: [secret] }));
      expect(problem.details, secret).toMatchObject({
        findings: [{ rule: 'active-key', line: 2 }],
      });
      expect(JSON.stringify(problem)).not.toContain(secret);
    }
  });

  test('is found in base64 at any offset, also across lines', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.uint8Array({ maxLength: 100 }),
        fc.uint8Array({ maxLength: 100 }),
        fc.constantFrom(60, 64, 76, 1000),
        fc.constantFrom('base64' as const, 'base64url' as const),
        async (before, behind, width, alphabet) => {
          const encoded = Buffer.concat([before, Buffer.from(key), behind]).toString(alphabet);
          const lines = encoded.match(new RegExp(`.{1,${width}}`, 'g')) ?? [];
          const scan = await createSecretScan({ allow: [], secrets: [key] });
          const buffer = Buffer.from(lines.join('\n'));
          scan.content('a.js', { buffer, start: 0, end: buffer.length, offset: 0, isLast: true });
          expect(scan.blocked.map(({ rule }) => rule)).toContain('active-key');
        },
      ),
      { numRuns: 1000 },
    );
  });

  test('is found at a block boundary', async () => {
    for (const shift of [-key.length, -30, -1, 0]) {
      const files = { 'a.js': twoBlocks([border + shift, key]) };
      const problem = await problemOf(() => pack(files, { secrets: [key] }));
      expect(problem.details).toMatchObject({ findings: [{ rule: 'active-key' }] });
    }
  });

  test('is reported once, and other keys by their own rule', async () => {
    const problem = await problemOf(() => pack({ 'a.js': key, 'b.js': token }, { secrets: [key] }));
    expect(problem.details).toMatchObject({
      findings: [
        { path: 'a.js', rule: 'active-key' },
        { path: 'b.js', rule: 'lumio-key' },
      ],
    });
  });

  test('of fewer than eight characters is ignored', async () => {
    await expect(pack({ 'a.js': 'lm_dev_' }, { secrets: ['lm_dev_', ''] })).resolves.toMatchObject({
      fileCount: 1,
    });
  });
});

describe('the line of a finding', () => {
  const before = `one\ntwo\r\n\nfour${'\n'.repeat(10_000)}`;

  test.each([
    ['at the start of the file', 0, 1],
    ['at the end of a line', 3, 1],
    ['at the start of the next', 4, 2],
    ['after a line of Windows and an empty one', 10, 4],
    ['far behind', before.length, 10_004],
  ])('%s is counted from 1, for any sizes of chunks', async (_where, offset, line) => {
    const buffer = Buffer.from(`${before.slice(0, offset)} ${token} ${before.slice(offset)}`);
    for (const pieceBytes of [30, 700, buffer.length]) {
      const scan = await createSecretScan({ allow: [] });
      scan.content('a.js', { buffer, start: 0, end: 0, offset: 0, isLast: false });
      for (let start = 0; start < buffer.length; start += pieceBytes) {
        const end = Math.min(start + pieceBytes, buffer.length);
        scan.content('b.js', { buffer, start, end, offset: start, isLast: end === buffer.length });
      }
      expect(scan.blocked).toMatchObject([{ path: 'b.js', rule: 'lumio-key', line }]);
    }
  });

  test('is absent if the name of the file is the reason', async () => {
    const scan = await createSecretScan({ allow: [] });
    scan.name({ path: '.env', absolutePath: '/x/.env' });
    expect(scan.blocked).toEqual([expect.not.objectContaining({ line: expect.anything() })]);
  });
});
