/** A cell as text: exact for a pipe, friendly for a terminal. */
import { formatBytes, formatShare } from '../shared/quantities.ts';
import { ExactNumber } from '../shared/json.ts';
import type { TerminalInfo } from './detect.ts';
import { printable, printableLines } from './printable.ts';
import { type Role, statusSymbols, symbolFor, toAscii } from './style.ts';
import type { Block, Cell } from './view.ts';

/**
 * One line with exact values: ISO times, numbers, nothing for an unknown value. Redacts what is
 * printable, since a control sequence within a secret would hide it and then be removed.
 */
function exactText(cell: Cell, { redact }: Pick<TerminalInfo, 'redact'>): string {
  if (typeof cell === 'number' || cell instanceof ExactNumber) return String(cell);
  if (typeof cell === 'string') return redact.value(printable(cell));
  switch (cell.kind) {
    case 'none':
      return '';
    case 'untrusted':
      return redact(printable(cell.text));
    case 'bytes':
      return String(cell.bytes);
    case 'share':
    case 'bar':
      return String(cell.share);
    default:
      return redact.value(printable(cell.text));
  }
}

/** For a pipe, where a row is a line: line breaks and tabs become `\n` and `\t`. */
export function pipeText(cell: Cell, terminal: Pick<TerminalInfo, 'redact'>): string {
  if (typeof cell === 'string') return exactText(inOneLine(cell), terminal);
  const isText = typeof cell === 'object' && cell.kind === 'untrusted';
  return exactText(isText ? { ...cell, text: inOneLine(cell.text) } : cell, terminal);
}

function inOneLine(text: string): string {
  return text.replaceAll(/\r?\n/g, String.raw`\n`).replaceAll('\t', String.raw`\t`);
}

/** Whole lines: our own unchanged, untrusted ones made safe. */
export function renderText(
  { kind, text }: Extract<Block, { kind: 'text' | 'untrusted' }>,
  terminal: TerminalInfo,
): string {
  if (kind === 'untrusted') return `${terminal.redact(printableLines(text)).replace(/\n$/, '')}\n`;
  return toAscii(terminal, text.endsWith('\n') ? text : `${text}\n`);
}

export interface ShownCell {
  readonly text: string;
  readonly role: Role;
  /** Draws a bar of this many columns instead of the text. */
  readonly bar?: (columns: number) => string;
}

/** The text for users, in characters that their terminal has. */
export function shownCell(cell: Cell, terminal: TerminalInfo, form: TimeForm): ShownCell {
  const { text, ...shown } = friendly(cell, terminal, form);
  return { ...shown, text: toAscii(terminal, text) };
}

function friendly(cell: Cell, terminal: TerminalInfo, form: TimeForm): ShownCell {
  const exact = exactText(cell, terminal);
  if (typeof cell !== 'object' || cell instanceof ExactNumber)
    return { text: exact, role: 'plain' };
  switch (cell.kind) {
    case 'none':
      return { text: '-', role: 'dim' };
    case 'strong':
    case 'dim':
      return { text: exact, role: cell.kind };
    case 'status':
      return shownStatus(exact, terminal);
    case 'time':
      return {
        text: shownTime(exact, terminal.nowMs, cell.withExact ? 'exact' : form),
        role: 'plain',
      };
    case 'bytes':
      return { text: formatBytes(cell.bytes), role: 'plain' };
    case 'share':
      return { text: formatShare(cell.share), role: 'plain' };
    case 'bar': {
      const draw = (columns: number): string => bar(cell.share, columns, terminal);
      return { text: draw(barColumns(terminal.columns)), role: 'accent', bar: draw };
    }
    default:
      return { text: exact, role: 'plain' };
  }
}

function shownStatus(status: string, terminal: TerminalInfo): ShownCell {
  const symbol = statusSymbols.get(status);
  return symbol === undefined
    ? { text: status, role: 'plain' }
    : { text: `${symbolFor(terminal, symbol)} ${status}`, role: symbol.role };
}

/** An invalid time is shown unchanged. */
function shownTime(iso: string, nowMs: number, form: TimeForm | 'exact'): string {
  const atMs = Date.parse(iso);
  if (Number.isNaN(atMs)) return iso;
  if (form !== 'exact') return formatRelative(atMs, nowMs, form);
  const [date, minutes] = new Date(atMs).toISOString().split(/T|:\d\d\./);
  return `${formatRelative(atMs, nowMs)} (${date} ${minutes} UTC)`;
}

const second = 1000;
const day = 86_400 * second;
const timeUnits = [
  { unit: 'second', short: 's', ms: second, below: 60 * second },
  { unit: 'minute', short: 'min', ms: 60 * second, below: 3600 * second },
  { unit: 'hour', short: 'h', ms: 3600 * second, below: day },
  { unit: 'day', short: 'd', ms: day, below: 30 * day },
  { unit: 'month', short: 'mo', ms: 30.44 * day, below: 365 * day },
  { unit: 'year', short: 'y', ms: 365.25 * day, below: Number.POSITIVE_INFINITY },
] as const;

export type TimeForm = 'long' | 'short';

/**
 * `3 minutes ago` and `in 2 hours`, or short: `3 min ago`, `in 2 h`.
 * @param atMs milliseconds since 1970
 * @internal Exported for tests.
 */
export function formatRelative(atMs: number, nowMs: number, form: TimeForm = 'long'): string {
  const distanceMs = Math.abs(nowMs - atMs);
  if (distanceMs < 10 * second) return form === 'long' ? 'just now' : 'now';
  const step = timeUnits.find(({ below }) => distanceMs < below) ?? timeUnits[5];
  const count = Math.max(1, Math.floor(distanceMs / step.ms));
  const amount =
    form === 'short' ? `${count} ${step.short}` : `${count} ${step.unit}${count === 1 ? '' : 's'}`;
  return atMs > nowMs ? `in ${amount}` : `${amount} ago`;
}

/** Columns of a full bar. */
export function barColumns(columns: number): number {
  if (columns >= 100) return 30;
  return columns >= 60 ? 20 : 10;
}

/** Eighths of a cell: U+258F (one) to U+2589 (seven). */
const eighths = ['', '▏', '▎', '▍', '▌', '▋', '▊', '▉'] as const;

/**
 * @param share from 0 to 1; above 0, at least one part is drawn
 * @internal Exported for tests.
 */
export function bar(share: number, columns: number, terminal: { unicode: boolean }): string {
  const part = Number.isFinite(share) ? Math.min(1, Math.max(0, share)) : 0;
  if (part === 0) return '';
  if (!terminal.unicode) return '#'.repeat(Math.max(1, Math.round(part * columns)));
  const filled = Math.max(1, Math.round(part * columns * 8));
  return '█'.repeat(Math.floor(filled / 8)) + (eighths[filled % 8] ?? '');
}
