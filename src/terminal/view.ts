/** The view of a command's result, as data. `render.ts` turns it into text. */
import { ExactNumber, stringifyExactJson } from '../shared/json.ts';
import { isObject } from '../shared/object.ts';

/** One value. A string is our text, a name or an id: words of lumio in it aren't redacted. */
export type Cell =
  | string
  | number
  | { readonly kind: 'none' }
  /** Untrusted text, such as a description: redacted completely. */
  | { readonly kind: 'untrusted'; readonly text: string }
  | { readonly kind: 'strong' | 'dim' | 'status'; readonly text: string }
  /** `withExact`: a terminal shows the exact time too. */
  | { readonly kind: 'time'; readonly text: string; readonly withExact?: true }
  | { readonly kind: 'bytes'; readonly bytes: number }
  | { readonly kind: 'share'; readonly share: number }
  | { readonly kind: 'bar'; readonly share: number };

export interface Column {
  readonly label: string;
  readonly align?: 'left' | 'right';
  /** Is truncated first when a terminal is narrow. */
  readonly flexible?: true;
  /** Wraps instead of being truncated: paths, sentences. */
  readonly wraps?: true;
  /** Is omitted before others are truncated. */
  readonly optional?: true;
  /** Slug, id or version: never truncated. */
  readonly identifier?: true;
}

export type Block =
  | {
      readonly kind: 'table';
      readonly columns: readonly Column[];
      readonly rows: readonly (readonly Cell[])[];
      /** Printed on stderr instead of a table without rows. */
      readonly empty: string;
    }
  | {
      readonly kind: 'fields';
      readonly fields: readonly (readonly [label: string, value: Cell])[];
    }
  | {
      readonly kind: 'line';
      /** A symbol in a terminal, nothing in a pipe. */
      readonly mark?: Mark;
      readonly parts: readonly Cell[];
      /** Users copy it, so it never wraps. */
      readonly whole?: true;
      /** Continues a marked line, below its text. */
      readonly isDetail?: true;
      /** A pipe has only the rows. */
      readonly onlyOnTerminal?: true;
    }
  /** Our own text (help, scripts), printed unchanged. */
  | { readonly kind: 'text'; readonly text: string }
  /** Untrusted lines: made safe, neither truncated nor wrapped. */
  | { readonly kind: 'untrusted'; readonly text: string };

export type Mark = 'done' | 'warning' | 'failed' | 'info';

export type View = readonly Block[];

/** An unknown value. */
export const none: Cell = { kind: 'none' };

export function optional(value: string | number | null | undefined): Cell {
  return value ?? none;
}

/** Relative in a terminal, exact in a pipe. */
export function time(iso: string | null | undefined): Cell {
  return iso == null ? none : { kind: 'time', text: iso };
}

/** `182 kB` in a terminal, the exact number in a pipe. */
export function bytes(count: number | null | undefined): Cell {
  return count == null ? none : { kind: 'bytes', bytes: count };
}

/** Known statuses get a color and a symbol in a terminal. */
export function status(value: string | null | undefined): Cell {
  return value == null ? none : { kind: 'status', text: value };
}

export function strong(text: string): Cell {
  return { kind: 'strong', text };
}

export function dim(text: string): Cell {
  return { kind: 'dim', text };
}

/** Untrusted text, from a server or a file. */
export function untrusted(text: string | null | undefined): Cell {
  return text == null ? none : { kind: 'untrusted', text };
}

export function table(
  columns: readonly Column[],
  rows: readonly (readonly Cell[])[],
  empty: string,
): Block {
  return { kind: 'table', columns, rows, empty };
}

export function fields(entries: readonly (readonly [label: string, value: Cell])[]): Block {
  return { kind: 'fields', fields: entries };
}

/** Labels for the fields of the API; an unknown field keeps its key. */
const labels: Readonly<Record<string, string>> = {
  id: 'ID',
  slug: 'Slug',
  name: 'Name',
  short_description: 'Summary',
  description: 'Description',
  category: 'Category',
  visibility: 'Visibility',
  status: 'Status',
  installCount: 'Installs',
  ratingCount: 'Ratings',
  currentVersionId: 'Live version ID',
  'pricing.type': 'Pricing',
  'pricing.amount': 'Price',
  'pricing.currency': 'Currency',
  'pricing.interval': 'Billing',
  createdAt: 'Created',
  updatedAt: 'Updated',
  version: 'Version',
  changelog: 'Changelog',
  bundleSizeBytes: 'Size',
  submittedAt: 'Submitted',
  approvedAt: 'Approved',
};

/** An object of the API as fields: every key in the order it came, nested ones with dots. */
export function fieldsOf(record: object): Block {
  return fields(entriesOf(record, ''));
}

export function line(...parts: readonly Cell[]): Block {
  return { kind: 'line', parts };
}

/** A line to copy: never wrapped. */
export function copyable(...parts: readonly Cell[]): Block {
  return { kind: 'line', parts, whole: true };
}

/** Continues a marked line. */
export function detail(...parts: readonly Cell[]): Block {
  return { kind: 'line', parts, isDetail: true };
}

/** The command to run next, below a marked line. */
export function nextCommand(command: string): Block {
  return { kind: 'line', parts: ['→', strong(command)], isDetail: true, whole: true };
}

export function statusLine(mark: Mark, ...parts: readonly Cell[]): Block {
  return { kind: 'line', mark, parts };
}

/** A sentence about the rows, which a pipe doesn't have. */
export function summary(mark: Mark | undefined, text: string): Block {
  return { kind: 'line', parts: [text], onlyOnTerminal: true, ...(mark && { mark }) };
}

/** Lines of a server or a file, without control sequences. */
export function untrustedText(text: string): Block {
  return { kind: 'untrusted', text };
}

function entriesOf(record: object, prefix: string): (readonly [string, Cell])[] {
  const entries: [string, unknown][] = Object.entries(record);
  return entries.flatMap(([key, value]) => {
    return isObject(value) && !(value instanceof ExactNumber) && Object.keys(value).length > 0
      ? entriesOf(value, `${prefix}${key}.`)
      : [[labels[prefix + key] ?? prefix + key, cellOf(key, value)] as const];
  });
}

function cellOf(key: string, value: unknown): Cell {
  if (value === null || value === undefined || value === '') return none;
  if (typeof value === 'number') return key.endsWith('Bytes') ? bytes(value) : value;
  if (typeof value !== 'string') return untrusted(stringifyExactJson(value));
  if (key === 'status') return status(value);
  if (key.endsWith('At')) return { kind: 'time', text: value, withExact: true };
  return /^(?:id|slug|version|visibility|type)$|Id$/.test(key) ? value : untrusted(value);
}
