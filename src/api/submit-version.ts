/** The two POSTs of the API, each of which takes effect once. */
import { randomUUID } from 'node:crypto';
import { LumioError } from '../errors.ts';
import { isSameVersion } from '../shared/semver.ts';
import { shellQuote } from '../shared/shell-quote.ts';
import {
  outcomeUnknownError,
  sendAtMostOnce,
  type AtMostOnceRequest,
  type AtMostOnceResult,
  type Match,
  type Wording,
} from './at-most-once.ts';
import type { EndpointResponse } from './contract.ts';
import type { HttpResponse } from './http.ts';
import { callEndpoint, endpointRequest, type RequestPipeline } from './pipeline.ts';
import { jsonBody, multipartBody, sizeOf, type Part } from './body.ts';
import { decodeResponse } from './response.ts';
import type { RetryState } from './retry.ts';
import type { Extension, ExtensionInput, Version } from './resources.ts';
import type { NamedRequest } from './send-with-retry.ts';

export interface Submission {
  /** A semver. */
  readonly version: string;
  readonly changelog?: string | undefined;
  /** Absolute path of the `.tar.gz`. */
  readonly bundlePath: string;
  readonly bundleSizeBytes: number;
  /** Ids of the versions that the server listed before. */
  readonly known: readonly string[];
}

export interface SubmissionEvents {
  /** @param sentBytes of the whole body, by this attempt */
  onProgress?(sentBytes: number, totalBytes: number): void;
  /** No response confirms it; the server's list is checked for at most this many milliseconds. */
  onChecking?(maxMs: number): void;
}

type SubmittedVersion = EndpointResponse<'submitVersion'>;
type CreatedExtension = EndpointResponse<'createExtension'>;

/** This key lets the server recognize a repeated attempt. */
function withIdempotencyKey(request: NamedRequest): NamedRequest {
  return { ...request, headers: { ...request.headers, 'idempotency-key': randomUUID() } };
}

/** Submits a version (API page, Versions). */
export function submitVersion(
  pipeline: RequestPipeline,
  submission: Submission & { readonly extensionId: string },
  events: SubmissionEvents,
): Promise<AtMostOnceResult<SubmittedVersion>> {
  const { version, extensionId } = submission;
  const params = { id: extensionId };
  const body = multipartBody(partsOf(submission));
  let sentBytes = 0;
  const onSent = (count: number): void => {
    sentBytes = count;
    events.onProgress?.(count, sizeOf(body));
  };
  const request = {
    ...withIdempotencyKey(endpointRequest(pipeline, 'submitVersion', { params, body })),
    onSent,
  };
  const sent = { ...submission, sinceMs: pipeline.serverNowMs() };
  const post: AtMostOnceRequest<SubmittedVersion> = {
    what: `Version ${version}`,
    done: 'submitted',
    check: `lumio versions list -e ${shellQuote(extensionId)}`,
    request,
    canResend: true,
    read: (response) => {
      const document = decodeResponse('submitVersion', request.name, response, pipeline.note);
      return checkVersion(document, version, response);
    },
    find: async (state) => {
      const { versions } = await callEndpoint(pipeline, 'listVersions', { params }, { state });
      return matchVersion(versions, sent);
    },
    hasSentBytes: () => sentBytes > 0,
    onChecking: (maxMs) => events.onChecking?.(maxMs),
  };
  return sendAtMostOnce(post, pipeline.deps);
}

/** The form of Submit version. */
function partsOf(submission: Submission): Part[] {
  const { version, changelog, bundlePath, bundleSizeBytes } = submission;
  return [
    { name: 'version', value: version },
    ...(changelog === undefined ? [] : [{ name: 'changelog', value: changelog }]),
    {
      name: 'bundle',
      path: bundlePath,
      sizeBytes: bundleSizeBytes,
      fileName: 'bundle.tar.gz',
      contentType: 'application/gzip',
    },
  ];
}

function checkVersion(
  document: SubmittedVersion,
  version: string,
  { status }: HttpResponse,
): SubmittedVersion {
  if (isSameVersion(document.version.version, version)) return document;
  throw new LumioError('unexpected_response', {
    code: 'unexpected_response',
    message:
      `lumio sent version ${version}, ` +
      `but the response is for version ${document.version.version}.`,
    status,
  });
}

interface SentVersion extends Omit<Submission, 'bundlePath'> {
  readonly extensionId: string;
  /** When it was sent, on the server's clock, if that is known. */
  readonly sinceMs?: number | undefined;
}

