/** The rules of the secret scan for tokens with a recognizable form. */
import { dottedServiceTokens, serviceTokens } from './service-tokens.ts';

export interface SecretRule {
  /** Name of the rule, for `--allow`. */
  readonly id: string;
  /** The predicate of a sentence whose subject is the file. */
  readonly message: string;
  /** The form of what it finds, with `…` for the variable part. */
  readonly example: string;
  /** Often public on purpose: reported, but not refused. */
  readonly isWarning?: boolean;
}

export interface TokenRule extends SecretRule {
  /** Source of a regular expression: the constant beginning, then the variable part as a group. */
  readonly pattern: string;
  /** Decides where the pattern alone isn't precise enough. */
  readonly accepts?: (variable: string) => boolean;
}

/** The separator in a URL, which may be escaped in a program or in JSON. */
const slash = String.raw`(?:\\*\/|%2[fF]|\\+u002[fF]|\\+x2[fF])`;
const colon = String.raw`(?::|%3[aA]|\\+u003[aA]|\\+x3[aA])`;
const noLetter = '(?![A-Za-z0-9])';
/** What is after a token; it may be the end of a comment, `-->`. */
const noToken = String.raw`(?!-*\w)`;

const github = { id: 'github-token', message: 'contains a GitHub token' };
const google = { id: 'google-secret', message: 'contains a Google Cloud secret' };
const slack = { id: 'slack-token', message: 'contains a Slack token' };
const supabase = { id: 'supabase-key', message: 'contains a secret Supabase key' };
const twitch = { id: 'twitch-token', message: 'contains a Twitch token' };
const discord = { id: 'discord-token', message: 'contains a Discord bot token' };

/** Found by their own first characters. */
export const tokenRules: readonly TokenRule[] = [
  {
    id: 'lumio-key',
    message: 'contains a Lumio API key',
    example: 'lm_dev_…, lm_usr_…, lm_pop_…',
    pattern: String.raw`lm_(?:dev|usr|pop)_([\w-]{16,128})${noToken}`,
  },
  {
    ...github,
    example: 'ghp_…, gho_…, ghu_…, ghs_…, ghr_…',
    pattern: `gh[pousr]_([A-Za-z0-9]{36,251})${noLetter}`,
  },
  { ...github, example: 'ghs_<id>_<JWT>', pattern: String.raw`ghs_\d{1,20}_(eyJ[\w-]{20,})` },
  {
    ...github,
    example: 'github_pat_…',
    pattern: `github_pat_([A-Za-z0-9]{22}_[A-Za-z0-9]{59})${noLetter}`,
  },
  {
    id: 'gitlab-token',
    message: 'contains a GitLab token',
    example: 'glpat-…, glrt-…, gldt-…',
    pattern: String.raw`gl(?:pat|rt|rtr|dt|cbt|ptt|ft|soat|imt|agent|oas|ffct|wt)-([\w-]{20,300})`,
  },
  {
    id: 'npm-token',
    message: 'contains an npm token',
    example: 'npm_…',
    pattern: `npm_([A-Za-z0-9]{36})${noLetter}`,
  },
  {
    id: 'aws-key',
    message: 'contains an AWS access key',
    example: 'AKIA…, ASIA…',
    // The example in the documentation of AWS ends with the word EXAMPLE.
    pattern: `A(?:KIA|SIA)([A-Z2-7]{16})(?<!EXAMPLE)${noLetter}`,
  },
  {
    ...slack,
    example: 'xoxb-…, xoxp-…, xoxe-…',
    pattern: `xox[abceoprsd]-([A-Za-z0-9-]{20,250})${noLetter}`,
  },
  { ...slack, example: 'xapp-1-…', pattern: String.raw`xapp-\d-([A-Za-z0-9-]{20,250})` },
  ...['sk', 'rk'].map((kind) => ({
    id: 'stripe-key',
    message: 'contains a secret Stripe key',
    example: 'sk_live_…, rk_live_…',
    pattern: `${kind}_live_([A-Za-z0-9]{20,247})${noLetter}`,
  })),
  {
    ...twitch,
    example: 'live_<id>_… (stream key)',
    pattern: `live_(\\d{6,12}_[A-Za-z0-9]{28,40})${noLetter}`,
  },
  {
    id: 'webhook-secret',
    message: 'contains a webhook secret',
    example: 'whsec_…',
    pattern: String.raw`whsec_([A-Za-z0-9+/]{24,100})`,
  },
  {
    id: 'google-key',
    message: 'contains a Google API key',
    example: 'AIza…',
    pattern: String.raw`AIza([\w-]{35})${noToken}`,
    isWarning: true,
  },
  { ...google, example: '1//0…', pattern: String.raw`1//0([\w-]{40,250})` },
  {
    ...google,
    example: 'GOCSPX-…',
    pattern: String.raw`GOCSPX-([\w-]{28})${noToken}`,
  },
  {
    id: 'openai-key',
    message: 'contains an OpenAI key',
    example: 'sk-proj-…, sk-svcacct-…, sk-…T3BlbkFJ…',
    pattern: String.raw`sk-((?:proj|svcacct|admin|None)-[\w-]{20,250}|[A-Za-z0-9]{20}T3BlbkFJ[A-Za-z0-9]{20})`,
  },
  {
    id: 'anthropic-key',
    message: 'contains an Anthropic key',
    example: 'sk-ant-…',
    pattern: String.raw`sk-ant-([\w-]{20,250})`,
  },
  {
    id: 'shopify-token',
    message: 'contains a Shopify token',
    example: 'shpat_…, shpca_…, shppa_…, shpss_…',
    pattern: `shp(?:at|ca|pa|ss|tka|ua)_([a-fA-F0-9]{32})${noLetter}`,
  },
  ...['hf', 'api_org'].map((kind) => ({
    id: 'hugging-face-token',
    message: 'contains a Hugging Face token',
    example: 'hf_…',
    pattern: `${kind}_([A-Za-z0-9]{34,40})${noLetter}`,
  })),
  { ...supabase, example: 'sb_secret_…', pattern: String.raw`sb_secret_([\w-]{20,100})` },
  { ...supabase, example: 'sbp_…', pattern: String.raw`sbp_(?:v0_)?([a-f0-9]{40})` },
  {
    id: 'service-jwt',
    message: 'contains a token with full access (JWT)',
    example: 'eyJ….eyJ….… (StreamElements, Streamlabs, Supabase service role)',
    // Only at the start of a word, so that the cost stays linear.
    pattern: String.raw`eyJ(?<=(?:^|[^\w-]|--|%[0-9A-F]{2}|\\x[0-9a-f]{2}|\\u00[0-9a-f]{2}|\\[a-z])eyJ)[\w-]{8,500}\.(eyJ[\w-]{10,1400})\.[\w-]{20,}`,
    accepts: hasFullAccess,
  },
  ...serviceTokens.map((pattern) => serviceToken(pattern)),
];

