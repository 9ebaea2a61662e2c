/** The API as one table. Client, sandbox, library, OpenAPI document and tests derive from it. */
import type * as v from 'valibot';
import * as schema from './schemas.ts';

/** Sections of the API page that list endpoints. */
export const sections = {
  Extensions: 'What users install',
  Versions: 'Submitted bundles of an extension and their review',
  Installs: 'Aggregate statistics, without data of individual users',
  Secrets: 'Names and values for an extension. Values are never returned.',
} as const;

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

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

export interface Endpoint {
  /** Section and heading on the API page. */
  readonly page: `${keyof typeof sections} › ${string}`;
  readonly summary: string;
  readonly method: Method;
  /** Relative to the base URL; `:name` is a parameter, one path segment. */
  readonly path: string;
  /** Undefined: the page names no limit. */
  readonly rateGroup?: RateGroup;
  readonly body?: { readonly type: 'json' | 'multipart'; readonly schema: v.GenericSchema };
  readonly response: { readonly status: number; readonly schema: v.GenericSchema };
}

/** The endpoint table, in the order of the API page. */
export const endpoints = {
  listExtensions: {
    page: 'Extensions › List extensions',
    summary: 'All extensions of the developer account',
    method: 'GET',
    path: '/extensions',
    rateGroup: 'read',
    response: { status: 200, schema: schema.ExtensionList },
  },
  getExtension: {
    page: 'Extensions › Get extension',
    summary: 'The full extension object',
    method: 'GET',
    path: '/extensions/:id',
    rateGroup: 'read',
    response: { status: 200, schema: schema.OneExtension },
  },
  createExtension: {
    page: 'Extensions › Create extension',
    summary: 'Create an extension as a draft',
    method: 'POST',
    path: '/extensions',
    rateGroup: 'createExtension',
    body: { type: 'json', schema: schema.ExtensionCreate },
    response: { status: 201, schema: schema.WrappedExtension },
  },
  updateExtension: {
    page: 'Extensions › Update extension',
    summary: 'Update the provided fields',
    method: 'PATCH',
    path: '/extensions/:id',
    body: { type: 'json', schema: schema.ExtensionInput },
    response: { status: 200, schema: schema.OneExtension },
  },
  deleteExtension: {
    page: 'Extensions › Delete extension',
    summary: 'Delete an extension that was never publicly listed',
    method: 'DELETE',
    path: '/extensions/:id',
    rateGroup: 'remove',
    response: { status: 204, schema: schema.NoContent },
  },
  listVersions: {
    page: 'Versions › List versions',
    summary: 'The versions of an extension',
    method: 'GET',
    path: '/extensions/:id/versions',
    rateGroup: 'read',
    response: { status: 200, schema: schema.VersionList },
  },
  submitVersion: {
    page: 'Versions › Submit version',
    summary: 'Upload a new version bundle',
    method: 'POST',
    path: '/extensions/:id/versions',
    rateGroup: 'submitVersion',
    body: { type: 'multipart', schema: schema.VersionForm },
    response: { status: 202, schema: schema.WrappedVersion },
  },
  getInstalls: {
    page: 'Installs › List installs for an extension',
    summary: 'Aggregate install statistics',
    method: 'GET',
    path: '/extensions/:id/installs',
    rateGroup: 'read',
    response: { status: 200, schema: schema.InstallStats },
  },
  setSecret: {
    page: 'Secrets › Set a secret',
    summary: 'Set a secret',
    method: 'PUT',
    path: '/extensions/:id/secrets/:key',
    body: { type: 'json', schema: schema.SecretValue },
    response: { status: 204, schema: schema.NoContent },
  },
  deleteSecret: {
    page: 'Secrets › Delete a secret',
    summary: 'Delete a secret',
    method: 'DELETE',
    path: '/extensions/:id/secrets/:key',
    rateGroup: 'remove',
    response: { status: 204, schema: schema.NoContent },
  },
  listSecrets: {
    page: 'Secrets › List secret keys',
    summary: 'Names of the secrets; values are never returned',
    method: 'GET',
    path: '/extensions/:id/secrets',
    rateGroup: 'read',
    response: { status: 200, schema: schema.SecretKeys },
  },
} as const satisfies Record<string, Endpoint>;

export type EndpointName = keyof typeof endpoints;
/** A successful response, unchanged: with unknown keys and nulls. */
export type EndpointResponse<Name extends EndpointName> = v.InferInput<
  (typeof endpoints)[Name]['response']['schema']
>;

/** Endpoints whose request may be repeated. The other endpoints must not create anything twice. */
export type RepeatableEndpoint = {
  [Name in EndpointName]: (typeof endpoints)[Name]['method'] extends 'POST' ? never : Name;
}[EndpointName];
/** A value for each path parameter. */
export type PathParams<Name extends EndpointName> = {
  readonly [Key in ParamNames<(typeof endpoints)[Name]['path']>]: string;
};
type ParamNames<Path extends string> = Path extends `${string}/:${infer Key}/${infer Rest}`
  ? Key | ParamNames<`/${Rest}`>
  : Path extends `${string}/:${infer Key}`
    ? Key
    : never;
/** The body of a request; undefined for an endpoint without one. */
export type EndpointBody<Name extends EndpointName> = (typeof endpoints)[Name] extends {
  readonly body: { readonly schema: infer Schema extends v.GenericSchema };
}
  ? v.InferInput<Schema>
  : undefined;
