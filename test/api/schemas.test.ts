import { describe, expect, test } from 'vitest';
import { errorExample, pageExamples } from '../../src/api/page-examples.ts';
import { parseExactJson, stringifyExactJson } from '../../src/shared/json.ts';
import {
  completeRecords,
  decode,
  ErrorEnvelope,
  ExtensionInput,
  ExtensionList,
  extensionOf,
  InstallStats,
  matches,
  NoContent,
  OneExtension,
  SecretKeys,
  SecretValue,
  VersionForm,
  VersionList,
  WrappedExtension,
  WrappedVersion,
} from '../../src/api/schemas.ts';
import { thrownBy } from './support.ts';

test('returns the same value: unknown keys, nulls and order', () => {
  const value = {
    zeta: 1,
    extensions: [{ z: null, id: 'ext_1', slug: null, status: 'brand-new', nested: { a: [] } }],
  };
  expect(decode(ExtensionList, value, 'it')).toBe(value);
});

test.each([{ extension: { id: 'e' } }, { id: 'e', name: null }])(
  'one extension may come wrapped or bare: %j',
  (value) => {
    expect(decode(OneExtension, value, 'it')).toBe(value);
  },
);

test.each([
  ['wrapped', { extension: { status: 'draft', id: 'ext_1' } }],
  ['bare', { status: 'draft', id: 'ext_1' }],
])('reads a %s extension with its keys in order', (_, response) => {
  expect(JSON.stringify(extensionOf(response))).toBe('{"status":"draft","id":"ext_1"}');
});

describe('accepts the documented examples', () => {
  const { createExtension, listExtensions, listVersions, submitVersion } = pageExamples;
  test.each([
    ['an error', ErrorEnvelope, errorExample],
    ['a list of extensions', ExtensionList, listExtensions.response],
    ['a created extension', WrappedExtension, createExtension.response],
    ['the body that creates an extension', ExtensionInput, createExtension.request],
    ['the body that updates one', ExtensionInput, pageExamples.updateExtension.request],
    ['a list of versions', VersionList, listVersions.response],
    ['a submitted version', WrappedVersion, submitVersion.response],
    [
      'the form of a version',
      VersionForm,
      { version: '1.3.0', changelog: 'Fixed overtime games.', bundle: new Blob([]) },
    ],
    ['install statistics', InstallStats, pageExamples.getInstalls.response],
    ['the value of a secret', SecretValue, pageExamples.setSecret.request],
    ['the names of secrets', SecretKeys, pageExamples.listSecrets.response],
    ['no content', NoContent, undefined],
  ])('%s', (_, schema, value) => {
    expect(decode(schema, value, 'It')).toBe(value);
    expect(matches(schema, value)).toBe(true);
  });
});

