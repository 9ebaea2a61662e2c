/** The two POSTs of the API, each done once: submit a version, create an extension. */
import { LumioError } from '../errors.ts';
import { quoted } from '../quoted.ts';
import { readAnswer } from './answer.ts';
import type { Answer } from './contract.ts';
import type { Patience } from './exchange.ts';
import { sizeOf, type HttpAnswer } from './http.ts';
import { jsonBody, type Link } from './link.ts';
import { settle, type Settled } from './reconcile.ts';
import { extensionFinding, versionFinding } from './recognise.ts';
import type { ExtensionInput } from './schemas.ts';
import { multipartBody, type Part } from './upload.ts';

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
  link: Link,
  submission: Submission & { readonly extensionId: string },
  events: SubmissionEvents,
): Promise<Settled<Answer<'submitVersion'>>> {
  const { version, extensionId } = submission;
  const patience: Patience = {};
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
    check: `lumio versions list -e ${quoted(extensionId)}`,
    request,
    send: () => link.exchange(request, patience),
    read: (answer: HttpAnswer) =>
      sameVersion(readAnswer('submitVersion', request.name, answer), version, answer.status),
    find: async () => {
      const { versions } = await link.call('listVersions', { params }, patience);
      return versionFinding(versions, submission);
    },
    hasLeft: () => sentBytes > 0,
    onSettling: () => events.onSettling?.(),
  };
  return settle(job, patience, link.settling);
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
  answer: Answer<'submitVersion'>,
  version: string,
  status: number,
): Answer<'submitVersion'> {
  if (answer.version.version === version) return answer;
  throw new LumioError('unexpected_answer', {
    code: 'unexpected_answer',
    message: `Version ${version} was sent, but the answer speaks of version ${answer.version.version}.`,
    status,
  });
}

/**
 * Creates an extension (API page, Extensions). The extensions are listed before, which costs one GET: names need not be unique and the
 * clocks need not agree, so only an id that was not there before tells the new extension from an older one of the same name.
 */
export async function createExtension(
  link: Link,
  input: ExtensionInput,
): Promise<Settled<Answer<'createExtension'>>> {
  const patience: Patience = {};
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
    read: (answer: HttpAnswer) => readAnswer('createExtension', request.name, answer),
    find: async () => {
      const { extensions } = await link.call('listExtensions', {}, patience);
      return extensionFinding(
        extensions.filter(({ id }) => !known.has(id)),
        input.name ?? '',
        told,
      );
    },
    // So short a request leaves at once.
    hasLeft: () => true,
  };
  return settle(job, patience, link.settling);
}
