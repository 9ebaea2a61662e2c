/** Paths of requests. None is ever parsed as a URL again, so that nothing normalises `..` after it was checked. */
import { LumioError } from '../errors.ts';

/**
 * Fills the parameters of an endpoint's path.
 * @param template a path of the contract, `/extensions/:id/secrets/:key`
 * @param params the value of each parameter, as the user gave it
 * @returns the path, each value one percent-encoded segment
 * @throws LumioError `usage` for a value that a server or proxy could take for another path, however it decodes it
 */
export function fillPath(template: string, params: Readonly<Record<string, string>>): string {
  return template.replace(/:(\w+)/g, (_, name: string) => encodeSegment(params[name] ?? '', name));
}

function encodeSegment(value: string, name: string): string {
  const what = name === 'id' ? 'extension id' : `secret ${name}`;
  if (value === '') throw refused(`The ${what} is empty.`, 'invalid_path_parameter');
  if (value === '.' || value === '..' || /[/\\?#%\p{Cc}\p{Surrogate}]/u.test(value)) {
    throw refused(
      `The ${what} ${JSON.stringify(value)} can't be part of an API path.`,
      'invalid_path_parameter',
    );
  }
  return encodeURIComponent(value);
}

/**
 * The path of a free request (`lumio api`).
 * @param baseUrl the normalised address of the API
 * @param text a path below the base URL, with or without the leading slash, with or without a query; or a full URL below the base URL
 * @returns path and query, relative to the base URL, beginning with a slash
 * @throws LumioError `usage` when it would leave the base URL
 */
export function rawPath(baseUrl: string, text: string): string {
  const relative = belowBase(baseUrl, text).replace(/^\/*/, '/');
  const [path = ''] = relative.split('?', 1);
  if (/[\\#\p{Cc}\p{Surrogate}]/u.test(relative))
    throw refused(`The path ${JSON.stringify(text)} holds a character that no API path has.`);
  if (path.split('/').some(isDotSegment))
    throw refused(`The path "${text}" has a "." or ".." in it and could leave the API.`);
  return encodeURI(relative).replaceAll(/%25/g, '%');
}

function belowBase(baseUrl: string, text: string): string {
  if (!/^[a-z][a-z0-9+.-]*:\/\//i.test(text)) return text;
  const rest = text.slice(baseUrl.length);
  if (text.startsWith(baseUrl) && /^([/?]|$)/.test(rest)) return rest;
  throw refused(`"${text}" is not below ${baseUrl}, and the key is sent nowhere else.`);
}

/** Encoded dots count as dots (WHATWG URL, "double-dot path segment"); an encoded slash could hide one. */
function isDotSegment(segment: string): boolean {
  return segment
    .replaceAll(/%2e/gi, '.')
    .split(/%2f|%5c/i)
    .some((part) => part === '.' || part === '..');
}

function refused(message: string, code = 'invalid_path'): LumioError {
  return new LumioError('usage', {
    code,
    message,
    hint: 'Give it as the API page shows it, such as extensions/ext_01j9k2m3n4p5q6r7/versions.',
  });
}
