/** What the API says: that it is there, what time it is, whether it takes the key, whether the extension exists. One request. */
import { decodeResponse } from '../api/decode-response.ts';
import type { RawResponse } from '../api/client.ts';
import { parseJson } from '../api/errors.ts';
import { ErrorEnvelope, type Extension, matches } from '../api/schemas.ts';
import { LumioError } from '../errors.ts';
import { isNamed, resolveTarget } from '../project/target.ts';
import { type Check, failed, guarded, ok, skipped, warning } from './check.ts';
import type { ProjectFiles } from './project.ts';
import type { DoctorDeps } from './world.ts';

/** More than clocks that are kept by the network are apart. */
const farApartMs = 60_000;
/** Without a key the API can still be asked whether it is there: it refuses this one. */
const noKey = 'lm_dev_none';

interface Asked {
  readonly answer: RawResponse;
  /** The account's extensions, where the key was accepted. */
  readonly extensions: readonly Extension[] | undefined;
}

interface Given {
  /** The key in force, if there is one. */
  readonly key: string | undefined;
  /** `-e` */
  readonly extension: string | undefined;
  readonly files: ProjectFiles;
}

/** @returns the checks `api`, `clock`, `key-accepted` and `extension`, in this order */
export async function checkApi(given: Given, world: DoctorDeps): Promise<Check[]> {
  let asked: Asked;
  try {
    asked = await ask(given.key ?? noKey, world);
  } catch (thrown) {
    return [
      { hint: 'Check that --api-url points to the Lumio API.', ...failed('api', thrown) },
      ...skipApi('api').slice(1),
    ];
  }
  return [
    apiCheck(asked, world),
    clockCheck(asked.answer, world.host.clock.now()),
    given.key === undefined ? skipped('key-accepted', 'Needs key.') : acceptance(asked),
    await guarded('extension', () => checkExtension(given, asked, world)),
  ];
}

/** The same checks where they can't be made. @param needed the check that failed before */
export function skipApi(needed: string): Check[] {
  return ['api', 'clock', 'key-accepted', 'extension'].map((name) =>
    skipped(name, `Needs ${needed}.`),
  );
}

/** @throws LumioError, when what answers is not the API or is not well */
async function ask(key: string, world: DoctorDeps): Promise<Asked> {
  const answer = await (await world.clientFor(key)).request({ method: 'GET', path: '/extensions' });
  if (answer.error !== undefined && answer.error.kind !== 'auth') throw answer.error;
  if (answer.error !== undefined) return { answer, extensions: undefined };
  return {
    answer,
    extensions: decodeResponse('listExtensions', 'GET /extensions', { kind: 'answer', ...answer })
      .extensions,
  };
}

/** A 401 or 403 that is not in the envelope of the API page (section Errors) may be somebody else's, such as a proxy's. */
function apiCheck({ answer }: Asked, { globals }: DoctorDeps): Check {
  if (answer.error === undefined || matches(ErrorEnvelope, parseJson(answer.body)))
    return ok('api', `${globals.apiUrl} answers`);
  return warning(
    'api',
    `${globals.apiUrl} answers with status ${answer.status}, but not in the form of the API.`,
    'Check that --api-url points to the Lumio API and that no proxy answers in its place.',
  );
}

function clockCheck({ headers }: RawResponse, nowMs: number): Check {
  const serverMs = Date.parse(headers['date'] ?? '');
  if (Number.isNaN(serverMs)) return skipped('clock', 'The API sent no Date to compare with.');
  const aheadMs = nowMs - serverMs;
  const seconds = Math.round(Math.abs(aheadMs) / 1000);
  if (Math.abs(aheadMs) <= farApartMs)
    return ok(
      'clock',
      seconds <= 1 ? 'the same as the server' : `${seconds} s apart from the server`,
    );
  return warning(
    'clock',
    `This machine's clock is ${seconds} s ${aheadMs > 0 ? 'ahead of' : 'behind'} the server's.`,
    'Set it, best by network time: certificates and times of waiting depend on it.',
  );
}

function acceptance({ answer, extensions }: Asked): Check {
  if (extensions === undefined) return failed('key-accepted', answer.error);
  return ok(
    'key-accepted',
    `the account has ${extensions.length === 1 ? '1 extension' : `${extensions.length} extensions`}`,
  );
}

async function checkExtension(
  { extension, files: { manifest, isBroken } }: Given,
  { extensions }: Asked,
  { host }: DoctorDeps,
): Promise<Check> {
  const sources = { flag: extension, env: host.env, manifest };
  if (!isNamed(sources) && isBroken) return skipped('extension', 'Needs config.');
  if (!isNamed(sources))
    return warning(
      'extension',
      'This folder is linked to no extension, and none is named.',
      'lumio init links it; or give --extension, or set LUMIO_EXTENSION.',
    );
  if (extensions === undefined) return skipped('extension', 'Needs key-accepted.');
  const target = await resolveTarget({ ...sources, listExtensions: async () => extensions });
  const found = extensions.find(({ id }) => id === target.id);
  if (found !== undefined)
    return ok('extension', `${found.slug ?? found.id} (${found.id}), from ${target.sourceLabel}`);
  throw new LumioError('not_found', {
    code: 'extension_not_found',
    message: `Your account has no extension "${target.id}" (from ${target.sourceLabel}).`,
    hint: 'Link the folder to one that exists, or check whether the key belongs to the right account.',
    next: 'lumio init --yes',
  });
}
