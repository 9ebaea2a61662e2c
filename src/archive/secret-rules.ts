/** The rules of the scan: few, and precise enough for a placeholder in a text not to meet them. */

export interface SecretRule {
  /** Name of the rule, for `--allow`. */
  readonly rule: string;
  /** What it is; the end of a sentence that begins with the path. */
  readonly message: string;
}

const envFile: SecretRule = { rule: 'env-file', message: 'is a file of environment variables' };
const keyFile: SecretRule = {
  rule: 'private-key-file',
  message: 'has the name of a private SSH key',
};
const privateKey: SecretRule = { rule: 'private-key', message: 'holds a private key' };

/** @param name last part of a path */
export function ruleForName(name: string): SecretRule | undefined {
  // Examples too: people do put real values into them, and a bundle has no use for one.
  if (/^\.env(?:rc$|$|[^a-z])/i.test(name)) return envFile;
  if (/^id_(?:rsa|dsa|ecdsa|ed25519)(?:_sk)?$/.test(name)) return keyFile;
  return undefined;
}

interface TokenRule extends SecretRule {
  /** The whole token. Its variable part is group 1. */
  readonly pattern: RegExp;
}

const tokenRules: readonly TokenRule[] = [
  {
    rule: 'lumio-key',
    message: 'holds a Lumio API key',
    pattern: /^lm_(?:dev|usr)_([\w-]{24,128})$/,
  },
  {
    rule: 'github-token',
    message: 'holds a GitHub token',
    pattern: /^gh[pousr]_([A-Za-z0-9]{36,251})$/,
  },
  {
    rule: 'github-token',
    message: 'holds a GitHub token',
    pattern: /^github_pat_([A-Za-z0-9]{22}_[A-Za-z0-9]{59})$/,
  },
  { rule: 'gitlab-token', message: 'holds a GitLab token', pattern: /^glpat-([\w-]{20,64})$/ },
  { rule: 'npm-token', message: 'holds an npm token', pattern: /^npm_([A-Za-z0-9]{36})$/ },
  // The example in the documentation of AWS ends with the word EXAMPLE.
  {
    rule: 'aws-key',
    message: 'holds an AWS access key',
    pattern: /^(?:AKIA|ASIA)([A-Z2-7]{16})(?<!EXAMPLE)$/,
  },
  {
    rule: 'slack-token',
    message: 'holds a Slack token',
    pattern: /^xox[abeprs]-([A-Za-z0-9-]{20,250})$/,
  },
  {
    rule: 'stripe-key',
    message: 'holds a secret Stripe key',
    pattern: /^[rs]k_live_([A-Za-z0-9]{20,247})$/,
  },
  { rule: 'google-key', message: 'holds a Google API key', pattern: /^AIza([\w-]{35})$/ },
];

/** Length of the shortest token (an AWS access key). */
export const shortestToken = 20;

const tokenStart = /^(?:lm_|g[hil]|npm_|A|xox|[rs]k_)/;

/**
 * @param run a whole run of letters, digits, `_` and `-`
 * @param before the character before it, or nothing
 */
export function ruleForRun(run: string, before: string): SecretRule | undefined {
  // In `"\nghp_…"` the run begins with the letter of the escape.
  const token = before === '\\' ? run.slice(1) : run;
  if (!tokenStart.test(token)) return undefined;
  const rule = tokenRules.find(({ pattern }) => looksRandom(pattern.exec(token)?.[1] ?? ''));
  return rule && { rule: rule.rule, message: rule.message };
}

/** Tells made-up values (`xxxxxxxx`, `your_key_goes_here`) from real ones: many different characters, and digits or capitals only. */
function looksRandom(value: string): boolean {
  return isVaried(value) && /\d|^[A-Z]+$/.test(value);
}

/** Eight is below what chance gives for the shortest of these, and above what people type to fill a space. */
function isVaried(value: string): boolean {
  return new Set(value).size >= 8;
}

/** PEM (RFC 7468) and OpenPGP armour, as a file or as a string in a program; then lines such as `Proc-Type: 4,ENCRYPTED`; then the key. */
const pemKey =
  /-----BEGIN (?:[A-Z0-9]{2,12} ){0,2}PRIVATE KEY(?: BLOCK)?-----(?:\\+[rn]|[\s"'`+,])+(?:[A-Za-z-]{3,20}: [^\n\\]{1,100}(?:\\+[rn]|[\s"'`+,])+){0,4}([A-Za-z0-9+/]{40})/;

/**
 * Looks around the words `PRIVATE KEY` for a real key: libraries hold the bare markers, which are no secret.
 * @param at where the words stand
 */
export function keyNear(view: Buffer, at: number): SecretRule | undefined {
  const around = view.toString('latin1', Math.max(0, at - 40), Math.min(view.length, at + 600));
  return isVaried(pemKey.exec(around)?.[1] ?? '') ? privateKey : undefined;
}
