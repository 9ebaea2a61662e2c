/** The matrix as people read it, and its totals. */
import { endpoints } from '../../src/api/contract.ts';
import type { Row } from './commands.ts';
import type { Cell } from './rules.ts';
import { isDeepStrictEqual } from 'node:util';

/** `0` done; `10` failed, nothing changed; `10?` failed, and says that something has changed or may have. */
function shown({ outcome, untouched }: Cell): string {
  if (outcome.exitCode === 0) return '0';
  return `${outcome.exitCode}${isDeepStrictEqual(outcome.state, untouched) ? '' : '?'}`;
}

export function nameOf({ argv, strikes, spares = 0 }: Row): string {
  const words = argv
    .slice(0, argv[0] === 'api' || argv[0] === 'deploy' || argv[0] === 'init' ? 1 : 2)
    .filter((word) => !word.startsWith('-'));
  const marks = argv.filter((word) => ['--wait', '--create', '--bump'].includes(word));
  return `${[...words, ...marks].join(' ')} / ${spares > 0 ? 'later ' : ''}${endpoints[strikes].method} ${endpoints[strikes].path}`;
}

/** A row per fault, once and always; a column per command and request, named below. */
export function renderMatrix(cells: readonly Cell[], rows: readonly Row[]): string {
  const faults = new Set(cells.map(({ column }) => column.name));
  const width = 8;
  const head = [
    'fault'.padEnd(22),
    ...rows.map((_, index) => String(index + 1).padEnd(width)),
  ].join('');
  const lines = [...faults].map((name) => {
    const texts = rows.map((row) =>
      cells
        .filter((cell) => cell.row === row && cell.column.name === name)
        .map(shown)
        .join('/'),
    );
    return [name.padEnd(22), ...texts.map((text) => text.padEnd(width))].join('').trimEnd();
  });
  const legend = rows.map((row, index) => `${String(index + 1).padStart(3)} ${nameOf(row)}`);
  return [
    head,
    ...lines,
    '',
    'n / m: exit code when the fault strikes once / always; ? = it failed and says that something is or may be changed',
    ...legend,
  ].join('\n');
}

/** The totals in three sentences. */
export function totalsText(cells: readonly Cell[]): string {
  const texts = cells.map(shown);
  const done = texts.filter((text) => text === '0').length;
  const told = texts.filter((text) => text.endsWith('?')).length;
  const [requests, faults] = [
    new Set(cells.map(({ row }) => row)).size,
    new Set(cells.map(({ column }) => column)).size,
  ];
  return [
    `${requests} command requests × ${faults} faults = ${grouped(texts.length)} cases:`,
    `${grouped(done)} end as without the fault, ${grouped(texts.length - done - told)} fail with nothing changed, ${grouped(told)} fail and report that something is, or may be, changed.`,
    '0 hang, 0 take effect twice, 0 report anything untrue.',
  ].join(' ');
}

function grouped(count: number): string {
  return String(count).replace(/\B(?=(?:\d{3})+$)/g, ',');
}
