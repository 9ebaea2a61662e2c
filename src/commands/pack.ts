import { defineCommand, directory, file, flag, result, string } from '../cli/command.ts';
import type { Context } from '../cli/context.ts';
import type { PackReport } from '../deploy/pack.ts';
import { followSteps } from '../deploy/steps.ts';
import { LumioError } from '../errors.ts';
import {
  type View,
  bytes,
  fields,
  line,
  statusLine,
  strong,
  summary,
  table,
} from '../terminal/view.ts';
import { visibleName } from '../terminal/printable.ts';
import { formatBytes, formatCount } from '../shared/quantities.ts';
import { allowOption } from './shared-options.ts';

export const pack = defineCommand({
  path: ['pack'],
  summary: 'Create the archive that deploy uploads',
  details:
    'The same content produces the same bytes on every system. tarSha256 is the hash of ' +
    "the uncompressed tar, which doesn't depend on the Node.js version.",
  args: { dir: directory('[dir]', 'Built directory or project (default: dist or .lumio-dist)') },
  options: {
    output: file(
      '-o, --output <file>',
      'Output file; "-" for stdout (default: <slug or directory>-<version>.tar.gz)',
    ),
    list: flag('--list', 'List the files without writing an archive'),
    version: string('-v, --version <semver>', 'Version in the default file name'),
    allow: allowOption,
  },
  examples: {
    'lumio pack': 'Pack dist into an archive in the working directory',
    'lumio pack --list': 'List the files that a deploy uploads',
    'lumio pack -o - | tar tzv': 'Show the entries of the archive',
  },
  errors: ['refused'],
  async run(args, options, ctx) {
    if (options.output === '-' && (ctx.options.json || ctx.host.stdout.isTerminal))
      throw noBinary(ctx.options.json ? '--json' : 'a terminal');
    const { pack: start } = await import('../deploy/pack.ts');
    const progress = await ctx.progress();
    const step = progress.step('Packing');
    const notes: string[] = [];
    const packOptions = {
      path: args.dir,
      version: options.version,
      allow: options.allow,
      output: options.output,
      mode: options.list ? ('list' as const) : ('write' as const),
      slug: ctx.host.env['LUMIO_EXTENSION'],
      secrets: await activeKey(ctx),
    };
    const { report, bytes: archive } = await followSteps(start(packOptions, ctx.host), (event) => {
      if (event.kind === 'packing') step.bytes(event.doneBytes, event.totalBytes);
      if (event.kind !== 'warning') return;
      notes.push(event.message);
      ctx.log.warn(event.message);
    });
    // In a terminal the result below shows the same.
    if (options.list || (archive === undefined && ctx.host.stdout.isTerminal)) step.close();
    else step.done(`Packed ${sizeOf(report)}`);
    return result(
      { ...report, notes },
      () => (options.list ? listed(report) : written(report, ctx)),
      archive === undefined ? {} : { bytes: archive },
    );
  },
});

/** Packing needs no key, but must not pack it. */
async function activeKey({ credentials }: Context): Promise<string[]> {
  return credentials.active().then(
    ({ key }) => [key],
    () => [],
  );
}

function listed(report: PackReport): View {
  const columns = [
    { label: 'Size', align: 'right' },
    { label: 'Path', flexible: true, wraps: true },
  ] as const;
  const files = table(
    columns,
    report.files.map((file) => [bytes(file.sizeBytes), visibleName(file.path)]),
    'No files.',
  );
  return [files, summary(undefined, `${sizeOf(report)} packed`)];
}

function written({ path, ...report }: PackReport, { host, log }: Context): View {
  if (path === null) return [];
  const { sizeBytes, sha256 } = report.bundle;
  if (!host.stdout.isTerminal) return [line(path, bytes(sizeBytes), sha256)];
  return [
    statusLine('done', 'Wrote', strong(log.displayPath(path)), `(${sizeOf(report)})`),
    fields([['sha256', sha256]]),
  ];
}

function sizeOf({ bundle, ignoredCount }: Pick<PackReport, 'bundle' | 'ignoredCount'>): string {
  const { fileCount, sizeBytes } = bundle;
  const left = ignoredCount === 0 ? '' : `, ${ignoredCount} excluded`;
  return `${formatCount(fileCount, 'file')}, ${formatBytes(sizeBytes)}${left}`;
}

function noBinary(where: string): LumioError {
  return new LumioError('usage', {
    code: 'binary_to_terminal',
    message: `Can't write an archive to stdout with ${where}.`,
    hint: 'Redirect stdout to a pipe or a file, or remove "-o -".',
  });
}
