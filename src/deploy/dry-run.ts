/** `deploy --dry-run`: everything local, and the request that would be sent; no request leaves. */
import { LumioError } from '../errors.ts';
import type { Host } from '../host.ts';
import type { Manifest } from '../project/manifest.ts';
import { type NamedTarget, maySlug } from '../project/target.ts';
import { type BundleFacts, type DeployRequest, changelogOf, factsOf } from './deploy.ts';
import { findProject, packSelection, selectProject } from './local.ts';

export interface DryRun {
  readonly outcome: 'dry-run';
  readonly request: {
    readonly method: 'POST';
    readonly url: string;
    readonly fields: { readonly version: string; readonly changelog?: string };
    readonly bundle: { readonly filename: string; readonly sizeBytes: number };
  };
  readonly bundle: BundleFacts;
  readonly files: readonly { readonly path: string; readonly sizeBytes: number }[];
  /** As it was named. A slug is not looked up, since that would be a request: then the id is not known, and stands in the URL as `:id`. */
  readonly extension: {
    readonly id: string | null;
    readonly named: string;
    readonly source: string;
  };
}

/** What a dry run needs to name the request. */
export interface Address {
  readonly baseUrl: string;
  /** @param manifest of the project that is deployed */
  named(manifest: Manifest | undefined): Promise<NamedTarget>;
}

/** @throws LumioError refused or usage, as the deploy would */
export async function dryRun(
  request: DeployRequest,
  address: Address,
  host: Host,
): Promise<DryRun> {
  const project = await findProject(request, host.cwd);
  if (project.version === undefined) throw bumpNeedsServer();
  const { version } = project.version;
  const extension = namedExtension(await address.named(project.manifest));
  const selection = await selectProject(project, host.signal);
  const bundle = await packSelection(selection, { allow: request.allow, outputPath: null }, host);
  const changelog = await changelogOf(project, request, version, host);
  return {
    outcome: 'dry-run',
    request: {
      method: 'POST',
      url: `${address.baseUrl}/extensions/${extension.id === null ? ':id' : encodeURIComponent(extension.id)}/versions`,
      fields: { version, ...(changelog === undefined ? {} : { changelog }) },
      bundle: { filename: 'bundle.tar.gz', sizeBytes: bundle.sizeBytes },
    },
    bundle: factsOf(bundle),
    files: selection.files.map((file) => ({ path: file.path, sizeBytes: file.sizeBytes })),
    extension,
  };
}

/** An extension of which is known what its project says. */
export function namedExtension({
  value: named,
  sourceLabel: source,
}: NamedTarget): DryRun['extension'] {
  return { id: maySlug(named) ? null : named, named, source };
}

function bumpNeedsServer(): LumioError {
  return new LumioError('usage', {
    code: 'conflicting_options',
    message: '--bump raises the highest version on the server, and --dry-run asks no server.',
    hint: 'Give --version <semver> for the dry run.',
  });
}
