/** Which names and texts are taken for secrets, and which look-alikes are not. */
import { describe, expect, test } from 'vitest';
import { SecretScan } from '../../src/archive/secret-scan.ts';
import { keyNear, ruleForName, shortestToken } from '../../src/archive/secret-rules.ts';
import { pem, privateKey, publicKey, randomText } from './key-shapes.ts';

describe('a name', () => {
  test.each([
    '.env',
    '.env.local',
    '.env.production',
    '.ENV',
    '.envrc',
    '.env~',
    '.env_old',
    '.env-prod',
    '.env.example',
    '.env.sample',
    '.env.local.template',
  ])('%s is a file of variables', (name) => {
    expect(ruleForName(name)).toEqual({
      rule: 'env-file',
      message: 'is a file of environment variables',
    });
  });
  test.each(['id_rsa', 'id_ed25519', 'id_ecdsa', 'id_dsa', 'id_ecdsa_sk'])(
    '%s is a private key',
    (name) => {
      expect(ruleForName(name)).toEqual({
        rule: 'private-key-file',
        message: 'has the name of a private SSH key',
      });
    },
  );
  test.each([
    '.environment.js',
    '.envoy',
    '.envrcs',
    'env',
    'x.env',
    '.eslintrc',
    'id_rsa.pub',
    'id_rsa_help.html',
    'grid_rsa',
    'index.js',
  ])('%s is neither', (name) => expect(ruleForName(name)).toBeUndefined());
});

function rulesIn(text: string): readonly { readonly rule: string; readonly message: string }[] {
  const scan = new SecretScan([]);
  const buffer = Buffer.from(text);
  scan.content('a.js', { buffer, start: 0, end: buffer.length, offset: 0, isLast: true });
  return scan.blocked.map(({ rule, message }) => ({ rule, message }));
}

/** How a token begins, and how many characters may come after that. */
const tokens: readonly (readonly [
  begin: string,
  rule: string,
  message: string,
  lengths: readonly [shortest: number, longest: number],
])[] = [
  ['lm_dev_', 'lumio-key', 'holds a Lumio API key', [24, 128]],
  ['lm_usr_', 'lumio-key', 'holds a Lumio API key', [24, 128]],
  ...['p', 'o', 'u', 's', 'r'].map(
    (kind) => [`gh${kind}_`, 'github-token', 'holds a GitHub token', [36, 251]] as const,
  ),
  [`github_pat_${randomText(22)}_`, 'github-token', 'holds a GitHub token', [59, 59]],
  ['glpat-', 'gitlab-token', 'holds a GitLab token', [20, 64]],
  ['npm_', 'npm-token', 'holds an npm token', [36, 36]],
  ...['a', 'b', 'e', 'p', 'r', 's'].map(
    (kind) => [`xox${kind}-`, 'slack-token', 'holds a Slack token', [20, 250]] as const,
  ),
  ['sk_live_', 'stripe-key', 'holds a secret Stripe key', [20, 247]],
  ['rk_live_', 'stripe-key', 'holds a secret Stripe key', [20, 247]],
  ['AIza', 'google-key', 'holds a Google API key', [35, 35]],
];

describe.each(tokens)('%s…', (begin, rule, message, [shortest, longest]) => {
  test.each([shortest, longest])('with %d more characters is a token', (length) => {
    expect(rulesIn(begin + randomText(length))).toEqual([{ rule, message }]);
  });
  test.each([
    ['with one character too few', begin + randomText(shortest - 1)],
    ['with one too many', begin + randomText(longest + 1)],
    ['behind a letter that makes another word of it', `A${begin}${randomText(shortest)}`],
    [
      'with nothing but x',
      `${begin}${'x'.repeat(shortest)}`.replace(randomText(22), 'x'.repeat(22)),
    ],
  ])('%s is none', (_what, text) => expect(rulesIn(text)).toEqual([]));
});

describe('an AWS access key', () => {
  const key = 'Z3QYBN4LPWX2TKD6';
  test.each([`AKIA${key}`, `{"accessKeyId":"ASIA${key}"}`, `AKIA${'ZQYBNLPWXTKDEFGH'}`])(
    'is found (%#)',
    (text) => {
      expect(rulesIn(text)).toEqual([{ rule: 'aws-key', message: 'holds an AWS access key' }]);
    },
  );
  test.each([
    ['of the documentation', `AKIA${'IOSFODNN7EXAMPLE'}`],
    ['with one character too few', `AKIA${key.slice(1)}`],
    ['with one too many', `AKIA${key}Q`],
    ['behind another letter', `AAKIA${key}`],
    ['with nothing but X', `AKIA${'X'.repeat(16)}`],
  ])('%s is none', (_what, text) => expect(rulesIn(text)).toEqual([]));
});

