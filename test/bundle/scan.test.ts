import { generateKeyPairSync } from 'node:crypto';
import { join } from 'node:path';
import { symlinkSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { packFiles } from '../../src/bundle/archive.ts';
import { blockBytes } from '../../src/bundle/gzip.ts';
import { SecretScan } from '../../src/bundle/scan.ts';
import { ruleForName } from '../../src/bundle/secret-rules.ts';
import { selectFiles } from '../../src/bundle/select.ts';
import { problemOf } from '../support/problem-of.ts';
import { folderWith } from '../support/temporary-folder.ts';

const { signal } = new AbortController();

async function pack(files: Readonly<Record<string, string | Uint8Array>>, allow: readonly string[] = []) {
  const selection = await selectFiles(await folderWith(files), { signal });
  return packFiles(selection, { outputPath: null, allow, mtimeSeconds: 0, signal });
}

describe('names', () => {
  test.each(['.env', '.env.local', '.env.production', '.ENV', '.envrc', '.env~', '.env_old', '.env-prod', '.env.example', '.env.sample', '.env.local.template'])('%s is a file of variables', (name) => {
    expect(ruleForName(name)?.rule).toBe('env-file');
  });
  test.each(['id_rsa', 'id_ed25519', 'id_ecdsa', 'id_dsa', 'id_ecdsa_sk'])('%s is a private key', (name) => expect(ruleForName(name)?.rule).toBe('private-key-file'));
  test.each(['.environment.js', '.envoy', 'env', 'x.env', '.eslintrc', 'id_rsa.pub', 'id_rsa_help.html', 'index.js'])(
    '%s is neither',
    (name) => expect(ruleForName(name)).toBeUndefined(),
  );
});

// Put together here, so that no scanner of sources takes this table for a leak.
const body = 'aB3dE5gH7jK9mN1pQ3sT5vX7zA2cE4gI6kM8oQ0sU2wY4aC6eG8iK0mO2qS4uW6y';
const of = (length: number) => body.slice(0, length);
const pem = (label: string, newline: string) => [`-----BEGIN ${label}-----`, `${body.slice(0, 60)}+/9=`, `-----END ${label}-----`, ''].join(newline);
const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256', publicKeyEncoding: { type: 'spki', format: 'pem' }, privateKeyEncoding: { type: 'pkcs8', format: 'pem' } });

const secrets: readonly (readonly [rule: string, text: string])[] = [
  ['lumio-key', `lm_dev_${of(57)}`],
  ['lumio-key', `lm_dev_${of(64)}`],
  ['lumio-key', `const key="lm_usr_${of(24)}";`],
  ['lumio-key', `Bearer lm_dev_${'0123456789abcdef'.repeat(4)}`],
  ['lumio-key', `"line\\nlm_dev_${of(57)}\\n"`],
  ['github-token', `https://x-access-token:ghp_${of(36)}@github.com`],
  ['github-token', `gho_${of(36)}`],
  ['github-token', `github_pat_${of(22)}_${of(59)}`],
  ['gitlab-token', `glpat-${of(20)}`],
  ['npm-token', `//registry.npmjs.org/:_authToken=npm_${of(36)}`],
  ['aws-key', `AKIA${'Z3QYBN4LPWX2TKD6'}`],
  ['aws-key', `{"accessKeyId":"ASIA${'Z3QYBN4LPWX2TKDE'}"}`],
  ['slack-token', `xoxb-${'2345678901'}-${'9876543210'}-${of(24)}`],
  ['stripe-key', `sk_live_${of(24)}`],
  ['stripe-key', `rk_live_${of(40)}`],
  ['google-key', `?key=AIza${of(35)}&x`],
  ['private-key', privateKey],
  ['private-key', JSON.stringify({ key: privateKey })],
  ['private-key', JSON.stringify(JSON.stringify({ key: privateKey }))],
  ['private-key', pem('RSA PRIVATE KEY', '\r\n')],
  ['private-key', pem('EC PRIVATE KEY', '" +\n  "')],
  ['private-key', pem('PRIVATE KEY', ' ')],
  ['private-key', `-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,00112233445566778899AABBCCDDEEFF\n\n${of(64)}\n`],
  ['private-key', `-----BEGIN PGP PRIVATE KEY BLOCK-----\nVersion: GnuPG v2\n\n${of(64)}\n`],
  ['private-key', pem('OPENSSH PRIVATE KEY', '\n')],
];

const harmless: readonly string[] = [
  'Authorization: Bearer lm_dev_your_key',
  'Authorization: Bearer lm_dev_<your_api_key>',
  'lm_dev_your_api_key_from_the_dashboard',
  `lm_dev_${'x'.repeat(57)}`,
  `lm_pop_${of(57)}`,
  `film_dev_${of(57)}`,
  `lm_dev_${of(57)}${'q'.repeat(200)}`,
  `ghp_${'x'.repeat(36)}`,
  `ghp_${of(20)}`,
  `aghp_${of(36)}`,
  `AKIA${'IOSFODNN7EXAMPLE'}`,
  `AKIA${'X'.repeat(16)}`,
  `AKIA${'Z3QYBN4LPWX2TKD6Q'}`,
  `npm_config_${'registry_'.repeat(4)}`,
  `npm_${of(35)}`,
  `sk_test_${of(24)}`,
  `pk_live_${of(24)}`,
  'sk_live_...',
  `AIza${of(34)}`,
  'if (!pem.startsWith("-----BEGIN PRIVATE KEY-----")) throw new TypeError(\'"pkcs8" must be PKCS#8 formatted string\')',
  '`-----BEGIN PRIVATE KEY-----\\n${body.match(/.{1,64}/g).join("\\n")}\\n-----END PRIVATE KEY-----`',
  '-----BEGIN PRIVATE KEY-----\n...\n-----END PRIVATE KEY-----',
  `-----BEGIN PRIVATE KEY-----\n${'A'.repeat(64)}\n`,
  publicKey,
  pem('CERTIFICATE', '\n'),
  'THE PRIVATE KEY of this door',
  `data:font/woff2;base64,${Buffer.from(body.repeat(40)).toString('base64')}`,
];

function rulesIn(text: string): readonly string[] {
  const scan = new SecretScan([]);
  const buffer = Buffer.from(text);
  scan.content('a.js', { buffer, start: 0, end: buffer.length, offset: 0, isLast: true });
  return scan.blocked.map(({ rule }) => rule);
}

describe('content', () => {
  test.each(secrets)('%s fires (%#)', (rule, text) => {
    expect(rulesIn(text)).toEqual([rule]);
    expect(rulesIn(`<p>\n${text}\n</p>`)).toEqual([rule]);
  });
  test.each(harmless.map((text) => [text.slice(0, 60).replaceAll('\n', ' '), text] as const))('nothing fires on %s', (_title, text) => expect(rulesIn(`"${text}"`)).toEqual([]));
});

test('nothing hides at the border of two blocks, wherever it lies', async () => {
  const lengthBytes = blockBytes + 2000;
  // The header of the file takes the first 512 bytes of the first block.
  const border = blockBytes - 512;
  for (const [rule, secret] of [secrets[0], secrets.at(-9)].filter((item) => item !== undefined)) {
    for (const start of [-secret.length - 1, -secret.length, -secret.length + 1, -30, -7, -1, 0, 1].map((shift) => border + shift)) {
      const content = Buffer.alloc(lengthBytes, '.');
      content.write(secret, start);
      const problem = await problemOf(() => pack({ 'a.js': content }));
      expect(problem.details).toMatchObject({ findings: [{ path: 'a.js', rule, line: 1 }] });
    }
  }
});

test('a longer run that only looks like a token where a block ends does not fire', async () => {
  const content = Buffer.alloc(blockBytes + 2000, '.');
  const token = `ghp_${of(36)}`;
  content.write(`${token}${'a'.repeat(300)}`, blockBytes - 512 - token.length);
  content.write(`${'b'.repeat(1200)}${token}`, blockBytes - 512 - 900);
  await expect(pack({ 'a.js': content })).resolves.toMatchObject({ fileCount: 1 });
});

test('the end of a file is the end of a token, whatever follows in the archive', async () => {
  const token = `lm_dev_${of(57)}`;
  const problem = await problemOf(() => pack({ 'a.js': token.padStart(512, '.'), 'bbbbbb.js': '' }));
  expect(problem.details).toMatchObject({ findings: [{ path: 'a.js', rule: 'lumio-key' }] });
});

describe('the error', () => {
  const files = { '.env': 'A=1', 'a b.js': `\n\n"lm_dev_${of(57)}"\n"lm_dev_${of(58)}"`, 'ok.js': '', 'deep/id_rsa': privateKey };

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
    expect(JSON.stringify(problem)).not.toContain(of(20));
  });

  test.each([
    [['.env', 'lumio-key', './deep/id_rsa'], []],
    [['env-file', 'a b.js', 'private-key', 'private-key-file', 'ok.js', 'nonsense'], ['ok.js', 'nonsense']],
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
    const problem = await problemOf(() => packFiles(selection, { outputPath: null, allow: [], mtimeSeconds: 0, signal }));
    expect(problem.details).toMatchObject({ findings: [{ path: 'settings.txt', rule: 'env-file' }] });
  });
});
