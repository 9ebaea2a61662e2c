/** A few cells of the matrix as processes of their own: the built binary, a real clock, real exit codes. */
import { expect, test } from 'vitest';
import { play } from './fault-case.ts';
import { type Row, rows } from './commands.ts';
import { columns } from './kinds.ts';
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

/** By what they do: read, change, make, submit. */
const tried: readonly Row[] = rows.filter(({ argv, strikes }) =>
  [
    ['versions list', 'listVersions'],
    ['secrets set', 'setSecret'],
    ['extensions create', 'createExtension'],
    ['deploy', 'submitVersion'],
  ].some(([words = '', endpoint]) => endpoint === strikes && argv.join(' ').startsWith(words)),
);

test.concurrent.each(tried.map((row) => ({ name: nameOf(row), row })))('$name', async ({ row }) => {
  const untouched = (
    await play({ argv: ['pack', '--list'], strikes: 'listExtensions' }, undefined, 'spawned')
  ).state;
  const calm = await play(row, undefined, 'spawned');
  expect(calm).toMatchObject({ exitCode: 0, stderr: '' });
  for (const column of columns.filter(({ name, strikes }) =>
    faults.includes(`${name} ${strikes}`),
  )) {
    const outcome = await play(row, column, 'spawned');
    expect(
      brokenRules({ row, column, outcome, calm, untouched }),
      `${column.name} ${column.strikes}`,
    ).toEqual([]);
  }
});
