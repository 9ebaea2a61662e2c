/** An error as text for users and as JSON for programs. */
import { inspect } from 'node:util';
import type { LumioError } from '../errors.ts';
import type { TerminalInfo } from './detect.ts';
import { neutralizeCommands, printable } from './printable.ts';
import { type Redact, redactSentence } from './redact.ts';
import { loadWrap, marks, symbolFor, symbols, toAscii, type Style, loadStyle } from './style.ts';

/** The API's error envelope (API page, Errors), with more fields. */
export function problemDocument({ problem }: LumioError, redact?: Redact) {
  const { code, status, requestId, retryAfterSeconds, mayHaveTakenEffect, untrusted } = problem;
  const safe = (text: string): string =>
    redact === undefined ? text : redactSentence(redact, text, untrusted);
  const message = safe(problem.message);
  const [hint, next] = [problem.hint, problem.next].map((text) => text && safe(text));
  const optional = { hint, next, requestId, retryAfterSeconds, mayHaveTakenEffect };
  const known = { code, message, status: status ?? null, ...optional };
  // What the API reported is kept, but never replaces what lumio knows.
  const own = Object.entries(known).filter(([, value]) => value !== undefined);
  const reported = objectOf(problem.reported?.['error']);
  const error = { ...known, ...reported, ...Object.fromEntries(own) };
  const document = { error, ...problem.reported, ...problem.details };
  return { ...document, error };
}

function objectOf(value: unknown): object {
  return typeof value === 'object' && value !== null ? value : {};
}

const maxItems = 10;

/** Message, items, hint, next command; with `verbose` also the stack and the causes. */
export async function renderProblem(
  error: LumioError,
  terminal: TerminalInfo,
  options: { readonly verbose: boolean },
): Promise<string> {
  const [style, wrap] = await Promise.all([loadStyle(terminal), loadWrap(terminal)]);
  const { message, hint, next, requestId } = error.problem;
  const untrusted = untrustedParts(error.problem).map(printable);
  const safe = (text: string): string =>
    toAscii(terminal, redactSentence(terminal.redact, printable(text), untrusted));
  const wrapped = (text: string, indent: string): string => wrap(safe(text), indent);
  const lines = [
    headline(wrapped(message, '  '), terminal, style),
    ...itemsOf(error, options.verbose ? Number.POSITIVE_INFINITY : maxItems).map(
      (item) => `  - ${wrapped(item, '    ')}`,
    ),
    ...(hint === undefined ? [] : [`  ${wrapped(hint, '  ')}`]),
    ...(next === undefined
      ? []
      : [`  ${symbolFor(terminal, symbols.arrow)} ${style('strong', safe(next))}`]),
    ...(requestId === undefined ? [] : [style('dim', `  Request id: ${safe(requestId)}`)]),
    ...(options.verbose && (error.kind === 'bug' || error.cause !== undefined)
      ? stackLines(error).map((line) => style('dim', terminal.redact(printable(line))))
      : []),
  ];
  return neutralizeCommands(`${lines.join('\n')}\n`, terminal.isRunner);
}

/** Users search logs for this word. */
function headline(message: string, terminal: TerminalInfo, style: Style): string {
  const lead = terminal.isTerminal && terminal.unicode ? marks.failed.unicode : 'error:';
  return `${style('bad', lead)} ${message}`;
}

/** The untrusted parts of message, hint and {@link itemsOf}. */
export function untrustedParts(problem: LumioError['problem']): string[] {
  return [...(problem.untrusted ?? []), ...reportedItems(problem)];
}

/** Each item of the details, and of what the API reported, that the message doesn't contain. */
export function itemsOf({ problem }: LumioError, limit = maxItems): string[] {
  const own = Object.values(objectOf(problem.details)).flatMap((detail) =>
    Array.isArray(detail) ? detail.flatMap((item) => itemLine(item, problem.message)) : [],
  );
  const lines = [...own, ...reportedItems(problem)];
  const left = lines.length - limit;
  return left > 0 ? [...lines.slice(0, limit), `and ${left} more`] : lines;
}

/** Servers report details as a list, or as an object with a key per field. */
function reportedItems({ message, reported }: LumioError['problem']): string[] {
  const { error, ...others } = reported ?? {};
  return [...Object.values(objectOf(error)), ...Object.values(others)]
    .filter((value) => typeof value === 'object' && value !== null)
    .flatMap((value: object) =>
      Array.isArray(value)
        ? value.map((item) => leavesOf(item))
        : Object.entries(value).map(([key, item]) => [key].concat(leavesOf(item))),
    )
    .filter((leaves) => leaves.some((leaf) => !message.includes(leaf)))
    .map((leaves) => leaves.join(': '));
}

function leavesOf(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return [String(value)];
  return Object.entries(value).flatMap(([key, member]) =>
    typeof member === 'object' && !Array.isArray(value)
      ? [key].concat(leavesOf(member))
      : leavesOf(member),
  );
}

/**
 * `<what>: <hint>` if the item has a hint, `<path>:<line> <message> (<rule>)` if it has a message,
 * else its values.
 */
function itemLine(item: unknown, message: string): string[] {
  if (typeof item !== 'object' || item === null) return [];
  const entries: [string, unknown][] = Object.entries(item);
  const values = entries
    .filter(([, value]) => typeof value === 'string' || typeof value === 'number')
    .map(([key, value]) => ({ key, text: String(value) }));
  const [first] = values;
  const hint = values.find(({ key }) => key === 'hint');
  if (first !== undefined && hint !== undefined) return [`${first.text}: ${hint.text}`];
  // The message may have escaped it.
  if (
    first === undefined ||
    [first.text, JSON.stringify(first.text).slice(1, -1)].some((form) => message.includes(form))
  )
    return [];
  const valueOf = (wanted: string): string | undefined =>
    values.find(({ key }) => key === wanted)?.text;
  const sentence = valueOf('message');
  if (sentence === undefined) return [values.map(({ text }) => text).join(': ')];
  const [line, rule] = [valueOf('line'), valueOf('rule')];
  const where = line === undefined ? first.text : `${first.text}:${line}`;
  return [`${where} ${sentence}${rule === undefined ? '' : ` (${rule})`}`];
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
