/**
 * The Lumio Developer REST API as one table. The client, the sandbox, the OpenAPI document and the tests all stand on it;
 * no other file knows a path, a body or an answer. Sections are those of the API page.
 */
import * as v from 'valibot';

/** Base URL section. */
export const baseUrl = 'https://api.lumio.vision/developer/v1';

/** Rate limits section: requests per window, per API key. */
export const rateGroups = {
  read: { label: 'GET endpoints', limit: 120, windowSeconds: 60 },
  createExtension: { label: 'POST /extensions', limit: 10, windowSeconds: 3600 },
  submitVersion: { label: 'POST /extensions/:id/versions', limit: 30, windowSeconds: 3600 },
  remove: { label: 'DELETE endpoints', limit: 30, windowSeconds: 60 },
} as const;
export type RateGroup = keyof typeof rateGroups;

/** Errors section: the common codes. */
export const errorCodes = {
  unauthorized: { status: 401, meaning: 'Missing or invalid API key' },
  forbidden: { status: 403, meaning: 'Valid key but insufficient permissions' },
  not_found: { status: 404, meaning: 'Resource does not exist' },
  validation_error: { status: 422, meaning: 'Request body failed validation' },
  rate_limited: { status: 429, meaning: 'Too many requests' },
  internal_error: { status: 500, meaning: 'Unexpected server error' },
} as const;
export type ErrorCode = keyof typeof errorCodes;

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

const ExtensionList = v.looseObject({ extensions: v.array(Extension) });
const WrappedExtension = v.looseObject({ extension: Extension });
/** The page does not say whether one extension comes wrapped or bare: both are read. */
const OneExtension = v.union([WrappedExtension, Extension]);
const VersionList = v.looseObject({ versions: v.array(Version) });
const WrappedVersion = v.looseObject({ version: Version });
const InstallStats = v.looseObject({
  total: v.number(),
  active: v.number(),
  byVersion: v.record(v.string(), v.number()),
});
const SecretKeys = v.looseObject({ keys: v.array(v.string()) });
const SecretValue = v.strictObject({ value: v.string() });
const VersionForm = v.object({ version: v.string(), changelog: v.optional(v.string()) });
const NoContent = v.undefined();

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

interface Shape {
  /** Section and heading on the API page. */
  readonly page: string;
  readonly summary: string;
  readonly method: Method;
  /** Relative to the base URL; `:name` is a parameter, one path segment. */
  readonly path: string;
  /** Undefined: the page names no limit. */
  readonly rateGroup?: RateGroup;
  readonly body?: { readonly type: 'json' | 'multipart'; readonly schema: v.GenericSchema; readonly required?: readonly string[] };
  readonly answer: { readonly status: number; readonly schema: v.GenericSchema };
}

/** The endpoint table, in the order of the API page. */
export const endpoints = {
  listExtensions: {
    page: 'Extensions › List extensions',
    summary: 'All extensions of the developer account',
    method: 'GET',
    path: '/extensions',
    rateGroup: 'read',
    answer: { status: 200, schema: ExtensionList },
  },
  getExtension: {
    page: 'Extensions › Get extension',
    summary: 'The full extension object',
    method: 'GET',
    path: '/extensions/:id',
    rateGroup: 'read',
    answer: { status: 200, schema: OneExtension },
  },
  createExtension: {
    page: 'Extensions › Create extension',
    summary: 'Create an extension as a draft',
    method: 'POST',
    path: '/extensions',
    rateGroup: 'createExtension',
    body: { type: 'json', schema: ExtensionInput, required: ['name'] },
    answer: { status: 201, schema: WrappedExtension },
  },
  updateExtension: {
    page: 'Extensions › Update extension',
    summary: 'Update the provided fields',
    method: 'PATCH',
    path: '/extensions/:id',
    body: { type: 'json', schema: ExtensionInput },
    answer: { status: 200, schema: OneExtension },
  },
  deleteExtension: {
    page: 'Extensions › Delete extension',
    summary: 'Delete an extension that was never publicly listed',
    method: 'DELETE',
    path: '/extensions/:id',
    rateGroup: 'remove',
    answer: { status: 204, schema: NoContent },
  },
  listVersions: {
    page: 'Versions › List versions',
    summary: 'The versions of an extension',
    method: 'GET',
    path: '/extensions/:id/versions',
    rateGroup: 'read',
    answer: { status: 200, schema: VersionList },
  },
  submitVersion: {
    page: 'Versions › Submit version',
    summary: 'Upload a new version bundle',
    method: 'POST',
    path: '/extensions/:id/versions',
    rateGroup: 'submitVersion',
    body: { type: 'multipart', schema: VersionForm, required: ['version', 'bundle'] },
    answer: { status: 202, schema: WrappedVersion },
  },
  getInstalls: {
    page: 'Installs › List installs for an extension',
    summary: 'Aggregate install statistics',
    method: 'GET',
    path: '/extensions/:id/installs',
    rateGroup: 'read',
    answer: { status: 200, schema: InstallStats },
  },
  setSecret: {
    page: 'Secrets › Set a secret',
    summary: 'Set a secret',
    method: 'PUT',
    path: '/extensions/:id/secrets/:key',
    body: { type: 'json', schema: SecretValue, required: ['value'] },
    answer: { status: 204, schema: NoContent },
  },
  deleteSecret: {
    page: 'Secrets › Delete a secret',
    summary: 'Delete a secret',
    method: 'DELETE',
    path: '/extensions/:id/secrets/:key',
    rateGroup: 'remove',
    answer: { status: 204, schema: NoContent },
  },
  listSecrets: {
    page: 'Secrets › List secret keys',
    summary: 'Names of the secrets; values are never returned',
    method: 'GET',
    path: '/extensions/:id/secrets',
    rateGroup: 'read',
    answer: { status: 200, schema: SecretKeys },
  },
} as const satisfies Record<string, Shape>;

export type EndpointName = keyof typeof endpoints;
export type Endpoint = Shape;
/** What the API answers on success, as it came: unknown keys and nulls kept. */
export type Answer<Name extends EndpointName> = v.InferOutput<(typeof endpoints)[Name]['answer']['schema']>;

/** The extension in an answer that may be wrapped (`{"extension": {…}}`) or bare. */
export function extensionOf(answer: Answer<'getExtension'>): Extension {
  return v.is(WrappedExtension, answer) ? answer.extension : v.parse(Extension, answer);
}
