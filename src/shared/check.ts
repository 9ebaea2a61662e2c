/** Checks a value by a schema. Errors leave out the value, which may be a secret. */
import * as v from 'valibot';

export interface Mismatch {
  /** Such as `pricing.amount`; '' for the value itself. */
  readonly path: string;
  /** Such as `must be a string`. */
  readonly problem: string;
}

/** @param createError creates the error to throw for the first mismatch */
export function check<Schema extends v.GenericSchema>(
  schema: Schema,
  value: unknown,
  createError: (mismatch: Mismatch) => Error,
): v.InferOutput<Schema> {
  const parsed = v.safeParse(schema, value, { abortEarly: true });
  if (parsed.success) return parsed.output;
  const [issue] = parsed.issues;
  throw createError({ path: v.getDotPath(issue) ?? '', problem: withoutValue(issue.message) });
}

/** Drops the received value from valibot's own messages. */
function withoutValue(message: string): string {
  if (/^Invalid key: .* received undefined$/su.test(message)) return 'is required';
  if (message.startsWith('Invalid key: Expected never')) return 'is unknown';
  return message.replace(
    /^Invalid [\w ]+: Expected (.*) but received .*$/su,
    (_all, expected: string) => `must be ${expected.toLowerCase()}`,
  );
}
