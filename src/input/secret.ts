/** Reads the value of a secret, byte for byte. */
import type { Readable } from 'node:stream';
import { refusedFile, usageError } from '../errors.ts';
import { decodeUtf8, readInput, tooLarge } from './bytes.ts';

export type SecretSource =
  /** Undefined for a variable that isn't set. */
  | {
      readonly kind: 'argument' | 'prompt' | 'environment';
      readonly value: string | undefined;
    }
  | { readonly kind: 'file'; readonly path: string }
  /** `keepNewline`: `--raw`. */
  | { readonly kind: 'stdin'; readonly stream: Readable; readonly keepNewline: boolean };

export interface Secret {
  readonly value: string;
  /** Of the value in UTF-8. */
  readonly sizeBytes: number;
  /** Whether one final newline (`\n` or `\r\n`) was removed, which happens only with stdin. */
  readonly cutNewline: boolean;
  /** What editors and shells add to a value. */
  readonly notes: readonly SecretNote[];
}

type SecretNote = 'final_newline' | 'byte_order_mark' | 'nul';

/** More than any key, certificate or service account file has. */
const maxBytes = 1024 * 1024;

// Errors show neither paths nor variable names: if a user passes "$TOKEN" instead, it is the
// secret.
const sourceNames = {
  argument: 'the argument',
  prompt: 'the prompt',
  environment: 'the environment variable in --from-env',
  file: 'the file in --from-file',
  stdin: 'stdin',
} as const;

/**
 * @throws LumioError refused: empty without `allowEmpty`, not UTF-8 (JSON can't contain it), larger
 * than 1 MiB, unreadable; usage: the environment variable isn't set
 */
export async function readSecret(
  source: SecretSource,
  { allowEmpty, signal }: { allowEmpty: boolean; signal?: AbortSignal },
): Promise<Secret> {
  const input = await readValue(source, signal);
  const value =
    source.kind === 'stdin' && !source.keepNewline ? input.replace(/\r?\n$/, '') : input;
  const sizeBytes = Buffer.byteLength(value);
  if (sizeBytes > maxBytes) throw tooLarge(`The value from ${sourceNames[source.kind]}`, maxBytes);
  if (value === '' && !allowEmpty)
    throw refusedFile(
      'empty_secret',
      `The value from ${sourceNames[source.kind]} is empty.`,
      'Pass --allow-empty to set an empty value.',
    );
  return { value, sizeBytes, cutNewline: value.length < input.length, notes: notesOn(value) };
}

function notesOn(value: string): SecretNote[] {
  const notes = [
    value.startsWith('\uFEFF') && ('byte_order_mark' as const),
    value.endsWith('\n') && ('final_newline' as const),
    value.includes('\0') && ('nul' as const),
  ];
  return notes.filter((note) => note !== false);
}

async function readValue(source: SecretSource, signal: AbortSignal | undefined): Promise<string> {
  const label = sourceNames[source.kind];
  const name = `The value from ${label}`;
  if (source.kind === 'file' || source.kind === 'stdin') {
    // Two more for the final newline.
    const limits = { maxBytes: maxBytes + 2, signal };
    const input = source.kind === 'file' ? { ...source, label: `The file in --from-file` } : source;
    return decodeUtf8(await readInput(input, limits), name);
  }
  const { value } = source;
  if (value === undefined)
    throw usageError(
      'variable_not_set',
      "The environment variable in --from-env isn't set.",
      'Pass the name of a variable that is exported, or pipe the value to stdin.',
    );
  // Node replaces invalid bytes with U+FFFD; a lone surrogate has no UTF-8 form.
  if (/[\p{Cs}\uFFFD]/u.test(value))
    throw refusedFile(
      'invalid_utf8',
      `${name} isn't valid UTF-8.`,
      'Pipe it to stdin or use --from-file, where bytes arrive unchanged.',
    );
  return value;
}
