/**
 * Finds known values, such as the active API key, in the encodings that a build may leave them in.
 */
import { base64Forms, hexForms } from '../terminal/encodings.ts';
import { isLongRun, type Run } from './long-runs.ts';

/** Shorter values occur by chance. */
const minCharacters = 8;

/** Of base64 in PEM and mails, in characters. */
const maxUnbrokenCharacters = 76;

/**
 * @returns a function that finds the offset of the first value, whatever its encoding, in a string
 * with these long runs
 */
export function createFinder(
  secrets: readonly string[],
): (text: Buffer, runs: readonly Run[]) => number | undefined {
  const values = secrets.filter((value) => value.length >= minCharacters);
  const texts = [...new Set(values.flatMap(encodings))];
  const utf16 = values
    .map((value) => Buffer.from(value, 'utf16le'))
    .flatMap((bytes) => [bytes, Buffer.from(bytes).swap16()]);
  // Most encodings are themselves long runs, and most of a file is outside long runs.
  const inRuns = texts.filter((text) => isLongRun.test(text));
  const anywhere = texts.filter((text) => !isLongRun.test(text)).map((text) => Buffer.from(text));
  return (text, runs) => {
    const needles = text.includes(0) ? [...anywhere, ...utf16] : anywhere;
    const places = needles.map((needle) => text.indexOf(needle)).filter((at) => at !== -1);
    for (const { start, end } of inRuns.length === 0 ? [] : runs) {
      const run = text.toString('latin1', start, end);
      const within = inRuns.map((needle) => run.indexOf(needle)).filter((at) => at !== -1);
      places.push(...within.map((at) => start + at));
      if (within.length > 0) break;
    }
    return places.length === 0 ? undefined : Math.min(...places);
  };
}

function encodings(value: string): string[] {
  const json = JSON.stringify(value).slice(1, -1);
  const url = encodeURIComponent(value.replaceAll(/\p{Cs}/gu, '\ufffd'));
  return [
    value,
    json,
    json.replaceAll('/', String.raw`\/`),
    JSON.stringify(json).slice(1, -1),
    url,
    url.replaceAll(/%../g, (escape) => escape.toLowerCase()),
    ...escapes(value, /[^\w.~-]/gu),
    ...escapes(value, /./gsu),
    value.replaceAll(/[&<>"']/g, (character) => htmlNames[character] ?? ''),
    ...hexForms(value),
    ...[...base64Forms(value, minCharacters)].flatMap(halves),
  ];
}

/** The value with these characters escaped, in the notations of URLs, programs and pages. */
function escapes(value: string, characters: RegExp): string[] {
  const notations = [
    ['%', ''],
    ['\\x', ''],
    ['\\u00', ''],
    ['&#x', ';'],
  ] as const;
  return notations.flatMap(([before, after]) =>
    [false, true].map((isUpper) =>
      value.replaceAll(characters, (character) =>
        [...Buffer.from(character)]
          .map((byte) => byte.toString(16).padStart(2, '0'))
          .map((digits) => before + (isUpper ? digits.toUpperCase() : digits) + after)
          .join(''),
      ),
    ),
  );
}

const htmlNames: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Base64 of a longer value may have a line break, which can't be in both of its halves. */
function halves(base64: string): string[] {
  const middle = Math.floor(base64.length / 2);
  return base64.length < maxUnbrokenCharacters / 2
    ? [base64]
    : [base64.slice(0, middle), base64.slice(middle)];
}
