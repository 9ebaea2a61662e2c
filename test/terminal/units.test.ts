import { describe, expect, test } from 'vitest';
import { formatShare } from '../../src/shared/quantities.ts';
import { formatRelative } from '../../src/terminal/cells.ts';
import { nowMs } from './terminals.ts';

const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;

describe('shares', () => {
  test.each([
    [0, '0%'],
    [0.0001, '<0.1%'],
    [0.0005, '0.1%'],
    [0.9155, '91.6%'],
    [0.5, '50%'],
    [1, '100%'],
  ])('%d → %s', (share, expected) => {
    expect(formatShare(share)).toBe(expected);
  });
});

describe('relative times', () => {
  test.each([
    [0, 'just now', 'now'],
    [-9999, 'just now', 'now'],
    [-10 * second, '10 seconds ago', '10 s ago'],
    [-minute, '1 minute ago', '1 min ago'],
    [-3 * minute, '3 minutes ago', '3 min ago'],
    [2 * hour, 'in 2 hours', 'in 2 h'],
    [-23.9 * hour, '23 hours ago', '23 h ago'],
    [-day, '1 day ago', '1 d ago'],
    [-29.9 * day, '29 days ago', '29 d ago'],
    [-30 * day, '1 month ago', '1 mo ago'],
    [-300 * day, '9 months ago', '9 mo ago'],
    [-365 * day, '1 year ago', '1 y ago'],
    [800 * day, 'in 2 years', 'in 2 y'],
  ])('%d ms away → %s, %s', (distanceMs, long, short) => {
    expect(formatRelative(nowMs + distanceMs, nowMs)).toBe(long);
    expect(formatRelative(nowMs + distanceMs, nowMs, 'short')).toBe(short);
  });
});
