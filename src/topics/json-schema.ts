/** Builds JSON Schemas (draft 2020-12). */

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

export function record(values: JsonSchema): JsonSchema {
  return { type: 'object', additionalProperties: values };
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
