/** The types of the package need no schema library: these tests compare them with the schemas. */
import type * as v from 'valibot';
import { expectTypeOf, test } from 'vitest';
import type { RawRequest as ApiRequest } from '../../src/api/client.ts';
import type { EndpointResponse } from '../../src/api/contract.ts';
import type { RawResponse as ApiResponse } from '../../src/api/response.ts';
import type * as schemas from '../../src/api/schemas.ts';
import type {
  Extension,
  ExtensionInput,
  InstallStats,
  LumioClient,
  Pricing,
  RawBody,
  RawRequest,
  RawResponse,
  Version,
} from '../../src/library/index.ts';

type Output<Name extends keyof typeof schemas> = (typeof schemas)[Name] extends v.GenericSchema
  ? v.InferOutput<(typeof schemas)[Name]>
  : never;

test('responses of the API have the types of the library', () => {
  expectTypeOf<Output<'Extension'>>().toExtend<Extension>();
  expectTypeOf<Output<'Version'>>().toExtend<Version>();
  expectTypeOf<EndpointResponse<'getInstalls'>>().toExtend<InstallStats>();
  expectTypeOf<ApiResponse>().toExtend<RawResponse>();
});

test('inputs of the library are inputs of the API', () => {
  expectTypeOf<ExtensionInput>().toExtend<Output<'ExtensionInput'>>();
  expectTypeOf<Omit<RawRequest, 'body'> & { body: RawBody }>().toExtend<ApiRequest>();
  expectTypeOf<RawBody>().toExtend<RawRequest['body']>();
});

test('types and schemas have the same fields', () => {
  expectTypeOf<Named<Extension>>().toEqualTypeOf<Named<Output<'Extension'>>>();
  expectTypeOf<Named<Version>>().toEqualTypeOf<Named<Output<'Version'>>>();
  expectTypeOf<Named<ExtensionInput>>().toEqualTypeOf<Named<Output<'ExtensionInput'>>>();
  expectTypeOf<Named<Pricing>>().toEqualTypeOf<Named<Output<'Pricing'>>>();
});

test('inputs are closed, responses are open', () => {
  expectTypeOf<string>().not.toExtend<keyof ExtensionInput>();
  expectTypeOf<string>().not.toExtend<keyof NonNullable<ExtensionInput['pricing']>>();
  expectTypeOf<string>().toExtend<keyof Extension>();
  expectTypeOf<Parameters<LumioClient['createExtension']>[0]['name']>().toEqualTypeOf<string>();
});

/** The names that a type with further fields spells out. */
type Named<Type> = keyof { [Key in keyof Type as string extends Key ? never : Key]: Type[Key] };
