/** The rules of the secret scan, as data: what the scan matches and what help and docs list. */
import {
  type SecretRule,
  cloudRule,
  contextRules,
  namedSecretRule,
  tokenRules,
} from './token-rules.ts';

interface FileRule extends SecretRule {
  /** Matches the name in lower case. */
  readonly name: RegExp;
  /** What the file has to contain. */
  readonly content?: RegExp;
}

export const privateKeyRule: SecretRule = {
  id: 'private-key',
  message: 'contains a private key',
  example: '-----BEGIN PRIVATE KEY-----…',
};
export const activeKeyRule: SecretRule = {
  id: 'active-key',
  message: 'contains the API key that lumio uses',
  example: 'your API key, in any encoding',
};
export const databaseUrlRule: SecretRule = {
  id: 'database-url',
  message: 'contains a database URL with a password',
  example: 'postgres://user:…@host',
};
export const urlPasswordRule: SecretRule = {
  id: 'url-password',
  message: 'contains a URL with a password',
  example: 'https://user:…@host',
};

const fileRules: readonly FileRule[] = [
  {
    id: 'env-file',
    message: 'is an environment file',
    example: '.env, .env.local, prod.env, .envrc, .dev.vars',
    // Examples too: they often contain real values, and a bundle doesn't need them.
    name: /^\.env(?:rc$|$|[^a-z])|\.env$|^\.dev\.vars(?:$|\.)|\.env\.(?:local|prod(?:uction)?|dev(?:elopment)?|staging|test)$/,
  },
  {
    id: 'private-key-file',
    message: 'is named like a private key file',
    example: 'id_rsa, *.ppk, *.p12, *.pfx, *.jks, *.keystore',
    name: /^id_(?:rsa|dsa|ecdsa|ed25519)(?:_sk)?$|\.(?:ppk|p12|pfx|jks|keystore|kdbx|bcfks)$/,
  },
  {
    id: 'credential-file',
    message: 'is a credentials file',
    example: '.netrc, .git-credentials, .pypirc, .htpasswd, .pgpass, .dockercfg',
    name: /^(?:[._]netrc|\.git-credentials|\.pypirc|\.htpasswd|\.pgpass|\.my\.cnf|\.dockercfg|\.s3cfg|\.boto)$/,
  },
  {
    id: 'npm-auth',
    message: 'contains credentials for a package registry',
    example: '.npmrc with _authToken=…, .yarnrc.yml with npmAuthToken: …',
    name: /^\.(?:npmrc|yarnrc(?:\.yml)?)$/,
    content:
      /(?:_(?:authToken|auth|password)["']?\s*[=\s]\s*|npmAuth(?:Token|Ident)["']?\s*:\s*)["']?(?!\s|\$\{)[\w+/=.-]{6}/i,
  },
];

/**
 * The rules for files with this name.
 * @param name without its directory
 */
export function fileRulesOf(name: string): FileRule[] {
  const lower = name.toLowerCase();
  return anyName.test(lower) ? fileRules.filter((rule) => rule.name.test(lower)) : [];
}

/** Rules out nearly all files with one test. */
const anyName = new RegExp(fileRules.map(({ name }) => name.source).join('|'));

/** All rules, one for each id, in the order in which help lists them. */
export function allSecretRules(): readonly SecretRule[] {
  const rules = new Map<string, SecretRule>();
  for (const { id, message, example, isWarning } of [
    activeKeyRule,
    privateKeyRule,
    ...fileRules,
    ...tokenRules,
    ...contextRules,
    namedSecretRule,
    cloudRule,
    databaseUrlRule,
    urlPasswordRule,
  ]) {
    const known = rules.get(id)?.example.split(', ') ?? [];
    const examples = new Set([...known, ...example.split(', ')]);
    const warning = isWarning === true ? { isWarning } : {};
    rules.set(id, { id, message, example: [...examples].join(', '), ...warning });
  }
  return [...rules.values()];
}
