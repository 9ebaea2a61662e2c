import { describe, expect, test } from 'vitest';
import {
  bytes,
  fieldsOf,
  untrustedText,
  none,
  optional,
  status,
  time,
} from '../../src/terminal/view.ts';

describe('cells for fields that the server may omit', () => {
  test.each([
    ['optional', optional],
    ['time', time],
    ['bytes', bytes],
    ['status', status],
  ])('%s of undefined is undefined', (_, cell) => {
    expect(cell(null)).toBe(none);
    expect(cell(undefined)).toBe(none);
  });

  test.each([
    [optional('x'), 'x'],
    [optional(''), ''],
    [optional(0), 0],
    [time('2026-05-01T00:00:00Z'), { kind: 'time', text: '2026-05-01T00:00:00Z' }],
    [bytes(0), { kind: 'bytes', bytes: 0 }],
    [status('draft'), { kind: 'status', text: 'draft' }],
  ])('keeps %j', (cell, expected) => {
    expect(cell).toEqual(expected);
  });
});

test('untrusted lines are a block', () => {
  expect(untrustedText('a\nb')).toEqual({ kind: 'untrusted', text: 'a\nb' });
});

test('shows every key of a record in the order it came, known ones in their form', () => {
  const record = {
    id: 'ext_1',
    status: 'draft',
    rating: null,
    bundleSizeBytes: 5,
    count: 7,
    createdAt: '2026-05-01T00:00:00Z',
    pricing: { type: 'free', terms: { until: null } },
    name: 'Scores',
    tags: ['a', 1],
    limits: {},
    new: true,
  };
  const text = (value: string): unknown => ({ kind: 'untrusted', text: value });
  expect(fieldsOf(record)).toEqual({
    kind: 'fields',
    fields: [
      ['ID', 'ext_1'],
      ['Status', { kind: 'status', text: 'draft' }],
      ['rating', { kind: 'none' }],
      ['Size', { kind: 'bytes', bytes: 5 }],
      ['count', 7],
      ['Created', { kind: 'time', text: '2026-05-01T00:00:00Z', withExact: true }],
      ['Pricing', 'free'],
      ['pricing.terms.until', { kind: 'none' }],
      ['Name', text('Scores')],
      ['tags', text('["a",1]')],
      ['limits', text('{}')],
      ['new', text('true')],
    ],
  });
});
