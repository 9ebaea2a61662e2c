/** Deploys several projects, one after another. A failure doesn't stop the others. */
import { dirname, resolve } from 'node:path';
import { LumioError, asLumioError } from '../errors.ts';
import type { Host } from '../host.ts';
import { linkCommand } from '../project/target.ts';
import type { Manifest } from '../project/manifest.ts';
import type { NamedTarget, Target } from '../project/target.ts';
import { awaitReview, deployProject, dryRunProject, namedExtension } from './deploy.ts';
import { locateBuild, projectDirectory } from './locate-build.ts';
import {
  type DeployDeps,
  type DeployInput,
  type Project,
  configWarnings,
  findProject,
  readChangelog,
} from './project.ts';
import {
  type DeployReport,
  type DeployStep,
  type DeployStream,
  type DryRunReport,
  type NamedExtension,
  mapSteps,
} from './steps.ts';
import { extensionOf } from './submit.ts';

type Extension = DeployReport['extension'] | NamedExtension;

/** One project. With both a report and an error, the version was submitted but not approved. */
export interface BatchItem {
  /** As typed. */
  readonly path: string;
  readonly project?: Project;
  readonly named?: NamedTarget;
  readonly target?: Target | undefined;
  readonly extension?: Extension;
  readonly version?: string | undefined;
  readonly report?: DeployReport | DryRunReport;
  readonly error?: LumioError;
  /** Warnings, if there is no report that contains them. */
  readonly notes?: readonly string[];
}

export type BatchStep =
  | DeployStep
  | { readonly kind: 'project'; readonly path: string }
  | { readonly kind: 'failed'; readonly path: string; readonly error: LumioError };

export type BatchInput = Omit<DeployInput, 'path'> & { readonly dryRun: boolean };

type BatchStream<Result> = AsyncGenerator<BatchStep, Result, void>;

/**
 * Waits for reviews after all projects are submitted: `waitMs` is the total time.
 * @throws LumioError interrupted or terminated, with the projects so far in `details.deploys`
 */
export async function* deployBatch(
  paths: readonly string[],
  input: BatchInput,
  deps: DeployDeps,
): BatchStream<BatchItem[]> {
  const { host } = deps;
  const shared = yield* withChangelogText(input, host);
  const done: BatchItem[] = [];
  try {
    for (const item of await prepareItems(paths, shared, deps))
      done.push(yield* deployItem(item, shared, deps));
    const { waitMs } = input;
    if (waitMs === undefined || input.dryRun) return done;
    const deadline = host.clock.monotonicMs() + waitMs;
    for (const [index, item] of done.entries())
      done[index] = yield* reviewItem(item, deadline, deps);
    return done;
  } catch (thrown) {
    throw withItems(thrown, done);
  }
}

/** What `--json` prints for a project. */
export function itemDocument({ path, extension, version, report, notes }: BatchItem) {
  const known = { extension, version: version === undefined ? undefined : { version }, notes };
  return { directory: path, ...(report ?? { outcome: 'failed' as const, ...known }) };
}

/** Reads `--changelog-file` once, since stdin can be read only once. */
async function* withChangelogText(input: BatchInput, host: Host): DeployStream<BatchInput> {
  if (input.changelogFile === undefined) return input;
  const changelog = yield* readChangelog(host.cwd, input, undefined, host);
  return { ...input, changelog: changelog?.text, changelogFile: undefined };
}

/** Finds all projects and their extensions before the first upload. */
async function prepareItems(
  paths: readonly string[],
  input: BatchInput,
  deps: DeployDeps,
): Promise<BatchItem[]> {
  const distinct = new Map(paths.map((path) => [resolve(deps.host.cwd, path), path]));
  const items: BatchItem[] = [];
  for (const path of distinct.values()) items.push(await prepareItem(path, input, deps));
  return refuseSharedExtensions(items);
}

async function prepareItem(
  path: string,
  input: BatchInput,
  { host, target: lookUp, namedTarget }: DeployDeps,
): Promise<BatchItem> {
  let item: BatchItem = { path };
  try {
    const manifest = await linkedManifest(path, input, host.cwd);
    const { path: source, extensionId } = manifest;
    item = { path, extension: { id: null, named: extensionId.trim(), source } };
    const project = await findProject({ ...input, path }, host.cwd);
    item = { ...item, project, version: project.version?.version };
    const named = await namedTarget(manifest);
    item = { ...item, named, extension: namedExtension(named) };
    if (input.dryRun) return item;
    const target = await lookUp(manifest);
    return { ...item, target, extension: extensionOf(target) };
  } catch (thrown) {
    return { ...item, error: itemError(thrown, host) };
  }
}

