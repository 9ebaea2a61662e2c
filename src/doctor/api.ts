/** Checks that need the API: the API itself, clock, key, extension. Sends one request. */
import { decodeResponse, type RawResponse } from '../api/response.ts';
import { parseJson } from '../shared/json.ts';
import type { Extension } from '../api/resources.ts';
import { ErrorEnvelope, matches } from '../api/schemas.ts';
import { LumioError } from '../errors.ts';
import { formatCount, formatDuration } from '../shared/quantities.ts';
import { isNamed, resolveTarget } from '../project/target.ts';
import { type Check, type DoctorDeps, failed, runCheck, ok, skipped, warning } from './check.ts';
import type { ProjectFiles } from './project.ts';

/** Clocks that are set by the network differ by less. */
const maxClockDifferenceMs = 60_000;
/** Sent if there is no key: its refusal shows that the API responds. */
const noKey = 'lm_dev_none';

interface Reply {
  readonly response: RawResponse;
  /** The account's extensions, if the key was accepted. */
  readonly extensions: readonly Extension[] | undefined;
}

interface ApiCheckInput {
  /** The active key. */
  readonly key: string | undefined;
  /** `-e` */
  readonly extension: string | undefined;
  readonly files: ProjectFiles;
}

/** @returns the checks `api`, `clock`, `key-accepted` and `extension`, in this order */
export async function checkApi(input: ApiCheckInput, deps: DoctorDeps): Promise<Check[]> {
  let reply: Reply;
  try {
    reply = await listExtensions(input.key === undefined ? noKey : undefined, deps);
  } catch (thrown) {
    const api = failed('api', thrown);
    const hint = api.hint ?? 'Check that --api-url is the Lumio API.';
    return [{ ...api, hint }, ...skipApi('api').slice(1)];
  }
  return [
    apiCheck(reply, deps),
    clockCheck(reply.response, deps.host.clock.now()),
    input.key === undefined ? skipped('key-accepted', 'There is no API key.') : keyCheck(reply),
    await runCheck('extension', () => checkExtension(input, reply, deps)),
  ];
}

/** The same checks, skipped. @param needed the check that failed first */
export function skipApi(needed: string): Check[] {
  return ['api', 'clock', 'key-accepted', 'extension'].map((name) =>
    skipped(name, `The ${needed} check failed.`),
  );
}

/** @param key replaces the active key. @throws LumioError if the response isn't a working API's */
async function listExtensions(key: string | undefined, deps: DoctorDeps): Promise<Reply> {
  const client = await deps.client(key);
  const response = await client.request({ method: 'GET', path: '/extensions' });
  if (response.error?.kind === 'auth') return { response, extensions: undefined };
  if (response.error !== undefined) throw response.error;
  const { extensions } = decodeResponse('listExtensions', 'GET /extensions', response);
  return { response, extensions };
}

/** A 401 or 403 without the API's envelope may come from a proxy. */
function apiCheck({ response }: Reply, { globals }: DoctorDeps): Check {
  if (response.error === undefined || matches(ErrorEnvelope, parseJson(response.body)))
    return ok('api', `${globals.apiUrl} responds`);
  return warning(
    'api',
    `${globals.apiUrl} responds with status ${response.status}, but not in the API's format.`,
    'Check that --api-url is the Lumio API and that no proxy responds instead.',
  );
}

function clockCheck({ headers }: RawResponse, nowMs: number): Check {
  const serverMs = Date.parse(headers['date'] ?? '');
  if (Number.isNaN(serverMs))
    return skipped('clock', 'The API sent no Date header to compare with.');
  const aheadMs = nowMs - serverMs;
  const seconds = Math.round(Math.abs(aheadMs) / 1000);
  if (Math.abs(aheadMs) <= maxClockDifferenceMs)
    return ok(
      'clock',
      seconds <= 1
        ? 'the same as the server'
        : `${formatDuration(seconds * 1000)} from the server's`,
    );
  return warning(
    'clock',
    `The clock on this machine is ${formatDuration(seconds * 1000)} ` +
      `${aheadMs > 0 ? 'ahead of' : 'behind'} the server's.`,
    'Set the clock, for example with NTP. Certificates and waiting times depend on it.',
  );
}

function keyCheck({ response, extensions }: Reply): Check {
  if (extensions === undefined) return failed('key-accepted', response.error);
  const { length } = extensions;
  return ok('key-accepted', `the account has ${formatCount(length, 'extension')}`);
}

async function checkExtension(
  { extension, files: { manifest, isBroken } }: ApiCheckInput,
  { extensions }: Reply,
  { host }: DoctorDeps,
): Promise<Check> {
  const sources = { flag: extension, env: host.env, manifest };
  if (!isNamed(sources) && isBroken) return skipped('extension', 'The project check failed.');
  if (!isNamed(sources))
    return warning(
      'extension',
      'No extension specified.',
      'Link this directory with lumio init, pass --extension, or set LUMIO_EXTENSION.',
    );
  if (extensions === undefined) return skipped('extension', "The account wasn't checked.");
  const target = await resolveTarget({ ...sources, listExtensions: async () => extensions });
  const found = extensions.find(({ id }) => id === target.id);
  if (found !== undefined)
    return ok('extension', `${found.slug ?? found.id} (${found.id}), from ${target.sourceLabel}`);
  throw new LumioError('not_found', {
    code: 'extension_not_found',
    message: `Your account has no extension ${target.id} (from ${target.sourceLabel}).`,
    hint:
      'Link this directory to an existing extension, ' +
      'or check whether the key belongs to the right account.',
    next: 'lumio init --yes',
  });
}
