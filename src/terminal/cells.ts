/** A cell as text: exact for a pipe, friendly for a terminal. Pure; loads nothing. */
import { bar } from './chart.ts';
import type { Cell } from './view.ts';
import { printable, printableLines } from './printable.ts';
import { formatBytes } from '../shared/byte-size.ts';
import { type TimeForm, formatRelative, formatShare } from './units.ts';
import { symbolFor, statusSymbol, toAscii } from './symbols.ts';
import type { Role } from './style.ts';
import type { Redact } from './redact.ts';
import type { TerminalInfo } from './detect.ts';

/**
 * The exact value: ISO times, bytes and shares as numbers, nothing where nothing is known. One line, no tabs. Secrets are masked once the
 * text is harmless: a control sequence within a key would hide it from the search, and be gone afterwards.
 */
function exactText(cell: Cell, redact: Redact): string {
  if (typeof cell === 'number') return String(cell);
  if (typeof cell === 'string') return redact.value(printable(cell));
  switch (cell.kind) {
    case 'none':
      return '';
    case 'strong':
    case 'dim':
      return redact.value(printable(cell.text));
    case 'status':
      return redact.value(printable(cell.status));
    case 'time':
      return redact.value(printable(cell.iso));
    case 'bytes':
      return String(cell.bytes);
    default:
      return String(cell.share);
  }
}

/** The same for a pipe, where a row is a line: line breaks and tabs of a text are written as `\n` and `\t`. */
export function pipeText(cell: Cell, redact: Redact): string {
  return exactText(typeof cell === 'string' ? inOneLine(redact.value(cell)) : cell, redact);
}

function inOneLine(text: string): string {
  return /[\n\t]/.test(text)
    ? text.replaceAll(/\r?\n/g, String.raw`\n`).replaceAll('\t', String.raw`\t`)
    : text;
}

/** Lines from elsewhere, whole and harmless. */
export function foreignText(text: string, redact: Redact): string {
  return `${redact(printableLines(text)).replace(/\n$/, '')}\n`;
}

/** Plain text and the role it is coloured by. */
export interface Shown {
  readonly text: string;
  readonly role: Role;
}

/** What people read, in signs that their terminal has. */
export function shownText(cell: Cell, surface: TerminalInfo, timeForm: TimeForm): Shown {
  const { text, role } = friendly(cell, surface, timeForm);
  return { text: toAscii(surface, text), role };
}

function friendly(cell: Cell, surface: TerminalInfo, timeForm: TimeForm): Shown {
  if (typeof cell !== 'object') return plain(exactText(cell, surface.redact));
  switch (cell.kind) {
    case 'none':
      return { text: '-', role: 'dim' };
    case 'strong':
    case 'dim':
      return { text: exactText(cell, surface.redact), role: cell.kind };
    case 'status':
      return shownStatus(exactText(cell, surface.redact), surface);
    case 'time':
      return plain(shownTime(exactText(cell, surface.redact), surface.nowMs, timeForm));
    case 'bytes':
      return plain(formatBytes(cell.bytes));
    case 'share':
      return plain(formatShare(cell.share));
    default:
      return { text: bar(cell.share, barColumns(surface.columns), surface), role: 'accent' };
  }
}

function plain(text: string): Shown {
  return { text, role: 'plain' };
}

function shownStatus(status: string, surface: TerminalInfo): Shown {
  const sign = statusSymbol(status);
  return sign === undefined
    ? plain(status)
    : { text: `${symbolFor(surface, sign)} ${status}`, role: sign.role };
}

/** A time that can't be read is shown as it came. */
function shownTime(iso: string, nowMs: number, form: TimeForm): string {
  const atMs = Date.parse(iso);
  return Number.isNaN(atMs) ? iso : formatRelative(atMs, nowMs, form);
}

/** Columns of a full bar. */
export function barColumns(columns: number): number {
  if (columns >= 100) return 30;
  return columns >= 60 ? 20 : 10;
}
