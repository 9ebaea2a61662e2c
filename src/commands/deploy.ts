import {
  type Result,
  choice,
  defineCommand,
  file,
  flag,
  directory,
  result,
  string,
  strings,
} from '../cli/command.ts';
import type { Context } from '../cli/context.ts';
import { dashboardOf, parseApiUrl } from '../api/api-url.ts';
import type { BatchInput, BatchItem } from '../deploy/batch.ts';
import type { DeployDeps, DeployInput } from '../deploy/project.ts';
import {
  type DeployReport,
  type DeployStream,
  type DryRunReport,
  followSteps,
} from '../deploy/steps.ts';
import { LumioError, conflictingOptions } from '../errors.ts';
import { nextStep } from '../project/follow-up.ts';
import type { Target } from '../project/target.ts';
import { deployProgress } from './deploy-progress.ts';
import { batchSummary, deployFacts, showBatch, showDeploy, showDryRun } from './deploy-views.ts';
import { allowOption, dryRunOption, extensionOption, waitOption } from './shared-options.ts';

export const deploy = defineCommand({
  path: ['deploy'],
  summary: 'Pack a built directory and submit it as a new version',
  details:
    'Checks your files first, then the server, and uploads only if every check passes. A ' +
    'version is submitted at most once, even if the network fails. A directory with a ' +
    'lumio.config.json is a project, and lumio finds the built directory inside it. A packed ' +
    '.tar.gz is checked like a directory and sent unchanged. Several projects are ' +
    "deployed one after another, and a failure doesn't stop the others; --wait limits " +
    'their total time.',
  args: {
    path: strings(
      '[path...]',
      'Built directory, project or packed .tar.gz (default: dist or .lumio-dist)',
      { completion: 'directory' },
    ),
  },
  options: {
    extension: extensionOption,
    version: string(
      '-v, --version <semver>',
      'Version to submit (default: from lumio.config.json or package.json)',
    ),
    bump: choice('--bump <part>', 'Increase the highest version on the server', [
      'major',
      'minor',
      'patch',
    ]),
    write: flag(
      '--write',
      'With --bump: write the new version to lumio.config.json or package.json',
    ),
    changelog: string(
      '-c, --changelog <text>',
      "Changelog text (default: the version's section in the changelog file)",
      { aliases: ['-d, --description <text>', '-m, --message <text>'] },
    ),
    changelogFile: file('--changelog-file <file>', 'Read the changelog from a file; "-" for stdin'),
    outdir: directory(
      '--outdir <dir>',
      'Built directory (relative to the project, if the path is a project)',
    ),
    wait: waitOption,
    skipExisting: flag('--skip-existing', 'Succeed without uploading if the version exists'),
    dryRun: dryRunOption,
    allow: allowOption,
  },
  examples: {
    'lumio deploy': "Pack dist and submit it as the project's version",
    'lumio deploy --bump patch --wait': 'Submit the next patch version and wait for its review',
    'lumio deploy build -v 2.0.0 -m "New layout"':
      'Specify the directory, the version and the changelog',
    'lumio deploy packages/*': 'Deploy all extensions of a repository',
    'lumio deploy --dry-run': 'Check everything without uploading',
  },
  errors: ['auth', 'refused', 'not_found', 'conflict', 'rejected', 'review_rejected', 'timed_out'],
  async run(args, options, ctx) {
    const { extension, version, bump, changelog, changelogFile, allow, dryRun, ...others } =
      options;
    if (version !== undefined && bump !== undefined)
      throw conflictingOptions("--version and --bump can't be combined.", 'Use one of them.');
    if (options.write && bump === undefined)
      throw conflictingOptions('--write needs --bump.', 'Add --bump <major|minor|patch>.');
    const { outdir: outDir, skipExisting, wait: waitMs, write } = others;
    const source = { outDir, version, bump, changelog, changelogFile, allow };
    const input = { ...source, requiresVersion: true, skipExisting, waitMs, write, dryRun };
    const deps = deployDeps(extension, ctx);
    const { expandPaths } = await import('../deploy/locate-build.ts');
    const paths = await expandPaths(args.path, ctx.host, outDir);
    const [path] = paths;
    // In a terminal, lumio prompts for the version once the existing versions are known.
    const requiresVersion = dryRun || !ctx.options.interactive;
    if (paths.length <= 1) return deployOne({ ...input, path, requiresVersion }, deps, ctx);
    refuseOneExtension(extension, ctx);
    return deployAll(paths, input, deps, ctx);
  },
});

type SingleInput = DeployInput & { readonly dryRun: boolean };

