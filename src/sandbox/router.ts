/** Finds the endpoint of a request. */
import { type EndpointName, endpoints } from '../api/contract.ts';
import { SandboxError } from './errors.ts';

/** Path of the API, as in the base URL of the API page. */
export const basePath = '/developer/v1';

/** An endpoint with its decoded path parameters; '' for a parameter that its path doesn't have. */
export interface Route {
  readonly name: EndpointName;
  readonly params: { readonly id: string; readonly key: string };
}

const names = Object.keys(endpoints).filter((name): name is EndpointName => name in endpoints);
const patterns = names.map((name) => ({
  name,
  method: endpoints[name].method,
  segments: endpoints[name].path.split('/'),
}));

/** @throws SandboxError 404 for an unknown path, 405 with `Allow` for another method */
export function findRoute(method: string, path: string): Route {
  const segments = path.startsWith(`${basePath}/`) ? path.slice(basePath.length).split('/') : [];
  const matching = patterns.filter((pattern) => fits(pattern.segments, segments));
  if (matching.length === 0)
    throw new SandboxError('not_found', `There is no ${path}. The path of the API is ${basePath}.`);
  const route = matching.find((pattern) => pattern.method === method);
  if (route === undefined) {
    const allowed = matching.map((pattern) => pattern.method).join(', ');
    throw new SandboxError(
      'method_not_allowed',
      `${path} does not support ${method}, only ${allowed}.`,
      {
        Allow: allowed,
      },
    );
  }
  const value = (parameter: string): string =>
    decoded(segments[route.segments.indexOf(parameter)] ?? '');
  return { name: route.name, params: { id: value(':id'), key: value(':key') } };
}

function fits(pattern: readonly string[], segments: readonly string[]): boolean {
  if (pattern.length !== segments.length) return false;
  return pattern.every((part, index) =>
    part.startsWith(':') ? segments[index] !== '' : part === segments[index],
  );
}

function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    throw new SandboxError(
      'not_found',
      `The path segment ${segment} is not valid percent-encoded UTF-8.`,
    );
  }
}
