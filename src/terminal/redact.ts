/** Takes keys, secret values and proxy passwords out of whatever is printed, by their value. Pure. */
import { Buffer } from 'node:buffer';
import { escapeForJson, printable, printableLines } from './printable.ts';

export interface Redactor {
  /**
   * From now on this value is masked, and so is each of its lines that says something. Values shorter than four characters are not: they
   * occur everywhere by chance.
   */
  readonly addSecret: (value: string) => void;
  /**
   * The text with each hidden value replaced by `***`, also where it stands JSON-escaped, percent-encoded or in base64, and where its
   * beginning is what is left of it before an ellipsis.
   */
  readonly redact: (text: string) => string;
  /**
   * The same for what is said beside the result, such as errors: there no key has any business, neither one that the environment holds nor
   * anything that reads like one. A result may show one on purpose, as that of a sandbox does.
   */
  readonly redactMessage: (text: string) => string;
}

const shortest = 4;
/** Shorter pieces of base64, and shorter lines of a text, occur by chance. */
const shortestPiece = 8;
const replacement = '***';
/** The prefixes of the API page, and more behind them than in `lm_dev_****a1b2`. */
const likeKey = /lm_(?:dev|usr|pop)_\w{16,}/g;

/** The keys that an environment holds, long enough to be told from any other text. */
export function keysOf(env: Readonly<Record<string, string | undefined>>): readonly string[] {
  return [env['LUMIO_API_KEY'], env['LUMIO_TOKEN']]
    .map((value) => value?.trim() ?? '')
    .filter((key) => key.length >= shortest);
}

/** @param keys that stand in the environment, whether or not they come to be used */
export function createRedactor(keys: readonly string[] = []): Redactor {
  const forms = new Set<string>();
  const clean = (text: string): string =>
    forms.size === 0 ? text : replaceSpans(text, mergedSpans(text, forms));
  return {
    addSecret: (value) => {
      for (const form of allFormsOf(value)) forms.add(form);
    },
    redact: clean,
    redactMessage: (text) => {
      const known = new Set([...forms, ...keys.flatMap(allFormsOf)]);
      return replaceSpans(text, mergedSpans(text, known)).replaceAll(likeKey, replacement);
    },
  };
}

function allFormsOf(value: string): string[] {
  return [value, ...linesOf(value)].flatMap(formsOf);
}

/** A server that complains about a certificate may well quote one line of it. */
function linesOf(value: string): string[] {
  const lines = value.split(/[\r\n]+/).map((line) => line.trim());
  return lines.length === 1 ? [] : lines.filter((line) => line.length >= shortestPiece);
}

function formsOf(value: string): string[] {
  if (value.length < shortest) return [];
  const escaped = JSON.stringify(value).slice(1, -1);
  const percent = encodeURIComponent(value.replaceAll(/\p{Cs}/gu, '\uFFFD'));
  const all = [
    value,
    printable(value),
    printableLines(value),
    value.replaceAll(/[\p{Cc}\p{Cf}\s]+/gu, ' ').trim(),
    escaped,
    printable(escaped),
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
  const long = pieces.filter((piece) => piece.length >= shortestPiece);
  return [...long, ...long.map((piece) => piece.replaceAll('-', '+').replaceAll('_', '/'))];
}

type Range = [start: number, end: number];

/** Where hidden values stand; overlapping ones as one, so that no remainder of either is left. */
function mergedSpans(text: string, forms: ReadonlySet<string>): Range[] {
  const found: Range[] = [];
  for (const form of forms) {
    for (let at = text.indexOf(form); at >= 0; at = text.indexOf(form, at + 1))
      found.push([at, at + form.length]);
  }
  for (let at = text.indexOf('…'); at >= 0; at = text.indexOf('…', at + 1))
    found.push(...beginningsBefore(at, text, forms));
  const merged: Range[] = [];
  for (const [start, end] of found.sort(([a], [b]) => a - b)) {
    const last = merged.at(-1);
    if (last !== undefined && start < last[1]) last[1] = Math.max(last[1], end);
    else merged.push([start, end]);
  }
  return merged;
}

/** Texts are cut to a length before it is known what in them is hidden. */
function beginningsBefore(at: number, text: string, forms: ReadonlySet<string>): Range[] {
  return [...forms].flatMap((form): Range[] => {
    for (let length = Math.min(at, form.length - 1); length >= shortest; length -= 1) {
      if (text.startsWith(form.slice(0, length), at - length)) return [[at - length, at]];
    }
    return [];
  });
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