describe('a mismatch names the path and what was expected', () => {
  const version = { id: 'v', version: '1.0.0', status: 'x' };
  test.each([
    [
      'versions[3].id should be string, but is 7',
      VersionList,
      { versions: [version, version, version, { ...version, id: 7 }] },
    ],
    [
      'versions[0].id should be there, but is undefined',
      VersionList,
      { versions: [{ version: '1.0.0', status: 'x' }] },
    ],
    ['versions should be Array, but is "none"', VersionList, { versions: 'none' }],
    ['versions should be there, but is undefined', VersionList, []],
    ['the document should be Object, but is null', VersionList, null],
    ['version should be Object, but is null', WrappedVersion, { version: null }],
    [
      'extensions[0].id should be string, but is null',
      ExtensionList,
      { extensions: [{ id: null }] },
    ],
    ['extension.id should be string, but is 5', OneExtension, { extension: { id: 5 } }],
    ['extension.id should be string, but is 5', OneExtension, { extension: { id: 5 }, id: 5 }],
    ['extension.id should be there, but is undefined', OneExtension, { extension: {} }],
    ['id should be string, but is 5', OneExtension, { id: 5 }],
    [
      'installCount should be number, but is "many"',
      OneExtension,
      { id: 'ext_1', installCount: 'many' },
    ],
    [
      'pricing.type should be string, but is 5',
      OneExtension,
      { id: 'ext_1', extension: 'pro', pricing: { type: 5 } },
    ],
    ['the document should be there, but is undefined', OneExtension, undefined],
    [
      'byVersion.ver_1 should be number, but is "3"',
      InstallStats,
      { total: 1, active: 1, byVersion: { ver_1: '3' } },
    ],
    [
      'byVersion.1.0.0 should be number, but is "3"',
      InstallStats,
      { total: 1, active: 1, byVersion: { '1.0.0': '3' } },
    ],
    ['keys[1] should be string, but is 2', SecretKeys, { keys: ['A', 2] }],
    ['error.message should be there, but is undefined', ErrorEnvelope, { error: { code: 'x' } }],
    [
      'error.code should be string, but is 404',
      ErrorEnvelope,
      { error: { code: 404, message: 'x' } },
    ],
    ['the document should be undefined, but is Object', NoContent, {}],
  ])('%s', (expected, schema, value) => {
    expect(thrownBy(() => decode(schema, value, 'The response to GET /x'))).toMatchObject({
      kind: 'unexpected_response',
      problem: {
        code: 'unexpected_response',
        message: expect.stringContaining(`: ${expected}.`),
      },
    });
  });
});

describe("a body doesn't match", () => {
  test.each([
    ['when a secret has no value', SecretValue, {}],
    ["when the value of a secret isn't a string", SecretValue, { value: 5 }],
    ['when a secret has other fields', SecretValue, { value: 's', comment: 'x' }],
    ['when a form has no version', VersionForm, { changelog: 'x' }],
    ["when a changelog isn't a string", VersionForm, { version: '1.0.0', changelog: 1 }],
    ['when a name is null', ExtensionInput, { name: null }],
    ['when a short description is null', ExtensionInput, { short_description: null }],
    ['when a description is a list', ExtensionInput, { description: [] }],
    ["when a visibility isn't a string", ExtensionInput, { visibility: true }],
    ['when a price has no type', ExtensionInput, { pricing: { amount: 5 } }],
    ["when an amount isn't a number", ExtensionInput, { pricing: { type: 'paid', amount: '5' } }],
  ])('%s', (_, schema, value) => {
    expect(matches(schema, value)).toBe(false);
  });
});

test.each([
  ['unchanged up to sixty characters', 'x'.repeat(58), `"${'x'.repeat(58)}"`],
  ['truncated beyond', 'x'.repeat(59), `"${'x'.repeat(59)}…`],
  ['in one line', 'a\n\tb', '"a b"'],
])('shows the mismatching value %s', (_, value, shown) => {
  expect(thrownBy(() => decode(SecretKeys, value, 'It')).message).toBe(
    `It doesn't match the API documentation: the document should be Object, but is ${shown}.`,
  );
});

test('numbers in place of ids, and in errors, keep all their digits', () => {
  const parse = (text: string) => parseExactJson(text);
  const listed = parse('{"versions":[{"id":12345678901234567890,"version":"1.0.0","status":"x"}]}');
  expect(completeRecords(listed)).toMatchObject({
    changed: 1,
    document: { versions: [{ id: '12345678901234567890' }] },
  });
  const wrong = parse('{"total":1,"active":1,"byVersion":12345678901234567890}');
  expect(thrownBy(() => decode(InstallStats, wrong, 'it')).message).toContain(
    '12345678901234567890',
  );
});

test('other entries of a list keep the digits of their numbers', () => {
  const list = parseExactJson('{"extensions":[{"id":"a","big":1.10},{"id":"b","name":7}]}');
  expect(stringifyExactJson(completeRecords(list).document)).toBe(
    '{"extensions":[{"id":"a","big":1.10},{"id":"b","name":"7"}]}',
  );
});
