/**
 * `--query`: a JMESPath expression over a JSON document. The only importer of the JMESPath library.
 */
import { type JSONValue, compile, search } from '@jmespath-community/jmespath';
import { LumioError } from '../errors.ts';
import { parseExactJson, stringifyExactJson, withComparableNumbers } from '../shared/json.ts';
import { type JsonForm, redactedJson } from './json.ts';
import { escapeForJson } from './printable.ts';
import type { Redact } from './redact.ts';

/**
 * @param data what `--json` would print
 * @param expression JMESPath
 * @returns a string, number or boolean bare, anything else as JSON; ends with a newline
 * @throws LumioError usage, with the document among its details, where the expression can't be
 * applied to it
 */
export function queryJson(
  data: unknown,
  expression: string,
  redact: Redact,
  form: JsonForm = 'indented',
): string {
  const document = parseExactJson(redactedJson(data, redact, 'line'));
  const { comparable, restore } = withComparableNumbers(document);
  const found = isJsonValue(comparable) ? find(comparable, expression) : null;
  if (typeof found === 'string') return `${found}\n`;
  const indent = form === 'indented' ? 2 : undefined;
  return `${escapeForJson(stringifyExactJson(restore(found ?? null), undefined, indent))}\n`;
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
      message: `--query "${expression}" isn't a valid JMESPath expression: ${reasonOf(cause)}`,
      hint:
        'Quote the expression for your shell, for example --query "extensions[].slug". ' +
        'See https://jmespath.org.',
      cause,
    });
  }
}

/** Some errors of an expression appear only with the result, after the command did its work. */
function find(document: JSONValue, expression: string): unknown {
  try {
    return search(document, expression);
  } catch (cause) {
    throw new LumioError('usage', {
      code: 'query_failed',
      message:
        `The command succeeded, but --query can't be applied to its result: ` + reasonOf(cause),
      hint: `The result is in "result". The expression was: ${expression}`,
      details: { result: document },
      cause,
    });
  }
}

function reasonOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}
