/** Deploys and dry runs as people read them, and as GitHub Actions is told of them. */
import type { DeployFacts } from '../github-actions/index.ts';
import type { DeployReport } from '../deploy/deploy.ts';
import type { DryRun } from '../deploy/dry-run.ts';
import type { BatchItem, ExtensionFacts } from '../deploy/batch-projects.ts';
import { type Cell, type View, bytes, fields, optional, status, table } from '../terminal/view.ts';

/** @param told labels of what the steps on the same terminal have said just before */
export function showDeploy(report: DeployReport, told: readonly string[]): View {
  return [
    fields(
      [
        [
          'Outcome',
          report.recovered
            ? `${report.outcome} (the answer was lost; the server has the version)`
            : report.outcome,
        ],
        ['Extension', report.extension.slug ?? report.extension.id],
        ['Version', report.version.version],
        ['ID', report.version.id],
        ['Status', status(report.version.status)],
        ['Files', report.bundle.fileCount],
        ['Size', bytes(report.bundle.sizeBytes)],
        ['sha256', report.bundle.sha256],
      ],
      told,
    ),
  ];
}

/** @param form `rows`, for a pipe: each row begins with what it is, and the size of a file comes second in both forms */
export function showDryRun(
  { request, extension, files, bundle }: DryRun,
  form: 'rows' | 'table',
): View {
  const rows = files.map(({ path, sizeBytes }) =>
    form === 'rows' ? ['file', bytes(sizeBytes), path] : [bytes(sizeBytes), path],
  );
  const columns = [
    { label: 'Size', align: 'right' },
    { label: 'Path', flexible: true },
  ] as const;
  const unknown =
    extension.id === null ? ` (:id is that of ${extension.named}, not looked up)` : '';
  return [
    table(form === 'rows' ? [{ label: 'Kind' }, ...columns] : columns, rows, 'No files.'),
    fields([
      ['Would send', `${request.method} ${request.url}${unknown}`],
      ['Extension', extension.named],
      ['Version', request.fields.version],
      ['Changelog', optional(request.fields.changelog)],
      ['Files', bundle.fileCount],
      ['Size', bytes(bundle.sizeBytes)],
      ['sha256', bundle.sha256],
      ['tarSha256', bundle.tarSha256],
    ]),
  ];
}

/** A row for each folder. What went wrong with one is said where it went wrong. */
export function showSeveral(attempts: readonly BatchItem<DeployReport | DryRun>[]): View {
  const columns = [
    { label: 'Folder', flexible: true },
    { label: 'Extension' },
    { label: 'Version' },
    { label: 'Status' },
    { label: 'Size', align: 'right' },
    { label: 'Outcome' },
  ] as const;
  return [table(columns, attempts.map(rowOf), 'No folders.')];
}

function rowOf(attempt: BatchItem<DeployReport | DryRun>): Cell[] {
  const { report, folder } = attempt;
  const [extension, version] = [extensionOf(attempt), versionOf(attempt)];
  return [
    folder,
    optional(extension && nameOf(extension)),
    optional(version?.version),
    status(version?.status),
    bytes(report?.bundle.sizeBytes),
    report?.outcome ?? status('failed'),
  ];
}

/**
 * A deploy, as far as it is known how it went.
 * @param dashboardOf the address of an extension's page, where it has one
 */
export function factsOf(
  attempt: Told,
  dashboardOf: (id: string) => string | undefined,
): DeployFacts {
  const { folder, report, error } = attempt;
  const extension = extensionOf(attempt);
  return {
    folder,
    outcome: report?.outcome ?? 'failed',
    // Of an id that nobody has looked up it is not known whether there is such a page.
    extension: extension && {
      name: nameOf(extension),
      dashboard: 'named' in extension ? undefined : dashboardOf(extension.id),
    },
    version: versionOf(attempt),
    bundle: report?.bundle,
    error: error?.message,
  };
}

type Told = Partial<BatchItem<DeployReport | DryRun>>;

function extensionOf({ report, meant }: Told): ExtensionFacts | undefined {
  return report?.extension ?? meant?.extension;
}

function nameOf(extension: ExtensionFacts): string {
  return 'named' in extension ? extension.named : (extension.slug ?? extension.id);
}

function versionOf({ report, meant }: Told): DeployFacts['version'] {
  if (report === undefined) return meant?.version;
  return report.outcome === 'dry-run' ? { version: report.request.fields.version } : report.version;
}
