/**
 * `--query`: a JMESPath expression over a JSON document. The only importer of the JMESPath library.
 */
import {
  type JSONValue,
  TYPE_ANY,
  compile,
  registerFunction,
  search,
} from '@jmespath-community/jmespath';
import { LumioError } from '../errors.ts';
import { parseExactJson, stringifyExactJson, withComparableNumbers } from '../shared/json.ts';
import { isObject } from '../shared/object.ts';
import { formatList } from '../shared/quantities.ts';
import { type JsonForm, redactedJson } from './render.ts';
import { escapeForJson } from './printable.ts';
import type { Redact } from './redact.ts';

/**
 * @param data what `--json` would print
 * @param expression JMESPath
 * @returns a string without quotes, anything else as JSON, ending with a newline; `hint` if
 * that is null
 * @throws LumioError usage, with the document among its details, where the expression can't be
 * applied to it
 */
export function queryJson(
  data: unknown,
  expression: string,
  redact: Redact,
  form: JsonForm = 'indented',
): { readonly text: string; readonly hint?: string } {
  const document = parseExactJson(redactedJson(data, redact, 'line'));
  const { comparable, restore } = withComparableNumbers(document);
  // The library's own would lose digits.
  const toText: Parameters<typeof registerFunction>[1] = ([value]) =>
    typeof value === 'string' ? value : stringifyExactJson(restore(value));
  registerFunction('to_string', toText, [{ types: [TYPE_ANY] }], { override: true });
  const found = isJsonValue(comparable) ? find(comparable, expression, document) : null;
  if (typeof found === 'string') return { text: `${found}\n` };
  if (found === null || found === undefined)
    return { text: 'null\n', hint: `--query selects nothing. ${describe(document)}` };
  const indent = form === 'indented' ? 2 : undefined;
  return { text: `${escapeForJson(stringifyExactJson(restore(found), undefined, indent))}\n` };
}

const maxKeys = 20;

/** Where an expression can start. */
function describe(document: unknown): string {
  if (Array.isArray(document)) return 'The document is a list: start with "[]" or "[0]".';
  const keys = isObject(document) ? Object.keys(document) : [];
  if (keys.length === 0) return 'The document has no keys.';
  return `Keys of the document: ${formatList(keys, maxKeys)}.`;
}

/** Whatever a JSON parser returned; the library passes exact numbers through as objects. */
function isJsonValue(value: unknown): value is JSONValue {
  return value !== undefined;
}

/** Checks an expression before the command runs. @throws LumioError usage */
export function checkQuery(expression: string): void {
  try {
    compile(expression);
  } catch (cause) {
    throw new LumioError('usage', {
      code: 'invalid_query',
      message: `--query isn't a valid JMESPath expression: ${reasonOf(cause)}.`,
      hint:
        'Quote the expression for your shell, for example --query "extensions[].slug". ' +
        'See https://jmespath.org.',
    });
  }
}

/** Some expression errors appear only with the result, after the command has run. */
function find(comparable: JSONValue, expression: string, document: unknown): unknown {
  try {
    return search(comparable, expression);
  } catch (cause) {
    throw new LumioError('usage', {
      code: 'query_failed',
      message: `The command succeeded, but --query can't be applied to its result: ${reasonOf(cause)}.`,
      hint: 'The result is in "result".',
      details: { result: document },
    });
  }
}

/** Without the parts that repeat the expression, which may contain anything. */
function reasonOf(cause: unknown): string {
  const text = cause instanceof Error ? cause.message : '';
  const reason = /^Invalid [^`'"]*$|^(?:Syntax error[:,] )?[\w ]+/i.exec(text)?.[0] ?? 'unreadable';
  return reason.trim().replace(/\.$/, '');
}
