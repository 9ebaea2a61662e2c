/**
 * What must be true of every cell of the matrix: the promises of "Behaviour under trouble", "Exit codes" and "Output", as rules. No rule
 * knows what a cell came to before.
 */
import { isDeepStrictEqual } from 'node:util';
import { endpoints } from '../../src/api/contract.ts';
import { at, parseDocument } from '../support/document.ts';
import type { Outcome } from './fault-case.ts';
import type { Row } from './commands.ts';
import type { Column } from './kinds.ts';

export interface Cell {
  readonly row: Row;
  readonly column: Column;
  readonly outcome: Outcome;
  /** The same command in calm weather, and what is there when nothing was done. */
  readonly calm: Outcome;
  readonly untouched: unknown;
}

type Rule = (cell: Cell) => string | undefined;

/** Rule → what is wrong, for the rules that a cell breaks. */
export function brokenRules(cell: Cell): string[] {
  return Object.entries(rules).flatMap(([name, rule]) => {
    const flaw = rule(cell);
    return flaw === undefined ? [] : [`${name}: ${flaw.replaceAll(/\s+/g, ' ')}`];
  });
}

const rules: Readonly<Record<string, Rule>> = {
  'ends by itself and leaves nothing behind': ({ outcome }) => outcome.mess,

  'success is what calm weather brings': ({ row, column, outcome, calm }) => {
    if (outcome.exitCode !== 0) return undefined;
    if (!isDeepStrictEqual(outcome.state, calm.state))
      return `state ${JSON.stringify(outcome.state)}`;
    // `lumio api` hands on whatever a 2xx answer holds, so there is no other truth than that.
    if (row.isDiagnosis === true || (row.isFree === true && column.nature === 'unreadable'))
      return undefined;
    return isPart(strip(parseDocument(calm.stdout)), parseDocument(outcome.stdout))
      ? undefined
      : `document ${outcome.stdout} in place of ${calm.stdout}`;
  },

  'a failure is one document on stderr, and nothing on stdout': ({ row, outcome }) => {
    if (row.isDiagnosis === true)
      return at(parseDocument(outcome.stdout), 'checks') === undefined ? outcome.stdout : undefined;
    if (outcome.exitCode === 0)
      return outcome.stderr === '' ? undefined : `stderr ${outcome.stderr}`;
    if (outcome.stdout !== '') return `stdout ${outcome.stdout}`;
    return message(outcome) === '' || /inside lumio/.test(message(outcome))
      ? `stderr ${outcome.stderr}`
      : undefined;
  },

  'the exit code is the one of the table': ({ column, outcome }) => {
    if (outcome.exitCode === 0) return undefined;
    const expected = expectedExit(column, errorOf(outcome, 'code'));
    return expected.includes(outcome.exitCode)
      ? undefined
      : `${outcome.exitCode} in place of ${expected.join(' or ')}: ${message(outcome)}`;
  },

  'what a failure changed, it tells': ({ outcome, untouched }) => {
    if (outcome.exitCode === 0 || isDeepStrictEqual(outcome.state, untouched)) return undefined;
    return tellsOfChange.test(message(outcome)) ? undefined : `changed, but: ${message(outcome)}`;
  },

  'what a failure says to be done, is done': ({ row, outcome, untouched }) => {
    if (
      outcome.exitCode === 0 ||
      row.argv[0] === 'versions' ||
      !isDeepStrictEqual(outcome.state, untouched)
    )
      return undefined;
    return /\b(was created|was submitted|stays submitted)|Done: /.test(message(outcome))
      ? `nothing changed, but: ${message(outcome)}`
      : undefined;
  },

  'an import tells the truth about each secret': ({ outcome, untouched }) => {
    const reports =
      outcome.stderr === '' ? undefined : at(parseDocument(outcome.stderr), 'secrets');
    if (!Array.isArray(reports)) return undefined;
    const wrong = reports.filter((report) => !isTrueReport(report, outcome.state, untouched));
    return wrong.length === 0 ? undefined : JSON.stringify(wrong);
  },

  'nothing is doubled': ({ outcome, calm, untouched }) => {
    for (const kind of ['extensions', 'versions'] as const) {
      const most = Math.max(count(calm.state, kind), count(untouched, kind));
      if (count(outcome.state, kind) > most)
        return `${count(outcome.state, kind)} ${kind} in place of ${most}`;
    }
    return undefined;
  },

  'a version that is there is not sent again': ({ column, outcome }) => {
    const isLate = column.name.startsWith('commit after');
    return !isLate &&
      outcome.log.some(
        (line) =>
          line.startsWith('POST') && line.includes('/versions 422') && !line.includes('fault'),
      )
      ? outcome.log.join('; ')
      : undefined;
  },

  'what passes is got over': ({ row, column, outcome }) => {
    if (column.nature === 'harmless') return outcome.exitCode === 0 ? undefined : message(outcome);
    if (row.isDiagnosis === true) return undefined;
    const isRetried =
      endpoints[row.strikes].method !== 'POST' ||
      (row.isFree !== true && row.strikes !== 'createExtension') ||
      column.status === 429;
    return column.nature === 'transient' &&
      column.strikes === 'once' &&
      isRetried &&
      outcome.exitCode !== 0
      ? message(outcome)
      : undefined;
  },

  'a no is taken as a no': ({ row, column, outcome }) => {
    if (column.nature !== 'refusal' || outcome.exitCode === 8) return undefined;
    if (outcome.exitCode === 0) return `success, asked ${outcome.asked} times`;
    const most = (row.spares ?? 0) + (row.argv.includes('import') ? 3 : 1);
    return outcome.asked > most ? `asked ${outcome.asked} times` : undefined;
  },

  'a long wait is not waited for, and its end is told': ({ row, column, outcome }) => {
    if (column.name !== '429 long' || outcome.exitCode === 8 || row.isDiagnosis === true)
      return undefined;
    return errorOf(outcome, 'retryAfterSeconds') === 900 &&
      /again in 15m, at 2026-/.test(String(errorOf(outcome, 'hint')))
      ? undefined
      : outcome.stderr;
  },
};

