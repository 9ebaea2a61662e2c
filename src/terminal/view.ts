/**
 * What a command says, as data: cells, blocks and views. `ui/output.ts` turns a view into text for a terminal or for a pipe.
 * Pure; loads nothing.
 */

/** One value to be shown. A plain string or number is shown as it is (control characters taken out). */
export type Cell =
  | string
  | number
  | { readonly kind: 'none' }
  | { readonly kind: 'strong'; readonly text: string }
  | { readonly kind: 'dim'; readonly text: string }
  | { readonly kind: 'status'; readonly status: string }
  | { readonly kind: 'time'; readonly iso: string }
  | { readonly kind: 'bytes'; readonly bytes: number }
  | { readonly kind: 'share'; readonly share: number }
  | { readonly kind: 'bar'; readonly share: number };

export interface Column {
  readonly label: string;
  readonly align?: 'left' | 'right';
  /** The column that gives way first when a terminal is narrow. */
  readonly flexible?: true;
  /** What is too wide for it goes on below instead of being cut: paths, sentences. */
  readonly folds?: true;
  /** Another column tells the same, so that a terminal may do without this one before it cuts others. */
  readonly spare?: true;
}

export type Block =
  | {
      readonly kind: 'table';
      readonly columns: readonly Column[];
      readonly rows: readonly (readonly Cell[])[];
      /** Said on stderr in place of a table without rows. */
      readonly empty: string;
    }
  | {
      readonly kind: 'fields';
      readonly fields: readonly (readonly [label: string, value: Cell])[];
      /** Labels of what was said on the same terminal just before: there they are left out. */
      readonly told?: readonly string[];
    }
  /** `mark` is drawn as a sign on a terminal (tick, warning …) and left out in a pipe. */
  | {
      readonly kind: 'line';
      readonly mark?: Mark;
      readonly parts: readonly Cell[];
      /** It is there to be copied, so no terminal may break it. */
      readonly whole?: true;
      /** It goes on with what a marked line before it says, and stands below its text. */
      readonly under?: true;
    }
  /** Text of our own (help, scripts) that goes out as it is. */
  | { readonly kind: 'text'; readonly text: string }
  /** Lines from elsewhere: made harmless, neither cut nor folded. */
  | { readonly kind: 'foreign'; readonly text: string };

export type Mark = 'done' | 'warning' | 'failed' | 'info';

export type View = readonly Block[];

/** What is shown where a value is not known. */
export const none: Cell = { kind: 'none' };

/** A cell for an optional server text: null and undefined become {@link none}. */
export function optional(value: string | number | null | undefined): Cell {
  return value ?? none;
}

/** A cell for an optional RFC 3339 time: relative on a terminal, exact in a pipe. */
export function time(iso: string | null | undefined): Cell {
  return iso == null ? none : { kind: 'time', iso };
}

/** A cell for a size in bytes: `182 kB` on a terminal, the exact number in a pipe. */
export function bytes(count: number | null | undefined): Cell {
  return count == null ? none : { kind: 'bytes', bytes: count };
}

/** A cell for a status of the open set; known ones get a colour and a sign on a terminal. */
export function status(value: string | null | undefined): Cell {
  return value == null ? none : { kind: 'status', status: value };
}

export function strong(text: string): Cell {
  return { kind: 'strong', text };
}

export function dim(text: string): Cell {
  return { kind: 'dim', text };
}

export function table(
  columns: readonly Column[],
  rows: readonly (readonly Cell[])[],
  empty: string,
): Block {
  return { kind: 'table', columns, rows, empty };
}

/** @param told labels that a terminal leaves out, since what was said along the way told them */
export function fields(
  entries: readonly (readonly [label: string, value: Cell])[],
  told: readonly string[] = [],
): Block {
  return told.length === 0
    ? { kind: 'fields', fields: entries }
    : { kind: 'fields', fields: entries, told };
}

export function line(...parts: readonly Cell[]): Block {
  return { kind: 'line', parts };
}

/** A line that people copy: never folded. */
export function copyable(...parts: readonly Cell[]): Block {
  return { kind: 'line', parts, whole: true };
}

/** What goes on under a marked line. */
export function detail(...parts: readonly Cell[]): Block {
  return { kind: 'line', parts, under: true };
}

/** A command that is the way on, under a marked line, as errors name theirs. */
export function nextCommand(command: string): Block {
  return { kind: 'line', parts: ['→', strong(command)], under: true, whole: true };
}

export function statusLine(mark: Mark, ...parts: readonly Cell[]): Block {
  return { kind: 'line', mark, parts };
}

/** Lines of a server or a file, shown as they are but for what could trick a terminal. */
export function untrustedText(text: string): Block {
  return { kind: 'foreign', text };
}
