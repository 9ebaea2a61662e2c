/** Checks the options of the constructor without the schema library, which methods load. */
import { parseApiUrl } from '../api/api-url.ts';
import { LumioError } from '../errors.ts';
import type { ClientOptions } from './types.ts';
import { isObject } from '../shared/object.ts';

/** The longest wait of a Node timer. */
export const maxMs = 2 ** 31 - 1;

type Rule = readonly [isValid: (value: unknown) => boolean, problem: string];

const filled: Rule = [
  (value) => typeof value === 'string' && value !== '',
  "must be a string that isn't empty",
];
const callback: Rule = [(value) => typeof value === 'function', 'must be a function'];

const rules: Readonly<Record<keyof ClientOptions, Rule>> = {
  apiKey: filled,
  apiUrl: filled,
  timeoutMs: milliseconds(1),
  maxWaitMs: milliseconds(0),
  signal: [(value) => value instanceof AbortSignal, 'must be an AbortSignal'],
  env: [
    (value) =>
      isObject(value) &&
      Object.values(value).every((entry) => entry === undefined || typeof entry === 'string'),
    'must be an object of strings',
  ],
  onRetry: callback,
  trace: callback,
};

/** @throws LumioError usage, for the first option that is unknown or invalid */
export function checkClientOptions(options: unknown): void {
  if (!isObject(options)) throw invalidOption('LumioClient', 'options', 'must be an object');
  for (const [name, value] of Object.entries(options)) {
    const rule = Object.entries(rules).find(([key]) => key === name)?.[1];
    if (rule === undefined) throw invalidOption('LumioClient', `options.${name}`, 'is unknown');
    const [isValid, problem] = rule;
    if (value !== undefined && !isValid(value))
      throw invalidOption('LumioClient', `options.${name}`, problem);
  }
  if (typeof options['apiUrl'] === 'string') parseApiUrl(options['apiUrl']);
}

/**
 * The value isn't part of it: it may be a secret.
 * @param call the method, or the class
 * @param path of the argument, such as `options.timeoutMs`
 */
export function invalidOption(call: string, path: string, problem: string): LumioError {
  return new LumioError('usage', {
    code: 'invalid_option',
    message: `${call}: ${path} ${problem}.`,
    hint: 'Check the arguments. The types of the package describe them.',
  });
}

function milliseconds(least: number): Rule {
  return [
    (value) => typeof value === 'number' && value >= least && value <= maxMs,
    `must be a number of milliseconds from ${least} to ${maxMs}`,
  ];
}
