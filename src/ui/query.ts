/** `--query`: a JMESPath expression over a JSON document. The only importer of the JMESPath library. */
import { type JSONValue, compile, search } from '@jmespath-community/jmespath';
import { LumioError } from '../errors.ts';
import { type JsonForm, renderJson } from './json.ts';

/**
 * @param data what `--json` would print
 * @param expression JMESPath
 * @param clean masks secrets
 * @returns a string, number or boolean bare, anything else as JSON; ends with a newline
 * @throws LumioError usage for an expression that is none
 */
export function queryJson(data: unknown, expression: string, clean: (text: string) => string = (text) => text, form: JsonForm = 'indented'): string {
  const found = find(JSON.parse(JSON.stringify(data ?? null)), expression);
  if (typeof found === 'string') return `${clean(found)}\n`;
  return renderJson(found, clean, form);
}

/** Checks an expression before anything is done whose result it would be applied to. @throws LumioError usage */
export function checkQuery(expression: string): void {
  translated(expression, () => compile(expression));
}

function find(document: JSONValue, expression: string): unknown {
  return translated(expression, () => search(document, expression));
}

function translated(expression: string, evaluate: () => unknown): unknown {
  try {
    return evaluate();
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new LumioError('usage', {
      code: 'invalid_query',
      message: `--query "${expression}" is no JMESPath expression: ${reason}`,
      hint: 'Such as: extensions[].slug. The language stands at https://jmespath.org.',
      cause,
    });
  }
}
