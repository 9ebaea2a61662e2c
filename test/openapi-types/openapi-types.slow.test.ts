/** The OpenAPI document as types: openapi-typescript generates them, the compiler checks what may be written with them. */
import { join } from 'node:path';
import { execa } from 'execa';
import openapiTS, { astToString } from 'openapi-typescript';
import { expect, test } from 'vitest';
import { openApiDocument } from '../../src/api/openapi.ts';
import { projectOf } from '../support/project.ts';

const uses = `
import type { operations } from './api.ts';

type Body<Name extends keyof operations> =
  NonNullable<operations[Name]['requestBody']> extends { content: infer Content } ? Content[keyof Content] : never;

export const secret: Body<'setSecret'> = { value: 'x' };
// @ts-expect-error a value is missing
export const noSecret: Body<'setSecret'> = {};
`;

test('types from openapi-typescript accept what the API page shows, and refuse the rest', async () => {
  const types = astToString(
    await openapiTS(JSON.stringify(openApiDocument('https://api.example'))),
  );
  const cwd = await projectOf({ 'api.ts': types, 'uses.ts': uses });
  const tsc = join(import.meta.dirname, '../../node_modules/.bin/tsc');
  const options = ['--noEmit', '--strict', '--skipLibCheck', '--types', '', '--lib', 'es2023'];
  const modules = ['--module', 'preserve', '--allowImportingTsExtensions'];
  const { stdout } = await execa(tsc, [...options, ...modules, 'uses.ts'], { cwd, reject: false });
  expect(stdout).toBe('');
});
