/** How results of deploys look on a terminal, in a pipe and in GitHub Actions. */
import type { BatchItem } from '../deploy/batch.ts';
import type { DeployReport, DryRunReport } from '../deploy/steps.ts';
import type { DeployFacts } from '../github-actions/index.ts';
import { type View, bytes, fields, optional, status, table } from '../terminal/view.ts';

/** @param shownBefore labels that the steps on the same terminal showed */
export function showDeploy(report: DeployReport, shownBefore: readonly string[]): View {
  const { outcome, recovered, extension, version, bundle } = report;
  return [
    fields(
      [
        [
          'Outcome',
          recovered ? `${outcome} (the response was lost; found on the server)` : outcome,
        ],
        ['Extension', extension.slug ?? extension.id],
        ['Version', version.version],
        ['ID', version.id],
        ['Status', status(version.status)],
        ['Files', bundle.fileCount],
        ['Size', bytes(bundle.sizeBytes)],
        ['sha256', bundle.sha256],
      ],
      shownBefore,
    ),
  ];
}

/** @param form `rows` for a pipe: each row starts with its kind */
export function showDryRun(
  { request, extension, files, bundle }: DryRunReport,
  form: 'rows' | 'table',
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

/** A row for each project. Errors were shown before. */
export function showBatch(items: readonly BatchItem[]): View {
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
  return [table(columns, rows, 'No projects.')];
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
    bundle: report?.bundle,
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
