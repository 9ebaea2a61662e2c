/** Every command that sends a request, under every fault, over real sockets. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { rows } from './commands.ts';
import { initialState, runCase } from './fault-case.ts';
import { type Column, columns } from './kinds.ts';
import { mapConcurrently } from './map-concurrently.ts';
import { type CaseResult, brokenRules } from './rules.ts';
import { nameOf, renderMatrix, totalsText } from './table.ts';

const pagePath = join(import.meta.dirname, '../../docs/quality.md');
const update =
  'Run "UPDATE_DOCS=1 npx vitest run test/faults/matrix.test.ts", then "npm run docs".';
/** Cases of one command that run at the same time; most of them wait. */
const concurrency = 6;

const durationOf = ({ name }: Column): number => (/timeout|silent|not read/.test(name) ? 1 : 0);

const results: CaseResult[] = [];
let initial: Promise<unknown> | undefined;

test.concurrent.each(rows.map((row) => ({ name: nameOf(row), row })))(
  '$name keeps the rules under every fault',
  { timeout: 600_000 },
  async ({ row }) => {
    initial ??= initialState();
    const baseline = await runCase(row, undefined);
    expect(baseline).toMatchObject({ exitCode: 0 });
    const own = await mapConcurrently(
      // The longest cases first.
      columns.toSorted((one, other) => durationOf(other) - durationOf(one)),
      concurrency,
      async (column): Promise<CaseResult> => ({
        row,
        column,
        outcome: await runCase(row, column),
        baseline,
        initial: await initial,
      }),
    );
    results.push(...own);
    const failures = own.flatMap((result) =>
      brokenRules(result).map(
        (failure) => `${result.column.name} ${result.column.repeat}: ${failure}`,
      ),
    );
    expect(failures).toEqual([]);
  },
);

test('the totals are those of docs/quality.md', async ({ skip }) => {
  skip(results.length < rows.length * columns.length, 'needs the cases of all commands');
  process.stdout.write(`${renderMatrix(results, rows)}\n\n${totalsText(results)}\n`);
  const page = await readFile(pagePath, 'utf8');
  const block = `<!-- fault-matrix -->\n${totalsText(results)}\n<!-- /fault-matrix -->`;
  const updated = page.replace(/<!-- fault-matrix -->[^]*<!-- \/fault-matrix -->/, block);
  if (process.env['UPDATE_DOCS'] === '1') await writeFile(pagePath, updated);
  else {
    const [stated, measured] = [page, updated].map(totalsIn);
    expect(stated?.slice(0, 3), update).toEqual(measured?.slice(0, 3));
    // Whether a retry still fits its budget depends on how busy the machine is, in a few cases.
    const differences = measured?.map((total, index) => Math.abs(total - (stated?.[index] ?? 0)));
    expect(Math.max(...(differences ?? [Infinity])), update).toBeLessThan(10);
  }
});

/** Requests, faults, cases, then the cases by result. */
function totalsIn(page: string): number[] {
  const text = /(?<=<!-- fault-matrix -->)[^]*(?=<!-- \/fault-matrix -->)/.exec(page)?.[0] ?? '';
  return Array.from(text.matchAll(/[\d,]*\d/g), ([digits]) => Number(digits.replaceAll(',', '')));
}
