/**
 * The bodies and answers of the API page as schemas. Unknown keys are kept, nulls are let through where the page's examples differ
 * in what they show, and statuses are open sets.
 */
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

/** Extensions section. Only `id` is sure to be there: the page shows differing subsets; statuses are an open set. */
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

/** Versions section. Statuses are an open set. */
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
/** The page does not say whether one extension comes wrapped or bare: both are read. */
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

/** The extension in an answer that may be wrapped (`{"extension": {…}}`) or bare. */
export function extensionOf(answer: v.InferOutput<typeof OneExtension>): Extension {
  // decode hands back the very value; parse would put the known keys first.
  return matches(WrappedExtension, answer)
    ? answer.extension
    : decode(Extension, answer, 'The extension');
}

/**
 * Checks a value that came from outside against a schema.
 * @param where what the value is, for the message: `the answer to GET /extensions`
 * @returns the very value that was given (unknown keys, nulls and the order of keys kept), typed
 * @throws LumioError `unexpected_response` that names the JSON path (`versions[3].id`) and what was expected there
 */
export function decode<Schema extends v.GenericSchema>(
  schema: Schema,
  value: unknown,
  where: string,
): v.InferInput<Schema> {
  if (matches(schema, value)) return value;
  const issue = (v.safeParse(schema, withPlainNumbers(value, 'all')).issues ?? [])
    .flatMap(leaves)
    .reduce((best, leaf) => (reached(leaf) > reached(best) ? leaf : best));
  throw new LumioError('unexpected_response', {
    code: 'unexpected_response',
    message: `${where} doesn't match the API documentation: ${jsonPath(issue.path ?? [])} should be ${expected(issue)}, but is ${excerpt(issue.received, 60)}.`,
    hint: 'Check that --api-url points to the Lumio API. If it does, try a newer version of lumio.',
  });
}

/** Whether a value that came from outside fits a schema. */
export function matches<Schema extends v.GenericSchema>(
  schema: Schema,
  value: unknown,
): value is v.InferInput<Schema> {
  return v.is(schema, value) || v.is(schema, withPlainNumbers(value, 'all'));
}

type Issue = v.BaseIssue<unknown>;

/** A union reports one issue per member. */
function leaves(issue: Issue): Issue[] {
  return issue.issues?.flatMap(leaves) ?? [issue];
}

/** How far an issue got into the value: the furthest belongs to the form that was meant. Where a key is missing, it is the object that was reached. */
function reached(issue: Issue): number {
  return (issue.path?.length ?? 0) - (isMissing(issue) ? 1 : 0);
}

/** JSON has no `undefined`. */
function isMissing({ received }: Issue): boolean {
  return received === 'undefined';
}

function jsonPath(items: readonly v.IssuePathItem[]): string {
  const steps = items.map(({ key }) => (typeof key === 'number' ? `[${key}]` : `.${String(key)}`));
  return steps.join('').replace(/^\./, '') || 'the document';
}

/** For a missing key valibot expects the key's own name in quotes, which would read like a value. */
function expected(issue: Issue): string {
  return isMissing(issue) ? 'there' : (issue.expected ?? 'something else');
}
