import {
  type Result,
  choice,
  defineCommand,
  flag,
  result,
  string,
  strings,
} from '../cli/command.ts';
import type { Context } from '../cli/context.ts';
import type { FollowUp } from '../deploy/follow-up.ts';
import type { DeployReport, DeployRequest } from '../deploy/deploy.ts';
import { LumioError } from '../errors.ts';
import type { Manifest } from '../project/manifest.ts';
import { deployTeller } from './deploy-events.ts';
import { addressOf, dashboards, deployFolders, worldOf } from './deploy-several.ts';
import { factsOf, showDeploy, showDryRun } from './deploy-views.ts';
import { allowOption, dryRunOption, extensionOption, waitOption } from './shared-options.ts';

export const deploy = defineCommand({
  path: ['deploy'],
  summary: 'Pack a built folder and submit it as a new version',
  details:
    'Everything local is checked first; nothing is uploaded that a check would have refused. One version is submitted once, whatever the network does. A [dir] that holds a lumio.config.json is a project: its built folder is found inside, and it has its own extension, version and changelog. Several are deployed one after another, and one that fails does not stop the rest; -v, --bump and -c then hold for each, --wait for all together.',
  args: {
    dir: strings(
      '[dir...]',
      'the built folder, or a project that holds one (default: dist, else .lumio-dist)',
      { completion: 'folder' },
    ),
  },
  options: {
    extension: extensionOption,
    version: string(
      '-v, --version <semver>',
      "the bundle's version (else lumio.config.json, else package.json)",
    ),
    bump: choice(
      '--bump <part>',
      'raise the highest version on the server; not with --dry-run, which asks no server',
      ['major', 'minor', 'patch'],
    ),
    changelog: string('-c, --changelog <text>', 'what changed (else the section of CHANGELOG.md)', {
      alias: '-d, --description <text>',
    }),
    changelogFile: string('--changelog-file <file>', 'what changed, from a file; "-" = stdin', {
      completion: 'file',
    }),
    outdir: string('--outdir <dir>', 'the built folder; inside the project where [dir] is one', {
      completion: 'folder',
    }),
    wait: waitOption,
    skipExisting: flag('--skip-existing', 'end well when the version exists already'),
    dryRun: dryRunOption,
    allow: allowOption,
  },
  examples: [
    {
      command: 'lumio deploy',
      text: 'Pack dist and submit the version of lumio.config.json or package.json',
    },
    {
      command: 'lumio deploy --bump patch --wait',
      text: 'Next patch version, and wait for the review',
    },
    {
      command: 'lumio deploy build -v 2.0.0 -c "New layout"',
      text: 'Say it all on the command line',
    },
    { command: 'lumio deploy packages/*', text: 'Several extensions of one repository' },
    { command: 'lumio deploy --dry-run', text: 'See what would be sent' },
  ],
  errors: ['auth', 'refused', 'not_found', 'conflict', 'rejected', 'timed_out'],
  json: '{"version": {…}, "outcome": "created" | "unchanged" | "dry-run", "recovered", "bundle": {"fileCount", "sizeBytes", "sha256", "tarSha256"}, "extension": {"id", "slug": where it was looked up}}; with --dry-run "request": {"method", "url", "fields": {"version", "changelog"?}, "bundle": {"filename", "sizeBytes"}}, "bundle", "files": [{"path", "sizeBytes"}], "extension": {"id": null where a slug was not looked up, and then ":id" in the url, "named", "source"}; where several folders are given {"deploys": [{"folder", …the same, or "outcome": "failed", "extension" and "version": {"version"} where they were known, and "error"}], "failed"}',
  async run(args, options, ctx) {
    const room = await import('../deploy/index.ts');
    const request = {
      outdir: options.outdir,
      version: options.version,
      bump: room.oneVersion(options.version, options.bump),
      changelog: options.changelog,
      changelogFile: options.changelogFile,
      allow: options.allow,
      unversioned: 'refuse' as const,
      skipExisting: options.skipExisting ? ('skip' as const) : ('refuse' as const),
      waitMs: options.wait,
    };
    if (args.dir.length > 1) return deployFolders(args.dir, request, options, ctx);
    const own = { ...request, given: args.dir[0] };
    return options.dryRun
      ? rehearse(own, options.extension, ctx)
      : deployFolder(own, options.extension, ctx);
  },
});

async function deployFolder(
  request: DeployRequest,
  extension: string | undefined,
  ctx: Context,
): Promise<Result> {
  const room = await import('../deploy/index.ts');
  const teller = await deployTeller(ctx);
  const [actions, dashboardOf] = await Promise.all([ctx.github(), dashboards(ctx)]);
  const world = worldOf(extension, ctx);
  let known: DeployReport | undefined;
  let next: string[] = [];
  let manifest: Manifest | undefined;
  const target: typeof world.target = (found) => world.target((manifest = found));
  const onKnown = (report: DeployReport, again: FollowUp): void => {
    known = report;
    next = room.nextSteps(report, again);
  };
  try {
    const report = await room.deploy(request, { ...world, target }, { ...teller.next(), onKnown });
    await actions?.reportDeploy(factsOf({ report }, dashboardOf));
    noteStale(request, report, manifest, ctx);
    return result(report, (data) => showDeploy(data, toldOf(data, ctx)), { next });
  } catch (thrown) {
    // The version is on the server, whatever came of the wait: later steps may ask for it.
    if (known !== undefined && thrown instanceof LumioError)
      await actions?.reportDeploy(factsOf({ report: known, error: thrown }, dashboardOf));
    throw thrown;
  }
}

/** What --bump chose stands nowhere in the project: the next deploy without it would go back. */
function noteStale(
  { bump }: DeployRequest,
  { outcome, version }: DeployReport,
  manifest: Manifest | undefined,
  ctx: Context,
): void {
  const old = manifest?.version;
  if (bump === undefined || outcome !== 'created' || old === undefined || old === version.version)
    return;
  ctx.log.note(`Note: lumio.config.json still says ${old}.`);
}

/** What the steps have said on the same terminal. */
function toldOf({ outcome }: DeployReport, { host, options }: Context): string[] {
  if (options.quiet || !host.stderr.isTerminal) return [];
  return ['Files', 'Size', ...(outcome === 'created' ? ['Extension', 'Version', 'ID'] : [])];
}

async function rehearse(
  request: DeployRequest,
  extension: string | undefined,
  ctx: Context,
): Promise<Result> {
  const room = await import('../deploy/index.ts');
  const report = await room.dryRun(request, await addressOf(extension, ctx), ctx.host);
  await (await ctx.github())?.reportDeploy(factsOf({ report }, await dashboards(ctx)));
  return result(report, (data) => showDryRun(data, ctx.host.stdout.isTerminal ? 'table' : 'rows'));
}
