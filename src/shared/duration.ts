/** Durations as users write them: `30s`, `15m`, `1h30m`, `500ms`, and a plain number of seconds. */
import { LumioError } from '../errors.ts';

/** Longest delay that a timer of Node takes; what is longer would fire at once. */
const longestMs = 2 ** 31 - 1;

const number = String.raw`(\d{1,12}(?:\.\d{1,6})?)`;
const pattern = new RegExp(`^(?:${number}h)?(?:${number}m(?!s))?(?:${number}s)?(?:${number}ms)?$`);
const plain = new RegExp(`^${number}$`);

/**
 * @param text such as `90s`, `15m`, `1h30m`, `500ms`, `0`, or a plain number, which means seconds
 * @param what the option or variable it was given for, named in the error
 * @returns milliseconds, a whole number
 * @throws LumioError usage, when it is none of these or longer than a timer can wait (596 hours)
 */
export function parseDuration(text: string, what: string): number {
  const ms = readMs(text.trim());
  if (ms === undefined) throw wrong(text, what, 'is no duration');
  if (ms > longestMs) throw wrong(text, what, 'is longer than 596h');
  return ms;
}

function readMs(text: string): number | undefined {
  const seconds = plain.exec(text)?.[1];
  if (seconds !== undefined) return Math.round(Number(seconds) * 1000);
  const parts = text === '' ? null : pattern.exec(text);
  if (parts === null) return undefined;
  const [hours = 0, minutes = 0, secs = 0, millis = 0] = parts
    .slice(1)
    .map((part) => Number(part ?? 0));
  return Math.round(((hours * 60 + minutes) * 60 + secs) * 1000 + millis);
}

function wrong(text: string, what: string, flaw: string): LumioError {
  return new LumioError('usage', {
    code: 'invalid_duration',
    message: `"${text}" for ${what} ${flaw}.`,
    hint: 'Write it like 90s, 15m, 1h30m or 500ms; a plain number means seconds.',
  });
}
