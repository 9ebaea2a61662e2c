/** `deploy --dry-run`: all local steps and the request that a deploy would send. */
import { LumioError } from '../errors.ts';
import { type NamedTarget, maySlug } from '../project/target.ts';
import { packProject } from './bundle.ts';
import type { DeployDeps, DeployInput } from './deploy.ts';
import { type Project, findProject, readChangelog } from './project.ts';
import type { DeployStep, DryRunReport, NamedExtension } from './steps.ts';

/** @throws LumioError refused or usage, as the deploy would */
export async function* dryRun(
  input: DeployInput,
  deps: DeployDeps,
): AsyncGenerator<DeployStep, DryRunReport, void> {
  return yield* dryRunProject(await findProject(input, deps.host.cwd), input, deps);
}

export async function* dryRunProject(
  project: Project,
  input: DeployInput,
  { host, apiUrl, namedTarget }: DeployDeps,
): AsyncGenerator<DeployStep, DryRunReport, void> {
  if (project.version === undefined) throw bumpNeedsServer();
  const { version } = project.version;
  const extension = namedExtension(await namedTarget(project.manifest));
  const { bundle, files } = yield* packProject(
    project,
    { allow: input.allow, outputPath: null },
    host,
  );
  const changelog = await readChangelog(project.root, input, version, host);
  const id = extension.id === null ? ':id' : encodeURIComponent(extension.id);
  return {
    outcome: 'dry-run',
    request: {
      method: 'POST',
      url: `${apiUrl}/extensions/${id}/versions`,
      fields: { version, ...(changelog === undefined ? {} : { changelog }) },
      bundle: { filename: 'bundle.tar.gz', sizeBytes: bundle.sizeBytes },
    },
    bundle,
    files,
    extension,
  };
}

export function namedExtension({ value: named, sourceLabel: source }: NamedTarget): NamedExtension {
  return { id: maySlug(named) ? null : named, named, source };
}

function bumpNeedsServer(): LumioError {
  return new LumioError('usage', {
    code: 'conflicting_options',
    message: '--bump increases the highest version on the server, and --dry-run sends no request.',
    hint: 'Pass --version <semver> for the dry run.',
  });
}
