/**
 * JSON objects from users: strict, with line and column of an error, and edits that keep the rest
 * of the text.
 */
// The main file of jsonc-parser hides its modules from bundlers.
import type { Edit, ParseError } from 'jsonc-parser/lib/esm/main.js';
import { LumioError } from '../errors.ts';
import { isTooDeep, parseJson } from '../shared/json.ts';
import { type JsonObject, isObject, ownValue } from '../shared/object.ts';
import { decodeText, readInput } from './bytes.ts';

const maxBytes = 16 * 1024 * 1024;

/** @param path absolute. @throws LumioError refused or usage, as {@link readJsonObject} */
export async function readJsonFile(path: string, signal: AbortSignal): Promise<JsonObject> {
  return readJsonObject(await readInput({ kind: 'file', path }, { maxBytes, signal }), path);
}

/**
 * @param bytes UTF-8, with or without byte order mark
 * @param name of the input, for errors: a path, `stdin`
 * @throws LumioError usage, with line and column, if it isn't a JSON object (RFC 8259) of at most a
 * thousand levels; refused, if it isn't UTF-8
 */
export async function readJsonObject(bytes: Buffer, name: string): Promise<JsonObject> {
  const value = await parseStrictly(decodeText(bytes, name), name);
  if (isObject(value)) return value;
  throw invalid(`${name} must be a JSON object, not ${describe(value)}.`, 'Enclose it in { and }.');
}

/**
 * As {@link readJsonObject}, for a document that is sent.
 * @throws LumioError usage also for a repeated key, of which only the last value would be sent
 */
export async function readJsonBody(bytes: Buffer, name: string): Promise<JsonObject> {
  const object = await readJsonObject(bytes, name);
  const { visit } = await import('jsonc-parser/lib/esm/main.js');
  const levels: Set<string>[] = [];
  visit(decodeText(bytes, name), {
    onObjectBegin: () => void levels.push(new Set()),
    onObjectProperty: (key) => {
      const keys = levels.at(-1);
      if (keys?.has(key) === true)
        throw invalid(`${name} contains a key of an object twice.`, 'Remove one of them.');
      keys?.add(key);
    },
    onObjectEnd: () => void levels.pop(),
  });
  return object;
}

/**
 * Sets top-level keys and keeps other keys, their order, indentation and line ends.
 * @param text a valid JSON object without byte order mark
 * @throws LumioError refused, if the text is nested too deeply, or contains a changed key twice
 */
export async function editJsonObject(
  text: string,
  changes: JsonObject,
  name: string,
): Promise<string> {
  const { applyEdits, modify } = await import('jsonc-parser/lib/esm/main.js');
  let edited = text;
  for (const [key, value] of Object.entries(changes)) {
    const edits = refuseDeep(() => modify(edited, [key], value, {}), name);
    const before = edited;
    edited = applyEdits(
      before,
      edits.map((edit) => withLayout(edit, before)),
    );
    if (JSON.stringify(ownValue(JSON.parse(edited), key)) !== JSON.stringify(value))
      throw unsuitable(`${name} contains "${key}" twice.`, 'Remove one of them.');
  }
  return edited;
}

/** A member of an object, in file order, also if its name appears twice. */
export interface JsonEntry {
  readonly key: string;
  readonly value: unknown;
  readonly line: number;
}

/** @returns the top-level members of a valid JSON object */
export async function jsonEntries(text: string, name: string): Promise<JsonEntry[]> {
  const { parseTree } = await import('jsonc-parser/lib/esm/main.js');
  const members = refuseDeep(() => parseTree(text)?.children ?? [], name);
  let line = 1;
  let position = 0;
  return members.map(({ offset, children = [] }) => {
    for (; position < offset; position += 1) if (text[position] === '\n') line += 1;
    const [key, value] = children;
    return { key: String(key?.value), value: value?.value, line };
  });
}

async function parseStrictly(text: string, name: string): Promise<unknown> {
  const value = parseJson(Buffer.from(text));
  if (value === undefined) throw await syntaxError(text, name);
  return value;
}

async function syntaxError(text: string, name: string): Promise<LumioError> {
  if (text.trim() === '') return invalid(`${name} is empty.`, 'Write a JSON object, at least {}.');
  const { parse, printParseErrorCode } = await import('jsonc-parser/lib/esm/main.js');
  const errors: ParseError[] = [];
  try {
    parse(text, errors, { disallowComments: true, allowTrailingComma: false });
  } catch {
    // Nested too deeply for this parser: no line is known.
  }
  const [first] = errors;
  if (first === undefined)
    return isTooDeep(Buffer.from(text))
      ? invalid(`${name} has more than 1000 levels of nesting.`, 'Use fewer levels.')
      : invalid(`${name} isn't valid JSON.`, 'Fix the JSON.');
  const before = text.slice(0, first.offset).split(/\r\n|\r|\n/);
  const column = (before.at(-1)?.length ?? 0) + 1;
  const code = printParseErrorCode(first.error);
  const reason = code.replaceAll(/(?<=[a-z])[A-Z]/g, ' $&').toLowerCase();
  return invalid(
    `${name} isn't valid JSON: line ${before.length}, column ${column}: ${reason}.`,
    hintFor(code),
  );
}

function hintFor(code: string): string {
  if (code.includes('Comment')) return "Remove the comment: JSON doesn't allow comments.";
  if (code === 'PropertyNameExpected' || code === 'ValueExpected')
    return 'Use double quotes for names and strings, and no comma after the last entry.';
  return 'Fix the JSON at that position.';
}

function describe(value: unknown): string {
  if (value === null) return 'null';
  return Array.isArray(value) ? 'an array' : `a ${typeof value}`;
}

/**
 * Puts a new key on its own line, indented like the others. The package would reformat its
 * neighbors.
 */
function withLayout(edit: Edit, text: string): Edit {
  if (edit.length > 0) return edit;
  const lineEnd = text.includes('\r\n') ? '\r\n' : '\n';
  const indentation = /^([ \t]+)\S/m.exec(text)?.[1] ?? '  ';
  const [, comma = '', entry = ''] = /^(,?)([^]*)$/.exec(edit.content) ?? [];
  if (comma !== '' && !text.trim().includes('\n')) return { ...edit, content: `, ${entry}` };
  const closing = comma === '' && !/^\s*\n/.test(text.slice(edit.offset)) ? lineEnd : '';
  return { ...edit, content: `${comma}${lineEnd}${indentation}${entry}${closing}` };
}

function refuseDeep<Value>(edit: () => Value, name: string): Value {
  try {
    return edit();
  } catch {
    throw unsuitable(`${name} is nested too deeply.`, 'Change the file in an editor.');
  }
}

function unsuitable(message: string, hint: string): LumioError {
  return new LumioError('refused', { code: 'unsuitable_json', message, hint });
}

function invalid(message: string, hint: string): LumioError {
  return new LumioError('usage', { code: 'invalid_json', message, hint });
}
