/** Which names and strings count as secrets, and which look-alikes don't. */
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createSecretScan } from '../../src/archive/secret-scan.ts';
import { allSecretRules } from '../../src/archive/secret-rules.ts';
import { growthOf, maxLinearGrowth } from '../support/growth.ts';
import { jwt, pem, privateKey, publicKey, randomText } from './key-shapes.ts';

async function scanned(path: string, content: string | Buffer) {
  const scan = await createSecretScan({ allow: [] });
  const buffer = Buffer.from(content);
  scan.name({ path, absolutePath: path });
  scan.content(path, { buffer, start: 0, end: buffer.length, offset: 0, isLast: true });
  return scan;
}

async function rulesIn(content: string | Buffer, path = 'a.js'): Promise<readonly string[]> {
  return (await scanned(path, content)).blocked.map(({ rule }) => rule);
}

describe('a file name', () => {
  const names: Readonly<Record<string, readonly string[]>> = {
    'env-file': [
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
      'prod.env',
      'x.env',
      'prod.env.local',
      '.dev.vars',
      '.dev.vars.production',
    ],
    'private-key-file': [
      'id_rsa',
      'id_ed25519',
      'id_ecdsa',
      'id_dsa',
      'id_ecdsa_sk',
      'key.ppk',
      'cert.p12',
      'cert.PFX',
      'release.jks',
      'debug.keystore',
    ],
    'credential-file': ['.netrc', '_netrc', '.git-credentials', '.pypirc', '.htpasswd', '.pgpass'],
  };

  test.each(Object.entries(names).flatMap(([rule, list]) => list.map((name) => [name, rule])))(
    '%s is found by the rule %s',
    async (name, rule) => expect(await rulesIn('', `deep/${name}`)).toEqual([rule]),
  );

  test.each([
    '.environment.js',
    '.envoy',
    '.envrcs',
    'env',
    'env.js',
    '.eslintrc',
    '.npmrc',
    'id_rsa.pub',
    'id_rsa_help.html',
    'grid_rsa',
    'netrc.js',
    'keystore.js',
    'index.js',
  ])("%s isn't a secret", async (name) => expect(await rulesIn('', name)).toEqual([]));
});

describe('a configuration file', () => {
  test.each([
    ['.npmrc', `//registry.npmjs.org/:_authToken=${randomText(36)}`],
    ['.npmrc', '//registry.example.com/:_password = "aHVudGVyMg=="'],
    ['.npmrc', '_auth=dXNlcjpwYXNz'],
    ['.yarnrc.yml', 'npmAuthToken: "8a1b2c3d-1111-2222-3333-444455556666"'],
  ])('%s with %s is found', async (name, content) =>
    expect(await rulesIn(content, name)).toContain('npm-auth'),
  );

  test.each([
    ['.npmrc', 'registry=https://registry.npmjs.org/\nsave-exact=true'],
    ['.npmrc', '//registry.npmjs.org/:_authToken=${NPM_TOKEN}'],
    ['a.js', '_authToken=abcdefgh'],
  ])("%s with %s isn't a secret", async (name, content) =>
    expect(await rulesIn(content, name)).toEqual([]),
  );

  test('with the keys of AWS is found', async () => {
    const key = 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYzzzzzzzKEY';
    const content = `[default]\naws_secret_access_key = ${key}`;
    expect(await rulesIn(content, '.aws/credentials')).toEqual(['cloud-credentials']);
  });
});

const hex = (length: number): string =>
  Buffer.from(randomText(length)).toString('hex').slice(0, length);
const lower = (length: number): string => randomText(length).toLowerCase();
const discordId = Buffer.from('123456789012345678').toString('base64url');

/** How a token begins, and how many characters may follow. */
const tokens: readonly (readonly [
  begin: string,
  rule: string,
  lengths: readonly [min: number, max: number],
])[] = [
  ['lm_dev_', 'lumio-key', [16, 128]],
  ['lm_usr_', 'lumio-key', [16, 128]],
  ['lm_pop_', 'lumio-key', [16, 128]],
  ...['p', 'o', 'u', 's', 'r'].map((kind) => [`gh${kind}_`, 'github-token', [36, 251]] as const),
  [`github_pat_${randomText(22)}_`, 'github-token', [59, 59]],
  ['npm_', 'npm-token', [36, 36]],
  ...['a', 'b', 'e', 'p', 'r', 's'].map(
    (kind) => [`xox${kind}-`, 'slack-token', [20, 250]] as const,
  ),
  ['sk_live_', 'stripe-key', [20, 247]],
  ['rk_live_', 'stripe-key', [20, 247]],
  ['GOCSPX-', 'google-secret', [28, 28]],
];

