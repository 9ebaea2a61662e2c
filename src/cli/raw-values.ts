/** From commander's values to raw values. */
import { LumioError } from '../errors.ts';
import type { Command, RawInput } from './command.ts';
import { globalOptions } from './global-options.ts';
import { longFlag, type ParameterSpec, type RawValue } from './parameters.ts';

/**
 * Node replaces bytes that are not UTF-8 by U+FFFD, so lumio would do something else than was written. Arguments for another program are
 * passed on, and the reader of a secret refuses it with a better hint.
 */
export function checkIntact(
  { args, options, passThrough }: Command,
  passed: RawInput & { readonly globals: Readonly<Record<string, RawValue>> },
): void {
  const tables = [
    [passThrough === true ? {} : args, passed.args],
    [options, passed.options],
    [globalOptions, passed.globals],
  ] as const;
  for (const [specs, values] of tables) {
    const broken = Object.entries<ParameterSpec<unknown>>(specs).find(
      ([key, { isSecret }]) => isSecret !== true && hasReplacementCharacter(values[key]),
    );
    if (broken === undefined) continue;
    throw new LumioError('usage', {
      code: 'invalid_utf8',
      message: `The value of ${longFlag(broken[1].flags)} contains U+FFFD, which replaces bytes that are not UTF-8.`,
      hint: 'Write it in UTF-8. Check the locale of the shell and the encoding of the script.',
    });
  }
}

function hasReplacementCharacter(value: RawValue): boolean {
  return [value].flat().some((word) => typeof word === 'string' && word.includes('\uFFFD'));
}

/** commander reads `-e=ext_1` as the value `=ext_1`. */
export function withoutEqualsSign(
  value: RawValue,
  { short }: { readonly short?: string | undefined },
  argv: readonly string[],
): RawValue {
  if (Array.isArray(value)) return value.map((one) => cut(one, short, argv));
  return typeof value === 'string' ? cut(value, short, argv) : value;
}

function cut(value: string, short: string | undefined, argv: readonly string[]): string {
  if (short === undefined || !value.startsWith('=')) return value;
  const end = `${short.slice(1)}${value}`;
  const isAttached = argv.some((word) => /^-[a-zA-Z]+=/.test(word) && word.endsWith(end));
  return isAttached ? value.slice(1) : value;
}

export function rawOf(value: unknown): RawValue {
  if (typeof value === 'string' || typeof value === 'boolean') return value;
  return Array.isArray(value) ? value.map(String) : undefined;
}
