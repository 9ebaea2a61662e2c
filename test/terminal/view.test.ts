import { describe, expect, test } from 'vitest';
import { bytes, untrustedText, none, optional, status, time } from '../../src/terminal/view.ts';

describe('cells for what the server may leave out', () => {
  test.each([
    ['optional', optional],
    ['time', time],
    ['bytes', bytes],
    ['status', status],
  ])('%s of nothing is none', (_, cell) => {
    expect(cell(null)).toBe(none);
    expect(cell(undefined)).toBe(none);
  });

  test.each([
    [optional('x'), 'x'],
    [optional(''), ''],
    [optional(0), 0],
    [time('2026-05-01T00:00:00Z'), { kind: 'time', iso: '2026-05-01T00:00:00Z' }],
    [bytes(0), { kind: 'bytes', bytes: 0 }],
    [status('draft'), { kind: 'status', status: 'draft' }],
  ])('%j is kept', (cell, expected) => {
    expect(cell).toEqual(expected);
  });
});

test('foreign lines are a block of their own', () => {
  expect(untrustedText('a\nb')).toEqual({ kind: 'foreign', text: 'a\nb' });
});
