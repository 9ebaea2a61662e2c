/** What callers hand over is looked at before anything is done with it: they may have no types, and a wrong option would be a minute of retries, or a hang. */
import { LumioError } from '../errors.ts';

/** What one value has to be. */
export interface Rule {
  /** End of a sentence that begins with "It takes". */
  readonly takes: string;
  readonly fits: (value: unknown) => boolean;
  readonly needed?: true;
  /** Rules for the fields of an object; an open one accepts further fields. */
  readonly fields?: Rules;
  readonly open?: true;
}

export type Rules = Readonly<Record<string, Rule>>;

/**
 * @param call the method, named in the error
 * @param given what it was given, by name
 * @throws LumioError usage, for the first that is wrong. Of what was given it tells the kind, and never the value, which may be a secret
 */
export function check(call: string, given: object, rules: Rules): void {
  for (const [name, { needed, takes, fits, fields, open }] of Object.entries(rules)) {
    const value: unknown = Reflect.get(given, name);
    if (value === undefined && needed !== true) continue;
    if (!fits(value))
      throw wrong(`${call} was given ${kindOf(value)} as ${name}.`, `It takes ${takes}.`);
    if (fields === undefined || !isObject(value)) continue;
    if (open !== true) refuseUnknown(call, value, fields);
    check(call, value, fields);
  }
}

/** A typo would silently be the default. */
function refuseUnknown(call: string, given: object, fields: Rules): void {
  const unknown = Object.keys(given).find((name) => !Object.hasOwn(fields, name));
  if (unknown !== undefined)
    throw wrong(
      `${call} has no option ${JSON.stringify(unknown)}.`,
      `It has: ${Object.keys(fields).join(', ')}.`,
    );
}

export function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function kindOf(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (value === null) return 'null';
  if (typeof value === 'number' && !Number.isFinite(value)) return String(value);
  if (typeof value === 'number' && value < 0) return 'a negative number';
  if (typeof value === 'string') return value === '' ? 'an empty text' : 'a text';
  if (typeof value === 'object') return Array.isArray(value) ? 'a list' : 'an object';
  return `a ${typeof value}`;
}

function wrong(message: string, hint: string): LumioError {
  return new LumioError('usage', { code: 'invalid_option', message, hint });
}