describe.each(tokens)('%s…', (begin, rule, [min, max]) => {
  test.each([min, max])('with %d more characters is a token', async (length) => {
    expect(await rulesIn(begin + randomText(length))).toEqual([rule]);
  });
  test.each([
    ['with one character too few', begin + randomText(min - 1)],
    ['with one too many', begin + randomText(max + 1)],
    ['after a letter that makes it another word', `A${begin}${randomText(min)}`],
    ['with nothing but x', `${begin}${'x'.repeat(min)}`.replace(randomText(22), 'x'.repeat(22))],
  ])("%s isn't a token", async (_what, text) => expect(await rulesIn(text)).toEqual([]));
});

/** Base64 with `+` and `/` so often that no run of letters and digits is long. */
function interrupted(length: number): string {
  return Array.from(randomText(length), (character, at) =>
    at % 9 === 3 ? '/' : at % 9 === 7 ? '+' : character,
  ).join('');
}

const uuid = '0b6f3f1e-8a52-4d0c-9c1e-5a7be92d41f0';

/** One real form of each further kind. */
const further: readonly (readonly [rule: string, text: string])[] = [
  ['github-token', `ghs_123456_${jwt({ iss: 'github' })}`],
  ['gitlab-token', `glpat-${randomText(20)}`],
  ['gitlab-token', `glrt-t1_${randomText(20)}`],
  ['gitlab-token', `glpat-${randomText(27)}.01.${lower(9)}`],
  ['slack-token', `xapp-1-A0123456789-1234567890123-${hex(64)}`],
  ['slack-webhook', `https://hooks.slack.com/services/T01234567/B01234567/${randomText(24)}`],
  [
    'slack-webhook',
    `https:\\/\\/hooks.slack.com\\/services\\/T01234567\\/B01234567\\/${randomText(24)}`,
  ],
  [
    'slack-webhook',
    `https%3A%2F%2Fhooks.slack.com%2Fservices%2FT01234567%2FB01234567%2F${randomText(24)}`,
  ],
  ['discord-webhook', `https://discord.com/api/webhooks/123456789012345678/${randomText(68)}`],
  [
    'discord-webhook',
    `https://discordapp.com/api/v10/webhooks/123456789012345678/${randomText(68)}`,
  ],
  ['discord-token', `${discordId}.GabcdE.${randomText(38)}`],
  ['discord-token', `token="${discordId}.X1_-bc.${randomText(27)}"`],
  ['twitch-token', `oauth:${lower(30)}`],
  ['twitch-token', `oauth%3A${lower(30)}`],
  ['twitch-token', `{"password":"oauth\\u003a${lower(30)}"}`],
  ['webhook-secret', `whsec_${randomText(32)}`],
  ['webhook-secret', `whsec_${interrupted(32)}`],
  ['openai-key', `sk-proj-${randomText(48)}`],
  ['openai-key', `sk-proj-${randomText(30)}_${randomText(30)}-${randomText(40)}`],
  ['openai-key', `sk-${randomText(20)}T3BlbkFJ${randomText(20)}`],
  ['anthropic-key', `sk-ant-api03-${randomText(90)}AA`],
  ['sendgrid-key', `SG.${randomText(22)}.${randomText(43)}`],
  ['telegram-token', `123456789:AA${randomText(33)}`],
  ['telegram-token', `https://api.telegram.org/bot1234567890:AA${randomText(33)}/sendMessage`],
  ['shopify-token', `shpat_${hex(32)}`],
  ['shopify-token', `shpss_${hex(32)}`],
  ['hugging-face-token', `hf_${'qWeRtYuIoPaSdFgHjKlZxCvBnMqWeRtYuI'}`],
  ['supabase-key', `sb_secret_${randomText(31)}`],
  ['service-jwt', jwt({ role: 'service_role', iss: 'supabase' })],
  ['service-jwt', jwt({ iss: 'StreamElements', channel: 'abc' })],
  ['service-jwt', jwt({ citadel: 'abc', authToken: 'xyz', provider: 'twitch' })],
  ['service-token', `dop_v1_${hex(64)}`],
  ['service-token', `pypi-AgEIcHlwaS5vcmc${randomText(100)}`],
  ['service-token', `dckr_pat_${randomText(27)}`],
  ['service-token', `tskey-auth-${randomText(30)}`],
  ['supabase-key', `sbp_${hex(40)}`],
  ['service-token', `dapi${hex(32)}`],
  ['service-token', `pul-${hex(40)}`],
  ['service-token', `NRAK-${randomText(27).toUpperCase()}`],
  ['service-token', `xkeysib-${hex(64)}-${randomText(16)}`],
  ['service-token', `re_${randomText(8)}_${randomText(24)}`],
  ['service-token', `pat${randomText(14)}.${hex(64)}`],
  ['service-token', `CFPAT-${randomText(43)}`],
  ['service-token', `sntryu_${hex(64)}`],
  ['service-token', `ATBB${randomText(32)}`],
  ['service-token', `sk_${hex(48)}`],
  ['service-token', `sk-${hex(32)}`],
  ['service-token', `FlyV1 fm2_${randomText(120)}`],
  ['service-token', `FlyV1 fm2_${interrupted(120)}`],
  ['service-token', `sntrys_eyJ${interrupted(100)}`],
  ['service-token', `hvs.${randomText(90)}`],
  ['service-token', `dp.pt.${randomText(43)}`],
  ['service-token', `${randomText(14)}.atlasv1.${randomText(67)}`],
  ['service-token', `mfa.${randomText(84)}`],
  ['service-token', `sk.eyJ${randomText(60)}.${randomText(22)}`],
  ['service-token', `AccountKey=${randomText(86)}==`],
  ['service-token', `SharedAccessKey=${randomText(43)}=`],
  ['service-token', `AccountKey=${interrupted(86)}==`],
  ['service-token', `SharedAccessKey=${interrupted(43)}=`],
  ['service-token', `access_token$production$${lower(16)}$${hex(32)}`],
  [
    'service-token',
    `https://x.webhook.office.com/webhookb2/${hex(36)}@${hex(36)}/IncomingWebhook/${hex(32)}`,
  ],
  ['service-token', `EAAAE${randomText(59)}`],
  ['service-token', `sq0atp-${randomText(22)}`],
  ['service-token', `sandbox-sq0csb-${randomText(43)}`],
  ['named-secret', `SPOTIFY_CLIENT_SECRET=${hex(32)}`],
  ['named-secret', `{"twilioAuthToken": "${hex(32)}"}`],
  ['named-secret', String.raw`{\"patreon_access_token\":\"${randomText(43)}\"}`],
  ['named-secret', `VITE_TWITCH_CLIENT_SECRET: '${lower(30)}'`],
  ['named-secret', `TILTIFY_CLIENT_SECRET=${hex(64).slice(0, 60)}`],
  ['named-secret', 'KOFI_VERIFICATION_TOKEN=0b6f3f1e-8a52-4d0c-9c1e-5a7be92d41f0'],
  ['named-secret', `restreamClientSecret: '${lower(40)}'`],
  ['service-token', `pplx-${randomText(48)}`],
  ['service-token', `glc_eyJ${randomText(90)}`],
  ['service-token', `bkua_${hex(40)}`],
  ['twitch-token', `rtmp://live.twitch.tv/app/live_123456789_${randomText(30)}`],
  ['service-token', `sk_us-west-2_${randomText(12)}_${randomText(30)}`],
  ['service-token', `FB-123456789012345-0-${randomText(16)}`],
  ['service-token', `EAAC${randomText(180)}`],
  ['service-token', `IGQVJ${randomText(150)}`],
  ['service-token', `${'A'.repeat(21)}${randomText(20)}%3D${randomText(40)}`],
  ['service-token', `RGAPI-${uuid}`],
  ['service-token', `ABSK${interrupted(128)}=`],
  ['service-token', `GOOG1E${randomText(55).toUpperCase()}`],
  ['service-token', `dor_v1_${hex(64)}`],
  ['service-token', `LTAI5t${randomText(18)}`],
  ['service-token', `AKID${randomText(32)}`],
  ['service-token', `rnd_${randomText(32)}`],
  ['service-token', `vercel_blob_rw_${randomText(16)}_${randomText(30)}`],
  ['service-token', `sec-c-${uuid}`],
  ['service-token', `live_${randomText(30)}`],
  ['service-token', `pdl_live_apikey_${lower(26)}_${randomText(22)}_${randomText(3)}`],
  ['service-token', `FLWSECK-${hex(32)}-X`],
  ['service-token', `access-production-${uuid}`],
  ['service-token', `klarna_live_api_${interrupted(72)}`],
  ['service-token', `polar_oat_${randomText(43)}`],
  ['service-token', `APP_USR-1234567890123456-012345-${hex(32)}-123456789`],
  ['service-token', `A21AA${randomText(92)}`],
  ['service-token', `EZAK${randomText(54)}`],
  ['service-token', `shippo_live_${hex(40)}`],
  ['service-token', `key-${hex(32)}`],
  ['service-token', `${hex(32)}-us12`],
  ['service-token', `pat-na1-${uuid}`],
  ['service-token', `GR1348941${randomText(20)}`],
  ['service-token', `ops_eyJ${randomText(300)}`],
  ['service-token', `oy2${lower(43)}`],
  ['service-token', `AKCp${randomText(69)}`],
  ['service-token', `${randomText(76)}AZDO${randomText(4)}`],
  ['service-token', `${randomText(52)}JQQJ99${randomText(26)}`],
  ['service-token', `abc8Q~${randomText(34)}`],
  ['service-token', `accesskey=${interrupted(86)}==`],
  ['service-token', `AccessKey=${interrupted(43)}=`],
  [
    'service-token',
    `https://prod-00.westus.logic.azure.com:443/workflows/${hex(32)}/triggers/manual/paths/invoke`,
  ],
  ['service-token', `hvb.${randomText(150)}`],
  ['service-token', `dt0c01.${randomText(24).toUpperCase()}.${randomText(64).toUpperCase()}`],
  ['service-token', `nvapi-${randomText(64)}`],
  ['service-token', `tvly-dev-${randomText(32)}`],
  ['service-token', `sk-lf-${uuid}`],
  ['service-token', `pcsk_${randomText(6)}_${randomText(63)}`],
  ['service-token', `sk-${randomText(48)}`],
  ['supabase-key', `sbp_v0_${hex(40)}`],
  ['google-secret', `AQ.Ab8RN6${randomText(45)}`],
  ['slack-webhook', `https://hooks.slack-gov.com/services/T01234567/B01234567/${randomText(24)}`],
  ['named-secret', `clientSecret:"${randomText(50)}"`],
  ['named-secret', `{"app_secret": "${hex(32)}"}`],
  ['named-secret', `STEAM_API_KEY=${hex(32).toUpperCase()}`],
  ['cloud-credentials', `secretAccessKey:"${interrupted(40)}"`],
  ['cloud-credentials', `AWS_SECRET_ACCESS_KEY=${randomText(40)}`],
  ['database-url', 'cloudinary://123456789012345:Zk3v9QwX7LmTZk3v9QwX7LmTabc@overlay'],
  ['database-url', 'neo4j+s://neo4j:Zk3v9QwX7LmT@abc.databases.neo4j.io'],
  ['url-password', 'rtmps://live:Zk3v9QwX7LmT@ingest.acme.dev/app'],
  ['url-password', 'rtsp://admin:Zk3v9QwX7LmT@192.168.1.10:554/stream1'],
  ['google-secret', `ya29.${randomText(100)}`],
  ['google-secret', `1//0${randomText(60)}`],
  ['database-url', 'postgres://lumio:Sup3rS3cret@db.example.com:5432/app'],
  ['database-url', 'mongodb+srv://admin:hunter2@cluster0.abcde.mongodb.net/test'],
  ['database-url', 'redis://:s3cr3tvalue@cache.internal:6379'],
  ['database-url', 'postgresql+asyncpg://app:Sup3rS3cret@db.example.com/x'],
  ['database-url', 'mysql+pymysql://app:Sup3rS3cret@db.example.com/x'],
  ['database-url', 'postgres%3A%2F%2Fapp%3ASup3rS3cret%40db.example.com%2Fx'],
  ['url-password', 'https://deploy:Zk3v9QwX7LmT@git.acme.dev/overlay.git'],
  ['url-password', 'http://:hunter2-AB-cd@10.0.0.3:8080/'],
  ['url-password', String.raw`ftp:\/\/ci:aB3%40xYz01q@files.acme.dev`],
  ['url-password', 'https%3A%2F%2Fci%3ASup3rS3cretZ%40acme.dev%2Fx'],
  ['url-password', 'smtps://mailer:Zk3v9QwX7LmT@smtp.acme.dev:465'],
  ['url-password', 'wss://bot:Zk3v9QwX7LmT@obs.acme.dev:4455'],
  ['url-password', 'sftp://ci:Zk3v9QwX7LmT@files.acme.dev/overlay'],
  ['database-url', 'valkeys://default:Zk3v9QwX7LmT@cache.acme.dev:6379'],
  ['database-url', String.raw`"mysql:\/\/root:aB3%40x@10.0.0.3\/app"`],
];

