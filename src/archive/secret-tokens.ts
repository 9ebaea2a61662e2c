/** Finds tokens in the bytes of a file by the rules for their form. */
import { type Run, bytesOf } from './long-runs.ts';
import { databaseUrlRule, urlPasswordRule } from './secret-rules.ts';
import {
  type SecretRule,
  type TokenRule,
  cloudRule,
  contextRules,
  nameOfCloudSecret,
  namedSecretRule,
  nameOfClientSecret,
  nameOfSecret,
  tokenRules,
} from './token-rules.ts';

/** Bytes of a file with their surroundings. */
export interface View {
  readonly bytes: Buffer;
  /** Whether the file begins and ends with these bytes: at other borders a token may be incomplete. */
  readonly isStart: boolean;
  readonly isEnd: boolean;
}

export interface FoundToken {
  readonly rule: SecretRule;
  readonly at: number;
}

/** Room for what is before and after the run in the longest form (a webhook as escaped URL). */
const contextBytes = 150;

/** Some tokens continue after their first run. */
const tokenTailBytes = 64;

/** A JWT has three runs. */
const maxJwtBytes = 1800;

export function* tokensIn(
  view: View,
  runs: readonly Run[],
): Generator<FoundToken, void, undefined> {
  const { bytes } = view;
  for (const { start, end } of runs) {
    const run = bytes.toString('latin1', start, end);
    if (mayContainToken.test(run)) {
      const reach = run.includes('eyJ') ? maxJwtBytes : tokenTailBytes;
      yield* matchesOf(tokens, view, { start: start - escapeBytes, last: end, end: end + reach });
    }
    const named = ruleOfName(run, bytes, start);
    if (named !== undefined) yield { rule: named, at: start };
    if (contextBefore.has(bytes[start - 1] ?? 0) || bytes[end] === dot)
      yield* matchesOf(contexts, view, contextOf(bytes, start, end));
  }
  yield* passwordsInUrls(bytes);
}

/** The run with the text before and after it, up to a blank, quote or bracket. */
function contextOf(bytes: Buffer, start: number, end: number): Range {
  const lowest = Math.max(0, start - contextBytes);
  let at = start;
  while (at > lowest && endsContext[bytes[at - 1] ?? 0] === 0) at -= 1;
  return { start: at - 1, last: start, end: end + contextBytes };
}

const endsContext = bytesOf(' \t\r\n"\'`()[]{}<>,;|');

const nameBytes = 64;
/** As in the secrets of X. Longer values appear in the documentation of AWS. */
const maxClientSecretBytes = 50;

function ruleOfName(run: string, bytes: Buffer, start: number): SecretRule | undefined {
  if (!beforeValue.has(bytes[start - 1] ?? 0) || !mayBeSecret(run)) return undefined;
  const before = bytes.toString('latin1', Math.max(0, start - nameBytes), start);
  // Compiling the patterns costs a millisecond, and few bundles need them.
  if (!/secret|token|key/i.test(before)) return undefined;
  if (run.length === 40 && nameOfCloudSecret.test(before)) return cloudRule;
  if (/_.*_|[+/]/.test(run)) return undefined;
  const isClientSecret = run.length <= maxClientSecretBytes && nameOfClientSecret.test(before);
  return isClientSecret || nameOfSecret.test(before) ? namedSecretRule : undefined;
}

function mayBeSecret(run: string): boolean {
  if (!/^(?=.*\d)[\w+/-]{30,80}$/.test(run) || run.endsWith('EXAMPLEKEY')) return false;
  return new Set(run).size >= 8;
}

/** Offsets of a range that may contain a token, and of the last place where it may begin. */
interface Range {
  readonly start: number;
  readonly last: number;
  readonly end: number;
}

type LiteralRule = TokenRule & { readonly literal: string };

/** By the first character of their literal beginning; `''` for the few that have none. */
type RulesByFirst = ReadonlyMap<string, readonly LiteralRule[]>;

const tokens = byFirst(tokenRules);
const contexts = byFirst(contextRules);

