/**
 * Paths of requests. They are never parsed as URLs again, which would resolve `..` after the check.
 */
import { LumioError } from '../errors.ts';

/**
 * Fills the parameters of a contract path, `/extensions/:id/secrets/:key`, each as one encoded
 * segment.
 * @throws LumioError `usage` for a value that a server or proxy could decode to another path
 */
export function fillPath(template: string, params: Readonly<Record<string, string>>): string {
  return template.replace(/:(\w+)/g, (_, name: string) => encodeSegment(params[name] ?? '', name));
}

function encodeSegment(value: string, name: string): string {
  const what = name === 'id' ? 'extension ID' : `secret ${name}`;
  if (value === '') throw refused(`The ${what} is empty.`, 'invalid_path_parameter');
  if (pathSegmentError(value) !== undefined)
    throw refused(`The ${what} can't be part of an API path.`, 'invalid_path_parameter');
  return encodeURIComponent(value);
}

/**
 * `encodeURIComponent` doesn't encode dots, and some proxies decode a path before they split it
 * (RFC 3986, sections 3.3 and 5.2.4).
 * @returns why the text can't be one segment of a path, or undefined if it can
 */
export function pathSegmentError(text: string): string | undefined {
  if (text === '') return 'is empty';
  if (text === '.' || text === '..') return 'is a relative path';
  if (/[/\\?#%]/.test(text)) return 'contains "/", "\\", "?", "#" or "%"';
  if (hasControlCharacter(text)) return 'contains a control character';
  return undefined;
}

/** Control characters of Unicode (C0, C1) and lone surrogates. */
function hasControlCharacter(text: string): boolean {
  return !text.isWellFormed() || Array.from(text).some(isControl);
}

function isControl(character: string): boolean {
  return character < ' ' || (character >= '\x7F' && character <= '\x9F');
}

/**
 * @param text a path below the base URL, or a full URL below it, with or without a query
 * @returns path and query relative to the base URL, with a leading slash
 * @throws LumioError `usage` when it would leave the base URL
 */
export function rawPath(baseUrl: string, text: string): string {
  const relative = belowBase(baseUrl, text).replace(/^\/*/, '/');
  const [path = ''] = relative.split('?', 1);
  if (/[\\#]/.test(relative) || hasControlCharacter(relative))
    throw refused("The path contains a character that isn't valid in an API path.");
  if (path.split('/').some(isDotSegment))
    throw refused('The path contains "." or "..", which could leave the API.');
  return encodeURI(relative).replaceAll(/%25/g, '%');
}

function belowBase(baseUrl: string, text: string): string {
  if (!/^[a-z][a-z0-9+.-]*:\/\//i.test(text)) return text;
  const rest = text.slice(baseUrl.length);
  if (text.startsWith(baseUrl) && /^([/?]|$)/.test(rest)) return rest;
  throw refused(`The URL isn't below ${baseUrl}. lumio sends the API key nowhere else.`);
}

/**
 * Encoded dots are dots (WHATWG URL, "double-dot path segment"); an encoded slash could hide one.
 */
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
    hint: 'Write it as in the API documentation, such as extensions/ext_01j9k2m3n4p5q6r7/versions.',
  });
}
