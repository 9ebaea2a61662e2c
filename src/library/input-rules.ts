/** What each method of the library takes. */
import { isBytes, isRaw } from './request-body.ts';
import { type Rule, type Rules, isObject } from './check-input.ts';

/** The longest that a timer of Node waits: what is longer would be over at once. */
const longestMs = 2 ** 31 - 1;
const methods = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'];

const text: Rule = { takes: 'a text', fits: (value) => typeof value === 'string' };
const filled: Rule = {
  takes: 'a text that is not empty',
  fits: (value) => typeof value === 'string' && value !== '',
};
const texts: Rule = {
  takes: 'a list of texts',
  fits: (value) => Array.isArray(value) && value.every((entry) => typeof entry === 'string'),
};
const listener: Rule = { takes: 'a function', fits: (value) => typeof value === 'function' };
const signal: Rule = { takes: 'an AbortSignal', fits: (value) => value instanceof AbortSignal };
const document: Rule = { takes: 'a plain object, which is sent as JSON', fits: isDocument };

const variables: Rule = {
  takes: 'an object of texts by name',
  fits: (value) =>
    isObject(value) &&
    Object.values(value).every((entry) => entry === undefined || typeof entry === 'string'),
};

const body: Rule = {
  takes:
    'a plain object, which is sent as JSON, or { bytes, contentType } with a Uint8Array and a text',
  fits: (value) =>
    isObject(value) && isRaw(value)
      ? isBytes(value.bytes) && isHeaderText(value.contentType)
      : isDocument(value),
};

const options = record({ signal });

const clientOptions = record({
  apiKey: filled,
  apiUrl: filled,
  timeoutMs: milliseconds(1),
  maxWaitMs: milliseconds(0),
  signal,
  env: variables,
  onRetry: listener,
  trace: listener,
});

const deployOptions = record({
  extension: filled,
  version: filled,
  bump: choice('major', 'minor', 'patch'),
  changelog: text,
  existing: choice('refuse', 'skip'),
  waitMs: milliseconds(0),
  allow: texts,
  cwd: filled,
  onStep: listener,
  signal,
});

const submission = record({ version: needed(filled), changelog: text, bundlePath: needed(filled) });
const request: Rule = {
  takes: 'an object with method, path and, for other methods than GET, body',
  fits: (value) =>
    isObject(value) &&
    !(Reflect.get(value, 'method') === 'GET' && Reflect.get(value, 'body') !== undefined),
  fields: { method: needed(choice(...methods)), path: needed(filled), body },
};
const one = { id: needed(filled), options };

/** Method → what it takes, by name. */
export const rules = {
  LumioClient: { options: clientOptions },
  listExtensions: { options },
  getExtension: one,
  createExtension: {
    input: needed({ ...document, fields: { name: needed(text) }, open: true }),
    options,
  },
  updateExtension: { ...one, input: needed(document) },
  deleteExtension: one,
  listVersions: one,
  submitVersion: { ...one, submission: needed(submission) },
  getInstalls: one,
  setSecret: { ...one, key: needed(filled), value: needed(text) },
  deleteSecret: { ...one, key: needed(filled) },
  listSecrets: one,
  request: { request: needed(request), options },
  deploy: { dir: needed(filled), options: deployOptions },
} satisfies Record<string, Rules>;

function needed(rule: Rule): Rule {
  return { ...rule, needed: true };
}

function record(fields: Rules): Rule {
  return { takes: `an object with ${Object.keys(fields).join(', ')}`, fits: isObject, fields };
}

function choice(...values: readonly string[]): Rule {
  return {
    takes: `one of ${values.map((value) => `'${value}'`).join(', ')}`,
    fits: (value) => typeof value === 'string' && values.includes(value),
  };
}

/** @param least the smallest that makes sense */
function milliseconds(least: number): Rule {
  return {
    takes: `a number of milliseconds from ${least} to ${longestMs}`,
    fits: (value) => typeof value === 'number' && value >= least && value <= longestMs,
  };
}

/** Bytes, forms, lists and dates are objects too, and as JSON something else than was meant. */
function isDocument(value: unknown): boolean {
  if (Object.prototype.toString.call(value) !== '[object Object]') return false;
  try {
    return typeof JSON.stringify(value) === 'string';
  } catch {
    // A circle, or a BigInt.
    return false;
  }
}

/** RFC 9110, section 5.5: anything else could end the header, and begin another. */
function isHeaderText(value: unknown): boolean {
  return typeof value === 'string' && /^[\x20-\x7e]+$/.test(value);
}
