/** The matrix as a table, and its totals. */
import { isDeepStrictEqual } from 'node:util';
import { endpoints } from '../../src/api/contract.ts';
import type { Row } from './commands.ts';
import type { CaseResult } from './rules.ts';

/** `0` success; `10` failure without a change; `10?` failure with a change, or a possible one. */
function shown({ outcome, initial }: CaseResult): string {
  if (outcome.exitCode === 0) return '0';
  return `${outcome.exitCode}${isDeepStrictEqual(outcome.state, initial) ? '' : '?'}`;
}

export function nameOf({ argv, endpoint, skip = 0 }: Row): string {
  const words = argv
    .slice(0, argv[0] === 'api' || argv[0] === 'deploy' || argv[0] === 'init' ? 1 : 2)
    .filter((word) => !word.startsWith('-'));
  const marks = argv.filter((word) => ['--wait', '--create', '--bump'].includes(word));
  return (
    `${[...words, ...marks].join(' ')} / ` +
    `${skip > 0 ? 'later ' : ''}${endpoints[endpoint].method} ${endpoints[endpoint].path}`
  );
}

/** A row per fault, a column per command and request; a legend names the columns. */
export function renderMatrix(results: readonly CaseResult[], rows: readonly Row[]): string {
  const faults = new Set(results.map(({ column }) => column.name));
  const width = 8;
  const head = [
    'fault'.padEnd(22),
    ...rows.map((_, index) => String(index + 1).padEnd(width)),
  ].join('');
  const lines = [...faults].map((name) => {
    const texts = rows.map((row) =>
      results
        .filter((result) => result.row === row && result.column.name === name)
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
    'n / m: exit code if the fault happens once / always; ? = it failed after a possible change',
    ...legend,
  ].join('\n');
}

/** The totals in three sentences. */
export function totalsText(results: readonly CaseResult[]): string {
  const texts = results.map(shown);
  const succeeded = texts.filter((text) => text === '0').length;
  const changed = texts.filter((text) => text.endsWith('?')).length;
  const unchanged = texts.length - succeeded - changed;
  const requests = new Set(results.map(({ row }) => row)).size;
  const faults = new Set(results.map(({ column }) => column)).size;
  return [
    `${requests} command requests × ${faults} faults = ${grouped(texts.length)} cases:`,
    `${grouped(succeeded)} succeed as without the fault, ` +
      `${grouped(unchanged)} fail and change nothing, ` +
      `${grouped(changed)} fail and report that something has changed, or may have.`,
    'None hangs, takes effect twice or reports anything false.',
  ].join(' ');
}

function grouped(count: number): string {
  return String(count).replace(/\B(?=(?:\d{3})+$)/g, ',');
}
