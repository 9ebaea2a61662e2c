/** `deploy --dry-run`: everything but the upload. */
import { LumioError } from '../errors.ts';
import type { Changelog } from '../project/changelog.ts';
import { type NamedTarget, maySlug } from '../project/target.ts';
import { packProject } from './bundle.ts';
import {
  type DeployDeps,
  type DeployInput,
  type Project,
  changelogFacts,
  findProject,
  readChangelog,
} from './project.ts';
import type { DeployStream, DryRunReport, NamedExtension } from './steps.ts';
import { type ServerState, askServer, extensionOf } from './submit.ts';

/**
 * Asks the server too, if there is a key, but only reads.
 * @throws LumioError as the deploy would before the upload
 */
export async function* dryRun(input: DeployInput, deps: DeployDeps): DeployStream<DryRunReport> {
  return yield* dryRunProject(await findProject(input, deps.host.cwd), input, deps);
}

export async function* dryRunProject(
  project: Project,
  input: DeployInput,
  deps: DeployDeps,
): DeployStream<DryRunReport> {
  const { host, apiUrl } = deps;
  const early = yield* readChangelog(project.root, input, project.version?.version, host);
  const key = await findKey(deps, input);
  const named = namedExtension(await deps.namedTarget(project.manifest));
  const secrets = key === undefined ? [] : [key];
  const packInput = { allow: input.allow, secrets, outputPath: null };
  const packed = yield* packProject(project, packInput, host);
  const state =
    key === undefined
      ? undefined
      : yield* askServer({ client: await deps.client(), early }, project, input, deps);
  // Without a version there is a bump, which needs the server.
  const { version, changelog } = state ?? {
    version: project.version?.version ?? '',
    changelog: early,
  };
  const checked = serverFacts(named, state);
  const { bundle } = packed;
  return {
    outcome: 'dry-run',
    request: requestFor(apiUrl, checked.extension.id, { version, changelog, bundle }),
    ...packed,
    changelog: changelogFacts(changelog),
    ...checked,
  };
}

function serverFacts(
  named: NamedExtension,
  state: ServerState | undefined,
): Pick<DryRunReport, 'extension' | 'existing' | 'unchecked'> {
  if (state === undefined) {
    const unchecked = ['API key', 'extension', 'existing versions'];
    return { extension: named, existing: null, unchecked };
  }
  const extension = { ...named, ...extensionOf(state.target) };
  return { extension, existing: state.existing ?? null, unchecked: [] };
}

function requestFor(
  apiUrl: string,
  id: string | null,
  submission: Pick<DryRunReport, 'bundle'> & {
    readonly version: string;
    readonly changelog: Changelog | undefined;
  },
): DryRunReport['request'] {
  const { version, changelog, bundle } = submission;
  return {
    method: 'POST',
    url: `${apiUrl}/extensions/${id === null ? ':id' : encodeURIComponent(id)}/versions`,
    fields: { version, ...(changelog === undefined ? {} : { changelog: changelog.text }) },
    bundle: { filename: 'bundle.tar.gz', sizeBytes: bundle.sizeBytes },
  };
}

/** Undefined without a key. @throws LumioError auth if --bump needs one */
async function findKey(
  { checkKey }: DeployDeps,
  { bump }: DeployInput,
): Promise<string | undefined> {
  try {
    return (await checkKey()).key;
  } catch (thrown) {
    const isMissing = thrown instanceof LumioError && thrown.problem.code === 'no_api_key';
    if (isMissing && bump === undefined) return undefined;
    throw thrown;
  }
}

export function namedExtension({ value: named, sourceLabel: source }: NamedTarget): NamedExtension {
  return { id: maySlug(named) ? null : named, named, source };
}
