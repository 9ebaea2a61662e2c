/** How results of deploys look on a terminal, in a pipe and in GitHub Actions. */
import type { BatchItem } from '../deploy/batch.ts';
import type { ChangelogFacts, DeployReport, DryRunReport } from '../deploy/steps.ts';
import type { DeployFacts } from '../github-actions/summary.ts';
import type { Target } from '../project/target.ts';
import {
  type Cell,
  type View,
  bytes,
  fields,
  line,
  none,
  optional,
  status,
  table,
} from '../terminal/view.ts';

/** What the report doesn't have. */
export interface DeployDetails {
  readonly target: Pick<Target, 'id' | 'slug' | 'name'> | undefined;
  readonly dashboard: string | undefined;
  displayPath(path: string): string;
  /** A terminal shows no empty fields; a pipe has always the same rows. */
  readonly isTerminal: boolean;
}

export function showDeploy(
  { outcome, recovered, version, bundle, changelog }: DeployReport,
  { target, dashboard, displayPath, isTerminal }: DeployDetails,
): View {
  const note = recovered ? ' (the response was lost; found on the server)' : '';
  const outcomes = {
    created: `created${note}`,
    skipped: 'skipped (the version exists; your files were not uploaded)',
  };
  const entries: readonly (readonly [string, Cell])[] = [
    ['Outcome', outcomes[outcome]],
    ['Extension', optional(target && extensionLabel(target))],
    ['Version', version.version],
    ['ID', version.id],
    ['Status', status(version.status)],
    ['Files', optional(bundle?.fileCount)],
    ['Size', bytes(bundle?.sizeBytes)],
    ['Changelog', optional(changelogLabel(changelog, displayPath))],
    ['sha256', optional(bundle?.sha256)],
    ['Dashboard', optional(dashboard)],
  ];
  return [fields(isTerminal ? entries.filter(([, cell]) => cell !== none) : entries)];
}

function extensionLabel({ id, slug, name }: NonNullable<DeployDetails['target']>): string {
  const key = slug ?? id;
  return name === undefined ? key : `${name} (${key})`;
}

function changelogLabel(
  changelog: ChangelogFacts | null,
  displayPath: (path: string) => string,
): string | undefined {
  if (changelog === null) return undefined;
  return `${displayPath(changelog.source)} (${changelog.characters} characters)`;
}

/** @param form `rows` for a pipe: each row starts with its kind */
export function showDryRun(
  { request, extension, files, bundle, ...report }: DryRunReport,
  form: 'rows' | 'table',
  displayPath: (path: string) => string,
): View {
  const kind = form === 'rows' ? ['file'] : [];
  const columns = [
    ...kind.map(() => ({ label: 'Kind' })),
    { label: 'Size', align: 'right' as const },
    { label: 'Path', flexible: true as const },
  ];
  const rows = files.map(({ path, sizeBytes }) => [...kind, bytes(sizeBytes), path]);
  const unknown = extension.id === null ? ` (:id is the ID of ${extension.named})` : '';
  return [
    table(columns, rows, 'No files.'),
    fields([
      ['Would send', `${request.method} ${request.url}${unknown}`],
      ['Extension', extension.slug ?? extension.named],
      ['Version', request.fields.version],
      ['Changelog', optional(changelogLabel(report.changelog, displayPath))],
      ['Changelog text', optional(request.fields.changelog)],
      ['Existing version', optional(report.existing && `${report.existing.id} (would be skipped)`)],
      ['Not checked', optional(report.unchecked.join(', ') || undefined)],
      ['Files', bundle.fileCount],
      ['Left out', report.ignoredCount],
      ['Size', bytes(bundle.sizeBytes)],
      ['sha256', bundle.sha256],
      ['tarSha256', bundle.tarSha256],
    ]),
  ];
}

/** A row for each project. Errors were shown before. */
export function showBatch(items: readonly BatchItem[], isTerminal: boolean): View {
  const columns = [
    { label: 'Project', flexible: true },
    { label: 'Extension' },
    { label: 'Version' },
    { label: 'Status' },
    { label: 'Size', align: 'right' },
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
  return isTerminal ? [projects, line(batchSummary(items))] : [projects];
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

/** @param dashboardOf the address of an extension's page, if it has one */
export function deployFacts(
  { path, report, error, ...known }: Partial<BatchItem>,
  dashboardOf: (id: string) => string | undefined,
): DeployFacts {
  const extension = report?.extension ?? known.extension;
  return {
    folder: path,
    outcome: report?.outcome ?? 'failed',
    extension: extension && {
      name: nameOf(extension),
      // An ID that was not looked up may not exist.
      dashboard: 'named' in extension ? undefined : dashboardOf(extension.id),
    },
    version:
      versionOf(report) ?? (known.version === undefined ? undefined : { version: known.version }),
    bundle: report?.bundle ?? undefined,
    error: error?.message,
  };
}

function nameOf(extension: NonNullable<BatchItem['extension']>): string {
  return 'named' in extension ? extension.named : (extension.slug ?? extension.id);
}

function versionOf(report: DeployReport | DryRunReport | undefined): DeployFacts['version'] {
  if (report?.outcome === 'dry-run') return { version: report.request.fields.version };
  return report?.version;
}