test.each(further)('%s: %s is found, alone and in a page', async (rule, text) => {
  expect(await rulesIn(text)).toEqual([rule]);
  expect(await rulesIn(`<p>\n"${text}";\n</p>`)).toEqual([rule]);
});

describe('finds a secret whose characters are written as', () => {
  const samples = [
    `https://discord.com/api/webhooks/123456789012345678/${randomText(68)}`,
    `oauth:${lower(30)}`,
    `123456789:AA${randomText(33)}`,
    'postgres://lumio:Sup3rS3cret@db.acme.dev:5432/app',
    'https://deploy:Zk3v9QwX7LmT@git.acme.dev/overlay.git',
    `AccountKey=${interrupted(86)}==`,
    `klarna_live_api_${interrupted(72)}`,
    `access_token$production$${lower(16)}$${hex(32)}`,
    `npm_${randomText(36)}`,
  ];
  const codes = (text: string, before: string, after: string, radix = 16): string =>
    `"${text}"`.replaceAll(
      /[^\w.-]/g,
      (sign) => `${before}${sign.charCodeAt(0).toString(radix)}${after}`,
    );
  const notations: Readonly<Record<string, (text: string) => string>> = {
    '%2f': (text) => codes(text, '%', ''),
    '%252f': (text) => codes(text, '%25', ''),
    '\\x2f': (text) => codes(text, '\\x', ''),
    '\\u002f': (text) => codes(text, '\\u00', ''),
    '\\u{2f}': (text) => codes(text, '\\u{', '}'),
    '&#x2f;': (text) => codes(text, '&#x', ';'),
    '&#47;': (text) => codes(text, '&#', ';', 10),
    '\\/': (text) => `"${text.replaceAll('/', '\\/')}"`,
    '\\\\/': (text) => `"${text.replaceAll('/', '\\\\/')}"`,
  };
  test.each(Object.entries(notations))('%s', async (_notation, write) => {
    for (const text of samples) expect(await rulesIn(`x\n${write(text)}\ny`), text).toHaveLength(1);
  });

  test('any notation, with the line', async () => {
    const text = codes(`oauth:${lower(30)}`, '&#x', ';');
    for (const lines of [0, 1, 3, 1000]) {
      const before = `&#x22;\n${'.\n'.repeat(lines)}`;
      const { blocked } = await scanned('a.js', `${before}${text}\n&#x22;`);
      expect(blocked).toMatchObject([{ rule: 'twitch-token', line: 2 + lines }]);
    }
  });

  test('a token in an HTML comment', async () => {
    for (const text of [`GOCSPX-${randomText(28)}`, jwt({ role: 'service_role' })])
      expect(await rulesIn(`<!--${text}-->`)).toHaveLength(1);
  });

  test('an active key in mixed notations', async () => {
    const scan = await createSecretScan({ allow: [], secrets: ['p/q:r/s=t u'] });
    const buffer = Buffer.from('\n"p%2Fq\\x3ar&#47;s\\u{3d}t%2520u"');
    scan.content('a.js', { buffer, start: 0, end: buffer.length, offset: 0, isLast: true });
    expect(scan.blocked).toMatchObject([{ rule: 'active-key', line: 2 }]);
  });
});