/** Each of these says that something may be there now, or is. */
export const tellsOfChange =
  /may have been|may have taken effect|may have succeeded|Unless it appears later|was created|was submitted|stays submitted|is still "|the review of version|Done: /;

/** The table "Exit codes", by status; 1 for every other answer that the API does not promise. */
function exitOf(status: number): number {
  const known: Readonly<Record<number, number>> = {
    401: 4,
    403: 4,
    404: 5,
    408: 10,
    409: 6,
    429: 9,
  };
  if (status >= 500) return 10;
  return known[status] ?? (status >= 400 ? 7 : 1);
}

function expectedExit({ status, nature }: Column, code: unknown): number[] {
  // A wait survives failed polls, so that its own end is what is told.
  if (code === 'review_undecided') return [8];
  if (nature === 'unreadable') return [1];
  return [status === undefined ? 10 : exitOf(status)];
}

function errorOf({ stderr }: Outcome, key: string): unknown {
  return stderr === '' ? undefined : at(parseDocument(stderr), 'error', key);
}

function message(outcome: Outcome): string {
  return String(errorOf(outcome, 'message') ?? '');
}

/** Whether each value of the first document is in the second one; what is made from the server's list holds more. */
function isPart(part: unknown, whole: unknown): boolean {
  if (typeof part !== 'object' || part === null) return part === whole;
  if (Array.isArray(part))
    return (
      Array.isArray(whole) &&
      part.length === whole.length &&
      part.every((item, index) => isPart(item, whole[index]))
    );
  return Object.entries(part).every(([key, value]) => isPart(value, at(whole, key)));
}

/** A document without the one key that is meant to differ. */
function strip(document: unknown): unknown {
  return typeof document === 'object' && document !== null && !Array.isArray(document)
    ? Object.fromEntries(Object.entries(document).filter(([key]) => key !== 'recovered'))
    : document;
}

function count(state: unknown, kind: 'extensions' | 'versions'): number {
  const extensions = at(state, 'server', 'extensions');
  if (!Array.isArray(extensions)) return -1;
  if (kind === 'extensions') return extensions.length;
  return extensions.flatMap((extension) => at(extension, 'versions')).length;
}

/** `done` is done, `planned` is not; `failed` is not, unless its own message says that it may be. */
function isTrueReport(report: unknown, state: unknown, untouched: unknown): boolean {
  const [key, outcome] = [String(at(report, 'key')), at(report, 'outcome')];
  const isChanged = secretOf(state, key) !== secretOf(untouched, key);
  if (outcome === 'done') return isChanged || at(report, 'action') === 'keep';
  return (
    !isChanged ||
    (outcome === 'failed' && tellsOfChange.test(String(at(report, 'error', 'message'))))
  );
}

function secretOf(state: unknown, key: string): string | undefined {
  const secrets = at(state, 'server', 'extensions', 0, 'secrets');
  const found = Array.isArray(secrets)
    ? secrets.find((secret) => at(secret, 'key') === key)
    : undefined;
  return found === undefined ? undefined : String(at(found, 'value'));
}
