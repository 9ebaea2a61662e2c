/** The value of a secret, byte for byte as it was given, by whichever way. */
import type { Readable } from 'node:stream';
import { LumioError } from '../errors.ts';
import { decodeUtf8, readInput } from './bytes.ts';

export type SecretSource =
  | { readonly kind: 'argument'; readonly value: string }
  | { readonly kind: 'prompt'; readonly value: string }
  | {
      readonly kind: 'environment';
      readonly name: string;
      readonly env: Readonly<Record<string, string | undefined>>;
    }
  | { readonly kind: 'file'; readonly path: string }
  /** `keepNewline`: `--raw`, nothing is cut. */
  | { readonly kind: 'stdin'; readonly stream: Readable; readonly keepNewline: boolean };

export interface Secret {
  readonly value: string;
  /** Length of the value in UTF-8. */
  readonly sizeBytes: number;
  /** Whether one final newline (`\n`, or `\r\n` as Windows shells send it) was cut. Only ever from stdin. */
  readonly cutNewline: boolean;
}

/** More than any key, certificate or service account file has. */
const maxSecretBytes = 1024 * 1024;

/**
 * @returns the value with nothing changed but, from stdin without `keepNewline`, exactly one final newline cut
 * @throws LumioError refused: empty without `allowEmpty`, not UTF-8 (JSON can't carry it), larger than 1 MiB, unreadable; usage: the variable is not set
 */
export async function readSecret(
  source: SecretSource,
  rules: { allowEmpty: boolean; signal?: AbortSignal },
): Promise<Secret> {
  const given = await readText(source, rules.signal);
  const value =
    source.kind === 'stdin' && !source.keepNewline ? given.replace(/\r?\n$/, '') : given;
  const sizeBytes = Buffer.byteLength(value);
  if (sizeBytes > maxSecretBytes)
    throw refused(
      'input_too_large',
      'The value is larger than 1 MiB.',
      'Secrets are meant for keys and passwords.',
    );
  if (value === '' && !rules.allowEmpty) {
    throw refused(
      'empty_secret',
      `The value from ${sourceName(source)} is empty.`,
      'If an empty value is meant, add --allow-empty.',
    );
  }
  return { value, sizeBytes, cutNewline: value.length < given.length };
}

async function readText(source: SecretSource, signal: AbortSignal | undefined): Promise<string> {
  if (source.kind === 'file' || source.kind === 'stdin') {
    const bounds = { maxBytes: maxSecretBytes + 2, ...(signal === undefined ? {} : { signal }) };
    return decodeUtf8(await readInput(source, bounds), sourceName(source));
  }
  const value = source.kind === 'environment' ? variable(source.name, source.env) : source.value;
  return intact(value, sourceName(source));
}

function variable(name: string, env: Readonly<Record<string, string | undefined>>): string {
  const value = env[name];
  if (value !== undefined) return value;
  throw new LumioError('usage', {
    code: 'variable_not_set',
    message: `The environment variable ${name} is not set.`,
    hint: 'Export it before the command, or give the value through stdin.',
  });
}

/** Node puts U+FFFD in place of bytes in arguments and variables that are not UTF-8; a lone surrogate has no UTF-8 form. */
function intact(value: string, what: string): string {
  if (!/[\p{Cs}\uFFFD]/u.test(value)) return value;
  throw refused(
    'invalid_utf8',
    `The value from ${what} is not valid UTF-8.`,
    'Give it through stdin or --from-file, where bytes arrive as they are.',
  );
}

function sourceName(source: SecretSource): string {
  if (source.kind === 'environment') return source.name;
  if (source.kind === 'file') return source.path;
  return source.kind === 'stdin' ? 'stdin' : `the ${source.kind}`;
}

function refused(code: string, message: string, hint: string): LumioError {
  return new LumioError('refused', { code, message, hint });
}
