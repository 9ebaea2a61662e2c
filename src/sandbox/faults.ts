/** Assigns faults to requests: `--fault <endpoint>=<fault>[:<count>][@<seconds>]`. */
import { type EndpointName, endpoints } from '../api/contract.ts';
import { LumioError } from '../errors.ts';
import { type FaultKind, type FaultName, faultKinds } from './fault-kinds.ts';

export interface Fault {
  readonly endpoint: EndpointName | '*';
  readonly name: FaultName;
  /** Number of requests; undefined: all. */
  readonly count: number | undefined;
  readonly seconds: number | undefined;
}

export interface InjectedFault {
  readonly name: FaultName;
  readonly kind: FaultKind;
  readonly seconds: number | undefined;
}

const form =
  /^(?<endpoint>[^=]+)=(?<name>[^:@]+)(?::(?<count>[1-9]\d{0,5}))?(?:@(?<seconds>\d{1,6}(?:\.\d{1,3})?))?$/u;

/**
 * Reads `submitVersion=drop-after-commit`, `listVersions=429:2` (the first two requests),
 * `*=503:1@30`.
 * @throws LumioError `usage`, with the valid values
 */
export function parseFault(text: string): Fault {
  const { endpoint = '', name = '', count, seconds } = form.exec(text)?.groups ?? {};
  if (endpoint === '')
    throw badFault(
      'the form is <endpoint>=<fault>[:<count>][@<seconds>]',
      'For example: --fault submitVersion=429:2',
    );
  if (!isEndpoint(endpoint))
    throw badFault(
      'there is no such endpoint',
      `Endpoints: ${Object.keys(endpoints).join(', ')}, or * for all.`,
    );
  if (!isFaultName(name))
    throw badFault('there is no such fault', `Faults: ${Object.keys(faultKinds).join(', ')}.`);
  return {
    endpoint,
    name,
    count: count === undefined ? undefined : Number(count),
    seconds: seconds === undefined ? undefined : Number(seconds),
  };
}

/** For the help: each fault with an example, and the endpoints. */
export function listFaults(): {
  readonly faults: readonly { name: string; description: string; example: string }[];
  readonly endpoints: readonly string[];
} {
  const faults = Object.entries(faultKinds).map(([name, { stage, description }]) => {
    const endpoint =
      stage === 'request' && !name.includes('body') ? 'listVersions' : 'submitVersion';
    const seconds = description.includes('@seconds') ? '@5' : '';
    return { name, description, example: `${endpoint}=${name}:1${seconds}` };
  });
  return { faults, endpoints: Object.keys(endpoints) };
}

function badFault(problem: string, hint: string): LumioError {
  return new LumioError('usage', { code: 'bad_fault', message: `--fault: ${problem}.`, hint });
}

function isEndpoint(text: string): text is EndpointName | '*' {
  return text === '*' || Object.hasOwn(endpoints, text);
}

function isFaultName(text: string): text is FaultName {
  return Object.hasOwn(faultKinds, text);
}

/** Assigns each request the first fault for its endpoint that is not used up. */
export function createFaultPlan(
  faults: readonly Fault[],
): (endpoint: EndpointName) => InjectedFault | undefined {
  const left = faults.map((fault) => ({ fault, count: fault.count ?? Infinity }));
  return (endpoint) => {
    const next = left.find(
      ({ fault, count }) => count > 0 && (fault.endpoint === '*' || fault.endpoint === endpoint),
    );
    if (next === undefined) return undefined;
    next.count -= 1;
    const { name, seconds } = next.fault;
    return { name, kind: faultKinds[name], seconds };
  };
}
