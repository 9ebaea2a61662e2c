/** Every command that makes a request, under every fault, over real sockets. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { type Outcome, play } from './fault-case.ts';
import { type Row, rows } from './commands.ts';
import { inTurns } from './in-turns.ts';
import { columns } from './kinds.ts';
import { type Cell, brokenRules } from './rules.ts';
import { nameOf, renderMatrix, totalsText } from './table.ts';

const pagePath = join(import.meta.dirname, '../../docs/quality.md');

/** So many cells at a time: most of them wait. */
const together = 40;

/** So many cells may come out otherwise on a slow machine: in "commit after timeout", the response may be there before the timeout. */
const tolerance = 25;

/** Whether two totals say the same, within the tolerance for the counts of outcomes. */
function isAlike(one: string, other: string): boolean {
  const counts = /(\d[\d,]*) (?=end as|fail )/g;
  const [ones, others] = [one, other].map((text) =>
    [...text.matchAll(counts)].map(([, count = '']) => Number(count.replaceAll(',', ''))),
  );
  return (
    one.replaceAll(counts, '') === other.replaceAll(counts, '') &&
    ones?.every((count, index) => Math.abs(count - (others?.[index] ?? NaN)) <= tolerance) === true
  );
}

describe('the matrix', async () => {
  const untouched = (await play({ argv: ['pack', '--list'], strikes: 'listExtensions' }, undefined))
    .state;
  const calm = new Map<Row, Outcome>(
    await Promise.all(rows.map(async (row) => [row, await play(row, undefined)] as const)),
  );
  const plan = columns.flatMap((column) => rows.map((row) => ({ row, column })));
  const cells = await inTurns(plan, together, async ({ row, column }): Promise<Cell> => {
    return {
      row,
      column,
      outcome: await play(row, column),
      calm: calm.get(row) ?? (await play(row, undefined)),
      untouched,
    };
  });

  test('in calm weather every command does its work', () => {
    expect(
      [...calm]
        .filter(([, { exitCode }]) => exitCode !== 0)
        .map(([row, { stderr }]) => `${nameOf(row)}: ${stderr}`),
    ).toEqual([]);
  });

  test('no cell hangs, doubles, or tells an untruth', () => {
    const flaws = cells.flatMap((cell) =>
      brokenRules(cell).map(
        (flaw) => `${nameOf(cell.row)} × ${cell.column.name} ${cell.column.strikes}: ${flaw}`,
      ),
    );
    expect(flaws.join('\n')).toBe('');
  });

  test('its totals are those of docs/quality.md', async () => {
    process.stdout.write(`${renderMatrix(cells, rows)}\n\n${totalsText(cells)}\n`);
    const page = await readFile(pagePath, 'utf8');
    const block = `<!-- fault-matrix -->\n${totalsText(cells)}\n<!-- /fault-matrix -->`;
    const [listed = ''] = /<!-- fault-matrix -->[^]*<!-- \/fault-matrix -->/.exec(page) ?? [];
    if (isAlike(listed, block)) return;
    expect(process.env['UPDATE_DOCS'], 'UPDATE_DOCS=1 renews it').toBe('1');
    await writeFile(pagePath, page.replace(listed, block));
  });
}, 120_000);
