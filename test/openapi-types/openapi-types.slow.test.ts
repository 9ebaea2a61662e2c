/**
 * The OpenAPI document as types: openapi-typescript generates them, the compiler checks what may be
 * written with them.
 */
import { join } from 'node:path';
import { execa } from 'execa';
import openapiTS, { astToString } from 'openapi-typescript';
import { expect, test } from 'vitest';
import { openApiDocument } from '../../src/api/openapi.ts';
import { temporaryDirectory } from '../support/project.ts';

const uses = `
import type { components, operations } from './api.ts';

type Body<Name extends keyof operations> =
  NonNullable<operations[Name]['requestBody']> extends { content: infer Content }
    ? Content[keyof Content]
    : never;
type Extension = components['schemas']['Extension'];

export const create: Body<'createExtension'>[] = [
  { name: 'Clock' },
  { name: 'Clock', short_description: 's', description: 'd', visibility: 'public' },
  { name: 'Clock', pricing: { type: 'free' } },
  // @ts-expect-error the name is missing
  {},
  // @ts-expect-error it is short_description
  { name: 'Clock', shortDescription: 's' },
  // @ts-expect-error null is not on the page
  { name: 'Clock', description: null },
  // @ts-expect-error a price has a type
  { name: 'Clock', pricing: { amount: 1 } },
];
export const update: Body<'updateExtension'>[] = [
  {},
  { visibility: 'public' },
  // @ts-expect-error a name is a string
  { name: 5 },
];
export const secrets: Body<'setSecret'>[] = [
  { value: 'x' },
  // @ts-expect-error the value is missing
  {},
];
export const uploads: Body<'submitVersion'>[] = [
  { version: '1.3.0', bundle: '' },
  { version: '1.3.0', changelog: 'Faster.', bundle: '' },
  // @ts-expect-error the bundle is missing
  { version: '1.3.0' },
];

export function read(
  extension: Extension,
  one: operations['getExtension']['responses'][200]['content']['application/json'],
  version: components['schemas']['Version'],
  failure: operations['listExtensions']['responses']['default']['content']['application/json'],
  limited: operations['listExtensions']['responses'][429]['headers'],
): string[] {
  // @ts-expect-error the page doesn't always show it
  extension.currentVersionId.length;
  // @ts-expect-error PATCH has no rate limit
  type Unlimited = operations['updateExtension']['responses'][429];
  const numbers = [extension.installCount ?? 0, failure.error.status, limited['Retry-After'] ?? 0];
  const texts = [extension.slug, extension.name, extension.createdAt, one.extension.status];
  texts.push(numbers.map((n) => n.toFixed()).join());
  return [...texts, version.submittedAt, failure.error.code];
}
`;

test('types of openapi-typescript accept what the API page shows, and nothing else', async () => {
  const types = astToString(
    await openapiTS(JSON.stringify(openApiDocument('https://api.example'))),
  );
  const cwd = await temporaryDirectory({ 'api.ts': types, 'uses.ts': uses });
  const tsc = join(import.meta.dirname, '../../node_modules/.bin/tsc');
  const options = ['--noEmit', '--strict', '--skipLibCheck', '--types', '', '--lib', 'es2023'];
  const modules = ['--module', 'preserve', '--allowImportingTsExtensions'];
  const { stdout } = await execa(tsc, [...options, ...modules, 'uses.ts'], { cwd, reject: false });
  expect(stdout).toBe('');
});
