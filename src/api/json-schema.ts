/** Schemas of the API as JSON Schemas. The only importer of @valibot/to-json-schema. */
import {
  type ConversionConfig,
  type JsonSchema,
  toJsonSchema,
  toJsonSchemaDefs,
} from '@valibot/to-json-schema';
import type * as v from 'valibot';

export type { ConversionConfig, JsonSchema };

const target = 'draft-2020-12';

/** Without a dialect. @param config default: what the decoder accepts */
export function jsonSchemaOf(
  schema: v.GenericSchema,
  config: ConversionConfig = asDecoded,
): JsonSchema {
  const {
    $schema: _dialect,
    $defs: _definitions,
    ...json
  } = toJsonSchema(schema, { ...config, target });
  return json;
}

export function jsonSchemasOf(
  schemas: Readonly<Record<string, v.GenericSchema>>,
  config: ConversionConfig,
): Readonly<Record<string, JsonSchema>> {
  return toJsonSchemaDefs(schemas, { ...config, target });
}

const asDecoded: ConversionConfig = {
  overrideSchema: ({ valibotSchema, jsonSchema: { propertyNames: _string, ...json } }) =>
    valibotSchema.type === 'loose_object' ? { ...json, additionalProperties: true } : json,
};
