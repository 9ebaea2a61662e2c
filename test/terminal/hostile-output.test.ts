/** Data from a server can't break rows and lines. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type Cell,
  type View,
  bytes,
  fields,
  line,
  none,
  status,
  strong,
  table,
  time,
} from '../../src/terminal/view.ts';
import { renderView } from '../../src/terminal/render.ts';
import { widthOf } from '../../src/terminal/text.ts';
import { pipe, terminal } from './terminals.ts';

const hostile = fc.constantFrom(
  '\u001B[31m',
  '\u001B]8;;https://evil.example\u0007',
  '\u202E',
  '\t',
  '\n',
  '\r',
  '聊',
  '👩‍🚀',
  ' ',
  'word',
  'x'.repeat(100),
);
const text = fc
  .array(fc.oneof(hostile, fc.string({ unit: 'binary', maxLength: 5 })), { maxLength: 8 })
  .map((parts) => parts.join(''));
const cell: fc.Arbitrary<Cell> = fc.oneof(
  text,
  fc.integer(),
  text.map((value) => status(value)),
  text.map((value) => strong(value)),
  fc.date().map((date) => time(Number.isNaN(date.getTime()) ? 'never' : date.toISOString())),
  fc.nat().map((count) => bytes(count)),
  fc.double().map((share): Cell => ({ kind: 'bar', share })),
  fc.constant(none),
);
const view: fc.Arbitrary<View> = fc
  .tuple(fc.array(fc.tuple(cell, cell, cell)), cell)
  .map(([rows, value]) => [
    table(
      [{ label: 'A' }, { label: 'B', flexible: true }, { label: 'C', align: 'right' }],
      rows,
      '',
    ),
    fields([['field', value]]),
    line('line', value),
  ]);

describe('with any data from the server', () => {
  it('rows in a pipe have a cell per value and no other control characters', async () => {
    await fc.assert(
      fc.asyncProperty(view, async (any) => {
        const lines = (await renderView(any, pipe)).split('\n');
        const rows = any[0]?.kind === 'table' ? any[0].rows : [];
        // A row of bars alone is an empty line.
        const counts = rows.map((row) =>
          Math.max(
            1,
            row.filter((value) => typeof value !== 'object' || value.kind !== 'bar').length,
          ),
        );
        expect(lines.slice(0, rows.length).map((row) => row.split('\t').length)).toEqual(counts);
        expect(lines.join('')).not.toMatch(/(?!\t)[\p{Cc}\p{Cs}\u2028\u202E]/u);
      }),
      { numRuns: 100 },
    );
  });

  it("lines in a terminal aren't wider than it, except for single long words", async () => {
    await fc.assert(
      fc.asyncProperty(
        view,
        fc.constantFrom(20, 40, 80, 120),
        fc.boolean(),
        async (any, columns, unicode) => {
          for (const row of (await renderView(any, terminal({ columns, unicode }))).split('\n')) {
            const widestWord = Math.max(...row.split(' ').map(widthOf));
            expect(widthOf(row) <= columns || widestWord > columns - 'field  '.length).toBe(true);
            expect(row).not.toMatch(/[\p{Cc}\p{Cs}\u2028\u202E]/u);
          }
        },
      ),
      { numRuns: 100 },
    );
  });
});