/**
 * A new version of the same number is the one that was sent, if everything that can be compared
 * matches.
 */
export function matchVersion(
  versions: readonly Version[],
  sent: SentVersion,
): Match<SubmittedVersion> | undefined {
  const added = versions.filter(
    ({ id, version }) =>
      isSameVersion(version, sent.version) && (id === '' || !sent.known.includes(id)),
  );
  const own = added.find((listed) => fits(listed, sent));
  if (own !== undefined) return { response: { version: own } };
  const [other] = added;
  return other === undefined ? undefined : { conflict: () => otherVersion(other, sent) };
}

/** The precision of clocks and of Date headers. */
const clockToleranceMs = 120_000;

/** Missing fields match. */
function fits({ bundleSizeBytes, changelog, submittedAt }: Version, sent: SentVersion): boolean {
  const submittedMs = Date.parse(submittedAt ?? '');
  const fitsSize = bundleSizeBytes == null || bundleSizeBytes === sent.bundleSizeBytes;
  const fitsTime = !(submittedMs < (sent.sinceMs ?? Number.NaN) - clockToleranceMs);
  const fitsChangelog =
    changelog == null || sent.changelog === undefined || isAlike(changelog, sent.changelog);
  return fitsSize && fitsTime && fitsChangelog;
}

function otherVersion({ id, version, bundleSizeBytes }: Version, sent: SentVersion): LumioError {
  const size =
    bundleSizeBytes == null || bundleSizeBytes === sent.bundleSizeBytes
      ? ''
      : ` (${bundleSizeBytes} bytes; yours has ${sent.bundleSizeBytes} bytes)`;
  return new LumioError('conflict', {
    code: 'version_exists',
    message: `Another version ${version} was submitted at the same time: ${id}${size}.`,
    hint: 'Check it, then increase the version.',
    next: `lumio versions list -e ${shellQuote(sent.extensionId)}`,
  });
}

/** Creates an extension. Lists them before, because names can repeat. */
export async function createExtension(
  pipeline: RequestPipeline,
  input: ExtensionInput,
): Promise<AtMostOnceResult<CreatedExtension>> {
  const name = input.name ?? '';
  const listExtensions = async (state?: RetryState): Promise<readonly Extension[]> =>
    (await callEndpoint(pipeline, 'listExtensions', {}, { state })).extensions;
  const known = new Set((await listExtensions()).map(({ id }) => id));
  const request = withIdempotencyKey(
    endpointRequest(pipeline, 'createExtension', { body: jsonBody(input) }),
  );
  const wording = { what: `Extension "${name}"`, done: 'created', check: 'lumio extensions list' };
  const post: AtMostOnceRequest<CreatedExtension> = {
    ...wording,
    request,
    // Names can repeat, so a second one would be created.
    canResend: false,
    read: (response) => decodeResponse('createExtension', request.name, response, pipeline.note),
    find: async (state) => {
      const extensions = await listExtensions(state);
      return matchExtension(
        extensions.filter(({ id }) => id !== '' && !known.has(id)),
        name,
        wording,
      );
    },
    hasSentBytes: () => true,
  };
  return sendAtMostOnce(post, pipeline.deps);
}

/**
 * Servers may trim, normalize or truncate a name.
 * @param added the extensions that weren't listed before
 */
function matchExtension(
  added: readonly Extension[],
  name: string,
  wording: Wording,
): Match<CreatedExtension> | undefined {
  if (added.length === 0) return undefined;
  const alike = added.filter((listed) => isAlike(listed.name ?? '', name));
  const own =
    added.find((listed) => listed.name === name) ?? (alike.length === 1 ? alike[0] : undefined);
  if (own !== undefined) return { response: { extension: own } };
  const list = added.map((listed) => `${listed.id} ("${listed.name ?? ''}")`).join(', ');
  return {
    conflict: (lost) =>
      outcomeUnknownError(wording, lost, `The server lists new extensions: ${list}.`),
  };
}

/**
 * Whether the listed text can be the sent one after the server trimmed, normalized or truncated it.
 */
function isAlike(listed: string, sent: string): boolean {
  const start = normalized(listed);
  return start !== '' && normalized(sent).startsWith(start);
}

function normalized(text: string): string {
  return text.normalize('NFC').toLowerCase().replaceAll(/\s+/g, ' ').trim();
}
