/** The rules that every case of the matrix must keep. */
import { isDeepStrictEqual } from 'node:util';
import { endpoints } from '../../src/api/contract.ts';
import { at, mayReportEffect, parseDocument, reportsEffect } from '../support/document.ts';
import type { Outcome } from './fault-case.ts';
import type { Row } from './commands.ts';
import type { Column } from './kinds.ts';

export interface CaseResult {
  readonly row: Row;
  readonly column: Column;
  readonly outcome: Outcome;
  /** The same command without a fault. */
  readonly baseline: Outcome;
  /** The state if a command changes nothing. */
  readonly initial: unknown;
}

type Rule = (result: CaseResult) => string | undefined;

/** `rule: failure` for each rule that a case breaks. */
export function brokenRules(result: CaseResult): string[] {
  return Object.entries(rules).flatMap(([name, rule]) => {
    const failure = rule(result);
    return failure === undefined ? [] : [`${name}: ${failure.replaceAll(/\s+/g, ' ')}`];
  });
}

const rules: Readonly<Record<string, Rule>> = {
  'ends, prints no key and leaves no temporary file': ({ outcome }) => outcome.failure,

  'a success has the same effect and document as without the fault': ({
    row,
    column,
    outcome,
    baseline,
  }) => {
    if (outcome.exitCode !== 0) return undefined;
    if (!isDeepStrictEqual(outcome.state, baseline.state))
      return `state ${JSON.stringify(outcome.state)}`;
    // `lumio api` prints any 2xx response as it is.
    if (row.reportsFailures === true || (row.isRaw === true && column.effect === 'unreadable'))
      return undefined;
    return isPart(withoutRecovered(parseDocument(baseline.stdout)), parseDocument(outcome.stdout))
      ? undefined
      : `document ${outcome.stdout} instead of ${baseline.stdout}`;
  },

  'a failure prints one document on stderr and nothing on stdout': ({ row, outcome }) => {
    if (row.reportsFailures === true)
      return at(parseDocument(outcome.stdout), 'checks') === undefined ? outcome.stdout : undefined;
    if (outcome.exitCode === 0)
      return outcome.stderr === '' ? undefined : `stderr ${outcome.stderr}`;
    if (outcome.stdout !== '') return `stdout ${outcome.stdout}`;
    return message(outcome) === '' || errorOf(outcome, 'code') === 'lumio_bug'
      ? `stderr ${outcome.stderr}`
      : undefined;
  },

  'the exit code fits the fault': ({ column, outcome }) => {
    if (outcome.exitCode === 0) return undefined;
    const expected = expectedExit(column, errorOf(outcome, 'code'));
    return expected.includes(outcome.exitCode)
      ? undefined
      : `${outcome.exitCode} instead of ${expected.join(' or ')}: ${message(outcome)}`;
  },

  'a failure reports what it changed': ({ outcome, initial }) => {
    if (outcome.exitCode === 0 || isDeepStrictEqual(outcome.state, initial)) return undefined;
    return mayReportEffect(errorDocument(outcome))
      ? undefined
      : `changed, but: ${message(outcome)}`;
  },

  "a failure reports no change that didn't happen": ({ row, outcome, initial }) => {
    if (
      outcome.exitCode === 0 ||
      row.argv[0] === 'versions' ||
      !isDeepStrictEqual(outcome.state, initial)
    )
      return undefined;
    return reportsEffect(errorDocument(outcome))
      ? `nothing changed, but: ${message(outcome)}`
      : undefined;
  },

  'an import reports the outcome of each secret': ({ outcome, initial }) => {
    const reports =
      outcome.stderr === '' ? undefined : at(parseDocument(outcome.stderr), 'secrets');
    if (!Array.isArray(reports)) return undefined;
    const wrong = reports.filter((report) => !isCorrectReport(report, outcome.state, initial));
    return wrong.length === 0 ? undefined : JSON.stringify(wrong);
  },

  'takes effect at most once': ({ outcome, baseline, initial }) => {
    for (const kind of ['extensions', 'versions'] as const) {
      const max = Math.max(count(baseline.state, kind), count(initial, kind));
      if (count(outcome.state, kind) > max)
        return `${count(outcome.state, kind)} ${kind} instead of ${max}`;
    }
    return undefined;
  },

  "doesn't submit a version that exists": ({ column, outcome }) => {
    const isLate = column.name.startsWith('commit after');
    return !isLate &&
      outcome.log.some(
        (line) =>
          line.startsWith('POST') && line.includes('/versions 422') && !line.includes('fault'),
      )
      ? outcome.log.join('; ')
      : undefined;
  },

  'recovers from a temporary fault': ({ row, column, outcome }) => {
    if (column.effect === 'harmless') return outcome.exitCode === 0 ? undefined : message(outcome);
    if (row.reportsFailures === true) return undefined;
    const isRetried =
      endpoints[row.endpoint].method !== 'POST' ||
      (row.isRaw !== true && row.endpoint !== 'createExtension') ||
      column.status === 429;
    return column.effect === 'transient' &&
      column.repeat === 'once' &&
      isRetried &&
      outcome.exitCode !== 0
      ? message(outcome)
      : undefined;
  },

  "doesn't retry a refusal": ({ row, column, outcome }) => {
    if (column.effect !== 'refusal' || outcome.exitCode === 8) return undefined;
    if (outcome.exitCode === 0) return `success after ${outcome.requestCount} requests`;
    const max = (row.skip ?? 0) + (row.argv.includes('import') ? 3 : 1);
    return outcome.requestCount > max ? `${outcome.requestCount} requests` : undefined;
  },

  "reports a long Retry-After and doesn't wait for it": ({ row, column, outcome }) => {
    if (column.name !== '429 long' || outcome.exitCode === 8 || row.reportsFailures === true)
      return undefined;
    return errorOf(outcome, 'retryAfterSeconds') === 900 &&
      /\b15m\b.* 2026-/.test(String(errorOf(outcome, 'hint')))
      ? undefined
      : outcome.stderr;
  },
};

