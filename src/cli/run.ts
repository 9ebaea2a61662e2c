/** Runs one command line. Loads modules when they are needed, so that --version starts fast. */
import type { Host } from '../host.ts';
import { version } from '../../package.json';
import type { Redact } from '../terminal/redact.ts';
import type { Registry } from './command.ts';
import type { Invocation } from './parse.ts';
import { stdoutError } from './stdio.ts';

/**
 * @param loadRegistry not called for `--version` alone, which needs no commands
 * @returns the exit code
 */
export async function run(
  host: Host,
  redact: Redact,
  loadRegistry: () => Promise<Registry>,
): Promise<number> {
  try {
    const [only = '--help', ...more] = host.argv;
    if (more.length === 0 && ['-V', '-v', '--version'].includes(only)) {
      await host.stdout.write(`${version}\n`).catch(stdoutError);
      return 0;
    }
    const registry = await loadRegistry();
    const invocation = await parse(host, registry);
    const text = await textOf(invocation, host, registry);
    if (text === undefined)
      return await (await import('./execute.ts')).execute(invocation, registry, host, redact);
    await host.stdout.write(text).catch(stdoutError);
    return 0;
  } catch (thrown) {
    return (await import('./logger.ts')).reportError(thrown, host, undefined, redact);
  }
}

async function parse({ argv, stdout }: Host, registry: Registry): Promise<Invocation> {
  const [only = '--help', ...more] = argv;
  if (more.length === 0 && ['-h', '--help'].includes(only))
    return { kind: 'help', path: [], globals: {} };
  const { parseArguments } = await import('./parse.ts');
  return parseArguments(argv, registry, stdout.isTerminal);
}

/** The text of an invocation that runs no command. */
async function textOf(
  { globals, ...invocation }: Invocation,
  host: Host,
  registry: Registry,
): Promise<string | undefined> {
  if (invocation.kind === 'command') return undefined;
  if (globals['json'] !== undefined || globals['query'] !== undefined)
    return invocation.kind === 'version'
      ? `${JSON.stringify({ version }, undefined, 2)}\n`
      : undefined;
  if (invocation.kind === 'version') return `${version}\n`;
  const { helpLayout, helpText } = await import('./help.ts');
  const layout = await helpLayout(host, globals['noColor'] === true);
  return inCharset(helpText(registry, invocation.path, layout), host);
}

async function inCharset(text: string, host: Host): Promise<string> {
  if (/^[\n -~]*$/.test(text)) return text;
  const [{ toAscii }, { terminalOf }] = await Promise.all([
    import('../terminal/style.ts'),
    import('../terminal/detect.ts'),
  ]);
  return toAscii(terminalOf(host, host.stdout, { noColor: true }), text);
}
