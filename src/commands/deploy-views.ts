/** Results of deploys in a terminal, in a pipe and in GitHub Actions. */
import type { BatchItem } from '../deploy/batch.ts';
import type {
  ChangelogFacts,
  DeployReport,
  DryRunReport,
  NamedExtension,
} from '../deploy/steps.ts';
import { formatCount } from '../shared/quantities.ts';
import { visibleName } from '../terminal/printable.ts';
import type { DeployFacts } from '../github-actions/summary.ts';
import {
  type Cell,
  type View,
  bytes,
  detail,
  fields,
  none,
  optional,
  status,
  statusLine,
  summary,
  table,
} from '../terminal/view.ts';

/** Data that the report doesn't contain. */
export interface DeployDetails {
  readonly dashboard: string | undefined;
  displayPath(path: string): string;
  /** A terminal shows no empty fields; a pipe always gets the same rows. */
  readonly isTerminal: boolean;
}

/** A sentence and fields in a terminal; always the same rows in a pipe. */
export function showDeploy(report: DeployReport, details: DeployDetails): View {
  const { outcome, recovered, version, bundle, changelog, extension } = report;
  const { dashboard, isTerminal } = details;
  const entries: readonly (readonly [string, Cell])[] = [
    ['ID', version.id],
    ['Status', status(version.status)],
    ['Files', optional(bundle?.fileCount)],
    ['Size', bytes(bundle?.sizeBytes)],
    ['Changelog', optional(changelogLabel(changelog, details))],
    ['Dashboard', optional(dashboard)],
    ['sha256', optional(bundle?.sha256)],
  ];
  if (!isTerminal)
    return [
      fields([
        ['Outcome', outcome],
        ['Extension', extensionLabel(extension)],
        ['Version', version.version],
        ...entries,
      ]),
    ];
  const note = recovered ? ' The response was lost, but the version was found on the server.' : '';
  const hasNoChangelog = outcome === 'created' && changelog === null;
  return [
    statusLine(outcome === 'created' ? 'done' : 'info', `${sentenceFor(report)}${note}`),
    ...(hasNoChangelog
      ? [
          detail(
            'The version has no changelog. For the next one, pass --changelog or add a ' +
              'section to CHANGELOG.md.',
          ),
        ]
      : []),
    fields(withoutEmpty(entries)),
  ];
}

function sentenceFor({ outcome, version: { version, status: state }, extension }: DeployReport) {
  const name = nameLabel(extension);
  if (outcome === 'skipped')
    return `Skipped ${version}: it already exists in ${name}. Your files weren't uploaded.`;
  if (state === 'approved') return `Approved: ${version} of ${name}.`;
  return `Submitted ${version} to ${name} (${state === 'pending' ? 'pending review' : state}).`;
}

function withoutEmpty(entries: readonly (readonly [string, Cell])[]): typeof entries {
  return entries.filter(([, cell]) => cell !== none);
}

type Named = DeployReport['extension'] | NamedExtension;

/** `My Scoreboard`, or what identifies it. */
export function nameLabel(extension: Named): string {
  return extension.name ?? identifierOf(extension);
}

/** `My Scoreboard (my-scoreboard)` */
function extensionLabel(extension: Named): string {
  const key = identifierOf(extension);
  return extension.name === undefined ? key : `${extension.name} (${key})`;
}

function identifierOf(extension: Named): string {
  return extension.slug ?? ('named' in extension ? extension.named : extension.id);
}

function changelogLabel(
  changelog: ChangelogFacts | null,
  { displayPath }: DeployDetails,
): string | undefined {
  if (changelog === null) return undefined;
  const { source, characters } = changelog;
  // The option has three names.
  const shown = source === '--changelog' ? 'command line' : displayPath(source);
  return `${shown} (${formatCount(characters, 'character')})`;
}