test('no token is shorter than what the scan looks at', () => {
  expect(
    Math.min(
      `AKIA${'x'.repeat(16)}`.length,
      ...tokens.map(([begin, , , [shortest]]) => begin.length + shortest),
    ),
  ).toBe(shortestToken);
});

test.each([
  ['in a string of a program', `const key="lm_usr_${randomText(24)}";`, 'lumio-key'],
  ['in a header', `Bearer lm_dev_${'0123456789abcdef'.repeat(4)}`, 'lumio-key'],
  ['after an escaped line break', `"line\\nlm_dev_${randomText(57)}\\n"`, 'lumio-key'],
  ['in an address', `https://x-access-token:ghp_${randomText(36)}@github.com`, 'github-token'],
  ['in an .npmrc', `//registry.npmjs.org/:_authToken=npm_${randomText(36)}`, 'npm-token'],
  [
    'with dashes, as Slack writes it',
    `xoxb-${'2345678901'}-${'9876543210'}-${randomText(24)}`,
    'slack-token',
  ],
  ['in a query', `?key=AIza${randomText(35)}&x`, 'google-key'],
  ['of eight different characters', `lm_dev_${'a1b2c3d4'.repeat(4)}`, 'lumio-key'],
])('a token is found %s', (_where, text, rule) => {
  expect(rulesIn(text)).toMatchObject([{ rule }]);
  expect(rulesIn(`<p>\n${text}\n</p>`)).toMatchObject([{ rule }]);
});

const legacyKey = `-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,00112233445566778899AABBCCDDEEFF\n\n${randomText(64)}\n`;

test.each([
  ['in a file', privateKey],
  ['in JSON', JSON.stringify({ key: privateKey })],
  ['in JSON within JSON', JSON.stringify(JSON.stringify({ key: privateKey }))],
  ['with lines of Windows', pem('RSA PRIVATE KEY', '\r\n')],
  ['in strings that are joined', pem('EC PRIVATE KEY', '" +\n  "')],
  ['in one line', pem('PRIVATE KEY', ' ')],
  ['of OpenSSH', pem('OPENSSH PRIVATE KEY', '\n')],
  ['of OpenPGP', `-----BEGIN PGP PRIVATE KEY BLOCK-----\nVersion: GnuPG v2\n\n${randomText(64)}\n`],
  ['with a passphrase', legacyKey],
  ['with a passphrase, in JSON', JSON.stringify({ key: legacyKey })],
  ['with a passphrase, in JSON within JSON', JSON.stringify(JSON.stringify({ key: legacyKey }))],
])('a private key is found %s', (_where, text) => {
  expect(rulesIn(text)).toEqual([{ rule: 'private-key', message: 'holds a private key' }]);
  expect(rulesIn(`<p>\n${text}\n</p>`)).toHaveLength(1);
});

test.each(
  [
    'Authorization: Bearer lm_dev_your_key',
    'Authorization: Bearer lm_dev_<your_api_key>',
    'lm_dev_your_api_key_from_the_dashboard',
    'lm_dev_Your_api_key_from_the_dashboard',
    'lm_dev_your_api_key_from_the_DASHBOARD',
    `lm_dev_${'a1b2c3d'.repeat(4)}`,
    `lm_pop_${randomText(57)}`,
    `film_dev_${randomText(57)}`,
    `npm_config_${'registry_'.repeat(4)}`,
    `sk_test_${randomText(24)}`,
    `pk_live_${randomText(24)}`,
    'sk_live_...',
    'if (!pem.startsWith("-----BEGIN PRIVATE KEY-----")) throw new TypeError(\'"pkcs8" must be PKCS#8 formatted string\')',
    '`-----BEGIN PRIVATE KEY-----\\n${body.match(/.{1,64}/g).join("\\n")}\\n-----END PRIVATE KEY-----`',
    '-----BEGIN PRIVATE KEY-----\n...\n-----END PRIVATE KEY-----',
    `-----BEGIN PRIVATE KEY-----\n${'A'.repeat(64)}\n`,
    publicKey,
    pem('CERTIFICATE', '\n'),
    'THE PRIVATE KEY of this door',
    `data:font/woff2;base64,${Buffer.from(randomText(320).repeat(8)).toString('base64')}`,
  ].map((text) => [text.slice(0, 60).replaceAll('\n', ' '), text] as const),
)('nothing fires on %s', (_title, text) => expect(rulesIn(`"${text}"`)).toEqual([]));

test.each([
  ['long before', 0],
  ['long after', 1],
])('a bare marker is none, also with a real key %s it', (_where, place) => {
  const marker = '"-----BEGIN PRIVATE KEY-----" // stands here alone\n';
  const parts = [privateKey, '.'.repeat(1000), marker, '.'.repeat(1000), privateKey];
  const view = Buffer.from((place === 0 ? parts.slice(0, 3) : parts.slice(2)).join(''));
  const at = view.indexOf('PRIVATE KEY', view.indexOf(marker));
  expect(keyNear(view, at)).toBeUndefined();
});
