import { describe, expect, test } from 'vitest';
import { decode, ExtensionList, InstallStats, NoContent, OneExtension, VersionList, WrappedVersion } from '../../src/api/schemas.ts';
import { thrownBy } from './support.ts';

test('the very value comes back: unknown keys, nulls and order', () => {
  const value = { zeta: 1, extensions: [{ z: null, id: 'ext_1', slug: null, status: 'brand-new', nested: { a: [] } }] };
  expect(decode(ExtensionList, value, 'it')).toBe(value);
});

test.each([{ extension: { id: 'e' } }, { id: 'e', name: null }])('one extension may come wrapped or bare: %j', (value) => {
  expect(decode(OneExtension, value, 'it')).toBe(value);
});

describe('a mismatch names the path and what was expected', () => {
  const version = { id: 'v', version: '1.0.0', status: 'x' };
  test.each([
    [VersionList, { versions: [version, version, version, { ...version, id: 7 }] }, 'versions[3].id should be string, but is 7'],
    [VersionList, { versions: [{ version: '1.0.0', status: 'x' }] }, 'versions[0].id should be there, but is undefined'],
    [VersionList, { versions: 'none' }, 'versions should be Array, but is "none"'],
    [VersionList, [], 'versions should be there'],
    [VersionList, null, 'the document should be Object, but is null'],
    [VersionList, 'x'.repeat(500), 'the document should be Object, but is "xxx'],
    [WrappedVersion, { version: null }, 'version should be Object, but is null'],
    [OneExtension, { extension: { id: 5 } }, 'extension.id should be string, but is 5'],
    [InstallStats, { total: 1, active: 1, byVersion: { ver_1: '3' } }, 'byVersion.ver_1 should be number, but is "3"'],
    [NoContent, {}, 'the document should be undefined'],
  ])('%#', (schema, value, expected) => {
    const error = thrownBy(() => decode(schema, value, 'The answer to GET /x'));
    expect([error.kind, error.exitCode]).toEqual(['unexpected_answer', 1]);
    expect(error.message).toContain(`The answer to GET /x is not what the API promises: ${expected}`);
    expect(error.message.length).toBeLessThan(250);
  });
});
