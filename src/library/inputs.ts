/**
 * Checks what callers pass to methods: they may have no types, and a typo would silently select the
 * default. The schemas come from the path and the body of the endpoint.
 */
import * as v from 'valibot';
import { type EndpointName, endpoints } from '../api/contract.ts';
import {
  ExtensionCreate,
  ExtensionInput,
  Pricing,
  SecretValue,
  VersionForm,
} from '../api/schemas.ts';
import { check } from '../shared/check.ts';
import { invalidOption, maxMs } from './client-options.ts';
import { isBytes, isRaw } from './request-body.ts';

const text = v.string('must be a string');
const filled = v.pipe(text, v.nonEmpty('must not be empty'));
const notObject = ({ expected }: v.StrictObjectIssue): string =>
  expected === 'never' ? 'is unknown' : 'must be an object';
/** Bytes, forms, lists and dates are objects too, and would be something else as JSON. */
const json = v.custom<object>(isJsonObject, 'must be a plain object, which is sent as JSON');
const pricing = v.optional(v.strictObject(Pricing.entries));

/** Closed, so that a typo is an error. */
const bodies: Partial<Record<EndpointName, v.ObjectEntries>> = {
  createExtension: {
    input: v.pipe(json, v.strictObject({ ...ExtensionCreate.entries, pricing })),
  },
  updateExtension: {
    input: v.pipe(json, v.strictObject({ ...ExtensionInput.entries, pricing })),
  },
  setSecret: SecretValue.entries,
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

const signal = v.optional(v.instance(AbortSignal, 'must be an AbortSignal'));
const waitProblem = `must be a number of milliseconds from 0 to ${maxMs}`;
const DeployOptions = v.strictObject(
  {
    signal,
    extension: v.optional(filled),
    version: v.optional(filled),
    bump: v.optional(v.picklist(['major', 'minor', 'patch'])),
    changelog: v.optional(text),
    existing: v.optional(v.picklist(['refuse', 'skip'])),
    waitMs: v.optional(
      v.pipe(v.number(waitProblem), v.minValue(0, waitProblem), v.maxValue(maxMs, waitProblem)),
    ),
    allow: v.optional(v.array(text, 'must be an array')),
    cwd: v.optional(filled),
    onStep: v.optional(v.function('must be a function')),
  },
  notObject,
);

const options = v.optional(v.strictObject({ signal }, notObject));

export type Method = EndpointName | 'request' | 'deploy';

/**
 * @param input the arguments by name
 * @throws LumioError usage, for the first that is invalid, before anything is sent
 */
export function checkInput(method: Method, input: unknown): void {
  check(inputOf(method), input, ({ path: at, problem }) => invalidOption(method, at, problem));
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
