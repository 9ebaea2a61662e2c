/** Bodies and responses as schemas. Unknown keys are kept, statuses are open sets. */
import * as v from 'valibot';
import { LumioError } from '../errors.ts';
import { excerpt } from '../terminal/printable.ts';
import { ExactNumber, isNumber, withPlainNumbers } from '../shared/json.ts';
import { isObject } from '../shared/object.ts';
import type * as resources from './resources.ts';

/** Integers on the API page, any number here. */
export const count = v.number();
/** Errors section. */
export const ErrorDetails = v.looseObject({
  code: v.string(),
  message: v.string(),
  status: v.optional(count),
});
/** "All errors use the same JSON envelope". */
export const ErrorEnvelope = v.looseObject({ error: ErrorDetails });

const text = v.nullish(v.string());
/** ISO 8601 on the API page, any string here. */
export const isoTime = v.string();
const time = described('ISO 8601', v.nullish(isoTime));
const statuses = 'draft, pending, approved, rejected; more are possible';

export const Pricing = v.looseObject({
  type: described('free, one_time or subscription', v.string()),
  amount: described('Euros', v.nullish(v.number())),
  currency: text,
  interval: text,
});

/** Extensions section. Only `id` is required: the page shows differing subsets. */
export const Extension = v.looseObject({
  id: v.string(),
  slug: text,
  name: text,
  visibility: described('private, unlisted, public, paid; more are possible', text),
  status: described(statuses, text),
  installCount: v.nullish(count),
  ratingCount: v.nullish(count),
  currentVersionId: text,
  short_description: text,
  description: text,
  pricing: v.nullish(Pricing),
  createdAt: time,
  updatedAt: time,
});

/** Versions section. */
export const Version = v.looseObject({
  id: v.string(),
  version: described('Semver', v.string()),
  status: described(statuses, v.string()),
  changelog: text,
  bundleSizeBytes: v.nullish(count),
  submittedAt: time,
  approvedAt: time,
});

/** Body of Update extension. */
export const ExtensionInput = v.looseObject({
  name: v.optional(v.string()),
  short_description: v.optional(v.string()),
  description: v.optional(v.string()),
  pricing: v.optional(Pricing),
  visibility: v.optional(v.string()),
});
/** Body of Create extension. */
export const ExtensionCreate = v.looseObject({ ...ExtensionInput.entries, name: v.string() });

export const ExtensionList = v.looseObject({ extensions: v.array(Extension) });
export const WrappedExtension = v.looseObject({ extension: Extension });
/** The page doesn't say whether one extension is wrapped. */
export const OneExtension = v.union([WrappedExtension, Extension]);
export const VersionList = v.looseObject({ versions: v.array(Version) });
export const WrappedVersion = v.looseObject({ version: Version });
export const InstallStats = v.looseObject({
  total: count,
  active: count,
  byVersion: described('Version ID → active installs', v.record(v.string(), count)),
});
export const SecretKeys = v.looseObject({ keys: v.array(v.string()) });
export const SecretValue = v.strictObject({ value: v.string() });
export const VersionForm = v.object({
  version: v.string(),
  changelog: v.optional(v.string()),
  bundle: v.blob(),
});
export const NoContent = v.undefined();

/** A description for the JSON Schemas. */
function described<Schema extends v.GenericSchema>(description: string, schema: Schema) {
  return v.pipe(schema, v.description(description));
}

/** The extension of a response that is wrapped (`{"extension": {…}}`) or bare. */
export function extensionOf(response: v.InferOutput<typeof OneExtension>): resources.Extension {
  return matches(WrappedExtension, response)
    ? response.extension
    : decode(Extension, response, 'The extension');
}

/**
 * Checks an untrusted value.
 * @param where what the value is, for the message: `The response to GET /extensions`
 * @returns the same value, typed
 * @throws LumioError `unexpected_response` with the JSON path (`versions[3].id`) and what was
 * expected there
 */
export function decode<Schema extends v.GenericSchema>(
  schema: Schema,
  value: unknown,
  where: string,
): v.InferInput<Schema> {
  if (matches(schema, value)) return value;
  const issue = (v.safeParse(schema, withPlainNumbers(value)).issues ?? [])
    .flatMap(leaves)
    .reduce((best, leaf) => (depthOf(leaf) > depthOf(best) ? leaf : best));
  throw new LumioError('unexpected_response', {
    code: 'unexpected_response',
    message:
      `${where} doesn't match the API documentation: ${jsonPath(issue.path ?? [])} should ` +
      `be ${expected(issue)}, but is ${received(issue, value)}.`,
    hint: 'Check that --api-url points to the Lumio API. If it does, try a newer version of lumio.',
  });
}

/** Replacements for missing fields; other fields become null. */
const fallbacks: Readonly<Record<string, string>> = { version: '', status: 'unknown' };
const records = { version: Version.entries, extension: Extension.entries };

/** Their other fields, such as a list of versions, are unknown and stay unchanged. */
export const schemasWithoutRecords: ReadonlySet<v.GenericSchema> = new Set<v.GenericSchema>([
  InstallStats,
  SecretKeys,
]);

/**
 * Replaces missing and invalid fields of extensions, versions and lists, so that one field can't
 * break a document. Numbers become text where text is expected. List entries that aren't objects
 * are omitted; a missing id becomes ''. Outside a list, an id is required.
 * @returns how many records were changed
 */
export function completeRecords(document: unknown): { document: unknown; changed: number } {
  if (!isObject(document)) return { document, changed: 0 };
  let changed = 0;
  const complete = (record: object, fields: v.ObjectEntries, isEntry: boolean): object => {
    const changes = Object.entries(fields).flatMap(([key, schema]) => {
      const value: unknown = Reflect.get(record, key);
      if (matches(schema, value)) return [];
      if (isNumber(value) && matches(schema, '')) return [[key, String(value)]];
      if (key === 'id') return isEntry ? [[key, '']] : [];
      return [[key, fallbacks[key] ?? null]];
    });
    if (changes.length === 0) return record;
    changed += 1;
    return { ...record, ...Object.fromEntries(changes) };
  };
  const completed: [string, unknown][] = [];
  for (const [key, fields] of Object.entries(records)) {
    const [list, one]: unknown[] = [`${key}s`, key].map((name) => Reflect.get(document, name));
    if (isObject(one)) completed.push([key, complete(one, fields, false)]);
    if (!Array.isArray(list)) continue;
    const entries = list.filter(isObject);
    changed += list.length - entries.length;
    completed.push([`${key}s`, entries.map((entry) => complete(entry, fields, true))]);
  }
  if (completed.length === 0 && 'id' in document)
    return { document: complete(document, Extension.entries, false), changed };
  if (changed === 0) return { document, changed };
  return { document: { ...document, ...Object.fromEntries(completed) }, changed };
}

/** Whether an untrusted value matches a schema. */
export function matches<Schema extends v.GenericSchema>(
  schema: Schema,
  value: unknown,
): value is v.InferInput<Schema> {
  return v.is(schema, value) || v.is(schema, withPlainNumbers(value));
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

/** Numbers with all their digits. */
function received({ path, received: text }: Issue, document: unknown): string {
  const value = (path ?? []).reduce<unknown>(
    (at, { key }) => Reflect.get(Object(at), String(key)),
    document,
  );
  return excerpt(value instanceof ExactNumber ? value.text : text, 60);
}

/** For a missing key, valibot expects the key's name in quotes. */
function expected(issue: Issue): string {
  return isMissing(issue) ? 'there' : (issue.expected ?? 'something else');
}
