/** A few cases of the matrix with the built binary and a real clock. */
import { expect, test } from 'vitest';
import { type Row, rows } from './commands.ts';
import { initialState, runCase } from './fault-case.ts';
import { columns } from './kinds.ts';
import { mapConcurrently } from './map-concurrently.ts';
import { brokenRules } from './rules.ts';
import { nameOf } from './table.ts';

const faults = [
  'drop before once',
  'drop after commit once',
  'cut in upload once',
  '502 html once',
  'truncated once',
  'garbage always',
  '401 always',
  '429 long always',
];

/** A command that reads, changes, creates and uploads. */
const chosen: readonly Row[] = rows.filter(({ argv, endpoint }) =>
  [
    ['versions list', 'listVersions'],
    ['secrets set', 'setSecret'],
    ['extensions create', 'createExtension'],
    ['deploy', 'submitVersion'],
  ].some(([words = '', name]) => name === endpoint && argv.join(' ').startsWith(words)),
);
const chosenColumns = columns.filter(({ name, repeat }) => faults.includes(`${name} ${repeat}`));

test('finds the chosen cases', () => {
  expect([chosen.length, chosenColumns.length]).toEqual([4, faults.length]);
});

test.concurrent.each(chosen.map((row) => ({ name: nameOf(row), row })))(
  '$name keeps the rules',
  async ({ row }) => {
    const initial = await initialState();
    const baseline = await runCase(row, undefined, 'spawned');
    expect(baseline).toMatchObject({ exitCode: 0, stderr: '' });
    const failures = await mapConcurrently(chosenColumns, 3, async (column) => {
      const outcome = await runCase(row, column, 'spawned');
      return brokenRules({ row, column, outcome, baseline, initial }).map(
        (failure) => `${column.name} ${column.repeat}: ${failure}`,
      );
    });
    expect(failures.flat()).toEqual([]);
  },
);