describe('a token without a digit is found, since its case is mixed', () => {
  const letters = fc.stringMatching(/^[A-Za-z]{24}$/).filter((text) => {
    const isVaried = new Set(text).size >= 8;
    return isVaried && /[a-z]/.test(text) && /[A-Z]/.test(text) && !/here|your/i.test(text);
  });
  test.each(['sk_live_', 'glpat-'])('%s', async (begin) => {
    await fc.assert(
      fc.asyncProperty(letters, async (text) => {
        expect(await rulesIn(begin + text)).toHaveLength(1);
      }),
      { numRuns: 1000 },
    );
  });
});

describe('finds a token between any characters that a build may add', () => {
  const around = [
    '%22',
    String.raw`\u0022`,
    String.raw`\x22`,
    String.raw`\u003d`,
    '%3D',
    '&quot;',
    '&#34;',
    String.raw`\n`,
    '=',
    ':',
    '/',
    '"',
    "'",
    '`',
    '@',
    '(',
    '|',
    '=3D',
  ];
  const samples = [
    `lm_dev_${randomText(57)}`,
    `ghp_${randomText(36)}`,
    `npm_${randomText(36)}`,
    `AKIA${'Z3QYBN4LPWX2TKD6'}`,
    `oauth:${lower(30)}`,
    `SG.${randomText(22)}.${randomText(43)}`,
  ];
  test.each(around)('%s', async (sign) => {
    for (const token of samples)
      expect(await rulesIn(`x ${sign}${token}${sign} y`), token).toHaveLength(1);
  });
  test.each(['_suffix', '_prod.js', '-old'])('with the ending %s', async (ending) => {
    for (const token of [
      `ghp_${randomText(36)}`,
      `sk_live_${randomText(24)}`,
      `npm_${randomText(36)}`,
      `lm_dev_${randomText(57)}`,
    ])
      expect(await rulesIn(`"${token}${ending}"`), token).toHaveLength(1);
  });
});

