import { choice, defineCommand, flag, result, text } from '../command.ts';
import { deployEvents } from './deploy-events.ts';
import { showDeploy, showDryRun } from './deploy-views.ts';
import { allowOption, dryRunOption, extensionOption, waitOption } from './shared-options.ts';

export const deploy = defineCommand({
  path: ['deploy'],
  summary: 'Pack a built folder and submit it as a new version',
  details: 'Everything local is checked first; nothing is uploaded that a check would have refused. One version is submitted once, whatever the network does.',
  args: { dir: text('[dir]', 'the built folder (default: dist, else .lumio-dist)', { completes: 'folder' }) },
  options: {
    extension: extensionOption,
    version: text('-v, --version <semver>', "the bundle's version (else lumio.config.json, else package.json)"),
    bump: choice('--bump <part>', 'raise the highest version on the server', ['major', 'minor', 'patch']),
    changelog: text('-c, --changelog <text>', 'what changed (else the section of CHANGELOG.md)', { alias: '-d, --description <text>' }),
    changelogFile: text('--changelog-file <file>', 'what changed, from a file; "-" = stdin', { completes: 'file' }),
    outdir: text('--outdir <dir>', 'the built folder, as the vendor has it', { completes: 'folder' }),
    wait: waitOption,
    skipExisting: flag('--skip-existing', 'end well when the version exists already'),
    dryRun: dryRunOption,
    allow: allowOption,
  },
  examples: [
    { command: 'lumio deploy', text: 'Pack dist and submit the version of lumio.config.json or package.json' },
    { command: 'lumio deploy --bump patch --wait', text: 'Next patch version, and wait for the review' },
    { command: 'lumio deploy build -v 2.0.0 -c "New layout"', text: 'Say it all on the command line' },
    { command: 'lumio deploy --dry-run', text: 'See what would be sent' },
  ],
  errors: ['auth', 'refused', 'not_found', 'conflict', 'rejected', 'undecided'],
  json: '{"version": {…}, "outcome": "created" | "unchanged" | "dry-run", "recovered", "bundle": {"fileCount", "sizeBytes", "sha256", "tarSha256"}, "extension": {"id"}}',
  async run(args, options, ctx) {
    const room = await ctx.rooms.deploy();
    const request = {
      given: room.oneFolder(args.dir, options.outdir),
      version: options.version,
      bump: room.oneVersion(options.version, options.bump),
      changelog: options.changelog,
      changelogFile: options.changelogFile,
      allow: options.allow,
      unversioned: 'refuse' as const,
      skipExisting: options.skipExisting ? 'skip' as const : 'refuse' as const,
      waitMs: options.wait,
    };
    if (options.dryRun) {
      const named = await ctx.namedTarget(options.extension);
      return result(await room.dryRun(request, { baseUrl: ctx.globals.apiUrl, named }, ctx.host), showDryRun);
    }
    const precheck = async (): Promise<void> => {
      await ctx.namedTarget(options.extension);
      await ctx.credential();
    };
    const world = { host: ctx.host, client: ctx.client, target: () => ctx.target(options.extension), precheck };
    const report = await room.deploy(request, world, await deployEvents(ctx));
    return result(report, showDeploy, { next: room.nextSteps(report) });
  },
});
