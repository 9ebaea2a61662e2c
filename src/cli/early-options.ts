/** Options that matter before the command line is parsed, and when it can't be. */
import type { Host } from '../host.ts';
import type { GlobalOptions } from './global-options.ts';

/** How errors are printed. */
export type ErrorOutputOptions = Pick<GlobalOptions, 'json' | 'noColor' | 'verbose'> & {
  readonly carried?: GlobalOptions['carried'];
  /** Warnings, which an error document contains. */
  readonly notes?: readonly string[];
};

/** Arguments after `--` belong to another program. */
export function outputOptionsFromArguments(argv: readonly string[]): ErrorOutputOptions {
  const end = argv.indexOf('--');
  const own = end === -1 ? argv : argv.slice(0, end);
  return {
    json: own.some((word) => word === '--json' || /^--query(?:=|$)/.test(word)),
    noColor: own.includes('--no-color'),
    verbose: own.includes('--verbose'),
  };
}

/** Whether errors are printed with their stack. */
export function isVerbose({ argv, env }: Pick<Host, 'argv' | 'env'>): boolean {
  const debug = env['LUMIO_DEBUG'] ?? '';
  return outputOptionsFromArguments(argv).verbose || !['', '0', 'false'].includes(debug);
}