/** Found by the text before or after a long run of letters and digits. */
export const contextRules: readonly TokenRule[] = [
  {
    ...twitch,
    example: 'oauth:…',
    pattern: `oauth${colon}([a-z0-9]{30})${noLetter}`,
  },
  {
    ...discord,
    example: 'M….….…',
    pattern: String.raw`(?=[MNO])([\w-]{23,28}\.[\w-]{6,7}\.[\w-]{27,40})${noToken}`,
    accepts: (variable) =>
      /^\d{16,20}$/.test(Buffer.from(variable.split('.')[0] ?? '', 'base64url').toString('latin1')),
  },
  {
    id: 'discord-webhook',
    message: 'contains a Discord webhook',
    example: 'discord.com/api/webhooks/…/…',
    pattern: `discord(?:app)?\\.com${slash}api${slash}(?:v\\d+${slash})?webhooks${slash}\\d{17,20}${slash}([\\w-]{60,80})`,
  },
  {
    id: 'slack-webhook',
    message: 'contains a Slack webhook',
    example: 'hooks.slack.com/services/…',
    pattern: `hooks\\.slack(?:-gov)?\\.com${slash}(?:services|workflows|triggers)${slash}\\w{7,13}${slash}\\w{7,22}${slash}(?:\\d{10,20}${slash})?(\\w{20,40})`,
  },
  {
    id: 'sendgrid-key',
    message: 'contains a SendGrid key',
    example: 'SG.….…',
    pattern: String.raw`SG\.([\w-]{22}\.[\w-]{43})${noToken}`,
  },
  {
    id: 'telegram-token',
    message: 'contains a Telegram bot token',
    example: '123456789:AA…',
    pattern: String.raw`(?:bot)?\d{8,10}${colon}(AA[\w-]{33})${noToken}`,
  },
  {
    ...google,
    example: 'ya29.…',
    pattern: String.raw`(?:ya29\.|1${slash}${slash}0)([\w-]{40,250})`,
  },
  {
    ...google,
    example: 'AQ.Ab…',
    pattern: String.raw`AQ\.Ab([\w-]{45,80})${noToken}`,
  },
  ...dottedServiceTokens.map((pattern) => serviceToken(pattern)),
];

export const namedSecretRule: SecretRule = {
  id: 'named-secret',
  message: 'contains a secret named after a service',
  example: 'SPOTIFY_CLIENT_SECRET = …, twilioAuthToken: …',
};

export const cloudRule: SecretRule = {
  id: 'cloud-credentials',
  message: 'contains credentials for a cloud service',
  example: 'aws_secret_access_key = …',
};

/** Before a secret without a recognizable form. */
export const nameOfCloudSecret = /secret_?access_?key\\*["'`]?\]?\s{0,3}[:=]\s{0,3}\\*["'`]?$/i;
export const nameOfSecret =
  /(?:^|[^a-z])(?:spotify|patreon|twilio|twitch|streamlabs|streamelements|nightbot|tiltify|restream|ko-?fi|trovo|tiktok|kick|faceit|steam|paypal|cloudflare|vercel|okta)[\w.-]{0,30}(?:secret|token|api_?key)\\*["'`]?\]?\s{0,3}[:=]\s{0,3}\\*["'`]?$/i;
export const nameOfClientSecret =
  /(?:client|consumer|app|api)_?secret\\*["'`]?\]?\s{0,3}[:=]\s{0,3}\\*["'`]?$/i;

/** The service role of Supabase, and what StreamElements and Streamlabs put into their tokens. */
function hasFullAccess(payload: string): boolean {
  const claims = Buffer.from(payload, 'base64url').toString('utf8');
  return /"role"\s*:\s*"service_role"|streamelements|"authToken"\s*:|"prevent_master"\s*:|"citadel"\s*:/i.test(
    claims,
  );
}

function serviceToken(pattern: string): TokenRule {
  return {
    id: 'service-token',
    message: 'contains a token for another service',
    example:
      'dop_v1_…, pypi-…, dckr_pat_…, sntrys_…, lin_api_…, glsa_…, tskey-…, EAAA… (Square) ' +
      'and similar',
    pattern,
  };
}
