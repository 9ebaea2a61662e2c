/** The two POSTs of the API, each done once: submit a version, create an extension. */
import { LumioError } from '../errors.ts';
import { shellQuote } from '../shared/shell-quote.ts';
import { decodeResponse } from './decode-response.ts';
import type { EndpointResponse } from './contract.ts';
import type { RetryBudget } from './send-with-retry.ts';
import { sizeOf, type HttpResponse } from './http.ts';
import { jsonBody, type RequestPipeline } from './pipeline.ts';
import { sendAtMostOnce, type AtMostOnceResult } from './at-most-once.ts';
import { matchExtension, matchVersion } from './find-submitted.ts';
import type { ExtensionInput } from './schemas.ts';
import { multipartBody, type Part } from './multipart.ts';

export interface Submission {
  /** The bundle's version, a semver. */
  readonly version: string;
  readonly changelog?: string | undefined;
  /** Absolute path of the `.tar.gz`. */
  readonly bundlePath: string;
  readonly bundleSizeBytes: number;
  /** File name that the server sees; default `bundle.tar.gz`. */
  readonly bundleName?: string | undefined;
  /** Ids of the versions that the server listed before: one of the same number that is not among them is this one. */
  readonly known: readonly string[];
}

export interface SubmissionEvents {
  /** @param sentBytes bytes of the whole body handed to the network by this attempt; starts anew with each */
  onProgress?(sentBytes: number, totalBytes: number): void;
  /** The answer was lost, and the server is being asked. */
  onSettling?(): void;
}

/** Submits a version (API page, Versions). The answer to a lost upload is made from the versions list. */
export function submitVersion(
  link: RequestPipeline,
  submission: Submission & { readonly extensionId: string },
  events: SubmissionEvents,
): Promise<AtMostOnceResult<EndpointResponse<'submitVersion'>>> {
  const { version, extensionId } = submission;
  const patience: RetryBudget = {};
  const params = { id: extensionId };
  const body = multipartBody(partsOf(submission));
  let sentBytes = 0;
  const onSent = (count: number): void => {
    sentBytes = count;
    events.onProgress?.(count, sizeOf(body));
  };
  const request = { ...link.endpoint('submitVersion', { params, body }), onSent };
  const job = {
    what: `Version ${version}`,
    done: 'submitted',
    check: `lumio versions list -e ${shellQuote(extensionId)}`,
    request,
    send: () => link.exchange(request, patience),
    read: (answer: HttpResponse) =>
      sameVersion(decodeResponse('submitVersion', request.name, answer), version, answer.status),
    find: async () => {
      const { versions } = await link.call('listVersions', { params }, patience);
      return matchVersion(versions, submission);
    },
    hasLeft: () => sentBytes > 0,
    onSettling: () => events.onSettling?.(),
  };
  return sendAtMostOnce(job, patience, link.settling);
}

/** The form fields of Submit version. */
function partsOf({
  version,
  changelog,
  bundlePath,
  bundleSizeBytes,
  bundleName = 'bundle.tar.gz',
}: Submission): Part[] {
  return [
    { name: 'version', value: version },
    ...(changelog === undefined ? [] : [{ name: 'changelog', value: changelog }]),
    {
      name: 'bundle',
      path: bundlePath,
      sizeBytes: bundleSizeBytes,
      fileName: bundleName,
      contentType: 'application/gzip',
    },
  ];
}

function sameVersion(
  answer: EndpointResponse<'submitVersion'>,
  version: string,
  status: number,
): EndpointResponse<'submitVersion'> {
  if (answer.version.version === version) return answer;
  throw new LumioError('unexpected_response', {
    code: 'unexpected_response',
    message: `Version ${version} was sent, but the answer speaks of version ${answer.version.version}.`,
    status,
  });
}

/**
 * Creates an extension (API page, Extensions). The extensions are listed before, which costs one GET: names need not be unique and the
 * clocks need not agree, so only an id that was not there before tells the new extension from an older one of the same name.
 */
export async function createExtension(
  link: RequestPipeline,
  input: ExtensionInput,
): Promise<AtMostOnceResult<EndpointResponse<'createExtension'>>> {
  const patience: RetryBudget = {};
  const { extensions: before } = await link.call('listExtensions', {}, patience);
  const known = new Set(before.map(({ id }) => id));
  const request = link.endpoint('createExtension', { body: jsonBody(input) });
  const told = {
    what: `Extension "${input.name ?? ''}"`,
    done: 'created',
    check: 'lumio extensions list',
  };
  const job = {
    ...told,
    request,
    send: () => link.exchange(request, patience),
    read: (answer: HttpResponse) => decodeResponse('createExtension', request.name, answer),
    find: async () => {
      const { extensions } = await link.call('listExtensions', {}, patience);
      return matchExtension(
        extensions.filter(({ id }) => !known.has(id)),
        input.name ?? '',
        told,
      );
    },
    // So short a request leaves at once.
    hasLeft: () => true,
  };
  return sendAtMostOnce(job, patience, link.settling);
}
