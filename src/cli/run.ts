/** argv + host → exit code. Prints one result or one error; never throws, never exits. */
import type { Result } from './command.ts';
import { type OwnedContext, createContext } from './context.ts';
import { LumioError, asLumioError, systemCode } from '../errors.ts';
import { type GlobalOptions, resolveGlobalOptions } from './global-options.ts';
import type { Host } from '../host.ts';
import { type Invocation, readCommandLine } from './command-line.ts';
import { createPrinter } from './print-result.ts';
import { createRedact, keysOf } from '../terminal/redact.ts';
import { version } from '../shared/version.ts';

const widestHelp = 100;

/** @returns the exit code, from the table in errors.ts */
export async function run(host: Host): Promise<number> {
  const redact = createRedact(keysOf(host.env));
  let globals: GlobalOptions | undefined;
  try {
    const width = Math.min(host.stdout.columns() ?? 80, widestHelp);
    const invocation = await readCommandLine(host.argv, {
      version,
      width,
      isTerminal: host.stdout.isTerminal,
    });
    if (invocation.kind === 'text') {
      await host.stdout
        .write(await shownOn(host, invocation.text.replace(/\n*$/, '\n')))
        .catch(unwritable);
      return 0;
    }
    globals = resolveGlobalOptions(invocation.globals, host);
    if (globals.query !== undefined)
      (await import('../terminal/query.ts')).checkQuery(globals.query);
    return await execute(invocation, createContext(host, globals, redact));
  } catch (thrown) {
    const error = asLumioError(host.signal.aborted ? interruptionOf(thrown, host.signal) : thrown);
    await (await import('./report-error.ts')).report(error, host, globals, redact);
    return error.exitCode;
  }
}

/** A help text in signs that its reader's locale has. */
async function shownOn(host: Host, text: string): Promise<string> {
  if (/^[\n -~]*$/.test(text)) return text;
  const [{ toAscii }, { detectTerminal }] = await Promise.all([
    import('../terminal/symbols.ts'),
    import('../terminal/detect.ts'),
  ]);
  return toAscii(
    detectTerminal({
      env: host.env,
      platform: host.platform,
      stream: host.stdout,
      noColor: true,
      nowMs: 0,
    }),
    text,
  );
}

/** What failed because of Ctrl-C is Ctrl-C, unless the error already tells it better. */
function interruptionOf(thrown: unknown, signal: AbortSignal): unknown {
  const told =
    thrown instanceof LumioError && (thrown.kind === 'interrupted' || thrown.kind === 'terminated');
  return told ? thrown : signal.reason;
}

async function execute(
  invocation: Extract<Invocation, { kind: 'command' }>,
  ctx: OwnedContext,
): Promise<number> {
  let exitCode = 0;
  try {
    const args = isMissing(invocation)
      ? await (await import('./missing-arguments.ts')).completeArgs(invocation, ctx)
      : invocation.args;
    const outcome = invocation.command.execute({ args, options: invocation.options }, ctx);
    const print = createPrinter(ctx);
    for await (const result of Symbol.asyncIterator in outcome ? outcome : once(outcome)) {
      await print(result).catch(unwritable);
      exitCode = result.exitCode ?? exitCode;
      // A series has no end of its own, and nobody who would see the rest of it.
      if (result.isUpdate === true && ctx.host.stdout.isReaderGone === true) break;
    }
  } catch (thrown) {
    throw await ctx.explain(thrown);
  } finally {
    await ctx.close();
  }
  return exitCode;
}

function isMissing({ command, args }: Extract<Invocation, { kind: 'command' }>): boolean {
  return Object.entries(command.args).some(
    ([key, spec]) => spec.flags.startsWith('<') && args[key] === undefined,
  );
}

async function* once(result: Promise<Result>): AsyncGenerator<Result> {
  yield await result;
}

/** The disk may be full behind `> file`: then the command did what it says, but nobody was told. */
function unwritable(thrown: unknown): never {
  const code = systemCode(thrown);
  if (thrown instanceof LumioError || code === undefined) throw thrown;
  throw new LumioError('refused', {
    code: 'stdout_unwritable',
    message: `The command was carried out, but its result can't be written to stdout (${code}).`,
    hint: 'Look whether the disk is full before the command is run again.',
    cause: thrown,
  });
}
