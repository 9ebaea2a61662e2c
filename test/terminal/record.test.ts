import { expect, it } from 'vitest';
import { fieldsOf } from '../../src/terminal/record.ts';

it('shows every key in the order it came, known ones in their form', () => {
  const record = {
    id: 'ext_1',
    status: 'draft',
    rating: null,
    bundleSizeBytes: 5,
    count: 7,
    createdAt: '2026-05-01T00:00:00Z',
    pricing: { type: 'free', terms: { until: null } },
    tags: ['a', 1],
    limits: {},
    new: true,
  };
  expect(fieldsOf(record)).toEqual({
    kind: 'fields',
    fields: [
      ['id', 'ext_1'],
      ['status', { kind: 'status', status: 'draft' }],
      ['rating', { kind: 'none' }],
      ['bundleSizeBytes', { kind: 'bytes', bytes: 5 }],
      ['count', 7],
      ['createdAt', { kind: 'time', iso: '2026-05-01T00:00:00Z' }],
      ['pricing.type', 'free'],
      ['pricing.terms.until', { kind: 'none' }],
      ['tags', '["a",1]'],
      ['limits', '{}'],
      ['new', 'true'],
    ],
  });
});
