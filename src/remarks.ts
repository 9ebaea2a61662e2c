/** What is said on stderr along the way, in its order, folded at words on a terminal. */
import type { LumioError } from './errors.ts';
import type { Globals } from './globals.ts';
import type { Host } from './host.ts';
import type { Target } from './project/target.ts';
import type { Mask } from './ui/mask.ts';
import { printable } from './ui/printable.ts';
import type { Progress } from './ui/progress.ts';

export interface Remarks {
  /** A remark along the way; nothing with --quiet, nor with --json, where an error document has stderr for itself. */
  note(text: string): void;
  /** What to do next: on a terminal only; nothing with --quiet or --json. */
  hint(text: string): void;
  /** Says which extension is written to, and why that one. */
  announce(target: Target): void;
  /** An error that does not end the command, said when no step is under way. With --json the document on stdout tells of it. */
  problem(error: LumioError): Promise<void>;
  /** An absolute path as it is told: below the working folder as people would write it. */
  nearby(path: string): string;
}

interface Surroundings {
  readonly host: Host;
  readonly globals: Globals;
  readonly mask: Mask;
  /** What is animated at the moment, and has to make room for a remark. */
  readonly drawing: () => Progress | undefined;
}

/** @returns the remarks, and a wait until all of them are written: whoever else writes to stderr has to wait for that */
export function createRemarks({
  host,
  globals,
  mask,
  drawing,
}: Surroundings): Remarks & { said(): Promise<void> } {
  let pending = Promise.resolve();
  const write = async (text: string): Promise<void> => host.stderr.write(`${text}\n`);
  const say = (text: string): void => {
    if (globals.quiet || globals.json) return;
    const clean = mask.cleanRemark(printable(text));
    const drawn = drawing();
    if (drawn !== undefined) drawn.note(clean);
    else if (!host.stderr.isTerminal) void write(clean);
    else
      pending = pending
        .then(async () => write(await folded(clean, host, mask)))
        .catch(() => undefined);
  };
  return {
    note: say,
    hint: (text) => {
      if (host.stderr.isTerminal) say(text);
    },
    announce: (target) =>
      say(`Extension: ${target.slug ?? target.id} (from ${nearby(target.sourceLabel, host.cwd)})`),
    nearby: (path) => nearby(path, host.cwd),
    problem: async (error) => {
      await pending;
      const { reportAlongTheWay } = await import('./report.ts');
      await reportAlongTheWay(error, host, globals, mask);
    },
    said: () => pending,
  };
}

function nearby(path: string, cwd: string): string {
  return ['/', '\\'].some((separator) => path.startsWith(cwd + separator))
    ? path.slice(cwd.length + 1)
    : path;
}

async function folded(text: string, host: Host, { clean }: Mask): Promise<string> {
  const [{ loadFold }, { withPlainSigns }, { surfaceOf }] = await Promise.all([
    import('./ui/fold.ts'),
    import('./ui/signs.ts'),
    import('./ui/surface.ts'),
  ]);
  const surface = surfaceOf({
    env: host.env,
    platform: host.platform,
    sink: host.stderr,
    noColor: true,
    nowMs: host.clock.now(),
    clean,
  });
  return (await loadFold(surface))(withPlainSigns(surface, text), '  ');
}
