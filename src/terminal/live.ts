/** Where steps are seen while they run: a moving line at the bottom of a terminal, or nowhere. */
import type { Host } from '../host.ts';
import type { Spinner } from './spinner.ts';
import type { Style } from './style.ts';
import type { TerminalInfo } from './detect.ts';

/** One of the lines that move; the latest of them is drawn. */
interface LiveLine {
  show(text: string): void;
  remove(): void;
}

export interface Live {
  /** Whether lines are drawn at all. */
  readonly isAnimated: boolean;
  open(): LiveLine;
  /** Writes a line that stays, above the moving one. */
  print(line: string): void;
  /** Takes away all that moves and brings the cursor back. May be called again. */
  stop(): void;
}

export type LiveHost = Pick<Host, 'env' | 'stderr' | 'onExit'>;

/** Off a terminal, in CI, and on terminals that can't move their cursor. */
export function plainLive(host: LiveHost): Live {
  return {
    isAnimated: false,
    open: () => ({ show: () => undefined, remove: () => undefined }),
    print: (line) => write(host, line),
    stop: () => undefined,
  };
}

export function animatedLive(host: LiveHost, surface: TerminalInfo, style: Style): Live {
  const lines: { text: string }[] = [];
  let spinner: Spinner | undefined;
  let loading: Promise<void> | undefined;
  let forget: (() => void) | undefined;
  const redraw = (): void => {
    const text = lines.at(-1)?.text;
    if (text === undefined) spinner?.hide();
    // Without the animation, what became of each step is still said.
    else if (spinner === undefined) loading ??= load().catch(() => undefined);
    else spinner.show(text);
  };
  const load = async (): Promise<void> => {
    const { createSpinner } = await import('./spinner.ts');
    spinner = createSpinner(host.stderr, surface, style);
    forget = host.onExit(() => spinner?.hide());
    redraw();
  };
  return {
    isAnimated: true,
    open: () => openLine(lines, redraw),
    print: (line) => {
      spinner?.hide();
      write(host, line);
      redraw();
    },
    stop: () => {
      lines.length = 0;
      redraw();
      forget?.();
    },
  };
}

function openLine(lines: { text: string }[], redraw: () => void): LiveLine {
  const line = { text: '' };
  lines.push(line);
  return {
    show: (text) => {
      line.text = text;
      redraw();
    },
    remove: () => {
      const at = lines.indexOf(line);
      if (at >= 0) lines.splice(at, 1);
      redraw();
    },
  };
}

function write(host: LiveHost, line: string): void {
  // Nobody is left to read a note that can't be written; what became of the terminal is main's to notice.
  host.stderr.write(`${line}\n`).catch(() => undefined);
}
