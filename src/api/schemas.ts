/** Bodies and responses of the API page as schemas. Unknown keys are kept, statuses are open sets. */
import * as v from 'valibot';
import { LumioError } from '../errors.ts';
import { withPlainNumbers } from '../shared/json.ts';
import { excerpt } from './excerpt.ts';

/** Errors section: "All errors use the same JSON envelope". */
export const ErrorEnvelope = v.looseObject({
  error: v.looseObject({ code: v.string(), message: v.string(), status: v.optional(v.number()) }),
});

const text = v.nullish(v.string());
const count = v.nullish(v.number());

export const Pricing = v.looseObject({
  type: v.string(),
  amount: count,
  currency: text,
  interval: text,
});

/** Extensions section. Only `id` is required: the page shows differing subsets. */
export const Extension = v.looseObject({
  id: v.string(),
  slug: text,
  name: text,
  visibility: text,
  status: text,
  installCount: count,
  ratingCount: count,
  currentVersionId: text,
  short_description: text,
  description: text,
  pricing: v.nullish(Pricing),
  createdAt: text,
  updatedAt: text,
});
export type Extension = v.InferOutput<typeof Extension>;

/** Versions section. */
export const Version = v.looseObject({
  id: v.string(),
  version: v.string(),
  status: v.string(),
  changelog: text,
  bundleSizeBytes: count,
  submittedAt: text,
  approvedAt: text,
});
export type Version = v.InferOutput<typeof Version>;

/** Body of Create and Update extension. */
export const ExtensionInput = v.looseObject({
  name: v.optional(v.string()),
  short_description: v.optional(v.string()),
  description: v.optional(v.string()),
  pricing: v.optional(Pricing),
  visibility: v.optional(v.string()),
});
export type ExtensionInput = v.InferOutput<typeof ExtensionInput>;

export const ExtensionList = v.looseObject({ extensions: v.array(Extension) });
export const WrappedExtension = v.looseObject({ extension: Extension });
/** The page doesn't say whether one extension is wrapped. */
export const OneExtension = v.union([WrappedExtension, Extension]);
export const VersionList = v.looseObject({ versions: v.array(Version) });
export const WrappedVersion = v.looseObject({ version: Version });
export const InstallStats = v.looseObject({
  total: v.number(),
  active: v.number(),
  byVersion: v.record(v.string(), v.number()),
});
export const SecretKeys = v.looseObject({ keys: v.array(v.string()) });
export const SecretValue = v.strictObject({ value: v.string() });
export const VersionForm = v.object({ version: v.string(), changelog: v.optional(v.string()) });
export const NoContent = v.undefined();

/** The extension of a response that is wrapped (`{"extension": {…}}`) or bare. */
export function extensionOf(response: v.InferOutput<typeof OneExtension>): Extension {
  return matches(WrappedExtension, response)
    ? response.extension
    : decode(Extension, response, 'The extension');
}

/**
 * Checks a value from outside.
 * @param where what the value is, for the message: `The response to GET /extensions`
 * @returns the same value, typed
 * @throws LumioError `unexpected_response` with the JSON path (`versions[3].id`) and what was expected there
 */
export function decode<Schema extends v.GenericSchema>(
  schema: Schema,
  value: unknown,
  where: string,
): v.InferInput<Schema> {
  if (matches(schema, value)) return value;
  const issue = (v.safeParse(schema, withPlainNumbers(value, 'all')).issues ?? [])
    .flatMap(leaves)
    .reduce((best, leaf) => (depthOf(leaf) > depthOf(best) ? leaf : best));
  throw new LumioError('unexpected_response', {
    code: 'unexpected_response',
    message: `${where} doesn't match the API documentation: ${jsonPath(issue.path ?? [])} should be ${expected(issue)}, but is ${excerpt(issue.received, 60)}.`,
    hint: 'Check that --api-url points to the Lumio API. If it does, try a newer version of lumio.',
  });
}

/** In place of what a list entry misses; other fields become null. */
const fallbacks: Readonly<Record<string, string>> = { version: '', status: 'unknown' };

/**
 * Replaces missing and invalid fields in the entries of a list, so that one entry can't break all of it.
 * An entry without an id stays as it is.
 * @returns how many entries were changed
 */
export function completeEntries(document: unknown): { document: unknown; changed: number } {
  let changed = 0;
  const complete = (entry: unknown, fields: v.ObjectEntries): unknown => {
    const invalid = Object.keys(fields).filter((key) => {
      const schema = fields[key];
      return key !== 'id' && schema !== undefined && !v.is(schema, fieldOf(entry, key));
    });
    if (invalid.length === 0 || typeof entry !== 'object' || entry === null) return entry;
    changed += 1;
    return { ...entry, ...Object.fromEntries(invalid.map((key) => [key, fallbacks[key] ?? null])) };
  };
  const completed = [
    { key: 'versions', fields: Version.entries },
    { key: 'extensions', fields: Extension.entries },
  ].flatMap(({ key, fields }) => {
    const list = fieldOf(document, key);
    return Array.isArray(list) ? [[key, list.map((entry) => complete(entry, fields))]] : [];
  });
  if (changed === 0) return { document, changed };
  return { document: Object.assign({}, document, Object.fromEntries(completed)), changed };
}

function fieldOf(value: unknown, key: string): unknown {
  const field: unknown = Reflect.get(Object(value), key);
  return withPlainNumbers(field, 'all');
}

/** Whether a value from outside fits a schema. */
export function matches<Schema extends v.GenericSchema>(
  schema: Schema,
  value: unknown,
): value is v.InferInput<Schema> {
  return v.is(schema, value) || v.is(schema, withPlainNumbers(value, 'all'));
}

type Issue = v.BaseIssue<unknown>;

/** A union reports an issue per member. */
function leaves(issue: Issue): Issue[] {
  return issue.issues?.flatMap(leaves) ?? [issue];
}

/** Depth of an issue: the deepest belongs to the intended member of a union. */
function depthOf(issue: Issue): number {
  return (issue.path?.length ?? 0) - (isMissing(issue) ? 1 : 0);
}

function isMissing({ received }: Issue): boolean {
  return received === 'undefined';
}

function jsonPath(items: readonly v.IssuePathItem[]): string {
  const steps = items.map(({ key }) => (typeof key === 'number' ? `[${key}]` : `.${String(key)}`));
  return steps.join('').replace(/^\./, '') || 'the document';
}

/** For a missing key, valibot expects the key's name in quotes. */
function expected(issue: Issue): string {
  return isMissing(issue) ? 'there' : (issue.expected ?? 'something else');
}