function byFirst(rules: readonly TokenRule[]): RulesByFirst {
  const found = new Map<string, LiteralRule[]>();
  for (const rule of rules) {
    const literal = /^[\w-]*(?![?*+{])/.exec(rule.pattern)?.[0] ?? '';
    const first = literal.slice(0, 1);
    found.set(first, [...(found.get(first) ?? []), { ...rule, literal }]);
  }
  return found;
}

/** The first characters of the rules for tokens; nearly all runs contain none of them. */
const mayContainToken =
  /[_-]|A(?:KI[AD]|21AA|SIA|Iza|TATT3|TBB|A{20}|BSK|KCp|QVN|ZDO)|E(?:AA[A-Z]|ZAK)|IG[AQ]|GOOG1|LTAI|JQQJ99|GR1348941|oy2|eyJ|dapi|1\/\/0|^[a-f0-9]{64}/;

/** What is before the variable part of a context rule, and what an escape begins with. */
const contextBefore: ReadonlySet<number> = new Set(Buffer.from(':.%\\=$~'));
/** What is between a name and its value. */
const beforeValue: ReadonlySet<number> = new Set(Buffer.from(':= \t\r\n"\'`'));
const dot = 0x2e;
const atSign = 0x40;
const encodedAtSign = Buffer.from('%40');

/** Length of the longest escape, `\u0022`, and the character that shows that it is one. */
const escapeBytes = 7;

/** A token begins a word, or follows an escape that ends with a letter or digit. */
const wordStart =
  /(?<![A-Za-z0-9])[A-Za-z0-9]|(?<=%[0-9A-Fa-f]{2}|=3D|\\x[0-9A-Fa-f]{2}|\\u[0-9A-Fa-f]{4}|\\[a-z])[A-Za-z0-9]/g;

function* matchesOf(
  rules: RulesByFirst,
  { bytes, isStart, isEnd }: View,
  range: Range,
): Generator<FoundToken, void, undefined> {
  const start = Math.max(0, range.start);
  const end = Math.min(bytes.length, range.end);
  const text = bytes.toString('latin1', start, end);
  wordStart.lastIndex = 0;
  for (let match = wordStart.exec(text); match !== null; match = wordStart.exec(text)) {
    const { index } = match;
    if (start + index > range.last) return;
    wordStart.lastIndex = index + 1;
    const isCutBefore = index === 0 && !(start === 0 && isStart);
    const found = isCutBefore ? undefined : tokenAt(rules, text, index);
    if (found === undefined) continue;
    // A token at the end is whole in the next view.
    const isCutBehind = found.end === text.length && !(end === bytes.length && isEnd);
    if (!isCutBehind) yield { rule: found.rule, at: start + index };
  }
}

interface TokenMatch {
  readonly rule: TokenRule;
  readonly end: number;
}

function tokenAt(rules: RulesByFirst, text: string, index: number): TokenMatch | undefined {
  for (const first of [text[index] ?? '', ''])
    for (const rule of rules.get(first) ?? []) {
      const end = text.startsWith(rule.literal, index) ? endOfMatch(rule, text, index) : undefined;
      if (end !== undefined) return { rule, end };
    }
  return undefined;
}

function endOfMatch(rule: TokenRule, text: string, index: number): number | undefined {
  const { pattern, accepts = looksRandom } = rule;
  const compiled = compiledPatterns.get(pattern) ?? new RegExp(pattern, 'y');
  compiledPatterns.set(pattern, compiled);
  compiled.lastIndex = index;
  const variable = compiled.exec(text)?.[1];
  return variable !== undefined && accepts(variable) ? compiled.lastIndex : undefined;
}

/** Only of the rules whose literal beginning was found: compiling all takes two milliseconds. */
const compiledPatterns = new Map<string, RegExp>();

/**
 * Distinguishes real values from placeholders such as `xxxxxxxx` and `your_key_goes_here`.
 * Random values have more than eight different characters, typed placeholders have fewer.
 */
function looksRandom(value: string): boolean {
  if (new Set(value).size < 8) return false;
  if (/\d|^[A-Z]+$/.test(value)) return true;
  const isMixed = /[a-z]/.test(value) && /[A-Z]/.test(value);
  return (
    isMixed &&
    !/your|here|token|secret|example|placeholder|replace|change|insert|sample/i.test(value)
  );
}

const urlWithPassword =
  /:(?<=([a-z][a-z0-9+.-]{1,20}):)(?:\\*\/){2}[^\s:@/'"`<>\\]{0,100}:([^\s@/'"`<>\\]{3,200})@([\w.[\]:-]{1,255})/;
const databaseScheme =
  /(?:postgres(?:ql)?|mysql2?|mariadb|mongodb|(?:redis|valkey)s?|amqps?|mssql|sqlserver|cockroachdb|clickhouse|libsql|cloudinary|oracle|neo4j|bolt|couchdb|cassandra)(?:\+[a-z]\w{0,20})?$/;

const placeholderPassword =
  /^(?:(?:some|user|test|my|the)?(?:pass|passwd|password|pwd|secret)|changeme|foobared|key_1234|x+|\*+|\.+|your.*|my[-_]?(?:pass|secret|pw).*)$|[{}]|\$[A-Z(]/i;
const placeholderHost = /^(?:localhost|127\.|0\.0\.0\.0|(?:some|my|your)?host(?:name)?\b|\[::1\])/i;
/** Documentation has many of these URLs (RFC 2606). */
const unlikelyWebHost = /(?:^|\.)(?:example|test|invalid|localhost)(?:\.\w+)?$|^[^.]+$/i;

/** As in `nats://:abc`. */
const minUrlBytes = 12;

/** Looks around each `@`, because passwords are too short to be long runs. */
function* passwordsInUrls(bytes: Buffer): Generator<FoundToken, void, undefined> {
  let previous = -1;
  for (const { at, isEncoded } of atSignsIn(bytes)) {
    const start = Math.max(previous + 1, at - 350);
    // A password may contain %40.
    if (!isEncoded) previous = at;
    if (at - start < minUrlBytes) continue;
    const text = bytes.toString('latin1', start, at + 80);
    const url = isEncoded ? text.replaceAll(/%(?:3A|2F|40)/gi, decodeURIComponent) : text;
    const match = urlWithPassword.exec(url);
    const rule = match === null ? undefined : ruleOfUrl(match);
    if (match !== null && rule !== undefined) yield { rule, at: start + match.index };
  }
}

function ruleOfUrl(match: RegExpExecArray): SecretRule | undefined {
  const [, scheme = '', password = '', host = ''] = match;
  if (placeholderPassword.test(password) || placeholderHost.test(host)) return undefined;
  if (databaseScheme.test(scheme)) return databaseUrlRule;
  const isReal = looksRandom(password) && !unlikelyWebHost.test(host.replace(/:\d*$/, ''));
  return isReal ? urlPasswordRule : undefined;
}

/** In ascending order, plain or as `%40`. */
function* atSignsIn(bytes: Buffer): Generator<{ at: number; isEncoded: boolean }> {
  let plain = bytes.indexOf(atSign);
  let encoded = bytes.indexOf(encodedAtSign);
  while (plain !== -1 || encoded !== -1) {
    const isEncoded = plain === -1 || (encoded !== -1 && encoded < plain);
    yield { at: isEncoded ? encoded : plain, isEncoded };
    if (isEncoded) encoded = bytes.indexOf(encodedAtSign, encoded + 1);
    else plain = bytes.indexOf(atSign, plain + 1);
  }
}
