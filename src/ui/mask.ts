/** Takes keys, secret values and proxy passwords out of whatever is printed, by their value. Pure. */
import { Buffer } from 'node:buffer';
import { escapeForJson, printable } from './printable.ts';

export interface Mask {
  /** From now on this value is masked. Values shorter than four characters are not: they occur everywhere by chance. */
  readonly hide: (value: string) => void;
  /** The text with each hidden value replaced by `***`, also where it stands JSON-escaped, percent-encoded or in base64. */
  readonly clean: (text: string) => string;
}

const shortest = 4;
/** Shorter pieces of base64 occur by chance. */
const shortestBase64 = 8;
const replacement = '***';

export function createMask(): Mask {
  const forms = new Set<string>();
  return {
    hide: (value) => {
      if (value.length >= shortest) for (const form of formsOf(value)) forms.add(form);
    },
    clean: (text) => (forms.size === 0 ? text : replaceSpans(text, mergedSpans(text, forms))),
  };
}

function formsOf(value: string): string[] {
  const escaped = JSON.stringify(value).slice(1, -1);
  const percent = encodeURIComponent(value.replaceAll(/\p{Cs}/gu, '\uFFFD'));
  const all = [
    value,
    printable(value),
    escaped,
    escapeForJson(escaped),
    percent,
    percent.toLowerCase(),
    percent.replaceAll('%20', '+'),
    ...base64Forms(value),
  ];
  return all.filter((form) => form.length >= shortest);
}

/**
 * RFC 4648: three bytes are four characters, so a value inside a longer text (`user:password`) has three forms, by where it starts.
 * Of each only the characters are taken that no neighbouring byte has a part in.
 */
function base64Forms(value: string): string[] {
  const bytes = Buffer.from(value, 'utf8');
  const pieces = [0, 1, 2].map((offset) => {
    const text = Buffer.concat([Buffer.alloc(offset), bytes]).toString('base64url');
    const whole = (offset + bytes.length) % 3 === 0 ? text.length : text.length - 1;
    return text.slice(Math.ceil((offset * 8) / 6), whole);
  });
  const long = pieces.filter((piece) => piece.length >= shortestBase64);
  return [...long, ...long.map((piece) => piece.replaceAll('-', '+').replaceAll('_', '/'))];
}

type Range = [start: number, end: number];

/** Where hidden values stand; overlapping ones as one, so that no remainder of either is left. */
function mergedSpans(text: string, forms: ReadonlySet<string>): Range[] {
  const found: Range[] = [];
  for (const form of forms) {
    for (let at = text.indexOf(form); at >= 0; at = text.indexOf(form, at + 1)) found.push([at, at + form.length]);
  }
  const merged: Range[] = [];
  for (const [start, end] of found.sort(([a], [b]) => a - b)) {
    const last = merged.at(-1);
    if (last !== undefined && start < last[1]) last[1] = Math.max(last[1], end);
    else merged.push([start, end]);
  }
  return merged;
}

function replaceSpans(text: string, spans: readonly Range[]): string {
  let cleaned = '';
  let from = 0;
  for (const [start, end] of spans) {
    cleaned += text.slice(from, start) + replacement;
    from = end;
  }
  return cleaned + text.slice(from);
}
