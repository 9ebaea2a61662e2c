/** Runs a command and prints its results. */
import { shownApiUrl } from '../api/api-url.ts';
import { storedApiUrl } from '../auth/credentials.ts';
import { openStore } from '../auth/store.ts';
import type { Host } from '../host.ts';
import { findSettings } from '../project/manifest.ts';
import { shellQuote } from '../shared/shell-quote.ts';
import { eraseLine, isAnimated, isRunner } from '../terminal/detect.ts';
import { renderJson, renderView } from '../terminal/render.ts';
import type { Redraw } from '../terminal/live-line.ts';
import { neutralizeCommands, printableLines } from '../terminal/printable.ts';
import type { Redact } from '../terminal/redact.ts';
import type { View } from '../terminal/view.ts';
import { findCommand, type Command, type RawInput, type Registry, type Result } from './command.ts';
import type { Context } from './context.ts';
import { createContext, hostIn } from './create-context.ts';
import { type GlobalOptions, carryOptions, resolveGlobalOptions } from './global-options.ts';
import { type Logger, reportError } from './logger.ts';
import type { Invocation } from './parse.ts';
import { stdoutError } from './stdio.ts';

/** @returns the exit code */
export async function execute(
  invocation: Invocation,
  registry: Registry,
  host: Host,
  redact: Redact,
): Promise<number> {
  let options: GlobalOptions | undefined;
  let log: Logger | undefined;
  try {
    const started = executable(invocation, registry);
    options = resolveGlobalOptions(invocation.globals, host);
    if (options.query !== undefined)
      (await import('../terminal/json-query.ts')).checkQuery(options.query);
    const ownHost = await hostIn(host, invocation.globals['cwd']);
    options = await withProfile(options, started.command, ownHost);
    options = { ...options, carried: await carriedBy(invocation.globals, options, ownHost) };
    const ctx = createContext(ownHost, options, redact);
    ({ log } = ctx);
    return await runCommand(started, { ...ctx, registry });
  } catch (thrown) {
    const look = options && { ...options, notes: [...(log?.warnings ?? [])] };
    return reportError(thrown, host, look, redact);
  }
}

/** The project may name the profile, and the profile remembers the API of its key. */
async function withProfile(
  options: GlobalOptions,
  { ignoresStoredApi }: Command,
  host: Host,
): Promise<GlobalOptions> {
  const { env } = host;
  const isSet = (key: 'profile' | 'apiUrl', variable: string): boolean =>
    options.explicit.includes(key) || (env[variable] ?? '') !== '';
  const profile = isSet('profile', 'LUMIO_PROFILE') ? options.profile : await profileIn(host);
  const selection = { profile, isProfileExplicit: options.explicit.includes('profile') };
  const apiUrl =
    ignoresStoredApi === true || isSet('apiUrl', 'LUMIO_API_URL')
      ? undefined
      : await storedApiUrl(env, selection, () => openStore(host));
  return { ...options, profile, apiUrl: apiUrl ?? options.apiUrl };
}

/** An unknown profile and an invalid URL may be misplaced values, so they aren't repeated. */
async function carriedBy(
  { cwd }: Invocation['globals'],
  { explicit, profile, apiUrl }: GlobalOptions,
  host: Host,
): Promise<string[]> {
  const isStored =
    explicit.includes('profile') &&
    (await openStore(host)
      .get(profile)
      .catch(() => undefined)) !== undefined;
  const isUrl = URL.canParse(apiUrl) && shownApiUrl(apiUrl) === apiUrl;
  return [
    ...(isStored ? [`--profile ${shellQuote(profile)}`] : []),
    ...(explicit.includes('apiUrl') && isUrl ? [`--api-url ${shellQuote(apiUrl)}`] : []),
    ...(typeof cwd === 'string' ? [`-C ${shellQuote(cwd)}`] : []),
  ];
}

/** Commands that need the settings report their errors. */
async function profileIn(host: Host): Promise<string> {
  return (await findSettings(host.cwd).catch(() => undefined))?.profile ?? 'default';
}

type Executable = RawInput & { readonly command: Command };

