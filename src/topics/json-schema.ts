/** Builds JSON Schemas (draft 2020-12), including the shared ones: API objects and errors. */
import { endpoints, type EndpointName } from '../api/contract.ts';
import { jsonSchemaOf } from '../api/json-schema.ts';
import * as schemas from '../api/schemas.ts';

export type JsonSchema = Readonly<Record<string, unknown>>;
type Properties = Readonly<Record<string, JsonSchema>>;

export const text: JsonSchema = { type: 'string' };
export const number: JsonSchema = { type: 'number' };
export const integer: JsonSchema = { type: 'integer', minimum: 0 };
export const flag: JsonSchema = { type: 'boolean' };
export const anything: JsonSchema = {};

export function described(description: string, schema: JsonSchema): JsonSchema {
  return { ...schema, description };
}

export function oneOf(...values: readonly (string | boolean)[]): JsonSchema {
  return values.length === 1 ? { const: values[0] } : { enum: values };
}

export function anyOf(...schemas: readonly JsonSchema[]): JsonSchema {
  return { anyOf: schemas };
}

export function nullable(schema: JsonSchema): JsonSchema {
  return anyOf(schema, { type: 'null' });
}

export function list(items: JsonSchema): JsonSchema {
  return { type: 'array', items };
}

/** @param optional keys that may be missing */
export function object(required: Properties, optional: Properties = {}): JsonSchema {
  return {
    type: 'object',
    properties: { ...required, ...optional },
    required: Object.keys(required),
  };
}

/** An object of the API, which may get further keys at any time. */
export function apiObject(required: Properties, optional: Properties = {}): JsonSchema {
  return { ...object(required, optional), additionalProperties: true };
}

export const notes = described('Warnings, as sentences', list(text));

export const extension: JsonSchema = { ...jsonSchemaOf(schemas.Extension) };
export const version: JsonSchema = { ...jsonSchemaOf(schemas.Version) };

/** The response of an endpoint. @param added keys that lumio adds to it */
export function response(name: EndpointName, added: Properties = {}): JsonSchema {
  const schema = jsonSchemaOf(endpoints[name].response.schema);
  const { type, properties, required = [], ...others } = schema;
  if (properties === undefined) return { ...schema };
  return {
    type,
    properties: { ...properties, ...added },
    required: [...required, ...Object.keys(added)],
    ...others,
  };
}

export const errorBody: JsonSchema = object(
  {
    code: described('Stable, in snake_case', text),
    message: text,
    status: described('HTTP status, if the API sent one', nullable(number)),
  },
  {
    hint: described('What to do', text),
    next: described('The next command to run', text),
    requestId: text,
    retryAfterSeconds: number,
    mayHaveTakenEffect: described('The change may have been made', flag),
  },
);

/** The document on stderr of every command that fails. Some add keys next to `error`. */
export const errorDocument: JsonSchema = {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  title: 'Error of a command',
  ...apiObject({ error: errorBody }, { notes }),
};
