/** Notes on stderr, in order, folded at words on a terminal. */
import { isAbsolute, relative } from 'node:path';
import type { LumioError } from '../errors.ts';
import type { GlobalOptions } from './global-options.ts';
import type { Host } from '../host.ts';
import type { Target } from '../project/target.ts';
import type { Redact } from '../terminal/redact.ts';
import { isInside } from '../shared/path-inside.ts';
import { printable } from '../terminal/printable.ts';
import type { Progress } from '../terminal/progress.ts';

export interface Logger {
  /** Prints a note; silent with --quiet and --json, where an error document owns stderr. */
  note(this: void, text: string): void;
  /** Suggests the next step, on a terminal only; silent with --quiet and --json. */
  hint(this: void, text: string): void;
  /** Prints which extension a command changes, and where its name came from. */
  target(target: Target): void;
  /** Prints an error that does not end the command; with --json the document on stdout contains it. */
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
  /** Progress that is on screen and makes room for a note. */
  readonly activeProgress: () => Progress | undefined;
}

export function createLogger({ host, options, redact, activeProgress }: LoggerDeps): Logger {
  let pending = Promise.resolve();
  const write = async (text: string): Promise<void> => host.stderr.write(`${text}\n`);
  const note = (text: string): void => {
    if (options.quiet || options.json) return;
    const safe = redact.sentence(printable(text));
    const progress = activeProgress();
    if (progress !== undefined) progress.note(safe);
    else if (!host.stderr.isTerminal) void write(safe);
    else
      pending = pending
        .then(async () => write(await fold(safe, host, redact)))
        .catch(() => undefined);
  };
  return {
    note,
    hint: (text) => {
      if (host.stderr.isTerminal) note(text);
    },
    target: (target) =>
      note(
        `Extension: ${target.slug ?? target.id} (from ${displayPath(target.sourceLabel, host.cwd)})`,
      ),
    displayPath: (path) => displayPath(path, host.cwd),
    error: async (error) => {
      await pending;
      const { reportAlongTheWay } = await import('./report-error.ts');
      await reportAlongTheWay(error, host, options, redact);
    },
    flush: () => pending,
  };
}

function displayPath(path: string, cwd: string): string {
  const isShort = isAbsolute(path) && path !== cwd && isInside(path, cwd);
  return isShort ? relative(cwd, path) : path;
}

async function fold(text: string, host: Host, redact: Redact): Promise<string> {
  const [{ fold: foldSentence }, { toAscii }, { detectTerminal }] = await Promise.all([
    import('../terminal/text.ts'),
    import('../terminal/symbols.ts'),
    import('../terminal/detect.ts'),
  ]);
  const surface = detectTerminal({
    env: host.env,
    platform: host.platform,
    stream: host.stderr,
    noColor: true,
    nowMs: host.clock.now(),
    redact,
  });
  return foldSentence(toAscii(surface, text), '  ', surface);
}