describe('an AWS access key', () => {
  const key = 'Z3QYBN4LPWX2TKD6';
  test.each([`AKIA${key}`, `{"accessKeyId":"ASIA${key}"}`, `AKIA${'ZQYBNLPWXTKDEFGH'}`])(
    'is found (%#)',
    async (text) => expect(await rulesIn(text)).toEqual(['aws-key']),
  );
  test.each([
    ['from the documentation of AWS', `AKIA${'IOSFODNN7EXAMPLE'}`],
    ['with one character too few', `AKIA${key.slice(1)}`],
    ['with one too many', `AKIA${key}Q`],
    ['after another letter', `AAKIA${key}`],
    ['with nothing but X', `AKIA${'X'.repeat(16)}`],
  ])("%s isn't a key", async (_what, text) => expect(await rulesIn(text)).toEqual([]));
});

test('a browser key of Google is a warning', async () => {
  const scan = await scanned('index-3f9a1c7b.js', `apiKey:"AIza${randomText(35)}"`);
  expect(scan.blocked).toEqual([]);
  expect(scan.warnings).toMatchObject([{ rule: 'google-key', line: 1 }]);
});

describe('a private key is found', () => {
  const lines = privateKey.trim().split('\n');
  const joined = (separator: string): string => lines.join(separator);
  const legacy = [
    '-----BEGIN RSA PRIVATE KEY-----',
    'Proc-Type: 4,ENCRYPTED',
    'DEK-Info: AES-128-CBC,0123456789ABCDEF0123456789ABCDEF',
    '',
    randomText(64),
    '-----END RSA PRIVATE KEY-----',
  ].join('\n');
  const notations: Readonly<Record<string, string | Buffer>> = {
    'as it is': privateKey,
    'with CRLF': joined('\r\n'),
    'with lone CR': joined('\r'),
    'in JSON': JSON.stringify({ key: privateKey }),
    'in JSON within JSON': JSON.stringify(JSON.stringify({ key: privateKey })),
    'in a comment with //': lines.map((line) => `// ${line}`).join('\n'),
    'in a comment with #': lines.map((line) => `# ${line}`).join('\n'),
    'in a block comment': lines.map((line) => ` * ${line}`).join('\n'),
    'in SQL comments': lines.map((line) => `-- ${line}`).join('\n'),
    'as concatenated strings': lines.map((line) => `"${line}\\n"`).join(' +\n  '),
    'as concatenated strings of PHP': lines.map((line) => `'${line}' . "\\n"`).join(' . '),
    'as an array': JSON.stringify(lines),
    'with \\x0a': joined('\\x0a'),
    'with \\u000a': joined('\\u000a'),
    'with <br>': joined('<br>'),
    'with <br />': joined('<br />'),
    'with &#10;': joined('&#10;'),
    'with %0A': joined('%0A'),
    'percent-encoded': encodeURIComponent(privateKey),
    'form-encoded': new URLSearchParams({ key: privateKey }).toString(),
    'in one line with blanks': joined(' '),
    'in one line': joined(''),
    'in a template': `\`${privateKey}\``,
    'with escaped slashes': joined('\\n').replaceAll('/', '\\/'),
    'with a backslash at the end of each line': joined('\\n\\\n'),
    'in UTF-16 LE': Buffer.from(privateKey, 'utf16le'),
    'in UTF-16 BE': Buffer.from(privateKey, 'utf16le').swap16(),
    'in UTF-16 LE with a mark': Buffer.from(`\ufeff${privateKey}`, 'utf16le'),
    'with a passphrase': legacy,
    'with a passphrase, in JSON': JSON.stringify({ key: legacy }),
    'as OpenPGP': `-----BEGIN PGP PRIVATE KEY BLOCK-----\nVersion: GnuPG\n\nlQ${randomText(62)}\n`,
    'of OpenSSH': pem('OPENSSH PRIVATE KEY', '\n'),
    'of PuTTY': `PuTTY-User-Key-File-3: ssh-ed25519\nPrivate-Lines: 1\n${randomText(48)}\n`,
    'as JWK': JSON.stringify({ kty: 'EC', crv: 'P-256', x: randomText(43), d: randomText(43) }),
  };
  test.each(Object.entries(notations))('%s', async (_notation, content) => {
    expect(await rulesIn(content)).toEqual(['private-key']);
  });
});

