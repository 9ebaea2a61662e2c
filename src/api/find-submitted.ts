/** Whether what the server lists after an answer was lost is what was sent. */
import { LumioError } from '../errors.ts';
import { shellQuote } from '../shared/shell-quote.ts';
import type { EndpointResponse } from './contract.ts';
import { mayBeDone, type SubmittedMatch, type AtMostOnceJob } from './at-most-once.ts';
import type { Extension, Version } from './schemas.ts';

interface SentVersion {
  readonly extensionId: string;
  readonly version: string;
  readonly changelog?: string | undefined;
  readonly bundleSizeBytes: number;
  readonly known: readonly string[];
}

/**
 * Looks for a submitted version. One of the same number that was not there before is it, unless it says that its bundle or changelog is
 * another: then somebody else submitted it meanwhile.
 */
export function matchVersion(
  versions: readonly Version[],
  sent: SentVersion,
): SubmittedMatch<EndpointResponse<'submitVersion'>> | undefined {
  const fresh = versions.filter(
    ({ id, version }) => version === sent.version && !sent.known.includes(id),
  );
  const own = fresh.find((listed) => mayBeOwn(listed, sent));
  if (own !== undefined) return { answer: { version: own } };
  const [other] = fresh;
  return other === undefined ? undefined : { obstacle: () => somebodyElses(other, sent) };
}

/** The page shows both fields; what is not given, or may have been filled in by the server, says nothing. */
function mayBeOwn({ bundleSizeBytes, changelog }: Version, sent: SentVersion): boolean {
  if (bundleSizeBytes != null) return bundleSizeBytes === sent.bundleSizeBytes;
  return changelog == null || sent.changelog === undefined || areAlike(changelog, sent.changelog);
}

function somebodyElses({ id, version, bundleSizeBytes }: Version, sent: SentVersion): LumioError {
  const size =
    bundleSizeBytes == null
      ? ''
      : ` (${bundleSizeBytes} bytes; this one has ${sent.bundleSizeBytes})`;
  return new LumioError('conflict', {
    code: 'version_exists',
    message: `A version ${version} appeared meanwhile, but not with this bundle: ${id}${size}.`,
    hint: 'Somebody else seems to have submitted it. Look at it, then raise the version.',
    next: `lumio versions list -e ${shellQuote(sent.extensionId)}`,
  });
}

/**
 * Looks for a created extension: servers may trim, normalise or cut a name. Beside a new extension of another name nothing is sent again,
 * as it may be the same one.
 * @param fresh the extensions that were not there before
 */
export function matchExtension(
  fresh: readonly Extension[],
  name: string,
  told: Pick<AtMostOnceJob<unknown>, 'what' | 'done' | 'check'>,
): SubmittedMatch<EndpointResponse<'createExtension'>> | undefined {
  const alike = fresh.filter((listed) => areAlike(listed.name ?? '', name));
  const own =
    fresh.find((listed) => listed.name === name) ?? (alike.length === 1 ? alike[0] : undefined);
  if (own !== undefined) return { answer: { extension: own } };
  if (fresh.length === 0) return undefined;
  const ids = fresh
    .map(({ id, name: listedName }) => `${id} (named "${listedName ?? ''}")`)
    .join(', ');
  return {
    obstacle: (lost) =>
      mayBeDone(told, lost, `The server lists what was not there before: ${ids}.`),
  };
}

/** Whether a listed text can have come of the one that was sent, by trimming, Unicode normalisation, change of case, or cutting. */
function areAlike(listed: string, sent: string): boolean {
  const there = plain(listed);
  return there !== '' && plain(sent).startsWith(there);
}

function plain(text: string): string {
  return text.normalize('NFC').toLowerCase().trim();
}
