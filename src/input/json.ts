/** JSON objects from outside: strict, with the place of an error; and edits that leave the rest of the text as it is. */
import type { Edit, ParseError } from 'jsonc-parser/lib/esm/main.js';
import { LumioError } from '../errors.ts';
import { decodeText } from './bytes.ts';

// jsonc-parser is loaded from its ES modules: its main file hides its parts from bundlers.

/** A decoded JSON object. Only own keys count: `__proto__` is a key like any other. */
export type JsonObject = Readonly<Record<string, unknown>>;

/**
 * @param bytes UTF-8, with or without byte order mark
 * @param what how the input is called in messages: a path, `stdin`
 * @returns the object
 * @throws LumioError usage, with line and column, when it is not JSON (RFC 8259) or not an object; refused, when it is not UTF-8
 */
export async function readJsonObject(bytes: Buffer, what: string): Promise<JsonObject> {
  const text = decodeText(bytes, what);
  const value = await parseStrictly(text, what);
  if (isObject(value)) return value;
  throw new LumioError('usage', {
    code: 'invalid_json',
    message: `${what} holds ${describe(value)}, not a JSON object.`,
    hint: 'It has to start with { and end with }.',
  });
}

/**
 * Sets top-level keys in the text of a JSON object and keeps everything else: other keys, their order, indentation, line ends.
 * @param text a valid JSON object without byte order mark
 * @param changes key → value that JSON can carry
 * @returns the new text
 * @throws LumioError refused, when the text can't be edited: nested too deeply, or a key stands in it twice
 */
export async function editJsonObject(
  text: string,
  changes: JsonObject,
  what: string,
): Promise<string> {
  const { applyEdits, modify } = await import('jsonc-parser/lib/esm/main.js');
  let edited = text;
  for (const [key, value] of Object.entries(changes)) {
    const edits = guardDepth(() => modify(edited, [key], value, {}), what);
    edited = applyEdits(
      edited,
      edits.map((edit) => laidOut(edit, edited)),
    );
    if (JSON.stringify(ownValue(JSON.parse(edited), key)) !== JSON.stringify(value))
      throw ambiguous(key, what);
  }
  return edited;
}

/** Line and column of a place in a text, both from 1, as editors count them. */
function placeOf(text: string, offset: number): { line: number; column: number } {
  const before = text.slice(0, offset).split(/\r\n|\r|\n/);
  return { line: before.length, column: (before.at(-1)?.length ?? 0) + 1 };
}

/** Whether a decoded value is an object in the sense of JSON. */
function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

async function parseStrictly(text: string, what: string): Promise<unknown> {
  try {
    return JSON.parse(text);
  } catch {
    // What V8 says differs between Node versions, often lacks the place, and quotes the text, which may be a secret.
    throw await syntaxError(text, what);
  }
}

async function syntaxError(text: string, what: string): Promise<LumioError> {
  if (text.trim() === '')
    return invalid(`${what} is empty.`, 'It has to hold a JSON object, at least {}.');
  const { parse, printParseErrorCode } = await import('jsonc-parser/lib/esm/main.js');
  const errors: ParseError[] = [];
  try {
    parse(text, errors, { disallowComments: true, allowTrailingComma: false });
  } catch {
    // Nested so deeply that the parser that knows places gives up; the fact stays.
  }
  const [first] = errors;
  if (first === undefined)
    return invalid(`${what} is not valid JSON.`, 'Check it with an editor that knows JSON.');
  const { line, column } = placeOf(text, first.offset);
  const name = printParseErrorCode(first.error);
  return invalid(
    `${what} is not valid JSON: line ${line}, column ${column}: ${inWords(name)}.`,
    adviceFor(name),
  );
}

function invalid(message: string, hint: string): LumioError {
  return new LumioError('usage', { code: 'invalid_json', message, hint });
}

/** `CommaExpected` → `comma expected`. */
function inWords(name: string): string {
  return name.replace(/(?<=[a-z])[A-Z]/g, ' $&').toLowerCase();
}

function adviceFor(name: string): string {
  if (name.includes('Comment')) return 'JSON has no comments: take the comment out.';
  if (name === 'PropertyNameExpected' || name === 'ValueExpected')
    return 'Names and texts stand in double quotes, and no comma comes after the last entry.';
  return 'Mend the JSON at that place.';
}

function describe(value: unknown): string {
  if (value === null) return 'null';
  return Array.isArray(value) ? 'a list' : `a ${typeof value}`;
}

function ownValue(value: unknown, key: string): unknown {
  return isObject(value) && Object.hasOwn(value, key) ? value[key] : undefined;
}

/**
 * Puts a new key on a line of its own, indented like the first indented line, where the object has several lines or none yet.
 * The package's own formatting would lay out neighbouring lines anew.
 */
function laidOut(edit: Edit, text: string): Edit {
  if (edit.length > 0) return edit;
  const lineEnd = text.includes('\r\n') ? '\r\n' : '\n';
  const indentation = /^([ \t]+)\S/m.exec(text)?.[1] ?? '  ';
  const [, comma = '', entry = ''] = /^(,?)([^]*)$/.exec(edit.content) ?? [];
  if (comma !== '' && !text.trim().includes('\n')) return { ...edit, content: `, ${entry}` };
  const closing = comma === '' && !/^\s*\n/.test(text.slice(edit.offset)) ? lineEnd : '';
  return { ...edit, content: `${comma}${lineEnd}${indentation}${entry}${closing}` };
}

function guardDepth<Value>(edit: () => Value, what: string): Value {
  try {
    return edit();
  } catch (cause) {
    throw new LumioError('refused', {
      code: 'unsuitable_json',
      message: `${what} is nested too deeply to be edited.`,
      hint: 'Edit it by hand.',
      cause,
    });
  }
}

function ambiguous(key: string, what: string): LumioError {
  return new LumioError('refused', {
    code: 'unsuitable_json',
    message: `${what} can't be edited safely: it seems to hold "${key}" twice.`,
    hint: 'Leave one of them, then try again.',
  });
}
