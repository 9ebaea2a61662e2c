/** `--query`: a JMESPath expression over a JSON document. The only importer of the JMESPath library. */
import { type JSONValue, compile, search } from '@jmespath-community/jmespath';
import { LumioError } from '../errors.ts';
import { type JsonForm, redactedJson } from './json.ts';
import { escapeForJson } from './printable.ts';
import type { Redact } from './redact.ts';

/**
 * @param data what `--json` would print
 * @param expression JMESPath
 * @returns a string, number or boolean bare, anything else as JSON; ends with a newline
 * @throws LumioError usage, with the document among its details, where the expression can't be applied to it
 */
export function queryJson(
  data: unknown,
  expression: string,
  redact: Redact,
  form: JsonForm = 'indented',
): string {
  const found = find(JSON.parse(redactedJson(data, redact, 'line')), expression);
  if (typeof found === 'string') return `${found}\n`;
  return `${escapeForJson(JSON.stringify(found ?? null, null, form === 'indented' ? 2 : undefined))}\n`;
}

/** Checks an expression before anything is done whose result it would be applied to. @throws LumioError usage */
export function checkQuery(expression: string): void {
  try {
    compile(expression);
  } catch (cause) {
    throw new LumioError('usage', {
      code: 'invalid_query',
      message: `--query "${expression}" is no JMESPath expression: ${reasonOf(cause)}`,
      hint: 'Such as: extensions[].slug. The language stands at https://jmespath.org.',
      cause,
    });
  }
}

/** What is wrong with an expression may show only in the result; whoever takes that for "nothing was done" would do it twice. */
function find(document: JSONValue, expression: string): unknown {
  try {
    return search(document, expression);
  } catch (cause) {
    throw new LumioError('usage', {
      code: 'query_failed',
      message: `The command was carried out, but --query can't be applied to its result: ${reasonOf(cause)}`,
      hint: `The result stands under "result". The expression was: ${expression}`,
      details: { result: document },
      cause,
    });
  }
}

function reasonOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}
