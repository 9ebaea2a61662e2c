/** The types of the package need no schema library: these tests compare them with the schemas. */
import type * as v from 'valibot';
import { expectTypeOf, test } from 'vitest';
import type { RawRequest as ApiRequest } from '../../src/api/client.ts';
import type { EndpointName, EndpointResponse } from '../../src/api/contract.ts';
import type { RawResponse as ApiResponse } from '../../src/api/response.ts';
import type * as schemas from '../../src/api/schemas.ts';
import type {
  Extension,
  ExtensionInput,
  LumioClient,
  RawBody,
  RawRequest,
  RawResponse,
  Version,
} from '../../src/library/index.ts';

type Output<Name extends keyof typeof schemas> = (typeof schemas)[Name] extends v.GenericSchema
  ? v.InferOutput<(typeof schemas)[Name]>
  : never;

test('the library has a method for each endpoint, which returns its response', () => {
  type Methods = Readonly<Record<EndpointName, (...args: never[]) => Promise<unknown>>>;
  const methodsOf = (client: LumioClient): Methods => client;
  // Assignments, because the compiler then names the endpoint and the field.
  const inResources = (fields: Responses): Returned => fields;
  const inSchemas = (fields: Returned): Responses => fields;
  for (const check of [methodsOf, inResources, inSchemas]) expectTypeOf(check).toBeFunction();
  expectTypeOf<Output<'Extension'>>().toExtend<Extension>();
  expectTypeOf<Output<'Version'>>().toExtend<Version>();
  expectTypeOf<ApiResponse>().toExtend<RawResponse>();
});

test('inputs of the library are inputs of the API', () => {
  expectTypeOf<ExtensionInput>().toExtend<Output<'ExtensionInput'>>();
  expectTypeOf<Fields<ExtensionInput>>().toEqualTypeOf<Fields<Output<'ExtensionInput'>>>();
  expectTypeOf<Omit<RawRequest, 'body'> & { body: RawBody }>().toExtend<ApiRequest>();
  expectTypeOf<RawBody>().toExtend<RawRequest['body']>();
});

test('inputs are closed, responses are open', () => {
  expectTypeOf<string>().not.toExtend<keyof ExtensionInput>();
  expectTypeOf<string>().not.toExtend<keyof NonNullable<ExtensionInput['pricing']>>();
  expectTypeOf<string>().toExtend<keyof Extension>();
  expectTypeOf<Parameters<LumioClient['createExtension']>[0]['name']>().toEqualTypeOf<string>();
});

/** The fields of each method's result, in src/api/resources.ts. */
type Returned = {
  [Name in EndpointName]: Exclude<Fields<Awaited<ReturnType<LumioClient[Name]>>>, 'recovered'>;
};
/** The fields of each response, in src/api/schemas.ts; one extension as the library wraps it. */
type Responses = {
  [Name in EndpointName]: EndpointResponse<Name> extends infer Response
    ? Fields<Name extends 'getExtension' | 'updateExtension' ? Wrapped<Response> : Response>
    : never;
};
type Wrapped<Response> = Extract<Response, { readonly extension: object }>;

/** The paths of all fields that a type spells out, such as `versions.status`. */
type Fields<Type> = Type extends readonly (infer Item)[]
  ? Fields<Item>
  : Type extends object
    ? {
        [Key in Named<Type>]: Key | `${Key}.${Fields<NonNullable<Type[Key]>>}`;
      }[Named<Type>]
    : never;
/** The names that a type with further fields spells out. */
type Named<Type> = string &
  keyof { [Key in keyof Type as string extends Key ? never : Key]: Type[Key] };
