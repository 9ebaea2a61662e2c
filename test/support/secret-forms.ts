/** Random secrets, and how servers encode what they repeat. */
import * as fc from 'fast-check';

export const html = (text: string, special = /[&<>"']/g): string =>
  text.replaceAll(special, (char) => `&#${char.charCodeAt(0)};`);

/** Encodings of a character, of which a server may use any for each. */
export const charEncoders: readonly ((char: string) => string)[] = [
  (char) => char,
  (char) => encodeURIComponent(char),
  (char) =>
    Array.from(Buffer.from(char), (byte) => `%${byte.toString(16).padStart(2, '0')}`).join(''),
  (char) => encodeURIComponent(encodeURIComponent(char)),
  (char) => JSON.stringify(char).slice(1, -1),
  (char) => JSON.stringify(JSON.stringify(char)).slice(3, -3),
  (char) => (char === '/' ? String.raw`\/` : char),
  (char) =>
    Array.from(
      { length: char.length },
      (_, at) => String.raw`\u${char.charCodeAt(at).toString(16).padStart(4, '0')}`,
    ).join(''),
  (char) => `&#${char.codePointAt(0)};`,
  (char) => `&#x${char.codePointAt(0)?.toString(16).toUpperCase()};`,
  (char) => html(char),
  (char) => html(html(char)),
  (char) => html(JSON.stringify(char).slice(1, -1)),
  (char) => encodeURIComponent(JSON.stringify(char).slice(1, -1)),
];

export const secretValue = fc
  .string({ unit: 'grapheme-composite', minLength: 8, maxLength: 60 })
  .filter((text) => !/\p{Cs}/u.test(text) && text.replaceAll(/[^!-~]/g, '').length >= 8);