function deployDeps(extension: string | undefined, ctx: Context): DeployDeps {
  return {
    host: ctx.host,
    apiUrl: parseApiUrl(ctx.options.apiUrl),
    reportsAllMissing: !ctx.options.interactive,
    client: ctx.client,
    chooseVersion: ctx.options.interactive
      ? async (existing) =>
          (await import('../project/choices.ts')).chooseVersion(existing, ctx.prompts)
      : undefined,
    checkKey: () => ctx.credentials.active(),
    target: (manifest) => ctx.target.resolve(extension, manifest),
    namedTarget: (manifest) => ctx.target.named(extension, manifest),
  };
}

async function deployOne(input: SingleInput, deps: DeployDeps, ctx: Context): Promise<Result> {
  const { deploy: start, dryRun } = await import('../deploy/deploy.ts');
  const show = await deployProgress(ctx, !ctx.host.stdout.isTerminal);
  let known: DeployReport | undefined;
  let target: Target | undefined;
  const steps: DeployStream<DeployReport | DryRunReport> = input.dryRun
    ? dryRun(input, deps)
    : start(input, deps);
  try {
    const report = await followSteps(steps, (step) => {
      if (step.kind === 'target') ({ target } = step);
      if ('report' in step) known = step.report;
      if (step.kind === 'review' && known !== undefined)
        known = { ...known, version: step.version };
      return show(step);
    });
    await reportToGitHub([{ report }], ctx);
    return resultOf(report, target, ctx);
  } catch (thrown) {
    // The version is on the server even if its review failed.
    if (known !== undefined && thrown instanceof LumioError)
      await reportToGitHub([{ report: known, error: thrown }], ctx);
    throw thrown;
  }
}

function resultOf(
  report: DeployReport | DryRunReport,
  target: Target | undefined,
  ctx: Context,
): Result {
  const details = {
    displayPath: ctx.log.displayPath,
    isTerminal: ctx.host.stdout.isTerminal,
    dashboard: target && dashboardOf(target.id, ctx.options.apiUrl),
  };
  if (report.outcome === 'dry-run')
    return result(report, (data) => showDryRun(data, details), {
      next: ['Next: run the command without --dry-run.'],
    });
  return result(report, (data) => showDeploy(data, details), {
    next: nextSteps([{ report, target }], ctx),
  });
}

async function deployAll(
  paths: readonly string[],
  input: BatchInput,
  deps: DeployDeps,
  ctx: Context,
): Promise<Result> {
  const [{ deployBatch, itemDocument }, { problemDocument }] = await Promise.all([
    import('../deploy/batch.ts'),
    import('../terminal/problem.ts'),
  ]);
  if (!input.dryRun) await deps.checkKey();
  const show = await deployProgress(ctx, true);
  const items = await followSteps(deployBatch(paths, input, deps), show);
  const deploys = items.map((item) => ({
    ...itemDocument(item),
    ...(item.error && problemDocument(item.error)),
  }));
  await reportToGitHub(items, ctx, deploys);
  const errors = items.flatMap(({ error }) => error ?? []);
  ctx.log.note(ctx.host.stdout.isTerminal ? '' : batchSummary(items));
  return result({ deploys, failed: errors.length }, () => showBatch(items), {
    next: nextSteps(items, ctx),
    exitCode: errors[0]?.exitCode ?? 0,
  });
}

function nextSteps(items: readonly Partial<BatchItem>[], { host }: Context): string[] {
  return items.flatMap(({ target, report }) =>
    report === undefined || report.outcome === 'dry-run' || target === undefined
      ? []
      : (nextStep(report.version, target, host.cwd) ?? []),
  );
}

/** @param deploys the JSON documents of several projects */
async function reportToGitHub(
  items: readonly Partial<BatchItem>[],
  ctx: Context,
  deploys?: readonly unknown[],
): Promise<void> {
  const github = await ctx.github();
  const facts = items.map((item) => deployFacts(item, (id) => dashboardOf(id, ctx.options.apiUrl)));
  const [first] = facts;
  if (deploys !== undefined) await github?.reportDeploys(facts, deploys);
  else if (first !== undefined) await github?.reportDeploy(first);
}

/** @throws LumioError usage if one extension is named for several projects */
function refuseOneExtension(extension: string | undefined, { host }: Context): void {
  const isSet = (host.env['LUMIO_EXTENSION'] ?? '').trim() !== '';
  if (extension === undefined && !isSet) return;
  throw conflictingOptions(
    `${extension === undefined ? 'LUMIO_EXTENSION' : '--extension'} names one extension, ` +
      'but several projects are specified.',
    'Remove it (each project names its extension in lumio.config.json), or specify one project.',
  );
}