test.each(
  [
    'Authorization: Bearer lm_dev_your_key',
    'Authorization: Bearer lm_dev_<your_api_key>',
    'lm_dev_your_api_key_from_the_dashboard',
    'lm_dev_Your_api_key_from_the_dashboard',
    'lm_dev_your_api_key_from_the_DASHBOARD',
    `lm_dev_${'a1b2c3d'.repeat(4)}`,
    `film_dev_${randomText(57)}`,
    `npm_config_${'registry_'.repeat(4)}`,
    `sk_test_${randomText(24)}`,
    `pk_live_${randomText(24)}`,
    'sk_live_...',
    'sk_live_putYourSecretKeyHere',
    'oauth:your_bot_token_goes_here_please',
    'SG.xxxxxxxxxxxxxxxxxxxxxx.xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx',
    'https://hooks.slack.com/services/T00000000/B00000000/XXXXXXXXXXXXXXXXXXXXXXXX',
    'postgres://user:password@localhost:5432/app',
    'postgres://user:s3cr3tvalue@localhost:5432/app',
    'postgres://user:${PASSWORD}@db.example.com/app',
    'https://user:s3cr3tvalue@example.com/',
    'https://user:s3cr3tvalue@api.example.org:8443/',
    'https://user:s3cr3tvalue@proxy:8080/',
    'https://username:password@acme.dev/',
    'https://user:${PASSWORD1}@acme.dev/',
    'http://foo:bar@acme.dev/',
    'http://test:test1234@acme.dev/',
    'https://user:yourPassword1@acme.dev/',
    'https://acme.dev:8443/npm/@scope/name@1.2.3',
    `${Buffer.from('a'.repeat(3)).toString('base64')}/EAAAE${randomText(59)}`,
    `EAAAA${randomText(59)}`,
    jwt({ role: 'anon', iss: 'supabase' }),
    'dotenv://:key_1234@dotenvx.com/vault/.env.vault?environment=production',
    `aws_secret_access_key = ${'wJalrXUtnFEMI/K7MDENG/'}bPxRfiCYEXAMPLEKEY`,
    `clientSecret: "pi_3MtwBwLkdIwHu7ix28a3tqPa_secret_YrKJUKribcBjcG8HVhfZluoGH"`,
    `rzp_live_${randomText(14)}`,
    `${uuid}-${uuid}`,
    `"integrity": "sha256-${interrupted(43)}="`,
    `data:font/woff2;base64,EAAC${randomText(180)}+/${randomText(20)}`,
    jwt({ sub: '1234567890', name: 'John Doe' }),
    JSON.stringify({ kty: 'EC', crv: 'P-256', x: randomText(43), y: randomText(43) }),
    `${Buffer.from('not a number at all').toString('base64url')}.GabcdE.${randomText(38)}`,
    'if (!pem.startsWith("-----BEGIN PRIVATE KEY-----")) throw new TypeError(\'"pkcs8" must be PKCS#8 formatted string\')',
    '`-----BEGIN PRIVATE KEY-----\\n${body.match(/.{1,64}/g).join("\\n")}\\n-----END PRIVATE KEY-----`',
    '-----BEGIN PRIVATE KEY-----\n...\n-----END PRIVATE KEY-----',
    `-----BEGIN PRIVATE KEY-----\n${'A'.repeat(64)}\n`,
    'header="-----BEGIN PRIVATE KEY-----",footer="-----END PRIVATE KEY-----";function parse(){}',
    publicKey,
    pem('CERTIFICATE', '\n'),
    'THE PRIVATE KEY of this door',
    'postgres://someuser:somepassword@somehost:381/somedatabase',
    `ClientSecret:"${randomText(52)}"`,
    `data:font/woff2;base64,${Buffer.from(randomText(320).repeat(8)).toString('base64')}`,
  ].map((text) => [text.slice(0, 60).replaceAll('\n', ' '), text] as const),
)('nothing is found in %s', async (_title, text) => expect(await rulesIn(`"${text}"`)).toEqual([]));

