import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { pathSegmentError } from '../../src/api/api-url.ts';

test('an accepted string is exactly one path segment', () => {
  const text = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 8 }),
    fc.constantFrom('..', '.', '%2e%2e', '/', '\\..', '?', '#'),
  );
  fc.assert(
    fc.property(text, (segment) => {
      fc.pre(pathSegmentError(segment) === undefined);
      const url = new URL(`https://host/a/${encodeURIComponent(segment)}`);
      expect(url.pathname.split('/')).toHaveLength(3);
      expect(decodeURIComponent(url.pathname.split('/')[2] ?? '')).toBe(segment);
      expect(url.search + url.hash).toBe('');
    }),
    { numRuns: 300 },
  );
});
