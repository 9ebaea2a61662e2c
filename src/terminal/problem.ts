/** An error as people and as programs read it. */
import { inspect } from 'node:util';
import type { LumioError } from '../errors.ts';
import { loadFold } from './fold.ts';
import { printable } from './printable.ts';
import { type Redact, redactSentence } from './redact.ts';
import { marks, symbolFor, symbols, toAscii } from './symbols.ts';
import { type Style, loadStyle } from './style.ts';
import type { TerminalInfo } from './detect.ts';

export interface ProblemDocument {
  readonly error: {
    readonly code: string;
    readonly message: string;
    /** Null where no HTTP answer is behind it. */
    readonly status: number | null;
    readonly hint?: string | undefined;
    readonly next?: string | undefined;
    readonly requestId?: string | undefined;
    readonly retryAfterSeconds?: number | undefined;
  };
  readonly [detail: string]: unknown;
}

/** The document for `--json`: the API's error envelope (API page, Errors section) with what lumio knows beside it. */
export function problemDocument({ problem }: LumioError, redact?: Redact): ProblemDocument {
  const { code, status, next, requestId, retryAfterSeconds, untrusted } = problem;
  const safe = (text: string): string =>
    redact === undefined ? text : redactSentence(redact, text, untrusted);
  const message = safe(problem.message);
  const hint = problem.hint === undefined ? undefined : safe(problem.hint);
  const error = { code, message, status: status ?? null, hint, next, requestId, retryAfterSeconds };
  // The error comes first, and no detail can take its place.
  return Object.assign({ error }, problem.details, { error });
}

const fewItems = 10;

/** For people: what happened, the single findings, what to do, the command that does it; with `verbose` the stack and the causes. */
export async function renderProblem(
  error: LumioError,
  surface: TerminalInfo,
  options: { readonly verbose: boolean },
): Promise<string> {
  const style = await loadStyle(surface);
  const fold = await loadFold(surface);
  const { message, hint, next, requestId } = error.problem;
  const untrusted = error.problem.untrusted?.map(printable);
  const safe = (text: string): string =>
    toAscii(surface, redactSentence(surface.redact, printable(text), untrusted));
  const lines = [
    headline(fold(safe(message), '  '), surface, style),
    ...findingsOf(error, options.verbose ? Number.POSITIVE_INFINITY : fewItems).map(
      (finding) => `  - ${fold(safe(finding), '    ')}`,
    ),
    ...(hint === undefined ? [] : [`  ${fold(safe(hint), '  ')}`]),
    ...(next === undefined
      ? []
      : [`  ${symbolFor(surface, symbols.arrow)} ${style('strong', safe(next))}`]),
    ...(requestId === undefined ? [] : [style('dim', `  Request id: ${safe(requestId)}`)]),
    ...(options.verbose ? stackLines(error).map((line) => style('dim', safe(line))) : []),
  ];
  return `${lines.join('\n')}\n`;
}

/** Logs are searched for the word, people at a terminal see the sign. */
function headline(message: string, surface: TerminalInfo, style: Style): string {
  const lead = surface.isTerminal && surface.unicode ? marks.failed.unicode : 'error:';
  return `${style('bad', lead)} ${message}`;
}

/** Each item of each list of objects among the details as one line, without those that the message names already. */
function findingsOf({ problem }: LumioError, limit: number): string[] {
  const items: unknown[] = Object.values(problem.details ?? {}).flatMap((detail) =>
    Array.isArray(detail) ? detail : [],
  );
  const told = items.flatMap((item) => itemLine(item, problem.message));
  const left = told.length - limit;
  return left > 0 ? [...told.slice(0, limit), `and ${left} more`] : told;
}

/** `<what>: <hint>` where an item has a hint of its own, `<path> <message>` where it has a message that goes on from its first value, else its values. */
function itemLine(item: unknown, message: string): string[] {
  if (typeof item !== 'object' || item === null) return [];
  const entries: [string, unknown][] = Object.entries(item);
  const values = entries
    .filter(([, value]) => typeof value === 'string' || typeof value === 'number')
    .map(([key, value]) => ({ key, text: String(value) }));
  const [first] = values;
  const advice = values.find(({ key }) => key === 'hint');
  if (first !== undefined && advice !== undefined) return [`${first.text}: ${advice.text}`];
  // A message that names it may have had to escape it.
  if (
    first === undefined ||
    [first.text, JSON.stringify(first.text).slice(1, -1)].some((form) => message.includes(form))
  )
    return [];
  const sentence = values.find(({ key }) => key === 'message');
  return [
    sentence === undefined
      ? values.map(({ text }) => text).join(': ')
      : `${first.text} ${sentence.text}`,
  ];
}

function stackLines(error: LumioError): string[] {
  const lines: string[] = [];
  const seen = new Set<unknown>();
  for (
    let at: unknown = error;
    at !== undefined && !seen.has(at);
    at = at instanceof Error ? at.cause : undefined
  ) {
    const stack = stackOf(at);
    const [first = '', ...rest] = stack.split('\n');
    lines.push(
      `${seen.size === 0 ? '  ' : '  Caused by: '}${first}`,
      ...rest.map((line) => `  ${line}`),
    );
    seen.add(at);
  }
  return lines;
}

function stackOf(thrown: unknown): string {
  if (thrown instanceof Error) return thrown.stack ?? thrown.message;
  return typeof thrown === 'string' ? thrown : inspect(thrown);
}
