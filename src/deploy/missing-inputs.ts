/** All that a deploy lacks, told at once where nobody can be asked: one error after another would cost a run of a pipeline each. */
import { LumioError, asLumioError } from '../errors.ts';
import { type Manifest, findManifest, readManifest, readPackageJson } from '../project/manifest.ts';
import type { DeployRequest, DeployDeps } from './deploy.ts';
import { type Project, findProject, versionOf } from './local.ts';
import { projectDirectory } from './locate.ts';

/** What is lacking, by the code of its error. Any other error is no lack. */
const lacks: Readonly<Record<string, string>> = {
  no_built_folder: 'a built folder',
  no_version: 'a version',
  no_extension: 'an extension',
  no_api_key: 'an API key',
};

/**
 * Finds the project, and looks at what else the deploy needs.
 * @throws LumioError the first thing that is wrong; usage that names all of them, where several are lacking and the world wants them all
 */
export async function findReady(request: DeployRequest, world: DeployDeps): Promise<Project> {
  const { cwd } = world.host;
  if (world.missing === 'first') return findProject(request, cwd);
  const found = await attempt(() => findProject(request, cwd));
  if (found instanceof LumioError)
    throw isLack(found) ? oneOf(await withChecks(await around(found, request, cwd), world)) : found;
  const { errors } = await withChecks({ manifest: found.manifest, errors: [] }, world);
  if (errors.length > 0) throw oneOf({ errors });
  return found;
}

interface Lacking {
  readonly manifest: Manifest | undefined;
  readonly errors: readonly LumioError[];
}

/** What else is lacking. @throws LumioError anything else that is wrong, where nothing is lacking that comes first */
async function withChecks(
  { manifest, errors }: Lacking,
  { prechecks }: DeployDeps,
): Promise<Lacking> {
  const all = [...errors];
  for (const check of prechecks) {
    const outcome = await attempt(() => check(manifest));
    if (!(outcome instanceof LumioError)) continue;
    if (isLack(outcome)) all.push(outcome);
    else if (all.length === 0) throw outcome;
  }
  return { manifest, errors: all };
}

/** What can be known of a project that has no built folder, or no version. */
async function around(error: LumioError, request: DeployRequest, cwd: string): Promise<Lacking> {
  const own = await projectDirectory(request.given, cwd);
  const manifest = own === undefined ? await findManifest(cwd) : await readManifest(own);
  if (error.problem.code !== 'no_built_folder') return { manifest, errors: [error] };
  const packageJson = await readPackageJson(manifest?.folder ?? cwd);
  const version = await attempt(async () => versionOf(request, manifest, packageJson));
  return {
    manifest,
    errors: version instanceof LumioError && isLack(version) ? [error, version] : [error],
  };
}

async function attempt<Value>(doing: () => Promise<Value>): Promise<Value | LumioError> {
  return doing().catch((thrown: unknown) => {
    const error = asLumioError(thrown);
    if (error.kind === 'bug') throw thrown;
    return error;
  });
}

function isLack({ problem }: LumioError): boolean {
  return Object.hasOwn(lacks, problem.code);
}

/** The only one as it is, several as one. */
function oneOf({ errors }: Pick<Lacking, 'errors'>): LumioError {
  const [first, ...more] = errors;
  return first !== undefined && more.length === 0 ? first : allOf(errors);
}

function allOf(errors: readonly LumioError[]): LumioError {
  const missing = errors.map(({ problem: { code, hint } }) => ({
    what: lacks[code] ?? code,
    code,
    hint,
  }));
  const names = missing.map(({ what }) => what);
  return new LumioError('usage', {
    code: 'missing_input',
    message: `lumio deploy lacks ${names.slice(0, -1).join(', ')} and ${names.at(-1) ?? ''}.`,
    details: { missing },
  });
}
