/** Writes notes, in order, and errors to stderr. */
import { isAbsolute, relative } from 'node:path';
import { LumioError, asLumioError, signalErrors } from '../errors.ts';
import type { GitHubActions } from '../github-actions/actions.ts';
import type { Host } from '../host.ts';
import { type Target, targetLabel } from '../project/target.ts';
import { isInside } from '../shared/paths.ts';
import { eraseLine, isAnimated, isRunner, terminalOf } from '../terminal/detect.ts';
import { renderJson } from '../terminal/render.ts';
import { neutralizeCommands, printable } from '../terminal/printable.ts';
import type { Progress } from '../terminal/progress.ts';
import { type Redact, keysOf } from '../terminal/redact.ts';
import { loadWrap, toAscii } from '../terminal/style.ts';
import { type ErrorOutputOptions, outputOptionsFromArguments } from './early-options.ts';
import { type GlobalOptions, carryOptions } from './global-options.ts';

export interface Logger {
  /** Prints a note; silent with --quiet and --json, where an error document owns stderr. */
  note(this: void, text: string): void;
  /** Prints a warning once; silent when notes are. */
  warn(this: void, text: string): void;
  /** The warnings so far, including those that weren't printed. */
  readonly warnings: ReadonlySet<string>;
  /** Suggests the next step, in a terminal only; silent with --quiet and --json. */
  hint(this: void, text: string): void;
  /** Explains the result of --query, in a terminal only; silent with --quiet. */
  queryHint(this: void, text: string): void;
  /** Prints which extension a command changes, and where its name came from. */
  target(target: Target): void;
  /** Prints an error that doesn't end the command; with --json the document on stdout has it. */
  error(error: LumioError): Promise<void>;
  /** An absolute path as users write it: relative inside the working directory. */
  displayPath(path: string): string;
  /** Settles when everything logged is written; other writers to stderr wait for it. */
  flush(this: void): Promise<void>;
}

interface LoggerDeps {
  readonly host: Host;
  readonly options: GlobalOptions;
  readonly redact: Redact;
  /** Active progress, which prints notes itself. */
  readonly activeProgress: () => Progress | undefined;
}

export function createLogger({ host, options, redact, activeProgress }: LoggerDeps): Logger {
  let pending = Promise.resolve();
  const write = async (text: string): Promise<void> =>
    host.stderr.write(`${neutralizeCommands(text, isRunner(host.env))}\n`);
  const print = (text: string): void => {
    const safe = redact.sentence(printable(text));
    const progress = activeProgress();
    if (progress !== undefined) progress.note(safe);
    else if (!host.stderr.isTerminal) void write(safe);
    else
      pending = pending
        .then(async () => write(await wrapNote(safe, host, redact)))
        .catch(() => undefined);
  };
  const isSilent = options.quiet || options.json;
  const note = (text: string): void => {
    if (!isSilent) print(text);
  };
  const warned = new Set<string>();
  const warn = (text: string): void => {
    if (warned.has(text)) return;
    warned.add(text);
    if (isSilent) return;
    const progress = activeProgress();
    if (progress === undefined) note(`warning: ${text}`);
    else progress.warn(redact.sentence(text));
  };
  return {
    note,
    warn,
    warnings: warned,
    hint: (text) => {
      if (host.stderr.isTerminal) note(text);
    },
    queryHint: (text) => {
      if (host.stderr.isTerminal && !options.quiet) print(text);
    },
    target: (target) =>
      note(`Extension: ${targetLabel(target)} (from ${displayPath(target.sourceLabel, host.cwd)})`),
    displayPath: (path) => displayPath(path, host.cwd),
    error: async (thrown) => {
      const error = withCarried(thrown, options);
      await pending;
      if (!options.json)
        await host.stderr.write(await errorText(error, { host, redact, output: options }));
      await annotate(error, host, redact);
    },
    flush: () => pending,
  };
}

function displayPath(path: string, cwd: string): string {
  const isShort = isAbsolute(path) && path !== cwd && isInside(path, cwd);
  return isShort ? relative(cwd, path) : path;
}

async function wrapNote(text: string, host: Host, redact: Redact): Promise<string> {
  const terminal = terminalOf(host, host.stderr, { noColor: true, redact });
  const wrap = await loadWrap(terminal);
  return wrap(toAscii(terminal, text), '  ');
}

interface ErrorDeps {
  readonly host: Host;
  readonly redact: Redact;
  readonly output: Pick<ErrorOutputOptions, 'noColor' | 'verbose'>;
}

/**
 * Prints the error that ends the command: text, or with --json a document; in GitHub Actions an
 * annotation too.
 * @param options undefined when the command line can't be parsed; the flags are then taken from the
 * arguments
 * @returns the exit code
 */
export async function reportError(
  thrown: unknown,
  host: Host,
  options: ErrorOutputOptions | undefined,
  redact: Redact,
): Promise<number> {
  const output = options ?? outputOptionsFromArguments(host.argv);
  const error = withCarried(
    asLumioError(host.signal.aborted ? abortError(thrown, host.signal) : thrown),
    output,
  );
  await maskKeys(error, host, redact);
  await host.stderr.write(
    output.json
      ? await errorDocument(error, output.notes ?? [], redact)
      : await errorText(error, { host, redact, output }),
  );
  await annotate(error, host, redact);
  return error.exitCode;
}

function withCarried(error: LumioError, { carried = [] }: Partial<GlobalOptions>): LumioError {
  const { next } = error.problem;
  if (next === undefined || carried.length === 0) return error;
  return new LumioError(error.kind, { ...error.problem, next: carryOptions(next, { carried }) });
}

/** After a signal, reports the signal, unless the error contains it with more details. */
function abortError(thrown: unknown, signal: AbortSignal): unknown {
  const isReported = thrown instanceof LumioError && signalErrors.includes(thrown.kind);
  return isReported ? thrown : signal.reason;
}

async function errorDocument(
  error: LumioError,
  notes: readonly string[],
  redact: Redact,
): Promise<string> {
  const { problemDocument } = await import('../terminal/problem.ts');
  const document = problemDocument(error, redact);
  return renderJson(notes.length === 0 ? document : { ...document, notes }, redact);
}

async function errorText(error: LumioError, { host, redact, output }: ErrorDeps): Promise<string> {
  const { renderProblem } = await import('../terminal/problem.ts');
  const terminal = terminalOf(host, host.stderr, { noColor: output.noColor, redact });
  const text = await renderProblem(error, terminal, output);
  return error.kind === 'interrupted' && isAnimated(host.env, terminal)
    ? `${eraseLine}${text}`
    : text;
}

export async function gitHubActions(
  host: Host,
  redact: Redact,
): Promise<GitHubActions | undefined> {
  if (host.env['GITHUB_ACTIONS'] !== 'true') return undefined;
  const { createGitHubActions } = await import('../github-actions/actions.ts');
  return createGitHubActions({ host, redact });
}

/** The runner logs commands unchanged, so a key must be registered before it is printed. */
async function maskKeys({ problem }: LumioError, host: Host, redact: Redact): Promise<void> {
  const actions = await gitHubActions(host, redact);
  const text = redact.value([problem.message, problem.hint, problem.next].join('\n'));
  for (const key of keysOf(host.env)) if (text.includes(key)) await actions?.maskKey(key);
}

async function annotate(error: LumioError, host: Host, redact: Redact): Promise<void> {
  await (await gitHubActions(host, redact))?.annotate(error);
}
