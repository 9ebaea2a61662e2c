/** What each exit code means, from the table in errors.ts. */
import { type ErrorKind, exitCodes } from '../errors.ts';

export interface ExitCode {
  readonly code: number;
  readonly meanings: readonly string[];
}

/** What every command can end with, besides the kinds of its definition. */
export const commonErrors: readonly ErrorKind[] = [
  'bug',
  'unexpected_response',
  'usage',
  'rate_limited',
  'network',
  'interrupted',
  'terminated',
];

/** One entry per code, in ascending order. */
export function listExitCodes(): readonly ExitCode[] {
  const byCode = new Map<number, string[]>([[0, ['done; an empty list; unchanged']]]);
  for (const { code, meaning } of Object.values(exitCodes))
    byCode.set(code, [...(byCode.get(code) ?? []), meaning]);
  return [...byCode]
    .sort(([left], [right]) => left - right)
    .map(([code, meanings]) => ({ code, meanings }));
}

export interface ErrorDescription {
  readonly kind: ErrorKind;
  readonly exitCode: number;
  readonly meaning: string;
}

export function describeError(kind: ErrorKind): ErrorDescription {
  const { code, meaning } = exitCodes[kind];
  return { kind, exitCode: code, meaning };
}