/** Help as JSON is the document of `lumio help`. */
function executable(invocation: Invocation, registry: Registry): Executable {
  if (invocation.kind === 'command') return invocation;
  const command = findCommand(registry.commands, ['help']);
  if (command === undefined) throw new Error('the registry has no help command');
  return {
    command,
    args: { topic: invocation.kind === 'help' ? invocation.path : [] },
    options: {},
  };
}

type RunContext = ReturnType<typeof createContext> & { readonly registry: Registry };

async function runCommand(
  { command, args, options }: Executable,
  { registry, ...ctx }: RunContext,
): Promise<number> {
  let exitCode = 0;
  try {
    const complete = isMissing(command, args)
      ? await (await import('./missing-arguments.ts')).completeArgs({ command, args, options }, ctx)
      : args;
    const outcome = command.execute({ args: complete, options }, ctx, registry);
    const print = createPrinter(ctx);
    let isSeries = false;
    for await (const result of Symbol.asyncIterator in outcome ? outcome : single(outcome)) {
      await print(result).catch(stdoutError);
      exitCode = result.exitCode ?? exitCode;
      isSeries = result.isUpdate === true;
      // A series has no end, and a closed pipe has no reader.
      if (isSeries && ctx.host.stdout.isReaderGone === true) break;
    }
    if (isSeries && ctx.host.signal.aborted && isAnimated(ctx.host.env, ctx.host.stdout))
      await ctx.host.stdout.write(eraseLine);
  } finally {
    await ctx.close();
  }
  return exitCode;
}

function isMissing(command: Command, args: RawInput['args']): boolean {
  return Object.entries(command.args).some(
    ([key, { flags }]) => flags.startsWith('<') && args[key] === undefined,
  );
}

async function* single(result: Promise<Result>): AsyncGenerator<Result> {
  yield await result;
}

function createPrinter(ctx: Context): (result: Result) => Promise<void> {
  const { stdout } = ctx.host;
  let redraw: Redraw | undefined;
  const write = async (text: string, { isUpdate }: Result): Promise<void> => {
    if (isUpdate !== true || !isAnimated(ctx.host.env, stdout)) return stdout.write(text);
    redraw ??= (await import('../terminal/live-line.ts')).createRedraw(stdout);
    return redraw(text);
  };
  return async (result) => {
    if (result.bytes !== undefined) return writeBytes(result.bytes, ctx);
    if (ctx.options.json) return stdout.write(await jsonOf(result, ctx));
    const view = result.view();
    const rendered = await renderView(view, await ctx.terminal('stdout'));
    if (rendered !== '') await write(rendered, result);
    // Notes would break up a series that is drawn in place.
    if (result.isUpdate !== true) printNotes(view, result.next ?? [], ctx);
  };
}

function printNotes(view: View, next: readonly string[], { log, host, options }: Context): void {
  for (const block of view)
    if (block.kind === 'table' && block.rows.length === 0)
      log.note(carryOptions(block.empty, options));
  const isBelowRows = ['table', 'fields'].includes(view.at(-1)?.kind ?? '');
  for (const line of isBelowRows && host.stdout.isTerminal && next.length > 0
    ? ['', ...next]
    : next)
    log.hint(carryOptions(line, options));
}

async function writeBytes(
  bytes: Exclude<Result['bytes'], undefined>,
  { host }: Context,
): Promise<void> {
  for await (const chunk of bytes instanceof Uint8Array ? [bytes] : bytes)
    await host.stdout.write(chunk);
}

async function jsonOf(
  { data, isUpdate }: Result,
  { options, host, redact, log }: Context,
): Promise<string> {
  const form = isUpdate === true ? 'line' : 'indented';
  if (options.query === undefined) return renderJson(data, redact, form);
  const { queryJson } = await import('../terminal/json-query.ts');
  const { text, hint } = queryJson(data, options.query, redact, form);
  if (hint !== undefined && isUpdate !== true) log.queryHint(hint);
  const safe = host.stdout.isTerminal ? printableLines(text) : text;
  return neutralizeCommands(safe, isRunner(host.env));
}