/** In a pipe each row of a file starts with its kind. */
export function showDryRun(
  { request, extension, files, bundle, ...report }: DryRunReport,
  details: DeployDetails,
): View {
  const { isTerminal } = details;
  const { fields: form, method, url } = request;
  const { existing, unchecked, ignoredCount } = report;
  const kind = isTerminal ? [] : ['file'];
  const columns = [
    ...kind.map(() => ({ label: 'Kind' })),
    { label: 'Size', align: 'right' as const },
    { label: 'Path', flexible: true as const, wraps: true as const },
  ];
  const rows = files.map(({ path, sizeBytes }) => [...kind, bytes(sizeBytes), visibleName(path)]);
  const unknown = extension.id === null ? ` (:id is the ID of ${extension.named})` : '';
  const entries: readonly (readonly [string, Cell])[] = [
    ['Extension', extensionLabel(extension)],
    ['Version', form.version],
    ['Changelog', optional(changelogLabel(report.changelog, details))],
    ['Changelog text', optional(form.changelog)],
    ['Existing version', optional(existing && `${existing.id} (would be skipped)`)],
    ['Not checked', optional(unchecked.join(', ') || undefined)],
    ['Files', bundle.fileCount],
    ['Excluded', isTerminal && ignoredCount === 0 ? none : ignoredCount],
    ['Size', bytes(bundle.sizeBytes)],
    ['Would send', `${method} ${url}${unknown}`],
    ['sha256', bundle.sha256],
    ['tarSha256', bundle.tarSha256],
  ];
  const fileTable = table(columns, rows, 'No files.');
  if (!isTerminal) return [fileTable, fields(entries)];
  const ready =
    existing === null
      ? `Ready: ${form.version} → ${extension.slug ?? nameLabel(extension)}.`
      : `${form.version} exists in ${nameLabel(extension)} and would be skipped.`;
  return [
    fileTable,
    fields(withoutEmpty(entries)),
    statusLine(existing === null ? 'done' : 'info', `${ready} Nothing was uploaded.`),
  ];
}

/** A row for each project. Errors were shown before. */
export function showBatch(items: readonly BatchItem[]): View {
  const columns = [
    { label: 'Project', identifier: true },
    { label: 'Extension', identifier: true },
    { label: 'Version', identifier: true },
    { label: 'Status', optional: true },
    { label: 'Size', align: 'right', optional: true },
    { label: 'Outcome' },
  ] as const;
  const rows = items.map((item) => {
    const { outcome, extension, version, bundle } = deployFacts(item, () => undefined);
    return [
      item.path,
      optional(extension?.name),
      optional(version?.version),
      status(version?.status),
      bytes(bundle?.sizeBytes),
      outcome === 'failed' ? status(outcome) : outcome,
    ];
  });
  const projects = table(columns, rows, 'No projects.');
  return [projects, summary(undefined, batchSummary(items))];
}

/** `2 deployed, 1 failed` */
export function batchSummary(items: readonly BatchItem[]): string {
  const words = { created: 'deployed', skipped: 'skipped', 'dry-run': 'checked', failed: 'failed' };
  const outcomes = items.map(({ report, error }) =>
    error === undefined ? report?.outcome : 'failed',
  );
  return Object.entries(words)
    .map(([outcome, word]) => ({ count: outcomes.filter((it) => it === outcome).length, word }))
    .filter(({ count }) => count > 0)
    .map(({ count, word }) => `${count} ${word}`)
    .join(', ');
}

/** @param dashboardOf the URL of an extension's page, if it has one */
export function deployFacts(
  { path, report, error, ...known }: Partial<BatchItem>,
  dashboardOf: (id: string) => string | undefined,
): DeployFacts {
  const extension = report?.extension ?? known.extension;
  return {
    directory: path,
    outcome: report?.outcome ?? 'failed',
    extension: extension && {
      name: identifierOf(extension),
      // An ID that wasn't looked up may not exist.
      dashboard: 'named' in extension ? undefined : dashboardOf(extension.id),
    },
    version:
      versionOf(report) ?? (known.version === undefined ? undefined : { version: known.version }),
    bundle: report?.bundle ?? undefined,
    error: error?.message,
  };
}

function versionOf(report: DeployReport | DryRunReport | undefined): DeployFacts['version'] {
  if (report?.outcome === 'dry-run') return { version: report.request.fields.version };
  return report?.version;
}