/** With several projects, each must name its own extension. */
async function linkedManifest(
  path: string,
  input: BatchInput,
  cwd: string,
): Promise<Manifest & { readonly extensionId: string }> {
  const { manifest, root, built } = await locateBuild({ ...input, path }, cwd);
  const isOwn =
    (await projectDirectory(path, cwd)) !== undefined || root === built || root === dirname(built);
  if (manifest === undefined || !isOwn) {
    throw new LumioError('usage', {
      code: 'not_a_project',
      message: `${path} contains no lumio.config.json.`,
      hint: 'To deploy several directories, each must be a project. To select only projects:',
      next: 'lumio deploy packages/*/lumio.config.json',
    });
  }
  const { extensionId } = manifest;
  if (extensionId !== undefined) return { ...manifest, extensionId };
  throw new LumioError('usage', {
    code: 'no_extension',
    message: `${manifest.path} has no "extensionId".`,
    hint: 'Link the project to its extension:',
    next: linkCommand(root, cwd),
  });
}

function refuseSharedExtensions(items: readonly BatchItem[]): BatchItem[] {
  const idOf = ({ target, named }: BatchItem) => target?.id ?? named?.value;
  const sharing = new Map(items.map((item): [unknown, BatchItem[]] => [idOf(item), []]));
  for (const item of items) sharing.get(idOf(item))?.push(item);
  return items.map((item) => {
    const id = idOf(item);
    const others = (sharing.get(id) ?? []).filter((other) => id !== undefined && other !== item);
    if (others.length === 0) return item;
    const error = new LumioError('usage', {
      code: 'same_extension',
      message:
        `${item.path} is linked to the same extension (${id ?? ''}) as ` +
        `${others.map(({ path }) => path).join(', ')}.`,
      hint: 'Correct "extensionId" in lumio.config.json: each project needs a different extension.',
    });
    return { ...item, error };
  });
}

async function* deployItem(
  item: BatchItem,
  input: BatchInput,
  deps: DeployDeps,
): BatchStream<BatchItem> {
  const { path, project, target } = item;
  yield { kind: 'project', path };
  let { version } = item;
  const notes: string[] = [];
  const noted = (step: DeployStep): DeployStep => {
    // With --bump the version is known only now.
    if (step.kind === 'target') ({ version } = step);
    if (step.kind === 'warning') notes.push(step.message);
    return step;
  };
  try {
    if (project === undefined)
      yield* mapSteps(configWarnings({ ...input, path }, deps.host.cwd), noted);
    if (item.error !== undefined) throw item.error;
    if (project === undefined) return item;
    const own = { ...input, path, waitMs: undefined };
    const steps: DeployStream<DeployReport | DryRunReport> =
      target === undefined
        ? dryRunProject(project, own, deps)
        : deployProject(project, own, { ...deps, target: async () => target });
    const report = yield* mapSteps(steps, noted);
    return { ...item, report };
  } catch (thrown) {
    return yield* failItem({ ...item, version, notes }, thrown, deps);
  }
}

async function* reviewItem(
  item: BatchItem,
  deadline: number,
  deps: DeployDeps,
): BatchStream<BatchItem> {
  const { path, report, target } = item;
  if (target === undefined || report === undefined || report.outcome === 'dry-run') return item;
  yield { kind: 'project', path };
  const timeoutMs = Math.max(0, deadline - deps.host.clock.monotonicMs());
  let known = report;
  try {
    const steps = awaitReview(report, { path, target, timeoutMs }, deps);
    const decided = yield* mapSteps(steps, (step) => {
      if (step.kind === 'review') known = { ...report, version: step.version };
      return step;
    });
    return { ...item, report: decided };
  } catch (thrown) {
    return yield* failItem({ ...item, report: known }, thrown, deps);
  }
}

async function* failItem(
  item: BatchItem,
  thrown: unknown,
  { host }: DeployDeps,
): BatchStream<BatchItem> {
  const { path } = item;
  const error = itemError(thrown, host);
  yield { kind: 'failed', path, error };
  return { ...item, error };
}

/** @throws what ends the whole batch: an interruption or a bug */
function itemError(thrown: unknown, { signal }: Host): LumioError {
  const error = asLumioError(thrown);
  if (signal.aborted || error.kind === 'bug') throw thrown;
  return error;
}

function withItems(thrown: unknown, items: readonly BatchItem[]): unknown {
  if (!(thrown instanceof LumioError)) return thrown;
  const deploys = items.map((item) => ({ ...itemDocument(item), message: item.error?.message }));
  const details = { ...thrown.problem.details, deploys };
  return new LumioError(thrown.kind, { ...thrown.problem, details, cause: thrown });
}