/** The exit code of an HTTP status; 1 for a status that the API doesn't document. */
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

function expectedExit({ status, effect }: Column, code: unknown): number[] {
  // A wait tolerates failed polls and ends with its own timeout.
  if (code === 'review_undecided') return [8];
  if (effect === 'unreadable') return [1];
  return [status === undefined ? 10 : exitOf(status)];
}

function errorDocument({ stderr }: Outcome): unknown {
  return stderr === '' ? undefined : parseDocument(stderr);
}

function errorOf(outcome: Outcome, key: string): unknown {
  return at(errorDocument(outcome), 'error', key);
}

function message(outcome: Outcome): string {
  return String(errorOf(outcome, 'message') ?? '');
}

/**
 * Whether the second document contains each value of the first one. A list endpoint may return more
 * keys.
 */
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

/** A document without the key that differs after a recovery. */
function withoutRecovered(document: unknown): unknown {
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

/** `done` changed the secret, `planned` didn't, `failed` may have if its error reports it. */
function isCorrectReport(report: unknown, state: unknown, initial: unknown): boolean {
  const [key, outcome] = [String(at(report, 'key')), at(report, 'outcome')];
  const isChanged = secretOf(state, key) !== secretOf(initial, key);
  if (outcome === 'done') return isChanged || at(report, 'action') === 'keep';
  return !isChanged || (outcome === 'failed' && mayReportEffect(report));
}

function secretOf(state: unknown, key: string): string | undefined {
  const secrets = at(state, 'server', 'extensions', 0, 'secrets');
  const found = Array.isArray(secrets)
    ? secrets.find((secret) => at(secret, 'key') === key)
    : undefined;
  return found === undefined ? undefined : String(at(found, 'value'));
}
