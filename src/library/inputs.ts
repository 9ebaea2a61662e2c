/**
 * Checks what callers pass to methods and `startSandbox`: they may have no types, and a typo would
 * silently select the default. The schemas of methods are derived from the path and the body of the
 * endpoint.
 */
import * as v from 'valibot';
import { type EndpointName, endpoints } from '../api/contract.ts';
import { ExtensionCreate, ExtensionInput, Pricing, VersionForm } from '../api/schemas.ts';
import { check } from '../shared/check.ts';
import { invalidOption, maxMs } from './client-options.ts';
import type { RawBody, RawRequest } from './types.ts';

const text = v.string('must be a string');
/** URLs, and so logs, must not contain a key; nor must messages about missing files. */
const filled = v.pipe(
  text,
  v.nonEmpty('must not be empty'),
  v.regex(/^(?!\s*lm_(?:dev|usr|pop)_\w{16,}\s*$)/, 'must not be an API key'),
);
const wellFormed = v.pipe(text, v.regex(/^\P{Cs}*$/u, 'contains a lone surrogate'));
const notObject = ({ expected }: v.StrictObjectIssue): string =>
  expected === 'never' ? 'is unknown' : 'must be an object';
/** Bytes, forms, lists and dates are objects too, and would be something else as JSON. */
const json = v.custom<object>(isJsonObject, 'must be a plain object, which is sent as JSON');
/** JSON has no infinity; it would be sent as null. */
const amount = v.nullish(v.pipe(v.number(), v.finite('must be a finite number')));
const pricing = v.optional(v.strictObject({ ...Pricing.entries, amount }));

/** Closed, so that a typo is an error. */
const bodies: Partial<Record<EndpointName, v.ObjectEntries>> = {
  createExtension: {
    input: v.pipe(json, v.strictObject({ ...ExtensionCreate.entries, pricing })),
  },
  updateExtension: {
    input: v.pipe(json, v.strictObject({ ...ExtensionInput.entries, pricing })),
  },
  setSecret: { value: wellFormed },
  submitVersion: {
    submission: v.strictObject(
      { version: filled, changelog: VersionForm.entries.changelog, bundlePath: filled },
      notObject,
    ),
  },
};

const body = v.union(
  [
    v.strictObject({
      bytes: v.custom<Uint8Array>(isBytes),
      // RFC 9110, section 5.5: anything else could end the header.
      contentType: v.pipe(v.string(), v.regex(/^[\x20-\x7e]+$/)),
    }),
    v.pipe(
      json,
      v.check((value) => !isRaw(value)),
    ),
  ],
  'must be a plain object, which is sent as JSON, or { bytes, contentType }',
);
const path = filled;
const request = v.variant(
  'method',
  [
    v.strictObject({ method: v.literal('GET'), path }),
    v.strictObject({
      method: v.picklist(['POST', 'PUT', 'PATCH', 'DELETE']),
      path,
      body: v.optional(body),
    }),
  ],
  'must be an object with a method in capitals and a path; GET has no body',
);

function numberFrom(min: number, max: number, problem: string) {
  return v.optional(v.pipe(v.number(problem), v.minValue(min, problem), v.maxValue(max, problem)));
}

const signal = v.optional(v.instance(AbortSignal, 'must be an AbortSignal'));
const DeployOptions = v.strictObject(
  {
    signal,
    extension: v.optional(filled),
    version: v.optional(filled),
    bump: v.optional(v.picklist(['major', 'minor', 'patch'])),
    changelog: v.optional(text),
    existing: v.optional(v.picklist(['refuse', 'skip'])),
    waitMs: numberFrom(0, maxMs, `must be a number of milliseconds from 0 to ${maxMs}`),
    allow: v.optional(v.array(text, 'must be an array')),
    cwd: v.optional(filled),
    onStep: v.optional(v.function('must be a function')),
  },
  notObject,
);

const portProblem = 'must be a whole number from 0 to 65535';
const factorProblem = 'must be "off" or a number above 0';

const SandboxOptions = v.strictObject({
  port: v.pipe(
    numberFrom(0, 65_535, portProblem),
    v.check((port) => port === undefined || Number.isInteger(port), portProblem),
  ),
  // The sandbox checks it and reports where the mistake is.
  seed: v.optional(v.unknown()),
  faults: v.optional(v.array(text, 'must be an array')),
  review: v.optional(
    v.strictObject({
      outcome: v.picklist(['approve', 'reject', 'never']),
      afterMs: numberFrom(0, Infinity, 'must be a number of milliseconds from 0'),
    }),
  ),
  rateLimit: v.optional(
    v.union([v.literal('off'), v.pipe(v.number(), v.finite(), v.gtValue(0))], factorProblem),
  ),
  dataDir: v.optional(filled),
});

const options = v.optional(v.strictObject({ signal }, notObject));

export type Method = EndpointName | 'request' | 'deploy';

/**
 * @param input the arguments by name
 * @throws LumioError usage, for the first that is invalid, before anything is sent
 */
export function checkInput(method: Method, input: unknown): void {
  check(inputOf(method), input, ({ path: at, problem }) => invalidOption(method, at, problem));
}

/** @throws LumioError usage, for the first option that is unknown or invalid */
export function checkSandboxOptions(options: unknown): void {
  check(SandboxOptions, options, ({ path, problem }) =>
    invalidOption('startSandbox', path === '' ? 'options' : `options.${path}`, problem),
  );
}

function inputOf(method: Method): v.GenericSchema {
  if (method === 'request') return v.strictObject({ request, options });
  if (method === 'deploy')
    return v.strictObject({ dir: filled, options: v.optional(DeployOptions) });
  const params = [...endpoints[method].path.matchAll(/:(\w+)/gu)].map(([, key]) => [key, filled]);
  return v.strictObject({ ...Object.fromEntries(params), ...bodies[method], options });
}

function isJsonObject(value: unknown): boolean {
  if (Object.prototype.toString.call(value) !== '[object Object]') return false;
  try {
    return typeof JSON.stringify(value) === 'string';
  } catch {
    // A cycle, or a BigInt.
    return false;
  }
}

/** A value with a content type, or bytes without one: no document of the API has either. */
function isRaw(body: object): body is RawBody {
  return 'contentType' in body || ('bytes' in body && isBytes(body.bytes));
}

/** Works across realms, such as those of test runners, where `instanceof` fails. */
function isBytes(value: unknown): boolean {
  return Object.prototype.toString.call(value) === '[object Uint8Array]';
}

/** The body of a raw request: bytes, or an object that becomes JSON. */
export function bodyOf({ body }: RawRequest): RawBody | undefined {
  if (body === undefined || isRaw(body)) return body;
  return { contentType: 'application/json', bytes: Buffer.from(JSON.stringify(body)) };
}
