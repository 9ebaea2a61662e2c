/** argv → what it asks for. A word that needs no parser is answered without one: reading commander and all commands costs more than the answer. */
import type { Command, RawValue } from './command.ts';

/** What a command line asks for: a command to run, or a text to print. */
export type Invocation =
  | {
      readonly kind: 'command';
      readonly command: Command;
      readonly args: Readonly<Record<string, RawValue>>;
      readonly options: Readonly<Record<string, RawValue>>;
      readonly globals: Readonly<Record<string, RawValue>>;
    }
  | { readonly kind: 'text'; readonly text: string };

/** What `--version` prints, and the columns that help may take. */
export interface Printing {
  readonly version: string;
  readonly width: number;
  /** Whether a person reads what is printed. */
  readonly isTerminal: boolean;
}

/**
 * @param argv the words after the program's name
 * @throws LumioError usage, for anything the definitions don't allow
 */
export async function readCommandLine(
  argv: readonly string[],
  printing: Printing,
): Promise<Invocation> {
  const only = argv.length > 1 ? undefined : (argv[0] ?? '--help');
  if (only === '-V' || only === '--version') return { kind: 'text', text: printing.version };
  if (only === '-h' || only === '--help')
    return { kind: 'text', text: (await import('./help.ts')).rootHelp(printing.width) };
  const { parseCommandLine } = await import('./parse.ts');
  return parseCommandLine(argv, printing);
}
