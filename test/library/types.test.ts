/** The library's types are written out, so that they need no schema library: here they are held against the schemas. */
import { expectTypeOf, test } from 'vitest';
import type { RawRequest as ApiFreeRequest } from '../../src/api/client.ts';
import type { RawResponse as ApiFreeAnswer } from '../../src/api/response.ts';
import type { EndpointResponse } from '../../src/api/contract.ts';
import type * as schema from '../../src/api/schemas.ts';
import type {
  Extension,
  ExtensionInput,
  RawResponse,
  RawRequest,
  InstallStats,
  Pricing,
  RawBody,
  Version,
} from '../../src/library/index.ts';
import type { Deployed } from '../../src/library/types.ts';
import type { DeployReport } from '../../src/deploy/steps.ts';

test('what the API gives has the library’s types', () => {
  expectTypeOf<schema.Extension>().toExtend<Extension>();
  expectTypeOf<schema.Version>().toExtend<Version>();
  expectTypeOf<EndpointResponse<'getInstalls'>>().toExtend<InstallStats>();
  expectTypeOf<ApiFreeAnswer>().toExtend<RawResponse>();
  expectTypeOf<DeployReport>().toExtend<Deployed>();
});

test('what the library takes, the API takes', () => {
  expectTypeOf<ExtensionInput>().toExtend<schema.ExtensionInput>();
  expectTypeOf<Omit<RawRequest, 'body'> & { body: RawBody }>().toExtend<ApiFreeRequest>();
  expectTypeOf<RawBody>().toExtend<RawRequest['body']>();
});

test('both name the same fields', () => {
  expectTypeOf<Named<Extension>>().toEqualTypeOf<Named<schema.Extension>>();
  expectTypeOf<Named<Version>>().toEqualTypeOf<Named<schema.Version>>();
  expectTypeOf<Named<ExtensionInput>>().toEqualTypeOf<Named<schema.ExtensionInput>>();
  expectTypeOf<Named<Pricing>>().toEqualTypeOf<Named<NonNullable<schema.Extension['pricing']>>>();
});

/** The names that a type with further fields spells out. */
type Named<Type> = keyof { [Key in keyof Type as string extends Key ? never : Key]: Type[Key] };