test.each([
  ['long before', 0],
  ['long after', 1],
])("a bare marker isn't a key, also with a real key %s it", async (_where, place) => {
  const marker = '"-----BEGIN PRIVATE KEY-----" // a string\n';
  const parts = [privateKey, '.'.repeat(2000), marker, '.'.repeat(2000), privateKey];
  const scan = await scanned('a.js', (place === 0 ? parts.slice(0, 3) : parts.slice(2)).join(''));
  expect(scan.blocked).toMatchObject([{ rule: 'private-key', line: place + 1 }]);
});

test.each([
  ['markers of keys', '-----BEGIN PRIVATE KEY-----\nabc: abc:'],
  ['headers of one key', 'abc: '],
  ['the word alone', 'PRIVATE'],
  ['beginnings of a JWT', 'eyJ'],
  ['keys of JWK', '"kty"'],
  ['beginnings of tokens', 'sk_live_'],
  ['at signs', '@'],
  ['URLs', 'postgres://a:b@'],
  ['slashes', '/abcdefghijklmnopqrst'],
  ['backslashes', '\\'],
  ['percent signs', '%25'],
  ['escapes', '\\u0041'],
  ['escaped tokens', '%22xoxb-'],
  ['escaped lines', '&#65;\n'],
  ['tildes', 'abc8Q~abcdefghijklmnopqrst'],
])('scans %s in linear time', async (_what, text) => {
  const scan = async (bytes: number): Promise<void> => {
    const repeated = text.repeat(bytes / text.length);
    expect(await rulesIn(`-----BEGIN PRIVATE KEY-----\n${repeated}`)).toEqual([]);
  };
  expect(await growthOf(500_000, scan)).toBeLessThan(maxLinearGrowth);
});

test('the list of rules has each rule once, with an example', () => {
  const rules = allSecretRules();
  const ids = rules.map(({ id }) => id);
  expect(new Set(ids).size).toBe(ids.length);
  expect(ids).toEqual(
    expect.arrayContaining(['active-key', 'env-file', 'private-key', 'npm-auth']),
  );
  for (const { message, example } of rules) {
    expect(message).toMatch(/^[a-z]/);
    expect(example).not.toBe('');
  }
});
